"""Questions that calendar files ask: how often a visit was changed, and what was imported before."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from meditrack_desktop.database.tables.scheduling import AppointmentRow
from meditrack_desktop.database.tables.working_time import AbsenceRow, ClosureRow
from meditrack_desktop.domain.scheduling import AppointmentStatus

_PORTION = 500
_T = TypeVar("_T")


def sequences(session: Session, appointment_ids: Collection[UUID]) -> dict[UUID, int]:
    """SEQUENCE (RFC 5545) of each of these visits."""
    found: dict[UUID, int] = {}
    for some in _portions(sorted(appointment_ids)):
        query = select(AppointmentRow.id, AppointmentRow.ics_sequence).where(AppointmentRow.id.in_(some))
        found.update((row.id, row.ics_sequence) for row in session.execute(query))
    return found


def imported(session: Session, practitioner_id: UUID, keys: Collection[str]) -> dict[str, AbsenceRow]:
    """The doctor's absences that came from other calendars under these names."""
    found: dict[str, AbsenceRow] = {}
    for some in _portions(sorted(keys)):
        query = select(AbsenceRow).where(
            AbsenceRow.practitioner_id == practitioner_id, AbsenceRow.foreign_id.in_(some)
        )
        found.update((row.foreign_id or "", row) for row in session.scalars(query))
    return found


def closed(session: Session, first: date, last: date) -> dict[date, ClosureRow]:
    """What is closed or shortened already, by day."""
    query = select(ClosureRow).where(ClosureRow.day.between(first, last))
    return {row.day: row for row in session.scalars(query)}


def count_booked(
    session: Session, practitioner_id: UUID, stretches: Sequence[tuple[datetime, datetime]]
) -> int:
    """How many visits that are still to come about touch any of these stretches (UTC)."""
    if not stretches:
        return 0
    query = select(AppointmentRow.starts_at, AppointmentRow.ends_at).where(
        AppointmentRow.practitioner_id == practitioner_id,
        AppointmentRow.status == AppointmentStatus.BOOKED,
        AppointmentRow.ends_at > min(begins for begins, _ in stretches),
        AppointmentRow.starts_at < max(ends for _, ends in stretches),
    )
    ordered = sorted(stretches)
    return sum(
        any(begins < row.ends_at and row.starts_at < ends for begins, ends in ordered)
        for row in session.execute(query)
    )


def _portions(values: Sequence[_T]) -> Iterator[Sequence[_T]]:
    return (values[start : start + _PORTION] for start in range(0, len(values), _PORTION))
