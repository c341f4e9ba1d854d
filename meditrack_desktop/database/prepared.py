"""Runs statements that are asked at every key press: compiled once for each database, then only given values.

SQLAlchemy looks each statement up in its own cache by walking through it, and makes an object of each result; both
cost several times as much as the answer of an index. Statements given here are kept by their callers and go to the
driver as they were compiled; parameters are text and numbers, columns come as the driver gives them. So do errors,
which `translated` reads alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Dialect, PoolProxiedConnection
from sqlalchemy.orm import Session, SessionTransaction
from sqlalchemy.sql.expression import SelectBase


class _Open(NamedTuple):
    """What a session's transaction speaks through; asking SQLAlchemy for it costs as much as an index's answer."""

    transaction: SessionTransaction | None
    dialect: Dialect
    connection: PoolProxiedConnection


_OPEN = object()
"""The key of a session's `_Open` among what it knows."""
_MOST_TEXTS = 2048
_texts: dict[tuple[str, SelectBase], tuple[str, Mapping[str, Any], Sequence[str] | None]] = {}
"""By dialect and statement: the text, the values it comes with, and the order of parameters that have no names."""


def rows(session: Session, statement: SelectBase, values: Mapping[str, Any]) -> Sequence[Any]:
    """All rows, as tuples. `statement` must be the same object each time, and have no list of unknown length."""
    opened: _Open | None = session.info.get(_OPEN)
    if opened is None or opened.transaction is None or opened.transaction is not session.get_transaction():
        connection = session.connection()
        opened = _Open(session.get_transaction(), connection.dialect, connection.connection)
        session.info[_OPEN] = opened
    text, own, order = _texts.get((opened.dialect.name, statement)) or _compiled(statement, opened.dialect)
    given: dict[str, Any] = {**own, **values}
    cursor = opened.connection.cursor()
    try:
        cursor.execute(text, given if order is None else tuple([given[name] for name in order]))
        return cursor.fetchall()
    finally:
        cursor.close()


def _compiled(statement: SelectBase, dialect: Dialect) -> tuple[str, Mapping[str, Any], Sequence[str] | None]:
    compiled = statement.compile(dialect=dialect)
    if len(_texts) >= _MOST_TEXTS:
        _texts.clear()
    text = (str(compiled), dict(compiled.params), compiled.positiontup)
    _texts[dialect.name, statement] = text
    return text
