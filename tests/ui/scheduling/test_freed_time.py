"""Time that becomes free, and what a patient takes along: the waitlist opens by itself, or not at all."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from shiboken6 import isValid

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.errors import Conflict, ErrorCode, Unavailable
from meditrack_desktop.domain.front_desk import JoinWaitlist, Urgency
from meditrack_desktop.domain.holds import PlaceHold
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.scheduling import Appointment, AppointmentStatus, CancelAppointment
from meditrack_desktop.ui.scheduling.visit_paper import write_calendar_file
from meditrack_desktop.ui.scheduling.waitlist_panel import WaitlistPanel
from tests.makers.people import a_patient
from tests.makers.visits import Room
from tests.ui.scheduling.conftest import CalendarWindow, Gate

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


def test_filling_a_time_holds_it_and_asks_for_namesakes_as_booking_does(
    room: Room, calendar: CalendarWindow, noah: Patient, other_desk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other desks cannot take the time meanwhile; Enter waits for what is not known yet and stops at a warning."""
    clinic, desk = room.clinic, room.desk
    clinic.patients.register(desk, a_patient("Stubson", "Noah", "020 7946 0222"))
    room.book(f"{TODAY} 15:00", patient_id=noah.id)
    clinic.waitlist.join(desk, JoinWaitlist(patient_id=noah.id))
    visit = room.book(f"{TODAY} 11:00")
    calendar.settle()
    gate = Gate(monkeypatch, type(clinic.patients), "same_name")
    clinic.scheduling.cancel(
        desk, CancelAppointment(id=visit.id, version=visit.version, reason="Cannot come")
    )
    calendar.page.flow.freed.offer(visit)
    calendar.qtbot.waitUntil(lambda: calendar.page.flow.freed.panel is not None)
    panel = calendar.page.flow.freed.panel
    assert panel is not None and panel.checks.pending
    calendar.qtbot.waitUntil(lambda: panel.hold.held is not None)
    held = clinic.holds.of_days(desk, date(2026, 11, 18), date(2026, 11, 18))
    assert [(one.wall_start, one.minutes) for one in held] == [(datetime(2026, 11, 18, 11), 30)]
    with pytest.raises(Conflict) as refused:
        clinic.scheduling.book(other_desk, room.wants(f"{TODAY} 11:00"))
    assert refused.value.code is ErrorCode.SLOT_HELD

    calendar.qtbot.wait(400)
    calendar.press(Key.Key_Return)
    assert panel.isVisible() and panel.buttons[0].busy, "nobody is booked before it is known"
    gate.open()
    calendar.settle()
    said = panel.checks.of(panel.entries[0])
    assert len(said) == 2 and "same name" in said[0] and "15:00 with" in said[1]
    assert panel.isVisible() and not panel.buttons[0].busy, (
        "stopped at what was not seen when it was asked for"
    )
    assert len(clinic.scheduling.of_patient(desk, noah.id)) == 1
    calendar.qtbot.wait(400)
    calendar.press(Key.Key_Return)
    calendar.settle()
    assert len(clinic.scheduling.of_patient(desk, noah.id)) == 2
    assert clinic.holds.of_days(desk, date(2026, 11, 18), date(2026, 11, 18)) == (), (
        "and nothing is held any more"
    )
    assert not isValid(panel) or not panel.isVisible()


def test_a_time_that_another_desk_is_filling_already_says_so(
    room: Room, calendar: CalendarWindow, noah: Patient, other_desk: Actor
) -> None:
    clinic, desk = room.clinic, room.desk
    visit = room.book(f"{TODAY} 11:00")
    clinic.waitlist.join(desk, JoinWaitlist(patient_id=noah.id))
    calendar.settle()
    clinic.scheduling.cancel(
        other_desk, CancelAppointment(id=visit.id, version=visit.version, reason="Cannot come")
    )
    clinic.holds.place(
        other_desk,
        PlaceHold(practitioner_id=visit.practitioner_id, wall_start=visit.wall_start, minutes=30),
    )
    calendar.page.flow.freed.offer(visit)
    calendar.settle()
    panel = calendar.page.flow.freed.panel
    assert panel is not None and panel.isVisible()
    calendar.qtbot.waitUntil(lambda: "is booking 11:00 at" in panel.notice.text)
    calendar.qtbot.wait(400)
    calendar.press(Key.Key_Return)
    calendar.settle()
    assert panel.isVisible() and "is booking 11:00 at" in panel.notice.text
    assert clinic.scheduling.of_patient(desk, noah.id) == ()
    calendar.press(Key.Key_Escape)
    assert len(clinic.holds.of_days(desk, date(2026, 11, 18), date(2026, 11, 18))) == 1, (
        "the other desk's stays"
    )


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


def test_who_could_not_be_checked_is_not_booked_and_hides_nobodys_warning(
    room: Room, calendar: CalendarWindow, noah: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One who cannot be looked up keeps his own place only; a warning has been seen before Enter goes past it."""
    clinic, desk = room.clinic, room.desk
    clinic.patients.register(desk, a_patient("Stubson", "Noah", "020 7946 0222"))
    other = clinic.patients.register(desk, a_patient("Dummond", "Dora"))
    clinic.waitlist.join(desk, JoinWaitlist(patient_id=noah.id, urgency=Urgency.URGENT))
    clinic.waitlist.join(desk, JoinWaitlist(patient_id=other.id))
    visit = room.book(f"{TODAY} 11:00")
    calendar.settle()
    real, away = type(clinic.patients).same_name, [True]
    gate = Gate(monkeypatch, type(clinic.scheduling), "of_patient")

    def asked(patients: Any, actor: Actor, patient_id: UUID) -> object:
        if away[0] and patient_id == other.id:
            raise Unavailable(ErrorCode.DATABASE_UNREACHABLE)
        return real(patients, actor, patient_id)

    monkeypatch.setattr(type(clinic.patients), "same_name", asked)
    clinic.scheduling.cancel(
        desk, CancelAppointment(id=visit.id, version=visit.version, reason="Cannot come")
    )
    calendar.page.flow.freed.offer(visit)
    calendar.qtbot.waitUntil(lambda: calendar.page.flow.freed.panel is not None)
    panel = calendar.page.flow.freed.panel
    assert panel is not None and panel.checks.pending
    calendar.qtbot.wait(400)
    gate.open()
    calendar.qtbot.waitUntil(lambda: not panel.checks.pending)
    calendar.press(Key.Key_Return)
    calendar.settle()
    assert "same name" in panel.checks.of(panel.entries[0])[0]
    assert clinic.scheduling.of_patient(desk, noah.id) == (), "the warning came while the key was on its way"
    calendar.qtbot.wait(400)
    calendar.press(Key.Key_Down)
    calendar.press(Key.Key_Return)
    calendar.settle()
    assert clinic.scheduling.of_patient(desk, other.id) == (), "nobody is booked who could not be checked"
    assert panel.isVisible() and "Dora Dummond could not be checked" in panel.notice.text
    away[0] = False
    calendar.qtbot.wait(400)
    calendar.press(Key.Key_Return)
    calendar.settle()
    assert clinic.scheduling.of_patient(desk, noah.id) == (), "the keys stayed with who was chosen"
    assert len(clinic.scheduling.of_patient(desk, other.id)) == 1
