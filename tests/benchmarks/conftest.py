"""A clinic with a million patients on each database, filled once a run for all benchmarks that search in it.

Fewer patients for a first look: MEDITRACK_PATIENTS=50000.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.scheduling import BookAppointment
from meditrack_desktop.services.clinic import Clinic
from tests.conftest import MORNING, ClinicSite, ClinicTemplate, move_to_server
from tests.makers.million import fill_fast, look_over, rows
from tests.makers.people import a_doctor
from tests.postgres import PostgresServer

PATIENTS = int(os.environ.get("MEDITRACK_PATIENTS", "1000000"))


@pytest.fixture(scope="session")
def cheap_passwords() -> None:
    """Here passwords cost what they cost in a clinic."""


@dataclass(frozen=True)
class Crowd:
    """The clinic, open; whoever needs it on another desk opens its site once more."""

    site: ClinicSite
    clinic: Clinic
    patients: int

    @property
    def kind(self) -> str:
        return self.site.kind

    @property
    def actor(self) -> Actor:
        return self.site.actors["reception"]


class Stopwatch:
    """Milliseconds of the processor: what this process spends, and what the server's processes spend for it.

    A busy machine makes everybody wait, and a server more often than a file; it makes nobody work more. Where a
    system does not tell what another process spent, the clock has to do.
    """

    def __init__(self, crowd: Crowd) -> None:
        self._of_server: list[Path] = []
        self._clock = time.process_time
        if crowd.kind == "postgres":
            with crowd.clinic.work.database.engine.connect() as connection:
                asked = text("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
                self._of_server = [Path(f"/proc/{pid}/schedstat") for pid in connection.scalars(asked)]
            if not all(path.exists() for path in self._of_server):
                self._of_server, self._clock = [], time.perf_counter

    def start(self) -> Callable[[], float]:
        """Starts; what it gives tells how many milliseconds were spent since."""
        server = self._server()
        own = self._clock()
        return lambda: (self._clock() - own) * 1000 + self._server() - server

    def timed(self, call: Callable[[], object]) -> float:
        spent = self.start()
        call()
        return spent()

    def _server(self) -> float:
        return sum(int(path.read_text().split()[0]) for path in self._of_server) / 1e6


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def crowd(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crowd]:
    folder: Path = tmp_path_factory.mktemp("crowd") / "profile"
    kind: str = request.param
    template: ClinicTemplate = request.getfixturevalue(f"{kind}_template")
    shutil.copytree(template.folder, folder)
    if kind == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        database = server.create(template=template.database)
        move_to_server(folder, server.url(database))
    site = ClinicSite(folder, template.secrets, template.actors, kind)
    clinic = site.open(FixedClock(MORNING))
    fill_fast(clinic.work.database, PATIENTS, template.actors["reception"].account_id, MORNING)
    book_a_day(clinic, template.actors)
    look_over(clinic.work.database)
    yield Crowd(site, clinic, PATIENTS)
    clinic.close()
    if kind == "postgres":
        server.drop(database)
    else:
        shutil.rmtree(folder)


def book_a_day(clinic: Clinic, actors: dict[str, Actor]) -> None:
    """Visits of today, and charts opened: what a suggestion ranks by."""
    ids = [columns["id"] for columns, _ in rows(min(PATIENTS, 200))]
    for number in range(5):
        doctor = clinic.practitioners.add(actors["admin"], a_doctor(f"Doctor{number}"))
        for place in range(24):
            patient = ids[number * 24 + place]
            command = BookAppointment(
                patient_id=patient,
                practitioner_id=doctor.id,
                wall_start=datetime(2026, 11, 18, 11) + timedelta(minutes=5 * place),
                minutes=5,
            )
            clinic.scheduling.book(actors["reception"], command)
    for patient in ids[150:190]:
        clinic.patients.opened(actors["reception"], patient)
