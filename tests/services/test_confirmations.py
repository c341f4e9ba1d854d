"""Whom to call before they come."""

from __future__ import annotations

from datetime import date

import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.scheduling import (
    Appointment,
    CancelAppointment,
    Confirmation,
    SetConfirmation,
)
from meditrack_desktop.domain.settings import EditClinic
from meditrack_desktop.services.clinic import Clinic
from tests.makers.visits import Room, a_room

FRIDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 23)


@pytest.fixture
def room(clinic: Clinic, reception: Actor, admin: Actor) -> Room:
    return a_room(clinic, reception, admin)


def confirm(room: Room, visit: Appointment, confirmation: Confirmation) -> Appointment:
    command = SetConfirmation(id=visit.id, version=visit.version, confirmation=confirmation)
    return room.clinic.scheduling.set_confirmation(room.desk, command)


def test_of_the_next_day_with_visits_by_time_with_phones(room: Room) -> None:
    late, early, left, sure, gone = (
        room.book(f"2026-11-23 {at}") for at in ("11:00", "10:00", "09:00", "12:00", "14:00")
    )
    room.book("2026-11-20 09:00")
    room.book("2026-11-24 09:00")
    confirm(room, left, Confirmation.MESSAGE_LEFT)
    confirm(room, sure, Confirmation.CONFIRMED)
    room.clinic.scheduling.cancel(
        room.desk, CancelAppointment(id=gone.id, version=gone.version, reason="ill")
    )
    found = room.clinic.confirmations.to_confirm(room.desk, FRIDAY)
    assert found.day == MONDAY
    assert [visit.id for visit in found.visits] == [early.id, late.id, left.id]
    assert found.confirmed == 1
    assert {visit.patient_phone for visit in found.visits} == {"+44 20 7946 0958"}


def test_a_confirmed_visit_leaves_the_list(room: Room) -> None:
    visit = room.book("2026-11-19 09:00")
    today = date(2026, 11, 18)
    assert room.clinic.confirmations.to_confirm(room.desk, today).visits[0].id == visit.id
    confirm(room, visit, Confirmation.CONFIRMED)
    found = room.clinic.confirmations.to_confirm(room.desk, today)
    assert (found.day, found.visits, found.confirmed) == (date(2026, 11, 19), (), 1)


def test_nothing_to_come(room: Room) -> None:
    room.book("2026-11-18 11:00")
    assert room.clinic.confirmations.to_confirm(room.desk, date(2026, 11, 18)).day is None


def test_a_visit_that_another_zone_puts_on_another_day_is_still_asked_about(room: Room, admin: Actor) -> None:
    """The clinic's clock moved on by an hour: what was booked for 23:30 lies on the day after."""
    room.book("2026-11-18 15:00")
    late = room.book("2026-11-19 23:30", 20, overbook_reason="asked for by the doctor")
    clinic = room.clinic.settings.clinic(admin)
    room.clinic.settings.edit_clinic(
        admin,
        EditClinic(name=clinic.name, zone="Europe/Berlin", region=clinic.region),
    )
    found = room.clinic.confirmations.to_confirm(room.desk, date(2026, 11, 19))
    assert (found.day, [visit.id for visit in found.visits]) == (date(2026, 11, 20), [late.id])
    assert room.clinic.confirmations.to_confirm(room.desk, date(2026, 11, 18)) == found
    assert room.clinic.today.board(room.desk, date(2026, 11, 19)).next_day == date(2026, 11, 20)
