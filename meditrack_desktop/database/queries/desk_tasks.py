"""Questions about the front desk's tasks."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.orm import Session

from meditrack_desktop.database.queries import patient_names
from meditrack_desktop.database.tables.front_desk import DeskTaskRow
from meditrack_desktop.domain.errors import ChangedMeanwhile, ErrorCode, NotFound
from meditrack_desktop.domain.front_desk import DeskTask

MOST = 500

_task = DeskTaskRow.__table__.c


def _records() -> Select[*tuple[Any, ...]]:
    return select(*DeskTaskRow.__table__.columns, *patient_names.COLUMNS).select_from(
        patient_names.beside(DeskTaskRow.__table__, _task.patient_id, every=True)
    )


def _record(row: Row[*tuple[Any, ...]]) -> DeskTask:
    patient = patient_names.names_of(*row[-5:])
    return DeskTask(
        id=row.id,
        version=row.version,
        text=row.text,
        due_at=row.due_at,
        patient_id=row.patient_id,
        patient_name=patient.name if row.patient_id else "",
        patient_birth_date=patient.birth_date,
        patient_mrn=patient.mrn,
        done_at=row.done_at,
        created_at=row.created_at,
    )


def find(session: Session, task_id: UUID) -> DeskTask | None:
    found = session.execute(_records().where(_task.id == task_id)).first()
    return _record(found) if found else None


def record(session: Session, task_id: UUID) -> DeskTask:
    """NotFound DESK_TASK_NOT_FOUND."""
    found = find(session, task_id)
    if found is None:
        raise NotFound(ErrorCode.DESK_TASK_NOT_FOUND)
    return found


def open_or_done_since(session: Session, since: datetime | None) -> list[DeskTask]:
    """What is to do, by when it is due (what has no time last), then what was done since then, the newest last."""
    query = _records()
    to_do = _task.done_at.is_(None)
    query = query.where(to_do if since is None else or_(to_do, _task.done_at >= since)).order_by(
        _task.done_at.is_not(None),
        _task.done_at,
        _task.due_at.is_(None),
        _task.due_at,
        _task.created_at,
        _task.id,
    )
    return [_record(row) for row in session.execute(query.limit(MOST))]


def overdue(session: Session, wall_now: datetime) -> int:
    """How many open tasks were due before `wall_now`, the clinic's clock."""
    query = select(func.count()).select_from(DeskTaskRow)
    return session.scalar(query.where(DeskTaskRow.done_at.is_(None), DeskTaskRow.due_at < wall_now)) or 0


def of_patient(session: Session, patient_id: UUID) -> tuple[DeskTask, ...]:
    """Every task about a patient, also those that are done."""
    query = _records().where(_task.patient_id == patient_id).order_by(_task.created_at, _task.id)
    return tuple(_record(row) for row in session.execute(query))


def row(session: Session, task_id: UUID, version: int) -> DeskTaskRow:
    """The row to change, held. NotFound DESK_TASK_NOT_FOUND; ChangedMeanwhile."""
    found = session.scalars(select(DeskTaskRow).where(DeskTaskRow.id == task_id).with_for_update()).first()
    if found is None:
        raise NotFound(ErrorCode.DESK_TASK_NOT_FOUND)
    if found.version != version:
        raise ChangedMeanwhile()
    return found
