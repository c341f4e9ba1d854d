"""What the calendar keeps: for one person at this desk, through other views, and while the server is away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.domain.holds import PlaceHold
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.scheduling import CalendarRange
from meditrack_desktop.ui.remembered import remembered_in
from meditrack_desktop.ui.scheduling.cursor import Cursor, stand
from meditrack_desktop.ui.scheduling.day_model import Period
from meditrack_desktop.ui.scheduling.memory import Memory
from meditrack_desktop.ui.scheduling.page import SchedulingPage
from meditrack_desktop.ui.scheduling.shown import Shown
from tests.makers.people import a_doctor
from tests.makers.visits import Room
from tests.ui.scheduling.conftest import CalendarWindow
from tests.ui.scheduling.test_page import CONTROL, TODAY, drag, point

TODAY_DATE = date(2026, 11, 18)


def test_view_doctors_and_zoom_are_there_at_the_next_start(
    room: Room, admin: Actor, open_calendar: Callable[..., CalendarWindow], tmp_path: Path
) -> None:
    second = room.clinic.practitioners.add(admin, a_doctor("Zander", "Tom"))
    calendar = open_calendar()
    calendar.desk.remembered = remembered_in(tmp_path)

    def again() -> SchedulingPage:
        page = SchedulingPage(calendar.desk, calendar.window)
        page.load()
        calendar.settle()
        return page

    page = again()
    assert page.period is Period.DAY and page.view.zoom_step == 2
    page.choose_doctors(frozenset({second.id}))
    page.panel.cancelled.click()
    page.view.zoom(2)
    page.set_period(Period.AGENDA)
    page.go_to(date(2026, 12, 24))
    calendar.settle()
    calendar.desk.remembered.sync()
    calendar.desk.remembered = remembered_in(tmp_path)
    back = again()
    assert (back.period, back.day) == (Period.AGENDA, TODAY_DATE), "a day at work begins today"
    assert back.shown.chosen == frozenset({second.id}) and not back.shown.cancelled
    assert not back.panel.cancelled.isChecked()
    assert back.view.zoom_step == 4
    calendar.desk.actor = admin
    others = again()
    assert (others.period, others.shown.chosen, others.view.zoom_step) == (Period.DAY, None, 2)


def test_where_it_was_scrolled_to_is_there_again_on_the_same_day(
    room: Room, open_calendar: Callable[..., CalendarWindow], clock: FixedClock, tmp_path: Path
) -> None:
    calendar = open_calendar(1024, 640)
    calendar.desk.remembered = remembered_in(tmp_path)

    def begun() -> SchedulingPage:
        page = SchedulingPage(calendar.desk, calendar.window)
        page.resize(900, 500)
        page.show()
        page.load()
        calendar.settle()
        return page

    page = begun()
    usual = page.view.area.verticalScrollBar().value()
    page.view.area.verticalScrollBar().setValue(usual + 130)
    page.hide()
    assert begun().view.area.verticalScrollBar().value() == usual + 130
    clock.advance(timedelta(days=1))
    page = begun()
    assert page.view.area.verticalScrollBar().value() != usual + 130, "a new day begins an hour before now"


@pytest.mark.parametrize("written", ["", "year", "@Invalid()", "x" * 5000, "day week"])
def test_what_is_no_choice_is_passed_over(tmp_path: Path, written: str) -> None:
    settings, account = QSettings(str(tmp_path / "desk.ini"), QSettings.Format.IniFormat), new_id()
    for key in ("view", "doctor", "doctors", "cancelled", "zoom"):
        settings.setValue(f"calendar/{account}/{key}", written)
    shown = Shown(TODAY_DATE)
    memory = Memory(settings, account)
    memory.recall(shown)
    assert shown == Shown(TODAY_DATE)
    assert memory.number("zoom") is None


def test_a_zoom_out_of_reach_is_held_within_the_steps(calendar: CalendarWindow) -> None:
    calendar.page.view.set_zoom(99)
    assert calendar.page.view.calendar.measures.hour_height == 144
    calendar.page.view.zoom(-20)
    assert calendar.page.view.zoom_step == 0


def test_keys_make_hours_taller_too(calendar: CalendarWindow) -> None:
    calendar.press(Qt.Key.Key_Plus, Qt.KeyboardModifier.AltModifier)
    assert calendar.page.view.zoom_step == 3
    calendar.press(Qt.Key.Key_Minus, Qt.KeyboardModifier.AltModifier)
    assert calendar.page.view.zoom_step == 2


# Holds


def test_what_another_desk_holds_appears_counts_down_and_goes(
    room: Room, calendar: CalendarWindow, doctor: Actor, clock: FixedClock
) -> None:
    command = PlaceHold(practitioner_id=room.doctor.id, wall_start=datetime(2026, 11, 18, 11, 0))
    room.clinic.holds.place(doctor, command)
    calendar.qtbot.waitUntil(lambda: len(calendar.page.view.calendar.held) == 1)
    calendar.settle()
    [held] = calendar.page.view.calendar.held
    assert not held.hold.mine and held.hold.minutes == 30
    calendar.page.view.set_cursor_at(Cursor(0, 660))
    assert calendar.page.view.cursor_words().startswith("On hold by ")
    before = calendar.page.view.grid.grab().toImage()
    clock.advance(timedelta(seconds=12))
    calendar.page.ticking._on_second()
    assert calendar.page.view.grid.grab().toImage() != before
    clock.advance(timedelta(minutes=2))
    calendar.page.ticking._on_second()
    calendar.settle()
    assert calendar.page.view.calendar.held == ()


def test_a_hold_let_go_elsewhere_frees_the_time_here(
    room: Room, calendar: CalendarWindow, doctor: Actor
) -> None:
    command = PlaceHold(practitioner_id=room.doctor.id, wall_start=datetime(2026, 11, 18, 11, 0))
    room.clinic.holds.place(doctor, command)
    calendar.settle()
    assert calendar.page.view.model.columns[0].free_from(660) == 0
    room.clinic.holds.release(doctor)
    calendar.settle()
    assert calendar.page.view.model.columns[0].free_from(660) == 30


def test_a_click_on_what_another_holds_books_nothing(
    room: Room, calendar: CalendarWindow, doctor: Actor
) -> None:
    from PySide6.QtTest import QTest

    command = PlaceHold(practitioner_id=room.doctor.id, wall_start=datetime(2026, 11, 18, 11, 0))
    room.clinic.holds.place(doctor, command)
    calendar.settle()
    QTest.mouseClick(calendar.page.view.grid, Qt.MouseButton.LeftButton, pos=point(calendar, 665))
    assert calendar.page.flow.booking is None


def test_ones_own_hold_stands_in_nobodys_way_here(room: Room, calendar: CalendarWindow) -> None:
    command = PlaceHold(practitioner_id=room.doctor.id, wall_start=datetime(2026, 11, 18, 11, 0))
    room.clinic.holds.place(room.desk, command)
    calendar.settle()
    [held] = calendar.page.view.calendar.held
    assert held.hold.mine
    assert calendar.page.view.model.columns[0].free_from(660) == 30


# The server is away


def test_without_the_server_what_was_shown_stays_and_says_how_old_it_is(
    room: Room, calendar: CalendarWindow, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.book(f"{TODAY} 11:00")
    calendar.settle()

    def fail(*_: object) -> None:
        raise Unavailable(ErrorCode.DATABASE_UNREACHABLE)

    clock.advance(timedelta(minutes=4))
    with monkeypatch.context() as patch:
        patch.setattr(type(room.clinic.scheduling), "calendar", fail)
        calendar.page.refresh()
        calendar.settle()
        assert calendar.page.header.count.text() == "as of 10:42"
        banner = calendar.page.notices.banner
        assert banner is not None
        assert "No connection to the clinic server since 10:46." in banner.accessibleName()
        assert len(calendar.page.view.calendar.blocks) == 1
        calendar.page.view.grid.setFocus(Qt.FocusReason.TabFocusReason)
        for minute, keys in ((720, "k+"), (660, "cx")):
            calendar.page.view.set_cursor_at(stand(calendar.page.view.calendar, 0, minute))
            calendar.press(keys)
        calendar.press(Qt.Key.Key_Down, CONTROL)
        calendar.press(Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
        drag(calendar, point(calendar, 665), point(calendar, 760))
        drag(calendar, point(calendar, 780), point(calendar, 810))
        assert calendar.page.flow.booking is None and calendar.page.view.grid.ghost is None
        assert {text for text, _ in calendar.said} == {
            "No connection to the clinic server: nothing can be changed now."
        }
    [visit] = room.clinic.scheduling.calendar(room.desk, CalendarRange(first=TODAY_DATE, last=TODAY_DATE))
    assert visit.version == 1, "nothing was changed"
    calendar.desk.tasks.query(calendar.page, lambda: 1, lambda _found: None)
    calendar.settle()
    assert calendar.page.notices.banner is None, "as soon as anything is answered the page asks again"
    assert calendar.page.header.count.text() == "1 appointment"


def test_an_answer_to_an_earlier_question_is_dropped(room: Room, calendar: CalendarWindow) -> None:
    question = calendar.page.question
    before = question.answer
    assert before is not None
    other = replace(calendar.page.shown, day=date(2027, 1, 4)).asked()
    question._on_answer(other, replace(before, visits=()))
    assert question.answer is before


def test_going_on_before_the_answer_shows_only_the_last_day(room: Room, calendar: CalendarWindow) -> None:
    visit = room.book("2026-11-23 11:00")
    for _ in range(5):
        calendar.press(Qt.Key.Key_PageDown)
    calendar.settle()
    assert calendar.page.day == date(2026, 11, 23)
    assert calendar.page.view.calendar.block_of(visit.id) is not None
    calendar.press(Qt.Key.Key_T, CONTROL)
    calendar.settle()
    assert calendar.page.day == TODAY_DATE


def test_the_day_shown_is_printed_by_its_key(room: Room, calendar: CalendarWindow) -> None:
    from meditrack_desktop.ui.printing.sheet_dialog import SheetDialog

    room.book("2026-11-19 11:00")
    calendar.page.go_to(date(2026, 11, 19))
    calendar.settle()
    calendar.press(Qt.Key.Key_P, CONTROL)
    calendar.settle()
    [dialog] = calendar.window.findChildren(SheetDialog)
    assert dialog.isVisible()
    dialog.close_layer()
    assert calendar.page.header.print.isVisible()
