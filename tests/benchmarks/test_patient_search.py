"""How long a search takes beside a plain query of the same database in the same run (goals 2, 3 and 19).

Times are the processor's, interleaved, so that a busy machine slows both alike. The plain query reads 50
patients by the index of the list: the least that a page of the list can cost.
"""

from __future__ import annotations

import shutil
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from meditrack_desktop.bootstrap import open_clinic
from meditrack_desktop.database.queries import patient_search
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.patients import FindPatients
from meditrack_desktop.services.clinic import Clinic
from tests.conftest import MORNING, ClinicTemplate
from tests.makers.crowd import fill, people

PATIENTS = 100_000
PLAIN = text("SELECT * FROM patient WHERE sort_name >= 'm' ORDER BY sort_name, id LIMIT 50")
TYPED = {
    "nothing typed": "",
    "one letter": "s",
    "two letters": "ba",
    "three letters": "smi",
    "family and given": "smith john",
    "two beginnings": "smi joh",
    "one letter each": "s j",
    "another script": "佐",
    "four digits": "1234",
    "a common dialling code": "7400",
    "half a number": "07400 123",
    "record number": "000-0012",
    "year of birth": "1971",
    "birth date": "4.3.1971",
    "name and year": "smith 1971",
    "nobody": "xqzv",
}
MOST = 30.0
"""How many plain queries one search may cost, for every class of text."""


@pytest.fixture(scope="module")
def crowded(sqlite_template: ClinicTemplate, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    folder: Path = tmp_path_factory.mktemp("crowded") / "profile"
    shutil.copytree(sqlite_template.folder, folder)
    clinic = open_clinic(folder, FixedClock(MORNING))
    clinic.keys.open(sqlite_template.secrets)
    fill(clinic, sqlite_template.actors["admin"], list(people(PATIENTS)))
    yield clinic
    clinic.close()


def ratios(clinic: Clinic) -> dict[str, float]:
    """For each class of text, how many plain queries one search costs."""
    found: dict[str, float] = {}
    with clinic.work.database.reading() as session:
        for kind, typed in TYPED.items():
            searches, plain = [], []
            for _ in range(9):
                started = time.process_time()
                session.execute(PLAIN).all()
                between = time.process_time()
                patient_search.find(session, FindPatients(text=typed), "GB", MORNING)
                plain.append(between - started)
                searches.append(time.process_time() - between)
            found[kind] = round(statistics.median(searches) / statistics.median(plain), 1)
    return found


@pytest.mark.timeout(900)
def test_every_class_of_search_costs_a_few_plain_queries(crowded: Clinic, benchmark: Any) -> None:
    found: dict[str, float] = benchmark.pedantic(ratios, args=(crowded,), rounds=1)
    benchmark.extra_info.update(found)
    assert all(ratio <= MOST for ratio in found.values()), found
