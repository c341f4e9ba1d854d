"""One entry of a chart out of a FHIR file: whose it is, what it is called there, and the command it becomes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from pydantic import ValidationError

from meditrack_desktop.domain.allergies import RecordAllergy
from meditrack_desktop.domain.conditions import RecordCondition
from meditrack_desktop.domain.consents import RecordConsent
from meditrack_desktop.domain.medications import RecordMedication
from meditrack_desktop.services.imports import (
    fhir_allergies,
    fhir_appointments,
    fhir_around,
    fhir_conditions,
    fhir_documents,
    fhir_medications,
    fhir_observations,
)
from meditrack_desktop.services.imports.fhir_entry import Translation, foreign_id
from meditrack_desktop.services.imports.fhir_references import DOCTOR, PATIENT, AddressBook, reference
from meditrack_desktop.services.imports.fhir_values import Json
from meditrack_desktop.services.imports.items import Unusable
from meditrack_desktop.services.imports.reasons import reason_of

Command = (
    RecordAllergy
    | RecordCondition
    | RecordMedication
    | RecordConsent
    | fhir_observations.FoundObservation
    | fhir_appointments.FoundVisit
    | fhir_around.FoundRelatedPerson
    | fhir_documents.FoundDocument
)

_OF: dict[str, tuple[str, Callable[[Json, Translation], Command]]] = {
    "AllergyIntolerance": ("patient", fhir_allergies.allergy),
    "Appointment": ("", fhir_appointments.appointment),
    "Condition": ("subject", fhir_conditions.condition),
    "Consent": ("patient", fhir_around.consent),
    "DocumentReference": ("subject", fhir_documents.document),
    "MedicationRequest": ("subject", fhir_medications.request),
    "MedicationStatement": ("subject", fhir_medications.statement),
    "Observation": ("subject", fhir_observations.observation),
    "RelatedPerson": ("patient", fhir_around.related_person),
}
"""By type: under which property it says whose it is, and what becomes of it."""

ENTRY_TYPES = frozenset(_OF)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry to bring in. `where` is "Condition/c1" or "line 7"; `doctor` is whom a visit is with."""

    where: str
    patient_id: UUID
    foreign_id: str
    command: Command
    doctor: UUID | None = None


def entry(
    where: str, kind: str, resource: Json, file: int, book: AddressBook, to: Callable[[UUID], Translation]
) -> Entry:
    """Raises Unusable with the reason why it cannot be taken."""
    key, mapper = _OF[kind]
    doctor: UUID | None = None
    if key:
        patient = book.find(PATIENT, file, reference(resource, key))
    else:
        people = fhir_appointments.participants(resource, lambda noun, name: book.knows(noun, file, name))
        patient = book.find(PATIENT, file, people.patient)
        doctor = book.find(DOCTOR, file, people.doctor)
    try:
        return Entry(where, patient, foreign_id(resource), mapper(resource, to(patient)), doctor)
    except ValidationError as error:
        raise Unusable(reason_of(error)) from None
