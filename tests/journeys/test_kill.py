"""Somebody pulls the plug (security.md F1, F2): what was acknowledged is there, the rest is wholly absent.

A desk in a process of its own is killed with SIGKILL, at random moments and, where strace is installed, at every
single write, fsync, rename and message to the server. Then the clinic is opened again and everything is looked at.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import random
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO
from uuid import UUID

import pytest

from meditrack_desktop.database.queries import stored_blobs
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.documents import AttachDocument, DocumentType
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.domain.scheduling import BookAppointment
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.vault.sweep import sweep
from tests import warm
from tests.conftest import ClinicSite
from tests.journeys.busy_desk import REFUSED, Command, Orders, a_file, carry_out
from tests.makers.care import as_doctor, in_care
from tests.makers.people import a_patient
from tests.warm import Process

WRITES = ("write", "pwrite64", "fsync", "fdatasync", "rename", "unlink", "ftruncate", "mkdir", "sendto")
FAMILY, GIVEN, MRN, WORDS = "Kanarienvogel", "Zitronella", "MRN-CANARY-77", "canary words of a finding"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")


@dataclass
class World:
    site: ClinicSite
    clock: FixedClock
    patient: Patient
    doctor: Practitioner
    temporary: Path
    visits: int = 0

    def orders(self, documents: int, visits: int, sizes: Sequence[int]) -> Orders:
        commands: list[Command] = []
        for number in range(max(documents, visits)):
            if number < documents:
                kind = (DocumentType.LAB_REPORT, DocumentType.INSURANCE)[number % 2]
                commands.append(
                    AttachDocument(patient_id=self.patient.id, file_name="f.png", title=WORDS, type=kind)
                )
            if number < visits:
                commands.append(
                    BookAppointment(
                        patient_id=self.patient.id,
                        practitioner_id=self.doctor.id,
                        wall_start=datetime(2026, 11, 23, 9) + timedelta(weeks=self.visits),
                        reason=WORDS,
                    )
                )
                self.visits += 1
        return Orders(
            folder=self.site.folder,
            secrets=self.site.secrets,
            actor=self.site.actors["reception"],
            clock=self.clock,
            commands=tuple(commands),
            sizes={str(command.id): sizes[n % len(sizes)] for n, command in enumerate(commands)},
        )

    def start(self, orders: Orders) -> Process:
        """A desk that has opened the clinic and waits for the word."""
        desk = warm.start("tests.journeys.busy_desk", env={**os.environ, "TMPDIR": str(self.temporary)})
        pickle.dump(orders, stdin_of(desk))
        stdin_of(desk).flush()
        assert stdout_of(desk).readline() == b"ready\n"
        return desk


def stdin_of(process: Process) -> IO[bytes]:
    assert process.stdin is not None
    return process.stdin


def stdout_of(process: Process) -> IO[bytes]:
    assert process.stdout is not None
    return process.stdout


def finish(desk: Process) -> tuple[set[UUID], bool]:
    """The ids a dead desk had acknowledged, and whether it had done everything."""
    lines = last_words(desk)
    return {UUID(line) for line in lines if line != "done"}, "done" in lines


def last_words(desk: Process) -> list[str]:
    """All that a desk said until it ended."""
    lines = stdout_of(desk).read().decode().split("\n")
    desk.wait(30)
    stdin_of(desk).close()
    stdout_of(desk).close()
    # A line that was cut is no acknowledgement.
    return lines[:-1]


@pytest.fixture
def world(site: ClinicSite, clock: FixedClock, tmp_path: Path) -> World:
    clinic = site.open(clock)
    patient = clinic.patients.register(site.actors["reception"], a_patient(FAMILY, GIVEN, mrn=MRN))
    doctor = as_doctor(clinic, site.actors["admin"], site.actors["doctor"])
    in_care(clinic, site.actors["reception"], doctor, patient)
    clinic.close()
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    return World(site, clock, patient, doctor, temporary)


def check_nothing_lost(world: World, orders: Orders, acknowledged: set[UUID]) -> None:
    clinic = world.site.open(world.clock)
    try:
        check_whole(world, clinic)
        documents, visits = present(world, clinic)
        asked = {command.id for command in orders.commands}
        assert acknowledged <= documents | visits
        # Whatever the desk could not say: doing all of it again ends with each thing there once.
        for command in orders.commands:
            carry_out(clinic, orders, command)
        again_documents, again_visits = present(world, clinic)
        assert again_documents | again_visits >= asked
        assert len(again_documents | again_visits) == len(documents | visits | asked)
        check_bytes(world, clinic, orders)
        check_whole(world, clinic)
        # The next desk meets a patient without a key, as this one did.
        world.patient = clinic.patients.register(orders.actor, a_patient(FAMILY, GIVEN))
        in_care(clinic, world.site.actors["reception"], world.doctor, world.patient)
    finally:
        clinic.close()


def present(world: World, clinic: Clinic) -> tuple[set[UUID], set[UUID]]:
    """Documents and visits that are there, each with its line in the trail and none without its record."""
    actors = world.site.actors
    documents = {d.id for d in clinic.documents.of_patient(actors["doctor"], world.patient.id)}
    visits = {v.id for v in clinic.scheduling.of_patient(actors["doctor"], world.patient.id)}
    lines = clinic.audit.list(actors["admin"], patient_id=world.patient.id, limit=100_000)
    written = {line.object_id for line in lines if line.action == "document.attached"}
    booked = {line.object_id for line in lines if line.action == "appointment.booked"}
    assert (documents, visits) == (written, booked)
    return documents, visits


def check_bytes(world: World, clinic: Clinic, orders: Orders) -> None:
    for command in orders.commands:
        if isinstance(command, AttachDocument):
            source = clinic.documents.open(world.site.actors["doctor"], command.id).source
            wanted = a_file(orders.sizes[str(command.id)], WORDS)
            assert hashlib.sha256(source.read_all()).digest() == hashlib.sha256(wanted).digest()
            source.close()


def check_whole(world: World, clinic: Clinic) -> None:
    """Seals, database and vault are whole; what no row knows is swept away."""
    assert clinic.audit.check(world.site.actors["admin"]).whole
    with clinic.work.database.reading() as session:
        blobs = list(stored_blobs.every_blob(session))
        if world.site.kind == "sqlite":
            connection = session.connection()
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            assert connection.exec_driver_sql("PRAGMA cipher_integrity_check").fetchall() == []
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall() == []
    known = {blob.blob_id for blob in blobs}
    grow_old(world.site.folder / "vault")
    report = sweep(clinic.keys.vault, known, datetime.now().astimezone())
    assert (report.missing, report.resisted) == ((), ())
    left = [path for path in (world.site.folder / "vault").rglob("*") if path.is_file()]
    names = {path.name for path in left if path.parent.name not in ("lost+found", "keys", "vault")}
    assert names == {f"{blob_id}.age" for blob_id in known}
    assert not [path for path in left if path.name.endswith(".part")]


def grow_old(vault: Path) -> None:
    """Let every file be eight days old: a sweep goes by the folder's own time."""
    then = time.time() - timedelta(days=8).total_seconds()
    for path in vault.rglob("*"):
        if path.is_file():
            os.utime(path, (then, then))


