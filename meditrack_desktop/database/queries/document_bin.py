"""The bin of documents: what lay in it long enough, and letting it go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from meditrack_desktop.database.queries import document_index, document_parts
from meditrack_desktop.database.tables.around_patients import ConsentRow
from meditrack_desktop.database.tables.documents import DocumentRow
from meditrack_desktop.database.tables.incoming import IncomingRow
from meditrack_desktop.database.tables.patients import PatientRow


@dataclass(frozen=True, slots=True)
class Binned:
    id: UUID
    patient_id: UUID


def due(session: Session, deleted_before: datetime, limit: int, *, hold: bool = False) -> list[Binned]:
    """Documents that were put in the bin before an instant, the first ones first.

    What the law keeps, what may not be changed, and what a consent or a photo rests on is not among them.
    """
    query = (
        select(DocumentRow.id, DocumentRow.patient_id)
        .join(PatientRow, PatientRow.id == DocumentRow.patient_id)
        .where(
            DocumentRow.deleted_at < deleted_before,
            PatientRow.legal_hold == "",
            PatientRow.restricted_at.is_(None),
            PatientRow.photo_id.is_distinct_from(DocumentRow.id),
            ~exists().where(ConsentRow.document_id == DocumentRow.id),
        )
        .order_by(DocumentRow.deleted_at, DocumentRow.id)
        .limit(limit)
    )
    if hold:
        query = query.with_for_update(of=DocumentRow, skip_locked=True)
    return [Binned(*row) for row in session.execute(query)]


def let_go(session: Session, documents: Sequence[UUID]) -> list[UUID]:
    """Delete the rows of these documents and of all that hangs on them; the files that nobody names any more.

    Versions around one that goes stand next to each other from then on.
    """
    files = document_parts.files_of(session, documents)
    document_index.remove(session, documents)
    document_parts.forget(session, documents)
    for document_id in documents:
        before = session.scalar(select(DocumentRow.replaces_id).where(DocumentRow.id == document_id))
        session.execute(
            update(DocumentRow)
            .where(DocumentRow.replaces_id == document_id)
            .values(replaces_id=before, version=DocumentRow.version + 1)
        )
    session.execute(
        update(IncomingRow)
        .where(IncomingRow.document_id.in_(documents))
        .values(document_id=None, version=IncomingRow.version + 1)
    )
    session.execute(delete(DocumentRow).where(DocumentRow.id.in_(documents)))
    return files
