"""FHIR R4 AllergyIntolerance as the command that records it."""

from __future__ import annotations

from meditrack_desktop.domain.allergies import AllergyCategory, AllergyStatus, RecordAllergy, Severity
from meditrack_desktop.domain.chart import Verification
from meditrack_desktop.services.fhir import systems
from meditrack_desktop.services.imports.fhir_entry import (
    Translation,
    check_meaning,
    coded,
    codes,
    past,
    remarks_of,
)
from meditrack_desktop.services.imports.fhir_values import (
    Json,
    child,
    concept,
    extension,
    objects,
    text,
    texts,
)
from meditrack_desktop.services.imports.items import Unusable


def allergy(resource: Json, to: Translation) -> RecordAllergy:
    """Raises Unusable, or pydantic's ValidationError."""
    check_meaning(resource)
    substance, system, code = coded(_code(resource), to, "to what")
    return RecordAllergy(
        patient_id=to.patient_id,
        substance=substance,
        system=system,
        code=code,
        category=_category(resource),
        severity=_severity(resource),
        reaction=_reaction(resource, to),
        status=_status(resource),
        verification=_verification(resource),
        onset=past(_onset(resource), to, "The beginning"),
        note=to.note(remarks_of(resource)),
    )


def _code(resource: Json) -> Json:
    code = child(resource, "code")
    if code:
        return code
    return next((child(one, "substance") for one in objects(resource, "reaction") if "substance" in one), {})


def _category(resource: Json) -> AllergyCategory:
    said = texts(resource, "category")
    try:
        return AllergyCategory(said[0]) if said else AllergyCategory.OTHER
    except ValueError:
        raise Unusable("The category is not one of FHIR's codes.") from None


def _severity(resource: Json) -> Severity:
    """The worst reaction decides; without one a high criticality is severe, for nobody may be lulled."""
    said = [text(one, "severity") for one in objects(resource, "reaction")]
    said.append(extension(resource, systems.SEVERITY, "valueCode"))
    try:
        known = [Severity(one) for one in said if one]
    except ValueError:
        raise Unusable("The severity is not one of FHIR's codes: mild, moderate, severe.") from None
    if known:
        return max(known, key=lambda one: one.rank)
    return Severity.SEVERE if text(resource, "criticality") == "high" else Severity.UNKNOWN


def _reaction(resource: Json, to: Translation) -> str:
    said: dict[str, None] = {}
    for one in objects(resource, "reaction"):
        words = [concept(manifestation) for manifestation in objects(one, "manifestation")]
        said.update((word, None) for word in words or [text(one, "description")] if word)
    return to.line("; ".join(said))


def _status(resource: Json) -> AllergyStatus:
    own = extension(resource, systems.STATUS, "valueCode")
    said = codes(resource, "clinicalStatus") or ([own] if own else [])
    try:
        return AllergyStatus(said[0]) if said else AllergyStatus.ACTIVE
    except ValueError:
        raise Unusable("The clinical status is not one of FHIR's codes.") from None


def _verification(resource: Json) -> Verification:
    said = codes(resource, "verificationStatus")
    try:
        return Verification(said[0]) if said else Verification.UNCONFIRMED
    except ValueError:
        raise Unusable("The verification status is not one of FHIR's codes.") from None


def _onset(resource: Json) -> str:
    return text(resource, "onsetDateTime") or text(child(resource, "onsetPeriod"), "start")
