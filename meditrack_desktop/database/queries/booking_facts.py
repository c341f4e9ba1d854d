"""Questions that a doctor's booking rules ask: what is booked that day, and whether somebody was ever here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from meditrack_desktop.database.queries.scheduling import TAKING_TIME
from meditrack_desktop.database.tables.scheduling import AppointmentRow
from meditrack_desktop.database.tables.working_time import BookingRuleRow
from meditrack_desktop.domain.booking_rules import BookedVisit, BookingRule

_visit = AppointmentRow.__table__.c
_WIDEST = timedelta(days=1)
"""A wall clock is never further from UTC."""


_RULES = (
    select(BookingRuleRow)
    .where(BookingRuleRow.practitioner_id.in_(bindparam("doctors", expanding=True)))
    .order_by(BookingRuleRow.practitioner_id, BookingRuleRow.id)
)


def rules_of(session: Session, practitioner_ids: Sequence[UUID]) -> dict[UUID, tuple[BookingRule, ...]]:
    """By doctor, for those who have any."""
    rows = session.scalars(_RULES, {"doctors": list(practitioner_ids)})
    found: dict[UUID, tuple[BookingRule, ...]] = {}
    for row in rows:
        weekdays = tuple(int(digit) for digit in row.weekdays)
        rule = BookingRule(
            row.id, row.practitioner_id, row.kind, row.most, row.visit_type_id, row.after, weekdays
        )
        found[row.practitioner_id] = (*found.get(row.practitioner_id, ()), rule)
    return found


def booked_between(
    session: Session, practitioner_ids: Sequence[UUID], first: date, last: date, but: UUID | None = None
) -> dict[tuple[UUID, date], list[BookedVisit]]:
    """By doctor and day of the clinic's calendar: the visits that take time, without `but`."""
    begins, ends = datetime.combine(first, time(0)), datetime.combine(last, time(0)) + timedelta(days=1)
    query = select(_visit.practitioner_id, _visit.wall_start, _visit.visit_type_id).where(
        _visit.practitioner_id.in_(practitioner_ids),
        # The instants are what the index knows; the wall clock is what decides.
        _visit.starts_at >= _utc(begins - _WIDEST),
        _visit.starts_at < _utc(ends + _WIDEST),
        _visit.wall_start >= begins,
        _visit.wall_start < ends,
        _visit.status.in_(TAKING_TIME),
    )
    if but is not None:
        query = query.where(_visit.id != but)
    found: dict[tuple[UUID, date], list[BookedVisit]] = {}
    for practitioner_id, wall_start, visit_type_id in session.execute(query):
        key = practitioner_id, wall_start.date()
        found.setdefault(key, []).append(BookedVisit(wall_start, visit_type_id))
    return found


def was_here(session: Session, patient_id: UUID, now: datetime) -> bool:
    """Whether a visit of theirs that took time lies in the past."""
    query = select(_visit.id).where(
        _visit.patient_id == patient_id, _visit.starts_at < now, _visit.status.in_(TAKING_TIME)
    )
    return session.execute(query.limit(1)).first() is not None


def _utc(wall: datetime) -> datetime:
    return wall.replace(tzinfo=UTC)
