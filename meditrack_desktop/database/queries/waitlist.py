"""Questions about the waitlist: who waits, in which order, and whom a place that became free could fit."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, case, select
from sqlalchemy.orm import Session

from meditrack_desktop.database.queries import patient_names
from meditrack_desktop.database.tables.front_desk import WaitlistRow
from meditrack_desktop.database.tables.visit_types import VisitTypeRow
from meditrack_desktop.domain.errors import ChangedMeanwhile, ErrorCode, NotFound
from meditrack_desktop.domain.front_desk import Urgency, WaitlistEntry, WaitState

MOST = 500

_entry = WaitlistRow.__table__.c
_type = VisitTypeRow.__table__.c
_ORDER = (
    case({Urgency.URGENT.value: 0, Urgency.SOON.value: 1}, value=_entry.urgency, else_=2),
    _entry.created_at,
    _entry.id,
)


def _records() -> Select[*tuple[Any, ...]]:
    return select(
        *WaitlistRow.__table__.columns, _type.name.label("type_name"), *patient_names.COLUMNS
    ).select_from(
        patient_names.beside(WaitlistRow.__table__, _entry.patient_id).outerjoin(
            VisitTypeRow.__table__, _type.id == _entry.visit_type_id
        )
    )


def _record(row: Row[*tuple[Any, ...]]) -> WaitlistEntry:
    patient = patient_names.names_of(*row[-5:])
    return WaitlistEntry(
        id=row.id,
        version=row.version,
        patient_id=row.patient_id,
        patient_name=patient.name,
        patient_birth_date=patient.birth_date,
        patient_mrn=patient.mrn,
        patient_phone=patient.phone,
        practitioner_id=row.practitioner_id,
        visit_type_id=row.visit_type_id,
        visit_type=row.type_name or "",
        minutes=row.minutes,
        urgency=row.urgency,
        first_day=row.first_day,
        last_day=row.last_day,
        weekdays=tuple(int(digit) for digit in row.weekdays),
        from_time=row.from_time,
        until_time=row.until_time,
        note=row.note,
        state=row.state,
        appointment_id=row.appointment_id,
        created_at=row.created_at,
    )


def find(session: Session, entry_id: UUID) -> WaitlistEntry | None:
    found = session.execute(_records().where(_entry.id == entry_id)).first()
    return _record(found) if found else None


def record(session: Session, entry_id: UUID) -> WaitlistEntry:
    """NotFound WAITLIST_NOT_FOUND."""
    found = find(session, entry_id)
    if found is None:
        raise NotFound(ErrorCode.WAITLIST_NOT_FOUND)
    return found


def waiting(session: Session, *, live: bool = False, longest: int | None = None) -> list[WaitlistEntry]:
    """Who waits, urgent ones first, then who has waited longest; `live`: only who may be booked, `longest`: only
    who would fit into so many minutes."""
    query = _records().where(_entry.state == WaitState.WAITING)
    if live:
        query = query.where(*patient_names.LIVE)
    if longest is not None:
        query = query.where(_entry.minutes <= longest)
    return [_record(row) for row in session.execute(query.order_by(*_ORDER).limit(MOST))]


def of_patient(session: Session, patient_id: UUID) -> tuple[WaitlistEntry, ...]:
    """Every wait of a patient, the oldest first, also those that are over."""
    query = _records().where(_entry.patient_id == patient_id).order_by(_entry.created_at, _entry.id)
    return tuple(_record(row) for row in session.execute(query))


def row(session: Session, entry_id: UUID, version: int) -> WaitlistRow:
    """The row to change, held. NotFound WAITLIST_NOT_FOUND; ChangedMeanwhile."""
    found = session.scalars(select(WaitlistRow).where(WaitlistRow.id == entry_id).with_for_update()).first()
    if found is None:
        raise NotFound(ErrorCode.WAITLIST_NOT_FOUND)
    if found.version != version:
        raise ChangedMeanwhile()
    return found
