"""Consents: every answer kept, the newest of a kind counts; on both databases."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.consents import ConsentAnswer, ConsentKind, RecordConsent, counting
from meditrack_desktop.domain.documents import AttachDocument, DeleteDocument, DocumentType
from meditrack_desktop.domain.errors import (
    ChangedMeanwhile,
    Conflict,
    ErrorCode,
    FieldProblem,
    Invalid,
    NotFound,
)
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patients import ArchivePatient, Patient
from meditrack_desktop.services.clinic import Clinic
from tests.makers.people import a_patient
from tests.makers.pictures import a_picture


@pytest.fixture
def patient(clinic: Clinic, reception: Actor) -> Patient:
    return clinic.patients.register(reception, a_patient())


def an_answer(
    patient: Patient, answer: ConsentAnswer = ConsentAnswer.GIVEN, **details: object
) -> RecordConsent:
    return RecordConsent.model_validate(
        {
            "patient_id": patient.id,
            "kind": ConsentKind.MESSAGES,
            "answer": answer,
            "answered_on": date(2026, 11, 10),
            **details,
        }
    )


def test_a_later_answer_counts_and_the_first_stays(
    clinic: Clinic, reception: Actor, patient: Patient, clock: FixedClock
) -> None:
    given = clinic.consents.record(reception, an_answer(patient, note="on paper"))
    clock.advance(timedelta(minutes=1))
    withdrawn = clinic.consents.record(reception, an_answer(patient, ConsentAnswer.WITHDRAWN))
    clock.advance(timedelta(minutes=1))
    found_late = clinic.consents.record(
        reception, an_answer(patient, ConsentAnswer.REFUSED, answered_on=date(2026, 10, 1))
    )
    photo = clinic.consents.record(reception, an_answer(patient, kind=ConsentKind.PHOTO))
    every = clinic.consents.of_patient(reception, patient.id)
    assert every == (photo, withdrawn, given, found_late)
    assert counting(every) == {ConsentKind.MESSAGES: withdrawn, ConsentKind.PHOTO: photo}
    assert given.recorded_by_name == reception.name
    assert given.note == "on paper"


def test_sent_twice_it_is_written_once(clinic: Clinic, reception: Actor, patient: Patient) -> None:
    command = an_answer(patient)
    assert clinic.consents.record(reception, command) == clinic.consents.record(reception, command)
    assert len(clinic.consents.of_patient(reception, patient.id)) == 1
    other = clinic.patients.register(reception, a_patient("Other"))
    with pytest.raises(ChangedMeanwhile):
        clinic.consents.record(reception, command.model_copy(update={"patient_id": other.id}))


def test_only_a_document_of_the_same_patient_proves_it(
    clinic: Clinic, reception: Actor, admin: Actor, doctor: Actor, patient: Patient
) -> None:
    def attach(whose: Patient) -> object:
        command = AttachDocument(patient_id=whose.id, file_name="sheet.png", type=DocumentType.CONSENT)
        return clinic.documents.attach(reception, command, BytesIO(a_picture()))

    sheet = attach(patient)
    kept = clinic.consents.record(reception, an_answer(patient, document_id=sheet.id))  # type: ignore[attr-defined]
    assert kept.document_id == sheet.id  # type: ignore[attr-defined]
    others = attach(clinic.patients.register(reception, a_patient("Other")))
    binned = attach(patient)
    clinic.documents.delete(
        doctor,
        DeleteDocument(id=binned.id, version=binned.version, reason="blurred"),  # type: ignore[attr-defined]
    )
    for document_id in (others.id, binned.id, new_id()):  # type: ignore[attr-defined]
        with pytest.raises(NotFound) as refused:
            clinic.consents.record(reception, an_answer(patient, document_id=document_id))
        assert refused.value.code is ErrorCode.DOCUMENT_NOT_FOUND
    assert len(clinic.consents.of_patient(reception, patient.id)) == 1


def test_nobody_agreed_tomorrow(
    clinic: Clinic, reception: Actor, patient: Patient, clock: FixedClock
) -> None:
    day = clock.now().date() + timedelta(days=1)
    with pytest.raises(Invalid) as refused:
        clinic.consents.record(reception, an_answer(patient, answered_on=day))
    assert refused.value.fields == {"answered_on": FieldProblem.IN_THE_FUTURE}


def test_closed_records_take_no_answer(
    clinic: Clinic, reception: Actor, admin: Actor, patient: Patient
) -> None:
    clinic.patients.archive(
        admin, ArchivePatient(id=patient.id, version=patient.version, reason="moved away")
    )
    with pytest.raises(Conflict) as refused:
        clinic.consents.record(reception, an_answer(patient))
    assert refused.value.code is ErrorCode.PATIENT_ARCHIVED
    with pytest.raises(NotFound):
        clinic.consents.record(reception, an_answer(patient, patient_id=new_id()))
    with pytest.raises(NotFound):
        clinic.consents.of_patient(reception, new_id())


def test_the_trail_names_the_kind_and_never_the_answer(
    clinic: Clinic, reception: Actor, admin: Actor, patient: Patient
) -> None:
    clinic.consents.record(reception, an_answer(patient, ConsentAnswer.REFUSED, note="afraid of spam"))
    (line,) = [line for line in clinic.audit.list(admin) if line.action == "consent.recorded"]
    assert (line.detail, line.patient_id) == ("messages", patient.id)
