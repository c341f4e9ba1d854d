"""Which of the documents that have the words are shown to whom, and the lines of those that are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from meditrack_desktop.database.queries import documents as document_queries
from meditrack_desktop.database.tables.document_index import DocumentIndexRow
from meditrack_desktop.database.tables.documents import DocumentRow
from meditrack_desktop.database.tables.patients import PatientRow
from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.document_search import DocumentHit
from meditrack_desktop.domain.documents import DocumentClass, DocumentStatus, DocumentType
from meditrack_desktop.domain.names import display_name


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document that stands: current, not in the bin, of a record that is one."""

    number: int
    id: UUID
    patient_id: UUID
    document_class: DocumentClass
    type: DocumentType
    created_at: datetime


def standing(session: Session, numbers: Sequence[int], made_with: int) -> list[Candidate]:
    """Those of these that can be shown at all, as the index of this key numbers them."""
    query = (
        select(
            DocumentIndexRow.number,
            DocumentRow.id,
            DocumentRow.patient_id,
            DocumentRow.document_class,
            DocumentRow.type,
            DocumentRow.created_at,
        )
        .join(DocumentRow, DocumentRow.id == DocumentIndexRow.document_id)
        .join(PatientRow, PatientRow.id == DocumentRow.patient_id)
        .where(
            DocumentIndexRow.number.in_(numbers),
            DocumentIndexRow.made_with == made_with,
            DocumentRow.deleted_at.is_(None),
            DocumentRow.status == DocumentStatus.CURRENT,
            DocumentRow.type != DocumentType.PORTRAIT,
            PatientRow.purged_at.is_(None),
            PatientRow.merged_into.is_(None),
        )
    )
    return [Candidate(*row) for row in session.execute(query)]


def hits(session: Session, found: Sequence[tuple[UUID, bool]]) -> list[DocumentHit]:
    """The lines of these documents in this order; beside each id whether its title has it all."""
    ids = [document_id for document_id, _ in found]
    documents = {document.id: document for document in document_queries.of_ids(session, ids)}
    patients = _patients(session, {document.patient_id for document in documents.values()})
    lines = []
    for document_id, in_title in found:
        document = documents[document_id]
        name, born, active = patients[document.patient_id]
        lines.append(DocumentHit(document, name, born, active, in_title))
    return lines


def _patients(session: Session, ids: Collection[UUID]) -> dict[UUID, tuple[str, BirthDate | None, bool]]:
    query = select(
        PatientRow.id, PatientRow.family, PatientRow.given, PatientRow.birth_date, PatientRow.archived_at
    ).where(PatientRow.id.in_(ids))
    return {
        row.id: (
            display_name(row.family, row.given),
            BirthDate.parse(row.birth_date) if row.birth_date else None,
            row.archived_at is None,
        )
        for row in session.execute(query)
    }