def check_nothing_readable(world: World) -> None:
    """No name, number or word of the patient in any file, however it might be spelled."""
    secrets = [
        spelled
        for word in (FAMILY, GIVEN, MRN, WORDS)
        for spelled in (
            word.encode(),
            word.lower().encode(),
            word.encode("utf-16-le"),
            word.encode("utf-16-be"),
        )
    ]
    searched = 0
    for folder in (world.site.folder, world.temporary):
        for path in folder.rglob("*"):
            if path.is_file():
                searched += 1
                data = path.read_bytes()
                assert not [word for word in secrets if word in data], path
    assert searched > 3


def test_killed_at_random_moments(world: World) -> None:
    chance = random.Random(42)
    interrupted = 0
    for _ in range(4):
        orders = world.orders(8, 8, [100, 64 * 1024, 2_000_000])
        desk = world.start(orders)
        stdin_of(desk).write(b"x")
        stdin_of(desk).flush()
        time.sleep(chance.uniform(0.01, 0.5))
        desk.kill()
        acknowledged, finished = finish(desk)
        interrupted += not finished
        check_nothing_readable(world)
        check_nothing_lost(world, orders, acknowledged)
    assert interrupted >= 2


def test_nothing_readable_lies_about(world: World) -> None:
    orders = world.orders(4, 4, [100, 500_000])
    clinic = world.site.open(world.clock)
    for command in orders.commands:
        carry_out(clinic, orders, command)
    check_bytes(world, clinic, orders)
    check_nothing_readable(world)
    clinic.close()
    check_nothing_readable(world)


def needs_strace() -> str:
    tool = shutil.which("strace")
    if tool is None:
        pytest.skip("strace is not installed")
    tried = subprocess.run([tool, "-o", os.devnull, "true"], capture_output=True, timeout=30, check=False)
    if tried.returncode:
        pytest.skip("tracing is not allowed here")
    return tool


