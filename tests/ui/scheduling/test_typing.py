"""Letters on free time begin a booking; what the keys do instead on a visit; the next free time by one key."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.practitioner_profiles import SaveDoctorGroup
from meditrack_desktop.domain.scheduling import AppointmentStatus
from meditrack_desktop.domain.working_time import AddAbsence
from meditrack_desktop.ui.scheduling.cursor import Cursor
from meditrack_desktop.ui.scheduling.day_model import Period
from tests.makers.people import a_doctor, a_patient
from tests.makers.visits import Room
from tests.ui.scheduling.conftest import CalendarWindow
from tests.ui.scheduling.test_page import CONTROL, SHIFT, TODAY, drag, fresh, point, stand_on

ALT = Qt.KeyboardModifier.AltModifier


def at(calendar: CalendarWindow, minute: int, column: int = 0) -> None:
    calendar.page.view.set_cursor_at(Cursor(column, minute))


def test_a_known_patient_is_booked_in_a_chosen_slot_with_six_keys(
    room: Room, calendar: CalendarWindow
) -> None:
    room.clinic.patients.register(room.desk, a_patient("Madsen", "Kirsten", birth_date="1984-06-12"))
    at(calendar, 660)
    keys = 0
    for letter in "kirs":
        calendar.press(letter)
        keys += 1
    booking = calendar.page.flow.booking
    assert booking is not None and booking.patient.hasFocus() and booking.patient.text() == "kirs"
    calendar.qtbot.waitUntil(lambda: booking.patient.opened)
    for _ in range(2):
        calendar.press(Qt.Key.Key_Return)
        keys += 1
    calendar.settle()
    [block] = calendar.page.view.calendar.blocks
    assert block.visit.patient_name == "Kirsten Madsen"
    assert block.visit.wall_start == datetime(2026, 11, 18, 11, 0)
    assert keys == 6


@pytest.mark.parametrize("letter", ["t", "g", "b", "c", "i", "f", "n", "x", "m", "T", "ł", "Å", "ж"])
def test_every_letter_on_free_time_begins_a_name(calendar: CalendarWindow, letter: str) -> None:
    at(calendar, 660)
    if letter.isascii():
        calendar.press(letter)
    else:
        QTest.sendKeyEvent(
            QTest.KeyAction.Click,
            calendar.page.view.grid,
            Qt.Key.Key_unknown,
            letter,
            Qt.KeyboardModifier.NoModifier,
        )
    booking = calendar.page.flow.booking
    assert booking is not None and booking.patient.text() == letter
    assert calendar.page.day == date(2026, 11, 18) and calendar.page.period is Period.DAY
    booking.patient.setText("")
    booking.close_layer()


def test_letters_with_a_draft_kept_begin_anew(calendar: CalendarWindow) -> None:
    at(calendar, 660)
    calendar.press("abc")
    booking = calendar.page.flow.booking
    assert booking is not None
    booking.dismiss()
    at(calendar, 720)
    calendar.press("k")
    again = calendar.page.flow.booking
    assert again is not None and again.patient.text() == "k"
    again.patient.setText("")
    again.close_layer()


def test_no_letter_on_a_visit_begins_a_booking(room: Room, calendar: CalendarWindow) -> None:
    visit = room.book(f"{TODAY} 11:00")
    stand_on(calendar, visit)
    calendar.press("k")
    assert calendar.page.flow.booking is None
    calendar.press("g")
    assert calendar.page.flow.booking is None
    calendar.press("+2w")
    calendar.press(Qt.Key.Key_Return)
    calendar.settle()
    assert calendar.page.day == date(2026, 12, 2)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("+2w", date(2026, 12, 2)),
        ("-3d", date(2026, 11, 15)),
        ("t", date(2026, 11, 18)),
        ("mon", date(2026, 11, 23)),
        ("24.12.2026", date(2026, 12, 24)),
        ("24/12", date(2026, 12, 24)),
        ("2027-01-02", date(2027, 1, 2)),
    ],
)
def test_a_date_is_typed_as_people_say_it(calendar: CalendarWindow, typed: str, day: date) -> None:
    calendar.page.go_to(date(2026, 11, 19))
    calendar.settle()
    calendar.press(Qt.Key.Key_G, CONTROL)
    calendar.press(typed)
    calendar.press(Qt.Key.Key_Return)
    calendar.settle()
    assert calendar.page.day == day


def test_the_chosen_time_is_stretched_and_booked_at_that_length(calendar: CalendarWindow) -> None:
    at(calendar, 660)
    calendar.press(Qt.Key.Key_Down, SHIFT)
    calendar.press("+")
    assert calendar.page.view.cursor_at == Cursor(0, 660, None, 45)
    assert "Free, 11:00 to 11:45" in calendar.page.view.cursor_words()
    calendar.press("+")
    calendar.press("-")
    calendar.press(Qt.Key.Key_Return)
    booking = calendar.page.flow.booking
    assert booking is not None and booking.draft().minutes == 45
    booking.close_layer()
    calendar.press(Qt.Key.Key_Up, SHIFT)
    calendar.press(Qt.Key.Key_Up, SHIFT)
    calendar.press(Qt.Key.Key_Up, SHIFT)
    assert calendar.page.view.cursor_at == Cursor(0, 660)
    calendar.press(Qt.Key.Key_Down, SHIFT)
    calendar.press(Qt.Key.Key_Down)
    assert calendar.page.view.cursor_at == Cursor(0, 675), "a step chooses a quarter of an hour again"


def test_drawing_a_length_and_typing_are_the_same_booking(calendar: CalendarWindow) -> None:
    drag(calendar, point(calendar, 660), point(calendar, 690))
    booking = calendar.page.flow.booking
    assert booking is not None
    drawn = booking.draft()
    booking.close_layer()
    at(calendar, 660)
    calendar.press("+")
    calendar.press("+")
    calendar.press("z")
    typed = calendar.page.flow.booking
    assert typed is not None
    assert (typed.draft().when, typed.draft().minutes) == (drawn.when, drawn.minutes)
    typed.patient.setText("")
    typed.close_layer()


def test_one_key_steps_through_the_free_times_of_a_doctor_over_weeks(
    room: Room, calendar: CalendarWindow
) -> None:
    room.book(f"{TODAY} 11:00", 120)
    room.book(f"{TODAY} 14:00", 180)
    for day in ("19", "20"):
        room.book(f"2026-11-{day} 09:00", 240)
        room.book(f"2026-11-{day} 14:00", 180)
    calendar.settle()
    at(calendar, 600)
    places = []
    for _ in range(3):
        calendar.press(Qt.Key.Key_F3)
        calendar.settle()
        cursor = calendar.page.view.cursor_at
        assert cursor is not None
        places.append((calendar.page.day.day, cursor.minute))
    assert places == [(18, 645), (23, 540), (23, 840)], "the weekend and full days are passed over"
    calendar.press("k")
    booking = calendar.page.flow.booking
    assert booking is not None and booking.draft().when == datetime(2026, 11, 23, 14, 0)
    booking.patient.setText("")
    booking.close_layer()


def test_an_absence_is_shown_and_passed_over_by_the_next_free_time(
    room: Room, admin: Actor, calendar: CalendarWindow
) -> None:
    absence = AddAbsence(
        practitioner_id=room.doctor.id,
        wall_start=datetime(2026, 11, 18, 10, 0),
        wall_end=datetime(2026, 11, 18, 15, 0),
    )
    room.clinic.absences.add(admin, absence)
    calendar.settle()
    at(calendar, 600)
    assert calendar.page.view.cursor_words().startswith("Vacation until 15:00, 10:00 to 10:15")
    calendar.press(Qt.Key.Key_F3)
    assert calendar.page.view.cursor_at == Cursor(0, 900)


# Groups and views


@pytest.fixture
def two(room: Room, admin: Actor) -> Room:
    """A second doctor, and a group for each of the two."""
    second = room.clinic.practitioners.add(admin, a_doctor("Zander", "Tom"))
    for position, (name, doctor) in enumerate((("Mornings", room.doctor), ("Afternoons", second)), start=1):
        room.clinic.doctor_groups.save(
            admin, SaveDoctorGroup(name=name, position=position, practitioner_ids=(doctor.id,))
        )
    return room


def names(calendar: CalendarWindow) -> list[str]:
    return [column.practitioner.family for column in calendar.page.view.model.columns]


def test_a_group_of_doctors_on_one_key(two: Room, open_calendar: Callable[..., CalendarWindow]) -> None:
    calendar = open_calendar()
    assert names(calendar) == ["Modelo", "Zander"]
    calendar.press(Qt.Key.Key_2, ALT)
    calendar.settle()
    assert names(calendar) == ["Zander"]
    calendar.press(Qt.Key.Key_1, ALT)
    calendar.settle()
    assert names(calendar) == ["Modelo"]
    calendar.press(Qt.Key.Key_0, ALT)
    calendar.settle()
    assert names(calendar) == ["Modelo", "Zander"]
    calendar.press(Qt.Key.Key_7, ALT)
    assert calendar.said[-1][0] == "No doctor group has the key 7."
    buttons = calendar.page.panel.doctors.group_buttons
    assert [button.text() for button in buttons.values()] == ["Mornings", "Afternoons"]
    next(iter(buttons.values())).click()
    calendar.settle()
    assert names(calendar) == ["Modelo"]


def test_a_group_made_at_another_desk_appears(two: Room, calendar: CalendarWindow, admin: Actor) -> None:
    two.clinic.doctor_groups.save(
        admin, SaveDoctorGroup(name="Everybody", position=5, practitioner_ids=(two.doctor.id,))
    )
    calendar.settle()
    assert len(calendar.page.panel.doctors.group_buttons) == 3


@pytest.mark.parametrize("view", list(Period))
def test_day_and_doctors_survive_every_change_of_view(
    two: Room, open_calendar: Callable[..., CalendarWindow], view: Period
) -> None:
    calendar = open_calendar()
    calendar.press(Qt.Key.Key_2, ALT)
    calendar.settle()
    calendar.page.go_to(date(2026, 11, 25))
    calendar.settle()
    at(calendar, 660)
    calendar.press(str(list(Period).index(view) + 1))
    calendar.settle()
    assert calendar.page.period is view
    calendar.press("1")
    calendar.settle()
    assert calendar.page.period is Period.DAY and calendar.page.day == date(2026, 11, 25)
    assert names(calendar) == ["Zander"]


def test_the_keys_go_where_the_view_goes(two: Room, open_calendar: Callable[..., CalendarWindow]) -> None:
    """After a key that changes the view the next one is heard by the view now shown."""
    calendar = open_calendar()
    for key, title in (
        ("3", "November 2026"),
        ("4", "Wed 18 November"),
        ("2", "16 to 20 November 2026"),
    ):
        calendar.press(key)
        calendar.settle()
        assert calendar.page.header.title.text() == title
    calendar.press(Qt.Key.Key_PageDown)
    calendar.settle()
    assert calendar.page.day == date(2026, 11, 25)


def test_a_day_without_work_can_be_left_by_keys(calendar: CalendarWindow) -> None:
    calendar.page.go_to(date(2026, 11, 20))
    calendar.settle()
    calendar.press(Qt.Key.Key_PageDown)
    calendar.settle()
    assert calendar.page.stack.currentWidget() is calendar.page.state
    calendar.press(Qt.Key.Key_PageUp)
    calendar.settle()
    assert calendar.page.day == date(2026, 11, 20)
    assert calendar.page.stack.currentWidget() is calendar.page.view


def test_delete_cancels_and_space_shows(room: Room, calendar: CalendarWindow) -> None:
    visit = room.book(f"{TODAY} 11:00")
    stand_on(calendar, visit)
    calendar.press(Qt.Key.Key_Space)
    details = calendar.page.flow.details
    assert details is not None
    details.close_layer()
    stand_on(calendar, visit)
    calendar.press(Qt.Key.Key_Delete)
    calendar.press("1")
    calendar.press(Qt.Key.Key_Return)
    calendar.settle()
    assert fresh(room, visit).status is AppointmentStatus.CANCELLED
