"""Deeds at the calendar: what a transaction made of the calendar's rows, kept so that it can be taken back."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Table, and_, delete, event, or_, select
from sqlalchemy.orm import ORMExecuteState, Session

from meditrack_desktop.database.base import Base
from meditrack_desktop.database.queries.row_changes import (
    VERSION,
    RowChange,
    Values,
    from_json,
    key_of,
    to_json,
)
from meditrack_desktop.database.queries.scheduling import LONGEST_VISIT, TAKING_TIME
from meditrack_desktop.database.session import WriteSession
from meditrack_desktop.database.tables.front_desk import FollowUpRow, WaitlistRow
from meditrack_desktop.database.tables.scheduling import (
    AppointmentAssetRow,
    AppointmentRow,
    DeedRow,
    SeriesRow,
)
from meditrack_desktop.database.tables.working_time import AbsenceRow
from meditrack_desktop.domain.deeds import KEPT_FOR, DeedKind
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.permissions import Permission

VISIT, ROOM = AppointmentRow.__tablename__, AppointmentAssetRow.__tablename__
WATCHED = {
    row.__tablename__: Base.metadata.tables[row.__tablename__]
    for row in (AppointmentRow, AppointmentAssetRow, SeriesRow, AbsenceRow, WaitlistRow, FollowUpRow)
}
"""The calendar's tables, in an order in which rows can be added (and, backwards, removed)."""
GROWING = frozenset({VERSION, "ics_sequence"})
"""Columns that only ever go up: they say how often a row was written, not what it says."""
AT_ONCE = 200

_Place = tuple[str, tuple[Any, ...]]


class Watch:
    """Remembers what rows of the calendar's tables said before this session first wrote them.

    Rows that are written through the session are seen when it is flushed, statements that change or remove several
    at once when they are run. What the rows say afterwards is read from the database at the end.
    """

    def __init__(self, session: WriteSession) -> None:
        self.session = session
        self.before: dict[_Place, Values | None] = {}
        event.listen(session, "before_flush", self._flushing)
        event.listen(session, "do_orm_execute", self._executing)

    def changes(self) -> list[RowChange]:
        """What differs now, everything flushed. Whole rows, so that nothing else may have changed when one is
        taken back."""
        found: list[RowChange] = []
        for name, table in WATCHED.items():
            places = [place for place in self.before if place[0] == name]
            after = dict(_at_places(self.session, table, places))
            for place in places:
                before, now = self.before[place], after.get(place)
                if not same(before, now):
                    key = {
                        column.name: value for column, value in zip(table.primary_key, place[1], strict=True)
                    }
                    found.append(RowChange(name, key, before, now))
        return found

    def _flushing(self, session: Session, context: object, instances: object) -> None:
        unseen: dict[str, list[_Place]] = {}
        for row in (*session.new, *session.dirty, *session.deleted):
            table = WATCHED.get(getattr(row, "__tablename__", ""))
            if table is None or (place := _place(table, _said(row))) in self.before:
                continue
            if row in session.new:
                self.before[place] = None
            elif row in session.deleted or session.is_modified(row):
                unseen.setdefault(table.name, []).append(place)
        for name, places in unseen.items():
            self.before.update(_at_places(session, WATCHED[name], places))

    def _executing(self, state: ORMExecuteState) -> None:
        table = getattr(state.statement, "table", None)
        name = getattr(table, "name", "")
        if name not in WATCHED:
            return
        if state.is_insert:
            rows = state.parameters if isinstance(state.parameters, Sequence) else [state.parameters or {}]
            for row in rows:
                self.before.setdefault(_place(WATCHED[name], row), None)
        elif state.is_update or state.is_delete:
            condition = state.statement.whereclause  # type: ignore[attr-defined]
            query = select(WATCHED[name])
            found = state.session.connection().execute(
                query if condition is None else query.where(condition), state.parameters or {}
            )
            for each in found.mappings():
                self.before.setdefault(_place(WATCHED[name], said := dict(each)), said)


