"""Killed while a document with its parts is filed, at every step on the disk (F1): whole with its rows, or no row.

What is left without a row the sweep moves away after a week; nothing acknowledged is lost.
"""

from __future__ import annotations

import io
import os
import pickle
import shutil
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from meditrack_desktop.database.queries import stored_blobs
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.documents import AttachDocument, DocumentType
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.vault.sweep import sweep
from tests import warm
from tests.conftest import ClinicSite, ClinicTemplate
from tests.makers.care import as_doctor, in_care
from tests.makers.documents import FilingDesk, a_pdf
from tests.makers.people import a_patient

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")

TEXT = "Kanarienvogel 4711"


@pytest.fixture
def site(sqlite_template: ClinicTemplate, tmp_path: Path) -> ClinicSite:
    folder = tmp_path / "profile"
    shutil.copytree(sqlite_template.folder, folder)
    return ClinicSite(folder, sqlite_template.secrets, sqlite_template.actors, "sqlite")


@pytest.fixture
def desk(clinic: Clinic, reception: Actor, doctor: Actor, admin: Actor) -> FilingDesk:
    patient = clinic.patients.register(reception, a_patient("Fictanova", "Mara"))
    in_care(clinic, reception, as_doctor(clinic, admin, doctor), patient)
    return FilingDesk(clinic, reception, patient)


def filed_by_child(
    site: ClinicSite, clock: FixedClock, actor: Actor, command: AttachDocument, fatal: int
) -> Any:
    order = (site.folder, clock, site.secrets, actor, command, a_pdf(TEXT), fatal)
    return warm.run("tests.services.doomed_filing", input=pickle.dumps(order))


def check(desk: FilingDesk, site: ClinicSite, clock: FixedClock, doctor: Actor, every: int) -> dict[str, int]:
    clinic, counts = desk.clinic, {"points": 0, "filed": 0, "orphans": 0, "half": 0}
    vault = clinic.keys.vault
    desk.attach(type=DocumentType.LAB_REPORT)
    fatal = 0
    while True:
        command = AttachDocument(
            patient_id=desk.patient.id, file_name="report.pdf", type=DocumentType.LAB_REPORT
        )
        child = filed_by_child(site, clock, desk.actor, command, fatal)
        assert child.returncode in (0, -signal.SIGKILL), child.stderr
        there = [each.id for each in clinic.documents.of_patient(desk.actor, desk.patient.id)]
        if child.returncode == 0:
            assert command.id in there
            return counts
        counts["points"] += 1
        counts["filed"] += command.id in there
        long_ago = (datetime.now(UTC) - timedelta(days=8)).timestamp()
        for path in vault.layout.folder.rglob("*"):
            if path.is_file():
                os.utime(path, (long_ago, long_ago))
        with clinic.work.database.reading() as session:
            known = [blob.blob_id for blob in stored_blobs.every_blob(session)]
        swept = sweep(vault, known, datetime.now(UTC))
        assert swept.missing == () and swept.resisted == () and swept.waiting == ()
        counts["orphans"] += len(swept.moved)
        counts["half"] += swept.removed_unfinished
        again = sweep(vault, known, datetime.now(UTC))
        assert (again.moved, again.removed_unfinished) == ((), 0)
        filed = clinic.documents.attach(desk.actor, command, io.BytesIO(a_pdf(TEXT)))
        assert filed.id == command.id
        assert [each.id for each in clinic.documents.of_patient(desk.actor, desk.patient.id)].count(
            command.id
        ) == 1
        assert read(clinic, doctor, command) == a_pdf(TEXT)
        assert TEXT in " ".join(clinic.documents.text(doctor, command.id))
        assert clinic.documents.thumbnail(doctor, command.id).startswith(b"\x89PNG")
        fatal += every


def read(clinic: Clinic, actor: Actor, command: AttachDocument) -> bytes:
    opened = clinic.documents.open(actor, command.id)
    try:
        return opened.source.read_all()
    finally:
        opened.source.close()


def test_killed_at_some_steps(desk: FilingDesk, site: ClinicSite, clock: FixedClock, doctor: Actor) -> None:
    counts = check(desk, site, clock, doctor, every=7)
    assert counts["points"] >= 4 and counts["orphans"] + counts["half"] >= 2


@pytest.mark.exhaustive
@pytest.mark.timeout(900)
def test_killed_at_every_step(
    desk: FilingDesk, site: ClinicSite, clock: FixedClock, doctor: Actor, record_property: Any
) -> None:
    counts = check(desk, site, clock, doctor, every=1)
    record_property("counts", counts)
    sys.stdout.write(f"killed while filing: {counts}\n")
    assert counts["points"] >= 25 and counts["orphans"] + counts["half"] >= 25
