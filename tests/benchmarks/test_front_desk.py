"""How fast the front desk's lists come; `pytest --benchmark-only` runs it.

20 doctors with 19 visits a day, 16 weeks of them, in an encrypted file. Goals: the board of a day in 100 ms, what
people take for at once; the worklist of two weeks' absence, with places for 190 visits, in a second.
"""

from __future__ import annotations

import random
import shutil
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from meditrack_desktop.database.base import Base
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.scheduling import AppointmentStatus, CalendarRange, Confirmation
from meditrack_desktop.domain.working_time import AddAbsence
from meditrack_desktop.services.clinic import Clinic
from tests.conftest import MORNING, ClinicSite, ClinicTemplate
from tests.makers.people import a_doctor, a_patient

TODAY = date(2026, 11, 18)
WEEKS_BEFORE, WEEKS_AFTER, DOCTORS, VISITS_A_DAY = 12, 4, 20, 19
ROUNDS = 9
BOARD_MS, WORKLIST_MS = 100.0, 1000.0

pytestmark = pytest.mark.timeout(600)


@dataclass
class Bench:
    clinic: Clinic
    desk: Actor
    doctors: list[UUID]


@pytest.fixture(scope="module")
def bench(sqlite_template: ClinicTemplate, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder: Path = tmp_path_factory.mktemp("bench") / "profile"
    shutil.copytree(sqlite_template.folder, folder)
    site = ClinicSite(folder, sqlite_template.secrets, sqlite_template.actors, "sqlite")
    clinic = site.open(FixedClock(MORNING))
    desk, admin = site.actors["reception"], site.actors["admin"]
    patients = [clinic.patients.register(desk, a_patient(f"Beispiel {n}", "Greta")).id for n in range(300)]
    doctors = [
        clinic.practitioners.add(admin, a_doctor(f"Muster {n}", "Jon", specialty="Dermatology")).id
        for n in range(DOCTORS)
    ]
    with clinic.work.unsigned() as session:
        session.execute(Base.metadata.tables["appointment"].insert(), list(_visits(desk, patients, doctors)))
    yield Bench(clinic, desk, doctors)
    clinic.close()


def _visits(desk: Actor, patients: list[UUID], doctors: list[UUID]) -> Iterator[dict[str, Any]]:
    choice = random.Random(1)
    for day in range(-7 * WEEKS_BEFORE, 7 * WEEKS_AFTER):
        opens = datetime(2026, 11, 16, 9, tzinfo=UTC) + timedelta(days=day)
        for doctor in doctors if opens.weekday() < 5 else ():
            for number in [*range(17), 19, 20]:
                starts_at = opens + timedelta(minutes=20 * number + 60 * (number >= 12))
                yield _visit(desk, choice.choice(patients), doctor, starts_at)


def _visit(desk: Actor, patient: UUID, doctor: UUID, starts_at: datetime) -> dict[str, Any]:
    over = starts_at < MORNING - timedelta(minutes=45)
    here = not over and starts_at < MORNING
    ends_at = starts_at + timedelta(minutes=15)
    return {
        "id": new_id(),
        "version": 1,
        "patient_id": patient,
        "practitioner_id": doctor,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "busy_from": starts_at,
        "busy_until": ends_at,
        "wall_start": starts_at.replace(tzinfo=None),
        "zone": "Europe/London",
        "minutes": 15,
        "status": (
            AppointmentStatus.FULFILLED
            if over
            else AppointmentStatus.ARRIVED
            if here
            else AppointmentStatus.BOOKED
        ),
        "confirmation": Confirmation.UNCONFIRMED,
        "arrived_at": starts_at if over or here else None,
        "left_at": ends_at if over else None,
        "created_at": MORNING,
        "created_by": desk.account_id,
    }


def median_ms(benchmark: Any, action: Callable[[], object]) -> float:
    took: list[float] = []

    def one_round() -> None:
        started = time.perf_counter()
        action()
        took.append(1000 * (time.perf_counter() - started))

    one_round()
    took.clear()
    benchmark.pedantic(one_round, rounds=ROUNDS)
    return statistics.median(took)


@pytest.mark.benchmark(group="front desk")
def test_the_board_of_a_day(bench: Bench, benchmark: Any) -> None:
    board = bench.clinic.today.board(bench.desk, TODAY)
    assert board.counters.visits == DOCTORS * VISITS_A_DAY and len(board.doctors) == DOCTORS
    assert all(row.next_free for row in board.doctors)
    took = median_ms(benchmark, lambda: bench.clinic.today.board(bench.desk, TODAY))
    wanted = CalendarRange(first=TODAY, last=TODAY)
    started = time.perf_counter()
    bench.clinic.scheduling.calendar(bench.desk, wanted)
    benchmark.extra_info["the day's visits alone, ms"] = round(1000 * (time.perf_counter() - started), 1)
    assert took <= BOARD_MS


@pytest.mark.benchmark(group="front desk")
def test_the_worklist_of_two_weeks(bench: Bench, benchmark: Any) -> None:
    command = AddAbsence(
        practitioner_id=bench.doctors[0],
        wall_start=datetime(2026, 11, 19),
        wall_end=datetime(2026, 12, 3),
    )
    absence = bench.clinic.absences.add(bench.desk, command).absence.id
    found = bench.clinic.absence_worklists.of_absence(bench.desk, absence)
    assert len(found.items) == 10 * VISITS_A_DAY
    assert sum(bool(item.proposals) for item in found.items) > len(found.items) * 0.9
    took = median_ms(benchmark, lambda: bench.clinic.absence_worklists.of_absence(bench.desk, absence))
    assert took <= WORKLIST_MS
