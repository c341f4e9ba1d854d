"""The states of booking that are worth a picture: held, taken, overbooked, repeated, and who waits for a freed time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.errors import OutsideHours, SlotTaken
from meditrack_desktop.domain.front_desk import Urgency, WaitlistEntry, WaitState
from meditrack_desktop.domain.holds import WARN_BEFORE
from meditrack_desktop.domain.patients import Gender, PatientLine
from meditrack_desktop.domain.scheduling import Appointment, AppointmentStatus
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.scheduling.booking_popover import BookingPopover
from meditrack_desktop.ui.scheduling.cursor import Cursor
from meditrack_desktop.ui.scheduling.page import SchedulingPage
from meditrack_desktop.ui.scheduling.series_sheet import BookingSheet
from meditrack_desktop.ui.scheduling.waitlist_panel import WaitlistPanel
from meditrack_desktop.ui.widgets import Layer

Pose = Callable[[], object]
ENDS_IN = int(WARN_BEFORE.total_seconds()) - 4


def line_of_visit(visit: Appointment) -> PatientLine:
    """The patient of a visit as the search would show them."""
    given, _, family = visit.patient_name.rpartition(" ")
    return PatientLine(
        id=visit.patient_id,
        mrn=visit.patient_mrn,
        family=family,
        given=given,
        birth_date=visit.patient_birth_date,
        gender=Gender.UNKNOWN,
        phone=visit.patient_phone,
        active=True,
        deceased=False,
    )


def _entered(page: SchedulingPage) -> BookingPopover | None:
    """The booking window with a patient chosen."""
    visits = [visit for column in page.view.model.columns for visit in column.visits]
    visit = next((each for each in visits if each.status is AppointmentStatus.BOOKED), None)
    if visit is None:
        return None
    now = page.view.calendar.minute_at(page.view.area.verticalScrollBar().value() + 140) // 15 * 15
    for number, column in enumerate(page.view.model.columns):
        for minute in range(now, page.view.model.last, 15):
            if column.free_from(minute, 30) == 30:
                page.view.set_cursor_at(Cursor(number, minute))
                page.view.request_booking(number, minute)
                if page.flow.booking is not None:
                    page.flow.booking.patient_field.choose(line_of_visit(visit))
                return page.flow.booking
    return None


def _held(desk: Desk) -> tuple[QWidget, Pose]:
    page = SchedulingPage(desk)

    def pose() -> None:
        booking = _entered(page)
        if booking is not None:
            booking.hold.ticked.connect(lambda left: _almost_over(booking, left))

    return page, pose


def _almost_over(booking: BookingPopover, left: int | None) -> None:
    if left is not None and left > ENDS_IN:
        booking.hold.ticked.emit(ENDS_IN)


def _taken(desk: Desk) -> tuple[QWidget, Pose]:
    page = SchedulingPage(desk)

    def pose() -> None:
        booking = _entered(page)
        if booking is not None:
            booking.visits.answered.connect(lambda: booking._on_refused(SlotTaken()))

    return page, pose


def _overbook(desk: Desk) -> tuple[QWidget, Pose]:
    page = SchedulingPage(desk)

    def pose() -> None:
        booking = _entered(page)
        if booking is not None:
            booking.visits.answered.connect(lambda: booking._on_refused(OutsideHours()))
            booking.reason.setText(page.tr("Pain since last night, asked to come at once"))

    return page, pose


def _series(desk: Desk) -> tuple[QWidget, Pose]:
    page = SchedulingPage(desk)

    def pose() -> None:
        booking = _entered(page)
        if booking is not None:
            booking._open_more()
            sheet = next(
                layer for layer in page.window().findChildren(Layer) if isinstance(layer, BookingSheet)
            )
            sheet.repeats.setChecked(True)

    return page, pose


def _waitlist(desk: Desk) -> tuple[QWidget, Pose]:
    page = SchedulingPage(desk)

    def pose() -> None:
        visits = [visit for column in page.view.model.columns for visit in column.visits]
        now = desk.clock.now()
        given_up = [one for one in visits if one.status is AppointmentStatus.CANCELLED]
        freed = next((one for one in given_up if one.starts_at > now), None)
        if freed is None:
            return
        others = [one for one in visits if one.patient_id != freed.patient_id][:3]
        entries = [_waiting(one, urgency) for one, urgency in zip(others, Urgency, strict=False)]
        page.view.choose(freed.id)
        WaitlistPanel(page, desk, freed, entries).open_at(page.view.anchor_of_visit(freed.id), side="beside")

    return page, pose


def _waiting(visit: Appointment, urgency: Urgency) -> WaitlistEntry:
    return WaitlistEntry(
        id=visit.id,
        version=1,
        patient_id=visit.patient_id,
        patient_name=visit.patient_name,
        patient_birth_date=visit.patient_birth_date,
        patient_mrn=visit.patient_mrn,
        patient_phone=visit.patient_phone,
        practitioner_id=visit.practitioner_id,
        visit_type_id=None,
        visit_type=visit.visit_type,
        minutes=visit.minutes,
        urgency=urgency,
        first_day=None,
        last_day=None,
        weekdays=(),
        from_time=None,
        until_time=None,
        note="",
        state=WaitState.WAITING,
        appointment_id=visit.id if urgency is Urgency.ROUTINE else None,
        created_at=visit.starts_at - timedelta(days=12),
    )


SCREENS: Sequence[tuple[str, str, Callable[[Desk], tuple[QWidget, Pose]]]] = (
    ("calendar", "booking-held", _held),
    ("calendar", "booking-taken", _taken),
    ("calendar", "booking-overbook", _overbook),
    ("calendar", "booking-series", _series),
    ("calendar", "waitlist", _waitlist),
)
"""(window, state, builder). A builder returns the page and what to do once it has loaded."""
