"""FHIR R4 Patient and Practitioner as commands: what a front desk keeps, in its own words.

Narratives, attachments, photos and links are never followed or shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.patient_merges import FORMER_RECORD_NUMBER
from meditrack_desktop.domain.patients import ContactBy, Gender, IdentifierInput, RegisterPatient
from meditrack_desktop.domain.practitioners import AddPractitioner
from meditrack_desktop.services.fhir import systems
from meditrack_desktop.services.imports.fhir_names import person_name
from meditrack_desktop.services.imports.fhir_values import (
    Json,
    child,
    concept,
    extension,
    flag,
    objects,
    text,
    texts,
)
from meditrack_desktop.services.imports.identity import FHIR_PATIENT, FHIR_PRACTITIONER, row_identity
from meditrack_desktop.services.imports.items import Reading, Unusable
from meditrack_desktop.services.imports.reasons import check_birth_date

_PHONE_USES = {"mobile": "mobile", "home": "home", "work": "work"}
_MOST_IDENTIFIERS = 20
_MOST_PHONES = 10


def patient(resource: Json, reading: Reading) -> RegisterPatient:
    """The command that registers this Patient. Raises Unusable, or pydantic's ValidationError."""
    _check_modifiers(resource)
    name = person_name(resource, reading.today)
    if not name.family and not name.given:
        raise Unusable("There is no name.")
    birth_date = _birth_date(resource)
    check_birth_date(birth_date, reading.today)
    phones, email = telecom(resource)
    identifiers = _identifiers(resource, FHIR_PATIENT)
    if not identifiers:
        first = phones[0]["value"] if phones else ""
        identifiers = [row_identity(name.family, name.given, birth_date, first, email)]
    return RegisterPatient.model_validate(
        {
            "family": name.family,
            "given": name.given,
            "preferred_name": name.preferred,
            "birth_date": birth_date,
            "gender": _gender(resource),
            "phones": phones,
            "email": email,
            "address": _address(resource),
            "language": _language(resource),
            "deceased": _deceased(resource),
            "note": extension(resource, systems.PATIENT_NOTE, "valueString"),
            "preferences": extension(resource, systems.PREFERENCES, "valueString"),
            "contact_by": _contact_by(resource),
            "interpreter": _interpreter(resource),
            "identifiers": identifiers,
        }
    )


def practitioner(resource: Json, reading: Reading, reference: str) -> AddPractitioner:
    """The command that adds this Practitioner; `reference` is how a PractitionerRole may call them."""
    _check_modifiers(resource)
    name = person_name(resource, reading.today)
    if not name.family and not name.given:
        raise Unusable("There is no name.")
    identifiers = _identifiers(resource, FHIR_PRACTITIONER)
    if not identifiers:
        identifiers = [row_identity(name.family, name.given, None, *_first_contact(resource))]
    specialty = reading.specialties.get(reference) or reading.specialties.get(
        f"Practitioner/{text(resource, 'id')}", ""
    )
    details: dict[str, Any] = {
        "family": name.family or name.given,
        "given": name.given if name.family else "",
        "specialty": specialty,
        "identifiers": identifiers,
    }
    if name.prefix:
        details["prefix"] = name.prefix
    elif any(extension(one, systems.TITLE, "valueCode") == "none" for one in objects(resource, "name")):
        details["prefix"] = ""
    return AddPractitioner.model_validate(details)


def specialty_of_role(role: Json) -> tuple[str, str]:
    """(reference of the practitioner, specialty in words) of a PractitionerRole, empty where it says none."""
    try:
        said = next((words for entry in objects(role, "specialty") if (words := concept(entry))), "")
        return text(child(role, "practitioner"), "reference"), said
    except Unusable:
        return "", ""


def _check_modifiers(resource: Json) -> None:
    if resource.get("modifierExtension"):
        raise Unusable("It carries a modifier extension that may change its meaning and is not known here.")
    if text(resource, "implicitRules"):
        raise Unusable("It follows implicit rules that are not known here.")


