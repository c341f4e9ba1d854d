"""Questions about pictures of text that nobody has read out yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from meditrack_desktop.database.queries import document_parts
from meditrack_desktop.database.queries import incoming as incoming_queries
from meditrack_desktop.database.tables.documents import DocumentPartRow, DocumentRow
from meditrack_desktop.database.tables.incoming import IncomingPartRow, IncomingRow
from meditrack_desktop.domain.documents import (
    DocumentClass,
    DocumentStatus,
    DocumentType,
    PartKind,
    ScanVerdict,
    StoredBlob,
    TextState,
)
from meditrack_desktop.domain.incoming import IncomingState


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file whose text is wanted. `patient_id` None: it waits in the inbox."""

    id: UUID
    patient_id: UUID | None
    document_class: DocumentClass
    pages: int
    blob: StoredBlob
    created_at: datetime


def documents_wanted(session: Session) -> list[Wanted]:
    """Current documents, the newest first; no faces, nothing in the bin, nothing with a virus."""
    rows = session.scalars(
        select(DocumentRow)
        .where(
            DocumentRow.text_state == TextState.WANTED,
            DocumentRow.deleted_at.is_(None),
            DocumentRow.status == DocumentStatus.CURRENT,
            DocumentRow.type != DocumentType.PORTRAIT,
            DocumentRow.verdict != ScanVerdict.INFECTED,
        )
        .order_by(DocumentRow.created_at.desc(), DocumentRow.id.desc())
    )
    return [
        Wanted(row.id, row.patient_id, row.document_class, row.pages, _blob(row), row.created_at)
        for row in rows
    ]


def _waits() -> ColumnElement[bool]:
    return and_(
        IncomingRow.text_state == TextState.WANTED,
        IncomingRow.state == IncomingState.WAITING,
        IncomingRow.blob_id.is_not(None),
        IncomingRow.verdict != ScanVerdict.INFECTED,
    )


def incoming_wanted(session: Session) -> list[Wanted]:
    """What waits in the inbox, the oldest first."""
    rows = session.scalars(
        select(IncomingRow).where(_waits()).order_by(IncomingRow.created_at, IncomingRow.id)
    )
    administrative = DocumentClass.ADMINISTRATIVE
    return [Wanted(row.id, None, administrative, row.pages, _blob(row), row.created_at) for row in rows]


def count_incoming(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(IncomingRow).where(_waits())) or 0


def _blob(row: DocumentRow | IncomingRow) -> StoredBlob:
    assert row.blob_id is not None
    return StoredBlob(row.blob_id, row.size, row.sha256, row.ciphertext_size, row.ciphertext_sha256)


def own_text(session: Session, one: Wanted) -> StoredBlob | None:
    """The text that the file has already: of those of its pages that are no pictures."""
    if one.patient_id is not None:
        return document_parts.of_document(session, one.id).get(PartKind.TEXT)
    return incoming_queries.parts(session, one.id).get(PartKind.TEXT)


def held_document(session: Session, one: Wanted) -> DocumentRow | None:
    """The row, held, if it is still the file that was read, and still wants its text."""
    found = session.scalars(select(DocumentRow).where(DocumentRow.id == one.id).with_for_update()).first()
    if found is None or found.blob_id != one.blob.blob_id or found.text_state is not TextState.WANTED:
        return None
    return found if found.deleted_at is None else None


def held_incoming(session: Session, one: Wanted) -> IncomingRow | None:
    """As `held_document`, for one that still waits."""
    found = session.scalars(
        select(IncomingRow).where(IncomingRow.id == one.id, _waits()).with_for_update()
    ).first()
    return found if found is not None and found.blob_id == one.blob.blob_id else None


def put_text(session: Session, one: Wanted, blob: StoredBlob) -> UUID | None:
    """Let `blob` be its text; the file that was it until now, which nobody names any more."""
    at = (one.id, PartKind.TEXT)
    before = session.get(IncomingPartRow, at) if one.patient_id is None else session.get(DocumentPartRow, at)
    former = before.blob_id if before is not None else None
    if before is not None:
        session.delete(before)
        session.flush()
    row = (
        incoming_queries.part_row(one.id, PartKind.TEXT, blob)
        if one.patient_id is None
        else document_parts.part_row(one.id, PartKind.TEXT, blob)
    )
    session.add(row)
    return former
