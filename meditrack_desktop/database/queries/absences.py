"""Questions about single absences; those of some days are `working_times`'."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from meditrack_desktop.database.tables.working_time import AbsenceRow
from meditrack_desktop.domain.errors import ChangedMeanwhile, ErrorCode, NotFound


def find(session: Session, absence_id: UUID) -> AbsenceRow | None:
    return session.scalars(select(AbsenceRow).where(AbsenceRow.id == absence_id)).first()


def row(session: Session, absence_id: UUID, version: int | None = None) -> AbsenceRow:
    """NotFound ABSENCE_NOT_FOUND; ChangedMeanwhile if `version` is given and not the newest."""
    found = find(session, absence_id)
    if found is None:
        raise NotFound(ErrorCode.ABSENCE_NOT_FOUND)
    if version is not None and found.version != version:
        raise ChangedMeanwhile()
    return found
