"""A clinic with patients and documents, and a folder for its backups."""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.documents import AttachDocument, Document, DocumentType
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.services.clinic import Clinic
from tests.conftest import ClinicSite
from tests.journeys.busy_desk import a_file
from tests.makers.crowd import fill, people
from tests.makers.people import a_patient

SIZES = (100, 70_000, 200_000)


@dataclass
class Kept:
    """An open clinic with something worth a backup, and where its backups go."""

    clinic: Clinic
    site: ClinicSite
    admin: Actor
    clock: FixedClock
    folder: Path
    patient: Patient
    documents: list[Document]

    def file(self, name: str, file: str) -> Path:
        return self.folder / name / file

    def attach(self, size: int = 5000, kind: DocumentType = DocumentType.LAB_REPORT) -> Document:
        return attach(self.clinic, self.admin, self.patient, size, kind)


def attach(clinic: Clinic, actor: Actor, patient: Patient, size: int, kind: DocumentType) -> Document:
    command = AttachDocument(patient_id=patient.id, file_name=f"{size}.png", type=kind)
    return clinic.documents.attach(actor, command, BytesIO(a_file(size, f"words {command.id}")))


@pytest.fixture
def kept(site: ClinicSite, clinic: Clinic, clock: FixedClock, tmp_path: Path) -> Kept:
    admin = site.actors["admin"]
    front = site.actors["reception"]
    patient = clinic.patients.register(front, a_patient("Kanarienvogel", "Zitronella"))
    fill(clinic, admin, list(people(60)))
    kinds = (DocumentType.LAB_REPORT, DocumentType.INSURANCE)
    documents = [attach(clinic, front, patient, size, kinds[n % 2]) for n, size in enumerate(SIZES)]
    folder = tmp_path / "stick"
    folder.mkdir()
    clinic.backups.set_target(admin, folder)
    return Kept(clinic, site, front, clock, folder, patient, documents)


@pytest.fixture
def kit(site: ClinicSite, request: pytest.FixtureRequest) -> str:
    """The secret key on the clinic's paper."""
    template = request.getfixturevalue(f"{site.kind}_template")
    text = template.folder.with_suffix(".kit.txt").read_text("utf-8")
    found = re.search(r"AGE-SECRET-KEY-1[0-9A-Z]+", text)
    assert found is not None
    return found[0]
