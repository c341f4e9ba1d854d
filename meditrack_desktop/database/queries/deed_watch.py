"""Seeing what a transaction makes of the calendar's rows: what each said before, and what it says at the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Delete, Table, Update, and_, event, inspect, or_, select
from sqlalchemy.orm import ORMExecuteState, Session

from meditrack_desktop.database.base import Base
from meditrack_desktop.database.queries.row_changes import VERSION, RowChange, Values, key_of
from meditrack_desktop.database.session import WriteSession
from meditrack_desktop.database.tables.front_desk import AbsenceVisitRow, FollowUpRow, WaitlistRow
from meditrack_desktop.database.tables.scheduling import AppointmentAssetRow, AppointmentRow, SeriesRow
from meditrack_desktop.database.tables.working_time import AbsenceRow

VISIT, ROOM = AppointmentRow.__tablename__, AppointmentAssetRow.__tablename__
WATCHED = {
    row.__tablename__: Base.metadata.tables[row.__tablename__]
    for row in (
        AppointmentRow,
        AppointmentAssetRow,
        SeriesRow,
        AbsenceRow,
        AbsenceVisitRow,
        WaitlistRow,
        FollowUpRow,
    )
}
"""The calendar's tables, in an order in which rows can be added (and, backwards, removed)."""
GROWING = frozenset({VERSION, "ics_sequence"})
"""Columns that only ever go up: they say how often a row was written, not what it says."""
AT_ONCE = 200

Place = tuple[str, tuple[Any, ...]]


class Watch:
    """Remembers what rows of the calendar's tables said before this session first wrote them.

    Rows that are written through the session are seen when it is flushed, statements that change or remove several
    at once when they are run. What the rows say afterwards is read from the database at the end.
    """

    def __init__(self, session: WriteSession) -> None:
        self.session = session
        self.before: dict[Place, Values | None] = {}
        event.listen(session, "before_flush", self._flushing)
        event.listen(session, "after_flush", self._flushed)
        event.listen(session, "do_orm_execute", self._executing)

    def changes(self) -> list[RowChange]:
        """What differs now, everything flushed. Whole rows, so that nothing else may have changed when one is
        taken back."""
        found: list[RowChange] = []
        for name, table in WATCHED.items():
            places = [place for place in self.before if place[0] == name]
            after = dict(at_places(self.session, table, places))
            for place in places:
                before, now = self.before[place], after.get(place)
                if not same(before, now):
                    key = {
                        column.name: value for column, value in zip(table.primary_key, place[1], strict=True)
                    }
                    found.append(RowChange(name, key, before, now))
        return found

    def _flushing(self, session: Session, context: object, instances: object) -> None:
        unseen: dict[str, list[Place]] = {}
        for row in (*session.dirty, *session.deleted):
            table = WATCHED.get(getattr(row, "__tablename__", ""))
            if table is None:
                continue
            place = place_at(table, _key_columns(row))
            if row in session.deleted:
                self._going(session, table, place[1])
            if place in self.before or not (row in session.deleted or session.is_modified(row)):
                continue
            if (said := _as_read(row, table)) is not None:
                self.before[place] = said
            else:
                unseen.setdefault(table.name, []).append(place)
        for name, places in unseen.items():
            self.before.update(at_places(session, WATCHED[name], places))

    def _flushed(self, session: Session, context: object) -> None:
        for row in session.new:
            table = WATCHED.get(getattr(row, "__tablename__", ""))
            if table is not None:
                self.before.setdefault(place_at(table, _key_columns(row)), None)

    def _executing(self, state: ORMExecuteState) -> None:
        statement = state.statement
        name = getattr(getattr(statement, "table", None), "name", "")
        if name not in WATCHED:
            return
        if state.is_insert:
            rows = state.parameters if isinstance(state.parameters, Sequence) else [state.parameters or {}]
            for row in rows:
                self.before.setdefault(place_at(WATCHED[name], row), None)
        elif isinstance(statement, Update | Delete):
            condition = statement.whereclause
            query = select(WATCHED[name])
            found = state.session.connection().execute(
                query if condition is None else query.where(condition), state.parameters or {}
            )
            for said in [dict(each) for each in found.mappings()]:
                place = place_at(WATCHED[name], said)
                if state.is_delete:
                    self._going(state.session, WATCHED[name], place[1])
                self.before.setdefault(place, said)

    def _going(self, session: Session, table: Table, key: tuple[Any, ...]) -> None:
        """What names a row that goes is changed by the database itself: it goes along, or names nothing."""
        for other in WATCHED.values():
            for reference in other.foreign_keys:
                if reference.column.table is table:
                    naming = select(other).where(reference.parent == key[0])
                    for row in session.connection().execute(naming).mappings():
                        self.before.setdefault(place_at(other, said := dict(row)), said)


def _as_read(row: object, table: Table) -> Values | None:
    """What a row said when the session read it; None if that may no longer be so, or was not read whole.

    A row with a version is only written over what was read: anybody else's change since refuses the write.
    """
    state = inspect(row)
    if VERSION not in table.c or state is None or state.expired or state.unloaded:
        return None
    return {
        attribute.columns[0].name: state.committed_state.get(attribute.key, state.dict[attribute.key])
        for attribute in state.mapper.column_attrs
    }


def same(one: Values | None, other: Values | None) -> bool:
    """Whether two rows say the same, however often they were written."""
    if one is None or other is None:
        return one is other
    return all(one[name] == other.get(name) for name in one if name not in GROWING)


def _key_columns(row: Base) -> Mapping[str, Any]:
    return {column.name: getattr(row, column.name) for column in row.__table__.primary_key}


def place_at(table: Table, said: Mapping[str, Any]) -> Place:
    return table.name, tuple(key_of(table, said).values())


def at_places(
    session: Session, table: Table, places: Sequence[Place], *, held: bool = False
) -> Iterator[tuple[Place, Values]]:
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
            yield place_at(table, said := dict(row)), said


def place_of(change: RowChange) -> Place:
    return place_at(WATCHED[change.table], change.key)
