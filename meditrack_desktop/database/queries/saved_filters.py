"""Questions about the filters that people keep for the list of patients."""

from __future__ import annotations

from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from meditrack_desktop.database.tables.around_patients import SavedFilterRow
from meditrack_desktop.domain.errors import ChangedMeanwhile, ErrorCode, NotFound
from meditrack_desktop.domain.saved_filters import MOST_FILTERS, PatientFilter, SavedFilter


def rows_of(session: Session, account_id: UUID) -> list[SavedFilterRow]:
    """One person's filters in their order."""
    query = select(SavedFilterRow).where(SavedFilterRow.created_by == account_id)
    ordered = query.order_by(SavedFilterRow.position, SavedFilterRow.created_at, SavedFilterRow.id)
    return list(session.scalars(ordered.limit(2 * MOST_FILTERS)))


def find(session: Session, account_id: UUID, filter_id: UUID) -> SavedFilterRow | None:
    """A filter of this person's own; nobody's else."""
    row = session.get(SavedFilterRow, filter_id)
    return row if row is not None and row.created_by == account_id else None


def row(session: Session, account_id: UUID, filter_id: UUID, version: int | None = None) -> SavedFilterRow:
    """As `find`. NotFound FILTER_NOT_FOUND; ChangedMeanwhile if `version` is not the newest."""
    found = find(session, account_id, filter_id)
    if found is None:
        raise NotFound(ErrorCode.FILTER_NOT_FOUND)
    if version is not None and found.version != version:
        raise ChangedMeanwhile()
    return found


def is_taken(session: Session, account_id: UUID, name: str, but: UUID) -> bool:
    """Whether another filter of this person has the name."""
    query = select(func.count()).where(
        SavedFilterRow.created_by == account_id, SavedFilterRow.name == name, SavedFilterRow.id != but
    )
    return bool(session.scalar(query))


def exists_for_others(session: Session, account_id: UUID, filter_id: UUID) -> bool:
    """Whether the id is that of somebody else's filter."""
    found = session.get(SavedFilterRow, filter_id)
    return found is not None and found.created_by != account_id


def record(row: SavedFilterRow) -> SavedFilter | None:
    """The record; None for a filter that a newer version of the program wrote and this one cannot read."""
    try:
        kept = PatientFilter.model_validate_json(row.command)
    except ValidationError:
        return None
    return SavedFilter(row.id, row.version, row.name, kept, row.position)
