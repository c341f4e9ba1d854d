"""Questions about one-time codes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from meditrack_desktop.database.rows_written import rows_written
from meditrack_desktop.database.tables.accounts import AccountRow, ResetCodeRow
from meditrack_desktop.domain.reset_codes import TRIES
from meditrack_desktop.domain.sessions import ResetKind


def usable(session: Session, account_id: UUID, workstation: str, now: datetime) -> list[ResetCodeRow]:
    """Codes of the account that still open at this desk: unused, in time, tried less than five times."""
    query = select(ResetCodeRow).where(
        ResetCodeRow.account_id == account_id,
        ResetCodeRow.used_at.is_(None),
        ResetCodeRow.expires_at > now,
        ResetCodeRow.tries < TRIES,
        ResetCodeRow.workstation.is_(None) | (ResetCodeRow.workstation == workstation),
    )
    return list(session.scalars(query))


def withdraw(session: Session, account_id: UUID, at: datetime, kind: ResetKind | None = None) -> None:
    """Let no code of the account open any more, or none of one kind."""
    query = update(ResetCodeRow).where(ResetCodeRow.account_id == account_id, ResetCodeRow.used_at.is_(None))
    if kind is not None:
        query = query.where(ResetCodeRow.kind == kind)
    session.execute(query.values(used_at=at))


def withdraw_all(session: Session, at: datetime) -> None:
    """Let no code of anybody open any more."""
    session.execute(update(ResetCodeRow).where(ResetCodeRow.used_at.is_(None)).values(used_at=at))


def take(session: Session, code_id: UUID, at: datetime) -> bool:
    """Use a code up; whether it was still unused: of two at once, one."""
    taken = (
        update(ResetCodeRow)
        .where(ResetCodeRow.id == code_id, ResetCodeRow.used_at.is_(None), ResetCodeRow.tries < TRIES)
        .values(used_at=at)
    )
    return bool(rows_written(session, taken))


def note_wrong(session: Session, account_id: UUID, workstation: str, now: datetime) -> None:
    """A wrong code was typed: each code that might have been meant has one try less."""
    session.execute(
        update(ResetCodeRow)
        .where(
            ResetCodeRow.account_id == account_id,
            ResetCodeRow.used_at.is_(None),
            ResetCodeRow.expires_at > now,
            ResetCodeRow.workstation.is_(None) | (ResetCodeRow.workstation == workstation),
        )
        .values(tries=ResetCodeRow.tries + 1)
    )


def issued_since(session: Session, account_id: UUID, kind: ResetKind, since: datetime) -> list[datetime]:
    """When codes of this kind were issued after `since`, newest first."""
    query = (
        select(ResetCodeRow.issued_at)
        .where(
            ResetCodeRow.account_id == account_id,
            ResetCodeRow.kind == kind,
            ResetCodeRow.issued_at > since,
        )
        .order_by(ResetCodeRow.issued_at.desc())
    )
    return list(session.scalars(query))


def usernames_without_use(session: Session, now: datetime) -> list[str]:
    """People for whom codes were issued of which none opens any more."""
    live = select(ResetCodeRow.account_id).where(
        ResetCodeRow.used_at.is_(None), ResetCodeRow.expires_at > now, ResetCodeRow.tries < TRIES
    )
    issued = select(ResetCodeRow.account_id)
    query = select(AccountRow.username).where(AccountRow.id.in_(issued), AccountRow.id.not_in(live))
    return list(session.scalars(query))
