"""Charts with something in them, made through the clinic's own services."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.allergies import Allergy, RecordAllergy, Severity
from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.conditions import Condition, ConditionStatus, RecordCondition
from meditrack_desktop.domain.medications import Medication, MedicationIntent, RecordMedication
from meditrack_desktop.domain.notes import Note, SaveDraft, SignNote
from meditrack_desktop.domain.observations import (
    LOINC,
    MEASUREMENTS,
    Observation,
    ObservationInput,
    RecordObservations,
)
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.services.clinic import Clinic


@dataclass(frozen=True, slots=True)
class MadeChart:
    """What was put into it."""

    conditions: tuple[Condition, ...]
    medications: tuple[Medication, ...]
    allergies: tuple[Allergy, ...]
    measured: tuple[Observation, ...]
    panel: tuple[Observation, ...]
    note: Note


def vital(key: str, value: str) -> ObservationInput:
    """One everyday measurement."""
    known = next(one for one in MEASUREMENTS if one.key == key)
    return ObservationInput(
        name=known.name,
        system=LOINC,
        code=known.code,
        value=Decimal(value),
        unit=known.unit,
        low=known.low,
        high=known.high,
    )


def result(name: str, code: str, value: str, unit: str, low: str, high: str) -> ObservationInput:
    """One line of a laboratory's panel."""
    return ObservationInput(
        name=name,
        system=LOINC,
        code=code,
        value=Decimal(value),
        unit=unit,
        low=Decimal(low),
        high=Decimal(high),
    )


def sign_note(clinic: Clinic, doctor: Actor, patient: UUID, body: str, visit: UUID | None = None) -> Note:
    """A signed note."""
    draft = clinic.notes.save_draft(
        doctor, SaveDraft(patient_id=patient, appointment_id=visit, title="Fatigue", body=body)
    )
    return clinic.notes.sign(
        doctor, SignNote(id=draft.id, version=draft.version, title=draft.title, body=body)
    )


def fill_chart(clinic: Clinic, doctor: Actor, patient: Patient, now: datetime) -> MadeChart:
    """Conditions, medication, allergies, measurements of two days, a blood panel and a note. `now` in UTC."""
    before = now - timedelta(days=200)
    clinic.observations.record(
        doctor,
        RecordObservations(
            patient_id=patient.id,
            taken_at=before,
            values=(vital("systolic", "131"), vital("diastolic", "84"), vital("weight", "66.0")),
        ),
    )
    return MadeChart(
        conditions=(
            clinic.conditions.record(
                doctor,
                RecordCondition(patient_id=patient.id, text="Iron deficiency", onset=BirthDate(2026, 11)),
            ),
            clinic.conditions.record(
                doctor,
                RecordCondition(patient_id=patient.id, text="Migraine without aura", onset=BirthDate(2014)),
            ),
            clinic.conditions.record(
                doctor,
                RecordCondition(patient_id=patient.id, text="Tonsillitis", status=ConditionStatus.RESOLVED),
            ),
        ),
        medications=(
            clinic.medications.record(
                doctor,
                RecordMedication(
                    patient_id=patient.id,
                    text="Ferrous sulfate 325 mg",
                    dosage="1 daily, morning",
                    intent=MedicationIntent.ORDER,
                    started=BirthDate(2026, 11, 2),
                ),
            ),
            clinic.medications.record(
                doctor,
                RecordMedication(
                    patient_id=patient.id, text="Sumatriptan 50 mg", dosage="when needed, max 2 a day"
                ),
            ),
        ),
        allergies=(
            clinic.allergies.record(
                doctor,
                RecordAllergy.model_validate(
                    {
                        "patient_id": patient.id,
                        "substance": "Penicillin",
                        "severity": Severity.SEVERE,
                        "reaction": "Swelling of the face",
                        "verification": "confirmed",
                    }
                ),
            ),
            clinic.allergies.record(
                doctor,
                RecordAllergy.model_validate(
                    {
                        "patient_id": patient.id,
                        "substance": "Latex",
                        "severity": Severity.MILD,
                        "category": "other",
                        "verification": "confirmed",
                    }
                ),
            ),
        ),
        measured=clinic.observations.record(
            doctor,
            RecordObservations(
                patient_id=patient.id,
                taken_at=now - timedelta(days=16),
                values=(
                    vital("systolic", "118"),
                    vital("diastolic", "76"),
                    vital("pulse", "112"),
                    vital("weight", "63.4"),
                    vital("temperature", "36.7"),
                    vital("oxygen", "98"),
                ),
            ),
        ),
        panel=clinic.observations.record(
            doctor,
            RecordObservations(
                patient_id=patient.id,
                taken_at=now - timedelta(days=1),
                panel="Blood panel",
                source="Example Lab",
                values=(
                    result("Hemoglobin", "718-7", "10.9", "g/dL", "12.0", "15.5"),
                    result("Ferritin", "2276-4", "8", "ng/mL", "15", "150"),
                    result("White cells", "6690-2", "6.1", "10*9/L", "4.0", "11.0"),
                ),
            ),
        ),
        note=sign_note(
            clinic,
            doctor,
            patient.id,
            "Tired for about 8 weeks, sleeps well, no weight loss. Exam normal apart from pale conjunctivae. "
            "Ordered blood panel, follow up with results.",
        ),
    )
