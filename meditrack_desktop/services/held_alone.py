"""A lock beside a file of the profile, for whoever changes it in several steps."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from meditrack_desktop.domain.errors import ErrorCode, Unavailable

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


@contextmanager
def held_alone(path: Path) -> Iterator[None]:
    """Let no other process that asks the same change `path` meanwhile. Waits for it; a dead one holds nothing.

    Unavailable PROFILE_UNWRITABLE.
    """
    try:
        handle = os.open(lock_of(path), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        raise Unavailable(ErrorCode.PROFILE_UNWRITABLE, folder=str(path.parent)) from None
    try:
        try:
            if sys.platform == "win32":
                msvcrt.locking(handle, msvcrt.LK_LOCK, 1)
            else:
                fcntl.flock(handle, fcntl.LOCK_EX)
        except OSError:
            raise Unavailable(ErrorCode.PROFILE_UNWRITABLE, folder=str(path.parent)) from None
        yield
    finally:
        os.close(handle)


def lock_of(path: Path) -> Path:
    """The empty file that `held_alone` holds for `path`."""
    return path.with_name(f".{path.name}.lock")
