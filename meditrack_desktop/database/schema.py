"""Which version the schema has, and the way to the newest (security.md D42)."""

from __future__ import annotations

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


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return config


def newest() -> str:
    """The version this program writes."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


def known() -> frozenset[str]:
    """Every version that this program can read, or bring to its own."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


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
        config = _config()
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
