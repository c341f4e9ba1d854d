"""Questions about people who sign in, their roles and what the roles may do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session, selectinload

from meditrack_desktop.database.queries import sign_in_tries
from meditrack_desktop.database.rows_written import rows_written
from meditrack_desktop.database.tables.accounts import (
    AccountRoleRow,
    AccountRow,
    RolePermissionRow,
    SessionRow,
)
from meditrack_desktop.database.types import UtcDateTime
from meditrack_desktop.domain.accounts import Account, AccountStatus, Actor
from meditrack_desktop.domain.errors import ChangedMeanwhile, ErrorCode, NotFound
from meditrack_desktop.domain.permissions import Permission, Role
from meditrack_desktop.domain.sessions import CLOSED_AFTER


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


def everybody(session: Session, now: datetime) -> tuple[Account, ...]:
    """Every account by name, with how it stands at `now`."""
    rows = session.scalars(
        select(AccountRow).order_by(AccountRow.name, AccountRow.id).options(selectinload(AccountRow.roles))
    )
    seen = _last_seen(session)
    here = frozenset(
        session.scalars(
            select(SessionRow.account_id)
            .where(SessionRow.ended_at.is_(None), SessionRow.expires_at > now)
            .distinct()
        )
    )
    closed = sign_in_tries.closed_accounts(session, CLOSED_AFTER)
    return tuple(
        record(
            row,
            last_seen_at=seen.get(row.id),
            status=_status(row, seen.get(row.id), locked=row.id in closed, signed_in=row.id in here),
        )
        for row in rows
    )


def standing_now(session: Session, row: AccountRow, now: datetime) -> Account:
    """The account's record with how it stands at `now`."""
    seen = _last_seen(session, row.id).get(row.id)
    here = session.scalars(
        select(SessionRow.id)
        .where(SessionRow.account_id == row.id, SessionRow.ended_at.is_(None), SessionRow.expires_at > now)
        .limit(1)
    ).first()
    locked = row.id in sign_in_tries.closed_accounts(session, CLOSED_AFTER)
    return record(
        row, last_seen_at=seen, status=_status(row, seen, locked=locked, signed_in=here is not None)
    )


def _last_seen(session: Session, account_id: UUID | None = None) -> dict[UUID, datetime]:
    query = select(
        SessionRow.account_id,
        func.max(func.coalesce(SessionRow.last_seen_at, SessionRow.started_at), type_=UtcDateTime()),
    ).group_by(SessionRow.account_id)
    if account_id is not None:
        query = query.where(SessionRow.account_id == account_id)
    return {row[0]: row[1] for row in session.execute(query)}


def _status(row: AccountRow, seen: datetime | None, *, locked: bool, signed_in: bool) -> AccountStatus:
    if not row.active:
        return AccountStatus.INACTIVE
    if locked:
        return AccountStatus.LOCKED
    if signed_in:
        return AccountStatus.SIGNED_IN
    if row.must_change_password or seen is None:
        return AccountStatus.INVITED
    return AccountStatus.ACTIVE


def inactive_usernames(session: Session) -> list[str]:
    """People who may not sign in any more."""
    return list(session.scalars(select(AccountRow.username).where(AccountRow.active.is_(False))))


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


def other_administrators(session: Session, account_id: UUID) -> frozenset[UUID]:
    """Active people beside this one who hold the admin role."""
    query = (
        select(AccountRow.id)
        .join(AccountRoleRow, AccountRoleRow.account_id == AccountRow.id)
        .where(AccountRoleRow.role == Role.ADMIN, AccountRow.active, AccountRow.id != account_id)
    )
    return frozenset(session.scalars(query))


def permissions_of(session: Session, account_id: UUID) -> frozenset[Permission]:
    rows = session.scalars(
        select(RolePermissionRow.permission)
        .join(AccountRoleRow, AccountRoleRow.role == RolePermissionRow.role)
        .where(AccountRoleRow.account_id == account_id)
    )
    return frozenset(rows)


def actor(session: Session, row: AccountRow, session_id: UUID, workstation: str) -> Actor:
    """What the account may do now, as every service method takes it first."""
    return Actor(
        account_id=row.id,
        session_id=session_id,
        workstation=workstation,
        username=row.username,
        name=row.name,
        roles=frozenset(role.role for role in row.roles),
        permissions=permissions_of(session, row.id),
        practitioner_id=row.practitioner_id,
    )


def is_unchanged(session: Session, row: AccountRow) -> bool:
    """Whether the account is active with the same password as when `row` was read; nobody changes it meanwhile."""
    query = select(AccountRow.id).where(
        AccountRow.id == row.id, AccountRow.active, AccountRow.password_hash == row.password_hash
    )
    return session.execute(query.with_for_update(read=True)).first() is not None


def take_totp_step(session: Session, account_id: UUID, step: int) -> bool:
    """Use up the digits of a time step; whether they were still unused, at any desk."""
    taken = (
        update(AccountRow)
        .where(AccountRow.id == account_id, AccountRow.totp_step < step)
        .values(totp_step=step)
    )
    return bool(rows_written(session, taken))


def add_grid(session: Session, grid: Mapping[Role, Iterable[Permission]]) -> None:
    for role, permissions in grid.items():
        session.add_all(RolePermissionRow(role=role, permission=permission) for permission in permissions)


def set_roles(row: AccountRow, roles: Iterable[Role]) -> None:
    wanted = set(roles)
    row.roles = [kept for kept in row.roles if kept.role in wanted] + [
        AccountRoleRow(role=role) for role in sorted(wanted - {kept.role for kept in row.roles})
    ]


def grid(session: Session) -> dict[Role, frozenset[Permission]]:
    """What each role may do."""
    held: dict[Role, set[Permission]] = {role: set() for role in Role}
    for role, permission in session.execute(select(RolePermissionRow.role, RolePermissionRow.permission)):
        held[role].add(permission)
    return {role: frozenset(permissions) for role, permissions in held.items()}


def allow(session: Session, role: Role, permission: Permission) -> bool:
    """Give a role a permission; whether it did not have it."""
    if session.get(RolePermissionRow, (role, permission)) is not None:
        return False
    session.execute(insert(RolePermissionRow).values(role=role, permission=permission))
    return True


def forbid(session: Session, role: Role, permission: Permission) -> bool:
    """Take a permission from a role; whether it had it."""
    taken = delete(RolePermissionRow).where(
        RolePermissionRow.role == role, RolePermissionRow.permission == permission
    )
    return bool(rows_written(session, taken))


def record(
    row: AccountRow,
    *,
    last_seen_at: datetime | None = None,
    status: AccountStatus = AccountStatus.ACTIVE,
) -> Account:
    return Account(
        id=row.id,
        username=row.username,
        name=row.name,
        roles=frozenset(role.role for role in row.roles),
        active=row.active,
        version=row.version,
        created_at=row.created_at,
        practitioner_id=row.practitioner_id,
        email=row.email,
        last_seen_at=last_seen_at,
        status=status,
        must_change_password=row.must_change_password,
        has_pin=row.pin_hash is not None,
        has_second_factor=row.totp_sealed is not None,
    )
