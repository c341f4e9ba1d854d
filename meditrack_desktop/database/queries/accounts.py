"""Questions about people, their roles, their sessions and the throttle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session, selectinload

from meditrack_desktop.database.tables.accounts import (
    AccountRoleRow,
    AccountRow,
    RolePermissionRow,
    SessionRow,
    SignInTryRow,
)
from meditrack_desktop.domain.accounts import Account
from meditrack_desktop.domain.errors import ChangedMeanwhile, ErrorCode, NotFound
from meditrack_desktop.domain.permissions import Permission, Role


@dataclass(frozen=True, slots=True)
class Standing:
    """What an actor's session is worth at this very statement."""

    expires_at: datetime
    ended_at: datetime | None
    active: bool
    permitted: bool


def standing(session: Session, session_id: UUID, permission: Permission) -> Standing | None:
    permitted = exists().where(
        AccountRoleRow.account_id == AccountRow.id,
        RolePermissionRow.role == AccountRoleRow.role,
        RolePermissionRow.permission == permission,
    )
    row = session.execute(
        select(SessionRow.expires_at, SessionRow.ended_at, AccountRow.active, permitted.label("permitted"))
        .join(AccountRow, AccountRow.id == SessionRow.account_id)
        .where(SessionRow.id == session_id)
    ).first()
    return Standing(row.expires_at, row.ended_at, row.active, row.permitted) if row else None


def by_username(session: Session, username: str) -> AccountRow | None:
    return session.scalars(
        select(AccountRow).where(AccountRow.username == username).options(selectinload(AccountRow.roles))
    ).first()


def account(session: Session, account_id: UUID, version: int | None = None) -> AccountRow:
    """The account. NotFound; ChangedMeanwhile if `version` is given and not the newest."""
    row = session.scalars(
        select(AccountRow).where(AccountRow.id == account_id).options(selectinload(AccountRow.roles))
    ).first()
    if row is None:
        raise NotFound(ErrorCode.ACCOUNT_NOT_FOUND)
    if version is not None and row.version != version:
        raise ChangedMeanwhile()
    return row


def find(session: Session, account_id: UUID) -> AccountRow | None:
    return session.scalars(
        select(AccountRow).where(AccountRow.id == account_id).options(selectinload(AccountRow.roles))
    ).first()


def everybody(session: Session) -> tuple[Account, ...]:
    rows = session.scalars(
        select(AccountRow).order_by(AccountRow.name).options(selectinload(AccountRow.roles))
    )
    return tuple(record(row) for row in rows)


def active_admins(session: Session) -> int:
    """How many active people hold the admin role; their rows are held until the transaction ends.

    Counted by a second statement: the one that waited for a row still sees the roles of before the wait.
    """
    admins = (
        select(AccountRow.id)
        .join(AccountRoleRow, AccountRoleRow.account_id == AccountRow.id)
        .where(AccountRoleRow.role == Role.ADMIN, AccountRow.active)
        .order_by(AccountRow.id)
    )
    session.execute(admins.with_for_update(of=AccountRow)).all()
    return len(session.execute(admins).all())


def permissions_of(session: Session, account_id: UUID) -> frozenset[Permission]:
    rows = session.scalars(
        select(RolePermissionRow.permission)
        .join(AccountRoleRow, AccountRoleRow.role == RolePermissionRow.role)
        .where(AccountRoleRow.account_id == account_id)
    )
    return frozenset(rows)


def add_grid(session: Session, grid: Mapping[Role, Iterable[Permission]]) -> None:
    for role, permissions in grid.items():
        session.add_all(RolePermissionRow(role=role, permission=permission) for permission in permissions)


def set_roles(row: AccountRow, roles: Iterable[Role]) -> None:
    wanted = set(roles)
    row.roles = [kept for kept in row.roles if kept.role in wanted] + [
        AccountRoleRow(role=role) for role in sorted(wanted - {kept.role for kept in row.roles})
    ]


def tries(session: Session, account_id: UUID, workstation: str) -> SignInTryRow | None:
    return session.get(SignInTryRow, (account_id, workstation))


def note_failure(session: Session, account_id: UUID, workstation: str, at: datetime) -> int:
    """Count one more failure in a row; returns how many there are."""
    row = session.get(SignInTryRow, (account_id, workstation), with_for_update=True)
    if row is None:
        row = SignInTryRow(account_id=account_id, workstation=workstation, failures=0, last_at=at)
        session.add(row)
    row.failures += 1
    row.last_at = at
    return row.failures


def forget_failures(session: Session, account_id: UUID, workstation: str) -> None:
    session.execute(
        delete(SignInTryRow).where(
            SignInTryRow.account_id == account_id, SignInTryRow.workstation == workstation
        )
    )


def end_session(session: Session, session_id: UUID, at: datetime) -> None:
    session.execute(
        update(SessionRow)
        .where(SessionRow.id == session_id, SessionRow.ended_at.is_(None))
        .values(ended_at=at)
    )


def end_sessions_of(session: Session, account_id: UUID, at: datetime, keep: UUID | None = None) -> None:
    query = update(SessionRow).where(SessionRow.account_id == account_id, SessionRow.ended_at.is_(None))
    if keep is not None:
        query = query.where(SessionRow.id != keep)
    session.execute(query.values(ended_at=at))


def record(row: AccountRow) -> Account:
    return Account(
        id=row.id,
        username=row.username,
        name=row.name,
        roles=frozenset(role.role for role in row.roles),
        active=row.active,
        version=row.version,
        created_at=row.created_at,
        practitioner_id=row.practitioner_id,
    )
