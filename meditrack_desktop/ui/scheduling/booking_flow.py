"""Booking a new visit at the calendar: at a slot, at the next free time, with a draft that was given up lately."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Protocol
from uuid import UUID

import shiboken6
from PySide6.QtCore import QObject, QPoint, QRect, Qt
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.free_time import FindFreeTime
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patients import Gender, PatientLine
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.domain.scheduling import SLOT_MINUTES, Appointment, Slot
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.scheduling.acts import VisitActs
from meditrack_desktop.ui.scheduling.bookable import Bookable
from meditrack_desktop.ui.scheduling.booking_draft import Draft, line_of
from meditrack_desktop.ui.scheduling.booking_popover import BookingPopover
from meditrack_desktop.ui.scheduling.calendar_view import USUAL_LENGTH, CalendarView, column_of
from meditrack_desktop.ui.scheduling.day_model import Column, minute_of, wall
from meditrack_desktop.ui.scheduling.find_time import Found
from meditrack_desktop.ui.scheduling.free_steps import FreeSteps
from meditrack_desktop.ui.scheduling.shown import Shown
from meditrack_desktop.ui.widgets.layer import is_away

DRAFT_KEPT = timedelta(minutes=10)
LONGEST_ROOM = 12 * 60


class FlowHost(Protocol):
    """What the flows need of their page."""

    @property
    def doctors(self) -> Sequence[Practitioner]:
        """The doctors who can be booked."""
        ...

    def refresh(self) -> None: ...

    def show_appointment(self, appointment_id: UUID, day: date) -> None: ...

    def go_to(self, day: date) -> None: ...

    @property
    def shown(self) -> Shown: ...

    @property
    def steps(self) -> FreeSteps: ...


class BookingFlow(QObject):
    """Opens the booking window, marks its place in the calendar and keeps what was entered for ten minutes."""

    def __init__(
        self, desk: Desk, page: QWidget, host: FlowHost, view: CalendarView, acts: VisitActs
    ) -> None:
        super().__init__(page)
        self._desk, self._page, self._host, self._view, self._acts = desk, page, host, view, acts
        self.bookable = Bookable(desk, page)
        self.popover: BookingPopover | None = None
        self._draft: tuple[Draft, datetime] | None = None
        view.bookingRequested.connect(self.open_slot)
        acts.changed.connect(self._forget_booked)

    def open_slot(self, column: Column, starts: int, minutes: int, text: str = "") -> None:
        """Book at a slot of the calendar: with `text` typed already, or with a draft given up lately."""
        draft = self._drafted(column.practitioner_id, wall(column.day, starts), minutes)
        if text:
            self._draft = None
            usual = self._usual_types()[0]
            draft = Draft(draft.practitioner_id, draft.when, minutes, typed=text, visit_type=usual)
        at = self._view.cursor_at
        stretched = at is not None and at.visit is None and at.minutes > SLOT_MINUTES
        if stretched or minutes > USUAL_LENGTH:
            draft = replace(draft, length_by_hand=True)
        self.open(draft)

    def open(self, draft: Draft) -> None:
        """Open the booking window beside its place, or under the title where that is not shown."""
        if not self._acts.may(Permission.BOOK_APPOINTMENT):
            self._view.hide_placeholder()
            self._desk.say(self.tr("Your role may not book visits."))
            return
        if self.popover is not None and shiboken6.isValid(self.popover):
            self.popover.close_layer()
        doctors = [doctor for doctor in self._host.doctors if doctor.active]
        if not doctors:
            return
        popover = BookingPopover(
            self._page,
            self._desk,
            self._acts,
            doctors,
            draft,
            self._usual_types(),
            self.bookable,
            self._room_at,
        )
        popover.placeChanged.connect(self._place)
        popover.booked.connect(self._on_booked)
        popover.closed.connect(self._on_closed)
        self.popover = popover
        popover.open_at(self._place(draft.practitioner_id, draft.when, draft.minutes), side="beside")

    def open_found(self, found: Found) -> None:
        """Book a time that was looked for, as what it was looked for."""
        slot, kind = found.slot, found.kind
        draft = replace(
            self._drafted(slot.practitioner_id, slot.wall_start, slot.minutes),
            visit_type_id=None if kind is None else kind.id,
            asset_id=found.asset_id,
        )
        if kind is not None:
            draft = replace(draft, visit_type=kind.name, length_by_hand=True)
        self.open(draft)

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

    def start(self, patient_id: UUID | None, doctors: Sequence[UUID]) -> None:
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

    def replace_placeholder(self) -> None:
        """Mark the place of the booking again after the calendar changed."""
        if self.popover is not None and shiboken6.isValid(self.popover) and self.popover.isVisible():
            draft = self.popover.draft()
            self._place(draft.practitioner_id, draft.when, draft.minutes)

    def _book_next(self, doctors: Sequence[UUID], patient: PatientLine | None, visit_type: str) -> None:
        desk = self._desk
        now = to_wall(desk.clock.now(), desk.facts.tz).replace(second=0, microsecond=0, fold=0)
        wanted = FindFreeTime(after=now, practitioner_ids=tuple(doctors), minutes=USUAL_LENGTH, limit=1)

        def found(slots: Sequence[Slot]) -> None:
            if not self._page.isVisible() and not is_away(self._page):
                return  # The person went on to another page: keys pressed there are for that one.
            first = slots[0] if slots else None
            doctor = first.practitioner_id if first is not None else (tuple(doctors) or (None,))[0]
            if doctor is None:
                self._desk.say(self.tr("There is no doctor to book with yet."))
                return
            when = first.wall_start if first is not None else _next_quarter(now)
            draft = self._drafted(doctor, when, USUAL_LENGTH)
            if patient is not None:
                draft = Draft(doctor, when, USUAL_LENGTH, patient, visit_type=visit_type or draft.visit_type)
            self.open(draft)

        desk.tasks.query(
            self._page, lambda: desk.clinic.free_time.next(desk.actor, wanted), found, replaces="booking"
        )

    def _drafted(self, practitioner_id: UUID, when: datetime, minutes: int) -> Draft:
        if self._draft is not None:
            kept, at = self._draft
            if self._desk.clock.now() - at <= DRAFT_KEPT:
                return replace(
                    kept,
                    practitioner_id=practitioner_id,
                    when=when,
                    minutes=minutes,
                    length_by_hand=False,
                    resumed=True,
                    command_id=new_id(),
                )
            self._draft = None
        return Draft(practitioner_id, when, minutes, visit_type=self._usual_types()[0])

    def _place(self, practitioner_id: UUID, when: datetime, minutes: int) -> QRect:
        """Mark the place in the calendar; returns where the popover points to."""
        found = column_of(self._view.model, practitioner_id, when.date())
        if found is None:
            self._view.hide_placeholder()
            corner = self._page.mapTo(self._page.window(), QPoint(self._page.width() // 2 - 200, 64))
            return QRect(corner.x(), corner.y() + 16, 1, 1)
        return self._view.show_placeholder(found[0], minute_of(when), minutes)

    def _room_at(self, practitioner_id: UUID, when: datetime) -> int | None:
        """How long it is free from there on, as far as the calendar shows it."""
        found = column_of(self._view.model, practitioner_id, when.date())
        return None if found is None else found[1].free_from(minute_of(when), LONGEST_ROOM)

    def _on_booked(self, visit: Appointment) -> None:
        self._draft = None
        self.popover = None
        self._view.hide_placeholder()
        self._host.show_appointment(visit.id, visit.day)

    def _forget_booked(self, visit: Appointment) -> None:
        """Closed while it was being booked: what was booked is not offered to be booked again."""
        if self._draft is not None and self._draft[0].command_id == visit.id:
            self._draft = None

    def _on_closed(self) -> None:
        popover, self.popover = self.popover, None
        self._view.hide_placeholder()
        if popover is not None:
            draft = popover.draft()
            self._draft = (draft, self._desk.clock.now()) if draft.worth_keeping else None
            self._view.grid.setFocus(Qt.FocusReason.OtherFocusReason)

    def _usual_types(self) -> list[str]:
        """Usual kinds of visit where the clinic has none of its own, and those seen in the calendar."""
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
