"""Questions about what was made from documents and lies in the vault beside them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from meditrack_desktop.database.queries.stored_blobs import blob_columns
from meditrack_desktop.database.tables.documents import DocumentPartRow, DocumentRow
from meditrack_desktop.domain.documents import PartKind, StoredBlob


def of_document(session: Session, document_id: UUID) -> dict[PartKind, StoredBlob]:
    found = session.execute(
        blob_columns(DocumentPartRow)
        .add_columns(DocumentPartRow.kind)
        .where(DocumentPartRow.document_id == document_id)
    )
    return {row.kind: StoredBlob(*row[:5]) for row in found}


def thumbnails(session: Session, documents: Collection[UUID]) -> dict[UUID, StoredBlob]:
    """The thumbnails of those of these documents that have one."""
    found = session.execute(
        blob_columns(DocumentPartRow)
        .add_columns(DocumentPartRow.document_id)
        .where(DocumentPartRow.document_id.in_(documents), DocumentPartRow.kind == PartKind.THUMBNAIL)
    )
    return {row.document_id: StoredBlob(*row[:5]) for row in found}


def add(session: Session, document_id: UUID, parts: Mapping[PartKind, StoredBlob]) -> None:
    """Write the rows of a document's parts; its own row is there."""
    session.add_all(part_row(document_id, kind, blob) for kind, blob in parts.items())


def part_row(document_id: UUID, kind: PartKind, blob: StoredBlob) -> DocumentPartRow:
    return DocumentPartRow(document_id=document_id, kind=kind, **asdict(blob))


def forget(session: Session, documents: Collection[UUID]) -> None:
    """Delete the rows of all parts of these documents."""
    session.execute(delete(DocumentPartRow).where(DocumentPartRow.document_id.in_(documents)))


def files_of(session: Session, documents: Collection[UUID]) -> list[UUID]:
    """The files of these documents and of what was made from them."""
    originals = select(DocumentRow.blob_id).where(DocumentRow.id.in_(documents))
    parts = select(DocumentPartRow.blob_id).where(DocumentPartRow.document_id.in_(documents))
    return [*session.scalars(originals), *session.scalars(parts)]
