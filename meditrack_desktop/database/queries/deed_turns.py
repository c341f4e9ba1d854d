"""Letting the calendar's rows say again what they said before a deed, or what it made of them; row for row.

The database's own rules stand: who may not have the time back is refused as any booking would be.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Table, and_, delete, insert, select, update
from sqlalchemy.orm import Session

from meditrack_desktop.database.base import Base
from meditrack_desktop.database.queries.deed_watch import GROWING, ROOM, VISIT, WATCHED, place_of
from meditrack_desktop.database.queries.deeds import beside, sharing_room
from meditrack_desktop.database.queries.row_changes import VERSION, RowChange, Values
from meditrack_desktop.database.tables.scheduling import AppointmentRow
from meditrack_desktop.database.tables.visit_types import AssetRow
from meditrack_desktop.domain.scheduling import AppointmentStatus

SEQUENCE = "ics_sequence"
TOLD_OUTSIDE = ("starts_at", "ends_at", "practitioner_id", "status")
"""What a calendar outside has to hear of when it differs."""
_visits = WATCHED[VISIT]
_rooms = WATCHED[ROOM]


@dataclass(frozen=True, slots=True)
class Turn:
    """One row: what it says `now` (None: it is not there) and what it shall say `then` (None: it shall go)."""

    table: str
    key: Values
    now: Values | None
    then: Values | None

    @property
    def visit_id(self) -> UUID:
        """Of a visit or a room that one keeps: the visit."""
        found: UUID = self.key["appointment_id" if self.table == ROOM else "id"]
        return found

    @property
    def gains(self) -> bool:
        """Whether a visit gets time that it does not take now."""
        return self.table == VISIT and _takes(self.then) and not _within(self.then, self.now)


def turns(changes: Iterable[RowChange], now: dict[Any, Values], *, undoing: bool) -> list[Turn]:
    return [
        Turn(one.table, one.key, now.get(place_of(one)), one.before if undoing else one.after)
        for one in changes
    ]


def named_elsewhere(session: Session, going: Iterable[Turn], own: Iterable[RowChange]) -> bool:
    """Whether anything beside the deed's own rows names one that is to go: a note a visit, a call an absence."""
    mine = {place_of(one) for one in own}
    by_table: dict[str, list[UUID]] = {}
    for turn in going:
        if "id" in turn.key:
            by_table.setdefault(turn.table, []).append(turn.key["id"])
    for named, ids in by_table.items():
        for table, name in _references(named):
            keys = list(table.primary_key)
            for row in session.execute(select(*keys).where(table.c[name].in_(ids))):
                if (table.name, tuple(row)) not in mine:
                    return True
    return False


def in_the_way(session: Session, turn: Turn, expected: Collection[UUID]) -> set[UUID]:
    """The visits that take the time a visit would get back, but for those it shared it with."""
    return (beside(session, turn.then) if turn.then is not None else set()) - set(expected)


def room_in_the_way(session: Session, turn: Turn, expected: Collection[UUID]) -> str:
    """The name of the room or device that a visit would get back while another keeps it; "" if it may."""
    then = gained_room(turn)
    if then is None or not sharing_room(session, then) - set(expected):
        return ""
    return room_name(session, then["asset_id"])


def gained_room(turn: Turn) -> Values | None:
    """What the row of a room would say that a visit gets back, or keeps at another time; None for any other turn."""
    now, then = turn.now, turn.then
    if turn.table != ROOM or then is None or not then["takes_time"]:
        return None
    compared = ("takes_time", "busy_from", "busy_until")
    return None if now is not None and all(now[name] == then[name] for name in compared) else then


def room_name(session: Session, asset_id: UUID) -> str:
    return session.scalar(select(AssetRow.name).where(AssetRow.id == asset_id)) or ""


def carry_out(session: Session, wanted: Sequence[Turn]) -> None:
    """Write what each row shall say. SlotTaken or Conflict ROOM_TAKEN from the database's own rules."""
    for turn in _of(wanted, ROOM):
        if turn.now is not None:
            session.execute(delete(_rooms).where(*_at(_rooms, turn)))
    for turn in _of(wanted, VISIT):
        if turn.then is None and turn.now is not None:
            session.execute(delete(_visits).where(*_at(_visits, turn)))
    _beside_visits(session, [turn for turn in wanted if turn.table not in (VISIT, ROOM)], adding=True)
    visits = [turn for turn in _of(wanted, VISIT) if turn.then is not None]
    for turn in visits:
        if not turn.gains:
            _write(session, _visits, turn)
    _give_time(session, [turn for turn in visits if turn.gains])
    for turn in _of(wanted, ROOM):
        if turn.then is not None:
            session.execute(insert(_rooms).values(turn.then))
    _beside_visits(session, [turn for turn in wanted if turn.table not in (VISIT, ROOM)], adding=False)


