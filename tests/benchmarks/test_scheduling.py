"""How fast the calendar answers, against the same rows read raw; `pytest --benchmark-only` runs them.

30,000 visits of 20 doctors in an encrypted file. Ratios of one run: a week as records against the same SQL
fetched by the driver alone; the search for free time over ninety days against loading the rows it looks at; the
check of a slot of a busy doctor against one without a past; a whole move against the bare writes of it. And fifty
clients at ten slots: ten booked, never more.
"""

from __future__ import annotations

import random
import shutil
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from meditrack_desktop.database.queries import scheduling as queries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import SlotTaken
from meditrack_desktop.domain.free_time import FindFreeTime
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.scheduling import (
    Appointment,
    BookAppointment,
    CalendarRange,
    MoveAppointment,
    day_bounds,
)
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.services.free_time import Search
from tests.conftest import MORNING, ClinicSite, ClinicTemplate
from tests.makers.people import a_doctor, a_patient

WEEK = CalendarRange(first=date(2026, 11, 16), last=date(2026, 11, 22))
WEEKS_BEFORE, WEEKS_AFTER, DOCTORS, VISITS_A_DAY = 3, 13, 20, 21
ROUNDS = 9
WHOLE_MOVE = 25
"""Twenty-eight statements, most of them questions, where the bare writes are seven: 14 times as long on a quiet
machine (8 ms), 23 times on one where all processors are busy."""

pytestmark = pytest.mark.timeout(600)


@dataclass
class Bench:
    clinic: Clinic
    desk: Actor
    patients: list[Any]
    doctors: list[Any]
    folder: Path


