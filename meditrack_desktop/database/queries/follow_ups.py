"""Questions about follow-ups: who should be seen again, and when."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, or_, select
from sqlalchemy.orm import Session

from meditrack_desktop.database.queries import patient_names
from meditrack_desktop.database.tables.front_desk import FollowUpRow
from meditrack_desktop.database.tables.scheduling import AppointmentRow
from meditrack_desktop.database.tables.visit_types import VisitTypeRow
from meditrack_desktop.domain.errors import ChangedMeanwhile, ErrorCode, NotFound
from meditrack_desktop.domain.front_desk import MOST_LISTED, FollowUp, FollowUpState
from meditrack_desktop.domain.scheduling import AppointmentStatus

_due = FollowUpRow.__table__.c
_type = VisitTypeRow.__table__.c
_visit = AppointmentRow.__table__.c
_GIVEN_UP = tuple(status for status in AppointmentStatus if not status.takes_time)


def _records() -> Select[*tuple[Any, ...]]:
    return select(
        *FollowUpRow.__table__.columns,
        _type.name.label("type_name"),
        _visit.status.label("visit_status"),
        *patient_names.COLUMNS,
    ).select_from(
        patient_names.beside(FollowUpRow.__table__, _due.patient_id)
        .outerjoin(VisitTypeRow.__table__, _type.id == _due.visit_type_id)
        .outerjoin(AppointmentRow.__table__, _visit.id == _due.appointment_id)
    )


def _record(row: Row[*tuple[Any, ...]]) -> FollowUp:
    """A follow-up whose visit was given up is due again: nobody has to remember to say so."""
    patient = patient_names.names_of(*row[-5:])
    lost = row.state is FollowUpState.BOOKED and (row.visit_status is None or row.visit_status in _GIVEN_UP)
    return FollowUp(
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
        due_on=row.due_on,
        reason=row.reason,
        state=FollowUpState.DUE if lost else row.state,
        appointment_id=None if lost else row.appointment_id,
    )


def find(session: Session, follow_up_id: UUID) -> FollowUp | None:
    found = session.execute(_records().where(_due.id == follow_up_id)).first()
    return _record(found) if found else None


def record(session: Session, follow_up_id: UUID) -> FollowUp:
    """NotFound FOLLOW_UP_NOT_FOUND."""
    found = find(session, follow_up_id)
    if found is None:
        raise NotFound(ErrorCode.FOLLOW_UP_NOT_FOUND)
    return found


def due(
    session: Session, first: date | None, last: date | None, practitioner_id: UUID | None
) -> list[FollowUp]:
    """Who is due from `first` to `last` (both counted), the earliest first; patients who may be called."""
    open_again = or_(_visit.id.is_(None), _visit.status.in_(_GIVEN_UP))
    query = _records().where(
        or_(_due.state == FollowUpState.DUE, and_(_due.state == FollowUpState.BOOKED, open_again)),
        *patient_names.LIVE,
    )
    if first is not None:
        query = query.where(_due.due_on >= first)
    if last is not None:
        query = query.where(_due.due_on <= last)
    if practitioner_id is not None:
        query = query.where(_due.practitioner_id == practitioner_id)
    return [_record(row) for row in session.execute(query.order_by(_due.due_on, _due.id).limit(MOST_LISTED))]


def of_patient(session: Session, patient_id: UUID) -> tuple[FollowUp, ...]:
    """Every follow-up of a patient, also those that are over."""
    query = _records().where(_due.patient_id == patient_id).order_by(_due.due_on, _due.id)
    return tuple(_record(row) for row in session.execute(query))


def row(session: Session, follow_up_id: UUID, version: int) -> FollowUpRow:
    """The row to change, held. NotFound FOLLOW_UP_NOT_FOUND; ChangedMeanwhile."""
    found = session.scalars(
        select(FollowUpRow).where(FollowUpRow.id == follow_up_id).with_for_update()
    ).first()
    if found is None:
        raise NotFound(ErrorCode.FOLLOW_UP_NOT_FOUND)
    if found.version != version:
        raise ChangedMeanwhile()
    return found