def same(one: Values | None, other: Values | None) -> bool:
    """Whether two rows say the same, however often they were written."""
    if one is None or other is None:
        return one is other
    return all(one[name] == other.get(name) for name in one if name not in GROWING)


@dataclass(frozen=True, slots=True)
class Deed:
    """What one command did. `asked`: the permissions it asked for. `beside`: by visit, whom it was asked to overlap."""

    id: UUID
    kind: DeedKind
    done_at: datetime
    changes: tuple[RowChange, ...]
    asked: tuple[Permission, ...] = ()
    beside: Mapping[UUID, frozenset[UUID]] = field(default_factory=dict)

    def patients(self) -> set[UUID]:
        return {said["patient_id"] for said in self._said() if "patient_id" in said}

    def doctors(self) -> set[UUID]:
        found = (said.get("practitioner_id") for said in self._said())
        return {doctor for doctor in found if doctor is not None}

    def _said(self) -> Iterator[Values]:
        return (said for one in self.changes for said in (one.before, one.after) if said is not None)


def keep(
    session: WriteSession,
    account_id: UUID,
    kind: DeedKind,
    now: datetime,
    changes: Sequence[RowChange],
    asked: Iterable[Permission],
) -> None:
    """Keep what was done: from now on it is the newest that the account can take back, and nothing undone before
    can be done again. Deeds of anybody's that are too old go."""
    own = _own(session, account_id, held=True)
    for row in own:
        if row.undone_at is not None:
            row.dropped = True
    latest = max((row.done_at for row in own), default=now - timedelta(days=1))
    text = _written(changes, asked, _overlapped(session, changes))
    # Two deeds of one moment, or of a clock that went back, still have an order.
    done_at = max(now, latest + timedelta(microseconds=1))
    session.add(DeedRow(id=new_id(), account_id=account_id, done_at=done_at, action=kind.value, rows=text))
    session.flush()
    old = select(DeedRow.id).where(DeedRow.done_at < now - KEPT_FOR).order_by(DeedRow.id).limit(AT_ONCE)
    gone = session.scalars(old.with_for_update(skip_locked=True)).all()
    session.execute(delete(DeedRow).where(DeedRow.id.in_(gone)))


def newest_done(session: Session, account_id: UUID, since: datetime, *, held: bool = False) -> DeedRow | None:
    """What Undo is about: the account's newest deed since then that is done and not dropped."""
    return next(
        (
            row
            for row in _own(session, account_id, held=held)
            if row.undone_at is None and not row.dropped and row.done_at >= since
        ),
        None,
    )


def newest_undone(
    session: Session, account_id: UUID, since: datetime, *, held: bool = False
) -> DeedRow | None:
    """What Redo is about: the deed that was undone last, which is the oldest of those undone."""
    undone = [
        row
        for row in _own(session, account_id, held=held)
        if row.undone_at is not None and not row.dropped and row.done_at >= since
    ]
    return undone[-1] if undone else None


def read(row: DeedRow) -> Deed:
    kept = json.loads(row.rows)
    return Deed(
        row.id,
        DeedKind(row.action),
        row.done_at,
        tuple(from_json(json.dumps(kept["rows"]))),
        tuple(Permission(one) for one in kept["asked"]),
        {UUID(visit): frozenset(map(UUID, others)) for visit, others in kept["beside"].items()},
    )


def turned(row: DeedRow, deed: Deed, changes: Sequence[RowChange], undone_at: datetime | None) -> None:
    """Note that the deed was undone, or (None) done again, and what its rows are since."""
    row.undone_at = undone_at
    row.rows = _written(changes, deed.asked, deed.beside)


