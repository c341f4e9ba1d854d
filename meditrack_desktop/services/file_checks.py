"""Reads a file that a person picked: a regular one, once, and never more of it than the clinic keeps.

What the file is, is found out by the examiner in a process apart (docs/decisions/0022). Pictures that it has let
through are opened here with Pillow, held to the same limits.
"""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path
from typing import BinaryIO, Protocol

from meditrack_desktop.domain.documents import LARGEST_DOCUMENT
from meditrack_desktop.domain.errors import ErrorCode, Invalid

BLOCK = 1024 * 1024


class Source(Protocol):
    """Where bytes come from: an open file, or anything that reads like one."""

    def read(self, size: int, /) -> bytes: ...


def open_regular(path: Path) -> BinaryIO:
    """Open a file that a person picked. Invalid FILE_UNREADABLE for links, devices, pipes and locked files."""
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    # Without O_NONBLOCK a pipe would hold the caller until somebody writes to it.
    flags |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        if path.is_symlink():
            raise Invalid(ErrorCode.FILE_UNREADABLE)
        descriptor = os.open(path, flags)
    except (OSError, ValueError):
        raise Invalid(ErrorCode.FILE_UNREADABLE) from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise Invalid(ErrorCode.FILE_UNREADABLE)
    return os.fdopen(descriptor, "rb")


def read_whole(source: Source, limit: int = LARGEST_DOCUMENT) -> bytes:
    """The bytes of `source` from where it stands, read once. Invalid FILE_TOO_LARGE, FILE_EMPTY, FILE_UNREADABLE.

    `limit` in bytes. A file that is too large by its own account is refused before it is read.
    """
    try:
        if (left := _size_left(source)) is not None and left > limit:
            raise Invalid(ErrorCode.FILE_TOO_LARGE, limit=limit)
        data = bytearray()
        while block := source.read(BLOCK):
            data += block
            if len(data) > limit:
                raise Invalid(ErrorCode.FILE_TOO_LARGE, limit=limit)
    except (OSError, ValueError):
        raise Invalid(ErrorCode.FILE_UNREADABLE) from None
    if not data:
        raise Invalid(ErrorCode.FILE_EMPTY)
    return bytes(data)


def _size_left(source: Source) -> int | None:
    fileno = getattr(source, "fileno", None)
    if fileno is None:
        return None
    try:
        status = os.fstat(fileno())
    except io.UnsupportedOperation:
        return None
    if not stat.S_ISREG(status.st_mode):
        raise Invalid(ErrorCode.FILE_UNREADABLE)
    return status.st_size