def traced(desk: Process, tool: str, *options: str) -> subprocess.Popen[bytes]:
    """strace on a waiting desk, let go once it watches every thread."""
    tracer = subprocess.Popen(
        [tool, "-f", "-p", str(desk.pid), "-e", f"trace={','.join(WRITES)}", *options],
        stderr=subprocess.PIPE,
    )
    assert tracer.stderr is not None
    line = tracer.stderr.readline()
    assert b"attached" in line, line
    stdin_of(desk).write(b"x")
    stdin_of(desk).flush()
    return tracer


@dataclass(frozen=True)
class Point:
    """The n-th call of one kind."""

    call: str
    number: int


def points(world: World, tool: str, log: Path, size: int) -> Iterator[Point]:
    """Every call that writes while one file is filed and one visit booked."""
    orders = world.orders(1, 1, [size])
    desk = world.start(orders)
    tracer = traced(desk, tool, "-o", str(log))
    acknowledged, finished = finish(desk)
    tracer.communicate(timeout=60)
    assert finished
    check_nothing_lost(world, orders, acknowledged)
    calls = re.findall(rf"^(?:\d+ +)?({'|'.join(WRITES)})\(", log.read_text(), re.MULTILINE)
    for call in WRITES:
        yield from (Point(call, number) for number in range(1, calls.count(call) + 1))


def kill_at(world: World, tool: str, point: Point, size: int) -> bool:
    orders = world.orders(1, 1, [size])
    desk = world.start(orders)
    inject = f"inject={point.call}:signal=KILL:when={point.number}"
    tracer = traced(desk, tool, "-o", os.devnull, "-e", inject)
    acknowledged, finished = finish(desk)
    tracer.communicate(timeout=60)
    check_nothing_readable(world)
    check_nothing_lost(world, orders, acknowledged)
    return not finished


def test_killed_at_a_sample_of_writes(world: World, tmp_path: Path) -> None:
    tool = needs_strace()
    every = list(points(world, tool, tmp_path / "calls", 70_000))
    kinds = {point.call for point in every}
    assert {"write", "fsync", "rename"} <= kinds, kinds
    chosen = random.Random(5).sample(every, 5)
    killed = [kill_at(world, tool, point, 70_000) for point in chosen]
    assert sum(killed) >= 3, list(zip(chosen, killed, strict=True))


@pytest.mark.exhaustive
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("size", [1, 64 * 1024 - 1, 64 * 1024, 5_000_000])
def test_killed_at_every_write(world: World, tmp_path: Path, size: int) -> None:
    tool = needs_strace()
    every = list(points(world, tool, tmp_path / "calls", size))
    killed = [kill_at(world, tool, point, size) for point in every]
    assert sum(killed) > 0.6 * len(every), [p for p, k in zip(every, killed, strict=True) if not k]


FAILURES = ("ENOSPC", "EIO", "EDQUOT", "EACCES")


def fail_at(world: World, tool: str, point: Point, failure: str, size: int) -> list[str]:
    """One call fails with one error, once. Returns the codes the desk was given."""
    orders = world.orders(1, 1, [size])
    desk = world.start(orders)
    inject = f"inject={point.call}:error={failure}:when={point.number}"
    tracer = traced(desk, tool, "-o", os.devnull, "-e", inject)
    words = last_words(desk)
    tracer.communicate(timeout=60)
    assert words and words[-1] == "done", f"{point} {failure}: the desk broke"
    refused = [word.removeprefix(REFUSED) for word in words if word.startswith(REFUSED)]
    acknowledged = {UUID(word) for word in words[:-1] if not word.startswith(REFUSED)}
    assert len(acknowledged) + len(refused) == len(orders.commands)
    check_nothing_readable(world)
    check_nothing_lost(world, orders, acknowledged)
    return refused


DISK_CALLS = ("pwrite64", "fsync", "fdatasync", "rename", "ftruncate", "mkdir")
"""Calls that reach the disk; a failing `write` would also cut the desk's own words."""


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_a_call_that_fails_loses_nothing(world: World, tmp_path: Path) -> None:
    """F5: the disk says no once; the desk is told, or it worked all the same; nothing is half there."""
    tool = needs_strace()
    every = [p for p in points(world, tool, tmp_path / "calls", 70_000) if p.call in DISK_CALLS]
    chance = random.Random(11)
    told = [fail_at(world, tool, point, chance.choice(FAILURES), 70_000) for point in chance.sample(every, 6)]
    assert sum(map(bool, told)) >= 2, told


@pytest.mark.exhaustive
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_each_call_may_fail(world: World, tmp_path: Path, failure: str) -> None:
    tool = needs_strace()
    every = [p for p in points(world, tool, tmp_path / "calls", 70_000) if p.call in DISK_CALLS]
    told = [fail_at(world, tool, point, failure, 70_000) for point in every]
    assert sum(map(bool, told)) > 0.3 * len(every)
