"""Medication as FHIR R4: what was prescribed is a MedicationRequest, what is taken a MedicationStatement."""

from __future__ import annotations

from meditrack_desktop.domain.chart import PartialDate
from meditrack_desktop.domain.medications import Medication, MedicationIntent
from meditrack_desktop.services.fhir.values import (
    Called,
    Json,
    annotation,
    concept,
    filled,
    meta,
    reference,
    resource,
)


def type_of(medication: Medication) -> str:
    return "MedicationRequest" if medication.intent is MedicationIntent.ORDER else "MedicationStatement"


def to_fhir(medication: Medication, called: Called) -> Json:
    shared = {
        "meta": meta(medication.recorded),
        "identifier": list(called.identifiers),
        "status": medication.status.value,
        "medicationCodeableConcept": concept(medication.text, medication.coding),
        "subject": reference("Patient", called.patient),
        "reasonCode": [{"text": medication.reason}] if medication.reason else [],
        "note": annotation(medication.note),
    }
    started, ended = _iso(medication.started), _iso(medication.ended)
    period = filled(start=started, end=ended)
    if medication.intent is MedicationIntent.ORDER:
        bounds = {"repeat": {"boundsPeriod": period}} if ended else {}
        dosage = filled(text=medication.dosage, timing=bounds)
        return resource(
            "MedicationRequest",
            called.id,
            **shared,
            intent="order",
            authoredOn=started,
            dosageInstruction=[dosage] if dosage else [],
        )
    return resource(
        "MedicationStatement",
        called.id,
        **shared,
        effectivePeriod=period,
        dosage=[{"text": medication.dosage}] if medication.dosage else [],
    )


def _iso(day: PartialDate | None) -> str:
    return day.iso() if day is not None else ""
