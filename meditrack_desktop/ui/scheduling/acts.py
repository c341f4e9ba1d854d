"""What the desk does with visits: every change goes through here, says what it did, and offers the way back."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.errors import ClinicError, OutsideHours, SlotTaken
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.scheduling import (
    Appointment,
    AppointmentStatus,
    BookAppointment,
    CancelAppointment,
    CancelledBy,
    ChangeAppointmentLength,
    Confirmation,
    MoveAppointment,
    SetAppointmentStatus,
    SetConfirmation,
)
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.scheduling.day_model import Column, minute_of, wall
from meditrack_desktop.ui.scheduling.words import clock_text, length_text, short_day

Done = Callable[[Appointment], object]
Failed = Callable[[ClinicError], object]


class VisitActs(QObject):
    """Runs the commands of one page. `changed` carries the fresh record after each."""

    changed = Signal(object)

    def __init__(self, desk: Desk, page: QWidget) -> None:
        super().__init__(page)
        self._desk = desk
        self._page = page
        self._versions: dict[UUID, int] = {}

    def may(self, permission: Permission) -> bool:
        """Whether the person may; the service asks again."""
        return self._desk.actor.may(permission)

    def book(self, command: BookAppointment, done: Done, failed: Failed) -> None:
        """Book; `failed` decides what to do with a refusal."""
        scheduling, actor = self._desk.clinic.scheduling, self._desk.actor

        def booked(visit: Appointment) -> None:
            text = self.tr("{name} booked for {time}").format(name=visit.patient_name, time=_when(visit))
            self._tell(visit, text, lambda: self._take_back_booking(visit))
            done(visit)

        self._desk.tasks.change(
            self._page, lambda: scheduling.book(actor, command), done=booked, failed=failed
        )

    def move(
        self,
        visit: Appointment,
        column: Column,
        starts: int,
        *,
        reason: str = "",
        done: Done,
        failed: Failed,
    ) -> None:
        """Move to a column and minute; `reason` books over others or outside hours."""
        there = wall(column.day, starts)

        def work() -> Appointment:
            command = MoveAppointment(
                id=visit.id,
                version=self._version(visit),
                wall_start=there,
                practitioner_id=column.practitioner_id,
                overbook_reason=reason,
            )
            return self._desk.clinic.scheduling.move(self._desk.actor, command)

        def moved(after: Appointment) -> None:
            text = self.tr("Visit of {name} moved to {time}").format(
                name=after.patient_name, time=_moved_words(visit, after)
            )
            self._tell(after, text, lambda: self._move_back(visit))
            done(after)

        self._change(work, moved, failed)

    def change_length(
        self, visit: Appointment, minutes: int, *, reason: str = "", done: Done, failed: Failed
    ) -> None:
        """Make a visit longer or shorter."""

        def changed(after: Appointment) -> None:
            text = self.tr("Visit of {name} now takes {length}").format(
                name=after.patient_name, length=length_text(after.minutes)
            )
            self._tell(after, text, lambda: self._length_back(visit))
            done(after)

        self._change(lambda: self._set_length(visit, minutes, reason), changed, failed)

    def set_status(self, visit: Appointment, status: AppointmentStatus) -> None:
        """Arrived, in the room, finished, missed, or booked again."""

        def changed(after: Appointment) -> None:
            text = _status_words(self, status).format(name=after.patient_name)
            self._tell(after, text, lambda: self._status_back(after, visit))

        self._change(lambda: self._set_status(visit, status), changed, None)

    def set_confirmation(self, visit: Appointment, confirmation: Confirmation) -> None:
        """Note whether the patient said they will come."""

        def work(wanted: Confirmation = confirmation) -> Appointment:
            command = SetConfirmation(id=visit.id, version=self._version(visit), confirmation=wanted)
            return self._desk.clinic.scheduling.set_confirmation(self._desk.actor, command)

        def changed(after: Appointment) -> None:
            said = (
                self.tr("Visit of {name} confirmed")
                if confirmation is Confirmation.CONFIRMED
                else self.tr("Visit of {name} no longer confirmed")
            )
            self._tell(
                after,
                said.format(name=after.patient_name),
                lambda: self._change(lambda: work(visit.confirmation), self._quietly, None),
            )

        self._change(work, changed, None)

    def cancel(self, visit: Appointment, by: CancelledBy, reason: str) -> None:
        """Cancel; the visit stays visible, struck through."""

        def work() -> Appointment:
            command = CancelAppointment(
                id=visit.id, version=self._version(visit), cancelled_by=by, reason=reason
            )
            return self._desk.clinic.scheduling.cancel(self._desk.actor, command)

        def cancelled(after: Appointment) -> None:
            text = self.tr("Visit of {name} cancelled").format(name=after.patient_name)
            self._tell(after, text, lambda: self._status_back(after, visit))

        self._change(work, cancelled, None)

    def short_reason(self, error: ClinicError) -> str:
        """Why a visit may not be somewhere, in as few words as fit on it."""
        if isinstance(error, SlotTaken):
            return self.taken_words()
        if isinstance(error, OutsideHours):
            return self.tr("Outside hours")
        return self.tr("Not moved")

    def taken_words(self) -> str:
        """On the ghost of a visit that may not lie over another."""
        return self.tr("Time is taken")

    def may_overbook(self, error: ClinicError) -> bool:
        """Whether the person could have it all the same, with a reason."""
        return isinstance(error, SlotTaken | OutsideHours) and self.may(Permission.OVERBOOK)

    def _tell(self, after: Appointment, text: str, undo: Callable[[], None]) -> None:
        self._desk.say(text, undo)
        self.changed.emit(after)

    def _quietly(self, after: Appointment) -> None:
        self.changed.emit(after)

    def _change(self, work: Callable[[], Appointment], done: Done, failed: Failed | None) -> None:
        """Run a change in its turn, and remember the version it made for the ones behind it."""

        def remembered() -> Appointment:
            after = work()
            self._versions[after.id] = after.version
            return after

        def refused(error: ClinicError) -> None:
            errors.show(self._page, error)

        self._desk.tasks.change(self._page, remembered, done=done, failed=failed or refused)

    def _version(self, visit: Appointment) -> int:
        """The version the person saw, or the later one that their own last act made of it."""
        return max(visit.version, self._versions.get(visit.id, 0))

    # The ways back

    def _take_back_booking(self, visit: Appointment) -> None:
        command = CancelAppointment(
            id=visit.id,
            version=self._version(visit),
            cancelled_by=CancelledBy.CLINIC,
            reason=self.tr("Booking taken back"),
        )
        scheduling, actor = self._desk.clinic.scheduling, self._desk.actor
        self._change(lambda: scheduling.cancel(actor, command), self._quietly, None)

    def _move_back(self, before: Appointment) -> None:
        def work() -> Appointment:
            command = MoveAppointment(
                id=before.id,
                version=self._version(before),
                wall_start=before.wall_start,
                fold=to_wall(before.starts_at, self._desk.facts.tz).fold,
                practitioner_id=before.practitioner_id,
                overbook_reason=self.tr("Moved back") if before.overbooked else "",
            )
            return self._desk.clinic.scheduling.move(self._desk.actor, command)

        self._change(work, self._quietly, None)

    def _length_back(self, before: Appointment) -> None:
        reason = self.tr("Length put back") if before.overbooked else ""
        self._change(lambda: self._set_length(before, before.minutes, reason), self._quietly, None)

    def _status_back(self, after: Appointment, before: Appointment) -> None:
        def work() -> Appointment:
            back = self._set_status(after, _step_back(after.status, before.status))
            if before.status not in (back.status, AppointmentStatus.BOOKED):
                self._versions[back.id] = back.version
                back = self._set_status(back, before.status)
            return back

        self._change(work, self._quietly, None)

    def _set_length(self, visit: Appointment, minutes: int, reason: str) -> Appointment:
        command = ChangeAppointmentLength(
            id=visit.id, version=self._version(visit), minutes=minutes, overbook_reason=reason
        )
        return self._desk.clinic.scheduling.change_length(self._desk.actor, command)

    def _set_status(self, visit: Appointment, status: AppointmentStatus) -> Appointment:
        command = SetAppointmentStatus(id=visit.id, version=self._version(visit), status=status)
        return self._desk.clinic.scheduling.set_status(self._desk.actor, command)


def _step_back(now: AppointmentStatus, then: AppointmentStatus) -> AppointmentStatus:
    """A cancelled visit comes back as booked first, whatever it was."""
    return AppointmentStatus.BOOKED if now is AppointmentStatus.CANCELLED else then


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
