"""Opens the clinic's database: SQLCipher with a raw key, or a Postgres. One factory for both."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.pool import QueuePool

from meditrack_desktop.database.wire import read_url, wire_options

SCHEMA = "mt"
BUSY_SECONDS = 10
FEW_STATEMENTS = 5
"""Kept prepared by a connection. More of them use up SQLite's small pool of ready memory; each row written
or read then costs ten system calls, because `cipher_memory_security` locks and wipes every piece."""
OLDEST_POSTGRES = 150000


@dataclass(frozen=True, slots=True)
class SqliteTarget:
    """An encrypted file on this computer; opened with a raw 32-byte key."""

    path: Path


@dataclass(frozen=True, slots=True)
class PostgresTarget:
    """A shared server. `url` may hold a password and is never logged.

    A certificate that the URL names without a folder lies in `folder`.
    """

    url: str
    folder: Path | None = None

    def __repr__(self) -> str:
        return "PostgresTarget(…)"


Target = SqliteTarget | PostgresTarget


def open_engine(target: Target, key: bytes | None = None) -> Engine:
    """An engine for `target`. SQLite needs the 32-byte `key`. Connects only when first used."""
    if isinstance(target, SqliteTarget):
        if key is None or len(key) != 32:
            raise ValueError("an encrypted file needs a 32-byte key")
        return _sqlite(target.path, key)
    return _postgres(target)


def _sqlite(path: Path, key: bytes) -> Engine:
    def connect() -> Any:
        connection = sqlcipher.connect(
            str(path),
            isolation_level=None,
            check_same_thread=False,
            timeout=BUSY_SECONDS,
            cached_statements=FEW_STATEMENTS,
        )
        # The raw form skips SQLCipher's own key stretching: the key is random already (security.md D21).
        for pragma in (
            "cipher_log_level=NONE",
            f"key=\"x'{key.hex()}'\"",
            "foreign_keys=ON",
            "journal_mode=WAL",
            "synchronous=FULL",
            "temp_store=MEMORY",
            "cache_size=-32000",
        ):
            try:
                connection.execute(f"PRAGMA {pragma}")
            except sqlcipher.DatabaseError:
                connection.close()
                raise
        return connection

    engine = create_engine(
        "sqlite+pysqlite://",
        module=sqlcipher,
        creator=connect,
        poolclass=QueuePool,
        pool_size=8,
        max_overflow=8,
        hide_parameters=True,
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A writer takes the lock before it looks, so that what it checked is still true when it writes (D30).
        kind = "IMMEDIATE" if connection.get_execution_options().get("writing") else "DEFERRED"
        connection.exec_driver_sql(f"BEGIN {kind}")

    return engine


def _postgres(target: PostgresTarget) -> Engine:
    parsed = read_url(target.url)
    return create_engine(
        _with_driver(parsed),
        pool_size=6,
        max_overflow=4,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={
            **wire_options(parsed, target.folder),
            "options": f"-csearch_path={SCHEMA},public -ctimezone=UTC -clock_timeout=10s",
            "application_name": "meditrack",
        },
    )


def _with_driver(url: URL) -> URL:
    return url.set(drivername="postgresql+psycopg")


def driver_message(error: BaseException) -> str:
    """SQLite's own short message of an error, for telling its kinds apart. Never shown and never logged."""
    return str(error) if isinstance(error, (sqlcipher.Error, sqlite3.Error)) else ""


UNIQUE_COLUMNS = re.compile(r"UNIQUE constraint failed: (?P<columns>[\w., ]+)")
