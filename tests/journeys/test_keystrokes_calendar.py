"""How many keys the day's work at the calendar takes, counted at the real window over a real clinic.

Every key goes to whatever has the focus, through the window; nothing is called, set or clicked by the test. The
targets are those of the receptionist's day: k keys besides what is typed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.front_desk import JoinWaitlist
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.practitioner_profiles import SaveDoctorGroup
from meditrack_desktop.domain.scheduling import Appointment, AppointmentStatus, CalendarRange, CancelledBy
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.main_window import MainWindow
from meditrack_desktop.ui.scheduling.day_model import Period
from meditrack_desktop.ui.scheduling.page import SchedulingPage
from meditrack_desktop.ui.tasks import Tasks
from tests.journeys.hands import ALT, CONTROL, SHIFT, Hands
from tests.makers.people import a_doctor, a_patient
from tests.makers.visits import Room, a_room
from tests.ui.conftest import enter, site, tasks, window

__all__ = ["enter", "site", "tasks", "window"]

TODAY = "2026-11-18"
Key = Qt.Key
S = AppointmentStatus


@pytest.fixture
def room(clinic: Clinic, reception: Actor, admin: Actor) -> Room:
    """Dr. Modelo, weekdays 9 to 13 and 14 to 17, and Greta Beispiel, whose second visit it would be."""
    made = a_room(clinic, reception, admin)
    made.book("2026-11-16 09:00")
    return made


@pytest.fixture
def kim(clinic: Clinic, reception: Actor) -> Patient:
    """Kim Mader, among people whose names are like hers."""
    for given, family in (("Kira", "Beispiel"), ("Max", "Kirsch"), ("Kilian", "Dummond")):
        clinic.patients.register(reception, a_patient(family, given))
    return clinic.patients.register(reception, a_patient("Mader", "Kim", "020 7946 0142"))


class Calendar:
    """The calendar in front, and what is asked of the clinic to see what came of the keys."""

    def __init__(self, hands: Hands, room: Room) -> None:
        self.hands, self.room = hands, room

    @property
    def page(self) -> SchedulingPage:
        page = self.hands.page()
        assert isinstance(page, SchedulingPage)
        return page

    def at(self) -> tuple[date, int]:
        """Where the keyboard is: day and minute."""
        view, cursor = self.page.view, self.page.view.cursor_at
        assert cursor is not None
        return view.model.columns[cursor.column].day, cursor.minute

    def walk_to(self, minute: int) -> None:
        """Arrow keys to a time of the day that is shown; choosing a slot is not counted."""
        self.hands.press(Key.Key_Home)
        for _ in range(100):
            if self.at()[1] >= minute:
                break
            self.hands.press(Key.Key_Down)
        assert self.at()[1] == minute
        self.hands.look()
        self.hands.begin()

    def visits(self, day: str = TODAY) -> tuple[Appointment, ...]:
        wanted = CalendarRange(first=date.fromisoformat(day), last=date.fromisoformat(day))
        return self.room.clinic.scheduling.calendar(self.room.desk, wanted)

    def again(self, visit: Appointment) -> Appointment:
        return self.room.clinic.scheduling.get(self.room.desk, visit.id)


@pytest.fixture
def calendar(
    qtbot: QtBot, enter: Callable[[Actor], MainWindow], room: Room, tasks: Tasks, window: MainWindow
) -> Iterator[Calendar]:
    """The receptionist at the calendar of today, reached by its key."""
    hands = Hands(qtbot, enter(room.desk), tasks)
    hands.look()
    frame = hands.window.frame
    assert frame is not None
    number = list(frame.sidebar.buttons).index("calendar") + 1
    hands.press(Qt.Key[f"Key_{number}"], CONTROL)
    hands.look()
    found = Calendar(hands, room)
    assert found.page.view.grid.hasFocus()
    hands.begin()
    yield found


# Task 2: a known patient in a chosen slot


def test_a_known_patient_is_booked_in_a_chosen_slot_with_six_keys(calendar: Calendar, kim: Patient) -> None:
    """`ki m`, Enter picks, Enter books: six presses in all, letters counted."""
    calendar.walk_to(11 * 60)
    calendar.hands.type("ki m")
    calendar.hands.look()
    calendar.hands.press(Key.Key_Return)
    calendar.hands.press(Key.Key_Return)
    calendar.hands.look()
    [visit] = calendar.visits()
    assert (visit.patient_id, visit.wall_start) == (kim.id, datetime(2026, 11, 18, 11))
    assert calendar.hands.keys == ["Return", "Return"]
    assert len(calendar.hands.keys) + len(calendar.hands.letters) <= 6
    assert calendar.page.view.grid.hasFocus()


def test_enter_need_not_wait_for_the_list(calendar: Calendar, kim: Patient) -> None:
    calendar.walk_to(11 * 60)
    calendar.hands.type("kim m")
    calendar.hands.press(Key.Key_Return)  # before anything is listed: only she can be meant
    calendar.hands.look()
    calendar.hands.press(Key.Key_Return)
    calendar.hands.look()
    assert [visit.patient_id for visit in calendar.visits()] == [kim.id]


# Task 3: a new caller


def test_a_new_caller_is_name_tab_phone_enter(calendar: Calendar) -> None:
    calendar.walk_to(11 * 60)
    calendar.hands.type("nova neu")
    calendar.hands.press(Key.Key_Tab)
    calendar.hands.type("020 7946 0999")
    calendar.hands.press(Key.Key_Return)
    calendar.hands.look()
    [visit] = calendar.visits()
    assert visit.patient_name == "Nova Neu" and visit.provisional
    assert calendar.hands.keys == ["Tab", "Return"]


# Task 4: the next opening


def test_the_next_opening_is_one_key_and_its_repeats_step_on(calendar: Calendar) -> None:
    for start in ("09:00", "14:00"):
        calendar.room.book(f"{TODAY} {start}", minutes=180 if start == "14:00" else 240)
    calendar.hands.look()
    calendar.hands.begin()
    calendar.hands.press(Key.Key_F3)
    calendar.hands.look()
    assert calendar.at() == (date(2026, 11, 19), 9 * 60)
    assert calendar.hands.keys == ["F3"]
    calendar.hands.press(Key.Key_F3)
    calendar.hands.look()
    first = calendar.at()
    assert first > (date(2026, 11, 19), 9 * 60)
    calendar.hands.press(Key.Key_F3, SHIFT)
    calendar.hands.look()
    assert calendar.at() == (date(2026, 11, 19), 9 * 60)
    calendar.hands.press(Key.Key_Return)
    calendar.hands.type("beisp")
    calendar.hands.look()
    calendar.hands.press(Key.Key_Return)
    calendar.hands.press(Key.Key_Return)
    calendar.hands.look()
    assert [visit.wall_start.hour for visit in calendar.visits("2026-11-19")] == [9]


# Task 5: another day


@pytest.fixture
def visit(room: Room) -> Appointment:
    """Greta Beispiel today at 11."""
    return room.book(f"{TODAY} 11:00")


def stand_on(calendar: Calendar, visit: Appointment) -> None:
    """Arrow keys to a visit; choosing it is not counted."""
    calendar.hands.press(Key.Key_Home)
    for _ in range(60):
        focused = calendar.page.view.focused_visit()
        if focused is not None and focused.id == visit.id:
            break
        calendar.hands.press(Key.Key_Down)
    focused = calendar.page.view.focused_visit()
    assert focused is not None and focused.id == visit.id
    calendar.hands.look()
    calendar.hands.begin()


@pytest.mark.parametrize("drop", [(Key.Key_V, CONTROL), (Key.Key_Return, Qt.KeyboardModifier.NoModifier)])
def test_a_visit_goes_to_another_day_by_cut_date_and_paste(
    visit: Appointment, calendar: Calendar, drop: tuple[Qt.Key, Qt.KeyboardModifier]
) -> None:
    """Cut, a typed date with its Enter, paste: three keys and the date."""
    stand_on(calendar, visit)
    calendar.hands.press(Key.Key_X, CONTROL)
    calendar.hands.type("+1w")
    calendar.hands.press(Key.Key_Return)
    calendar.hands.look()
    calendar.hands.press(*drop)
    calendar.hands.look()
    assert calendar.again(visit).wall_start == datetime(2026, 11, 25, 11)
    assert len(calendar.hands.keys) == 3
    calendar.hands.begin()
    calendar.hands.press(Key.Key_Z, CONTROL)
    calendar.hands.look()
    assert calendar.again(visit).wall_start == datetime(2026, 11, 18, 11)


def test_the_letter_g_asks_for_the_date_as_well_and_escape_puts_the_visit_back(
    visit: Appointment, calendar: Calendar
) -> None:
    stand_on(calendar, visit)
    calendar.hands.press(Key.Key_X, CONTROL)
    calendar.hands.press(Key.Key_G)
    calendar.hands.type("+1w")
    calendar.hands.press(Key.Key_Return)
    calendar.hands.look()
    assert calendar.page.day == date(2026, 11, 25)
    assert calendar.page.view.grid.carried == visit
    calendar.hands.press(Key.Key_Escape)
    calendar.hands.look()
    assert not calendar.page.view.moves.carrying
    assert calendar.again(visit).version == visit.version


# Task 6: cancelling, and task 10: who waits for the time


@pytest.mark.parametrize("key", [Key.Key_Delete, Key.Key_X])
def test_a_visit_is_cancelled_with_a_reason_in_three_keys(
    visit: Appointment, calendar: Calendar, key: Qt.Key
) -> None:
    stand_on(calendar, visit)
    calendar.hands.press(key)
    calendar.hands.press(Key.Key_3)
    calendar.hands.press(Key.Key_Return)
    calendar.hands.look()
    after = calendar.again(visit)
    assert (after.status, after.cancelled_by) == (S.CANCELLED, CancelledBy.CLINIC)
    assert after.cancel_reason == "Doctor is not available"
    assert len(calendar.hands.keys) == 3 and not calendar.hands.letters


def test_a_freed_slot_offers_whoever_waits_and_one_key_books_them(
    visit: Appointment, calendar: Calendar, clinic: Clinic, kim: Patient
) -> None:
    clinic.waitlist.join(calendar.room.desk, JoinWaitlist(patient_id=kim.id, minutes=30))
    stand_on(calendar, visit)
    calendar.hands.press(Key.Key_Delete)
    calendar.hands.press(Key.Key_1)
    calendar.hands.press(Key.Key_Return)
    calendar.hands.look()
    panel = calendar.page.flow.freed.panel
    assert panel is not None and panel.isVisible()
    assert [entry.patient_phone for entry in panel.entries] == ["020 7946 0142"]
    calendar.hands.begin()
    calendar.hands.press(Key.Key_Return)
    calendar.hands.look()
    assert calendar.hands.keys == ["Return"]
    booked = [each for each in calendar.visits() if each.status is S.BOOKED]
    assert [(each.patient_id, each.wall_start.hour) for each in booked] == [(kim.id, 11)]
    assert clinic.waitlist.list(calendar.room.desk) == ()


# Tasks 7 and 8: statuses


@pytest.mark.parametrize(
    ("key", "status"), [(Key.Key_C, S.ARRIVED), (Key.Key_N, S.NOSHOW), (Key.Key_I, S.CHECKED_IN)]
)
def test_a_status_is_one_key(room: Room, calendar: Calendar, key: Qt.Key, status: AppointmentStatus) -> None:
    visit = room.book(f"{TODAY} 10:30")
    calendar.hands.look()
    stand_on(calendar, visit)
    calendar.hands.press(key)
    calendar.hands.look()
    assert calendar.again(visit).status is status
    assert len(calendar.hands.keys) == 1
    calendar.hands.press(Key.Key_Z, CONTROL)
    calendar.hands.look()
    assert calendar.again(visit).status is S.BOOKED
    calendar.hands.press(Key.Key_Y, CONTROL)
    calendar.hands.look()
    assert calendar.again(visit).status is status


def test_a_whole_visit_is_one_key_a_step_and_each_is_stamped(visit: Appointment, calendar: Calendar) -> None:
    stand_on(calendar, visit)
    for key in (Key.Key_C, Key.Key_I, Key.Key_S, Key.Key_F):
        calendar.hands.press(key)
        calendar.hands.look()
    after = calendar.again(visit)
    assert after.status is S.FULFILLED and len(calendar.hands.keys) == 4
    assert None not in (after.arrived_at, after.roomed_at, after.seen_at, after.left_at)


# Task 12: doctors, views and days


def test_groups_views_and_days_are_one_key_each(
    calendar: Calendar, clinic: Clinic, admin: Actor, room: Room
) -> None:
    second = clinic.practitioners.add(admin, a_doctor("Zander", "Tom"))
    clinic.doctor_groups.save(
        admin, SaveDoctorGroup(name="Zander only", position=1, practitioner_ids=(second.id,))
    )
    calendar.hands.look()
    assert len(calendar.page.view.model.columns) == 2
    calendar.hands.begin()
    calendar.hands.press(Key.Key_1, ALT)
    calendar.hands.look()
    assert [column.practitioner_id for column in calendar.page.view.model.columns] == [second.id]
    assert calendar.hands.keys == ["1"]
    for key, period in ((Key.Key_2, Period.WEEK), (Key.Key_3, Period.MONTH), (Key.Key_1, Period.DAY)):
        calendar.hands.begin()
        calendar.hands.press(key)
        calendar.hands.look()
        assert calendar.page.period is period and len(calendar.hands.keys) == 1
    visit_free = calendar.page.day + timedelta(weeks=2)
    calendar.hands.begin()
    calendar.hands.press(Key.Key_G, CONTROL)
    calendar.hands.type("+2w")
    calendar.hands.press(Key.Key_Return)
    calendar.hands.look()
    assert calendar.page.day == visit_free
    assert calendar.hands.keys == ["G", "Return"]


def test_what_was_done_before_a_restart_is_taken_back_by_one_key(
    qtbot: QtBot, enter: Callable[[Actor], MainWindow], visit: Appointment, calendar: Calendar
) -> None:
    """No toast is left that could offer it: the deed itself is."""
    calendar.hands.press(Key.Key_Z, CONTROL)
    calendar.hands.look()
    assert calendar.visits() == ()
    assert QApplication.focusWidget() is not None
