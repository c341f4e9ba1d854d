"""Questions about visits whose day is over and of which nobody said what became of them."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from meditrack_desktop.database.tables.patients import PatientRow
from meditrack_desktop.database.tables.scheduling import AppointmentRow
from meditrack_desktop.domain.scheduling import CHANGEABLE

MOST = 500

_visit = AppointmentRow.__table__.c
_NOT_ERASED = ~exists().where(PatientRow.id == _visit.patient_id, PatientRow.purged_at.is_not(None))
"""Nobody can say any more what became of a visit of somebody who was erased."""


def count_before(session: Session, before: datetime, zone: ZoneInfo) -> tuple[int, date | None]:
    """How many visits that began before the instant `before` are still open, and the day of the newest of them, by
    the clock of `zone`."""
    found = session.execute(
        select(func.count(), func.max(_visit.starts_at)).where(
            _visit.status.in_(sorted(CHANGEABLE)), _visit.starts_at < before, _NOT_ERASED
        )
    ).one()
    return found[0], found[1].astimezone(zone).date() if found[1] is not None else None


def ids_between(session: Session, begins: datetime | None, ends: datetime, over_by: datetime) -> list[UUID]:
    """Open visits that began in [begins, ends) (None: whenever before) and were over at `over_by`, oldest first."""
    query = select(_visit.id).where(
        _visit.status.in_(sorted(CHANGEABLE)), _visit.starts_at < ends, _visit.ends_at <= over_by, _NOT_ERASED
    )
    if begins is not None:
        query = query.where(_visit.starts_at >= begins)
    return list(session.scalars(query.order_by(_visit.starts_at, _visit.id).limit(MOST)))
