"""Which version the schema has, and the way to the newest (security.md D42)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from meditrack_desktop.database.engine import OLDEST_POSTGRES, SCHEMA
from meditrack_desktop.database.faults import translated
from meditrack_desktop.database.session import Database
from meditrack_desktop.domain.errors import ErrorCode, Unavailable

_MIGRATIONS = Path(__file__).parent / "migrations"
_ADVISORY_LOCK = 0x6D745F736368  # "mt_sch": one migrator at a time


def _config(migrations: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations))
    config.set_main_option("path_separator", "os")
    return config


def newest() -> str:
    """The version this program writes."""
    return _versions(_MIGRATIONS)[0]


def known() -> frozenset[str]:
    """Every version that this program can read, or bring to its own."""
    return _versions(_MIGRATIONS)[1]


@lru_cache
def _versions(migrations: Path) -> tuple[str, frozenset[str]]:
    """The newest and all of them. Each clinic that is opened asks, and reading the scripts takes 25 ms."""
    scripts = ScriptDirectory.from_config(_config(migrations))
    head = scripts.get_current_head()
    assert head is not None
    return head, frozenset(script.revision for script in scripts.walk_revisions())


def stored(database: Database) -> str | None:
    """The version of the open database; None if it has no tables yet."""
    with translated(), database.engine.connect() as connection:
        return _stored(connection)


def _stored(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def check(database: Database) -> None:
    """Unavailable DATABASE_NEWER, DATABASE_OLDER or DATABASE_MISSING unless the schema is this program's."""
    version = stored(database)
    if version is None:
        raise Unavailable(ErrorCode.DATABASE_MISSING)
    if version == newest():
        return
    raise Unavailable(ErrorCode.DATABASE_OLDER if version in known() else ErrorCode.DATABASE_NEWER)


def migrate(database: Database, to: str = "head") -> tuple[str | None, str]:
    """Bring the schema to the newest version in one transaction, or to an earlier one. Returns (before, after).

    Unavailable DATABASE_NEWER if the database is ahead of this program; nothing is changed then.
    """
    with translated(), database.engine.execution_options(writing=True).begin() as connection:
        if connection.dialect.name == "postgresql":
            _prepare_postgres(connection)
        before = _stored(connection)
        if before is not None and before not in known():
            raise Unavailable(ErrorCode.DATABASE_NEWER)
        config = _config(_MIGRATIONS)
        config.attributes["connection"] = connection
        command.upgrade(config, to)
        return before, newest() if to == "head" else to


def _prepare_postgres(connection: Connection) -> None:
    version = int(connection.execute(text("SHOW server_version_num")).scalar_one())
    if version < OLDEST_POSTGRES:
        raise Unavailable(ErrorCode.DATABASE_UNREACHABLE, server_version=version)
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
    connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
    connection.execute(text("CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public"))
