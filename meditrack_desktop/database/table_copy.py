"""All tables of a Postgres into an encrypted SQLite file of the same schema, and back (decision 0013).

Values travel as SQLite keeps them: the server itself spells them so on the way out and understands them on the
way in, so nothing is converted row by row here and memory stays flat.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import sqlcipher3.dbapi2 as sqlcipher
from psycopg import sql
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from meditrack_desktop.database import schema
from meditrack_desktop.database.base import Base
from meditrack_desktop.database.engine import SCHEMA, SqliteTarget
from meditrack_desktop.database.faults import translated
from meditrack_desktop.database.session import Database

AT_A_TIME = 5000
VERSIONS = "alembic_version"
_ROW = 100
"""Bytes that a row is taken for where progress is told."""

Seen = Callable[[int], None]

_SPELLED: dict[str, str] = {
    "uuid": "replace({}::text, '-', '')",
    "timestamp with time zone": "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')",
    "timestamp without time zone": "to_char({}, 'YYYY-MM-DD HH24:MI:SS.US')",
    "date": "to_char({}, 'YYYY-MM-DD')",
    "time without time zone": "to_char({}, 'HH24:MI:SS.US')",
    "boolean": "{}::int",
}
"""How Postgres spells a value as SQLAlchemy stores it in SQLite. Other types are the same in both."""


def copy_tables(database: Database, target: Path, key: bytes, seen: Seen) -> None:
    """Write what the open Postgres holds at one moment into a new encrypted file, whatever version it has.

    Others go on working. Unavailable as the database; what `seen` raises ends it.
    """
    target.touch(mode=0o600, exist_ok=False)
    made = Database(SqliteTarget(target))
    made.unlock(key)
    try:
        schema.migrate(made, schema.stored(database) or "head")
    finally:
        made.lock()
    with translated(), database.engine.connect() as source:
        source = source.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with source.begin():
            file = _open_file(target, key)
            try:
                _fill_file(source, file, seen)
            finally:
                file.close()


def replace_tables(
    path: Path, key: bytes, database: Database, seen: Seen, agree: Callable[[Session], None] | None = None
) -> None:
    """Put the encrypted file's rows in place of everything the open Postgres holds, in one transaction.

    Both have this program's version of the schema. Killed at any point, the server holds the one or the other.
    `agree` sees what is about to be replaced while nobody can write any more; what it raises leaves it as it is.
    """
    with translated(), database.engine.execution_options(writing=True).begin() as target:
        file = _open_file(path, key)
        try:
            _fill_server(file, target, seen, agree)
        finally:
            file.close()


def _fill_file(source: Connection, file: sqlcipher.Connection, seen: Seen) -> None:
    file.execute("BEGIN")
    guards = _take_off(file)
    driver = _driver(source)
    for table in _file_tables(file):
        columns = _file_columns(file, table)
        types = _server_types(source, table)
        if not types:
            continue
        file.execute(f'DELETE FROM "{table}"')
        wanted = sql.SQL(", ").join(_spelled(column, types[column]) for column in columns)
        query = sql.SQL("SELECT {} FROM {}.{}").format(wanted, sql.Identifier(SCHEMA), sql.Identifier(table))
        insert = f'INSERT INTO "{table}" VALUES ({", ".join("?" * len(columns))})'
        with driver.cursor(name=f"copy_{table}") as cursor:
            cursor.execute(query)
            while rows := cursor.fetchmany(AT_A_TIME):
                file.executemany(insert, rows)
                seen(len(rows) * _ROW)
    for statement in guards:
        file.execute(statement)
    file.execute("COMMIT")


def _fill_server(
    file: sqlcipher.Connection, target: Connection, seen: Seen, agree: Callable[[Session], None] | None
) -> None:
    driver = _driver(target)
    names = [table.name for table in Base.metadata.sorted_tables]
    target.execute(text("SET LOCAL lock_timeout = '30s'"))
    everything = ", ".join(f'{SCHEMA}."{name}"' for name in names)
    target.execute(text(f"LOCK TABLE {everything} IN ACCESS EXCLUSIVE MODE"))
    if agree is not None:
        with Session(target) as looked:
            agree(looked)
    guarded = [name for name in names if _has_triggers(target, name)]
    for name in guarded:
        target.execute(text(f'ALTER TABLE {SCHEMA}."{name}" DISABLE TRIGGER USER'))
    target.execute(text(f"TRUNCATE {everything}"))
    for name in names:
        columns = _file_columns(file, name)
        into = sql.SQL("COPY {}.{} ({}) FROM STDIN").format(
            sql.Identifier(SCHEMA),
            sql.Identifier(name),
            sql.SQL(", ").join(sql.Identifier(column) for column in columns),
        )
        with driver.cursor() as cursor, cursor.copy(into) as copy:
            for rows in _rows(file, name, columns):
                for row in rows:
                    copy.write_row(row)
                seen(len(rows) * _ROW)
    for name in guarded:
        target.execute(text(f'ALTER TABLE {SCHEMA}."{name}" ENABLE TRIGGER USER'))


def _open_file(path: Path, key: bytes) -> sqlcipher.Connection:
    file = sqlcipher.connect(str(path), isolation_level=None)
    for pragma in (
        "cipher_log_level=NONE",
        f"key=\"x'{key.hex()}'\"",
        "journal_mode=DELETE",
        "synchronous=OFF",  # a scratch file: if the power goes, it is made anew
        "foreign_keys=OFF",
        "temp_store=MEMORY",
        "cache_size=-64000",
    ):
        file.execute(f"PRAGMA {pragma}").fetchall()
    return file


def _take_off(file: sqlcipher.Connection) -> list[str]:
    """Drop triggers and plain indexes, for rows come in any order and in bulk; returns how they are made again."""
    made = file.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE type IN ('trigger', 'index') AND sql IS NOT NULL"
    ).fetchall()
    for kind, name, _ in made:
        file.execute(f'DROP {kind.upper()} "{name}"')
    return [statement for _, _, statement in sorted(made)]  # indexes before triggers


def _file_tables(file: sqlcipher.Connection) -> list[str]:
    rows = file.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
    return [name for (name,) in rows if not name.startswith("sqlite_") and name != VERSIONS]


def _file_columns(file: sqlcipher.Connection, table: str) -> list[str]:
    return [row[1] for row in file.execute(f'PRAGMA table_info("{table}")').fetchall()]


def _server_types(source: Connection, table: str) -> dict[str, str]:
    rows = source.execute(
        text(
            "SELECT column_name, data_type FROM information_schema.columns "
            "WHERE table_schema = :schema AND table_name = :table"
        ),
        {"schema": SCHEMA, "table": table},
    )
    return {row.column_name: row.data_type for row in rows}


def _spelled(column: str, kind: str) -> sql.Composable:
    return sql.SQL(_SPELLED.get(kind, "{}")).format(sql.Identifier(column))


def _has_triggers(target: Connection, table: str) -> bool:
    found = target.execute(
        text("SELECT 1 FROM pg_trigger WHERE tgrelid = to_regclass(:name) AND NOT tgisinternal LIMIT 1"),
        {"name": f'{SCHEMA}."{table}"'},
    )
    return found.first() is not None


def _rows(file: sqlcipher.Connection, table: str, columns: list[str]) -> Iterator[list[tuple[Any, ...]]]:
    names = ", ".join(f'"{column}"' for column in columns)
    cursor = file.execute(f'SELECT {names} FROM "{table}"')
    while rows := cursor.fetchmany(AT_A_TIME):
        yield rows


def _driver(connection: Connection) -> psycopg.Connection[Any]:
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver
