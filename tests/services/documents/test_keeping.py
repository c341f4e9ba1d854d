"""What is said about a document: edited, turned, reviewed; across the classes its files change their key."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from meditrack_desktop.database.tables.documents import DocumentRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.documents import (
    DocumentClass,
    DocumentType,
    EditDocument,
    ReviewDocument,
    TurnDocument,
)
from meditrack_desktop.domain.errors import ChangedMeanwhile, ErrorCode, Invalid, NotAllowed, NotFound
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patients import Patient
from tests.makers.documents import FilingDesk, a_report
from tests.services.documents.conftest import lines


def test_editing_says_which_fields(desk: FilingDesk, doctor: Actor, admin: Actor) -> None:
    filed = desk.attach(title="Scan")
    documents = desk.clinic.documents
    command = EditDocument(id=filed.id, version=1, title="Blood count", note="fasting", source="Lab")
    edited = documents.edit(doctor, command)
    assert (edited.title, edited.note, edited.source, edited.version) == ("Blood count", "fasting", "Lab", 2)
    assert edited == documents.get(doctor, filed.id)
    assert [line[3] for line in lines(desk.clinic, admin, "document.edited")] == ["note,source,title"]
    with pytest.raises(ChangedMeanwhile):
        documents.edit(doctor, command)


def test_only_who_may_read_it_edits_turns_or_reviews_it(desk: FilingDesk, doctor: Actor) -> None:
    filed, documents = desk.attach(type=DocumentType.LAB_REPORT), desk.clinic.documents
    with pytest.raises(NotAllowed):
        documents.edit(desk.actor, EditDocument(id=filed.id, version=1, title="x"))
    with pytest.raises(NotAllowed):
        documents.turn(desk.actor, TurnDocument(id=filed.id, version=1, turn=90))
    with pytest.raises(NotAllowed):
        documents.review(desk.actor, ReviewDocument(id=filed.id, version=1))
    card = desk.attach(type=DocumentType.INSURANCE)
    assert documents.edit(desk.actor, EditDocument(id=card.id, version=1, title="Card")).title == "Card"
    with pytest.raises(NotAllowed):
        documents.edit(doctor, EditDocument(id=new_id(), version=1, title="x"))


def test_turned_for_everybody(desk: FilingDesk, doctor: Actor) -> None:
    filed = desk.attach()
    desk.clinic.documents.turn(doctor, TurnDocument(id=filed.id, version=1, turn=270))
    assert desk.clinic.documents.get(desk.actor, filed.id).turn == 270


def test_reviewed_and_taken_back(desk: FilingDesk, doctor: Actor, admin: Actor) -> None:
    filed, documents = desk.attach(), desk.clinic.documents
    reviewed = documents.review(doctor, ReviewDocument(id=filed.id, version=1))
    assert (reviewed.reviewed_at, reviewed.reviewed_by_name) == (desk.clinic.work.clock.now(), doctor.name)
    back = documents.review(doctor, ReviewDocument(id=filed.id, version=2, reviewed=False))
    assert (back.reviewed_at, back.reviewed_by_name) == (None, "")
    assert lines(desk.clinic, admin, "document.reviewed") and lines(desk.clinic, admin, "document.unreviewed")


def test_a_visit_of_somebody_else_is_refused(desk: FilingDesk, doctor: Actor) -> None:
    filed = desk.attach()
    with pytest.raises(NotFound, match=ErrorCode.APPOINTMENT_NOT_FOUND.value):
        desk.clinic.documents.edit(doctor, EditDocument(id=filed.id, version=1, appointment_id=new_id()))
    with pytest.raises(NotFound, match=ErrorCode.APPOINTMENT_NOT_FOUND.value):
        desk.attach(appointment_id=new_id())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (DocumentType.LAB_REPORT, DocumentType.INSURANCE),
        (DocumentType.CONSENT, DocumentType.REFERRAL),
    ],
)
def test_another_class_is_another_key(
    desk: FilingDesk, doctor: Actor, admin: Actor, before: DocumentType, after: DocumentType
) -> None:
    data = a_report("Mara Fictanova")
    filed, documents = desk.attach(data, type=before), desk.clinic.documents
    old_files = desk.files_of(filed.id)
    moved = documents.edit(doctor, EditDocument(id=filed.id, version=1, type=after, title="Moved"))
    assert (moved.id, moved.type, moved.document_class) == (filed.id, after, after.document_class)
    assert (moved.title, moved.parts) == ("Moved", filed.parts)
    source = documents.open(doctor, filed.id).source
    assert source.read_all() == data
    source.close()
    assert "Fictanova" in documents.text(doctor, filed.id)[0]
    assert documents.thumbnail(doctor, filed.id)
    if after.document_class is DocumentClass.ADMINISTRATIVE:
        documents.open(desk.actor, filed.id).source.close()
    else:
        with pytest.raises(NotAllowed):
            documents.open(desk.actor, filed.id)
    # The former files stay until the bin is emptied, under a row that no list shows.
    assert desk.listed() == [filed.id]
    assert documents.bin(doctor, desk.patient.id) == ()
    assert desk.files() == desk.known_files() == desk.files_of(filed.id) | old_files
    [(_, _, _, detail)] = lines(desk.clinic, admin, "document.edited")
    assert f"class {before.document_class.value} to {after.document_class.value}" in detail
    with desk.clinic.work.database.reading() as session:
        former = session.scalars(select(DocumentRow).where(DocumentRow.id != filed.id)).one()
        with pytest.raises(NotFound):
            documents.get(doctor, former.id)


def test_a_failing_vault_leaves_the_class_as_it_was(
    desk: FilingDesk, doctor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    filed, documents = desk.attach(type=DocumentType.LAB_REPORT), desk.clinic.documents
    before = desk.files()

    def full(*_: object) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr("meditrack_desktop.vault.vault.BlobWriter", full)
    with pytest.raises(OSError, match="no space"):
        documents.edit(doctor, EditDocument(id=filed.id, version=1, type=DocumentType.INSURANCE))
    monkeypatch.undo()
    assert desk.files() == before
    assert documents.get(doctor, filed.id) == filed
    documents.open(doctor, filed.id).source.close()


def test_nothing_becomes_a_portrait_by_its_type(desk: FilingDesk, doctor: Actor, other: Patient) -> None:
    filed = desk.attach(type=DocumentType.IDENTITY)
    with pytest.raises(Invalid) as refused:
        desk.clinic.documents.edit(doctor, EditDocument(id=filed.id, version=1, type=DocumentType.PORTRAIT))
    assert list(refused.value.fields) == ["type"]
