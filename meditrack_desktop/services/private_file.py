"""Writing a file for somebody: whole or not at all, and readable by this person only."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from meditrack_desktop.database.folders import sync_folder
from meditrack_desktop.domain.errors import ErrorCode, Unavailable


@contextmanager
def private_file(target: Path, *, overwrite: bool = False) -> Iterator[Path]:
    """An empty file (0600) beside `target` to write into; it gets the name when the block ends well.

    Whatever is raised inside leaves no file, and what stood at `target` as it was. Unavailable
    EXPORT_TARGET_UNUSABLE if it cannot be written, or if there is such a file and `overwrite` is not asked for.
    """
    if (target.exists() or target.is_symlink()) and not (overwrite and _is_plain(target)):
        raise Unavailable(ErrorCode.EXPORT_TARGET_UNUSABLE)
    part = target.with_name(f".{target.name[:80]}.{secrets.token_hex(4)}.part")
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        os.close(handle)
        yield part
        with part.open("r+b") as file:
            os.fsync(file.fileno())
        if target.exists() and not overwrite:
            raise Unavailable(ErrorCode.EXPORT_TARGET_UNUSABLE)
        part.replace(target)
        sync_folder(target.parent)
    except OSError:
        raise Unavailable(ErrorCode.EXPORT_TARGET_UNUSABLE) from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _is_plain(target: Path) -> bool:
    """A file of its own: writing through a link would replace somebody else's."""
    return target.is_file() and not target.is_symlink()
