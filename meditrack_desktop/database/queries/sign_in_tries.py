"""Counting failures to sign in: a bucket for each person at each desk (D14), and one counter for unknown names."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from meditrack_desktop.database.queries.clinic import next_number
from meditrack_desktop.database.rows_written import rows_written
from meditrack_desktop.database.tables.accounts import SessionRow, SignInTryRow

UNKNOWN_NAMES = "unknown_sign_ins"


def bucket(session: Session, account_id: UUID, workstation: str) -> SignInTryRow | None:
    return session.get(SignInTryRow, (account_id, workstation))


def note_failure(session: Session, account_id: UUID, workstation: str, at: datetime) -> int:
    """Count one more failure in a row; returns how many there are. Two at once are both counted."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = insert(SignInTryRow).values(
        account_id=account_id, workstation=workstation, failures=1, last_at=at
    )
    counted = values.on_conflict_do_update(
        index_elements=[SignInTryRow.account_id, SignInTryRow.workstation],
        set_={"failures": SignInTryRow.failures + 1, "last_at": at},
    ).returning(SignInTryRow.failures)
    return session.execute(counted).scalar_one()


def note_unknown_name(session: Session) -> int:
    """Count one more try with a name nobody has; returns how many there were ever."""
    return next_number(session, UNKNOWN_NAMES)


def forget(session: Session, account_id: UUID, workstation: str | None = None) -> int:
    """Empty the person's bucket at one desk, or at all of them; returns how many buckets were emptied."""
    query = delete(SignInTryRow).where(SignInTryRow.account_id == account_id)
    if workstation is not None:
        query = query.where(SignInTryRow.workstation == workstation)
    return rows_written(session, query)


def strange_failures(session: Session, account_id: UUID, since: datetime) -> int:
    """Failures over all desks where the person opened no session after `since`."""
    at_home = (
        select(SessionRow.id)
        .where(
            SessionRow.account_id == account_id,
            SessionRow.workstation == SignInTryRow.workstation,
            SessionRow.started_at >= since,
        )
        .exists()
    )
    query = select(func.coalesce(func.sum(SignInTryRow.failures), 0)).where(
        SignInTryRow.account_id == account_id, ~at_home
    )
    return int(session.execute(query).scalar_one())


def closed_accounts(session: Session, least: int) -> frozenset[UUID]:
    """Accounts with a bucket of at least so many failures."""
    return frozenset(
        session.scalars(select(SignInTryRow.account_id).where(SignInTryRow.failures >= least).distinct())
    )


def is_at_home(session: Session, account_id: UUID, workstation: str, since: datetime) -> bool:
    """Whether the person opened a session at this desk after `since`."""
    query = select(SessionRow.id).where(
        SessionRow.account_id == account_id,
        SessionRow.workstation == workstation,
        SessionRow.started_at >= since,
    )
    return session.execute(query.limit(1)).first() is not None
