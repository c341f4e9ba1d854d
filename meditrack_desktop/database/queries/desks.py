"""Questions about workstations: who asked to join, who may reach the clinic, who may no more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from meditrack_desktop.database.tables.accounts import AccountRow, SessionRow
from meditrack_desktop.database.tables.clinic import WorkstationRow
from meditrack_desktop.domain.sessions import SessionEnd


def find(session: Session, workstation: str, *, hold: bool = False) -> WorkstationRow | None:
    """The row, if there is one; `hold` keeps others from changing it until the transaction ends."""
    query = select(WorkstationRow).where(WorkstationRow.id == workstation)
    return session.scalars(query.with_for_update() if hold else query).first()


def everyone(session: Session) -> Sequence[WorkstationRow]:
    return session.scalars(select(WorkstationRow).order_by(WorkstationRow.enrolled_at)).all()


def live(session: Session) -> Sequence[WorkstationRow]:
    """Desks that were approved and not revoked."""
    return session.scalars(
        select(WorkstationRow)
        .where(WorkstationRow.approved_at.is_not(None), WorkstationRow.revoked_at.is_(None))
        .order_by(WorkstationRow.id)
    ).all()


def names_of(session: Session, accounts: set[UUID]) -> dict[UUID, str]:
    rows = session.execute(select(AccountRow.id, AccountRow.name).where(AccountRow.id.in_(accounts)))
    return {row.id: row.name for row in rows}


def newest_revocation(session: Session) -> datetime | None:
    return session.scalar(select(func.max(WorkstationRow.revoked_at)))


def end_sessions_at(session: Session, workstation: str, by: UUID, at: datetime) -> int:
    """End every live session of a desk that is revoked; returns how many there were."""
    ended = session.execute(
        update(SessionRow)
        .where(SessionRow.workstation == workstation, SessionRow.ended_at.is_(None))
        .values(ended_at=at, ended_by=by, end_reason=SessionEnd.DESK_REVOKED)
        .returning(SessionRow.id)
    )
    return len(ended.all())
