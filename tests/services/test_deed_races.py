"""Undo while others work: the time goes to one of them, nobody's visit is lost, nobody waits for ever."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import combinations
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest

from meditrack_desktop.database.queries import scheduling as visit_queries
from meditrack_desktop.database.queries import series as series_queries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.deeds import TakenBack
from meditrack_desktop.domain.errors import ClinicError, ErrorCode
from meditrack_desktop.domain.permissions import Role
from meditrack_desktop.domain.scheduling import (
    Appointment,
    AppointmentStatus,
    CalendarRange,
    MoveAppointment,
    SetAppointmentStatus,
)
from meditrack_desktop.domain.series import BookSeries, Every, MoveSeries, Scope, SeriesRule, starts
from meditrack_desktop.services.clinic import Clinic
from tests.conftest import ClinicSite
from tests.makers.calendar_rows import calendar_rows
from tests.makers.people import a_doctor, a_patient
from tests.makers.visits import Room, a_room
from tests.services.doors import person

DESKS = 5
NINE = datetime(2026, 11, 19, 9)
USUAL = {
    ErrorCode.SLOT_NOT_AVAILABLE,
    ErrorCode.DOCTOR_NOT_AVAILABLE,
    ErrorCode.STATUS_NOT_ALLOWED,
    ErrorCode.SERIES_BLOCKED,
    ErrorCode.SERIES_NOT_FOUND,
    ErrorCode.APPOINTMENT_NOT_FOUND,
    ErrorCode.CHANGED_MEANWHILE,
    ErrorCode.UNDO_STALE,
    ErrorCode.NOTHING_TO_UNDO,
}
"""What several people at one calendar may tell each other; a lock that never ends is not among it."""


@pytest.fixture
def desks(site: ClinicSite, clock: FixedClock) -> Iterator[list[Clinic]]:
    opened = [site.open(clock) for _ in range(DESKS)]
    yield opened
    for desk in opened:
        desk.close()


@pytest.fixture
def room(desks: list[Clinic], reception: Actor, admin: Actor) -> Room:
    return a_room(desks[0], reception, admin)


def at_once(actions: list[Callable[[], Any]]) -> list[Any]:
    barrier = Barrier(len(actions))

    def run(action: Callable[[], Any]) -> Any:
        barrier.wait()
        try:
            return action()
        except ClinicError as refusal:
            return refusal.code

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def test_the_time_goes_to_one(desks: list[Clinic], room: Room, doctor: Actor) -> None:
    """A visit was moved away; while that is taken back, a colleague books its old time."""
    won: Counter[str] = Counter()
    for week in range(12):
        start = NINE + timedelta(weeks=week)
        visit = room.book(str(start))
        room.move(visit, str(start + timedelta(hours=2)))
        wanted = room.wants(str(start + timedelta(minutes=15)))
        undone, booked = at_once(
            [
                lambda: desks[1].deeds.undo(room.desk),
                lambda wanted=wanted: desks[2].scheduling.book(doctor, wanted),  # type: ignore[misc]
            ]
        )
        assert isinstance(undone, TakenBack) != isinstance(booked, Appointment)
        assert {undone, booked} & {ErrorCode.SLOT_NOT_AVAILABLE}
        won["undo" if isinstance(undone, TakenBack) else "book"] += 1
        if not isinstance(undone, TakenBack):
            assert room.clinic.scheduling.get(room.desk, visit.id).wall_start == start + timedelta(hours=2)
    assert sum(won.values()) == 12


def test_one_deed_is_taken_back_once(desks: list[Clinic], room: Room) -> None:
    """The same person at several desks presses Undo at the same moment."""
    moments = [calendar_rows(room.clinic)]
    for hour in range(DESKS):
        room.book(str(NINE.replace(hour=9 + hour if hour < 4 else 15)))
        moments.append(calendar_rows(room.clinic))
    answers = at_once([lambda desk=desk: desk.deeds.undo(room.desk) for desk in desks])  # type: ignore[misc]
    done = [answer for answer in answers if isinstance(answer, TakenBack)]
    assert len({answer.appointment_ids for answer in done}) == len(done) >= 1
    assert {answer for answer in answers if not isinstance(answer, TakenBack)} <= {
        ErrorCode.CHANGED_MEANWHILE
    }
    assert calendar_rows(room.clinic) == moments[DESKS - len(done)]


def test_a_day_of_several_with_undo(desks: list[Clinic], room: Room, admin: Actor) -> None:
    other = room.clinic.practitioners.add(admin, a_doctor("Muster", "Jon")).id
    doctors = [room.doctor.id, other]
    patients = [
        room.patient.id,
        *(room.clinic.patients.register(room.desk, a_patient(name)).id for name in ("Anders", "Bobek")),
    ]
    people = [person(room.clinic, f"desk{n}", frozenset({Role.RECEPTIONIST})) for n in range(DESKS - 1)]
    # One person sits at two desks.
    people.append(people[0])
    walks = [
        _Walk(desk, actor, room, doctors, patients, seed)
        for seed, (desk, actor) in enumerate(zip(desks, people, strict=True))
    ]
    answers = at_once([walk.go for walk in walks])
    told: Counter[Any] = sum(answers, Counter())
    assert {code for code in told if isinstance(code, ErrorCode)} <= USUAL
    assert told["undo"] > 10
    assert told["redo"] > 0
    wanted = CalendarRange(first=NINE.date(), last=NINE.date() + timedelta(days=40))
    visits = room.clinic.scheduling.calendar(room.desk, wanted)
    taking = [visit for visit in visits if visit.status.takes_time]
    for a, b in combinations(taking, 2):
        if a.practitioner_id == b.practitioner_id:
            assert a.ends_at <= b.starts_at or b.ends_at <= a.starts_at
    assert room.clinic.audit.check(admin).whole


class _Walk:
    def __init__(
        self, clinic: Clinic, actor: Actor, room: Room, doctors: list[UUID], patients: list[UUID], seed: int
    ) -> None:
        self.clinic, self.actor, self.room = clinic, actor, room
        self.doctors, self.patients = doctors, patients
        self.choice = random.Random(seed)
        self.told: Counter[Any] = Counter()

    def go(self) -> Counter[Any]:
        steps = [self.book, self.book, self.move, self.status, self.series, self.undo, self.undo, self.redo]
        for _ in range(40):
            step = self.choice.choice(steps)
            try:
                step()
                self.told[step.__name__] += 1
            except ClinicError as refusal:
                self.told[refusal.code] += 1
        return self.told

    def start(self) -> datetime:
        day = NINE + timedelta(days=self.choice.choice((0, 1, 7)))
        return day + timedelta(minutes=self.choice.randrange(0, 230, 15))

    def visit(self) -> Appointment | None:
        wanted = CalendarRange(first=NINE.date(), last=NINE.date() + timedelta(days=8))
        found = self.clinic.scheduling.calendar(self.actor, wanted)
        return self.choice.choice(found) if found else None

    def book(self) -> None:
        wanted = self.room.wants(
            str(self.start()),
            patient_id=self.choice.choice(self.patients),
            practitioner_id=self.choice.choice(self.doctors),
        )
        self.clinic.scheduling.book(self.actor, wanted)

    def series(self) -> None:
        visit = self.visit()
        if visit is not None and visit.series_id is not None:
            command = MoveSeries(
                id=visit.id,
                version=visit.version,
                scope=Scope.ALL,
                wall_start=visit.wall_start + timedelta(minutes=30),
                practitioner_id=self.choice.choice(self.doctors),
            )
            self.clinic.series.move(self.actor, command)
            return
        first = self.room.wants(
            str(self.start()),
            15,
            patient_id=self.choice.choice(self.patients),
            practitioner_id=self.choice.choice(self.doctors),
        )
        rule = SeriesRule(every=Every.WEEK, count=2)
        whole = BookSeries(first=first, rule=rule, starts=starts(rule, first.wall_start))
        self.clinic.series.book(self.actor, whole)

    def move(self) -> None:
        visit = self.visit()
        if visit is not None:
            command = MoveAppointment(
                id=visit.id,
                version=visit.version,
                wall_start=self.start(),
                practitioner_id=self.choice.choice(self.doctors),
            )
            self.clinic.scheduling.move(self.actor, command)

    def status(self) -> None:
        visit = self.visit()
        if visit is not None:
            then = self.choice.choice((AppointmentStatus.ARRIVED, AppointmentStatus.NOSHOW))
            self.clinic.scheduling.set_status(
                self.actor, SetAppointmentStatus(id=visit.id, version=visit.version, status=then)
            )

    def undo(self) -> None:
        self.clinic.deeds.undo(self.actor)

    def redo(self) -> None:
        self.clinic.deeds.redo(self.actor)


@pytest.mark.parametrize("site", ["postgres"], indirect=True)
def test_a_series_that_is_taken_back_while_another_reads_it(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Postgres each statement of a change sees a newer state than the last: what is gone is a refusal, no crash."""
    first = room.wants(str(NINE))
    rule = SeriesRule(every=Every.WEEK, count=2)
    whole = BookSeries(first=first, rule=rule, starts=starts(rule, first.wall_start))
    series = room.clinic.series.book(room.desk, whole)
    [chosen, _] = series.visits
    read = visit_queries.of_ids

    def gone_meanwhile(session: Any, ids: Any) -> Any:
        room.clinic.deeds.undo(room.desk)
        return read(session, ids)

    monkeypatch.setattr(visit_queries, "of_ids", gone_meanwhile)
    with room.clinic.work.unsigned() as session:
        assert series_queries.of_visit(session, chosen.id).visits == ()
    monkeypatch.undo()
    command = MoveSeries(
        id=chosen.id,
        version=chosen.version,
        scope=Scope.ALL,
        wall_start=chosen.wall_start + timedelta(hours=1),
    )
    with pytest.raises(ClinicError) as refusal:
        room.clinic.series.move(room.desk, command)
    assert refusal.value.code is ErrorCode.APPOINTMENT_NOT_FOUND
