"""A condition as FHIR R4 Condition."""

from __future__ import annotations

from meditrack_desktop.domain.chart import Verification
from meditrack_desktop.domain.conditions import Condition, ConditionStatus
from meditrack_desktop.services.fhir import systems
from meditrack_desktop.services.fhir.values import (
    Called,
    Json,
    annotation,
    code,
    concept,
    extension,
    meta,
    reference,
    resource,
)

_OVER = (ConditionStatus.INACTIVE, ConditionStatus.RESOLVED, ConditionStatus.REMISSION)


def to_fhir(condition: Condition, called: Called) -> Json:
    wrong = condition.verification is Verification.ENTERED_IN_ERROR
    abated = condition.abated.iso() if condition.abated else ""
    fits = condition.status in _OVER
    return resource(
        "Condition",
        called.id,
        meta=meta(condition.recorded),
        extension=[
            *extension(systems.ABATED, "DateTime", "" if fits else abated),
            *extension(systems.STATUS, "Code", condition.status.value if wrong else ""),
        ],
        identifier=list(called.identifiers),
        clinicalStatus={} if wrong else code(systems.CONDITION_STATUS, condition.status.value),
        verificationStatus=code(systems.CONDITION_VERIFICATION, condition.verification.value),
        code=concept(condition.text, condition.coding),
        subject=reference("Patient", called.patient),
        onsetDateTime=condition.onset.iso() if condition.onset else "",
        abatementDateTime=abated if fits else "",
        note=annotation(condition.note),
    )
