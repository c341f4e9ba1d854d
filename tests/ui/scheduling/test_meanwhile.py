"""What comes late, or when something else was begun meanwhile: nothing acts on what it was not asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from meditrack_desktop.domain.front_desk import JoinWaitlist
from meditrack_desktop.domain.scheduling import Appointment, CalendarRange, CancelledBy
from meditrack_desktop.services.scheduling import Scheduling
from meditrack_desktop.services.series import SeriesVisits
from meditrack_desktop.services.waitlist import Waitlist
from meditrack_desktop.ui.scheduling.booking_popover import BookingPopover
from meditrack_desktop.ui.scheduling.cursor import Cursor
from meditrack_desktop.ui.scheduling.day_model import Period
from meditrack_desktop.ui.scheduling.series_sheet import BookingSheet
from meditrack_desktop.ui.scheduling.waitlist_panel import WaitlistPanel
from meditrack_desktop.ui.widgets import Toasts
from tests.makers.people import a_patient
from tests.makers.visits import Room
from tests.ui.scheduling.conftest import CalendarWindow, Gate

TODAY = "2026-11-18"
Key = Qt.Key


def booking_at(calendar: CalendarWindow, minute: int) -> BookingPopover:
    calendar.page.view.set_cursor_at(Cursor(0, minute))
    calendar.press(Key.Key_Return)
    calendar.settle()
    booking = calendar.page.flow.booking
    assert booking is not None
    return booking


def choose(calendar: CalendarWindow, booking: BookingPopover, typed: str) -> None:
    booking.patient.setFocus(Qt.FocusReason.TabFocusReason)
    booking.patient.selectAll()
    calendar.press(typed)
    calendar.qtbot.waitUntil(lambda: booking.patient.opened)
    calendar.press(Key.Key_Return)


def visits(room: Room) -> list[Appointment]:
    at = date(2026, 11, 18)
    found = room.clinic.scheduling.calendar(room.desk, CalendarRange(first=at, last=at))
    return [visit for visit in found if visit.status.takes_time]


def waits(room: Room, family: str = "Wartend") -> None:
    other = room.clinic.patients.register(room.desk, a_patient(family, "Ada"))
    room.clinic.waitlist.join(room.desk, JoinWaitlist(patient_id=other.id))


def panel_of(calendar: CalendarWindow) -> WaitlistPanel | None:
    return calendar.page.flow.freed.panel


def texts(calendar: CalendarWindow) -> list[str]:
    toasts = calendar.window.findChild(Toasts)
    assert toasts is not None
    return [toast.text for toast in toasts.shown]


@pytest.mark.parametrize("period", [Period.WEEK, Period.MONTH, Period.AGENDA])
def test_a_view_chosen_before_the_first_answer_is_asked_for(
    room: Room, open_calendar: Callable[..., CalendarWindow], period: Period
) -> None:
    room.book(f"{TODAY} 11:00")
    calendar = open_calendar(load=False)
    calendar.page.load()
    calendar.page.set_period(period)
    done: list[str] = []
    calendar.page.when_loaded(lambda: done.append("done"))
    calendar.settle()
    assert calendar.page.loaded and calendar.page.stack.currentWidget() is not calendar.page.state
    assert done == ["done"]


def test_the_undo_of_a_toast_takes_back_what_it_names_and_nothing_newer(
    room: Room, calendar: CalendarWindow
) -> None:
    visit = room.book(f"{TODAY} 11:00")
    calendar.settle()
    calendar.page.view.choose(visit.id)
    calendar.page.view.grid.setFocus()
    calendar.press(Key.Key_C)
    calendar.settle()
    calendar.press(Key.Key_I)
    calendar.settle()
    said = [text for text, _ in calendar.said]
    assert said == ["Greta Beispiel checked in", "Greta Beispiel sent in"]
    older = calendar.said[0][1]
    assert older is not None
    older()
    calendar.settle()
    assert calendar.said[-1][0] == "Something else was done since. Ctrl+Z takes that back first."
    assert visits(room)[0].status.value == "checked-in"
    newer = calendar.said[1][1]
    assert newer is not None
    newer()
    older()  # Before the answer: what it names is the newest again by then.
    calendar.settle()
    assert [text.split(":")[0] for text, _ in calendar.said[-2:]] == ["Undone", "Undone"]
    assert visits(room)[0].status.value == "booked"


def test_what_was_booked_after_its_window_closed_is_not_offered_to_be_booked_again(
    room: Room, calendar: CalendarWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    booking = booking_at(calendar, 11 * 60)
    choose(calendar, booking, "beisp")
    calendar.settle()
    gate = Gate(monkeypatch, Scheduling, "book")
    calendar.press(Key.Key_Return)
    calendar.qtbot.waitUntil(lambda: booking.book.busy)
    calendar.press(Key.Key_Escape)
    calendar.qtbot.wait(50)
    gate.open()
    calendar.settle()
    assert len(visits(room)) == 1
    again = booking_at(calendar, 12 * 60)
    assert again.patient_field.patient is None and again.patient.text() == ""


def test_a_refusal_that_comes_after_the_window_closed_is_said(
    room: Room, calendar: CalendarWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    booking = booking_at(calendar, 11 * 60)
    choose(calendar, booking, "beisp")
    calendar.settle()
    room.clinic.scheduling.book(
        room.desk,
        room.wants(
            f"{TODAY} 11:00",
            patient_id=room.clinic.patients.register(room.desk, a_patient("Schneller", "Ida")).id,
        ),
    )
    gate = Gate(monkeypatch, Scheduling, "book")
    calendar.press(Key.Key_Return)
    calendar.qtbot.waitUntil(lambda: booking.book.busy)
    calendar.press(Key.Key_Escape)
    calendar.qtbot.wait(50)
    gate.open()
    calendar.settle()
    assert len(visits(room)) == 1
    assert texts(calendar), "nobody is told that Greta Beispiel was not booked"


def test_a_series_refused_after_its_sheet_closed_is_said(
    room: Room, calendar: CalendarWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    booking = booking_at(calendar, 11 * 60)
    choose(calendar, booking, "beisp")
    calendar.settle()
    booking.more.click()
    [sheet] = calendar.window.findChildren(BookingSheet)
    sheet.repeats.setChecked(True)
    calendar.settle()
    other = room.clinic.patients.register(room.desk, a_patient("Schneller", "Ida"))
    room.book(f"{TODAY} 11:00", patient_id=other.id)
    gate = Gate(monkeypatch, SeriesVisits, "book")
    sheet.act.click()
    calendar.qtbot.wait(50)
    sheet.close_layer()
    booking.close_layer()
    calendar.qtbot.wait(50)
    gate.open()
    calendar.settle()
    assert len(visits(room)) == 1
    assert texts(calendar), "nobody is told that the series was not booked"


def test_a_series_booked_after_its_sheet_closed_closes_the_booking_window(
    room: Room, calendar: CalendarWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    booking = booking_at(calendar, 11 * 60)
    choose(calendar, booking, "beisp")
    calendar.settle()
    booking.more.click()
    [sheet] = calendar.window.findChildren(BookingSheet)
    sheet.repeats.setChecked(True)
    calendar.settle()
    gate = Gate(monkeypatch, SeriesVisits, "book")
    sheet.act.click()
    calendar.qtbot.wait(50)
    sheet.close_layer()
    calendar.qtbot.wait(50)
    assert calendar.page.flow.booking is booking
    gate.open()
    calendar.settle()
    assert len(visits(room)) == 1
    assert calendar.page.flow.booking is None, "what was booked could be booked again"
    assert room.clinic.holds.of_days(room.desk, date(2026, 11, 18), date(2026, 11, 18)) == ()


def test_another_patient_chosen_while_the_first_is_checked_can_be_booked(
    room: Room, calendar: CalendarWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.clinic.patients.register(room.desk, a_patient("Stubson", "Noah"))
    booking = booking_at(calendar, 11 * 60)
    gate = Gate(monkeypatch, Scheduling, "of_patient")
    choose(calendar, booking, "beisp")
    calendar.press(Key.Key_Return)
    calendar.qtbot.waitUntil(lambda: booking.book.busy)
    choose(calendar, booking, "stubs")
    gate.open()
    calendar.settle()
    assert visits(room) == [] and booking.patient_field.patient is not None
    assert booking.patient_field.patient.family == "Stubson"
    booking.book.setFocus()
    calendar.press(Key.Key_Return)
    calendar.settle()
    assert [visit.patient_name for visit in visits(room)] == ["Noah Stubson"]


def test_who_waits_is_not_put_before_a_booking_that_is_being_typed(
    room: Room, calendar: CalendarWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits(room)
    visit = room.book(f"{TODAY} 11:00")
    calendar.settle()
    gate = Gate(monkeypatch, Waitlist, "fitting")
    calendar.page.flow.acts.cancel(visit, CancelledBy.PATIENT, "Cannot come")
    calendar.qtbot.wait(150)
    calendar.page.view.set_cursor_at(Cursor(0, 12 * 60))
    calendar.press(Key.Key_Return)
    calendar.qtbot.waitUntil(lambda: calendar.page.flow.booking is not None)
    booking = calendar.page.flow.booking
    assert booking is not None
    gate.open()
    calendar.settle()
    assert booking.patient.hasFocus() and panel_of(calendar) is None
    toasts = calendar.window.findChild(Toasts)
    assert toasts is not None and toasts.shown[-1].action is not None
    calendar.press(Key.Key_Escape)
    calendar.settle()
    toasts.shown[-1].action.click()
    panel = panel_of(calendar)
    assert panel is not None and panel.isVisible()


def test_a_name_typed_while_the_waitlist_opens_books_nobody(room: Room, calendar: CalendarWindow) -> None:
    waits(room)
    visit = room.book(f"{TODAY} 11:00")
    calendar.settle()
    calendar.page.flow.acts.cancel(visit, CancelledBy.PATIENT, "Cannot come")
    calendar.settle()
    panel = panel_of(calendar)
    assert panel is not None and panel.isVisible()
    calendar.qtbot.wait(400)
    for letter in "beisp ":
        QTest.keyClicks(panel.buttons[0], letter)
    QTest.keyClick(panel.buttons[0], Key.Key_Return)
    calendar.settle()
    assert visits(room) == [], "letters were typed for something else, and so was the Enter after them"
    calendar.qtbot.wait(400)
    QTest.keyClick(panel.buttons[0], Key.Key_Return)
    calendar.settle()
    assert [found.wall_start for found in visits(room)] == [datetime(2026, 11, 18, 11)]


def test_a_booking_looked_up_for_a_page_that_was_left_does_not_open_elsewhere(
    room: Room, calendar: CalendarWindow
) -> None:
    calendar.page.start_booking(room.patient.id)
    calendar.page.hide()
    calendar.settle()
    assert calendar.page.flow.booking is None
