"""Questions about series of visits: the rule, which visits belong to it, and what else its patient has."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from meditrack_desktop.database.queries import scheduling as visit_queries
from meditrack_desktop.database.queries.scheduling import LONGEST_VISIT, TAKING_TIME
from meditrack_desktop.database.tables.scheduling import AppointmentRow, SeriesRow
from meditrack_desktop.domain.errors import ErrorCode, NotFound
from meditrack_desktop.domain.scheduling import AppointmentStatus
from meditrack_desktop.domain.series import Series, SeriesRule


def id_of_visit(session: Session, appointment_id: UUID) -> UUID:
    """The id of the series that a visit belongs to. Raises what `of_visit` does."""
    query = select(AppointmentRow.series_id).where(AppointmentRow.id == appointment_id)
    belongs = session.execute(query).first()
    if belongs is None:
        raise NotFound(ErrorCode.APPOINTMENT_NOT_FOUND)
    if belongs.series_id is None:
        raise NotFound(ErrorCode.SERIES_NOT_FOUND)
    found: UUID = belongs.series_id
    return found


def of_visit(session: Session, appointment_id: UUID) -> Series:
    """The series that a visit belongs to. NotFound APPOINTMENT_NOT_FOUND; SERIES_NOT_FOUND if it is a single one."""
    rule = select(SeriesRow.id, SeriesRow.rule).where(SeriesRow.id == id_of_visit(session, appointment_id))
    series = session.execute(rule).first()
    if series is None:
        raise NotFound(ErrorCode.SERIES_NOT_FOUND)
    ids = session.scalars(
        select(AppointmentRow.id)
        .where(AppointmentRow.series_id == series.id)
        .order_by(AppointmentRow.series_start, AppointmentRow.id)
    )
    order = ids.all()
    found = {visit.id: visit for visit in visit_queries.of_ids(session, order)}
    # Of doctors who are not held, somebody may be taking a visit back between the two statements.
    visits = tuple(found[one] for one in order if one in found)
    return Series(series.id, SeriesRule.model_validate_json(series.rule), visits)


def rows_to_come(session: Session, series_id: UUID, now: datetime) -> list[AppointmentRow]:
    """Those of its visits that are booked and have not begun, in the order of the dates they were planned for."""
    query = select(AppointmentRow).where(
        AppointmentRow.series_id == series_id,
        AppointmentRow.status == AppointmentStatus.BOOKED,
        AppointmentRow.starts_at >= now,
    )
    order = AppointmentRow.series_start, AppointmentRow.id
    return list(session.scalars(query.order_by(*order).execution_options(populate_existing=True)))


def doctors_of(session: Session, series_id: UUID) -> set[UUID]:
    """Whose calendars its visits lie in."""
    query = select(AppointmentRow.practitioner_id).where(AppointmentRow.series_id == series_id)
    return set(session.scalars(query.distinct()))


def patient_is_busy(session: Session, patient_id: UUID, starts_at: datetime, ends_at: datetime) -> bool:
    """Whether the patient has another visit, with whomever, at any moment of [starts_at, ends_at)."""
    query = select(AppointmentRow.id).where(
        AppointmentRow.patient_id == patient_id,
        AppointmentRow.starts_at > starts_at - LONGEST_VISIT,
        AppointmentRow.starts_at < ends_at,
        AppointmentRow.ends_at > starts_at,
        AppointmentRow.status.in_(TAKING_TIME),
    )
    return session.execute(query.limit(1)).first() is not None
