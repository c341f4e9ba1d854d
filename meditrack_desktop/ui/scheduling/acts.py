"""What the desk does with visits: every change goes through here, says what it did, and offers the way back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.errors import ClinicError, ErrorCode, OutsideHours, SlotTaken
from meditrack_desktop.domain.front_desk import SwapEarlier, WaitlistEntry
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.scheduling import (
    Appointment,
    AppointmentStatus,
    BookAppointment,
    CancelAppointment,
    CancelledBy,
    ChangeAppointmentLength,
    Confirmation,
    MarkSeen,
    MoveAppointment,
    SetAppointmentStatus,
    SetConfirmation,
)
from meditrack_desktop.domain.series import BookSeries, CancelSeries, MoveSeries, Scope, Series
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.scheduling.day_model import Column, minute_of, wall
from meditrack_desktop.ui.scheduling.own_versions import OwnVersions
from meditrack_desktop.ui.scheduling.undoing import Undoing
from meditrack_desktop.ui.scheduling.words import clock_text, length_text, short_day, visits_text

Done = Callable[[Appointment], object]
Failed = Callable[[ClinicError], object]


_OVERBOOKED = (ErrorCode.ROOM_TAKEN, ErrorCode.RULE_BROKEN)


class VisitActs(QObject):
    """Runs the commands of one page. `changed` carries the fresh record after each; `freed` a visit as it was
    before its time became free."""

    changed = Signal(object)
    freed = Signal(object)

    def __init__(self, desk: Desk, page: QWidget) -> None:
        super().__init__(page)
        self._desk = desk
        self._page = page
        self._own = OwnVersions()
        self.undoing = Undoing(desk, page, self._own)

    def may(self, permission: Permission) -> bool:
        """Whether the person may; the service asks again."""
        return self._desk.actor.may(permission)

    def book(self, command: BookAppointment, done: Done, failed: Failed) -> None:
        """Book; `failed` decides what to do with a refusal."""
        scheduling, actor = self._desk.clinic.scheduling, self._desk.actor

        def booked(visit: Appointment) -> None:
            text = self.tr("{name} booked for {time}").format(name=visit.patient_name, time=_when(visit))
            self._tell(visit, text)
            done(visit)

        self._desk.tasks.change(
            self._page, lambda: scheduling.book(actor, command), done=booked, failed=failed
        )

    def book_series(self, command: BookSeries, done: Done, failed: Failed) -> None:
        """Book several at once, all or none; `done` is given the first of them."""
        series, actor = self._desk.clinic.series, self._desk.actor

        def booked(found: Series) -> None:
            first = next(visit for visit in found.visits if visit.id == command.first.id)
            text = self.tr("{visits} of {name} booked, the first for {time}").format(
                visits=visits_text(len(command.starts)), name=first.patient_name, time=_when(first)
            )
            self._tell(first, text)
            done(first)

        self._desk.tasks.change(self._page, lambda: series.book(actor, command), done=booked, failed=failed)

    def swap(self, entry: WaitlistEntry, place: Appointment, done: Done, failed: Failed) -> None:
        """Give somebody who waits the time that `place` had: their own visit moves there."""
        clinic, actor = self._desk.clinic, self._desk.actor

        def work() -> Appointment:
            own = clinic.scheduling.get(actor, entry.appointment_id or place.id)
            command = SwapEarlier(
                id=entry.id,
                version=entry.version,
                appointment_version=own.version,
                practitioner_id=place.practitioner_id,
                wall_start=place.wall_start,
                fold=self._fold(place),
            )
            return clinic.waitlist.swap(actor, command)

        def swapped(after: Appointment) -> None:
            text = self.tr("Visit of {name} moved to {time}").format(
                name=after.patient_name, time=_when(after)
            )
            self._tell(after, text)
            done(after)

        self._change(work, swapped, failed)

    def move(
        self,
        visit: Appointment,
        column: Column,
        starts: int,
        *,
        reason: str = "",
        scope: Scope = Scope.THIS,
        done: Done,
        failed: Failed,
    ) -> None:
        """Move to a column and minute; `reason` books over others or outside hours, `scope` moves a series."""
        there = wall(column.day, starts)

        def work() -> Appointment:
            where = {
                "id": visit.id,
                "version": self._own.of(visit),
                "wall_start": there,
                "practitioner_id": column.practitioner_id,
                "overbook_reason": reason,
            }
            if scope is Scope.THIS:
                return self._desk.clinic.scheduling.move(self._desk.actor, MoveAppointment(**where))
            found = self._desk.clinic.series.move(self._desk.actor, MoveSeries(**where, scope=scope))
            self._own.after_act(*found.visits)
            return next(each for each in found.visits if each.id == visit.id)

        def moved(after: Appointment) -> None:
            said = self.tr("Visit of {name} moved to {time}")
            if scope is not Scope.THIS:
                said = self.tr("Visits of {name} moved, this one to {time}")
            self._tell(after, said.format(name=after.patient_name, time=_moved_words(visit, after)))
            done(after)

        self._change(work, moved, failed)

    def change_length(
        self, visit: Appointment, minutes: int, *, reason: str = "", done: Done, failed: Failed
    ) -> None:
        """Make a visit longer or shorter."""

        def work() -> Appointment:
            command = ChangeAppointmentLength(
                id=visit.id, version=self._own.of(visit), minutes=minutes, overbook_reason=reason
            )
            return self._desk.clinic.scheduling.change_length(self._desk.actor, command)

        def changed(after: Appointment) -> None:
            text = self.tr("Visit of {name} now takes {length}").format(
                name=after.patient_name, length=length_text(after.minutes)
            )
            self._tell(after, text)
            done(after)

        self._change(work, changed, failed)

    def set_status(self, visit: Appointment, status: AppointmentStatus) -> None:
        """Arrived, in the room, finished, missed, or booked again."""

        def work() -> Appointment:
            command = SetAppointmentStatus(id=visit.id, version=self._own.of(visit), status=status)
            return self._desk.clinic.scheduling.set_status(self._desk.actor, command)

        said = _status_words(self, status)
        if visit.status is AppointmentStatus.FULFILLED:
            said = self.tr("Visit of {name} reopened")
        self._change(work, partial(self._tell_of, said), None)

    def mark_seen(self, visit: Appointment) -> None:
        """The doctor has begun."""

        def work() -> Appointment:
            command = MarkSeen(id=visit.id, version=self._own.of(visit))
            return self._desk.clinic.scheduling.mark_seen(self._desk.actor, command)

        self._change(work, partial(self._tell_of, self.tr("{name} is with the doctor")), None)

    def set_confirmation(self, visit: Appointment, confirmation: Confirmation) -> None:
        """Note whether the patient said they will come."""

        def work() -> Appointment:
            command = SetConfirmation(id=visit.id, version=self._own.of(visit), confirmation=confirmation)
            return self._desk.clinic.scheduling.set_confirmation(self._desk.actor, command)

        said = {
            Confirmation.CONFIRMED: self.tr("Visit of {name} confirmed"),
            Confirmation.MESSAGE_LEFT: self.tr("A message was left for {name}"),
            Confirmation.UNCONFIRMED: self.tr("Visit of {name} no longer confirmed"),
        }[confirmation]
        self._change(work, partial(self._tell_of, said), None)

    def cancel(self, visit: Appointment, by: CancelledBy, reason: str, scope: Scope = Scope.THIS) -> None:
        """Cancel; the visit stays visible, struck through."""

        def work() -> Appointment:
            said = {
                "id": visit.id,
                "version": self._own.of(visit),
                "cancelled_by": by,
                "reason": reason,
            }
            if scope is Scope.THIS:
                return self._desk.clinic.scheduling.cancel(self._desk.actor, CancelAppointment(**said))
            found = self._desk.clinic.series.cancel(self._desk.actor, CancelSeries(**said, scope=scope))
            self._own.after_act(*found.visits)
            return next(each for each in found.visits if each.id == visit.id)

        def cancelled(after: Appointment) -> None:
            if scope is not Scope.THIS:
                text = self.tr("Visits of {name} cancelled")
            elif after.late_cancel:
                text = self.tr("Visit of {name} cancelled late")
            else:
                text = self.tr("Visit of {name} cancelled")
            self._tell_of(text, after)
            self.freed.emit(visit)

        self._change(work, cancelled, None)

    def short_reason(self, error: ClinicError) -> str:
        """Why a visit may not be somewhere, in as few words as fit on it."""
        if isinstance(error, SlotTaken):
            return self.taken_words()
        if isinstance(error, OutsideHours):
            return self.tr("Outside hours")
        if error.code is ErrorCode.SLOT_HELD:
            return self.tr("Somebody is booking it")
        if error.code is ErrorCode.ROOM_TAKEN:
            return self.tr("Room in use")
        if error.code is ErrorCode.RULE_BROKEN:
            return self.tr("Against the doctor's rules")
        return self.tr("Not moved")

    def taken_words(self) -> str:
        """On the ghost of a visit that may not lie over another."""
        return self.tr("Time is taken")

    def may_overbook(self, error: ClinicError) -> bool:
        """Whether the person could have it all the same, with a reason."""
        asked = isinstance(error, SlotTaken | OutsideHours) or error.code in _OVERBOOKED
        return asked and self.may(Permission.OVERBOOK)

    def _tell(self, after: Appointment, text: str) -> None:
        self._own.after_act(after)
        still = partial(self._own.is_newest, after.id, after.version)
        self._desk.say(text, partial(self.undoing.take_back, after.id, still))
        self.changed.emit(after)

    def _tell_of(self, said: str, after: Appointment) -> None:
        self._tell(after, said.format(name=after.patient_name))

    def _change(self, work: Callable[[], Appointment], done: Done, failed: Failed | None) -> None:
        """Run a change in its turn, and remember the version it made for the ones behind it."""

        def remembered() -> Appointment:
            after = work()
            self._own.after_act(after)
            return after

        def refused(error: ClinicError) -> None:
            errors.show(self._page, error)

        self._desk.tasks.change(self._page, remembered, done=done, failed=failed or refused)

    def _fold(self, visit: Appointment) -> int:
        return to_wall(visit.starts_at, self._desk.facts.tz).fold


def _when(visit: Appointment) -> str:
    return f"{short_day(visit.day)}, {clock_text(minute_of(visit.wall_start))}"


def _moved_words(before: Appointment, after: Appointment) -> str:
    """`11:15`, with the day or the doctor where those changed."""
    said = clock_text(minute_of(after.wall_start)) if before.day == after.day else _when(after)
    if before.practitioner_id != after.practitioner_id:
        said = f"{said}, {after.practitioner_name}"
    return said


def _status_words(owner: QObject, status: AppointmentStatus) -> str:
    return {
        AppointmentStatus.BOOKED: owner.tr("{name} is booked again"),
        AppointmentStatus.ARRIVED: owner.tr("{name} checked in"),
        AppointmentStatus.CHECKED_IN: owner.tr("{name} sent in"),
        AppointmentStatus.FULFILLED: owner.tr("Visit of {name} finished"),
        AppointmentStatus.NOSHOW: owner.tr("{name} marked as no-show"),
    }[status]
