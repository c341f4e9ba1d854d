"""Rows changed as one deed that can be taken back: what each said before and after, as JSON.

Taking back is done column by column: what still says what the deed made of it says again what it said before;
what somebody changed since stays. A version never goes back, so that no window saves over what it has not seen.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Date, DateTime, Table, Time, Uuid, and_, delete, insert, select, update
from sqlalchemy.orm import Session

from meditrack_desktop.database.base import Base
from meditrack_desktop.database.types import Code, UtcDateTime, WallDateTime

VERSION = "version"
TOGETHER: Mapping[str, frozenset[str]] = {"patient_twin": frozenset({"first_id", "second_id"})}
"""Columns that name one thing between them: half of what they said would name another."""

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row's columns that differ. `before` None: it was added; `after` None: it was removed."""

    table: str
    key: Values
    before: Values | None
    after: Values | None


@dataclass
class RowChanges:
    """Changes rows and remembers how."""

    session: Session
    made: list[RowChange] = field(default_factory=list)

    def change(self, table: Table, row: Mapping[str, Any], **values: Any) -> None:
        """Give columns of a row that was read whole new values; nothing if it says so already."""
        after = {name: value for name, value in values.items() if row[name] != value}
        if not after:
            return
        before = {name: row[name] for name in after}
        key = key_of(table, row)
        set_values(self.session, table, key, after, row.get(VERSION))
        self.made.append(RowChange(table.name, key, before, after))

    def add(self, table: Table, values: Values) -> None:
        self.session.execute(insert(table).values(values))
        self.made.append(RowChange(table.name, key_of(table, values), None, dict(values)))

    def remove(self, table: Table, row: Mapping[str, Any]) -> None:
        key = key_of(table, row)
        self.session.execute(delete(table).where(*_at(table, key)))
        self.made.append(RowChange(table.name, key, dict(row), None))

    def noted(self, row: Base, before: Values) -> None:
        """Remember a change that was made through the session; `before` are the row's `columns_of` then."""
        table, after = _table_of(row), columns_of(row)
        key = key_of(table, after)
        differing = [name for name in before if before[name] != after[name] and name != VERSION]
        if differing:
            self.made.append(
                RowChange(
                    table.name,
                    key,
                    {name: before[name] for name in differing},
                    {name: after[name] for name in differing},
                )
            )


def columns_of(row: Base) -> Values:
    """What a row that is in a session says now."""
    return {column.name: getattr(row, column.name) for column in _table_of(row).columns}


def take_back_in(row: Base, change: RowChange) -> None:
    """As `take_back`, for a row that is in the session."""
    for name, value in (change.before or {}).items():
        if change.after is not None and getattr(row, name) == change.after[name]:
            setattr(row, name, value)


def rows(session: Session, table: Table, **wanted: Any) -> list[Values]:
    """Whole rows, held, in the order of their key."""
    query = select(table).where(*(table.c[name] == value for name, value in wanted.items()))
    query = query.order_by(*table.primary_key.columns).with_for_update()
    return [dict(row) for row in session.execute(query).mappings()]


def take_back(session: Session, changes: Iterable[RowChange]) -> None:
    """Undo these changes, the last first."""
    for change in reversed(list(changes)):
        table = Base.metadata.tables[change.table]
        found = rows(session, table, **change.key)
        if change.after is None:
            if not found and change.before is not None:
                values = dict(change.before)
                if VERSION in values:
                    values[VERSION] += 1
                session.execute(insert(table).values(values))
        elif not found:
            continue
        elif change.before is None:
            if all(found[0][name] == value for name, value in change.after.items() if name != VERSION):
                session.execute(delete(table).where(*_at(table, change.key)))
        else:
            before = {
                name: value for name, value in change.before.items() if found[0][name] == change.after[name]
            }
            if TOGETHER.get(table.name, frozenset()) & (change.before.keys() - before.keys()):
                # It was said of two records that have become others since: nobody knows whether it holds.
                session.execute(delete(table).where(*_at(table, change.key)))
            elif before:
                set_values(session, table, change.key, before, found[0].get(VERSION))


def set_values(session: Session, table: Table, key: Values, values: Values, version: int | None) -> None:
    if version is not None:
        values = {**values, VERSION: version + 1}
    session.execute(update(table).where(*_at(table, key)).values(values))


def key_of(table: Table, row: Mapping[str, Any]) -> Values:
    return {column.name: row[column.name] for column in table.primary_key.columns}


def to_json(changes: Iterable[RowChange]) -> str:
    return json.dumps(
        [[change.table, _told(change.key), _told(change.before), _told(change.after)] for change in changes],
        ensure_ascii=False,
        separators=(",", ":"),
    )


def from_json(text: str) -> list[RowChange]:
    """What `to_json` wrote; of a name that is no table the values as they stand. ValueError for anything else."""
    changes: list[RowChange] = []
    try:
        for name, key, before, after in json.loads(text):
            table = Base.metadata.tables.get(name)
            known = _read(table, key) or {}
            changes.append(RowChange(name, known, _read(table, before), _read(table, after)))
    except (KeyError, TypeError) as unknown:
        raise ValueError("not a record of changed rows") from unknown
    return changes


def _table_of(row: Base) -> Table:
    return Base.metadata.tables[row.__tablename__]


def _at(table: Table, key: Values) -> list[Any]:
    return [and_(*(table.c[name] == value for name, value in key.items()))]


def _told(values: Values | None) -> Values | None:
    return None if values is None else {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    if value is None or isinstance(value, bool | int | str):
        return value
    raise TypeError(f"cannot be kept: {type(value).__name__}")


def _read(table: Table | None, values: Values | None) -> Values | None:
    if values is None or table is None:
        return values
    return {name: _value(table.c[name], each) for name, each in values.items()}


def _value(column: Column[Any], value: Any) -> Any:
    kind = column.type
    if value is None:
        return None
    if isinstance(kind, Uuid):
        return UUID(value)
    if isinstance(kind, Code):
        return kind.kind(value)
    if isinstance(kind, UtcDateTime | WallDateTime | DateTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, Time):
        return time.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(kind, Date) else value
