"""Patients with documents of both classes, and whether every one of them still opens."""

from __future__ import annotations

from io import BytesIO
from uuid import UUID

from meditrack_desktop.database.queries import keys as queries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.documents import AttachDocument, DocumentType
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.vault.keys import PatientKey
from meditrack_desktop.vault.vault import Vault
from tests.makers.people import a_patient
from tests.services.doors import PNG

CLASSES = (DocumentType.LAB_REPORT, DocumentType.INSURANCE)


def file_documents(clinic: Clinic, actor: Actor, patients: int, name: str = "Beispiel") -> list[UUID]:
    """One document of each class for each of so many new patients; returns the documents' ids."""
    made = []
    for number in range(patients):
        patient = clinic.patients.register(actor, a_patient(name, f"Greta {number}"))
        for kind in CLASSES:
            command = AttachDocument(patient_id=patient.id, file_name="scan.png", type=kind)
            made.append(clinic.documents.attach(actor, command, BytesIO(PNG)).id)
    return made


def assert_every_key_opens(clinic: Clinic) -> int:
    """Unwrap each patient's key with what this desk holds; returns how many there are."""
    with clinic.work.database.reading() as session:
        rows = queries.behind(session, 1_000_000, 100_000)
    for row in rows:
        assert clinic.keys.unwrap(PatientKey(row.public, row.wrapped), row.patient_id, row.document_class)
    return len(rows)


def epochs_of(clinic: Clinic) -> set[int]:
    with clinic.work.database.reading() as session:
        return {row.epoch for row in queries.behind(session, 1_000_000, 100_000)}


def copies_for(vault: Vault, kit: str, clinic: Clinic) -> int:
    """How many recovery copies this kit opens; all there are, or VAULT_KEY_WRONG."""
    return sum(1 for _ in vault.recover(kit, clinic.keys.recipients))
