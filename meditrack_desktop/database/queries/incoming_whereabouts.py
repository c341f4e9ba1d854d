"""Where the documents that files of the inbox became lie now: a document may be moved on, and a patient merged."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from meditrack_desktop.database.tables.documents import DocumentRow
from meditrack_desktop.database.tables.incoming import IncomingRow
from meditrack_desktop.database.tables.patients import PatientRow
from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.documents import DocumentStatus
from meditrack_desktop.domain.incoming import FiledWith
from meditrack_desktop.domain.names import display_name


def filed_with(session: Session, ids: Collection[UUID]) -> dict[UUID, FiledWith]:
    """With whom each of these files lies now; those that no chart holds any more are left out."""
    became = {
        row.id: row.document_id
        for row in session.execute(
            select(IncomingRow.id, IncomingRow.document_id).where(
                IncomingRow.id.in_(ids), IncomingRow.document_id.is_not(None)
            )
        )
    }
    now = _now(session, set(became.values()))
    patients = _patients(session, {found.patient_id for found in now.values()})
    return {
        incoming_id: FiledWith(
            document_id=found.id,
            patient_id=found.patient_id,
            name=display_name(patient.family, patient.given),
            birth_date=BirthDate.parse(patient.birth_date) if patient.birth_date else None,
            record_number=patient.mrn,
            in_bin=found.deleted_at is not None,
            moved=found.id != document_id,
        )
        for incoming_id, document_id in became.items()
        if (found := now.get(document_id)) is not None
        and (patient := patients.get(found.patient_id)) is not None
    }


def _now(session: Session, documents: Collection[UUID]) -> dict[UUID, DocumentRow]:
    """What each of these documents is now. One that was moved stays behind in error, and names what it became."""
    found: dict[UUID, DocumentRow] = {}
    firsts = {document_id: document_id for document_id in documents}
    rows = list(session.scalars(select(DocumentRow).where(DocumentRow.id.in_(documents))))
    while rows:
        mistaken = {row.id: firsts[row.id] for row in rows if row.status is DocumentStatus.ENTERED_IN_ERROR}
        found.update((firsts[row.id], row) for row in rows if row.id not in mistaken)
        rows = []
        if mistaken:
            query = select(DocumentRow).where(DocumentRow.moved_from_id.in_(list(mistaken)))
            rows = list(session.scalars(query))
            firsts = {row.id: mistaken[row.moved_from_id] for row in rows if row.moved_from_id is not None}
    return found


def _patients(session: Session, ids: Collection[UUID]) -> dict[UUID, PatientRow]:
    """Those of these patients who were not erased."""
    query = select(PatientRow).where(PatientRow.id.in_(ids), PatientRow.purged_at.is_(None))
    return {row.id: row for row in session.scalars(query)}
