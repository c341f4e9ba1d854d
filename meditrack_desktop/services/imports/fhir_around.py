"""FHIR R4 RelatedPerson and Consent as commands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from meditrack_desktop.domain.consents import ConsentAnswer, ConsentKind, RecordConsent
from meditrack_desktop.domain.related_persons import AddRelatedPerson, Relationship
from meditrack_desktop.services.fhir import systems
from meditrack_desktop.services.imports.fhir_entry import Translation, check_meaning, instant
from meditrack_desktop.services.imports.fhir_people import telecom
from meditrack_desktop.services.imports.fhir_values import Json, child, extension, flag, objects, text, texts
from meditrack_desktop.services.imports.items import Unusable

_R = Relationship
_BY_CODE = {
    "GUARD": _R.GUARDIAN,
    "GUADLTM": _R.GUARDIAN,
    "PRN": _R.PARENT,
    "MTH": _R.PARENT,
    "FTH": _R.PARENT,
    "NMTH": _R.PARENT,
    "NFTH": _R.PARENT,
    "SPS": _R.PARTNER,
    "HUSB": _R.PARTNER,
    "WIFE": _R.PARTNER,
    "DOMPART": _R.PARTNER,
    "CHILD": _R.CHILD,
    "NCHILD": _R.CHILD,
    "SON": _R.CHILD,
    "DAU": _R.CHILD,
    "SIB": _R.SIBLING,
    "BRO": _R.SIBLING,
    "SIS": _R.SIBLING,
    "FAMMEMB": _R.FAMILY,
    "GRPRN": _R.FAMILY,
    "FRND": _R.FRIEND,
    "CAREGIVER": _R.CARER,
}
_GUARDIANS = frozenset({"GUARD", "GUADLTM"})
_EMERGENCY = frozenset({"C", "ECON"})
_SCOPES = {"treatment": ConsentKind.TREATMENT, "research": ConsentKind.RESEARCH}
_ANSWERS = {
    "active": ConsentAnswer.GIVEN,
    "rejected": ConsentAnswer.REFUSED,
    "inactive": ConsentAnswer.WITHDRAWN,
}


@dataclass(frozen=True, slots=True)
class FoundRelatedPerson:
    """`ended_at` (UTC) if they are no longer the patient's contact."""

    command: AddRelatedPerson
    ended_at: datetime | None


def related_person(resource: Json, to: Translation) -> FoundRelatedPerson:
    """Raises Unusable, or pydantic's ValidationError."""
    check_meaning(resource)
    codes = [
        (text(coding, "system"), text(coding, "code"))
        for one in objects(resource, "relationship")
        for coding in objects(one, "coding")
    ]
    phones, email = telecom(resource)
    ended = text(child(resource, "period"), "end")
    ended_at = instant(ended, to, "The end") if ended else None
    if ended_at is None and flag(resource, "active") is False:
        raise Unusable("They are no longer a contact there.")
    return FoundRelatedPerson(
        AddRelatedPerson.model_validate(
            {
                "patient_id": to.patient_id,
                "name": to.line(_name(resource)),
                "relationship": _relationship(codes),
                "guardian": _guardian(resource, codes),
                "emergency_contact": any(code in _EMERGENCY for _, code in codes),
                "phone": phones[0]["value"] if phones else "",
                "email": email,
                "note": to.line(extension(resource, systems.NOTE, "valueString")),
            }
        ),
        ended_at,
    )


def _guardian(resource: Json, codes: list[tuple[str, str]]) -> bool:
    said = extension(resource, systems.GUARDIAN, "valueCode")
    return said == "yes" if said else any(code in _GUARDIANS for _, code in codes)


def _name(resource: Json) -> str:
    for name in objects(resource, "name"):
        parts = [*texts(name, "given"), text(name, "family")]
        if said := text(name, "text") or " ".join(part for part in parts if part):
            return said
    raise Unusable("There is no name.")


def _relationship(codes: list[tuple[str, str]]) -> Relationship:
    for system, code in codes:
        if system == systems.RELATIONSHIPS and code in set(Relationship):
            return Relationship(code)
    return next((_BY_CODE[code] for _, code in codes if code in _BY_CODE), Relationship.OTHER)


def consent(resource: Json, to: Translation) -> RecordConsent:
    """Raises Unusable, or pydantic's ValidationError."""
    check_meaning(resource)
    status = text(resource, "status")
    if status not in _ANSWERS:
        raise Unusable("It holds no answer yet, or one that was entered in error.")
    answered = text(resource, "dateTime")
    if len(answered) < len("2026-11-21"):
        raise Unusable("It does not say on which day it was given.")
    answer = _ANSWERS[status]
    kind, ours = _kind(resource)
    provision = child(resource, "provision")
    if not ours and (provision or resource.get("policyRule") is None):
        raise Unusable("It has conditions that this version does not keep.")
    return RecordConsent.model_validate(
        {
            "patient_id": to.patient_id,
            "kind": kind,
            "answer": answer,
            "answered_on": answered[:10],
            "note": to.line(extension(resource, systems.NOTE, "valueString")),
        }
    )


def _kind(resource: Json) -> tuple[ConsentKind, bool]:
    """What was agreed to, and whether it is written the way this program does."""
    for one in objects(resource, "category"):
        for coding in objects(one, "coding"):
            code = text(coding, "code")
            if text(coding, "system") == systems.CONSENT_KINDS and code in set(ConsentKind):
                return ConsentKind(code), True
    for coding in objects(child(resource, "scope"), "coding"):
        if kind := _SCOPES.get(text(coding, "code")):
            return kind, False
    raise Unusable("It is about something that this version does not keep consents for.")
