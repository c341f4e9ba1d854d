"""The month: how full each day is, what is unlike others, and the way to a booking."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.scheduling import AppointmentStatus
from meditrack_desktop.domain.working_time import AddAbsence, DoctorDay, OpenTime, SetClosure
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.scheduling.day_model import Period, wall
from meditrack_desktop.ui.scheduling.month_model import MonthModel, month_of
from meditrack_desktop.ui.scheduling.month_words import (
    exception_lines,
    lines_that_fit,
    load_lines,
    spoken_load,
    summary,
)
from meditrack_desktop.ui.scheduling.shown import Shown
from meditrack_desktop.ui.widgets import Button
from tests.makers.visits import Room
from tests.ui.scheduling import example_day
from tests.ui.scheduling.conftest import CalendarWindow
from tests.ui.scheduling.full_day import fill_clinic
from tests.ui.scheduling.test_layout import a_visit
from tests.ui.scheduling.test_page import TODAY

DAY = example_day.DAY
NOW = wall(DAY, 10 * 60 + 42)
INES = example_day.doctors()[0]
NAME = QAccessible.Text.Name


def november(*visits: object, now: datetime = NOW, hours: tuple[OpenTime, ...] | None = None) -> MonthModel:
    first, last = Shown(DAY, Period.MONTH).days()
    times = None
    if hours is not None:
        days = [first + timedelta(days=n) for n in range(42)]
        times = {(INES.id, each): DoctorDay(INES.id, each, hours) for each in days}
    return month_of([INES], DAY, first, last, visits, times or {}, (), now)  # type: ignore[arg-type]


def test_it_shows_whole_weeks_from_monday() -> None:
    first, last = Shown(DAY, Period.MONTH).days()
    assert (first, last) == (date(2026, 10, 26), date(2026, 12, 6))
    assert Shown(date(2026, 6, 1), Period.MONTH).days()[0] == date(2026, 6, 1)


def test_a_step_keeps_the_day_of_the_month_where_there_is_one() -> None:
    shown = Shown(date(2026, 10, 31), Period.MONTH)
    assert shown.stepped(1) == date(2026, 11, 30)
    assert shown.stepped(4) == date(2027, 2, 28)
    assert shown.stepped(-1) == date(2026, 9, 30)


def test_a_past_day_says_what_became_of_it() -> None:
    monday = DAY - timedelta(days=2)
    done = [
        replace(a_visit(540 + 30 * n, 30, n), status=status, wall_start=datetime.combine(monday, time(9, 0)))
        for n, status in enumerate([AppointmentStatus.FULFILLED] * 3 + [AppointmentStatus.NOSHOW])
    ]
    load = november(*done).of(monday)
    assert load is not None
    assert [line.text for line in load_lines(load)] == ["3 completed", "1 no-show"]
    assert load.visits == 4 and load.minutes["completed"] == 90


def test_a_day_to_come_says_where_there_is_room() -> None:
    hours = (OpenTime(540, 600), OpenTime(660, 720))
    thursday = DAY + timedelta(days=1)
    model = november(hours=hours)
    load = model.of(thursday)
    assert load is not None
    assert [line.text for line in load_lines(load)] == ["4 free slots", "First at 09:00"]
    assert load.doctors[0].starts == (540, 570, 660, 690)


@pytest.mark.parametrize(
    ("booked", "words"),
    [
        ([(480, 15)], ["15 free slots", "First at 08:15"]),
        ([(480, 405), (930, 30)], ["Nearly full", "First at 14:45"]),
        ([(480, 480)], ["Full"]),
    ],
)
def test_nearly_full_is_a_word(booked: list[tuple[int, int]], words: list[str]) -> None:
    tomorrow = DAY + timedelta(days=1)
    visits = [
        replace(a_visit(start, minutes, n), wall_start=wall(tomorrow, start))
        for n, (start, minutes) in enumerate(booked)
    ]
    load = november(*visits, hours=(OpenTime(480, 960),)).of(tomorrow)
    assert load is not None
    lines = load_lines(load)
    assert [line.text for line in lines] == words
    assert lines[0].strong == (words[0] in ("Nearly full", "Full"))


def test_today_counts_from_now_on() -> None:
    load = november(hours=(OpenTime(480, 720),), now=wall(DAY, 645)).of(DAY)
    assert load is not None and load.doctors[0].starts == (645, 675)
    later = november(hours=(OpenTime(480, 720),), now=wall(DAY, 690)).of(DAY)
    assert later is not None and later.doctors[0].starts == (690,)


def test_a_day_after_everybody_has_gone_home_says_what_became_of_it() -> None:
    done = replace(a_visit(540, 30), status=AppointmentStatus.FULFILLED)
    load = november(done, hours=(OpenTime(480, 720),), now=wall(DAY, 12 * 60)).of(DAY)
    assert load is not None and [line.text for line in load_lines(load)] == ["1 completed"]
    before = november(done, hours=(OpenTime(480, 720),), now=wall(DAY, 11 * 60 + 59)).of(DAY)
    assert before is not None and [line.text for line in load_lines(before)] == ["Full"]


# On a real clinic


@pytest.fixture
def month(room: Room, admin: Actor, open_calendar: Callable[..., CalendarWindow]) -> CalendarWindow:
    room.book(f"{TODAY} 11:00")
    room.book("2026-11-20 09:00", 180)
    room.clinic.absences.add(
        admin,
        AddAbsence(
            practitioner_id=room.doctor.id,
            wall_start=datetime(2026, 11, 24),
            wall_end=datetime(2026, 11, 26),
        ),
    )
    closes = SetClosure(day=date(2026, 11, 26), name="Staff meeting", opens=time(8), closes=time(12))
    room.clinic.working_times.set_closure(admin, closes)
    room.clinic.working_times.set_closure(admin, SetClosure(day=date(2026, 11, 27), name="Founders day"))
    calendar = open_calendar()
    calendar.press("3")
    calendar.settle()
    return calendar


def spoken(calendar: CalendarWindow, day: date) -> str:
    load = calendar.page.month.view.model.of(day)
    assert load is not None
    return spoken_load(load)


def test_cells_say_visits_room_and_exceptions(month: CalendarWindow) -> None:
    assert month.page.header.title.text() == "November 2026"
    assert spoken(month, date(2026, 11, 20)) == "Friday 20 November, 1 visit, 8 free slots, First at 12:00"
    assert spoken(month, date(2026, 11, 24)).endswith("Nobody works, Dr. Modelo away")
    assert "Closes at 12:00" in spoken(month, date(2026, 11, 26))
    assert spoken(month, date(2026, 11, 27)) == "Friday 27 November, 0 visits, Closed, Founders day"
    assert spoken(month, date(2026, 11, 22)) == "Sunday 22 November, 0 visits, Closed"


def test_in_a_low_cell_exceptions_come_before_the_first_free_time(month: CalendarWindow) -> None:
    load = month.page.month.view.model.of(date(2026, 11, 26))
    assert load is not None
    words = [[line.text for line in lines_that_fit(load, count)] for count in (0, 1, 2, 3)]
    assert words[0] == [] and words[1] == [words[3][0]]
    assert words[2] == [words[3][0], "Closes at 12:00"]
    assert words[3] == [words[3][0], "First at 09:00", "Closes at 12:00"]


def test_arrows_choose_days_and_the_panel_follows(month: CalendarWindow) -> None:
    panel = month.page.month.view.panel
    assert panel.title.text() == "Wednesday 18 November"
    month.press(Qt.Key.Key_Right)
    month.settle()
    assert panel.title.text() == "Thursday 19 November"
    assert panel.summary.text() == "0 visits, 14 free slots, 1 doctor"
    times = [chip.text() for chip in panel.findChildren(Button) if ":" in chip.text() and chip.isVisible()]
    assert times == ["09:00", "09:30", "10:00"]
    month.press(Qt.Key.Key_Down)
    assert month.page.day == date(2026, 11, 26)
    month.press(Qt.Key.Key_Down)
    month.press(Qt.Key.Key_Down)
    month.settle()
    assert month.page.header.title.text() == "December 2026" and month.page.day == date(2026, 12, 10)
    month.press(Qt.Key.Key_Home)
    assert month.page.day == date(2026, 12, 7)
    month.press(Qt.Key.Key_PageUp)
    month.settle()
    assert month.page.day == date(2026, 11, 7)


def test_enter_and_a_double_click_open_the_day(month: CalendarWindow) -> None:
    month.press(Qt.Key.Key_Right)
    month.press(Qt.Key.Key_Return)
    month.settle()
    assert month.page.period is Period.DAY and month.page.day == date(2026, 11, 19)
    month.press("3")
    month.settle()
    grid = month.page.month.view.grid
    cell = grid.cell((date(2026, 11, 20) - date(2026, 10, 26)).days)
    QTest.mouseClick(grid, Qt.MouseButton.LeftButton, pos=cell.center())
    assert month.page.day == date(2026, 11, 20)
    QTest.mouseDClick(grid, Qt.MouseButton.LeftButton, pos=cell.center() + QPoint(2, 2))
    month.settle()
    assert month.page.period is Period.DAY


def test_a_time_of_the_panel_begins_a_booking_where_its_place_is_seen(month: CalendarWindow) -> None:
    month.press(Qt.Key.Key_Right)
    month.settle()
    chips = month.page.month.view.panel.findChildren(Button)
    chip = next(chip for chip in chips if chip.text() == "09:30" and chip.isVisible())
    assert chip.accessibleName() == "Book Dr. Ines Modelo, 09:30 to 10:00"
    chip.click()
    month.settle()
    booking = month.page.flow.booking
    assert booking is not None and booking.draft().when == datetime(2026, 11, 19, 9, 30)
    assert month.page.period is Period.DAY and month.page.view.grid.placeholder is not None
    booking.close_layer()


def test_b_books_the_first_free_time_of_the_day(month: CalendarWindow) -> None:
    month.page.go_to(date(2026, 11, 20))
    month.press("b")
    month.settle()
    booking = month.page.flow.booking
    assert booking is not None and booking.draft().when == datetime(2026, 11, 20, 12, 0)
    booking.close_layer()


def test_a_visit_booked_elsewhere_changes_its_day(room: Room, month: CalendarWindow) -> None:
    room.book("2026-11-19 09:00")
    month.settle()
    assert spoken(month, date(2026, 11, 19)).startswith("Thursday 19 November, 1 visit, 13 free slots")


def test_who_may_not_book_is_offered_no_times(
    room: Room, admin: Actor, open_calendar: Callable[..., CalendarWindow]
) -> None:
    calendar = open_calendar(actor=admin)
    calendar.press("3")
    calendar.settle()
    panel = calendar.page.month.view.panel
    assert not panel.book.isVisible()
    assert not [chip for chip in panel.findChildren(Button) if ":" in chip.text() and chip.isVisible()]


def test_a_screen_reader_hears_each_day(month: CalendarWindow) -> None:
    QAccessible.setActive(True)
    try:
        grid = month.page.month.view.grid
        tree = QAccessible.queryAccessibleInterface(grid)
        assert tree is not None
        assert (tree.role(), tree.childCount()) == (QAccessible.Role.Table, 42)
        month.press(Qt.Key.Key_Right)
        cell = tree.focusChild()
        assert cell.role() == QAccessible.Role.Cell
        assert cell.text(NAME) == "Thursday 19 November, 0 visits, 14 free slots, First at 09:00"
        assert cell.state().focused and cell.state().selected
        assert grid.mapFromGlobal(cell.rect().center()) == grid.cell(grid.number).center()
        assert tree.indexOfChild(cell) == grid.number
    finally:
        QAccessible.setActive(False)


def test_a_full_clinic_is_summed_up(
    clinic: Clinic,
    admin: Actor,
    reception: Actor,
    clock: FixedClock,
    open_calendar: Callable[..., CalendarWindow],
) -> None:
    fill_clinic(clinic, admin, reception, clock)
    calendar = open_calendar()
    calendar.press("3")
    calendar.settle()
    load = calendar.page.month.view.model.of(DAY)
    assert load is not None and load.visits == 57
    assert summary(load).endswith("6 doctors")
    assert load.counts == calendar.page._whole.counts()
    assert not exception_lines(load)
    image = calendar.page.month.view.grid.grab().toImage()
    assert not image.isNull()


def test_in_a_narrow_window_the_panel_comes_over_the_sheet_and_goes_again(
    room: Room, open_calendar: Callable[..., CalendarWindow]
) -> None:
    calendar = open_calendar(1024, 640)
    calendar.page.set_period(Period.MONTH)
    calendar.settle()
    month = calendar.page.month.view
    assert month.floating and not month.panel.isVisible()
    assert month.area.width() == month.width(), "the sheet has the whole width"
    monday, sunday = month.grid.cell(14).center(), month.grid.cell(20).center()
    QTest.mouseClick(month.grid, Qt.MouseButton.LeftButton, pos=sunday)
    calendar.settle()
    assert month.panel.isVisible() and month.panel.load is not None
    assert month.panel.load.day == month.model.days[20].day and month.panel.x() == 0, "beside the day"
    QTest.mouseClick(month.grid, Qt.MouseButton.LeftButton, pos=sunday)
    assert not month.panel.isVisible(), "the same day again"
    month.grid.setFocus(Qt.FocusReason.TabFocusReason)
    month.grid.choose(month.model.days[14].day)
    calendar.settle()
    calendar.press(Qt.Key.Key_Space)
    place = month.panel.geometry()
    assert month.panel.isVisible() and place.right() == month.width() - 1
    assert not place.contains(month.grid.mapTo(month, monday))
    month.panel.open_day.setFocus(Qt.FocusReason.TabFocusReason)
    calendar.press(Qt.Key.Key_Escape)
    assert not month.panel.isVisible() and month.grid.hasFocus()
    calendar.window.resize(1440, 900)
    calendar.settle()
    assert not month.floating and month.panel.isVisible()
