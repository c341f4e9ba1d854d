"""Questions about clinical notes. A draft is shown to its author only."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from meditrack_desktop.database.tables.accounts import AccountRow
from meditrack_desktop.database.tables.chart import NoteRow
from meditrack_desktop.database.tables.scheduling import AppointmentRow
from meditrack_desktop.domain.notes import Note, NoteStatus


def signed(session: Session, patient_id: UUID, most: int | None) -> tuple[tuple[Note, ...], int]:
    """The newest `most` signed notes, and how many there are in all; `most` None means every one."""
    of_it = (NoteRow.patient_id == patient_id, NoteRow.signed_at.is_not(None))
    query = _records().where(*of_it).order_by(NoteRow.signed_at.desc(), NoteRow.id.desc())
    found = [_record(row) for row in session.execute(query if most is None else query.limit(most))]
    counted = len(found)
    if most is not None and counted == most:
        counted = session.execute(select(func.count()).select_from(NoteRow).where(*of_it)).scalar_one()
    return tuple(found), counted


def drafts(session: Session, author: UUID, patient_id: UUID | None = None) -> tuple[Note, ...]:
    """An author's unfinished notes, of one patient or of all, the last changed first."""
    query = _records().where(NoteRow.created_by == author, NoteRow.signed_at.is_(None))
    if patient_id is not None:
        query = query.where(NoteRow.patient_id == patient_id)
    rows = session.execute(query.order_by(NoteRow.changed_at.desc(), NoteRow.id.desc()))
    return tuple(_record(row) for row in rows)


def held(session: Session, note_id: UUID) -> NoteRow | None:
    """The row to change, whoever's it is."""
    query = select(NoteRow).where(NoteRow.id == note_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).first()


def find(session: Session, note_id: UUID) -> NoteRow | None:
    return session.scalars(select(NoteRow).where(NoteRow.id == note_id)).first()


def is_visit_of(session: Session, appointment_id: UUID, patient_id: UUID) -> bool:
    """Whether the visit is this patient's."""
    query = select(AppointmentRow.patient_id).where(AppointmentRow.id == appointment_id)
    return session.scalars(query).first() == patient_id


def stands_amended(session: Session, note_id: UUID, but: UUID) -> bool:
    """Whether a signed note other than `but`, which is not itself wrong, amends this one."""
    query = select(NoteRow.id).where(
        NoteRow.amends == note_id,
        NoteRow.id != but,
        NoteRow.signed_at.is_not(None),
        NoteRow.status != NoteStatus.ENTERED_IN_ERROR,
    )
    return session.scalars(query.limit(1)).first() is not None


def record_of(session: Session, row: NoteRow) -> Note:
    name = session.scalars(select(AccountRow.name).where(AccountRow.id == row.created_by)).first()
    return _of(row, name)


def _records() -> Select[*tuple[Any, ...]]:
    return select(NoteRow, AccountRow.name).outerjoin(AccountRow, AccountRow.id == NoteRow.created_by)


def _record(found: Row[*tuple[Any, ...]]) -> Note:
    return _of(*found)


def _of(row: NoteRow, name: str | None) -> Note:
    return Note(
        id=row.id,
        version=row.version,
        patient_id=row.patient_id,
        appointment_id=row.appointment_id,
        author_id=row.created_by,
        author_name=name or "",
        title=row.title,
        body=row.body,
        status=row.status,
        started_at=row.created_at,
        changed_at=row.changed_at,
        signed_at=row.signed_at,
        amends=row.amends,
        error_reason=row.error_reason,
    )