def _give_time(session: Session, gaining: Sequence[Turn]) -> None:
    """Let visits have their time back all together: two may have changed places.

    First all are written as if overbooked, which lets them lie anywhere; then those that are not say so, and now the
    rule against overlaps is asked. An overbooked visit that was put beside one of them is looked away from while
    that is done: it was asked for, and lies there again as it did.
    """
    for turn in gaining:
        _write(session, _visits, turn, overbooked=True)
    for turn in gaining:
        assert turn.then is not None
        if turn.then["overbooked"]:
            continue
        over = select(AppointmentRow.id, AppointmentRow.status).where(
            AppointmentRow.id.in_(beside(session, turn.then)), AppointmentRow.overbooked
        )
        aside = session.execute(over).all()
        _set_status(session, [(row.id, AppointmentStatus.CANCELLED) for row in aside])
        session.execute(update(_visits).where(*_at(_visits, turn)).values(overbooked=False))
        _set_status(session, [(row.id, row.status) for row in aside])


def _set_status(session: Session, visits: Iterable[tuple[UUID, AppointmentStatus]]) -> None:
    for visit_id, status in visits:
        session.execute(update(_visits).where(_visits.c.id == visit_id).values(status=status))


def _beside_visits(session: Session, wanted: Sequence[Turn], *, adding: bool) -> None:
    """Series are there before their visits; what names a visit comes after it."""
    series = "appointment_series"
    for turn in wanted:
        table = WATCHED[turn.table]
        if turn.then is None:
            if not adding and turn.now is not None:
                session.execute(delete(table).where(*_at(table, turn)))
        elif adding == (turn.table == series):
            _write(session, table, turn)


def _write(session: Session, table: Table, turn: Turn, **instead: Any) -> None:
    values = {**(turn.then or {}), **_grown(turn), **instead}
    if turn.now is None:
        session.execute(insert(table).values(values))
    else:
        session.execute(update(table).where(*_at(table, turn)).values(values))


def _grown(turn: Turn) -> Values:
    """Version and sequence go up, whichever way a deed is turned."""
    assert turn.then is not None
    last = turn.now or turn.then
    grown: Values = {}
    if VERSION in last:
        grown[VERSION] = last[VERSION] + 1
    if SEQUENCE in last:
        differs = turn.now is None or any(turn.now[name] != turn.then[name] for name in TOLD_OUTSIDE)
        grown[SEQUENCE] = last[SEQUENCE] + differs
    return grown


def grown_with(change: RowChange, now: Values | None) -> RowChange:
    """The change as it is kept after a turn: a row that goes takes its version along, so that it comes back newer."""
    if now is None:
        return change
    counters = {name: now[name] for name in GROWING & now.keys()}
    return RowChange(
        change.table,
        change.key,
        change.before and {**change.before, **counters},
        change.after and {**change.after, **counters},
    )


def _of(wanted: Iterable[Turn], table: str) -> Iterator[Turn]:
    return (turn for turn in wanted if turn.table == table)


def _at(table: Table, turn: Turn) -> list[Any]:
    return [and_(*(table.c[name] == value for name, value in turn.key.items()))]


def _takes(said: Values | None) -> bool:
    return said is not None and bool(said["status"].takes_time)


def _within(then: Values | None, now: Values | None) -> bool:
    """Whether the time is taken now already, by the rule that the database goes by."""
    return (
        then is not None
        and now is not None
        and _takes(now)
        and (then["overbooked"] or not now["overbooked"])
        and then["practitioner_id"] == now["practitioner_id"]
        and then["busy_from"] >= now["busy_from"]
        and then["busy_until"] <= now["busy_until"]
    )


def _references(named: str) -> Iterator[tuple[Table, str]]:
    """Every column that names a row of that table, but for the rooms that a visit keeps."""
    for table in Base.metadata.tables.values():
        for key in table.foreign_keys:
            if key.column.table.name == named and table.name != ROOM:
                yield table, key.parent.name
