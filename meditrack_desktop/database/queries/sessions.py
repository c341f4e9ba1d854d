"""Questions about sessions: what one is worth at this very statement, who is signed in where, how they end."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, exists, func, literal, null, select, update
from sqlalchemy.orm import Session

from meditrack_desktop.database.rows_written import rows_written
from meditrack_desktop.database.tables.accounts import (
    AccountRoleRow,
    AccountRow,
    RolePermissionRow,
    SessionRow,
)
from meditrack_desktop.database.tables.clinic import ClinicSettingRow, CounterRow, WorkstationRow
from meditrack_desktop.database.types import UtcDateTime
from meditrack_desktop.domain.permissions import Permission, Role
from meditrack_desktop.domain.sessions import PIN_TRIES, LiveSession, SessionEnd

MAX_SEEN = "max_seen"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Told:
    """What the database knows of the time: a server's own clock, or the latest a local file ever saw."""

    server: datetime | None
    latest_seen: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What an actor's session is worth at this very statement."""

    account_id: UUID
    workstation: str
    expires_at: datetime
    ended_at: datetime | None
    active: bool
    permitted: bool
    confirmed_at: datetime | None
    last_seen_at: datetime | None
    desk_revoked: bool
    told: Told


@cache
def _standing(asks: bool, server: bool) -> Select[*tuple[Any, ...]]:
    """Asked by everything that anybody does. Made once: putting it together takes longer than running it."""
    permitted: ColumnElement[bool] = (
        exists().where(
            AccountRoleRow.account_id == AccountRow.id,
            RolePermissionRow.role == AccountRoleRow.role,
            RolePermissionRow.permission == bindparam("permission"),
        )
        if asks
        else literal(value=True)
    )
    clock, seen = _time_columns(server)
    return (
        select(
            SessionRow.account_id,
            SessionRow.workstation,
            SessionRow.expires_at,
            SessionRow.ended_at,
            AccountRow.active,
            permitted.label("permitted"),
            SessionRow.confirmed_at,
            SessionRow.last_seen_at,
            WorkstationRow.revoked_at,
            clock.label("server"),
            seen.label("seen"),
        )
        .join(AccountRow, AccountRow.id == SessionRow.account_id)
        .outerjoin(WorkstationRow, WorkstationRow.id == SessionRow.workstation)
        .where(SessionRow.id == bindparam("id"))
    )


def standing(session: Session, session_id: UUID, permission: Permission | None) -> Standing | None:
    """The session's worth, and whether the account's roles hold `permission` (None: asks for none)."""
    asked = {} if permission is None else {"permission": permission}
    query = _standing(permission is not None, _has_a_clock(session))
    row = session.execute(query, {"id": session_id, **asked}).first()
    if row is None:
        return None
    return Standing(
        account_id=row.account_id,
        workstation=row.workstation,
        expires_at=row.expires_at,
        ended_at=row.ended_at,
        active=row.active,
        permitted=row.permitted,
        confirmed_at=row.confirmed_at,
        last_seen_at=row.last_seen_at,
        desk_revoked=row.revoked_at is not None,
        told=Told(row.server, _instant(row.seen)),
    )


def lacks_second_factor(session: Session, account_id: UUID) -> bool:
    """Whether the clinic asks administrators for a second factor, and this one has none."""
    asked = exists().where(
        ClinicSettingRow.name == "second_factor_for_admins", ClinicSettingRow.value == json.dumps(obj=True)
    )
    query = select(AccountRow.id).where(
        AccountRow.id == account_id,
        AccountRow.totp_sealed.is_(None),
        exists().where(AccountRoleRow.account_id == AccountRow.id, AccountRoleRow.role == Role.ADMIN),
        asked,
    )
    return session.execute(query).first() is not None


def told(session: Session) -> Told:
    """What the database knows of the time, when nobody is signed in yet."""
    server, seen = _time_columns(_has_a_clock(session))
    row = session.execute(select(server.label("server"), seen.label("seen"))).one()
    return Told(row.server, _instant(row.seen))


def set_latest_seen(session: Session, at: datetime) -> None:
    """Keep the latest time a local database ever saw (D32)."""
    value = (at - _EPOCH) // timedelta(microseconds=1)
    changed = update(CounterRow).where(CounterRow.name == MAX_SEEN).values(value=value)
    if not rows_written(session, changed):
        session.add(CounterRow(name=MAX_SEEN, value=value))


