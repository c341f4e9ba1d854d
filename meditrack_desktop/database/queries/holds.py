"""Questions about holds: which count at this moment, whose they are, and what one session holds.

A hold counts until it expires and while its session lives at a desk that may reach the clinic: one whose program
died is gone by the clock, one whose session was ended is gone at once.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Select, bindparam, delete, select
from sqlalchemy.orm import Session

from meditrack_desktop.database.queries.scheduling import LONGEST_VISIT
from meditrack_desktop.database.tables.accounts import AccountRow, SessionRow
from meditrack_desktop.database.tables.clinic import WorkstationRow
from meditrack_desktop.database.tables.scheduling import HoldAssetRow, HoldRow
from meditrack_desktop.database.types import UtcDateTime
from meditrack_desktop.domain.holds import Hold


def _live(now: datetime | BindParameter[datetime]) -> Select[*tuple[Any, ...]]:
    return (
        select(HoldRow, AccountRow.name)
        .join(SessionRow, SessionRow.id == HoldRow.session_id)
        .join(AccountRow, AccountRow.id == HoldRow.account_id)
        .outerjoin(WorkstationRow, WorkstationRow.id == SessionRow.workstation)
        .where(
            HoldRow.expires_at > now,
            SessionRow.ended_at.is_(None),
            SessionRow.expires_at > now,
            AccountRow.active,
            WorkstationRow.revoked_at.is_(None),
        )
    )


# Made once: every booking and move asks, and putting such a statement together takes longer than running it.
_OF_OTHERS = (
    _live(bindparam("now", type_=UtcDateTime()))
    .where(
        HoldRow.busy_from > bindparam("looking_back"),
        HoldRow.busy_from < bindparam("ends"),
        HoldRow.busy_until > bindparam("begins"),
        HoldRow.practitioner_id.in_(bindparam("doctors", expanding=True)),
        HoldRow.session_id != bindparam("own"),
    )
    .order_by(HoldRow.busy_from, HoldRow.id)
)


def between(
    session: Session,
    practitioner_ids: Sequence[UUID],
    begins: datetime,
    ends: datetime,
    now: datetime,
    asker: UUID,
) -> list[Hold]:
    """Live holds that take any of [begins, ends), of these doctors or (none given) of all; `asker` is a session."""
    query = _live(now).where(
        HoldRow.busy_from > begins - LONGEST_VISIT, HoldRow.busy_from < ends, HoldRow.busy_until > begins
    )
    if practitioner_ids:
        query = query.where(HoldRow.practitioner_id.in_(practitioner_ids))
    rows = session.execute(query.order_by(HoldRow.busy_from, HoldRow.id))
    return [record(row, name, asker) for row, name in rows]


def of_others(
    session: Session,
    practitioner_ids: Sequence[UUID],
    begins: datetime,
    ends: datetime,
    now: datetime,
    own: UUID,
) -> list[Hold]:
    """Live holds of other sessions than `own` that take any of [begins, ends) of these doctors, buffers included."""
    wanted = {
        "now": now,
        "looking_back": begins - LONGEST_VISIT,
        "begins": begins,
        "ends": ends,
        "doctors": list(practitioner_ids),
        "own": own,
    }
    return [record(row, name, own) for row, name in session.execute(_OF_OTHERS, wanted)]


def busy_of_others(
    session: Session,
    practitioner_ids: Sequence[UUID],
    begins: datetime,
    ends: datetime,
    now: datetime,
    own: UUID,
) -> list[tuple[UUID, datetime, datetime]]:
    """Doctor, beginning and end of what other sessions hold in [begins, ends), buffers included."""
    query = _live(now).where(
        HoldRow.practitioner_id.in_(practitioner_ids),
        HoldRow.session_id != own,
        HoldRow.busy_from < ends,
        HoldRow.busy_until > begins,
    )
    return [(row.practitioner_id, row.busy_from, row.busy_until) for row, _ in session.execute(query)]


def rooms_of_others(
    session: Session,
    asset_ids: Collection[UUID],
    begins: datetime,
    ends: datetime,
    now: datetime,
    own: UUID,
) -> dict[UUID, Hold]:
    """Which of these rooms and devices live holds of other sessions than `own` keep in [begins, ends), and whose."""
    if not asset_ids:
        return {}
    query = _rooms(asset_ids, begins, ends, now, own).order_by(HoldAssetRow.busy_from.desc(), HoldRow.id)
    return {asset_id: record(row, name, own) for row, name, asset_id in session.execute(query)}


def rooms_busy_of_others(
    session: Session, asset_ids: Collection[UUID], begins: datetime, ends: datetime, now: datetime, own: UUID
) -> list[tuple[UUID, datetime, datetime]]:
    """Room or device, beginning and end of what other sessions keep of these in [begins, ends)."""
    if not asset_ids:
        return []
    query = _rooms(asset_ids, begins, ends, now, own)
    return [(asset_id, row.busy_from, row.busy_until) for row, _, asset_id in session.execute(query)]


def _rooms(
    asset_ids: Collection[UUID], begins: datetime, ends: datetime, now: datetime, own: UUID
) -> Select[*tuple[Any, ...]]:
    """Live holds of others than `own`, whose they are, and the room or device that they keep in [begins, ends)."""
    return (
        _live(now)
        .join(HoldAssetRow, HoldAssetRow.hold_id == HoldRow.id)
        .add_columns(HoldAssetRow.asset_id)
        .where(
            HoldAssetRow.asset_id.in_(list(asset_ids)),
            HoldAssetRow.busy_from > begins - LONGEST_VISIT,
            HoldAssetRow.busy_from < ends,
            HoldAssetRow.busy_until > begins,
            HoldRow.session_id != own,
        )
    )


def rooms_of(session: Session, session_id: UUID) -> set[UUID]:
    """The rooms and devices that one session keeps."""
    query = select(HoldAssetRow.asset_id).join(HoldRow, HoldRow.id == HoldAssetRow.hold_id)
    return set(session.scalars(query.where(HoldRow.session_id == session_id)))


def desk_name(session: Session, session_id: UUID) -> str:
    """What the desk is called at which a session was opened."""
    query = (
        select(WorkstationRow.name)
        .join(SessionRow, SessionRow.workstation == WorkstationRow.id)
        .where(SessionRow.id == session_id)
    )
    return session.scalars(query).first() or ""


@dataclass(frozen=True, slots=True)
class Held:
    """Where a hold is, so that it can be told which day looks different without it."""

    id: UUID
    practitioner_id: UUID
    wall_start: datetime
    expires_at: datetime


def of_session(session: Session, session_id: UUID) -> list[Held]:
    """All that one session holds, what has expired included."""
    rows = session.execute(
        select(HoldRow.id, HoldRow.practitioner_id, HoldRow.wall_start, HoldRow.expires_at)
        .where(HoldRow.session_id == session_id)
        .order_by(HoldRow.id)
    )
    return [Held(*row) for row in rows]


def let_go(session: Session, session_id: UUID, hold_id: UUID | None = None) -> None:
    """Forget what a session holds: one hold, or all."""
    query = delete(HoldRow).where(HoldRow.session_id == session_id)
    session.execute(query if hold_id is None else query.where(HoldRow.id == hold_id))


def sweep(session: Session, now: datetime) -> None:
    """Forget what no longer counts; nobody needs to be told: each hold carries its end, and a session's end is news.

    The database's rule about rooms knows nothing of the time: what has ended must not be in the way.
    """
    live = _live(now).with_only_columns(HoldRow.id)
    session.execute(delete(HoldRow).where(HoldRow.id.not_in(live)))


def record(row: HoldRow, account_name: str, asker: UUID) -> Hold:
    return Hold(
        id=row.id,
        practitioner_id=row.practitioner_id,
        wall_start=row.wall_start,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        minutes=row.minutes,
        account_name=account_name,
        desk_name=row.desk_name,
        expires_at=row.expires_at,
        mine=row.session_id == asker,
    )
