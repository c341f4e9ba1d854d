"""The services that file and change documents keep the index with them: nothing has to be caught up."""

from __future__ import annotations

from io import BytesIO

from sqlalchemy import select

from meditrack_desktop.database.tables.document_index import DocumentIndexRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.documents import (
    AttachDocument,
    DeleteDocument,
    DocumentType,
    EditDocument,
    RestoreDocument,
)
from meditrack_desktop.services.clinic import Clinic
from tests.makers.care import as_doctor, in_care
from tests.makers.people import a_patient
from tests.ui.documents import papers


def test_filed_edited_binned_and_back(clinic: Clinic, admin: Actor, reception: Actor, doctor: Actor) -> None:
    patient = clinic.patients.register(reception, a_patient())
    in_care(clinic, reception, as_doctor(clinic, admin, doctor), patient)

    def found(typed: str) -> bool:
        return bool(clinic.document_search.find(doctor, typed))

    command = AttachDocument(patient_id=patient.id, file_name="kidney.pdf", type=DocumentType.LAB_REPORT)
    filed = clinic.documents.attach(reception, command, BytesIO(papers.a_pdf()))
    text = " ".join(clinic.documents.text(doctor, filed.id))
    word = next(one for one in text.split() if len(one) > 4 and one.isalpha())
    assert found("kidney") and found(word) and found(f"kidney {word}")
    edited = clinic.documents.edit(
        doctor, EditDocument(id=filed.id, version=filed.version, title="Liver", note="urgent")
    )
    assert found("liver urgent") and found(f"urgent {word}")
    binned = clinic.documents.delete(
        doctor, DeleteDocument(id=edited.id, version=edited.version, reason="wrong")
    )
    assert not found("liver") and not found(word)
    clinic.documents.restore(doctor, RestoreDocument(id=binned.id, version=binned.version))
    assert found(f"liver {word}")
    newer = AttachDocument(
        patient_id=patient.id, file_name="new.pdf", type=DocumentType.LAB_REPORT, replaces_id=filed.id
    )
    clinic.documents.attach(reception, newer, BytesIO(papers.a_pdf()))
    assert not found("liver") and found(f"new {word}")
    assert clinic.document_search.catch_up() == 0
    with clinic.work.database.reading() as session:
        assert len(session.scalars(select(DocumentIndexRow.document_id)).all()) == 2
