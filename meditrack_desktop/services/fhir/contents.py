"""What a file of an export says, a page of patients at a time, as far as the actor may read it."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import TypeVar
from uuid import UUID

from meditrack_desktop.database.queries import care_relation
from meditrack_desktop.database.queries import documents as document_queries
from meditrack_desktop.database.queries import fhir_export as queries
from meditrack_desktop.database.queries import imports as record_queries
from meditrack_desktop.database.queries import patients as patient_queries
from meditrack_desktop.domain.documents import Document, DocumentClass, ScanVerdict, StoredBlob
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.services import reading_rule
from meditrack_desktop.services.fhir import (
    allergies,
    appointments,
    around,
    conditions,
    documents,
    medications,
    observations,
    patients,
    practitioners,
)
from meditrack_desktop.services.fhir.values import Json, called, stable_id
from meditrack_desktop.services.keys import KeyHolder
from meditrack_desktop.services.work import Look

LARGEST_INSIDE = 11 << 20
"""Bytes of a document that is written into the file: as base64 it still is a line that an import reads."""

Record = TypeVar("Record")


@dataclass(slots=True)
class Page:
    """The records of some patients, read in one look and written after it: nothing is decrypted meanwhile."""

    patients: list[Patient]
    resources: list[Json]
    files: list[FileInside] = field(default_factory=list)
    charts_left_out: int = 0
    documents_left_out: int = 0


@dataclass(frozen=True, slots=True)
class FileInside:
    """A document whose bytes go into the file."""

    document: Document
    patient: str
    blob: StoredBlob
    key: document_queries.FileKey
    replaces: str = ""
    """What the version before it is called in the file, if that goes along."""

    @property
    def name(self) -> str:
        """What it is called itself."""
        return stable_id(self.patient, self.blob.sha256)


def doctors(look: Look) -> tuple[dict[UUID, str], list[Json]]:
    """What every doctor is called in the file, and their resources."""
    names: dict[UUID, str] = {}
    told: list[Json] = []
    for doctor, identifiers in queries.doctors(look.session):
        names[doctor.id] = practitioners.file_id(doctor, identifiers)
        told.append(practitioners.to_fhir(doctor, identifiers))
        if role := practitioners.role(doctor, identifiers):
            told.append(role)
    return names, told


def page(look: Look, ids: Sequence[UUID], doctor_names: dict[UUID, str], clinic: str) -> Page:
    """These patients in this order, and everything about them that the actor may read."""
    rows = record_queries.patients(look.session, ids)
    kept = [patient_queries.record(rows[one]) for one in ids if one in rows and rows[one].purged_at is None]
    found = Page(kept, [patients.to_fhir(patient, clinic) for patient in kept])
    names = {patient.id: patients.file_id(patient) for patient in kept}
    asked = list(names)
    found.resources += [
        appointments.to_fhir(
            visit,
            called("Appointment", visit.id, names[visit.patient_id], foreign_id),
            doctor_names.get(visit.practitioner_id, str(visit.practitioner_id)),
        )
        for visit, foreign_id in queries.visits(look.session, asked)
    ]
    found.resources += [
        around.related_person(person, names[person.patient_id])
        for person in queries.related_persons(look.session, asked)
    ]
    found.resources += [
        around.consent(consent, names[consent.patient_id])
        for consent in queries.consents(look.session, asked)
    ]
    _charts(look, found, names)
    _documents(look, found, names)
    return found


def _charts(look: Look, found: Page, names: dict[UUID, str]) -> None:
    charts = queries.charts(look.session, list(names))
    found.resources += [
        allergies.to_fhir(one, called("AllergyIntolerance", one.id, names[one.patient_id], foreign_id))
        for one, foreign_id in charts.allergies
    ]
    written = {one.patient_id for one, _ in charts.conditions}
    written |= {one.patient_id for one, _ in charts.medications}
    written |= {one.patient_id for one, _ in charts.observations}
    readable = {patient_id for patient_id in written if reading_rule.may_read_chart(look, patient_id)}
    found.charts_left_out = len(written - readable)
    found.resources += [
        conditions.to_fhir(one, called("Condition", one.id, names[one.patient_id], foreign_id))
        for one, foreign_id in charts.conditions
        if one.patient_id in readable
    ]
    found.resources += [
        medications.to_fhir(one, called(medications.type_of(one), one.id, names[one.patient_id], foreign_id))
        for one, foreign_id in charts.medications
        if one.patient_id in readable
    ]
    named = [
        observations.Named(one, foreign_id)
        for one, foreign_id in charts.observations
        if one.patient_id in readable
    ]
    for group in observations.together(named):
        first = group[0].observation
        patient = names[first.patient_id]
        if observations.is_panel(group):
            found.resources.append(observations.panel(group, patient))
        else:
            name = called("Observation", first.id, patient, group[0].foreign_id)
            found.resources.append(observations.to_fhir(first, name))


def _documents(look: Look, found: Page, names: dict[UUID, str]) -> None:
    every = queries.documents(look.session, list(names))
    if not every:
        return
    account = look.actor.account_id
    desk = bool(care_relation.roles_holding(look.session, account, Permission.OPEN_ADMINISTRATIVE_DOCUMENT))
    clinical = {
        patient_id: reading_rule.may_read_clinical(look, patient_id)
        for patient_id in {one.patient_id for one in every}
    }
    keys = document_queries.file_keys(look.session, [one.id for one in every])
    for document in every:
        administrative = document.document_class is DocumentClass.ADMINISTRATIVE
        may = clinical[document.patient_id] or (administrative and desk)
        may = may and document.verdict is not ScanVerdict.INFECTED
        if not may or document.size > LARGEST_INSIDE or document.id not in keys:
            found.documents_left_out += 1
            continue
        blob = document_queries.blob(look.session, document.id)
        found.files.append(FileInside(document, names[document.patient_id], blob, keys[document.id]))
    called_in_file = {file.document.id: file.name for file in found.files}
    found.files = [
        replace(file, replaces=called_in_file.get(file.document.replaces_id, ""))
        if file.document.replaces_id
        else file
        for file in found.files
    ]


def with_bytes(file: FileInside, keys: KeyHolder) -> Json:
    """The document with its bytes, decrypted in memory. Unavailable with the vault's code."""
    secret = keys.open_file_key(file.key)
    with closing(keys.vault.open(file.blob.blob_id, secret, file.blob)) as source:
        data = base64.b64encode(source.read_all()).decode("ascii")
    return documents.to_fhir(file.document, file.name, file.patient, data=data, replaces=file.replaces)


def all_of(found: Page, keys: KeyHolder, tick: Callable[[], None]) -> Iterator[Json]:
    """Everything of a page; `tick` is called for each."""
    for told in found.resources:
        tick()
        yield told
    for file in found.files:
        tick()
        yield with_bytes(file, keys)
