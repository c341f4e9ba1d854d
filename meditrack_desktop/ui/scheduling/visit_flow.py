"""What happens around one visit: its popover, its acts, moving it, cancelling it, and booking a new one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Protocol
from uuid import UUID

import shiboken6
from PySide6.QtCore import QObject, QPoint, QRect, Qt
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patients import Gender, PatientLine
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.domain.scheduling import Appointment, AppointmentStatus, Confirmation, Slot
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.scheduling.acts import VisitActs
from meditrack_desktop.ui.scheduling.appointment_popover import AppointmentPopover, possible_acts, visit_menu
from meditrack_desktop.ui.scheduling.booking_draft import Draft, line_of
from meditrack_desktop.ui.scheduling.booking_popover import BookingPopover
from meditrack_desktop.ui.scheduling.calendar_view import USUAL_LENGTH, CalendarView, column_of
from meditrack_desktop.ui.scheduling.cancel_dialog import CancelDialog, OverbookDialog, who_and_when
from meditrack_desktop.ui.scheduling.day_model import Column, minute_of, wall
from meditrack_desktop.ui.scheduling.words import whose_visit
from meditrack_desktop.ui.widgets import Menu, Toasts
from meditrack_desktop.ui.widgets.layer import is_away

DRAFT_KEPT = timedelta(minutes=10)
_STATUS_ACTS = {
    "check_in": AppointmentStatus.ARRIVED,
    "send_in": AppointmentStatus.CHECKED_IN,
    "finish": AppointmentStatus.FULFILLED,
    "no_show": AppointmentStatus.NOSHOW,
    "rebook": AppointmentStatus.BOOKED,
}
_NEEDS = {
    "move": Permission.MOVE_APPOINTMENT,
    "cancel": Permission.CANCEL_APPOINTMENT,
    "book": Permission.BOOK_APPOINTMENT,
}


class FlowHost(Protocol):
    """What the flow needs of its page."""

    @property
    def doctors(self) -> Sequence[Practitioner]:
        """The doctors who can be booked."""
        ...

    def refresh(self) -> None: ...

    def show_appointment(self, appointment_id: UUID, day: date) -> None: ...


class VisitFlow(QObject):
    """Answers the calendar's wishes with popovers, dialogs and acts."""

    def __init__(self, desk: Desk, page: QWidget, host: FlowHost, view: CalendarView) -> None:
        super().__init__(page)
        self._desk, self._page, self._host, self._view = desk, page, host, view
        self.acts = VisitActs(desk, page)
        self.details: AppointmentPopover | None = None
        self.booking: BookingPopover | None = None
        self._menu: Menu | None = None
        self._draft: tuple[Draft, datetime] | None = None
        self.acts.changed.connect(lambda _visit: host.refresh())
        view.visitOpened.connect(lambda visit: self.open_visit(visit))
        view.bookingRequested.connect(self.open_slot)
        view.moves.moveRequested.connect(self.move)
        view.moves.lengthRequested.connect(self.change_length)
        view.statusKeyPressed.connect(self.do)
        view.menuRequested.connect(self.open_menu)

    # One visit

    def open_visit(self, visit: Appointment, anchor: QRect | None = None) -> None:
        """Show the details of a visit beside its block, or beside `anchor` in the window's coordinates."""
        self.close_details()
        popover = AppointmentPopover(
            self._page, visit, self._desk.actor, self._desk.clock.now(), self._desk.today()
        )
        popover.actChosen.connect(self.do)
        popover.closed.connect(self._on_details_closed)
        self.details = popover
        if anchor is None:
            anchor = self._view.anchor_of_visit(visit.id)
        popover.open_at(anchor, side="beside")

    def close_details(self) -> None:
        """Close the details, if they are open."""
        if self.details is not None and shiboken6.isValid(self.details):
            self.details.close_layer()
        self.details = None

    def open_menu(self, visit: Appointment, at: QPoint) -> None:
        """Everything that can be done with a visit."""
        acts = possible_acts(visit, self._desk.actor)
        if acts:
            if self._menu is not None:
                self._menu.deleteLater()
            self._menu = visit_menu(self._page, acts, partial(self.do, visit))
            self._menu.popup(at)

    def do(self, visit: Appointment, act: str) -> None:
        """Do an act by its name; what the person may not do, or what makes no sense, is said."""
        need = _NEEDS.get(
            act, None if act in ("chart", "history", "complete") else Permission.SET_APPOINTMENT_STATUS
        )
        if need is not None and not self.acts.may(need):
            self._desk.say(self.tr("Your role may not do this. An administrator can change it."))
        elif act in _STATUS_ACTS:
            self.acts.set_status(visit, _STATUS_ACTS[act])
        elif act in ("confirm", "unconfirm"):
            confirmed = Confirmation.CONFIRMED if act == "confirm" else Confirmation.UNCONFIRMED
            self.acts.set_confirmation(visit, confirmed)
        elif act == "move":
            self._view.moves.pick_up(visit)
        elif act == "cancel":
            CancelDialog(self._page, visit, partial(self.acts.cancel, visit)).open_layer()
        elif act == "book":
            self.book_another(visit)
        elif act == "history":
            self._desk.go.history("appointment", visit.id, whose_visit(visit))
        elif act == "complete":
            self._desk.go.complete(visit.patient_id)
        elif act == "chart":
            self._desk.go.patient(visit.patient_id)

    # Moving

    def move(self, visit: Appointment, column: Column, starts: int, reason: str = "") -> None:
        """Move a visit to where it was dropped."""

        def failed(error: ClinicError) -> None:
            self._view.moves.refuse(visit.id, self.acts.short_reason(error))
            who = who_and_when(visit, column, starts)
            self._say_refused(error, who, lambda why: self._again(visit, column, starts, why))

        if not self.acts.may(Permission.MOVE_APPOINTMENT):
            self._view.moves.put_back()
            self._desk.say(self.tr("Your role may not move visits. Nothing was changed."))
            return
        self.acts.move(
            visit, column, starts, reason=reason, done=lambda _visit: self._view.moves.settle(), failed=failed
        )

    def change_length(self, visit: Appointment, minutes: int, reason: str = "") -> None:
        """Give a visit the length that was drawn."""

        def failed(error: ClinicError) -> None:
            self._view.moves.refuse(visit.id, self.acts.short_reason(error))
            who = who_and_when(visit, minutes=minutes)
            self._say_refused(error, who, lambda why: self.change_length(visit, minutes, why))

        if not self.acts.may(Permission.MOVE_APPOINTMENT):
            self._view.moves.put_back()
            self._desk.say(self.tr("Your role may not change visits. Nothing was changed."))
            return
        self.acts.change_length(
            visit, minutes, reason=reason, done=lambda _visit: self._view.moves.settle(), failed=failed
        )

    def _again(self, visit: Appointment, column: Column, starts: int, reason: str) -> None:
        found = column_of(self._view.model, column.practitioner_id, column.day)
        if found is not None:
            self._view.moves.show_at(visit, found[0], starts, visit.minutes)
        self.move(visit, column, starts, reason)

    def _say_refused(self, error: ClinicError, who: str, again: Callable[[str], object]) -> None:
        """Say why; who may overbook is offered to do it all the same, with a reason."""
        if is_away(self._page):
            return
        self._host.refresh()
        toasts = self._page.window().findChild(Toasts)
        if not self.acts.may_overbook(error) or toasts is None:
            errors.show(self._page, error)
            return
        said = errors.words(error)

        def ask() -> None:
            OverbookDialog(self._page, said.title, who, self.tr("Do it all the same"), again).open_layer()

        toasts.say(said.title, ask, action=self.tr("Do it all the same"), icon="circle-alert")

    # Booking

    def open_slot(self, column: Column, starts: int, minutes: int, text: str = "") -> None:
        """Book at a slot of the calendar: with `text` typed already, or with a draft given up lately."""
        draft = self._drafted(column.practitioner_id, wall(column.day, starts), minutes)
        if text:
            self._draft = None
            draft = Draft(draft.practitioner_id, draft.when, minutes, typed=text, visit_type=self._usual_types()[0])
        self.open_booking(draft)

    def open_booking(self, draft: Draft) -> None:
        """Open the booking popover beside its place, or under the title where that is not shown."""
        if not self.acts.may(Permission.BOOK_APPOINTMENT):
            self._view.hide_placeholder()
            self._desk.say(self.tr("Your role may not book visits."))
            return
        if self.booking is not None and shiboken6.isValid(self.booking):
            self.booking.close_layer()
        doctors = [doctor for doctor in self._host.doctors if doctor.active]
        if not doctors:
            return
        popover = BookingPopover(self._page, self._desk, self.acts, doctors, draft, self._usual_types())
        popover.placeChanged.connect(self._place_booking)
        popover.booked.connect(self._on_booked)
        popover.closed.connect(self._on_booking_closed)
        self.booking = popover
        place = self._place_booking(draft.practitioner_id, draft.when, draft.minutes)
        popover.open_at(place, side="beside")

    def book_another(self, visit: Appointment) -> None:
        """Book the next free time of the same doctor for the same patient."""
        line = PatientLine(
            id=visit.patient_id,
            mrn=visit.patient_mrn,
            family="",
            given=visit.patient_name,
            birth_date=visit.patient_birth_date,
            gender=Gender.UNKNOWN,
            phone=visit.patient_phone,
            active=True,
            deceased=False,
        )
        self._book_next((visit.practitioner_id,), line, visit.visit_type)

    def start_booking(self, patient_id: UUID | None, doctors: Sequence[UUID]) -> None:
        """Book the next free time of these doctors, for a patient if one is given."""
        if patient_id is None:
            self._book_next(doctors, None, "")
            return
        desk = self._desk
        desk.tasks.query(
            self._page,
            lambda: desk.clinic.patients.get(desk.actor, patient_id),
            lambda patient: self._book_next(doctors, line_of(patient), ""),
            replaces="booking",
        )

    def _book_next(self, doctors: Sequence[UUID], patient: PatientLine | None, visit_type: str) -> None:
        desk = self._desk
        now = to_wall(desk.clock.now(), desk.facts.tz).replace(second=0, microsecond=0, fold=0)

        def found(slots: Sequence[Slot]) -> None:
            first = slots[0] if slots else None
            doctor = first.practitioner_id if first is not None else (tuple(doctors) or (None,))[0]
            if doctor is None:
                self._desk.say(self.tr("There is no doctor to book with yet."))
                return
            when = first.wall_start if first is not None else _next_quarter(now)
            draft = self._drafted(doctor, when, USUAL_LENGTH)
            if patient is not None:
                draft = Draft(doctor, when, USUAL_LENGTH, patient, visit_type=visit_type or draft.visit_type)
            self.open_booking(draft)

        desk.tasks.query(
            self._page,
            lambda: desk.clinic.scheduling.next_free(desk.actor, tuple(doctors), now, USUAL_LENGTH, 1),
            found,
            replaces="booking",
        )

    def _drafted(self, practitioner_id: UUID, when: datetime, minutes: int) -> Draft:
        usual = self._usual_types()[0]
        if self._draft is not None:
            kept, at = self._draft
            if self._desk.clock.now() - at <= DRAFT_KEPT:
                return replace(
                    kept,
                    practitioner_id=practitioner_id,
                    when=when,
                    minutes=minutes,
                    resumed=True,
                    command_id=new_id(),
                )
            self._draft = None
        return Draft(practitioner_id, when, minutes, visit_type=usual)

    def _place_booking(self, practitioner_id: UUID, when: datetime, minutes: int) -> QRect:
        """Mark the place in the calendar; returns where the popover points to."""
        found = column_of(self._view.model, practitioner_id, when.date())
        if found is None:
            self._view.hide_placeholder()
            corner = self._page.mapTo(self._page.window(), QPoint(self._page.width() // 2 - 200, 64))
            return QRect(corner.x(), corner.y() + 16, 1, 1)
        return self._view.show_placeholder(found[0], minute_of(when), minutes)

    def replace_placeholder(self) -> None:
        """Mark the place of the booking again after the calendar changed."""
        if self.booking is not None and shiboken6.isValid(self.booking) and self.booking.isVisible():
            draft = self.booking.draft()
            self._place_booking(draft.practitioner_id, draft.when, draft.minutes)

    def _on_booked(self, visit: Appointment) -> None:
        self._draft = None
        self.booking = None
        self._view.hide_placeholder()
        self._host.show_appointment(visit.id, visit.day)

    def _on_booking_closed(self) -> None:
        popover, self.booking = self.booking, None
        self._view.hide_placeholder()
        if popover is not None:
            draft = popover.draft()
            self._draft = (draft, self._desk.clock.now()) if draft.worth_keeping else None
            self._view.grid.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_details_closed(self) -> None:
        self.details = None
        self._view.grid.chosen = None
        self._view.grid.update()

    def _usual_types(self) -> list[str]:
        """The clinic's usual kinds of visit, and those seen in the calendar."""
        usual = [
            self.tr("Follow-up"),
            self.tr("New patient"),
            self.tr("Annual check-up"),
            self.tr("Vaccination"),
            self.tr("Lab results"),
            self.tr("Prescription"),
            self.tr("Minor procedure"),
        ]
        seen = sorted(
            {visit.visit_type for column in self._view.model.columns for visit in column.visits} - {""}
        )
        return list(dict.fromkeys([*usual, *seen]))


def _next_quarter(now: datetime) -> datetime:
    return now.replace(minute=0) + timedelta(minutes=(now.minute // 15 + 1) * 15)
