"""Questions about the waitlist: who waits, in which order, and whom a place that became free could fit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, or_, select
from sqlalchemy.orm import Session

from meditrack_desktop.database.queries import patient_names
from meditrack_desktop.database.queries.scheduling import TAKING_TIME
from meditrack_desktop.database.tables.front_desk import WaitlistRow
from meditrack_desktop.database.tables.scheduling import AppointmentRow
from meditrack_desktop.database.tables.visit_types import VisitTypeDoctorRow, VisitTypeRow
from meditrack_desktop.domain.errors import ChangedMeanwhile, ErrorCode, NotFound
from meditrack_desktop.domain.front_desk import MOST_LISTED, Urgency, WaitlistEntry, WaitState
from meditrack_desktop.domain.scheduling import AppointmentStatus

MOST = MOST_LISTED

_entry = WaitlistRow.__table__.c
_type = VisitTypeRow.__table__.c
_visit = AppointmentRow.__table__.c
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


def waiting(session: Session, practitioner_id: UUID | None = None) -> list[WaitlistEntry]:
    """Who waits (for that doctor or for anybody), urgent ones first, then who has waited longest."""
    query = _records().where(_entry.state == WaitState.WAITING)
    if practitioner_id is not None:
        query = query.where(_of_doctor(practitioner_id))
    return [_record(row) for row in session.execute(query.order_by(*_ORDER).limit(MOST))]


def near(session: Session, practitioner_id: UUID, day: date, minutes: int) -> list[WaitlistEntry]:
    """Who may be booked and would take a place of that doctor on that day, so many minutes long, in the order of
    `waiting`. All of them: hours and weekdays are still to be looked at."""
    query = _records().where(
        _entry.state == WaitState.WAITING,
        *patient_names.LIVE,
        _of_doctor(practitioner_id),
        _entry.minutes <= minutes,
        or_(_entry.first_day.is_(None), _entry.first_day <= day),
        or_(_entry.last_day.is_(None), _entry.last_day >= day),
    )
    return [_record(row) for row in session.execute(query.order_by(*_ORDER))]


def _of_doctor(practitioner_id: UUID) -> ColumnElement[bool]:
    return or_(_entry.practitioner_id.is_(None), _entry.practitioner_id == practitioner_id)


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


def has_visit_then(
    session: Session, patient_ids: Sequence[UUID], begins: datetime, ends: datetime
) -> dict[UUID, list[tuple[UUID, datetime, datetime]]]:
    """By patient: (visit, start, end) of those that take any of [begins, ends)."""
    rows = session.execute(
        select(_visit.patient_id, _visit.id, _visit.starts_at, _visit.ends_at).where(
            _visit.patient_id.in_(patient_ids),
            _visit.starts_at < ends,
            _visit.ends_at > begins,
            _visit.status.in_(TAKING_TIME),
        )
    )
    found: dict[UUID, list[tuple[UUID, datetime, datetime]]] = {}
    for patient_id, visit_id, starts_at, ends_at in rows:
        found.setdefault(patient_id, []).append((visit_id, starts_at, ends_at))
    return found


def still_later(session: Session, appointment_ids: Sequence[UUID], than: datetime) -> set[UUID]:
    """Those of these visits that are booked and begin after the instant `than`."""
    query = select(_visit.id).where(
        _visit.id.in_(appointment_ids), _visit.status == AppointmentStatus.BOOKED, _visit.starts_at > than
    )
    return set(session.scalars(query))


def not_offered_by(session: Session, practitioner_id: UUID, visit_type_ids: Collection[UUID]) -> set[UUID]:
    """Those of these kinds of visits that only other doctors offer, or nobody any more."""
    offers = VisitTypeDoctorRow.__table__.c
    anybody = exists().where(offers.visit_type_id == _type.id)
    this_one = exists().where(offers.visit_type_id == _type.id, offers.practitioner_id == practitioner_id)
    query = select(_type.id).where(
        _type.id.in_(list(visit_type_ids)), or_(_type.active.is_(False), and_(anybody, ~this_one))
    )
    return set(session.scalars(query))


def offers_type(session: Session, visit_type_id: UUID) -> bool:
    """Whether there is such a kind of visit and it is in use."""
    query = select(VisitTypeRow.id).where(VisitTypeRow.id == visit_type_id, VisitTypeRow.active)
    return session.execute(query).first() is not None
