"""A document that was filed with the wrong patient: theirs shows it nowhere afterwards, the right one's does."""

from __future__ import annotations

import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.consents import ConsentAnswer, ConsentKind, RecordConsent
from meditrack_desktop.domain.documents import DocumentType, NameCheck, ReassignDocument
from meditrack_desktop.domain.errors import (
    ChangedMeanwhile,
    Conflict,
    ErrorCode,
    Invalid,
    NotAllowed,
    NotFound,
)
from meditrack_desktop.domain.patients import Patient
from tests.makers.dicom_files import a_slice
from tests.makers.documents import FilingDesk, a_report
from tests.services.documents.conftest import lines


def _to(document_id: object, patient: Patient, version: int = 1, **details: object) -> ReassignDocument:
    wanted = {"id": document_id, "version": version, "patient_id": patient.id, "reason": "mixed up"}
    return ReassignDocument.model_validate(wanted | details)


def test_it_leaves_the_one_and_stands_with_the_other(
    desk: FilingDesk, other: Patient, doctor: Actor, admin: Actor
) -> None:
    data = a_report("Bruno Exampleton", "1950-12-24")
    wrong = desk.attach(
        data, type=DocumentType.LAB_REPORT, title="Blood", note="n", other_name_confirmed=True
    )
    documents = desk.clinic.documents
    command = _to(wrong.id, other)
    right = documents.reassign(doctor, command)
    assert (right.id, right.patient_id) == (command.new_id, other.id)
    assert (right.title, right.note, right.type, right.parts) == ("Blood", "n", wrong.type, wrong.parts)
    assert right.name_check is NameCheck.MATCHES
    assert documents.reassign(doctor, command) == right
    source = documents.open(doctor, right.id).source
    assert source.read_all() == data
    source.close()
    assert documents.text(doctor, right.id)
    assert desk.listed() == []
    assert documents.of_patient(doctor, desk.patient.id, include_deleted=True) == ()
    assert documents.bin(doctor, desk.patient.id) == ()
    assert desk.listed(other) == [right.id]
    assert desk.status(wrong.id) == "entered-in-error"
    for ask in (documents.get, documents.open, documents.text, documents.versions):
        with pytest.raises(NotFound):
            ask(doctor, wrong.id)
    assert documents.thumbnails(doctor, [wrong.id]) == {}
    assert [line[:2] for line in lines(desk.clinic, admin, "document.reassigned")] == [(right.id, other.id)]
    assert [line[:2] for line in lines(desk.clinic, admin, "document.moved_away")] == [
        (wrong.id, desk.patient.id)
    ]
    assert desk.files() == desk.known_files() == desk.files_of(wrong.id, right.id)


def test_the_name_in_it_is_held_against_the_new_patient(
    desk: FilingDesk, other: Patient, doctor: Actor
) -> None:
    filed = desk.attach(a_report("Mara Fictanova"))
    with pytest.raises(Conflict, match=ErrorCode.FILE_NAMES_ANOTHER.value):
        desk.clinic.documents.reassign(doctor, _to(filed.id, other))
    assert desk.listed() == [filed.id]
    assert desk.files() == desk.files_of(filed.id)
    moved = desk.clinic.documents.reassign(doctor, _to(filed.id, other, other_name_confirmed=True))
    assert moved.name_check is NameCheck.CONFIRMED


def test_a_study_moves_with_its_contents(desk: FilingDesk, other: Patient, doctor: Actor) -> None:
    files = [
        (f"IM{number}", a_slice(number, PatientName="Exampleton^Bruno", PatientBirthDate="19501224"))
        for number in (1, 2)
    ]
    filed = desk.study(files, other_name_confirmed=True)
    moved = desk.clinic.documents.reassign(doctor, _to(filed.id, other))
    assert moved.name_check is NameCheck.MATCHES
    assert (moved.study_id, moved.modality, moved.pages) == (filed.study_id, filed.modality, 2)
    assert desk.clinic.documents.contents(doctor, moved.id).study_uid == filed.study_id


def test_who_may_not_read_it_moves_it_not(desk: FilingDesk, other: Patient, admin: Actor) -> None:
    report = desk.attach(type=DocumentType.LAB_REPORT)
    for actor in (desk.actor, admin):
        with pytest.raises(NotAllowed):
            desk.clinic.documents.reassign(actor, _to(report.id, other))
    card = desk.attach(type=DocumentType.INSURANCE)
    assert desk.clinic.documents.reassign(desk.actor, _to(card.id, other)).patient_id == other.id


def test_what_rests_on_it_refuses(desk: FilingDesk, other: Patient, doctor: Actor) -> None:
    paper = desk.attach(type=DocumentType.CONSENT)
    today = desk.clinic.work.clock.now().date()
    desk.clinic.consents.record(
        desk.actor,
        RecordConsent(
            patient_id=desk.patient.id,
            kind=ConsentKind.PHOTO,
            answer=ConsentAnswer.GIVEN,
            answered_on=today,
            document_id=paper.id,
        ),
    )
    with pytest.raises(Conflict, match=ErrorCode.DOCUMENT_IN_USE.value):
        desk.clinic.documents.reassign(doctor, _to(paper.id, other))
    assert desk.listed() == [paper.id]


def test_a_version_that_was_filed_wrongly_leaves_the_others_in_order(
    desk: FilingDesk, other: Patient, doctor: Actor
) -> None:
    first = desk.attach()
    second = desk.attach(replaces_id=first.id)
    with pytest.raises(Conflict, match=ErrorCode.DOCUMENT_SUPERSEDED.value):
        desk.clinic.documents.reassign(doctor, _to(first.id, other, version=2))
    desk.clinic.documents.reassign(doctor, _to(second.id, other))
    assert desk.listed() == [first.id]
    assert [one.id for one in desk.clinic.documents.versions(doctor, first.id)] == [first.id]


def test_the_same_patient_and_a_stale_version(desk: FilingDesk, other: Patient, doctor: Actor) -> None:
    filed = desk.attach()
    with pytest.raises(Invalid) as refused:
        desk.clinic.documents.reassign(doctor, _to(filed.id, desk.patient))
    assert list(refused.value.fields) == ["patient_id"]
    with pytest.raises(ChangedMeanwhile):
        desk.clinic.documents.reassign(doctor, _to(filed.id, other, version=7))
