"""100,000 patients from a FHIR bulk export beside the bare cells of the same people in the same database.

As `test_import` for CSV: how many times slower ours is is what is watched, and that memory stays flat.
"""

from __future__ import annotations

import json
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.fhir_export import ExportFhir
from meditrack_desktop.domain.progress import Progress
from meditrack_desktop.services.clinic import Clinic
from tests.benchmarks.test_import import HEADER, LONGEST_SILENCE, plainly, rows, write

PATIENTS = 100_000
MOST_MEGABYTES = 150


def bulk_export(path: Path, count: int) -> Path:
    """One Patient a line."""
    with path.open("w", encoding="utf-8") as file:
        for cells in rows(count):
            one = dict(zip(HEADER, cells, strict=True))
            told = {
                "resourceType": "Patient",
                "id": one["patient_id"],
                "identifier": [{"system": "urn:example:mrn", "value": one["patient_id"]}],
                "name": [{"use": "official", "family": one["family_name"], "given": [one["given_name"]]}],
                "telecom": [
                    *([{"system": "phone", "value": one["phone"], "use": "mobile"}] if one["phone"] else []),
                    {"system": "email", "value": one["email"]},
                ],
                "gender": one["gender"],
                **({"birthDate": one["birth_date"]} if one["birth_date"] else {}),
                "address": [{"line": [one["street"]], "city": one["city"]}],
            }
            file.write(json.dumps(told, ensure_ascii=False) + "\n")
    return path


def megabytes() -> float:
    """What this process holds now."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096 / 2**20


@pytest.mark.timeout(1500)
@pytest.mark.benchmark(group="import")
def test_import_and_export_of_100_000_patients(
    benchmark: Any, clinic: Clinic, admin: Actor, tmp_path: Path
) -> None:
    path = bulk_export(tmp_path / "Patient.ndjson", PATIENTS)
    plain = plainly(clinic, write(tmp_path / "patients.csv", PATIENTS))
    told: list[float] = []
    held: list[float] = []

    def progress(_now: Progress) -> None:
        told.append(time.perf_counter())
        held.append(megabytes())

    began, processor = time.perf_counter(), time.process_time()
    report = benchmark.pedantic(
        lambda: clinic.imports.run(admin, [path], progress=progress), rounds=1, iterations=1
    )
    took, spent = time.perf_counter() - began, time.process_time() - processor
    assert (report.added, report.skipped) == (PATIENTS, ())
    silence = max(after - before for before, after in pairwise(told))
    grown = max(held[len(held) // 5 :]) - held[len(held) // 5]
    began, processor = time.perf_counter(), time.process_time()
    done = clinic.fhir_export.run(admin, ExportFhir(), tmp_path / "out.ndjson", progress)
    out, out_spent = time.perf_counter() - began, time.process_time() - processor
    assert done.patients == PATIENTS
    print(
        f"\nplain {plain:.2f} s, imported {took:.1f} s ({spent:.1f} s of this processor), {took / plain:.0f} times;"
        f" longest silence {silence * 1000:.0f} ms; memory grew {grown:.0f} MB after the first fifth;"
        f" handed out in {out:.1f} s ({out_spent:.1f} s of this processor)"
    )
    assert silence < LONGEST_SILENCE
    assert grown < MOST_MEGABYTES
    benchmark.extra_info.update(plain=plain, times=took / plain, export=out)
