"""Several desks at the waitlist and at one absence's worklist: nobody is given two places, no place two people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from functools import partial
from threading import Barrier
from typing import Any

import pytest

from meditrack_desktop.domain.absence_worklists import (
    ContactOutcome,
    ManyMoved,
    MarkContacted,
    MoveMany,
    MoveTo,
)
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import ChangedMeanwhile, ClinicError, SlotTaken
from meditrack_desktop.domain.front_desk import JoinWaitlist, SwapEarlier
from meditrack_desktop.domain.scheduling import Appointment, CalendarRange
from meditrack_desktop.domain.working_time import AddAbsence
from meditrack_desktop.services.clinic import Clinic
from tests.conftest import ClinicSite
from tests.makers.people import a_doctor, a_patient
from tests.makers.visits import Room, a_room

RACES = 8


@pytest.fixture
def desks(site: ClinicSite, clock: FixedClock) -> Iterator[list[Clinic]]:
    opened = [site.open(clock) for _ in range(4)]
    yield opened
    for desk in opened:
        desk.close()


@pytest.fixture
def room(desks: list[Clinic], reception: Actor, admin: Actor) -> Room:
    return a_room(desks[0], reception, admin, specialty="Dermatology")


def at_once(actions: list[Callable[[], Any]]) -> list[Any]:
    barrier = Barrier(len(actions))

    def run(action: Callable[[], Any]) -> Any:
        barrier.wait()
        try:
            return action()
        except ClinicError as refusal:
            return refusal

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def test_desks_that_move_the_same_list_move_each_visit_once(
    desks: list[Clinic], room: Room, admin: Actor
) -> None:
    desks[0].practitioners.add(admin, a_doctor("Namuna", "Omar", specialty="Dermatology"))
    for number in range(8):
        patient = desks[0].patients.register(room.desk, a_patient(f"Fictanova{number}", "Mara"))
        room.book(f"2026-11-19 {9 + number // 2:02}:{30 * (number % 2):02}", patient_id=patient.id)
    command = AddAbsence(
        practitioner_id=room.doctor.id, wall_start=datetime(2026, 11, 19), wall_end=datetime(2026, 11, 20)
    )
    absence = desks[0].absences.add(room.desk, command).absence.id
    found = desks[0].absence_worklists.of_absence(room.desk, absence)
    # Every second desk works from the other end and to other places.
    wanted = []
    for number in range(len(desks)):
        items = found.items if number % 2 == 0 else found.items[::-1]
        wanted.append(
            MoveMany(
                absence_id=absence,
                moves=tuple(
                    MoveTo(
                        id=item.visit.id,
                        version=item.visit.version,
                        practitioner_id=item.proposals[number % 2].practitioner_id,
                        wall_start=item.proposals[number % 2].wall_start,
                    )
                    for item in items
                ),
            )
        )
    results = at_once(
        [
            partial(desk.absence_worklists.move_all, room.desk, command)
            for desk, command in zip(desks, wanted, strict=True)
        ]
    )
    done = [result for result in results if isinstance(result, ManyMoved)]
    assert len(done) == len(desks), results
    moved = [visit.id for result in done for visit in result.moved]
    assert sorted(moved) == sorted(item.visit.id for item in found.items)
    after = desks[0].absence_worklists.of_absence(room.desk, absence)
    assert (after.items, after.done) == ((), 8)
    assert not _overlaps(desks[0], room)
    assert desks[0].audit.check(admin).whole


def test_one_freed_place_goes_to_one_of_those_who_wait(desks: list[Clinic], room: Room, admin: Actor) -> None:
    for race in range(RACES):
        freed = datetime(2026, 11, 23 + race % 5, 9 + race // 5)
        swaps = [_swap(room, freed, number, f"Muster{race}{number}") for number in range(2)]
        results = at_once(
            [
                partial(desk.waitlist.swap, room.desk, swap)
                for desk, swap in zip(desks, swaps * 2, strict=True)
            ]
        )
        assert sum(isinstance(result, Appointment) for result in results) == 1, results
        assert all(isinstance(result, Appointment | SlotTaken | ChangedMeanwhile) for result in results)
        assert len(desks[0].waitlist.list(room.desk)) == race + 1
    assert not _overlaps(desks[0], room)


def test_two_desks_that_note_one_call_both_have_noted_it(desks: list[Clinic], room: Room) -> None:
    """The visit came to the list after the absence was entered: there is no mark yet that could be held."""
    room.book("2026-11-19 09:00")
    command = AddAbsence(
        practitioner_id=room.doctor.id, wall_start=datetime(2026, 11, 19), wall_end=datetime(2026, 11, 20)
    )
    absence = desks[0].absences.add(room.desk, command).absence.id
    for race in range(RACES):
        patient = desks[0].patients.register(room.desk, a_patient(f"Spaet{race}", "Mara"))
        visit = room.book(
            f"2026-11-19 {10 + race}:00", patient_id=patient.id, overbook_reason="asked for by the doctor"
        )
        results = at_once(
            [
                partial(
                    desk.absence_worklists.mark_contacted,
                    room.desk,
                    MarkContacted(absence_id=absence, appointment_id=visit.id, outcome=outcome),
                )
                for desk, outcome in zip(desks[:2], ContactOutcome, strict=False)
            ]
        )
        assert results == [None, None]


def _swap(room: Room, freed: datetime, number: int, name: str) -> SwapEarlier:
    """Somebody whose visit is a week after the freed place, and who would rather come earlier."""
    patient = room.clinic.patients.register(room.desk, a_patient(name, "Jon"))
    later = freed + timedelta(days=7, minutes=30 * number)
    visit = room.book(f"{later:%Y-%m-%d %H:%M}", patient_id=patient.id)
    entry = room.clinic.waitlist.join(room.desk, JoinWaitlist(patient_id=patient.id, appointment_id=visit.id))
    return SwapEarlier(
        id=entry.id,
        version=entry.version,
        appointment_version=visit.version,
        practitioner_id=room.doctor.id,
        wall_start=freed,
    )


def _overlaps(clinic: Clinic, room: Room) -> list[tuple[Appointment, Appointment]]:
    wanted = CalendarRange(first=date(2026, 11, 18), last=date(2026, 12, 31))
    live = [visit for visit in clinic.scheduling.calendar(room.desk, wanted) if visit.status.takes_time]
    return [
        (one, other)
        for number, one in enumerate(live)
        for other in live[:number]
        if one.practitioner_id == other.practitioner_id
        and one.starts_at < other.ends_at
        and other.starts_at < one.ends_at
    ]