def _birth_date(resource: Json) -> BirthDate | None:
    written = text(resource, "birthDate")
    if not written:
        return None
    try:
        return BirthDate.parse(written)
    except ValueError:
        raise Unusable("The birth date is not a date.") from None


def _gender(resource: Json) -> Gender:
    code = text(resource, "gender")
    try:
        return Gender(code) if code else Gender.UNKNOWN
    except ValueError:
        raise Unusable("The gender is not one of FHIR's codes: female, male, other, unknown.") from None


def _deceased(resource: Json) -> bool:
    return bool(flag(resource, "deceasedBoolean")) or bool(text(resource, "deceasedDateTime"))


def _contact_by(resource: Json) -> ContactBy:
    said = extension(resource, systems.CONTACT_BY, "valueCode")
    return ContactBy(said) if said in set(ContactBy) else ContactBy.ANY


def _interpreter(resource: Json) -> bool:
    return any(
        flag(one, "valueBoolean") is True
        for one in objects(resource, "extension")
        if text(one, "url") == systems.INTERPRETER
    )


def _identifiers(resource: Json, system: str) -> list[IdentifierInput]:
    found: dict[tuple[str, str], None] = {}
    for identifier in objects(resource, "identifier"):
        issuer, value = text(identifier, "system"), text(identifier, "value")
        if issuer == FORMER_RECORD_NUMBER:
            continue  # what another clinic once numbered so is somebody else's number here
        if issuer and value and text(identifier, "use") != "old":
            found[issuer, value] = None
    own_id = text(resource, "id")
    if own_id:
        # First: it is what the file's other entries call the person by.
        own = (systems.PATIENT_ID, own_id)
        found = {own if own in found else (system, own_id): None, **found}
    return [IdentifierInput(system=issuer, value=value) for issuer, value in list(found)[:_MOST_IDENTIFIERS]]


def _contacts(resource: Json) -> Iterator[tuple[str, str, str]]:
    """(system, value, use) of every contact that still holds, the preferred first; a use of ours counts too."""
    points = [point for point in objects(resource, "telecom") if text(point, "use") != "old"]
    ranks = [rank if isinstance(rank := point.get("rank"), int) else 99 for point in points]
    for _, point in sorted(zip(ranks, points, strict=True), key=lambda pair: pair[0]):
        if value := text(point, "value"):
            yield (
                text(point, "system"),
                value,
                extension(point, systems.PHONE_USE, "valueCode") or text(point, "use"),
            )


def telecom(resource: Json) -> tuple[list[dict[str, str]], str]:
    phones: dict[tuple[str, str], None] = {}
    email = ""
    for system, value, use in _contacts(resource):
        if system in ("phone", "sms"):
            phones[value.removeprefix("tel:"), _PHONE_USES.get(use, "other" if use else "mobile")] = None
        elif system == "email":
            email = email or value.removeprefix("mailto:")
    return [{"value": value, "use": use} for value, use in list(phones)[:_MOST_PHONES]], email


def _first_contact(resource: Json) -> tuple[str, str]:
    phones, email = telecom(resource)
    return (phones[0]["value"] if phones else ""), email


def _address(resource: Json) -> dict[str, str]:
    addresses = [address for address in objects(resource, "address") if text(address, "use") != "old"]
    if not addresses:
        return {}
    address = min(addresses, key=lambda one: text(one, "use") not in ("home", ""))
    city, state = text(address, "city"), text(address, "state")
    named_state = state if state and not state.isdigit() else ""
    lines = texts(address, "line")
    street = ", ".join(" ".join(line.split()) if "\n" in line else line for line in lines)
    if not street and not city:
        street = " ".join(text(address, "text").split())
    return {
        "street": street,
        "city": ", ".join(part for part in (city, named_state) if part),
        "postcode": text(address, "postalCode"),
        "country": text(address, "country"),
    }


def _language(resource: Json) -> str:
    spoken = sorted(objects(resource, "communication"), key=lambda one: one.get("preferred") is not True)
    for communication in spoken:
        language = child(communication, "language")
        code = next((code for coding in objects(language, "coding") if (code := text(coding, "code"))), "")
        if said := code or text(language, "text"):
            return said[:40]
    return ""
