"""The calendar under the mouse: hover, click, menu, wheel, and carrying a visit."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QHelpEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.scheduling import Appointment, AppointmentStatus, Confirmation
from meditrack_desktop.ui.scheduling.day_model import Period
from meditrack_desktop.ui.widgets import Menu
from tests.makers.people import a_doctor
from tests.makers.visits import Room
from tests.ui.scheduling.conftest import CalendarWindow
from tests.ui.scheduling.test_page import TODAY, fresh, point, stand_on


@pytest.fixture
def visit(room: Room, calendar: CalendarWindow) -> Appointment:
    made = room.book(f"{TODAY} 11:00", visit_type="Lab results")
    calendar.settle()
    return made


@pytest.fixture
def menus(calendar: CalendarWindow) -> Iterator[Callable[[], Menu]]:
    """The menu that is open; closed again at the end."""

    def opened() -> Menu:
        found = QApplication.activePopupWidget()
        assert isinstance(found, Menu)
        return found

    yield opened
    left = QApplication.activePopupWidget()
    if left is not None:
        left.close()


def choose(menu: Menu, words: str) -> None:
    action = next(action for action in menu.actions() if action.text().split("\t")[0] == words)
    menu.close()
    action.trigger()


def test_hover_marks_the_visit_and_its_edge(calendar: CalendarWindow, visit: Appointment) -> None:
    grid = calendar.page.view.grid
    before = grid.grab().toImage()
    QTest.mouseMove(grid, point(calendar, 670))
    assert grid.cursor().shape() == Qt.CursorShape.PointingHandCursor
    assert grid.grab().toImage() != before
    QTest.mouseMove(grid, point(calendar, 690, dy=-2))
    assert grid.cursor().shape() == Qt.CursorShape.SizeVerCursor
    QTest.mouseMove(grid, point(calendar, 720))
    assert grid.cursor().shape() == Qt.CursorShape.ArrowCursor
    assert grid.grab().toImage() == before


def test_a_click_opens_the_details_and_a_click_beside_books(
    calendar: CalendarWindow, visit: Appointment
) -> None:
    grid = calendar.page.view.grid
    QTest.mouseClick(grid, Qt.MouseButton.LeftButton, pos=point(calendar, 670))
    details = calendar.page.flow.details
    assert details is not None and details.visit.id == visit.id
    details.dismiss()
    QTest.mouseClick(grid, Qt.MouseButton.LeftButton, pos=point(calendar, 735))
    booking = calendar.page.flow.booking
    assert booking is not None and booking.draft().when.time().isoformat() == "12:15:00"
    booking.close_layer()


def test_the_tool_tip_reads_like_the_screen_reader(calendar: CalendarWindow, visit: Appointment) -> None:
    grid, at = calendar.page.view.grid, point(calendar, 670)
    QApplication.sendEvent(grid, QHelpEvent(QEvent.Type.ToolTip, at, grid.mapToGlobal(at)))
    assert QToolTip.text().startswith("11:00 to 11:30, Greta Beispiel, Lab results")
    QToolTip.hideText()


@pytest.mark.parametrize("by_keyboard", [False, True])
def test_the_menu_holds_every_act(
    room: Room,
    calendar: CalendarWindow,
    visit: Appointment,
    menus: Callable[[], Menu],
    by_keyboard: bool,
) -> None:
    grid, at = calendar.page.view.grid, point(calendar, 670)
    stand_on(calendar, visit)
    reason = QContextMenuEvent.Reason.Keyboard if by_keyboard else QContextMenuEvent.Reason.Mouse
    QApplication.sendEvent(grid, QContextMenuEvent(reason, at, grid.mapToGlobal(at)))
    menu = menus()
    assert [action.text().split("\t")[0] for action in menu.actions()] == [
        "Check in", "Send in", "Mark as confirmed", "Move", "Cancel visit", "Book another visit",
        "Print &slip", "Save &calendar file…", "History", "Newest report", "Open chart", "Wait for an earlier time",
    ]  # fmt: skip
    choose(menu, "Mark as confirmed")
    calendar.settle()
    assert fresh(room, visit).confirmation is Confirmation.CONFIRMED
    calendar.undo()
    assert fresh(room, visit).confirmation is Confirmation.UNCONFIRMED


def test_a_visit_to_come_lets_its_patient_wait_for_an_earlier_one(
    room: Room, calendar: CalendarWindow, menus: Callable[[], Menu]
) -> None:
    asked: list[tuple[object, object]] = []
    calendar.desk.go.waitlistJoinRequested.connect(lambda *about: asked.append(about))
    later = room.book("2026-11-20 11:00")
    calendar.page.flow.open_menu(later, QPoint(0, 0))
    choose(menus(), "Wait for an earlier time")
    assert asked == [(room.patient.id, later)]


def test_more_in_the_details(
    room: Room, calendar: CalendarWindow, visit: Appointment, menus: Callable[[], Menu]
) -> None:
    asked: list[object] = []
    calendar.desk.go.patientRequested.connect(asked.append)
    calendar.page.flow.open_visit(visit)
    details = calendar.page.flow.details
    assert details is not None
    details._more.click()
    choose(menus(), "Open chart")
    assert asked == [room.patient.id]


@pytest.mark.parametrize(
    ("steps", "primary"),
    [
        ((), "Check in"),
        ((AppointmentStatus.ARRIVED,), "Send in"),
        ((AppointmentStatus.CHECKED_IN,), "Finish"),
        ((AppointmentStatus.CHECKED_IN, AppointmentStatus.FULFILLED), "Open chart"),
        ((AppointmentStatus.NOSHOW,), "Back to booked"),
    ],
)
def test_the_filled_button_is_the_next_step(
    calendar: CalendarWindow,
    visit: Appointment,
    steps: tuple[AppointmentStatus, ...],
    primary: str,
    clock: FixedClock,
) -> None:
    for step in steps:
        if step is AppointmentStatus.NOSHOW:
            clock.advance(visit.starts_at - clock.now())  # Nobody is missed before.
        calendar.page.flow.acts.set_status(visit, step)
        calendar.settle()
    found = calendar.page.view.model.find(visit.id)
    assert found is not None
    calendar.page.flow.open_visit(found[1])
    details = calendar.page.flow.details
    assert details is not None and details.primary is not None
    assert details.primary.text() == primary
    details.close_layer()


def test_the_details_take_the_letters_of_their_buttons(calendar: CalendarWindow, visit: Appointment) -> None:
    """The others are for the grid: a name typed by mistake must not change the visit."""
    calendar.page.flow.open_visit(visit)
    calendar.press("n")
    assert calendar.page.flow.details is not None
    calendar.press("m")
    calendar.settle()
    assert calendar.page.flow.details is None and calendar.page.view.moves.carrying
    calendar.press(Qt.Key.Key_Escape)
    assert not calendar.page.view.moves.carrying


def test_another_visit_for_the_same_patient(room: Room, calendar: CalendarWindow, visit: Appointment) -> None:
    stand_on(calendar, visit)
    calendar.press("b")
    calendar.settle()
    booking = calendar.page.flow.booking
    assert booking is not None
    draft = booking.draft()
    assert draft.patient is not None and draft.patient.id == room.patient.id
    assert (draft.visit_type, draft.when.time().isoformat()) == ("Lab results", "11:30:00")
    booking.close_layer()


def test_a_carried_visit_follows_the_mouse_and_a_click_drops_it(
    room: Room, calendar: CalendarWindow, visit: Appointment
) -> None:
    stand_on(calendar, visit)
    calendar.press("m")
    grid = calendar.page.view.grid
    QTest.mouseMove(grid, point(calendar, 720, dy=0))
    assert grid.ghost is not None and grid.ghost.starts == 720
    QTest.mouseClick(grid, Qt.MouseButton.LeftButton, pos=point(calendar, 720, dy=0))
    calendar.settle()
    assert fresh(room, visit).wall_start.hour == 12 and not calendar.page.view.moves.carrying


def test_control_and_wheel_make_hours_taller(calendar: CalendarWindow) -> None:
    view = calendar.page.view
    before = view.calendar.measures.hour_height
    for turn, expected in ((120, 84), (-120, before)):
        wheel = QWheelEvent(
            QPointF(50, 50), QPointF(50, 50), QPoint(), QPoint(0, turn), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.ControlModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(view.grid, wheel)
        assert view.calendar.measures.hour_height == expected


def test_a_doctors_head_opens_the_week_and_a_days_head_the_day(
    room: Room, admin: Actor, open_calendar: Callable[..., CalendarWindow]
) -> None:
    room.clinic.practitioners.add(admin, a_doctor("Zander", "Tom"))
    calendar = open_calendar()
    view = calendar.page.view
    heads = view.heads
    QTest.mouseClick(heads, Qt.MouseButton.LeftButton, pos=QPoint(52 + view.calendar.column_x(1) + 20, 20))
    calendar.settle()
    assert calendar.page.period is Period.WEEK
    assert calendar.page.header.count.text() == "Week 47, Dr. Tom Zander"
    QTest.mouseClick(heads, Qt.MouseButton.LeftButton, pos=QPoint(52 + view.calendar.column_x(4) + 20, 20))
    calendar.settle()
    assert calendar.page.period is Period.DAY and calendar.page.header.title.text() == "Friday 20 November"
