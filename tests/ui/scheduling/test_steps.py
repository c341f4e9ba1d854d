"""Who is taken on by a key or a menu: patients of today, whose visit is not over."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint

from meditrack_desktop.domain.scheduling import Appointment, AppointmentStatus, SetAppointmentStatus
from meditrack_desktop.ui.scheduling.appointment_popover import possible_acts
from tests.makers.visits import Room
from tests.ui.scheduling.conftest import CalendarWindow
from tests.ui.scheduling.test_page import TODAY, fresh, stand_on

S = AppointmentStatus
TOMORROW = "2026-11-19"


def led(room: Room, visit: Appointment, *steps: AppointmentStatus) -> Appointment:
    for step in steps:
        command = SetAppointmentStatus(id=visit.id, version=visit.version, status=step)
        visit = room.clinic.scheduling.set_status(room.desk, command)
    return visit


def offered(calendar: CalendarWindow, visit: Appointment) -> list[str]:
    """The words of the visit's menu."""
    calendar.page.flow.open_menu(visit, QPoint(0, 0))
    menu = calendar.page.flow._menu
    assert menu is not None
    menu.close()
    return [action.text().split("\t")[0] for action in menu.actions() if action.text()]


def choose(calendar: CalendarWindow, visit: Appointment, words: str) -> None:
    assert words in offered(calendar, visit)
    menu = calendar.page.flow._menu
    assert menu is not None
    next(action for action in menu.actions() if action.text().split("\t")[0] == words).trigger()
    calendar.settle()


@pytest.mark.parametrize("key", ["c", "i"])
def test_nobody_is_taken_on_before_the_day_of_their_visit(
    room: Room, calendar: CalendarWindow, key: str
) -> None:
    visit = room.book(f"{TOMORROW} 11:00")
    calendar.page.step(1)
    calendar.settle()
    stand_on(calendar, visit)
    calendar.press(key)
    calendar.settle()
    assert fresh(room, visit) == visit
    assert calendar.said[-1][0] == "The visit of Greta Beispiel is on Thu 19 Nov, not today."
    assert not {"Check in", "Send in"} & set(offered(calendar, visit))
    now, day = calendar.desk.clock.now(), visit.day
    assert {"check_in", "send_in"} <= set(possible_acts(visit, room.desk, now, day))


def test_one_of_a_former_day_may_still_be_taken_on(room: Room, calendar: CalendarWindow) -> None:
    """It was forgotten: the day is put right after the fact."""
    visit = room.book("2026-11-17 11:00")
    calendar.page.step(-1)
    calendar.settle()
    assert {"Check in", "Send in"} <= set(offered(calendar, visit))
    stand_on(calendar, visit)
    calendar.press("i")
    calendar.settle()
    assert fresh(room, visit).status is S.CHECKED_IN


@pytest.mark.parametrize("key", ["c", "i"])
def test_a_visit_that_is_over_is_opened_again_by_its_menu_only(
    room: Room, calendar: CalendarWindow, key: str
) -> None:
    over = led(room, room.book(f"{TODAY} 10:00"), S.CHECKED_IN, S.FULFILLED)
    stand_on(calendar, over)
    calendar.press(key)
    calendar.settle()
    assert fresh(room, over) == over
    assert calendar.said[-1][0] == "The visit of Greta Beispiel is finished. Its menu opens it again."
    words = offered(calendar, over)
    assert "Reopen: back in the room" in words and not {"Check in", "Send in"} & set(words)
    choose(calendar, over, "Reopen: back in the room")
    assert fresh(room, over).status is S.CHECKED_IN
    assert calendar.said[-1][0] == "Visit of Greta Beispiel reopened"
    calendar.undo()
    assert fresh(room, over).status is S.FULFILLED
    assert "Reopen: back in the room" not in offered(calendar, room.book(f"{TODAY} 11:00"))
