"""The open database and its transactions: the only place that commits.

Locked until a key is given. Sessions are opened in one thread, used there and closed there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

from meditrack_desktop.database.base import Base
from meditrack_desktop.database.engine import PostgresTarget, SqliteTarget, Target, open_engine
from meditrack_desktop.database.faults import translated
from meditrack_desktop.database.own_changes import OwnChanges
from meditrack_desktop.domain.errors import ErrorCode, Unavailable

ReadSession = Session
"""A session as `Database.reading` gives it, by a name that services may know."""


class Database:
    """One clinic's database. Thread-safe; `unlock` and `lock` change what later transactions may do."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self._engine: Engine | None = None
        self._guard = Lock()
        self.own_changes = OwnChanges()
        """What `listen` tells its own echo by."""

    @property
    def locked(self) -> bool:
        return self._engine is None

    @property
    def shared(self) -> bool:
        """Whether other desks write to it too."""
        return isinstance(self.target, PostgresTarget)

    def unlock(self, key: bytes | None = None) -> None:
        """Open with the 32-byte key (Postgres needs none). Unavailable if it is wrong or nothing answers."""
        with self._guard:
            if self._engine is not None:
                return
            if isinstance(self.target, SqliteTarget) and not self.target.path.exists():
                raise Unavailable(ErrorCode.DATABASE_MISSING)
            engine = open_engine(self.target, key)
            try:
                with translated(), engine.connect() as connection:
                    connection.execute(text("SELECT 1"))
                    if isinstance(self.target, SqliteTarget):
                        connection.execute(text("SELECT count(*) FROM sqlite_master"))
            except Unavailable:
                engine.dispose()
                raise
            self._engine = engine

    def lock(self) -> None:
        """Forget the key and close every idle connection; one in use closes when its transaction ends."""
        with self._guard:
            engine, self._engine = self._engine, None
            if engine is not None:
                engine.dispose()

    @property
    def engine(self) -> Engine:
        """The engine, for migrations and listening. Unavailable DATABASE_LOCKED before `unlock`."""
        if self._engine is None:
            raise Unavailable(ErrorCode.DATABASE_LOCKED)
        return self._engine

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one consistent state and cannot write."""
        options: dict[str, Any] = {}
        if self.shared:
            # A chart is read in several statements; on Postgres each would see a newer state than the last.
            options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with (
            translated(),
            self._used(options) as engine,
            Session(engine, autoflush=False, expire_on_commit=False) as session,
        ):
            yield session
            if session.new or session.dirty or session.deleted:
                raise RuntimeError("a reading session was written to")

    @contextmanager
    def writing(self) -> Iterator[WriteSession]:
        """A session whose work is committed on leaving, or wholly undone if anything was raised."""
        with (
            translated(),
            self._used({"writing": True}) as engine,
            WriteSession(engine, autoflush=False, expire_on_commit=False) as session,
        ):
            try:
                yield session
                session.flush()
                session.refuse_unreported()
                if session.change_number is not None:
                    self.own_changes.note(session.change_number)
                session.commit()
            except BaseException:
                if session.change_number is not None:
                    self.own_changes.withdraw(session.change_number)
                raise
            for then in session.once_committed:
                then()

    @contextmanager
    def _used(self, options: dict[str, Any]) -> Iterator[Engine]:
        """The engine for one transaction. If it was locked meanwhile, the connection closes instead of waiting.

        It would go back to a pool that nobody empties again, and keep the file open with its key.
        """
        engine = self.engine
        pool = engine.pool
        try:
            yield engine.execution_options(**options)
        finally:
            if self._engine is not engine:
                pool.dispose()


class WriteSession(Session):
    """A session that remembers which rows were written and which of them were reported to the audit trail."""

    def __init__(self, engine: Engine, *, autoflush: bool, expire_on_commit: bool) -> None:
        super().__init__(engine, autoflush=autoflush, expire_on_commit=expire_on_commit)
        self.touched: set[Base] = set()
        self.reported: set[Base] = set()
        self.change_number: int | None = None
        """The number this transaction took from the file's counter of changes, if it announces one."""
        self.once_committed: list[Callable[[], None]] = []
        """Called in this thread after the commit; they must be quick and raise nothing."""

    @contextmanager
    def part(self) -> Iterator[None]:
        """A part of the transaction that is undone by itself if anything is raised in it; the rest goes on."""
        with translated(), self.begin_nested():
            yield
            self.flush()

    def refuse_unreported(self) -> None:
        """RuntimeError if a row was written that nobody reported: an unaudited change never commits."""
        forgotten = {row.__tablename__ for row in self.touched - self.reported}
        if forgotten:
            raise RuntimeError(f"written without a report: {', '.join(sorted(forgotten))}")


@event.listens_for(WriteSession, "before_flush")
def _note_touched(session: WriteSession, context: object, instances: object) -> None:
    for row in (*session.new, *session.deleted, *session.dirty):
        if (
            isinstance(row, Base)
            and row.reported_apart
            and (row not in session.dirty or session.is_modified(row))
        ):
            session.touched.add(row)
