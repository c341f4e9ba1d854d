"""Hears what other desks commit, and says so to whoever subscribed.

Postgres: LISTEN on a connection of its own, in a thread; a broken line is rebuilt and "everything changed"
is announced, because nobody knows what was missed. SQLite: `PRAGMA data_version` moves when somebody
commits; it is looked at once a second, and a counter in the file tells whether it was our own echo.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from threading import Event, Thread
from uuid import UUID

import psycopg
from sqlalchemy import Connection, text

from meditrack_desktop.database.faults import translated
from meditrack_desktop.database.session import Database, WriteSession
from meditrack_desktop.domain.changes import EVERYTHING, Change, ChangeSet
from meditrack_desktop.domain.errors import ClinicError, ErrorCode, Unavailable

CHANNEL = "mt_changes"
LARGEST_PAYLOAD = 7000
POLL_SECONDS = 1.0
RECONNECT_SECONDS = 2.0


def announce(session: WriteSession, origin: str, changes: ChangeSet) -> None:
    """Tell other desks of `changes` when the transaction commits."""
    if not (changes.changes or changes.everything):
        return
    if session.get_bind().dialect.name == "sqlite":
        taken = "UPDATE counter SET value = value + 1 WHERE name = 'changes' RETURNING value"
        session.change_number = session.execute(text(taken)).scalar()
        return
    payload = json.dumps({"from": origin, "changes": [_to_json(change) for change in changes.changes]})
    if len(payload) > LARGEST_PAYLOAD:
        payload = json.dumps({"from": origin, "everything": True})
    session.execute(text("SELECT pg_notify(:channel, :payload)"), {"channel": CHANNEL, "payload": payload})


def _to_json(change: Change) -> dict[str, str]:
    fields = {"entity": change.entity, "id": change.id.hex}
    if change.doctor:
        fields["doctor"] = change.doctor.hex
    if change.day:
        fields["day"] = change.day.isoformat()
    if change.patient:
        fields["patient"] = change.patient.hex
    return fields


def _from_json(fields: dict[str, str]) -> Change:
    return Change(
        fields["entity"],
        UUID(fields["id"]),
        UUID(fields["doctor"]) if "doctor" in fields else None,
        date.fromisoformat(fields["day"]) if "day" in fields else None,
        UUID(fields["patient"]) if "patient" in fields else None,
    )


def read_payload(payload: str, origin: str) -> ChangeSet | None:
    """The change set of a notification; None for our own echo. What cannot be read means "everything"."""
    try:
        message = json.loads(payload)
        if message.get("from") == origin:
            return None
        if message.get("everything"):
            return EVERYTHING
        return ChangeSet(tuple(_from_json(fields) for fields in message["changes"]))
    except (ValueError, KeyError, TypeError, AttributeError):
        return EVERYTHING


class Listener:
    """A thread that hears other desks. `heard` is called in that thread."""

    def __init__(self, database: Database, origin: str, heard: Callable[[ChangeSet], None]) -> None:
        self._database = database
        self._origin = origin
        self._heard = heard
        self._stop = Event()
        self._thread = Thread(target=self._run, name="listen", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def _run(self) -> None:
        listen = self._listen_postgres if self._database.shared else self._watch_sqlite
        first = True
        while not self._stop.is_set():
            try:
                with translated():
                    listen(missed=not first)
            except ClinicError:
                # Whatever it was: a desk that no longer hears the others shows what is no longer true.
                first = False
                self._stop.wait(RECONNECT_SECONDS)

    def _listen_postgres(self, missed: bool) -> None:
        raw = self._database.engine.raw_connection()
        try:
            connection = raw.driver_connection
            raw.detach()  # the pool must not hand this connection to anybody else
            assert isinstance(connection, psycopg.Connection)
            connection.autocommit = True
            connection.execute(f"LISTEN {CHANNEL}")
            if missed:
                self._heard(EVERYTHING)
            while not self._stop.is_set():
                for notice in connection.notifies(timeout=0.5, stop_after=50):
                    changes = read_payload(notice.payload, self._origin)
                    if changes is not None:
                        self._heard(changes)
        finally:
            raw.close()

    def _watch_sqlite(self, missed: bool) -> None:
        with self._database.engine.connect() as connection:
            connection.detach()  # the pool would keep it, and the file with it, after the database was locked
            seen = connection.exec_driver_sql("PRAGMA data_version").scalar_one()
            foreign = self._foreign_changes(connection)
            if missed:
                self._heard(EVERYTHING)
            while not self._stop.wait(POLL_SECONDS):
                if self._database.locked:
                    # Let go of the file, which is about to be replaced; whatever is there later is news.
                    raise Unavailable(ErrorCode.DATABASE_LOCKED)
                version = connection.exec_driver_sql("PRAGMA data_version").scalar_one()
                connection.rollback()
                if version == seen:
                    continue
                seen = version
                now = self._foreign_changes(connection)
                if now != foreign:
                    foreign = now
                    self._heard(EVERYTHING)

    def _foreign_changes(self, connection: Connection) -> int:
        """How many changes others have committed, up to a constant."""
        value = connection.execute(text("SELECT value FROM counter WHERE name = 'changes'")).scalar()
        connection.rollback()
        return self._database.own_changes.foreign(int(value or 0))