def _written(
    changes: Sequence[RowChange],
    asked: Iterable[Permission],
    beside: Mapping[UUID, Collection[UUID]],
) -> str:
    return json.dumps(
        {
            "asked": sorted({one.value for one in asked}),
            "beside": {str(visit): sorted(map(str, others)) for visit, others in beside.items()},
            "rows": json.loads(to_json(changes)),
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def now_at(session: Session, changes: Iterable[RowChange]) -> dict[_Place, Values]:
    """What the rows say now, by place; those that are gone are left out. Held until the transaction ends."""
    found: dict[_Place, Values] = {}
    by_table: dict[str, list[_Place]] = {}
    for one in changes:
        by_table.setdefault(one.table, []).append(place_of(one))
    for name, table in WATCHED.items():
        found.update(_at_places(session, table, by_table.get(name, []), held=True))
    return found


def place_of(change: RowChange) -> _Place:
    return _place(WATCHED[change.table], change.key)


def forget_of_patients(session: Session, patients: Iterable[UUID]) -> None:
    """Remove every deed that remembers anything of these patients."""
    named = [DeedRow.rows.contains(str(patient_id)) for patient_id in patients]
    if named:
        session.execute(delete(DeedRow).where(or_(*named)))


def _own(session: Session, account_id: UUID, *, held: bool) -> list[DeedRow]:
    """The account's deeds, the newest first."""
    query = (
        select(DeedRow).where(DeedRow.account_id == account_id).order_by(DeedRow.done_at.desc(), DeedRow.id)
    )
    if held:
        query = query.with_for_update()
    return list(session.scalars(query.execution_options(populate_existing=held)))


def _overlapped(session: Session, changes: Iterable[RowChange]) -> dict[UUID, set[UUID]]:
    """By visit whose time changed: the others that lie beside it, before or after."""
    found: dict[UUID, set[UUID]] = {}
    for one in changes:
        if one.table != VISIT or _one_time(one.before, one.after):
            continue
        for said in (one.before, one.after):
            if said is not None and said["status"].takes_time and (others := beside(session, said)):
                found.setdefault(one.key["id"], set()).update(others)
    return found


def _one_time(one: Values | None, other: Values | None) -> bool:
    compared = ("practitioner_id", "busy_from", "busy_until", "overbooked")
    return (
        one is not None
        and other is not None
        and one["status"].takes_time == other["status"].takes_time
        and all(one[name] == other[name] for name in compared)
    )


def beside(session: Session, said: Values) -> set[UUID]:
    """The visits that take any of the time that this one says it takes."""
    query = select(AppointmentRow.id).where(
        AppointmentRow.practitioner_id == said["practitioner_id"],
        AppointmentRow.busy_from > said["busy_from"] - LONGEST_VISIT,
        AppointmentRow.busy_from < said["busy_until"],
        AppointmentRow.busy_until > said["busy_from"],
        AppointmentRow.status.in_(TAKING_TIME),
        AppointmentRow.id != said["id"],
    )
    return set(session.scalars(query))


def _said(row: object) -> Mapping[str, Any]:
    return {column.name: getattr(row, column.name) for column in row.__table__.primary_key}  # type: ignore[attr-defined]


def _place(table: Table, said: Mapping[str, Any]) -> _Place:
    return table.name, tuple(key_of(table, said).values())


def _at_places(
    session: Session, table: Table, places: Sequence[_Place], *, held: bool = False
) -> Iterator[tuple[_Place, Values]]:
    keys = list(table.primary_key)
    for start in range(0, len(places), AT_ONCE):
        wanted = [place[1] for place in places[start : start + AT_ONCE]]
        if len(keys) == 1:
            query = select(table).where(keys[0].in_([key[0] for key in wanted]))
        else:
            query = select(table).where(
                or_(*(and_(*(c == v for c, v in zip(keys, key, strict=True))) for key in wanted))
            )
        if held:
            query = query.order_by(*keys).with_for_update()
        for row in session.connection().execute(query).mappings():
            yield _place(table, said := dict(row)), said
