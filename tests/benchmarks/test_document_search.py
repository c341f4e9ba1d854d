"""Searching in 100,000 documents of 300 different words each: a key press, its size on the disk, and filing one more.

The raw query reads the index's rows of one word through the bare driver: the least that any answer costs. Fewer
documents for a first look: MEDITRACK_DOCUMENTS=10000.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from meditrack_desktop.database.queries import document_index as index_queries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.services.clinic import Clinic
from tests.benchmarks.conftest import Crowd, Stopwatch
from tests.conftest import MORNING, ClinicSite, ClinicTemplate, move_to_server
from tests.makers.archive import fill_archive, text_words, vocabulary
from tests.makers.care import as_doctor, in_care
from tests.makers.million import fill_fast, rows
from tests.makers.texts import keep_text
from tests.postgres import PostgresServer

DOCUMENTS = int(os.environ.get("MEDITRACK_DOCUMENTS", "100000"))
PATIENTS = 5000
IN_CARE = 300
ROUNDS = 21
MOST_MS = 100.0
"""p95 of a key press to the service's answer, its audit line and its permissions included."""


@dataclass(frozen=True)
class Archive:
    crowd: Crowd
    clinic: Clinic
    desk: Actor
    reader: Actor
    seconds: float

    @property
    def kind(self) -> str:
        return self.crowd.kind


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def archive(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    folder: Path = tmp_path_factory.mktemp("archive") / "profile"
    kind: str = request.param
    template: ClinicTemplate = request.getfixturevalue(f"{kind}_template")
    shutil.copytree(template.folder, folder)
    if kind == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        database = server.create(template=template.database)
        move_to_server(folder, server.url(database))
    site = ClinicSite(folder, template.secrets, template.actors, kind)
    clinic = site.open(FixedClock(MORNING))
    actors = template.actors
    fill_fast(clinic.work.database, PATIENTS, actors["reception"].account_id, MORNING)
    patients = [columns["id"] for columns, _ in rows(PATIENTS)]
    practitioner = as_doctor(clinic, actors["admin"], actors["doctor"])
    some = [clinic.patients.get(actors["reception"], one) for one in patients[:IN_CARE]]
    in_care(clinic, actors["reception"], practitioner, *some)
    with clinic.work.database.reading() as session:
        hashes = clinic.document_search.index.hashes(session)
    began = time.perf_counter()
    fill_archive(clinic.work.database, hashes, patients, actors["reception"].account_id, MORNING, DOCUMENTS)
    taken = time.perf_counter() - began
    if kind == "postgres":
        with clinic.work.database.engine.connect().execution_options(
            isolation_level="AUTOCOMMIT"
        ) as connection:
            connection.execute(text("VACUUM ANALYZE"))
    else:
        with clinic.work.database.writing() as session:
            session.execute(text("ANALYZE"))
    yield Archive(Crowd(site, clinic, PATIENTS), clinic, actors["reception"], actors["doctor"], taken)
    clinic.close()
    if kind == "postgres":
        server.drop(database)


def _size(archive: Archive) -> float:
    """Mebibytes of the index."""
    with archive.clinic.work.database.reading() as session:
        if archive.kind == "postgres":
            asked = (
                "SELECT pg_total_relation_size('document_term') + pg_total_relation_size('document_index')"
            )
            return float(session.scalar(text(asked))) / 2**20
        # Each row's bytes; the file's pages are about a fifth more.
        asked = "SELECT sum(length(documents) + 16) FROM document_term"
        return float(session.scalar(text(asked)) or 0) / 2**20


@pytest.mark.timeout(900)
def test_a_key_press(archive: Archive, benchmark: Any) -> None:
    clinic = archive.clinic
    words = vocabulary()
    some = text_words(DOCUMENTS // 2, words, 300)
    typed = {
        "three letters of nearly all": some[0][:3],
        "a common word": words[1],
        "two common words": f"{words[1]} {words[2]}",
        "three of one text": " ".join(some[5:8]),
        "a rare word": some[-1],
        "a number": next(word for word in some if word[0].isdigit()),
        "a month": "november 2026",
        "nothing": "xqzvw",
    }

    def measure() -> dict[str, tuple[float, float, float, int]]:
        found = {}
        watch = Stopwatch(archive.crowd)
        hashes_of = clinic.document_search.index.hashes
        with clinic.work.database.reading() as session:
            term = next(iter(hashes_of(session).read([words[1]])))
            raw = session.connection().connection.driver_connection
            assert raw is not None
            chunks = ", ".join(str(at) for at in range(index_queries.chunks(session)))
            plain = [
                watch.timed(
                    lambda number=number: raw.execute(  # type: ignore[misc]
                        f"SELECT chunk, documents FROM document_term WHERE chunk IN ({chunks}) AND term = {term}"
                        f" -- {number}"
                    ).fetchall()
                )
                for number in range(ROUNDS)
            ]
        for who, actor in (("desk", archive.desk), ("doctor", archive.reader)):
            for name, what in typed.items():
                asked = partial(clinic.document_search.find, actor, what, None, (), 8)
                hits = asked()
                times = sorted(watch.timed(asked) for _ in range(ROUNDS))
                found[f"{who}: {name}"] = (
                    times[ROUNDS // 2],
                    times[int(ROUNDS * 0.95)],
                    times[ROUNDS // 2] / sorted(plain)[ROUNDS // 2],
                    len(hits),
                )
        return found

    found = benchmark.pedantic(measure, rounds=1)
    print(
        f"\n{archive.kind}: {DOCUMENTS} documents, {_size(archive):.0f} MiB of index, filled in {archive.seconds:.0f} s"
    )
    for name, (middle, high, ratio, hits) in found.items():
        print(
            f"{archive.kind:9}{name:40}{middle:7.1f} ms, p95 {high:7.1f} ms, {ratio:5.1f} x raw, {hits} hits"
        )
    assert {name: one[1] for name, one in found.items() if one[1] > MOST_MS} == {}


@pytest.mark.timeout(900)
def test_filing_one_more(archive: Archive, benchmark: Any) -> None:
    clinic, watch = archive.clinic, Stopwatch(archive.crowd)
    words = vocabulary()
    patient = next(columns["id"] for columns, _ in rows(1))
    times: list[float] = []

    def file_some() -> None:
        for number in range(12):
            page = " ".join(text_words(DOCUMENTS + number, words, 300))
            made = keep_text(clinic, archive.reader, patient, "One more", page, index=False)

            def write(made: Any = made, page: str = page) -> None:
                with clinic.work.unsigned() as session:
                    clinic.document_search.index.write(session, made, [page])

            times.append(watch.timed(write))

    benchmark.pedantic(file_some, rounds=1)
    times.sort()
    print(f"\n{archive.kind}: one more document {times[6]:.0f} ms, at most {times[-1]:.0f} ms")
    assert times[6] < 250
    word = text_words(DOCUMENTS + 11, words, 300)[-1]
    assert clinic.document_search.find(archive.reader, f"one more {word}")
