"""FHIR R4 Condition as the command that records it."""

from __future__ import annotations

from meditrack_desktop.domain.chart import Verification
from meditrack_desktop.domain.conditions import ConditionStatus, RecordCondition
from meditrack_desktop.services.fhir import systems
from meditrack_desktop.services.imports.fhir_entry import (
    Translation,
    check_meaning,
    coded,
    codes,
    past,
    remarks_of,
)
from meditrack_desktop.services.imports.fhir_values import Json, child, extension, text
from meditrack_desktop.services.imports.items import Unusable

_VERIFICATIONS = {"provisional": Verification.UNCONFIRMED, "differential": Verification.UNCONFIRMED}


def condition(resource: Json, to: Translation) -> RecordCondition:
    """Raises Unusable, or pydantic's ValidationError."""
    check_meaning(resource)
    words, system, code = coded(child(resource, "code"), to, "which condition it is")
    onset = text(resource, "onsetDateTime") or text(child(resource, "onsetPeriod"), "start")
    abated = text(resource, "abatementDateTime") or text(child(resource, "abatementPeriod"), "end")
    abated = abated or extension(resource, systems.ABATED, "valueDateTime")
    return RecordCondition(
        patient_id=to.patient_id,
        text=words,
        system=system,
        code=code,
        status=_status(resource, bool(abated)),
        verification=_verification(resource),
        onset=past(onset, to, "The beginning"),
        abated=past(abated, to, "The end"),
        note=to.note(
            _prefixed("Beginning", text(resource, "onsetString")),
            _prefixed("End", text(resource, "abatementString")),
            remarks_of(resource),
        ),
    )


def _prefixed(word: str, said: str) -> str:
    return f"{word}: {said}" if said else ""


def _status(resource: Json, abated: bool) -> ConditionStatus:
    own = extension(resource, systems.STATUS, "valueCode")
    said = codes(resource, "clinicalStatus") or ([own] if own else [])
    try:
        if said:
            return ConditionStatus(said[0])
    except ValueError:
        raise Unusable("The clinical status is not one of FHIR's codes.") from None
    return ConditionStatus.RESOLVED if abated else ConditionStatus.ACTIVE


def _verification(resource: Json) -> Verification:
    said = codes(resource, "verificationStatus")
    if not said:
        return Verification.CONFIRMED
    try:
        return _VERIFICATIONS.get(said[0]) or Verification(said[0])
    except ValueError:
        raise Unusable("The verification status is not one of FHIR's codes.") from None
