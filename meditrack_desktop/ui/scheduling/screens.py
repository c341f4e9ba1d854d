"""The states of the calendar that are worth a picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.domain.scheduling import Appointment, AppointmentStatus
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.scheduling.booking_screens import SCREENS as BOOKING_SCREENS
from meditrack_desktop.ui.scheduling.cancel_dialog import CancelDialog
from meditrack_desktop.ui.scheduling.cursor import Cursor
from meditrack_desktop.ui.scheduling.day_model import Period, minutes_of
from meditrack_desktop.ui.scheduling.keys_help import KeysHelp
from meditrack_desktop.ui.scheduling.page import SchedulingPage
from meditrack_desktop.ui.scheduling.posed import with_absence_and_holds, with_crowd

Pose = Callable[[], object]


def _day(desk: Desk) -> tuple[QWidget, Pose]:
    return SchedulingPage(desk), lambda: None


def _details(desk: Desk) -> tuple[QWidget, Pose]:
    page = SchedulingPage(desk)

    def pose() -> None:
        visit = _one(page, AppointmentStatus.ARRIVED)
        if visit is not None:
            page.view.choose(visit.id)
            page.flow.open_visit(visit)

    return page, pose


def _booking(desk: Desk) -> tuple[QWidget, Pose]:
    page = SchedulingPage(desk)

    def pose() -> None:
        found = _free(page)
        visit = _one(page, AppointmentStatus.BOOKED)
        if found is None or visit is None:
            return
        column, minute = found
        page.view.set_cursor_at(Cursor(column, minute))
        page.view.request_booking(column, minute)
        booking = page.flow.booking
        if booking is not None:
            letters = visit.patient_name.split()[-1][:4].casefold()
            booking.patient.setFocus(Qt.FocusReason.TabFocusReason)
            booking.patient.setText(letters)
            booking.patient.queryChanged.emit(letters)

    return page, pose


def _week(desk: Desk) -> tuple[QWidget, Pose]:
    page = SchedulingPage(desk)
    page.set_period(Period.WEEK)
    return page, lambda: None


def _month(desk: Desk) -> tuple[QWidget, Pose]:
    page = SchedulingPage(desk)
    page.set_period(Period.MONTH)
    return page, page.month.view.grid.setFocus


def _agenda(desk: Desk) -> tuple[QWidget, Pose]:
    page = SchedulingPage(desk)
    page.set_period(Period.AGENDA)

    def pose() -> None:
        visit = _one(page, AppointmentStatus.ARRIVED, page.answer.visits if page.answer else ())
        page.agenda.table.choose(None if visit is None else visit.id)

    return page, pose


def _away(desk: Desk) -> tuple[QWidget, Pose]:
    """A doctor who is out, one whose slot another desk holds, a group, and one's own hold."""
    page = SchedulingPage(desk)
    return page, lambda: with_absence_and_holds(page, desk)


def _crowd(desk: Desk) -> tuple[QWidget, Pose]:
    page = SchedulingPage(desk)
    return page, lambda: with_crowd(page)


def _gap(desk: Desk) -> tuple[QWidget, Pose]:
    page = SchedulingPage(desk)

    def pose() -> None:
        page.view.grid.setFocus(Qt.FocusReason.TabFocusReason)
        page.view.step_gap(1)
        page.view.stretch(15)

    return page, pose


def _offline(desk: Desk) -> tuple[QWidget, Pose]:
    page = SchedulingPage(desk)
    return page, lambda: page.question.failed.emit(Unavailable(ErrorCode.DATABASE_UNREACHABLE))


def _keys(desk: Desk) -> tuple[QWidget, Pose]:
    page = SchedulingPage(desk)
    return page, lambda: KeysHelp(page).open_layer()


def _empty(desk: Desk) -> tuple[QWidget, Pose]:
    page = SchedulingPage(desk)
    return page, lambda: page.choose_doctors(frozenset())


def _refused(desk: Desk) -> tuple[QWidget, Pose]:
    page = SchedulingPage(desk)

    def pose() -> None:
        visit = _one(page, AppointmentStatus.BOOKED)
        place = page.view.calendar.block_of(visit.id) if visit is not None else None
        if visit is None or place is None:
            return
        others = [
            other.visit for other in page.view.calendar.blocks_in(place.column) if other.visit.id != visit.id
        ]
        target = next((other for other in others if other.status is AppointmentStatus.CHECKED_IN), visit)
        page.view.moves.show_at(visit, place.column, minutes_of(target)[0], visit.minutes)
        page.view.moves.refuse(visit.id, page.flow.acts.taken_words())

    return page, pose


def _cancelling(desk: Desk) -> tuple[QWidget, Pose]:
    page = SchedulingPage(desk)

    def pose() -> None:
        visit = _one(page, AppointmentStatus.BOOKED)
        if visit is not None:
            CancelDialog(page, visit, lambda _by, _reason, _scope: None).open_layer()

    return page, pose


def _unreachable(desk: Desk) -> tuple[QWidget, Pose]:
    page = SchedulingPage(desk)
    return page, lambda: errors.show(page, Unavailable(ErrorCode.DATABASE_UNREACHABLE), retry=page.refresh)


def _one(
    page: SchedulingPage, status: AppointmentStatus, among: Sequence[Appointment] = ()
) -> Appointment | None:
    """A visit of this status, in the first column that has one."""
    shown = among or [visit for column in page.view.model.columns for visit in column.visits]
    return next((visit for visit in shown if visit.status is status), None)


def _free(page: SchedulingPage) -> tuple[int, int] | None:
    """A free half hour, from about now on and left of the middle so that the popover has room."""
    now = page.view.calendar.minute_at(page.view.area.verticalScrollBar().value() + 140) // 15 * 15
    for number, column in enumerate(page.view.model.columns):
        for minute in range(now, page.view.model.last, 15):
            if column.free_from(minute, 30) == 30:
                return number, minute
    return None


SCREENS: Sequence[tuple[str, str, Callable[[Desk], tuple[QWidget, Pose]]]] = (
    ("calendar", "day", _day),
    ("calendar", "details", _details),
    ("calendar", "booking", _booking),
    ("calendar", "week", _week),
    ("calendar", "month", _month),
    ("calendar", "agenda", _agenda),
    ("calendar", "away-and-held", _away),
    ("calendar", "ten-by-forty", _crowd),
    ("calendar", "gap", _gap),
    ("calendar", "offline", _offline),
    ("calendar", "keys", _keys),
    ("calendar", "empty", _empty),
    ("calendar", "refused", _refused),
    ("calendar", "cancelling", _cancelling),
    ("calendar", "unreachable", _unreachable),
    *BOOKING_SCREENS,
)
"""(window, state, builder). A builder returns the page and what to do once it has loaded."""
