"""Time that becomes free, and what a patient takes along: the waitlist opens by itself, or not at all."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from meditrack_desktop.domain.front_desk import JoinWaitlist, Urgency
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.scheduling import Appointment, AppointmentStatus
from meditrack_desktop.ui.scheduling.visit_paper import write_calendar_file
from meditrack_desktop.ui.scheduling.waitlist_panel import WaitlistPanel
from tests.makers.people import a_patient
from tests.makers.visits import Room
from tests.ui.scheduling.conftest import CalendarWindow

TODAY = "2026-11-18"
Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def noah(room: Room) -> Patient:
    return room.clinic.patients.register(room.desk, a_patient("Stubson", "Noah", "020 7946 0111"))


def cancel(calendar: CalendarWindow, visit: Appointment) -> WaitlistPanel | None:
    calendar.settle()
    calendar.page.view.choose(visit.id)
    calendar.press("x")
    calendar.settle()
    calendar.press("1")
    calendar.press(Key.Key_Return)
    calendar.settle()
    calendar.qtbot.wait(200)
    return calendar.page.flow.freed.panel


def test_nothing_opens_if_nobody_fits(room: Room, calendar: CalendarWindow, noah: Patient) -> None:
    room.clinic.waitlist.join(room.desk, JoinWaitlist(patient_id=noah.id, minutes=60))
    assert cancel(calendar, room.book(f"{TODAY} 11:00")) is None
    assert calendar.page.view.grid.hasFocus()


def test_escape_leaves_the_time_free(room: Room, calendar: CalendarWindow, noah: Patient) -> None:
    room.clinic.waitlist.join(room.desk, JoinWaitlist(patient_id=noah.id))
    panel = cancel(calendar, room.book(f"{TODAY} 11:00"))
    assert panel is not None and panel.isVisible()
    calendar.press(Key.Key_Escape)
    calendar.settle()
    assert room.clinic.scheduling.of_patient(room.desk, noah.id) == ()
    assert len(room.clinic.waitlist.list(room.desk)) == 1


def test_the_most_urgent_stands_first_and_arrows_choose_another(
    room: Room, calendar: CalendarWindow, noah: Patient
) -> None:
    other = room.clinic.patients.register(room.desk, a_patient("Dummond", "Dora"))
    room.clinic.waitlist.join(room.desk, JoinWaitlist(patient_id=noah.id))
    room.clinic.waitlist.join(room.desk, JoinWaitlist(patient_id=other.id, urgency=Urgency.URGENT))
    panel = cancel(calendar, room.book(f"{TODAY} 11:00"))
    assert panel is not None
    assert [entry.patient_name for entry in panel.entries] == ["Dora Dummond", "Noah Stubson"]
    calendar.press(Key.Key_Down)
    calendar.press(Key.Key_Return)
    calendar.settle()
    assert [visit.patient_id for visit in room.clinic.scheduling.of_patient(room.desk, noah.id)] == [noah.id]
    assert room.clinic.scheduling.of_patient(room.desk, other.id) == ()


def test_an_enter_that_came_too_early_books_nobody(
    room: Room, calendar: CalendarWindow, noah: Patient
) -> None:
    room.clinic.waitlist.join(room.desk, JoinWaitlist(patient_id=noah.id))
    panel = cancel(calendar, room.book(f"{TODAY} 11:00"))
    assert panel is not None
    panel._opened.restart()
    calendar.press(Key.Key_Return)
    calendar.settle()
    assert panel.isVisible() and room.clinic.scheduling.of_patient(room.desk, noah.id) == ()
    panel.close_layer()


def test_who_has_a_later_visit_is_moved_and_undo_puts_both_back(
    room: Room, calendar: CalendarWindow, noah: Patient
) -> None:
    later = room.book("2026-11-25 10:00", patient_id=noah.id)
    room.clinic.waitlist.join(room.desk, JoinWaitlist(patient_id=noah.id, appointment_id=later.id))
    panel = cancel(calendar, room.book(f"{TODAY} 11:00"))
    assert panel is not None and panel.buttons[0].text() == "Move here"
    calendar.press(Key.Key_Return)
    calendar.settle()
    assert room.clinic.scheduling.get(room.desk, later.id).wall_start == datetime(2026, 11, 18, 11)
    assert room.clinic.waitlist.list(room.desk) == ()
    calendar.undo()
    assert room.clinic.scheduling.get(room.desk, later.id).wall_start == datetime(2026, 11, 25, 10)
    assert len(room.clinic.waitlist.list(room.desk)) == 1


def test_a_visit_that_is_carried_away_frees_its_time_one_that_is_nudged_does_not(
    room: Room, calendar: CalendarWindow, noah: Patient
) -> None:
    visit = room.book(f"{TODAY} 11:00")
    room.clinic.waitlist.join(room.desk, JoinWaitlist(patient_id=noah.id))
    calendar.settle()
    calendar.page.view.choose(visit.id)
    for _ in range(3):
        calendar.press(Key.Key_Down, CONTROL)
    calendar.settle()
    assert calendar.page.flow.freed.panel is None
    calendar.press("m")
    for _ in range(3):
        calendar.press(Key.Key_Down)
    calendar.press(Key.Key_Return)
    calendar.settle()
    panel = calendar.page.flow.freed.panel
    assert panel is not None and panel.isVisible()
    panel.close_layer()


def test_the_calendar_file_of_a_visit_is_written_where_one_says(
    room: Room, calendar: CalendarWindow, tmp_path: Path
) -> None:
    visit = room.book(f"{TODAY} 11:00")
    target = tmp_path / "appointment.ics"
    write_calendar_file(calendar.desk, calendar.page, visit, str(target))
    calendar.settle()
    text = target.read_text(encoding="utf-8")
    assert text.startswith("BEGIN:VCALENDAR") and "DTSTART;TZID=" in text
    assert calendar.said[-1][0] == "Calendar file saved"


def test_a_file_that_cannot_be_written_is_said(room: Room, calendar: CalendarWindow, tmp_path: Path) -> None:
    visit = room.book(f"{TODAY} 11:00")
    write_calendar_file(calendar.desk, calendar.page, visit, str(tmp_path / "no" / "folder.ics"))
    calendar.settle()
    assert not calendar.said
    assert room.clinic.scheduling.get(room.desk, visit.id).status is AppointmentStatus.BOOKED
