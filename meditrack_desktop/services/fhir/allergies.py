"""An allergy as FHIR R4 AllergyIntolerance."""

from __future__ import annotations

from meditrack_desktop.domain.allergies import Allergy, AllergyCategory, Severity
from meditrack_desktop.domain.chart import Verification
from meditrack_desktop.services.fhir import systems
from meditrack_desktop.services.fhir.values import (
    Called,
    Json,
    annotation,
    code,
    concept,
    extension,
    filled,
    meta,
    reference,
    resource,
)


def to_fhir(allergy: Allergy, called: Called) -> Json:
    # FHIR has no word for "nobody knows how bad", and no severity without a reaction.
    known = allergy.severity if allergy.severity is not Severity.UNKNOWN else None
    wrong = allergy.verification is Verification.ENTERED_IN_ERROR
    reaction: Json = {}
    if allergy.reaction:
        reaction = {"manifestation": [{"text": allergy.reaction}], **filled(severity=known)}
    return resource(
        "AllergyIntolerance",
        called.id,
        meta=meta(allergy.recorded),
        extension=[
            *extension(systems.SEVERITY, "Code", known if known and not reaction else ""),
            *extension(systems.STATUS, "Code", allergy.status.value if wrong else ""),
        ],
        identifier=list(called.identifiers),
        clinicalStatus={} if wrong else code(systems.ALLERGY_STATUS, allergy.status.value),
        verificationStatus=code(systems.ALLERGY_VERIFICATION, allergy.verification.value),
        category=[] if allergy.category is AllergyCategory.OTHER else [allergy.category.value],
        code=concept(allergy.substance, allergy.coding),
        patient=reference("Patient", called.patient),
        onsetDateTime=allergy.onset.iso() if allergy.onset else "",
        note=annotation(allergy.note),
        reaction=[reaction] if reaction else [],
    )
