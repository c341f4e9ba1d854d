"""Questions that calendar files ask: how often a visit was changed, and what was imported before."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from meditrack_desktop.database.tables.scheduling import AppointmentRow
from meditrack_desktop.database.tables.working_time import AbsenceRow, ClosureRow

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


def _portions(values: Sequence[_T]) -> Iterator[Sequence[_T]]:
    return (values[start : start + _PORTION] for start in range(0, len(values), _PORTION))
