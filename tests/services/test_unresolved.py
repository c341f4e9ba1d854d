"""Visits that are over and of which nobody said what became of them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.permissions import Role
from meditrack_desktop.domain.privacy import AnswerPurge, AskForPurge
from meditrack_desktop.domain.scheduling import Appointment, AppointmentStatus, SetAppointmentStatus
from meditrack_desktop.domain.settings import EditClinic
from meditrack_desktop.domain.today import AttentionKind
from meditrack_desktop.services.clinic import Clinic
from tests.makers.visits import Room, a_room
from tests.services.doors import person

TODAY = date(2026, 11, 18)


@pytest.fixture
def room(clinic: Clinic, reception: Actor, admin: Actor) -> Room:
    return a_room(clinic, reception, admin)


def becomes(room: Room, visit: Appointment, *statuses: AppointmentStatus) -> None:
    for status in statuses:
        command = SetAppointmentStatus(id=visit.id, version=visit.version, status=status)
        visit = room.clinic.scheduling.set_status(room.desk, command)


def test_what_is_over_and_still_open(room: Room) -> None:
    over, done, missed, waiting = (
        room.book(f"2026-11-18 {at}", 15) for at in ("09:00", "09:15", "09:30", "09:45")
    )
    room.book("2026-11-18 10:30", 15)  # not over yet: it is 10:42
    room.book("2026-11-18 15:00", 15)
    becomes(room, done, AppointmentStatus.ARRIVED, AppointmentStatus.FULFILLED)
    becomes(room, missed, AppointmentStatus.NOSHOW)
    becomes(room, waiting, AppointmentStatus.ARRIVED)
    found = room.clinic.unresolved.of_day(room.desk, TODAY)
    assert [visit.id for visit in found] == [over.id, waiting.id]
    assert found[0].status is AppointmentStatus.BOOKED, "nothing is marked by itself"
    becomes(room, over, AppointmentStatus.NOSHOW)
    assert [visit.id for visit in room.clinic.unresolved.of_day(room.desk, TODAY)] == [waiting.id]


def test_of_earlier_days(room: Room, clock: FixedClock) -> None:
    first, second = room.book("2026-11-16 09:00"), room.book("2026-11-17 09:00")
    today = room.book("2026-11-18 09:00")
    assert [visit.id for visit in room.clinic.unresolved.before(room.desk, TODAY)] == [first.id, second.id]
    assert today.id in {visit.id for visit in room.clinic.unresolved.of_day(room.desk, TODAY)}
    clock.advance(timedelta(hours=1))
    board = room.clinic.today.board(room.desk, TODAY)
    [told] = [one for one in board.attention if one.kind.value == "unresolved"]
    assert (told.count, told.day) == (2, date(2026, 11, 17))


def test_nobody_is_asked_about_somebody_who_was_erased(room: Room, admin: Actor) -> None:
    room.book("2026-11-17 09:00")
    assert len(room.clinic.unresolved.before(room.desk, TODAY)) == 1
    second = person(room.clinic, "second", frozenset({Role.ADMIN}))
    command = AskForPurge(patient_id=room.patient.id, reason="the patient insists", overrule=True)
    request = room.clinic.purges.ask(second, command)
    room.clinic.purges.approve(admin, AnswerPurge(id=request.id, version=request.version))
    assert room.clinic.unresolved.before(room.desk, TODAY) == ()
    assert room.clinic.today.board(room.desk, TODAY).attention == ()


def test_the_day_that_is_told_is_one_on_which_they_are_found(room: Room, admin: Actor) -> None:
    """Also when the clinic's clock was moved over midnight since."""
    visit = room.book("2026-11-16 23:30", 20, overbook_reason="asked for by the doctor")
    clinic = room.clinic.settings.clinic(admin)
    room.clinic.settings.edit_clinic(
        admin,
        EditClinic(name=clinic.name, zone="Europe/Berlin", region=clinic.region),
    )
    board = room.clinic.today.board(room.desk, TODAY)
    [told] = [one for one in board.attention if one.kind is AttentionKind.UNRESOLVED]
    assert told.count == 1 and told.day is not None
    assert [one.id for one in room.clinic.unresolved.of_day(room.desk, told.day)] == [visit.id]


def test_nobody_is_awaited_today_who_was_erased(room: Room, admin: Actor) -> None:
    """Of today's visits, those to come are cancelled by erasing; the one that began before it is not shown either."""
    earlier, later = room.book("2026-11-18 09:00"), room.book("2026-11-18 15:00")
    done = room.book("2026-11-18 09:30")
    becomes(room, done, AppointmentStatus.ARRIVED, AppointmentStatus.FULFILLED)
    assert room.clinic.today.board(room.desk, TODAY).counters.to_come == 2
    second = person(room.clinic, "second", frozenset({Role.ADMIN}))
    command = AskForPurge(patient_id=room.patient.id, reason="the patient insists", overrule=True)
    request = room.clinic.purges.ask(second, command)
    room.clinic.purges.approve(admin, AnswerPurge(id=request.id, version=request.version))
    assert room.clinic.scheduling.get(room.desk, earlier.id).status is AppointmentStatus.BOOKED
    for _ in ("agreed to", "carried out"):
        board = room.clinic.today.board(room.desk, TODAY)
        assert (board.counters.to_come, board.counters.done) == (0, 1)
        assert [visit.id for row in board.doctors for visit in row.visits] == [done.id]
        room.clinic.purges.carry_out(admin, request.id)
    assert room.clinic.scheduling.get(room.desk, later.id).status is AppointmentStatus.CANCELLED
