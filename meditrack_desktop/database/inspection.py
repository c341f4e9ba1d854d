"""Looks at a whole database: what it says of its own health, how many rows it has, which tables."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from meditrack_desktop.database.engine import SCHEMA

_SQLITE_TABLES = """
SELECT name FROM sqlite_master
WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name
"""
_POSTGRES_TABLES = """
SELECT table_name FROM information_schema.tables
WHERE table_schema = :schema AND table_type = 'BASE TABLE' ORDER BY table_name
"""
MOST_COMPLAINTS = 100


def tables(session: Session) -> list[str]:
    """Names of all tables, the schema's own version table included."""
    if _is_sqlite(session):
        return list(session.scalars(text(_SQLITE_TABLES)))
    return sorted(session.scalars(text(_POSTGRES_TABLES), {"schema": SCHEMA}))


def counts(session: Session) -> dict[str, int]:
    """How many rows each table has."""
    return {table: session.scalar(text(f'SELECT count(*) FROM "{table}"')) or 0 for table in tables(session)}


def complaints(session: Session) -> Sequence[str]:
    """What the database says is wrong with itself; nothing if all is well.

    On SQLite three checks, because each is blind where another sees: structure, seals of pages, references. A
    Postgres is asked whether a constraint or an index is marked as not valid.
    """
    if _is_sqlite(session):
        structure = session.scalars(text(f"PRAGMA integrity_check({MOST_COMPLAINTS})")).all()
        pages = session.scalars(text("PRAGMA cipher_integrity_check")).all()
        references = session.execute(text("PRAGMA foreign_key_check")).all()
        found = [line for line in structure if line != "ok"]
        found += [str(line) for line in pages]
        found += [f"a row of {row[0]} refers to a missing row of {row[2]}" for row in references]
        return found[:MOST_COMPLAINTS]
    indexes = session.scalars(
        text(
            "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
            "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = :schema "
            "AND NOT (i.indisvalid AND i.indisready)"
        ),
        {"schema": SCHEMA},
    )
    constraints = session.scalars(
        text(
            "SELECT o.conname FROM pg_constraint o JOIN pg_namespace n ON n.oid = o.connamespace "
            "WHERE n.nspname = :schema AND NOT o.convalidated"
        ),
        {"schema": SCHEMA},
    )
    return [f"{name} is not valid" for name in (*indexes, *constraints)][:MOST_COMPLAINTS]


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