@pytest.fixture(scope="module")
def bench(sqlite_template: ClinicTemplate, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("bench") / "profile"
    shutil.copytree(sqlite_template.folder, folder)
    site = ClinicSite(folder, sqlite_template.secrets, sqlite_template.actors, "sqlite")
    clinic = site.open(FixedClock(MORNING))
    desk, admin = site.actors["reception"], site.actors["admin"]
    patients = [clinic.patients.register(desk, a_patient(f"Beispiel {n}", "Greta")).id for n in range(300)]
    doctors = [clinic.practitioners.add(admin, a_doctor(f"Muster {n}", "Jon")).id for n in range(DOCTORS)]
    fill(clinic, desk, patients, doctors)
    yield Bench(clinic, desk, patients, doctors, folder)
    clinic.close()


def fill(clinic: Clinic, desk: Actor, patients: list[Any], doctors: list[Any]) -> None:
    choice = random.Random(1)
    rows = []
    for day in range(-7 * WEEKS_BEFORE, 7 * WEEKS_AFTER):
        opens = datetime(2026, 11, 16, 9, tzinfo=UTC) + timedelta(days=day)
        if opens.weekday() > 4:
            continue
        for doctor in doctors:
            for number in range(VISITS_A_DAY):
                if choice.random() < 0.1:
                    continue
                starts = opens + timedelta(minutes=20 * number + 60 * (number >= 12))
                wall = starts.strftime("%Y-%m-%d %H:%M:%S.000000")
                ends = (starts + timedelta(minutes=15)).strftime("%Y-%m-%d %H:%M:%S.000000")
                rows.append(
                    (
                        new_id().hex,
                        choice.choice(patients).hex,
                        doctor.hex,
                        wall,
                        ends,
                        wall,
                        desk.account_id.hex,
                        wall,
                        ends,
                    )
                )
    statement = (
        "INSERT INTO appointment (id, patient_id, practitioner_id, starts_at, ends_at, wall_start, created_by,"
        " zone, minutes, status, confirmation, visit_type, reason, overbooked, overbook_reason, cancel_reason,"
        " version, created_at, busy_from, busy_until, ics_sequence, late_cancel) VALUES (?, ?, ?, ?, ?, ?, ?,"
        " 'Europe/London', 15, 'booked', 'unconfirmed', 'x', 'y', 0, '', '', 1, '2026-11-01 09:00:00.000000',"
        " ?, ?, 0, 0)"
    )
    with clinic.work.unsigned() as session:
        session.connection().connection.driver_connection.executemany(statement, rows)


def seconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def ratio(benchmark: Any, ours: Callable[[], object], theirs: Callable[[], object]) -> float:
    """Median of ours over median of theirs, taken in turns so that the machine's mood hits both."""
    pairs: list[tuple[float, float]] = []

    def one_round() -> None:
        pairs.append((seconds(ours), seconds(theirs)))

    one_round()
    pairs.clear()
    benchmark.pedantic(one_round, rounds=ROUNDS)
    our_median, their_median = (statistics.median(column) for column in zip(*pairs, strict=True))
    benchmark.extra_info.update(
        ours_ms=round(our_median * 1e3, 2),
        theirs_ms=round(their_median * 1e3, 2),
        ratio=round(our_median / their_median, 3),
    )
    return our_median / their_median


def raw_rows(session: Any, first: date, last: date) -> list[Any]:
    """The bare columns of visits, as the driver gives them."""
    begins, ends = day_bounds(first, last, ZoneInfo("Europe/London"))
    driver = session.connection().connection.driver_connection
    rows: list[Any] = driver.execute(
        "SELECT a.*, p.given, p.family, p.mrn FROM appointment a JOIN patient p ON p.id = a.patient_id"
        " WHERE a.starts_at >= ? AND a.starts_at < ?",
        [bound.strftime("%Y-%m-%d %H:%M:%S.000000") for bound in (begins, ends)],
    ).fetchall()
    return rows


def test_a_week_of_twenty_doctors(bench: Bench, benchmark: Any) -> None:
    def ours() -> None:
        assert len(bench.clinic.scheduling.calendar(bench.desk, WEEK)) > 1_800

    with bench.clinic.work.database.reading() as session:
        assert ratio(benchmark, ours, lambda: raw_rows(session, WEEK.first, WEEK.last)) <= 12


AFTER = datetime(2026, 11, 18, 10, 42)
LAST = AFTER.date() + timedelta(days=89)


def rows_looked_at(session: Any) -> list[Any]:
    """What the driver gives of the same visits: a doctor, a beginning, an end, in the order that is needed."""
    begins, ends = day_bounds(AFTER.date(), LAST, ZoneInfo("Europe/London"))
    driver = session.connection().connection.driver_connection
    found: list[Any] = driver.execute(
        "SELECT practitioner_id, busy_from, busy_until FROM appointment WHERE busy_from >= ? AND busy_from < ?"
        " AND status IN ('booked', 'arrived', 'checked-in', 'fulfilled') ORDER BY practitioner_id, busy_from",
        [bound.strftime("%Y-%m-%d %H:%M:%S.000000") for bound in (begins, ends)],
    ).fetchall()
    return found


def test_next_free_time_of_twenty_doctors(bench: Bench, benchmark: Any) -> None:
    """What a receptionist waits for: under ten milliseconds where reading ninety days takes twenty."""
    wanted = FindFreeTime(after=AFTER, minutes=15, limit=10)

    def ours() -> None:
        assert len(bench.clinic.free_time.next(bench.desk, wanted)) == 10

    with bench.clinic.work.database.reading() as session:
        assert ratio(benchmark, ours, lambda: rows_looked_at(session)) <= 0.5


def test_every_free_start_of_ninety_days(bench: Bench, benchmark: Any) -> None:
    wanted = FindFreeTime(after=AFTER, minutes=15)
    found = 0

    def ours() -> None:
        nonlocal found
        with bench.clinic.work.looking(bench.desk, Permission.VIEW_CALENDAR) as look:
            look.listed("slot")
            found = sum(1 for _ in Search.of(look, wanted).starts(AFTER.date(), LAST))

    with bench.clinic.work.database.reading() as session:
        assert len(rows_looked_at(session)) > 20_000
        assert ratio(benchmark, ours, lambda: rows_looked_at(session)) <= 3
    assert found > 2_000


def test_a_booking_does_not_slow_down_with_the_doctors_past(bench: Bench, benchmark: Any) -> None:
    with bench.clinic.work.database.reading() as session:
        start = datetime(2027, 6, 1, 9, tzinfo=UTC)
        nobody, length = new_id(), timedelta(minutes=30)

        def ours() -> None:
            for _ in range(50):
                assert not queries.is_taken(session, bench.doctors[0], start, start + length, nobody)

        def theirs() -> None:
            for _ in range(50):
                assert not queries.is_taken(session, nobody, start, start + length, nobody)

        assert ratio(benchmark, ours, theirs) <= 2


def bare_writes(driver: Any, account: str, visit: str, number: int) -> None:
    """All that a move writes, by the driver alone: the visit, the deed, the line of the trail with its chain's head,
    and the number of the change. Nothing is checked, nothing is read."""
    begins = datetime(2029, 1, 1) + timedelta(seconds=number)
    at, until = (one.strftime("%Y-%m-%d %H:%M:%S.000000") for one in (begins, begins + timedelta(minutes=15)))
    driver.execute("BEGIN IMMEDIATE")
    driver.execute(
        "UPDATE appointment SET starts_at = ?, ends_at = ?, busy_from = ?, busy_until = ?, wall_start = ?,"
        " ics_sequence = ics_sequence + 1, version = version + 1 WHERE id = ?",
        (at, until, at, until, at, visit),
    )
    driver.execute(
        "INSERT INTO calendar_deed (account_id, done_at, action, rows, undone_at, dropped, id)"
        " VALUES (?, ?, 'appointment.moved', ?, NULL, 0, ?)",
        (account, at, "x" * 2_000, new_id().hex),
    )
    driver.execute(
        "INSERT INTO audit (chain, seq, at, account_id, account_name, roles, action, object_type, object_id,"
        " outcome, detail, prev, hash)"
        " VALUES ('bare', ?, ?, ?, 'x', 'x', 'appointment.moved', 'appointment', ?, 'done', ?, ?, ?)",
        (number, at, account, visit, "x" * 150, "0" * 64, "0" * 64),
    )
    driver.execute("UPDATE audit_chain SET seq = ?, hash = ? WHERE chain = 'bare'", (number, "0" * 64))
    driver.execute("UPDATE counter SET value = value + 1 WHERE name = 'changes'")
    driver.execute("COMMIT")


def test_a_whole_move_against_its_bare_writes(bench: Bench, benchmark: Any) -> None:
    """Permission, locks, every check, the deed that can be taken back, the sealed line, and the visit read back: what
    a receptionist waits for when a visit is dropped elsewhere."""
    scheduling = bench.clinic.scheduling
    first = datetime(2027, 9, 6, 9)

    def booked(number: int) -> Appointment:
        command = BookAppointment(
            patient_id=bench.patients[number],
            practitioner_id=bench.doctors[2 + number],
            wall_start=first,
            minutes=15,
        )
        return scheduling.book(bench.desk, command)

    visit, bare = booked(0), booked(1).id.hex
    account, number = new_id().hex, 0
    with bench.clinic.work.database.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("INSERT INTO audit_chain (chain, seq, hash) VALUES ('bare', 0, '')")

        def ours() -> None:
            nonlocal visit
            for step in range(10):
                start = first + timedelta(minutes=30 * (step % 2 + 1))
                command = MoveAppointment(id=visit.id, version=visit.version, wall_start=start)
                visit = scheduling.move(bench.desk, command)

        def theirs() -> None:
            nonlocal number
            for _ in range(10):
                number += 1
                bare_writes(driver, account, bare, number)

        assert ratio(benchmark, ours, theirs) <= WHOLE_MOVE


def test_fifty_clients_at_ten_slots(bench: Bench, benchmark: Any) -> None:
    slots = [datetime(2028, 1, 3, 9) + timedelta(minutes=15 * number) for number in range(10)]

    def attempt(number: int) -> bool:
        command = BookAppointment(
            patient_id=bench.patients[number % 50],
            practitioner_id=bench.doctors[1],
            wall_start=slots[number % 10],
            minutes=15,
        )
        try:
            bench.clinic.scheduling.book(bench.desk, command)
        except SlotTaken:
            return False
        return True

    def all_at_once() -> int:
        started = time.perf_counter()
        with ThreadPoolExecutor(50) as pool:
            won = sum(pool.map(attempt, range(500)))
        benchmark.extra_info["attempts_a_second"] = round(500 / (time.perf_counter() - started))
        return won

    assert benchmark.pedantic(all_at_once, rounds=1) == 10
