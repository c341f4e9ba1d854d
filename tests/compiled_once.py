"""Statements are compiled once a run instead of once a test.

Each test opens databases of its own, and SQLAlchemy remembers compiled statements by engine and by dialect object: a
quarter of the time of a test was spent on compiling what the test before had compiled, and what was compiled before
was kept. Here all databases of one kind share what was compiled.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, util
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from meditrack_desktop.database import engine

MOST = 5000


@contextmanager
def compiled_once() -> Iterator[None]:
    """While it lasts, dialects of one class count as one, and every engine uses one cache."""
    shared: Any = util.LRUCache(MOST)

    def create(*about: Any, **how: Any) -> Engine:
        return create_engine(*about, **how, execution_options={"compiled_cache": shared})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "create_engine", create)
        for dialect in (PGDialect_psycopg, SQLiteDialect_pysqlite):
            patch.setattr(dialect, "__eq__", lambda one, other: type(one) is type(other))
            patch.setattr(dialect, "__hash__", lambda one: hash(type(one)))
        yield
