"""Inserts thousands of rows as fast as each database takes them: values go to the driver as they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Column, Dialect, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from meditrack_desktop.database.base import Base

AT_ONCE = 20_000


def insert_rows(
    session: Session, kind: type[Base], rows: Sequence[Sequence[Any]], *, known_already: bool = False
) -> None:
    """Insert `rows`: a value for every column, in the table's order; ids as 32 hex digits, the rest as drivers take it.

    With `known_already`, rows whose key is there are left as they are. A broken rule of the database is raised
    as from any other statement. Nobody reports these rows: for parts of others.
    """
    if not rows:
        return
    connection = session.connection()
    statement = _statement(kind, connection.dialect.name, known_already)
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(statement, list(rows))
        return
    for start in range(0, len(rows), AT_ONCE):
        columns = zip(*rows[start : start + AT_ONCE], strict=True)
        connection.exec_driver_sql(statement, tuple(list(values) for values in columns))


@lru_cache(maxsize=64)
def _statement(kind: type[Base], dialect: str, known_already: bool) -> str:
    table = cast("Table", kind.__table__)
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    conflict = " ON CONFLICT DO NOTHING" if known_already else ""
    if dialect == "sqlite":
        marks = ", ".join("?" for _ in table.columns)
        return f'INSERT INTO "{table.name}" ({names}) VALUES ({marks}){conflict}'
    arrays = ", ".join(f"%s::{_type(column)}[]" for column in table.columns)
    return f'INSERT INTO "{table.name}" ({names}) SELECT * FROM unnest({arrays}){conflict}'


def _type(column: Column[Any]) -> str:
    make_dialect: Callable[[], Dialect] = postgresql.dialect  # it says nothing of its own types
    compiled = column.type.compile(dialect=make_dialect())
    return str(compiled).partition(" COLLATE")[0]
