"""A document and its versions: what replaces what, however many times."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from meditrack_desktop.database.tables.documents import DocumentRow
from meditrack_desktop.domain.documents import DocumentStatus


def held_family(session: Session, document: DocumentRow) -> Sequence[DocumentRow]:
    """Every version of a document, those in the bin too, held, the oldest first.

    Versions are the same patient's; one that was filed with the wrong patient belongs to no family any more.
    """
    ids = family(session, document.id, document.patient_id)
    return session.scalars(
        select(DocumentRow)
        .where(DocumentRow.id.in_(ids), DocumentRow.status != DocumentStatus.ENTERED_IN_ERROR)
        .order_by(DocumentRow.created_at, DocumentRow.id)
        .with_for_update()
    ).all()


def family(session: Session, document_id: UUID, patient_id: UUID) -> set[UUID]:
    """The ids of a document and of all its versions."""
    links = session.execute(
        select(DocumentRow.id, DocumentRow.replaces_id).where(
            DocumentRow.patient_id == patient_id, DocumentRow.replaces_id.is_not(None)
        )
    ).all()
    found, grew = {document_id}, True
    while grew:
        more = {end for link in links if found.intersection(link) for end in link} - found
        grew = bool(more)
        found |= more
    return found
