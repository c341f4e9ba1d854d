"""FHIR R4 MedicationRequest (somebody prescribed it) and MedicationStatement (the patient takes it) as commands."""

from __future__ import annotations

from meditrack_desktop.domain.medications import MedicationIntent, MedicationStatus, RecordMedication
from meditrack_desktop.services.imports.fhir_entry import (
    Medicine,
    Translation,
    check_meaning,
    code_of,
    coded,
    day,
    remarks_of,
)
from meditrack_desktop.services.imports.fhir_references import contained
from meditrack_desktop.services.imports.fhir_values import Json, child, concept, flag, objects, text
from meditrack_desktop.services.imports.items import Unusable

_S = MedicationStatus
_STATUSES: dict[str, tuple[MedicationStatus, str]] = {
    "active": (_S.ACTIVE, ""),
    "on-hold": (_S.ON_HOLD, ""),
    "completed": (_S.COMPLETED, ""),
    "stopped": (_S.STOPPED, ""),
    "cancelled": (_S.STOPPED, "Cancelled there."),
    "entered-in-error": (_S.ENTERED_IN_ERROR, ""),
    "intended": (_S.ON_HOLD, "Only intended there."),
    "not-taken": (_S.STOPPED, "Not taken, it says there."),
    "unknown": (_S.ACTIVE, "Status unknown there."),
}
_ORDERS = ("order", "original-order", "reflex-order", "filler-order", "instance-order", "option")


def request(resource: Json, to: Translation) -> RecordMedication:
    """A prescription. Raises Unusable, or pydantic's ValidationError."""
    check_meaning(resource)
    if text(resource, "intent") not in _ORDERS:
        raise Unusable("It is only a plan or a proposal, not a prescription.")
    if flag(resource, "doNotPerform"):
        raise Unusable("It says what must not be given, which this version does not keep.")
    status, told = _status(resource)
    bounds = _bounds(resource, "dosageInstruction")
    supply = child(child(resource, "dispenseRequest"), "validityPeriod")
    return _medication(
        resource,
        to,
        intent=MedicationIntent.ORDER,
        status=status,
        told=told,
        dosage=_dosage(resource, "dosageInstruction"),
        started=text(resource, "authoredOn") or text(bounds, "start") or text(supply, "start"),
        ended=text(bounds, "end") or text(supply, "end"),
    )


def statement(resource: Json, to: Translation) -> RecordMedication:
    """What the patient takes. Raises Unusable, or pydantic's ValidationError."""
    check_meaning(resource)
    status, told = _status(resource)
    period = child(resource, "effectivePeriod")
    return _medication(
        resource,
        to,
        intent=MedicationIntent.STATEMENT,
        status=status,
        told=told,
        dosage=_dosage(resource, "dosage"),
        started=text(resource, "effectiveDateTime") or text(period, "start"),
        ended=text(period, "end"),
    )


def medicine(resource: Json) -> Medicine | None:
    """What a Medication resource is called; None if it does not say."""
    try:
        code = child(resource, "code")
        words = concept(code) or code_of(code)[1]
        return Medicine(words, *code_of(code)) if words else None
    except Unusable:
        return None


def _medication(
    resource: Json,
    to: Translation,
    *,
    intent: MedicationIntent,
    status: MedicationStatus,
    told: str,
    dosage: str,
    started: str,
    ended: str,
) -> RecordMedication:
    words, system, code = _what(resource, to)
    return RecordMedication(
        patient_id=to.patient_id,
        text=words,
        system=system,
        code=code,
        dosage=to.line(dosage),
        intent=intent,
        status=status,
        started=day(started, "The beginning"),
        ended=day(ended, "The end"),
        reason=to.line(_reason(resource)),
        note=to.note(told, remarks_of(resource)),
    )


def _status(resource: Json) -> tuple[MedicationStatus, str]:
    said = text(resource, "status")
    if said == "draft":
        raise Unusable("It is only a draft.")
    if said not in _STATUSES:
        raise Unusable("The status is not one of FHIR's codes.")
    return _STATUSES[said]


def _what(resource: Json, to: Translation) -> tuple[str, str, str]:
    what = "which medicine it is"
    if code := child(resource, "medicationCodeableConcept"):
        return coded(code, to, what)
    referred = child(resource, "medicationReference")
    said = text(referred, "reference")
    if said.startswith("#"):
        return coded(child(contained(resource, said), "code"), to, what)
    found = to.medicines.get(said.partition("/_history/")[0]) or Medicine(text(referred, "display"))
    if not found.text:
        raise Unusable("Its medicine is only referred to and is not in the chosen files.")
    return to.line(found.text), found.system, found.code


def _dosage(resource: Json, key: str) -> str:
    said: list[str] = []
    for one in objects(resource, key):
        words = text(one, "text") or text(one, "patientInstruction")
        if not words and flag(one, "asNeededBoolean"):
            words = "as needed"
        if words:
            said.append(words)
    return "; ".join(dict.fromkeys(said))


def _bounds(resource: Json, key: str) -> Json:
    for one in objects(resource, key):
        if bounds := child(child(child(one, "timing"), "repeat"), "boundsPeriod"):
            return bounds
    return {}


def _reason(resource: Json) -> str:
    said = [concept(one) for one in objects(resource, "reasonCode")]
    said += [text(one, "display") for one in objects(resource, "reasonReference")]
    return "; ".join(dict.fromkeys(word for word in said if word))
