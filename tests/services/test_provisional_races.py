"""Booking and discarding one caller at the same moment: no visit is left with somebody who is in no list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import ClinicError, ErrorCode
from meditrack_desktop.domain.patients import DiscardPatient, Patient, TakeDownPatient
from meditrack_desktop.domain.scheduling import AppointmentStatus
from meditrack_desktop.services.clinic import Clinic
from tests.conftest import ClinicSite
from tests.makers.people import a_doctor, a_patient
from tests.makers.visits import Room

RACES = 12


@pytest.fixture
def desks(site: ClinicSite, clock: FixedClock) -> Iterator[list[Clinic]]:
    """Two desks, each with a database connection of its own."""
    opened = [site.open(clock) for _ in range(2)]
    yield opened
    for desk in opened:
        desk.close()


def at_once(*actions: Callable[[], Any]) -> list[Any]:
    """What each returned, or the refusal it got. Any other error fails."""
    barrier = Barrier(len(actions))

    def run(action: Callable[[], Any]) -> Any:
        barrier.wait()
        try:
            return action()
        except ClinicError as refusal:
            return refusal

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


@pytest.mark.parametrize("known", [False, True])
def test_a_visit_is_never_left_behind(
    desks: list[Clinic], reception: Actor, admin: Actor, known: bool
) -> None:
    here, there = desks
    doctor = here.practitioners.add(admin, a_doctor())
    whom: Patient | None = here.patients.register(reception, a_patient("Known")) if known else None
    for race in range(RACES):
        caller = here.patients.take_down(reception, TakeDownPatient(name=f"Caller {chr(65 + race)}"))
        room = Room(here, reception, doctor, caller)
        day = date(2026, 11, 19) + timedelta(days=7 * race)
        discard = DiscardPatient(
            id=caller.id,
            version=caller.version,
            reason="wrong number",
            known_as=whom.id if whom else None,
        )
        booked, discarded = at_once(
            lambda room=room, day=day: room.book(f"{day} 09:30"),
            lambda discard=discard: there.patients.discard(reception, discard),
        )
        assert isinstance(discarded, Patient), discarded
        if isinstance(booked, ClinicError):
            assert booked.code is ErrorCode.PATIENT_ARCHIVED
        else:
            visit = here.scheduling.get(reception, booked.id)
            if whom is not None:
                assert (visit.patient_id, visit.status) == (whom.id, AppointmentStatus.BOOKED)
            else:
                assert visit.status is AppointmentStatus.CANCELLED
        left = here.scheduling.of_patient(reception, caller.id)
        assert not [visit for visit in left if visit.status.takes_time]
