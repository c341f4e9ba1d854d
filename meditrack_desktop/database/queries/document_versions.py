"""A document and its versions: what replaces what, however many times."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from sqlalchemy import select, update
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
        .where(
            DocumentRow.id.in_(ids),
            DocumentRow.patient_id == document.patient_id,
            DocumentRow.status != DocumentStatus.ENTERED_IN_ERROR,
        )
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


def part(session: Session, patients: Sequence[UUID]) -> None:
    """Let no document of one of these patients be a version of another's, after two records were made of one.

    What was replaced meanwhile by a document that stays with the other record is the current one again: it would be
    in nobody's list.
    """
    there = select(DocumentRow).where(
        DocumentRow.patient_id.in_(patients), DocumentRow.status != DocumentStatus.ENTERED_IN_ERROR
    )
    found = session.scalars(
        there.order_by(DocumentRow.id).with_for_update(), execution_options={"populate_existing": True}
    ).all()
    by_id = {row.id: row for row in found}
    before = {row.id: list(_before(row, by_id)) for row in found}
    crossing = [row for row in found if any(each.patient_id != row.patient_id for each in before[row.id])]
    own = {row.id: [each for each in before[row.id] if each.patient_id == row.patient_id] for row in found}
    superseded = {each.id for row in found if row.deleted_at is None for each in own[row.id]}
    for row in {each.id: each for one in crossing for each in (one, *before[one.id])}.values():
        cut = row.replaces_id in by_id and by_id[row.replaces_id].patient_id != row.patient_id
        replaces = next((each.id for each in own[row.id]), None) if cut else row.replaces_id
        status = DocumentStatus.SUPERSEDED if row.id in superseded else DocumentStatus.CURRENT
        if (replaces, status) != (row.replaces_id, row.status):
            changed = update(DocumentRow).where(DocumentRow.id == row.id)
            session.execute(
                changed.values(replaces_id=replaces, status=status, version=DocumentRow.version + 1)
            )
    for row in found:
        session.expire(row)


def _before(row: DocumentRow, by_id: Mapping[UUID, DocumentRow]) -> Iterator[DocumentRow]:
    """What `row` replaced, and what that had replaced."""
    seen, at = {row.id}, row.replaces_id
    while at is not None and at in by_id and at not in seen:
        yield by_id[at]
        seen.add(at)
        at = by_id[at].replaces_id
