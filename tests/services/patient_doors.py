"""The doors to what stands around a patient's record: provisional ones, contacts, consents, the photo."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from io import BytesIO
from typing import Any
from uuid import UUID

from meditrack_desktop.domain.consents import ConsentAnswer, ConsentKind, RecordConsent
from meditrack_desktop.domain.errors import NotFound
from meditrack_desktop.domain.patients import (
    CompletePatient,
    DiscardPatient,
    Patient,
    PhoneInput,
    TakeDownPatient,
    VerifyPatient,
)
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.photos import RemovePhoto, SetPhoto
from meditrack_desktop.domain.related_persons import (
    AddRelatedPerson,
    EditRelatedPerson,
    EndRelatedPerson,
)
from tests.makers.pictures import a_picture

P = Permission


def _caller(s: Any) -> Patient:
    command = TakeDownPatient(name="Piotr Przykład", phone=PhoneInput(value="020 7946 0123"))
    return s.clinic.patients.take_down(s.everything, command)  # type: ignore[no-any-return]


def _contact(s: Any) -> tuple[UUID, int]:
    """Id and version of a contact of the patient; of nobody if there is no such patient."""
    command = AddRelatedPerson(patient_id=s.patient.id, name="Anna Przykład")
    with suppress(NotFound):
        made = s.clinic.related_persons.add(s.everything, command)
        return made.id, made.version
    return command.id, 1


def _version(s: Any) -> int:
    """The patient's newest version; any if there is no such patient."""
    with suppress(NotFound):
        return s.clinic.patients.get(s.everything, s.patient.id).version  # type: ignore[no-any-return]
    return 1


def _with_photo(s: Any) -> int:
    """The version of the patient, who has a photo now."""
    with suppress(NotFound):
        patient = s.clinic.patients.get(s.everything, s.patient.id)
        if patient.photo_id is None:
            command = SetPhoto(patient_id=patient.id, version=patient.version)
            patient = s.clinic.photos.set(s.everything, command, BytesIO(a_picture()))
        return patient.version  # type: ignore[no-any-return]
    return 1


def _complete(s: Any, a: Any) -> Any:
    caller = _caller(s)
    command = CompletePatient(id=caller.id, version=caller.version, family="Przykład", given="Piotr B.")
    return s.clinic.patients.complete(a, command)


def _discard(s: Any, a: Any) -> Any:
    caller = _caller(s)
    return s.clinic.patients.discard(
        a, DiscardPatient(id=caller.id, version=caller.version, reason="wrong number")
    )


def _edit_contact(s: Any, a: Any) -> Any:
    contact, version = _contact(s)
    return s.clinic.related_persons.edit(a, EditRelatedPerson(id=contact, version=version, name="Anna P."))


def _end_contact(s: Any, a: Any) -> Any:
    contact, version = _contact(s)
    return s.clinic.related_persons.end(a, EndRelatedPerson(id=contact, version=version))


def _get_photo(s: Any, a: Any) -> Any:
    _with_photo(s)
    return s.clinic.photos.get(a, s.patient.id)


PATIENT_DOORS: dict[str, tuple[Permission, Any]] = {
    "patients.take_down": (
        P.REGISTER_PATIENT,
        lambda s, a: s.clinic.patients.take_down(a, TakeDownPatient(name="Jan Vzorek")),
    ),
    "patients.complete": (P.EDIT_PATIENT, _complete),
    "patients.discard": (P.EDIT_PATIENT, _discard),
    "patients.verify": (
        P.EDIT_PATIENT,
        lambda s, a: s.clinic.patients.verify(a, VerifyPatient(id=s.patient.id, version=_version(s))),
    ),
    "related_persons.of_patient": (
        P.VIEW_PATIENTS,
        lambda s, a: s.clinic.related_persons.of_patient(a, s.patient.id),
    ),
    "related_persons.add": (
        P.EDIT_PATIENT,
        lambda s, a: s.clinic.related_persons.add(
            a, AddRelatedPerson(patient_id=s.patient.id, name="Anna Przykład")
        ),
    ),
    "related_persons.edit": (P.EDIT_PATIENT, _edit_contact),
    "related_persons.end": (P.EDIT_PATIENT, _end_contact),
    "consents.of_patient": (P.VIEW_PATIENTS, lambda s, a: s.clinic.consents.of_patient(a, s.patient.id)),
    "consents.record": (
        P.EDIT_PATIENT,
        lambda s, a: s.clinic.consents.record(
            a,
            RecordConsent(
                patient_id=s.patient.id,
                kind=ConsentKind.MESSAGES,
                answer=ConsentAnswer.GIVEN,
                answered_on=date(2026, 11, 1),
            ),
        ),
    ),
    "photos.get": (
        P.OPEN_ADMINISTRATIVE_DOCUMENT,
        _get_photo,
    ),
    "photos.set": (
        P.EDIT_PATIENT,  # and ATTACH_DOCUMENT
        lambda s, a: s.clinic.photos.set(
            a, SetPhoto(patient_id=s.patient.id, version=s.patient.version), BytesIO(a_picture())
        ),
    ),
    "photos.remove": (
        P.EDIT_PATIENT,
        lambda s, a: s.clinic.photos.remove(a, RemovePhoto(patient_id=s.patient.id, version=_with_photo(s))),
    ),
}

PATIENT_SERVICES = ("related_persons", "consents", "photos")
