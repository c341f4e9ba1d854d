"""The agenda: a day as a list with the line of now, filters, and the next step of each visit on its row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.scheduling import Appointment, AppointmentStatus
from meditrack_desktop.ui.scheduling.agenda_model import AgendaFilter, NowRow, agenda
from meditrack_desktop.ui.scheduling.agenda_table import AgendaTable
from meditrack_desktop.ui.scheduling.day_model import Period, minutes_of, wall
from tests.makers.people import a_doctor, a_patient
from tests.makers.visits import Room
from tests.ui.scheduling import example_day
from tests.ui.scheduling.conftest import CalendarWindow
from tests.ui.scheduling.test_page import TODAY, fresh

VISITS = example_day.visits()
NOW = wall(example_day.DAY, 10 * 60 + 42)
ALL = AgendaFilter()
S = AppointmentStatus


def test_rows_are_in_order_of_time_with_now_between_begun_and_to_come() -> None:
    rows = agenda(VISITS, None, ALL, NOW)
    starts = [minutes_of(row)[0] for row in rows if isinstance(row, Appointment)]
    assert starts == sorted(starts) and len(starts) == len(VISITS)
    at = rows.index(NowRow(642))
    before, after = rows[at - 1], rows[at + 1]
    assert isinstance(before, Appointment) and isinstance(after, Appointment)
    assert minutes_of(before)[0] <= 642 < minutes_of(after)[0]
    assert NowRow(642) not in agenda(VISITS, None, ALL, None)
    assert agenda((), None, ALL, NOW) == []


def test_before_the_first_and_after_the_last_visit() -> None:
    assert isinstance(agenda(VISITS, None, ALL, wall(example_day.DAY, 300))[0], NowRow)
    assert isinstance(agenda(VISITS, None, ALL, wall(example_day.DAY, 1200))[-1], NowRow)


def test_filters_leave_out_what_they_say() -> None:
    ines = example_day.doctors()[0].id
    rows = [row for row in agenda(VISITS, frozenset({ines}), ALL, NOW) if isinstance(row, Appointment)]
    assert {row.practitioner_id for row in rows} == {ines} and len(rows) == 14
    late = agenda(VISITS, None, ALL.since_now(NOW), None)
    assert all(minutes_of(row)[1] > 600 for row in late if isinstance(row, Appointment))
    waiting = agenda(VISITS, None, AgendaFilter(looks=frozenset({"arrived"})), None)
    assert len(waiting) == 4
    kinds = agenda(VISITS, None, AgendaFilter(kinds=frozenset({"Follow-up"})), None)
    assert {row.visit_type for row in kinds if isinstance(row, Appointment)} == {"Follow-up"}
    shown = agenda(VISITS, None, ALL, None, cancelled=False)
    assert len(shown) == len(VISITS) - 1


@pytest.fixture
def booked(room: Room) -> list[Appointment]:
    times = (f"{TODAY} 09:00", f"{TODAY} 10:30", f"{TODAY} 11:30", f"{TODAY} 14:00")
    people = [room.patient] + [
        room.clinic.patients.register(room.desk, a_patient(name, "Nora", birth_date="1980-02-03"))
        for name in ("Adler", "Bauer", "Conrad")
    ]
    return [
        room.book(when, patient_id=patient.id, visit_type="Follow-up" if n % 2 else "Vaccination")
        for n, (when, patient) in enumerate(zip(times, people, strict=True))
    ]


@pytest.fixture
def listed(booked: list[Appointment], open_calendar: Callable[..., CalendarWindow]) -> CalendarWindow:
    calendar = open_calendar()
    calendar.press("4")
    calendar.settle()
    return calendar


def table(calendar: CalendarWindow) -> AgendaTable:
    return calendar.page.agenda.table


def rows(calendar: CalendarWindow) -> list[str]:
    records = table(calendar).records
    found = [records.record(row) for row in range(records.rowCount())]
    return ["now" if isinstance(each, NowRow) else each.patient_name.split()[-1] for each in found]


def test_a_day_opens_from_now_on_and_the_rest_is_one_click_away(listed: CalendarWindow) -> None:
    assert rows(listed) == ["Adler", "now", "Bauer", "Conrad"]
    chip = listed.page.header.filters.since
    assert chip.text() == "From 10:00" and chip.active
    chip.setFocus()
    listed.press(Qt.Key.Key_Delete)
    assert rows(listed) == ["Beispiel", "Adler", "now", "Bauer", "Conrad"]


def test_a_day_that_is_over_hides_nothing(
    booked: list[Appointment], open_calendar: Callable[..., CalendarWindow], clock: FixedClock
) -> None:
    clock.advance(timedelta(hours=9))
    calendar = open_calendar()
    calendar.press("4")
    calendar.settle()
    assert rows(calendar) == ["Beispiel", "Adler", "Bauer", "Conrad", "now"]
    assert not calendar.page.header.filters.since.active


def test_the_row_of_now_is_passed_over_by_keys(listed: CalendarWindow) -> None:
    agenda_table = table(listed)
    agenda_table.setFocus()
    agenda_table.select_row(0)
    listed.press(Qt.Key.Key_Down)
    visit = agenda_table.current_visit()
    assert visit is not None and visit.patient_name.endswith("Bauer")
    listed.press(Qt.Key.Key_Up)
    visit = agenda_table.current_visit()
    assert visit is not None and visit.patient_name.endswith("Adler")


@pytest.mark.parametrize(
    ("keys", "status"), [("c", S.ARRIVED), ("ci", S.CHECKED_IN), ("cif", S.FULFILLED), ("n", S.NOSHOW)]
)
def test_letters_act_on_the_chosen_row_and_it_stays_chosen(
    room: Room, booked: list[Appointment], listed: CalendarWindow, keys: str, status: AppointmentStatus
) -> None:
    table(listed).setFocus()
    table(listed).choose(booked[1].id)
    for key in keys:
        listed.press(key)
        listed.settle()
    assert fresh(room, booked[1]).status is status
    visit = table(listed).current_visit()
    assert visit is not None and visit.id == booked[1].id and visit.status is status


def test_the_button_of_a_row_does_the_next_step(
    room: Room, booked: list[Appointment], listed: CalendarWindow
) -> None:
    agenda_table = table(listed)
    row = agenda_table.records.row_of(booked[1].id)
    place = agenda_table.act_rect(row)
    assert agenda_table.act_words(booked[1]) == "Check in"
    QTest.mouseClick(agenda_table.viewport(), Qt.MouseButton.LeftButton, pos=place.center().toPoint())
    listed.settle()
    assert fresh(room, booked[1]).status is S.ARRIVED
    assert agenda_table.act_words(fresh(room, booked[1])) == "Send in"


def test_a_press_that_slips_off_the_button_does_nothing(
    room: Room, booked: list[Appointment], listed: CalendarWindow
) -> None:
    agenda_table = table(listed)
    here = agenda_table.act_rect(agenda_table.records.row_of(booked[1].id)).center().toPoint()
    QTest.mousePress(agenda_table.viewport(), Qt.MouseButton.LeftButton, pos=here)
    QTest.mouseRelease(agenda_table.viewport(), Qt.MouseButton.LeftButton, pos=here - QPoint(300, 0))
    listed.settle()
    assert fresh(room, booked[1]).status is S.BOOKED


def test_enter_shows_the_visit_and_m_carries_it_in_its_day(
    room: Room, booked: list[Appointment], listed: CalendarWindow
) -> None:
    table(listed).setFocus()
    table(listed).choose(booked[2].id)
    listed.press(Qt.Key.Key_Return)
    details = listed.page.flow.details
    assert details is not None and details.visit.id == booked[2].id
    details.close_layer()
    table(listed).setFocus()
    listed.press("m")
    listed.settle()
    assert listed.page.period is Period.DAY and listed.page.view.moves.carrying
    listed.press(Qt.Key.Key_Down)
    listed.press(Qt.Key.Key_Return)
    listed.settle()
    assert minutes_of(fresh(room, booked[2]))[0] == 11 * 60 + 45


def test_the_minute_moves_now_and_keeps_the_row(listed: CalendarWindow, clock: FixedClock) -> None:
    table(listed).setFocus()
    table(listed).select_row(3)
    clock.advance(timedelta(minutes=60))
    listed.page.ticking._on_minute()
    assert rows(listed) == ["Adler", "Bauer", "now", "Conrad"]
    visit = table(listed).current_visit()
    assert visit is not None and visit.patient_name.endswith("Conrad")


def test_another_day_has_no_line_of_now_and_an_empty_one_says_so(room: Room, listed: CalendarWindow) -> None:
    room.book("2026-11-19 09:00")
    listed.press(Qt.Key.Key_PageDown)
    listed.settle()
    assert rows(listed) == ["Beispiel"]
    assert not listed.page.header.filters.since.isVisible()
    listed.press(Qt.Key.Key_PageDown)
    listed.settle()
    assert listed.page.state.title.text() == "No visits on Friday 20 November"
    listed.press(Qt.Key.Key_PageUp)
    listed.settle()
    assert rows(listed) == ["Beispiel"]


def test_filters_that_pass_nothing_can_be_cleared(listed: CalendarWindow) -> None:
    filters = listed.page.header.filters
    filters._set(replace(filters.wanted, looks=frozenset({"noshow"})))
    assert listed.page.state.title.text() == "No visit passes the filters"
    filters.clear()
    assert len(rows(listed)) == 5 and listed.page.stack.currentWidget() is table(listed)


def test_one_doctor_of_two(
    room: Room, admin: Actor, booked: list[Appointment], open_calendar: Callable[..., CalendarWindow]
) -> None:
    second = room.clinic.practitioners.add(admin, a_doctor("Zander", "Tom"))
    room.book(f"{TODAY} 12:00", practitioner_id=second.id, patient_id=room.patient.id)
    calendar = open_calendar()
    calendar.press("4")
    calendar.settle()
    assert calendar.page.header.doctors.text() == "All 2 doctors"
    calendar.page.header.doctors.click()
    calendar.page.choose_doctors(frozenset({second.id}))
    calendar.settle()
    assert rows(calendar) == ["now", "Beispiel"]
    assert calendar.page.header.doctors.text() == "Dr. Tom Zander"


def test_a_screen_reader_hears_rows_and_their_acts(listed: CalendarWindow, booked: list[Appointment]) -> None:
    QAccessible.setActive(True)
    try:
        tree = QAccessible.queryAccessibleInterface(table(listed))
        assert tree is not None and tree.role() == QAccessible.Role.Table
        records = table(listed).records
        said = [
            str(records.index(0, column).data(Qt.ItemDataRole.AccessibleTextRole))
            for column in range(records.columnCount())
        ]
        assert said[0] == "10:30" and "Nora Adler" in said[3] and said[4].startswith("3 Feb 1980")
        assert said[-1] == "Check in"
        now = records.index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole)
        assert now == "Now, 10:42"
    finally:
        QAccessible.setActive(False)


def test_a_visit_asked_for_is_chosen_in_the_list(
    room: Room, booked: list[Appointment], listed: CalendarWindow
) -> None:
    listed.page.show_appointment(booked[3].id, date(2026, 11, 18))
    listed.settle()
    visit = table(listed).current_visit()
    assert visit is not None and visit.id == booked[3].id
