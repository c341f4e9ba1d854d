"""Rooms and devices of a visit: which it takes, and that they say the visit's time in every deed.

What a visit takes is what was chosen by hand, and of every group that its kind needs the first that is free. A room
that is taken is only taken twice if somebody asked for it. What a desk is about to book is kept from others, as the
doctor's time is; what it keeps itself is what it takes first.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from meditrack_desktop.database.queries import appointment_assets as queries
from meditrack_desktop.database.queries import holds as hold_queries
from meditrack_desktop.database.queries import visit_types
from meditrack_desktop.database.session import ReadSession
from meditrack_desktop.database.tables.scheduling import AppointmentAssetRow, AppointmentRow
from meditrack_desktop.domain.errors import ClinicError, Conflict, ErrorCode, NotFound
from meditrack_desktop.domain.holds import Hold
from meditrack_desktop.domain.search_terms import sort_name
from meditrack_desktop.domain.visit_types import Asset
from meditrack_desktop.services.work import Look, Work


class Stretch(Protocol):
    """Who takes a time (a visit, or a hold), of which kind, and which time, buffers included."""

    @property
    def visit_id(self) -> UUID: ...
    @property
    def visit_type_id(self) -> UUID | None: ...
    @property
    def busy_from(self) -> datetime: ...
    @property
    def busy_until(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Asker:
    """Whose holds are in nobody's way, and when. `first`: nobody can have come before, no hold counts."""

    session_id: UUID
    now: datetime
    first: bool = False

    @classmethod
    def of(cls, under_way: Work | Look, *, first: bool = False) -> Asker:
        return cls(under_way.actor.session_id, under_way.now, first)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a visit would take: free ones, and those that another visit has. `problem`: the refusal, if any.

    `before`: what it has until then.
    """

    free: tuple[UUID, ...]
    shared: tuple[UUID, ...]
    problem: ClinicError | None
    before: tuple[UUID, ...] = ()


def choose(
    session: ReadSession,
    place: Stretch,
    asker: Asker,
    by_hand: Sequence[UUID],
    before: Sequence[UUID] = (),
    *,
    hold: bool = True,
) -> Choice:
    """Which rooms and devices the visit takes at that place. `before` are those that it has: kept where they are free.

    `hold` False: only to look, nothing is kept from others. NotFound ASSET_NOT_FOUND for one chosen by hand that does
    not exist or is no longer in use. The problem is Conflict ROOM_TAKEN, with the name of the room or of the group,
    and, where it is not taken but kept by somebody's hold, who and at which desk.
    """
    needs = needs_of(session, place.visit_type_id)
    if not by_hand and not before and not needs:
        return Choice((), (), None)
    find = queries.hold if hold else queries.find
    assets = find(session, {*by_hand, *before}, needs)
    if any(one not in assets or not assets[one].active for one in by_hand):
        raise NotFound(ErrorCode.ASSET_NOT_FOUND)
    taken = queries.taken(session, assets, place.busy_from, place.busy_until, place.visit_id)
    kept = (
        {}
        if asker.first
        else hold_queries.rooms_of_others(
            session, assets, place.busy_from, place.busy_until, asker.now, asker.session_id
        )
    )
    own = hold_queries.rooms_of(session, asker.session_id)
    free: list[UUID] = []
    shared: list[UUID] = []
    problem: ClinicError | None = None
    # Chosen by hand: those and no others. What a visit has of a group that stands for each other may be exchanged.
    fixed = dict.fromkeys((*by_hand, *(one for one in before if assets[one].group not in needs)))
    for one in fixed:
        (shared if one in taken else free).append(one)
        if one in taken or one in kept:
            problem = problem or in_use(assets[one].name, None if one in taken else kept[one])
    for group in needs:
        if any(assets[one].group == group for one in fixed):
            continue
        members = _in_order(assets, group, before, own)
        untaken = [one.id for one in members if one.id not in taken]
        member = next((one for one in untaken if one not in kept), None)
        if member is not None:
            free.append(member)
            continue
        problem = problem or in_use(group, kept[untaken[0]] if untaken else None)
        # Asked for all the same: rather one that is only held.
        free += untaken[:1]
        shared += [] if untaken else [one.id for one in members[:1]]
    return Choice(tuple(free), tuple(shared), problem, tuple(before))


def needs_of(session: ReadSession, visit_type_id: UUID | None) -> tuple[str, ...]:
    """The groups of which a visit of that kind takes one each."""
    return visit_types.record(session, visit_type_id).needs if visit_type_id is not None else ()


def in_use(name: str, hold: Hold | None) -> Conflict:
    """The refusal of a room or device, or of a group of them; with the hold that keeps it, who and at which desk."""
    if hold is None:
        return Conflict(ErrorCode.ROOM_TAKEN, name=name)
    return Conflict(ErrorCode.ROOM_TAKEN, name=name, who=hold.account_name, desk=hold.desk_name)


def _in_order(
    assets: dict[UUID, Asset], group: str, before: Sequence[UUID], own: Collection[UUID]
) -> list[Asset]:
    """Members of the group that may be taken: the one that the visit has first, then what is held, then by name."""
    members = [one for one in assets.values() if one.group == group and (one.active or one.id in before)]
    return sorted(
        members,
        key=lambda one: (one.id not in before, one.id not in own, sort_name(one.name, ""), one.id),
    )


def keep(work: Work, row: AppointmentRow, choice: Choice | None) -> None:
    """Let the visit have these and no others (None: what it has), at its time. The visit itself must be stored."""
    if choice is None:
        follow(work, row)
        return
    if not (choice.free or choice.shared or choice.before):
        return
    rows = {one.asset_id: one for one in queries.rows(work.session, row.id)}
    for gone in rows.keys() - {*choice.free, *choice.shared}:
        work.session.delete(rows[gone])
    for asset_id in (*choice.free, *choice.shared):
        kept = rows.get(asset_id)
        if kept is None:
            kept = AppointmentAssetRow(appointment_id=row.id, asset_id=asset_id)
            work.session.add(kept)
        kept.overbooked = asset_id in choice.shared
        _tell(kept, row)
    work.flush()


def follow(work: Work, row: AppointmentRow) -> None:
    """Let what the visit has say the visit's time and standing: after it was shortened, given up or came back."""
    for kept in queries.rows(work.session, row.id):
        _tell(kept, row)
    work.flush()


def _tell(kept: AppointmentAssetRow, row: AppointmentRow) -> None:
    kept.busy_from, kept.busy_until = row.busy_from, row.busy_until
    kept.takes_time = row.status.takes_time
