"""100,000 patients from CSV beside the same rows put into the same database with nothing asked (goal 10).

The plain way is one `executemany` of the same cells into one table without index, on the same encrypted file or
server. Ours checks every value, compares everybody with the clinic, keeps search terms and phones, and writes an
audit line for each, so that it can never be as fast; how many times slower it is, is what is watched.
"""

from __future__ import annotations

import csv
import resource
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.patients import FindPatients
from meditrack_desktop.domain.progress import Progress
from meditrack_desktop.services.clinic import Clinic
from tests.makers.crowd import people

PATIENTS = 100_000
HEADER = (
    "patient_id",
    "family_name",
    "given_name",
    "birth_date",
    "gender",
    "phone",
    "email",
    "street",
    "city",
)
LONGEST_SILENCE = 5.0
"""Seconds, on a machine that does ten other things; with two processors to itself progress is told five times a
second and more."""


def rows(count: int) -> Iterator[tuple[str, ...]]:
    for number, person in enumerate(people(count)):
        yield (
            f"P{number:06d}",
            person.family,
            person.given,
            person.birth_date.iso() if person.birth_date else "",
            person.gender.value,
            person.phones[0].value if person.phones else "",
            f"p{number}@example.org",
            f"{number % 200} Example Street",
            "Leeds",
        )


def write(path: Path, count: int) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows(count)])
    return path


def plainly(clinic: Clinic, path: Path) -> float:
    """Seconds that the database takes for the bare cells, read from the same file."""
    columns = ", ".join(f"{name} TEXT" for name in HEADER)
    values = ", ".join(f":{name}" for name in HEADER)
    with clinic.work.database.engine.begin() as connection:
        connection.execute(text(f"CREATE TABLE plain_rows ({columns})"))
    began = time.perf_counter()
    with path.open(encoding="utf-8", newline="") as file, clinic.work.database.engine.begin() as connection:
        connection.execute(text(f"INSERT INTO plain_rows VALUES ({values})"), list(csv.DictReader(file)))
    took = time.perf_counter() - began
    with clinic.work.database.engine.begin() as connection:
        connection.execute(text("DROP TABLE plain_rows"))
    return took


@pytest.mark.timeout(1500)
@pytest.mark.benchmark(group="import")
def test_import_of_100_000_patients(benchmark: Any, clinic: Clinic, admin: Actor, tmp_path: Path) -> None:
    path = write(tmp_path / "patients.csv", PATIENTS)
    raw = plainly(clinic, path)
    told: list[float] = []
    memory: list[int] = []

    def progress(_now: Progress) -> None:
        told.append(time.perf_counter())
        memory.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)

    began, processor = time.perf_counter(), time.process_time()
    report = benchmark.pedantic(
        lambda: clinic.imports.run(admin, [path], progress=progress), rounds=1, iterations=1
    )
    took, spent = time.perf_counter() - began, time.process_time() - processor
    assert (report.added, report.skipped) == (PATIENTS, ())
    silence = max(after - before for before, after in pairwise(told))
    grown = (memory[-1] - memory[len(memory) // 5]) / 1024
    print(
        f"\nplain {raw:.2f} s, imported {took:.1f} s ({spent:.1f} s of this processor), {took / raw:.0f} times;"
        f" {PATIENTS / took:,.0f} patients a second; longest silence {silence * 1000:.0f} ms,"
        f" {len(told) / took:.1f} a second; memory grew {grown:.0f} MB after the first fifth"
    )
    assert silence < LONGEST_SILENCE
    assert grown < 150
    assert clinic.patients.find(admin, FindPatients(text=report_name(path), limit=5)).lines
    benchmark.extra_info.update(plain=raw, times=took / raw)


def report_name(path: Path) -> str:
    """The last family name of the file: the last one taken is found as well as the first."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))[-1]["family_name"]
