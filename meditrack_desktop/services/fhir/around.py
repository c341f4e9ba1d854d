"""Contacts and consents as FHIR R4 RelatedPerson and Consent."""

from __future__ import annotations

from meditrack_desktop.domain.consents import Consent, ConsentAnswer, ConsentKind
from meditrack_desktop.domain.related_persons import RelatedPerson, Relationship
from meditrack_desktop.services.fhir import systems
from meditrack_desktop.services.fhir.values import (
    Json,
    code,
    extension,
    filled,
    instant,
    named_by_content,
    reference,
)

_ROLES = {
    Relationship.GUARDIAN: "GUARD",
    Relationship.PARENT: "PRN",
    Relationship.PARTNER: "DOMPART",
    Relationship.CHILD: "CHILD",
    Relationship.SIBLING: "SIB",
    Relationship.FAMILY: "FAMMEMB",
    Relationship.FRIEND: "FRND",
}
_STATUSES = {
    ConsentAnswer.GIVEN: "active",
    ConsentAnswer.REFUSED: "rejected",
    ConsentAnswer.WITHDRAWN: "inactive",
}
_SCOPES = {ConsentKind.TREATMENT: "treatment", ConsentKind.RESEARCH: "research"}


def related_person(person: RelatedPerson, patient: str) -> Json:
    """`patient` is the patient's id in the file."""
    codes = [{"system": systems.RELATIONSHIPS, "code": person.relationship.value}]
    if role := _ROLES.get(person.relationship):
        codes.append({"system": systems.ROLE_CODE, "code": role})
    relationship: list[Json] = [{"coding": codes}]
    if person.guardian and person.relationship is not Relationship.GUARDIAN:
        relationship.append(code(systems.ROLE_CODE, "GUARD"))
    if person.emergency_contact:
        relationship.append(code(systems.CONTACT_ROLE, "C"))
    return named_by_content(
        {
            "resourceType": "RelatedPerson",
            **filled(
                extension=[
                    *extension(systems.NOTE, "String", person.note),
                    *extension(systems.GUARDIAN, "Code", "yes" if person.guardian else "no"),
                ],
                active=person.ended_at is None,
                patient=reference("Patient", patient),
                relationship=relationship,
                name=[{"text": person.name}],
                telecom=[
                    *([{"system": "phone", "value": person.phone}] if person.phone else []),
                    *([{"system": "email", "value": person.email}] if person.email else []),
                ],
                period=filled(end=instant(person.ended_at) if person.ended_at else ""),
            ),
        },
        patient,
    )


def consent(answer: Consent, patient: str) -> Json:
    """`patient` is the patient's id in the file."""
    provision = {"type": "permit" if answer.answer is ConsentAnswer.GIVEN else "deny"}
    return named_by_content(
        {
            "resourceType": "Consent",
            **filled(
                extension=extension(systems.NOTE, "String", answer.note),
                status=_STATUSES[answer.answer],
                scope=code(systems.CONSENT_SCOPE, _SCOPES.get(answer.kind, "patient-privacy")),
                category=[code(systems.CONSENT_KINDS, answer.kind.value)],
                patient=reference("Patient", patient),
                dateTime=answer.answered_on.isoformat(),
                policyRule={"text": "What the clinic asked the patient."},
                provision=provision,
            ),
        },
        patient,
    )
