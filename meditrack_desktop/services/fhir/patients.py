"""A patient as FHIR R4 Patient."""

from __future__ import annotations

import re
from collections.abc import Iterable

from meditrack_desktop.domain.patient_merges import FORMER_RECORD_NUMBER
from meditrack_desktop.domain.patients import ContactBy, Identifier, Patient
from meditrack_desktop.services.fhir import systems
from meditrack_desktop.services.fhir.values import Json, extension, filled, is_fhir_id, resource

_FOREIGN = f"{systems.OWN}Patient"
_USES = {"mobile": "mobile", "home": "home", "work": "work"}
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def file_id(patient: Patient) -> str:
    """What the patient is called in a file: as where they came from, else by the clinic's own id."""
    return _named(patient)[0]


def _named(patient: Patient) -> tuple[str, list[Identifier]]:
    """(id, the identifiers that are told beside it)."""
    for system in (_FOREIGN, systems.PATIENT_ID):
        values = sorted(one.value for one in patient.identifiers if one.system == system)
        for value in values:
            if is_fhir_id(value):
                used = Identifier(system, value)
                # An id of a clinic like this one stands as an identifier too: elsewhere it names the person.
                rest = [one for one in patient.identifiers if one != used or system == systems.PATIENT_ID]
                return value, rest
    return str(patient.id), [Identifier(systems.PATIENT_ID, str(patient.id)), *patient.identifiers]


def to_fhir(patient: Patient, clinic: str) -> Json:
    """`clinic` is the name of whoever gave the record number."""
    id_, identifiers = _named(patient)
    return resource(
        "Patient",
        id_,
        extension=[
            *extension(systems.PATIENT_NOTE, "String", patient.note),
            *extension(systems.PREFERENCES, "String", patient.preferences),
            *(
                extension(systems.CONTACT_BY, "Code", patient.contact_by.value)
                if patient.contact_by is not ContactBy.ANY
                else []
            ),
            *extension(systems.INTERPRETER, "Boolean", patient.interpreter),
        ],
        identifier=[
            _record_number(patient.mrn, clinic),
            *_former_numbers(patient, clinic),
            *_identifiers(identifiers),
        ],
        active=patient.active,
        name=_names(patient),
        telecom=_telecom(patient),
        gender=patient.gender.value,
        birthDate=patient.birth_date.iso() if patient.birth_date else "",
        deceasedBoolean=patient.deceased or None,
        address=_address(patient),
        communication=_language(patient.language),
    )


def _record_number(mrn: str, clinic: str, use: str = "usual") -> Json:
    """Without a system: another clinic may number alike, so nobody shall be recognised by it."""
    return {
        "use": use,
        "type": {"coding": [{"system": systems.IDENTIFIER_TYPE, "code": "MR"}]},
        "value": mrn,
        **({"assigner": {"display": clinic}} if clinic else {}),
    }


def _former_numbers(patient: Patient, clinic: str) -> list[Json]:
    """Those of records that were merged into this one. Like the number of now they name nobody elsewhere."""
    told = sorted(one.value for one in patient.identifiers if one.system == FORMER_RECORD_NUMBER)
    return [_record_number(value, clinic, "old") for value in told]


def _identifiers(identifiers: Iterable[Identifier]) -> list[Json]:
    told = sorted({(one.system, one.value) for one in identifiers if one.system != FORMER_RECORD_NUMBER})
    return [{"system": system, "value": value} for system, value in told]


def _names(patient: Patient) -> list[Json]:
    names = [
        {
            "use": "official",
            **filled(family=patient.family, given=_given(patient.given)),
        }
    ]
    preferred = patient.preferred_name
    if preferred and preferred not in (patient.given, f"{patient.given} {patient.family}"):
        names.append({"use": "usual", "text": preferred})
    return names


def _given(given: str) -> list[str]:
    """Word by word, unless that could not be put together again."""
    words = given.split(" ")
    return words if all(word and word == word.strip() for word in words) else ([given] if given else [])


def _telecom(patient: Patient) -> list[Json]:
    told: list[Json] = []
    for phone in patient.phones:
        use = _USES.get(phone.use)
        beside = {"use": use} if use else {"extension": extension(systems.PHONE_USE, "Code", phone.use)}
        told.append({**beside, "system": "phone", "value": phone.value})
    if patient.email:
        told.append({"system": "email", "value": patient.email})
    return told


def _address(patient: Patient) -> list[Json]:
    address = patient.address
    told = filled(
        line=[address.street] if address.street else [],
        city=address.city,
        postalCode=address.postcode,
        country=address.country,
    )
    return [{"use": "home", **told}] if told else []


def _language(language: str) -> list[Json]:
    if not language:
        return []
    if _LANGUAGE_TAG.fullmatch(language):
        return [{"language": {"coding": [{"system": systems.LANGUAGES, "code": language}]}}]
    return [{"language": {"text": language}}]
