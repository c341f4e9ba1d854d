"""One at a time: a lock that its holder's death frees, on the server for a shared clinic, else in the profile."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from meditrack_desktop.database.faults import translated
from meditrack_desktop.database.session import Database
from meditrack_desktop.domain.errors import ErrorCode, Unavailable

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_BACKUP_LOCK = 0x6D745F62636B  # "mt_bck"


@contextmanager
def alone_on_server(database: Database) -> Iterator[None]:
    """Hold the clinic's lock for backups on its server. Unavailable BACKUP_RUNNING if another desk holds it."""
    with translated(), database.engine.connect() as connection:
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        got = connection.execute(
            text("SELECT pg_try_advisory_lock(:key)"), {"key": _BACKUP_LOCK}
        ).scalar_one()
        if not got:
            raise Unavailable(ErrorCode.BACKUP_RUNNING)
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _BACKUP_LOCK})


@contextmanager
def alone_with_file(path: Path) -> Iterator[None]:
    """Hold a lock file, which stays. Unavailable BACKUP_RUNNING if another process or thread holds it."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
    try:
        _lock(handle)
        yield
    finally:
        os.close(handle)


def _lock(handle: int) -> None:
    try:
        if sys.platform == "win32":
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            # flock, not lockf: it belongs to the handle, so a second thread of this process is refused too.
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise Unavailable(ErrorCode.BACKUP_RUNNING) from None
