"""The calendar as the desk uses it: on a real clinic, by keyboard and by mouse."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.patients import FindPatients
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.scheduling import Appointment, AppointmentStatus, CalendarRange, CancelledBy
from meditrack_desktop.ui.scheduling.booking_popover import BookingPopover
from meditrack_desktop.ui.scheduling.cursor import Cursor
from meditrack_desktop.ui.scheduling.day_model import Period
from meditrack_desktop.ui.widgets import Button, Toasts
from tests.makers.people import a_doctor, a_patient
from tests.makers.visits import Room
from tests.ui.scheduling.conftest import CalendarWindow

TODAY = "2026-11-18"
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
S = AppointmentStatus


def fresh(room: Room, visit: Appointment) -> Appointment:
    return room.clinic.scheduling.get(room.desk, visit.id)


def stand_on(calendar: CalendarWindow, visit: Appointment) -> None:
    calendar.page.refresh()
    calendar.settle()
    block = calendar.page.view.calendar.block_of(visit.id)
    assert block is not None
    calendar.page.view.set_cursor_at(Cursor(block.column, 0, visit.id))
    calendar.page.view.grid.setFocus(Qt.FocusReason.TabFocusReason)


def point(calendar: CalendarWindow, minute: int, column: int = 0, dy: int = 4) -> QPoint:
    """A point of the grid, brought into sight."""
    view = calendar.page.view
    x = view.calendar.column_x(column) + 40
    y = view.calendar.y_of(minute) + dy
    view.area.ensureVisible(x, y)
    return QPoint(x, y)


def drag(calendar: CalendarWindow, start: QPoint, *steps: QPoint, drop: bool = True) -> None:
    grid = calendar.page.view.grid
    QTest.mousePress(grid, Qt.MouseButton.LeftButton, pos=start)
    for step in steps:
        QTest.mouseMove(grid, step)
    if drop:
        QTest.mouseRelease(grid, Qt.MouseButton.LeftButton, pos=steps[-1])
        calendar.settle()


def test_it_shows_the_day_with_its_visits(room: Room, calendar: CalendarWindow) -> None:
    visit = room.book(f"{TODAY} 11:00")
    calendar.settle()
    assert calendar.page.header.title.text() == "Wednesday 18 November"
    assert calendar.page.header.count.text() == "1 appointment"
    assert calendar.page.view.calendar.block_of(visit.id) is not None


def test_what_another_desk_books_appears_by_itself(room: Room, calendar: CalendarWindow) -> None:
    assert not calendar.page.view.calendar.blocks
    room.book(f"{TODAY} 11:00")
    room.book("2026-11-19 11:00")
    calendar.qtbot.waitUntil(lambda: len(calendar.page.view.calendar.blocks) == 1)
    calendar.settle()


def test_a_hidden_page_asks_again_when_it_is_shown(room: Room, calendar: CalendarWindow) -> None:
    calendar.page.hide()
    room.book(f"{TODAY} 11:00")
    calendar.settle()
    assert not calendar.page.view.calendar.blocks
    calendar.page.show()
    calendar.settle()
    assert len(calendar.page.view.calendar.blocks) == 1


# Booking


def test_a_known_patient_is_booked_in_few_keys(room: Room, calendar: CalendarWindow) -> None:
    room.clinic.patients.register(room.desk, a_patient("Testholm", "Jonas", birth_date="1984-06-12"))
    calendar.page.view.set_cursor_at(Cursor(0, 11 * 60))
    keys = 0
    calendar.press(Qt.Key.Key_Return)
    keys += 1
    booking = calendar.page.flow.booking
    assert booking is not None and booking.isVisible()
    calendar.press("testh")
    calendar.qtbot.waitUntil(lambda: booking.patient.opened)
    calendar.press(Qt.Key.Key_Return)
    keys += 1
    assert booking.patient.text() == "Jonas Testholm"
    assert "12 Jun 1984" in booking.patient_field._words.text()
    calendar.press(Qt.Key.Key_Return)
    keys += 1
    calendar.settle()
    [block] = calendar.page.view.calendar.blocks
    assert block.visit.patient_name == "Jonas Testholm"
    assert block.visit.wall_start == datetime(2026, 11, 18, 11, 0) and block.visit.minutes == 30
    assert block.visit.visit_type == "Follow-up"
    assert keys <= 6
    assert calendar.page.view.focused_visit() == block.visit
    assert calendar.page.view.grid.hasFocus()
    assert calendar.said[-1][0] == "Jonas Testholm booked for Wed 18 Nov, 11:00"
    calendar.undo()
    assert not calendar.page.view.calendar.blocks
    assert calendar.said[-1][0] == "Undone: booking of Jonas Testholm, Wed 18 Nov, 11:00"


def test_enter_before_the_answer_still_picks_the_only_match(room: Room, calendar: CalendarWindow) -> None:
    calendar.page.view.set_cursor_at(Cursor(0, 11 * 60))
    calendar.press(Qt.Key.Key_Return)
    calendar.press("beispiel")
    calendar.press(Qt.Key.Key_Return)
    calendar.settle()
    booking = calendar.page.flow.booking
    assert booking is not None
    if booking.patient.opened:
        calendar.press(Qt.Key.Key_Return)
    assert booking.draft().patient is not None
    booking.close_layer()


def test_an_empty_booking_asks_for_a_patient(calendar: CalendarWindow) -> None:
    calendar.page.view.set_cursor_at(Cursor(0, 11 * 60))
    calendar.press(Qt.Key.Key_Return)
    calendar.press(Qt.Key.Key_Return)
    booking = calendar.page.flow.booking
    assert booking is not None and booking.isVisible()
    assert booking.patient_field.error == "Choose a patient from the list."
    booking.close_layer()


def test_a_slot_taken_meanwhile_keeps_the_entries_and_offers_the_next(
    room: Room, calendar: CalendarWindow
) -> None:
    other = room.clinic.patients.register(room.desk, a_patient("Stubson", "Noah"))
    calendar.page.view.set_cursor_at(Cursor(0, 11 * 60))
    calendar.press(Qt.Key.Key_Return)
    booking = calendar.page.flow.booking
    assert booking is not None
    calendar.press("beisp")
    calendar.qtbot.waitUntil(lambda: booking.patient.opened)
    calendar.press(Qt.Key.Key_Return)
    room.book(f"{TODAY} 11:00", patient_id=other.id)
    calendar.press(Qt.Key.Key_Return)
    calendar.settle()
    banner = booking.notice.banner
    assert banner is not None
    assert banner.accessibleName() == (
        "11:00 is taken by now. Your entries are kept. Next free: 11:30, 11:45, 12:00."
    )
    assert booking.patient.text() == "Greta Beispiel" and booking.reason_field.isVisible()
    assert banner.action is not None and banner.action.text() == "Book 11:30"
    banner.action.click()
    calendar.settle()
    starts = sorted(block.visit.wall_start.minute for block in calendar.page.view.calendar.blocks)
    assert starts == [0, 30]


def test_outside_hours_wants_a_reason(room: Room, calendar: CalendarWindow) -> None:
    calendar.page.view.set_cursor_at(Cursor(0, 13 * 60 + 15))
    calendar.press(Qt.Key.Key_Return)
    booking = calendar.page.flow.booking
    assert booking is not None
    calendar.press("beisp")
    calendar.qtbot.waitUntil(lambda: booking.patient.opened)
    calendar.press(Qt.Key.Key_Return)
    calendar.press(Qt.Key.Key_Return)
    calendar.settle()
    assert booking.reason_field.isVisible()
    booking.book.click()
    assert booking.reason_field.error
    calendar.press("Came in with pain")
    calendar.press(Qt.Key.Key_Return)
    calendar.settle()
    [block] = calendar.page.view.calendar.blocks
    assert block.visit.overbooked and block.visit.wall_start.hour == 13


def test_patients_of_one_name_are_told_apart(room: Room, calendar: CalendarWindow) -> None:
    for born in ("1990-01-02", "1961-07-30"):
        room.clinic.patients.register(room.desk, a_patient("Doppel", "Dora", birth_date=born))
    calendar.page.view.set_cursor_at(Cursor(0, 11 * 60))
    calendar.press(Qt.Key.Key_Return)
    booking = calendar.page.flow.booking
    assert booking is not None
    calendar.press("doppel")
    calendar.qtbot.waitUntil(lambda: booking.patient.opened)
    calendar.press(Qt.Key.Key_Return)
    assert "same name" in booking.patient_field._words.text()
    booking.close_layer()


def test_a_twin_who_is_not_on_the_list_is_warned_of_too(room: Room, calendar: CalendarWindow) -> None:
    twin = room.clinic.patients.register(room.desk, a_patient("Beispiel", "Greta", birth_date="1950-05-05"))
    calendar.page.start_booking(twin.id)
    calendar.settle()
    booking = calendar.page.flow.booking
    assert booking is not None
    assert "same name" in booking.patient_field._words.text()
    assert "5 May 1950 (76)" in booking.patient_field._words.text()
    booking.close_layer()


def test_a_new_patient_is_registered_on_the_way(room: Room, calendar: CalendarWindow) -> None:
    asked: list[tuple[str, Callable[..., None]]] = []
    calendar.desk.go.registerRequested.connect(lambda name, then: asked.append((name, then)))
    calendar.page.view.set_cursor_at(Cursor(0, 11 * 60))
    calendar.press(Qt.Key.Key_Return)
    booking = calendar.page.flow.booking
    assert booking is not None
    calendar.press("Nova Neu")
    calendar.press(Qt.Key.Key_N, CONTROL | SHIFT)
    [(name, then)] = asked
    assert name == "Nova Neu"
    then(room.clinic.patients.register(room.desk, a_patient("Neu", "Nova")))
    booking.book.click()
    calendar.settle()
    assert calendar.page.view.calendar.blocks[0].visit.patient_name == "Nova Neu"


def test_what_was_typed_is_there_again_within_ten_minutes(
    calendar: CalendarWindow, clock: FixedClock
) -> None:
    for minutes, typed in ((5, "beisp"), (11, "")):
        calendar.page.view.set_cursor_at(Cursor(0, 11 * 60))
        calendar.press(Qt.Key.Key_Return)
        booking = calendar.page.flow.booking
        assert booking is not None
        booking.patient.setText("beisp")
        calendar.page.view.grid.setFocus()
        booking.dismiss()
        clock.advance(timedelta(minutes=minutes))
        calendar.page.view.set_cursor_at(Cursor(0, 12 * 60))
        calendar.press(Qt.Key.Key_Return)
        again = calendar.page.flow.booking
        assert again is not None and again.patient.text() == typed
        again.patient.setText("")
        again.close_layer()
        calendar.settle()


def test_booking_for_a_patient_takes_the_next_free_time(room: Room, calendar: CalendarWindow) -> None:
    calendar.page.start_booking(room.patient.id)
    calendar.settle()
    booking = calendar.page.flow.booking
    assert booking is not None and booking.when.when() == datetime(2026, 11, 18, 10, 45)
    assert booking.book.hasFocus()
    calendar.press(Qt.Key.Key_Return)
    calendar.settle()
    assert calendar.page.view.calendar.blocks[0].visit.patient_id == room.patient.id


def test_booking_may_be_asked_for_before_the_page_has_loaded(
    room: Room, open_calendar: Callable[..., CalendarWindow]
) -> None:
    calendar = open_calendar(load=False)
    calendar.page.start_booking(room.patient.id)
    calendar.page.load()
    calendar.settle()
    assert calendar.page.flow.booking is not None
    calendar.page.flow.booking.close_layer()


# Moving


def test_dragging_moves_a_visit_to_another_time_and_doctor(
    room: Room, admin: Actor, open_calendar: Callable[..., CalendarWindow]
) -> None:
    second = room.clinic.practitioners.add(admin, a_doctor("Zander", "Tom"))
    visit = room.book(f"{TODAY} 11:00")
    calendar = open_calendar()
    drag(calendar, point(calendar, 660), point(calendar, 680), point(calendar, 11 * 60 + 45, column=1))
    moved = fresh(room, visit)
    assert (moved.practitioner_id, moved.wall_start.hour, moved.wall_start.minute) == (second.id, 11, 45)
    assert calendar.page.view.grid.ghost is None
    assert calendar.said[-1][0] == "Visit of Greta Beispiel moved to 11:45, Dr. Tom Zander"
    calendar.undo()
    back = fresh(room, visit)
    assert (back.practitioner_id, back.wall_start.hour) == (room.doctor.id, 11)


def test_escape_gives_a_drag_up(room: Room, calendar: CalendarWindow) -> None:
    visit = room.book(f"{TODAY} 11:00")
    calendar.settle()
    drag(calendar, point(calendar, 660), point(calendar, 720), drop=False)
    assert calendar.page.view.grid.ghost is not None
    calendar.press(Qt.Key.Key_Escape)
    QTest.mouseRelease(calendar.page.view.grid, Qt.MouseButton.LeftButton, pos=point(calendar, 720))
    calendar.settle()
    assert calendar.page.view.grid.ghost is None and fresh(room, visit) == visit


def test_news_wait_until_the_mouse_lets_go(room: Room, calendar: CalendarWindow) -> None:
    visit = room.book(f"{TODAY} 11:00")
    calendar.settle()
    drag(calendar, point(calendar, 660), point(calendar, 720), drop=False)
    room.book(f"{TODAY} 15:00")
    calendar.settle()
    ghost = calendar.page.view.grid.ghost
    assert ghost is not None and ghost.starts == 720
    QTest.mouseRelease(calendar.page.view.grid, Qt.MouseButton.LeftButton, pos=point(calendar, 720))
    calendar.settle()
    assert fresh(room, visit).wall_start.hour == 12
    assert len(calendar.page.view.calendar.blocks) == 2


def test_pulling_the_lower_edge_makes_it_longer(room: Room, calendar: CalendarWindow) -> None:
    visit = room.book(f"{TODAY} 11:00")
    calendar.settle()
    drag(calendar, point(calendar, 690, dy=-2), point(calendar, 700), point(calendar, 720, dy=0))
    assert fresh(room, visit).minutes == 60
    calendar.undo()
    assert fresh(room, visit).minutes == 30


def test_drawing_on_free_time_books_that_length(room: Room, calendar: CalendarWindow) -> None:
    drag(calendar, point(calendar, 660), point(calendar, 700))
    booking = calendar.page.flow.booking
    assert booking is not None
    assert (booking.draft().when.hour, booking.draft().minutes) == (11, 45)
    booking.close_layer()
    assert calendar.page.view.grid.placeholder is None


def test_control_and_arrows_move_step_by_step(room: Room, calendar: CalendarWindow) -> None:
    visit = room.book(f"{TODAY} 11:00")
    stand_on(calendar, visit)
    for _ in range(3):
        calendar.press(Qt.Key.Key_Down, CONTROL)
    calendar.settle()
    assert fresh(room, visit).wall_start == datetime(2026, 11, 18, 11, 45)
    focused = calendar.page.view.focused_visit()
    assert focused is not None and focused.id == visit.id
    calendar.undo()  # presses in quick succession are one move
    assert fresh(room, visit).wall_start == datetime(2026, 11, 18, 11, 0)


def test_shift_and_arrows_change_the_length(room: Room, calendar: CalendarWindow) -> None:
    visit = room.book(f"{TODAY} 11:00")
    stand_on(calendar, visit)
    calendar.press(Qt.Key.Key_Down, SHIFT)
    calendar.press(Qt.Key.Key_Down, SHIFT)
    calendar.settle()
    assert fresh(room, visit).minutes == 60
    calendar.press(Qt.Key.Key_Up, SHIFT)
    calendar.settle()
    assert fresh(room, visit).minutes == 45


def test_a_move_onto_a_taken_slot_is_refused_and_put_back(room: Room, calendar: CalendarWindow) -> None:
    visit = room.book(f"{TODAY} 11:00")
    calendar.settle()
    drag(calendar, point(calendar, 660), point(calendar, 720), drop=False)
    room.book(f"{TODAY} 12:00")
    QTest.mouseRelease(calendar.page.view.grid, Qt.MouseButton.LeftButton, pos=point(calendar, 720))
    calendar.settle()
    assert fresh(room, visit).wall_start.hour == 11
    ghost = calendar.page.view.grid.ghost
    assert ghost is not None and ghost.refused == "Time is taken"
    block = calendar.page.view.calendar.block_of(visit.id)
    assert block is not None and block.box.y == calendar.page.view.calendar.y_of(660)
    [toast] = calendar.window.findChildren(Toasts)[0].shown
    assert toast.text == "Wed 18 Nov, 12:00 to 12:30, Dr. Ines Modelo: That time is already taken."
    assert toast.action is not None
    toast.action.click()
    calendar.press("Twins come together")
    calendar.press(Qt.Key.Key_Return)
    calendar.settle()
    assert fresh(room, visit).wall_start.hour == 12 and fresh(room, visit).overbooked


def test_only_the_newest_refusal_is_offered_all_the_same(room: Room, calendar: CalendarWindow) -> None:
    other = room.clinic.patients.register(room.desk, a_patient("Stubson", "Noah"))
    visit = room.book(f"{TODAY} 11:00")
    for hour in (12, 15):
        room.book(f"{TODAY} {hour}:00", patient_id=other.id)
    toasts = calendar.window.findChildren(Toasts)[0]
    column = calendar.page.view.model.columns[0]
    for minute in (720, 900):
        calendar.page.flow.move(visit, column, minute)
        calendar.settle()
    [toast] = toasts.shown
    assert toast.text.startswith("Wed 18 Nov, 15:00 to 15:30, Dr. Ines Modelo")
    calendar.page.flow.move(visit, column, 960)
    calendar.settle()
    assert fresh(room, visit).wall_start.hour == 16 and not toasts.shown


def test_a_visit_changed_at_another_desk_is_not_overwritten(room: Room, calendar: CalendarWindow) -> None:
    visit = room.book(f"{TODAY} 11:00")
    calendar.settle()
    drag(calendar, point(calendar, 660), point(calendar, 720), drop=False)
    room.move(visit, f"{TODAY} 15:00")
    QTest.mouseRelease(calendar.page.view.grid, Qt.MouseButton.LeftButton, pos=point(calendar, 720))
    calendar.settle()
    assert fresh(room, visit).wall_start.hour == 15
    block = calendar.page.view.calendar.block_of(visit.id)
    assert block is not None and block.visit.wall_start.hour == 15


def test_a_visit_is_carried_to_another_day(room: Room, calendar: CalendarWindow) -> None:
    visit = room.book(f"{TODAY} 11:00")
    stand_on(calendar, visit)
    calendar.press("m")
    assert calendar.page.view.moves.carrying
    calendar.press(Qt.Key.Key_PageDown)
    calendar.settle()
    calendar.press(Qt.Key.Key_Down)
    calendar.press(Qt.Key.Key_Down)
    calendar.press(Qt.Key.Key_Return)
    calendar.settle()
    assert fresh(room, visit).wall_start == datetime(2026, 11, 19, 11, 30)
    assert not calendar.page.view.moves.carrying
    focused = calendar.page.view.focused_visit()
    assert focused is not None and (focused.id, focused.day) == (visit.id, date(2026, 11, 19))
    assert calendar.page.view.grid.accessibleDescription().startswith("11:30 to 12:00, Greta Beispiel")


def test_a_carried_visit_stays_with_its_doctor_and_at_its_place_whatever_is_shown_meanwhile(
    room: Room, admin: Actor, open_calendar: Callable[..., CalendarWindow]
) -> None:
    last = room.clinic.practitioners.add(admin, a_doctor("Zander", "Tom"))
    visit = room.book(f"{TODAY} 11:00")
    calendar = open_calendar()
    stand_on(calendar, visit)
    calendar.press("m")
    calendar.press(Qt.Key.Key_Right)
    calendar.press(Qt.Key.Key_Down)
    other = room.clinic.patients.register(room.desk, a_patient("Stubson", "Noah"))
    room.book(f"{TODAY} 15:00", patient_id=other.id)
    calendar.settle()
    calendar.press(Qt.Key.Key_PageDown)
    calendar.settle()
    calendar.press(Qt.Key.Key_Down)
    ghost = calendar.page.view.grid.ghost
    assert ghost is not None
    column = calendar.page.view.model.columns[ghost.column]
    assert (column.practitioner_id, column.day, ghost.starts) == (last.id, date(2026, 11, 19), 11 * 60 + 30)


def test_a_carried_visit_is_put_back_by_escape(room: Room, calendar: CalendarWindow) -> None:
    visit = room.book(f"{TODAY} 11:00")
    stand_on(calendar, visit)
    calendar.press("m")
    calendar.press(Qt.Key.Key_Down)
    calendar.press(Qt.Key.Key_Escape)
    calendar.settle()
    assert fresh(room, visit) == visit and calendar.page.view.grid.ghost is None


# Status


@pytest.mark.parametrize(
    ("keys", "status"),
    [("c", S.ARRIVED), ("ci", S.CHECKED_IN), ("cif", S.FULFILLED), ("n", S.NOSHOW), ("i", S.CHECKED_IN)],
)
def test_letters_set_the_status(
    room: Room, calendar: CalendarWindow, keys: str, status: AppointmentStatus
) -> None:
    visit = room.book(f"{TODAY} 10:30")
    stand_on(calendar, visit)
    before = visit.status
    for key in keys:
        before = fresh(room, visit).status
        calendar.press(key)
        calendar.settle()
    assert fresh(room, visit).status is status
    calendar.undo()
    assert fresh(room, visit).status is before


def test_cancelling_asks_why_and_can_be_undone(room: Room, calendar: CalendarWindow) -> None:
    visit = room.book(f"{TODAY} 11:00")
    stand_on(calendar, visit)
    calendar.press("x")
    calendar.press("3")
    calendar.press(Qt.Key.Key_Return)
    calendar.settle()
    cancelled = fresh(room, visit)
    assert cancelled.status is S.CANCELLED and cancelled.cancelled_by is CancelledBy.CLINIC
    assert cancelled.cancel_reason == "Doctor is not available"
    assert calendar.page.header.count.text() == "0 appointments"
    calendar.undo()
    assert fresh(room, visit).status is S.BOOKED


def test_another_reason_wants_words(room: Room, calendar: CalendarWindow) -> None:
    visit = room.book(f"{TODAY} 11:00")
    stand_on(calendar, visit)
    calendar.press("x")
    calendar.press("5")
    calendar.press(Qt.Key.Key_Return)
    calendar.settle()
    assert fresh(room, visit).status is S.BOOKED
    calendar.press("Snow 4 ever")
    calendar.press(Qt.Key.Key_Return)
    calendar.settle()
    assert fresh(room, visit).cancel_reason == "Snow 4 ever"


def test_the_details_name_the_patient_twice_and_do_the_next_step(
    room: Room, calendar: CalendarWindow
) -> None:
    visit = room.book(f"{TODAY} 10:30", visit_type="Lab results")
    stand_on(calendar, visit)
    calendar.press(Qt.Key.Key_Return)
    details = calendar.page.flow.details
    assert details is not None
    assert details.accessibleName() == (
        "10:30 to 11:00, Greta Beispiel, Lab results, Dr. Ines Modelo, booked, new patient"
    )
    assert details.primary is not None and details.primary.text() == "Check in"
    calendar.press(Qt.Key.Key_Return)
    calendar.settle()
    assert fresh(room, visit).status is S.ARRIVED
    assert calendar.page.flow.details is None and calendar.page.view.grid.hasFocus()


def test_a_name_typed_into_the_details_does_nothing(room: Room, calendar: CalendarWindow) -> None:
    """Somebody takes the details for the search box: no letter of a name may make the visit a no-show."""
    visit = room.book(f"{TODAY} 10:30")
    stand_on(calendar, visit)
    calendar.press(Qt.Key.Key_Return)
    assert calendar.page.flow.details is not None
    for letter in "arnexb":
        calendar.press(letter)
    calendar.settle()
    assert fresh(room, visit).status is S.BOOKED
    assert calendar.page.flow.details is not None
    calendar.press("c")
    calendar.settle()
    assert fresh(room, visit).status is S.ARRIVED, "the letter its button shows does act"


# Going about


def test_the_keys_of_the_grid(room: Room, calendar: CalendarWindow) -> None:
    page = calendar.page
    calendar.press(Qt.Key.Key_Home)
    assert page.view.cursor_at == Cursor(0, 540)
    calendar.press(Qt.Key.Key_Down)
    assert page.view.cursor_at == Cursor(0, 555)
    calendar.press(Qt.Key.Key_End)
    assert page.view.cursor_at == Cursor(0, 1005)
    calendar.press(Qt.Key.Key_PageDown)
    calendar.settle()
    assert page.day == date(2026, 11, 19)
    calendar.press(Qt.Key.Key_T, CONTROL)
    calendar.settle()
    assert page.day == date(2026, 11, 18)
    calendar.press("2")
    calendar.settle()
    assert page.period is Period.WEEK and len(page.view.model.columns) == 5
    calendar.press(Qt.Key.Key_PageDown)
    calendar.settle()
    assert page.header.title.text() == "23 to 27 November 2026"
    calendar.press("1")
    calendar.settle()
    assert page.period is Period.DAY and page.day == date(2026, 11, 25)


def test_going_to_a_typed_date(calendar: CalendarWindow) -> None:
    calendar.press(Qt.Key.Key_G, CONTROL)
    calendar.press("24 Dec 2026")
    calendar.press(Qt.Key.Key_Return)
    calendar.settle()
    assert calendar.page.day == date(2026, 12, 24)


def test_a_week_shows_one_doctor_and_moves_over_days(room: Room, calendar: CalendarWindow) -> None:
    visit = room.book(f"{TODAY} 11:00")
    calendar.page.set_period(Period.WEEK)
    calendar.settle()
    assert calendar.page.header.title.text() == "16 to 20 November 2026"
    assert calendar.page.header.count.text() == "Week 47, Dr. Ines Modelo"
    stand_on(calendar, visit)
    calendar.press(Qt.Key.Key_Right, CONTROL)
    calendar.settle()
    assert fresh(room, visit).wall_start == datetime(2026, 11, 19, 11, 0)


def test_doctors_and_filter_survive_a_change_of_view(
    room: Room, admin: Actor, open_calendar: Callable[..., CalendarWindow]
) -> None:
    second = room.clinic.practitioners.add(admin, a_doctor("Zander", "Tom"))
    calendar = open_calendar()
    page = calendar.page
    page.panel.doctors.boxes[room.doctor.id].click()
    page.panel.cancelled.click()
    calendar.settle()
    assert [c.practitioner_id for c in page.view.model.columns] == [second.id]
    calendar.press("2")
    calendar.settle()
    calendar.press("1")
    calendar.settle()
    assert [c.practitioner_id for c in page.view.model.columns] == [second.id]
    assert not page.panel.cancelled.isChecked()
    page.panel.doctors.boxes[second.id].click()
    calendar.settle()
    assert page.stack.currentWidget() is page.state
    assert page.state.title.text() == "No doctor is chosen"
    page.panel.doctors.all.click()
    calendar.settle()
    assert len(page.view.model.columns) == 2 and page.stack.currentWidget() is page.view


def test_a_day_on_which_nobody_works_says_so(calendar: CalendarWindow) -> None:
    calendar.page.show_day(date(2026, 11, 21))
    calendar.settle()
    assert calendar.page.state.title.text() == "Nobody works on Saturday 21 November"


def test_a_clinic_without_doctors_says_so(open_calendar: Callable[..., CalendarWindow]) -> None:
    calendar = open_calendar()
    assert calendar.page.state.title.text() == "No doctors yet"
    calendar.page.start_booking(None)
    calendar.settle()
    assert calendar.said[-1][0] == "There is no doctor to book with yet."


def test_an_administrator_may_look_but_not_book(
    room: Room, admin: Actor, open_calendar: Callable[..., CalendarWindow]
) -> None:
    visit = room.book(f"{TODAY} 11:00")
    calendar = open_calendar(actor=admin)
    assert not admin.may(Permission.BOOK_APPOINTMENT)
    stand_on(calendar, visit)
    calendar.press(Qt.Key.Key_Down, CONTROL)
    calendar.press("x")
    calendar.settle()
    assert fresh(room, visit) == visit
    calendar.page.view.set_cursor_at(Cursor(0, 15 * 60))
    calendar.press(Qt.Key.Key_Return)
    assert calendar.page.flow.booking is None and len(calendar.said) == 3


def test_an_error_keeps_what_is_shown(
    room: Room, calendar: CalendarWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    from meditrack_desktop.domain.errors import ErrorCode, Unavailable

    room.book(f"{TODAY} 11:00")
    calendar.settle()

    def fail(*_: object) -> None:
        raise Unavailable(ErrorCode.DATABASE_UNREACHABLE)

    with monkeypatch.context() as patch:
        patch.setattr(type(room.clinic.scheduling), "calendar", fail)
        calendar.page.refresh()
        calendar.settle()
    assert calendar.page.notices.banner is not None
    assert len(calendar.page.view.calendar.blocks) == 1
    calendar.page.refresh()
    calendar.settle()
    assert calendar.page.notices.banner is None


def test_on_a_narrow_window_the_panel_floats(
    room: Room, open_calendar: Callable[..., CalendarWindow]
) -> None:
    calendar = open_calendar(1024, 640)
    page = calendar.page
    assert not page.panel.isVisible() and page.view.width() == 1024
    page.header.panel.click()
    assert page.panel.isVisible() and page.view.width() == 1024
    page.panel.month.picked.emit(date(2026, 11, 20))
    calendar.settle()
    assert not page.panel.isVisible() and page.header.title.text() == "Fri 20 November"


def test_a_shown_visit_is_marked(room: Room, calendar: CalendarWindow) -> None:
    visit = room.book("2026-11-20 11:00")
    calendar.page.show_appointment(visit.id, visit.day)
    calendar.settle()
    assert calendar.page.view.grid.chosen == visit.id and calendar.page.day == visit.day
    found = room.clinic.scheduling.calendar(room.desk, CalendarRange(first=visit.day, last=visit.day))
    assert [each.id for each in found] == [visit.id]


def test_a_drag_to_the_edge_scrolls(room: Room, open_calendar: Callable[..., CalendarWindow]) -> None:
    room.book(f"{TODAY} 11:00")
    calendar = open_calendar(1024, 640)
    bar = calendar.page.view.area.verticalScrollBar()
    bar.setValue(0)
    bottom = calendar.page.view.area.viewport().height()
    drag(calendar, point(calendar, 660), QPoint(40, bottom - 60), QPoint(40, bottom - 2), drop=False)
    assert bar.value() > 0
    calendar.press(Qt.Key.Key_Escape)


def test_the_cursor_stays_with_doctor_and_day_when_the_view_turns(
    room: Room, admin: Actor, open_calendar: Callable[..., CalendarWindow]
) -> None:
    room.clinic.practitioners.add(admin, a_doctor("Zander", "Tom"))
    calendar = open_calendar()
    calendar.page.view.set_cursor_at(Cursor(1, 11 * 60))
    calendar.press("2")
    calendar.settle()
    assert calendar.page.view.cursor_at == Cursor(2, 11 * 60)
    assert calendar.page.header.count.text() == "Week 47, Dr. Tom Zander"
    calendar.press("1")
    calendar.settle()
    assert calendar.page.view.cursor_at == Cursor(1, 11 * 60)


def calling(calendar: CalendarWindow, name: str) -> BookingPopover:
    """Enter on a free slot, a name, Tab."""
    calendar.page.view.set_cursor_at(Cursor(0, 11 * 60))
    calendar.press(Qt.Key.Key_Return)
    booking = calendar.page.flow.booking
    assert booking is not None
    calendar.press(name)
    calendar.press(Qt.Key.Key_Tab)
    return booking


def test_a_new_caller_is_name_tab_phone_enter(room: Room, calendar: CalendarWindow) -> None:
    booking = calling(calendar, "nova neu")
    assert booking.caller.isVisible() and booking.caller.phone.hasFocus()
    calendar.press("020 7946 0999")
    calendar.press(Qt.Key.Key_Return)
    calendar.settle()
    visit = calendar.page.view.calendar.blocks[0].visit
    assert visit.patient_name == "Nova Neu"
    patient = room.clinic.patients.get(room.desk, visit.patient_id)
    assert patient.provisional and patient.phones[0].e164 == "+442079460999"


def test_the_details_of_a_new_caller_show_everything_and_enter_is_still_the_next_step(
    room: Room, calendar: CalendarWindow
) -> None:
    calling(calendar, "nova neu")
    calendar.press("020 7946 0999")
    calendar.press(Qt.Key.Key_Return)
    calendar.settle()
    calendar.press("c")
    calendar.settle()
    calendar.press(Qt.Key.Key_Return)
    details = calendar.page.flow.details
    assert details is not None and details.primary is not None
    assert [one.text() for one in details.findChildren(Button) if one.text() == "Complete the record"]
    assert details.primary.text() == "Send in" and details.primary.hasFocus()
    inside = details.panel.rect()
    for part in details.panel.findChildren(QWidget):
        if part.isVisible():
            at = QRect(part.mapTo(details.panel, QPoint(0, 0)), part.size())
            assert inside.left() <= at.left() and at.right() <= inside.right(), part


def test_a_new_caller_without_a_phone_is_asked_for_one(room: Room, calendar: CalendarWindow) -> None:
    booking = calling(calendar, "nova neu")
    calendar.press(Qt.Key.Key_Return)
    calendar.settle()
    assert booking.caller.error and booking.caller.phone.hasFocus()
    assert calendar.page.view.calendar.blocks == ()
    booking.close_layer()


def test_a_caller_the_clinic_knows_by_name_and_number_is_not_made_twice(
    room: Room, calendar: CalendarWindow
) -> None:
    known = room.clinic.patients.register(
        room.desk, a_patient("Neu", "Nova", "020 7946 0999", birth_date="1984-06-12")
    )
    booking = calling(calendar, "nova neu")
    calendar.press("020 7946 0999")
    calendar.press(Qt.Key.Key_Return)
    calendar.settle()
    assert booking.caller.known is not None and booking.caller.choose.hasFocus()
    assert "12 Jun 1984" in booking.caller._words.text()
    calendar.press(Qt.Key.Key_Space)
    calendar.settle()
    assert calendar.page.view.calendar.blocks[0].visit.patient_id == known.id
    assert room.clinic.patients.find(room.desk, FindPatients(text="neu")).total == 1


def test_somebody_else_of_the_same_name_and_number_needs_saying_so(
    room: Room, calendar: CalendarWindow
) -> None:
    known = room.clinic.patients.register(room.desk, a_patient("Neu", "Nova", "020 7946 0999"))
    booking = calling(calendar, "nova neu")
    calendar.press("020 7946 0999")
    calendar.press(Qt.Key.Key_Return)
    calendar.settle()
    booking.caller.other.click()
    calendar.press(Qt.Key.Key_Return)
    calendar.settle()
    assert calendar.page.view.calendar.blocks[0].visit.patient_id != known.id


def test_going_back_to_the_name_gives_the_new_caller_up(calendar: CalendarWindow) -> None:
    booking = calling(calendar, "nova")
    booking.patient.setFocus()
    calendar.press(" neu")
    assert not booking.caller.isVisible() and booking.caller.name == ""
    booking.close_layer()
