"""Taking back what was done at the calendar: row for row, told, guarded, and only one's own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from meditrack_desktop.database.tables.scheduling import DeedRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.audit import AuditEvent
from meditrack_desktop.domain.changes import ChangeSet
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.deeds import DeedKind, NextDeeds
from meditrack_desktop.domain.errors import ClinicError, ErrorCode
from meditrack_desktop.domain.patients import ArchivePatient
from meditrack_desktop.domain.practitioners import SetPractitionerActive
from meditrack_desktop.domain.scheduling import (
    Appointment,
    AppointmentStatus,
    CancelAppointment,
    ChangeAppointmentLength,
    Confirmation,
    SetAppointmentStatus,
    SetConfirmation,
)
from meditrack_desktop.services.clinic import Clinic
from tests.makers.calendar_rows import calendar_rows, counters
from tests.makers.people import a_doctor, a_patient
from tests.makers.visits import Room, a_room

THURSDAY = "2026-11-19"
S = AppointmentStatus


@pytest.fixture
def room(clinic: Clinic, reception: Actor, admin: Actor) -> Room:
    clinic.practitioners.add(admin, a_doctor("Muster", "Jon"))
    return a_room(clinic, reception, admin)


def refused(code: ErrorCode) -> Any:
    return pytest.raises(ClinicError, match=f"^{code.value}$")


def status(room: Room, visit: Appointment, to: AppointmentStatus) -> Appointment:
    command = SetAppointmentStatus(id=visit.id, version=visit.version, status=to)
    return room.clinic.scheduling.set_status(room.desk, command)


def through(room: Room, visit: Appointment, *steps: AppointmentStatus) -> Appointment:
    for step in steps:
        visit = status(room, visit, step)
    return visit


def cancel(room: Room, visit: Appointment) -> Appointment:
    command = CancelAppointment(id=visit.id, version=visit.version, reason="cannot come")
    return room.clinic.scheduling.cancel(room.desk, command)


def lengthen(room: Room, visit: Appointment, minutes: int, why: str = "") -> Appointment:
    command = ChangeAppointmentLength(
        id=visit.id, version=visit.version, minutes=minutes, overbook_reason=why
    )
    return room.clinic.scheduling.change_length(room.desk, command)


def confirm(room: Room, visit: Appointment, confirmation: Confirmation) -> Appointment:
    command = SetConfirmation(id=visit.id, version=visit.version, confirmation=confirmation)
    return room.clinic.scheduling.set_confirmation(room.desk, command)


def lines_after(room: Room, admin: Actor, seq: int) -> list[AuditEvent]:
    lines = room.clinic.audit.list(admin, limit=50)
    return [line for line in reversed(lines) if line.seq > seq and line.action != "audit.listed"]


def at_nine(room: Room) -> Appointment:
    return room.book(f"{THURSDAY} 09:00")


def under_another(room: Room) -> Appointment:
    """A visit that another one was put over."""
    visit = room.book(f"{THURSDAY} 09:00", 60)
    room.book(f"{THURSDAY} 09:30", overbook_reason="fell in the street")
    return visit


def over_another(room: Room) -> Appointment:
    room.book(f"{THURSDAY} 09:00", 60)
    return room.book(f"{THURSDAY} 09:30", overbook_reason="fell in the street")


def nothing(room: Room) -> None:
    return None


def steps(*to: AppointmentStatus) -> Callable[[Room], Appointment]:
    return lambda room: through(room, at_nine(room), *to)


def to(then: AppointmentStatus) -> Callable[[Room, Any], Any]:
    return lambda room, visit: status(room, visit, then)


Deed = tuple[Callable[[Room], Any], Callable[[Room, Any], Any]]

DEEDS: dict[str, Deed] = {
    "book": (nothing, lambda r, _: at_nine(r)),
    "book over another": (at_nine, lambda r, _: r.book(f"{THURSDAY} 09:15", overbook_reason="emergency")),
    "book outside hours": (nothing, lambda r, _: r.book(f"{THURSDAY} 19:00", overbook_reason="late")),
    "move": (at_nine, lambda r, v: r.move(v, "2026-11-20 14:00")),
    "move a little": (at_nine, lambda r, v: r.move(v, f"{THURSDAY} 09:15")),
    "move to another doctor": (
        lambda r: (at_nine(r), a_colleague(r)),
        lambda r, both: r.move(both[0], f"{THURSDAY} 09:00", practitioner_id=both[1]),
    ),
    "move over another": (
        lambda r: (at_nine(r), r.book(f"{THURSDAY} 11:00"))[1],
        lambda r, v: r.move(v, f"{THURSDAY} 09:00", overbook_reason="urgent"),
    ),
    "move away from under another": (under_another, lambda r, v: r.move(v, "2026-11-20 14:00")),
    "move away from over another": (over_another, lambda r, v: r.move(v, "2026-11-20 14:00")),
    "longer": (at_nine, lambda r, v: lengthen(r, v, 90)),
    "longer over another": (
        lambda r: (at_nine(r), r.book(f"{THURSDAY} 10:00"))[0],
        lambda r, v: lengthen(r, v, 90, "takes long"),
    ),
    "shorter": (at_nine, lambda r, v: lengthen(r, v, 10)),
    "shorter under another": (under_another, lambda r, v: lengthen(r, v, 30)),
    "cancel": (at_nine, cancel),
    "cancel under another": (under_another, cancel),
    "cancel over another": (over_another, cancel),
    "cancel in the room": (steps(S.ARRIVED, S.CHECKED_IN), cancel),
    "arrived": (at_nine, to(S.ARRIVED)),
    "in the room": (steps(S.ARRIVED), to(S.CHECKED_IN)),
    "finished": (steps(S.ARRIVED, S.CHECKED_IN), to(S.FULFILLED)),
    "missed": (at_nine, to(S.NOSHOW)),
    "not arrived after all": (steps(S.ARRIVED), to(S.BOOKED)),
    "not finished after all": (steps(S.ARRIVED, S.CHECKED_IN, S.FULFILLED), to(S.CHECKED_IN)),
    "not missed after all": (steps(S.NOSHOW), to(S.BOOKED)),
    "came late after all": (steps(S.NOSHOW), to(S.ARRIVED)),
    "not cancelled after all": (lambda r: cancel(r, at_nine(r)), to(S.BOOKED)),
    "confirmed": (at_nine, lambda r, v: confirm(r, v, Confirmation.CONFIRMED)),
    "not confirmed after all": (
        lambda r: confirm(r, at_nine(r), Confirmation.CONFIRMED),
        lambda r, v: confirm(r, v, Confirmation.UNCONFIRMED),
    ),
}
"""What is there before, and the deed: every way of writing to the calendar."""


def a_colleague(room: Room) -> Any:
    doctors = room.clinic.practitioners.list(room.desk)
    return next(doctor.id for doctor in doctors if doctor.family == "Muster")


@pytest.mark.parametrize("name", DEEDS)
def test_undo_restores_the_rows_and_redo_makes_them_again(
    name: str, room: Room, admin: Actor, clock: FixedClock
) -> None:
    prepare, act = DEEDS[name]
    there = prepare(room)
    clock.advance(timedelta(minutes=3))
    before = calendar_rows(room.clinic)
    act(room, there)
    after, counted = calendar_rows(room.clinic), counters(room.clinic)
    assert after != before
    seq = room.clinic.audit.list(admin, limit=1)[0].seq
    clock.advance(timedelta(minutes=3))

    undone = room.clinic.deeds.undo(room.desk)
    assert calendar_rows(room.clinic) == before
    _have_grown(counted, counters(room.clinic))
    _is_told(lines_after(room, admin, seq), "undone", undone.action)

    clock.advance(timedelta(minutes=3))
    seq, counted = room.clinic.audit.list(admin, limit=1)[0].seq, counters(room.clinic) | counted
    assert room.clinic.deeds.redo(room.desk).action is undone.action
    assert calendar_rows(room.clinic) == after
    _have_grown(counted, counters(room.clinic))
    _is_told(lines_after(room, admin, seq), "redone", undone.action)

    room.clinic.deeds.undo(room.desk)
    assert calendar_rows(room.clinic) == before
    assert room.clinic.audit.check(admin).whole


def _have_grown(before: dict[Any, tuple[int, ...]], after: dict[Any, tuple[int, ...]]) -> None:
    for place, now in after.items():
        assert all(a >= b for a, b in zip(now, before.get(place, now), strict=True)), place


def _is_told(lines: list[AuditEvent], verb: str, kind: DeedKind) -> None:
    """A line for each thing that was turned, which says by which deed."""
    assert lines
    for line in lines:
        assert line.action.endswith(f".{verb}")
        assert line.detail.startswith(kind.value)
        assert line.object_id is not None
        if line.object_type == "appointment":
            assert line.patient_id is not None