def _has_a_clock(session: Session) -> bool:
    """Whether a server keeps the time; a file only remembers the latest that it saw."""
    return session.get_bind().dialect.name == "postgresql"


def _time_columns(server: bool) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    if server:
        return func.clock_timestamp(type_=UtcDateTime()), null()
    return null(), select(CounterRow.value).where(CounterRow.name == MAX_SEEN).scalar_subquery()


def _instant(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else _EPOCH + timedelta(microseconds=microseconds)


def live(
    session: Session, now: datetime, current: UUID, account_id: UUID | None = None
) -> tuple[LiveSession, ...]:
    """Sessions neither ended nor expired, latest seen first; of one account if it is given. At most 500."""
    query = (
        select(SessionRow, AccountRow.name, AccountRow.username, WorkstationRow.name)
        .join(AccountRow, AccountRow.id == SessionRow.account_id)
        .outerjoin(WorkstationRow, WorkstationRow.id == SessionRow.workstation)
        .where(SessionRow.ended_at.is_(None), SessionRow.expires_at > now)
        .order_by(func.coalesce(SessionRow.last_seen_at, SessionRow.started_at).desc(), SessionRow.id)
        .limit(500)
    )
    if account_id is not None:
        query = query.where(SessionRow.account_id == account_id)
    return tuple(
        LiveSession(
            id=row.id,
            account_id=row.account_id,
            name=name,
            username=username,
            workstation=row.workstation,
            workstation_name=desk or row.workstation,
            started_at=row.started_at,
            last_seen_at=row.last_seen_at or row.started_at,
            ends_at=row.expires_at,
            current=row.id == current,
        )
        for row, name, username, desk in session.execute(query)
    )


def desk_is_revoked(session: Session, workstation: str) -> bool:
    """Whether a desk was shut out."""
    query = select(WorkstationRow.revoked_at).where(WorkstationRow.id == workstation)
    return session.execute(query).scalar() is not None


def count_pin_try(session: Session, session_id: UUID) -> int | None:
    """Count a try before the PIN is looked at; how many it is now, None if there were too many already."""
    counted = session.execute(
        update(SessionRow)
        .where(SessionRow.id == session_id, SessionRow.pin_tries < PIN_TRIES)
        .values(pin_tries=SessionRow.pin_tries + 1)
        .returning(SessionRow.pin_tries)
    )
    return counted.scalar()


def forgive_pins(session: Session, session_id: UUID) -> None:
    session.execute(update(SessionRow).where(SessionRow.id == session_id).values(pin_tries=0))


def find(session: Session, session_id: UUID) -> SessionRow | None:
    return session.get(SessionRow, session_id)


def end(session: Session, session_id: UUID, at: datetime, why: SessionEnd, by: UUID | None) -> bool:
    """End a session that has not ended yet; whether it was one."""
    ended = (
        update(SessionRow)
        .where(SessionRow.id == session_id, SessionRow.ended_at.is_(None))
        .values(ended_at=at, end_reason=why, ended_by=by)
    )
    return bool(rows_written(session, ended))


def end_all_of(
    session: Session,
    account_id: UUID,
    at: datetime,
    why: SessionEnd,
    by: UUID | None,
    keep: UUID | None = None,
) -> tuple[UUID, ...]:
    """End every live session of an account but `keep`; returns which were ended."""
    query = update(SessionRow).where(SessionRow.account_id == account_id, SessionRow.ended_at.is_(None))
    if keep is not None:
        query = query.where(SessionRow.id != keep)
    changed = query.values(ended_at=at, end_reason=why, ended_by=by).returning(SessionRow.id)
    return tuple(session.scalars(changed))


def cap_ends(session: Session, latest: datetime) -> None:
    """Let no session live beyond `latest`."""
    session.execute(
        update(SessionRow)
        .where(SessionRow.ended_at.is_(None), SessionRow.expires_at > latest)
        .values(expires_at=latest)
    )


def note_seen(session: Session, session_id: UUID, workstation: str, at: datetime) -> None:
    """Keep when a session and its desk were last used."""
    session.execute(update(SessionRow).where(SessionRow.id == session_id).values(last_seen_at=at))
    session.execute(update(WorkstationRow).where(WorkstationRow.id == workstation).values(last_seen_at=at))


def note_confirmed(session: Session, session_id: UUID, at: datetime) -> None:
    """Keep when the password was typed last in this session; wrong PINs are forgiven."""
    session.execute(
        update(SessionRow).where(SessionRow.id == session_id).values(confirmed_at=at, pin_tries=0)
    )
