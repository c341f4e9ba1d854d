"""Runs statements that are asked at every key press: compiled once for each database, then only given values.

SQLAlchemy looks each statement up in its own cache by walking through it, which costs several times as much as
the answer of an index. Statements given here are kept by their callers, parameters are text and numbers, and
columns come as the driver gives them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import Executable


def rows(session: Session, statement: Executable, values: Mapping[str, Any]) -> Sequence[Any]:
    """All rows. `statement` must be the same object each time, and have no list of unknown length."""
    connection = session.connection()
    text, own, order = _compiled(statement, connection.dialect.name, _Same(connection.dialect))
    given: dict[str, Any] = {**own, **values}
    parameters = given if order is None else tuple(given[name] for name in order)
    return connection.exec_driver_sql(text, parameters).fetchall()


class _Same:
    """A dialect as a key: all of one name compile alike."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=2048)
def _compiled(
    statement: Executable, name: str, same: _Same
) -> tuple[str, Mapping[str, Any], Sequence[str] | None]:
    """The text, the values it comes with, and the order of parameters where they have no names."""
    compiled = statement.compile(dialect=same.dialect)  # type: ignore[attr-defined]
    return str(compiled), dict(compiled.params), compiled.positiontup
