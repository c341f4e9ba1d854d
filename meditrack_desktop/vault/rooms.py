"""Memory that large files pass through: where it lies decides how fast the system copies into it and out of it.

A page of a file is copied at full speed from memory that lies as the page does, and several times slower from some
others; where Python lays a buffer is chance. And memory for a whole document comes in large pages where there are
some: a fault for each 4 KiB takes longer than deciphering them.
"""

from __future__ import annotations

import ctypes
import mmap
import sys
from contextlib import suppress
from typing import BinaryIO

PAGE = 4096
_LARGE_PAGE = 2 * 1024 * 1024
_WORTH_LARGE_PAGES = 8 * _LARGE_PAGE


class Rooms:
    """So many buffers in turn. One may be used again when as many others were asked for: say how many are in use."""

    def __init__(self, count: int, size: int) -> None:
        """Memory is only taken as it is needed."""
        self._count = count
        self._size = size
        self._rooms: list[memoryview] = []
        self._next = 0

    def next(self, size: int, position: int = 0) -> memoryview:
        """`size` bytes, no more than a room has, that lie in their page as `position` does in a file's."""
        if self._next == len(self._rooms):
            self._rooms.append(_on_a_page(self._size + PAGE))
        room = self._rooms[self._next]
        self._next = (self._next + 1) % self._count
        start = position % PAGE
        return room[start : start + size]


def read_into(file: BinaryIO, room: memoryview) -> int:
    """Fill `room` from where the file stands; returns how much there was. The file has `readinto`."""
    done = 0
    while done < len(room):
        read = file.readinto(room[done:])  # type: ignore[attr-defined]
        if not read:
            break
        done += read
    return done


def ask_for_large_pages(room: memoryview) -> None:
    """Before it is first written to. Advice: where the system knows no such pages, nothing happens."""
    if sys.platform != "linux" or len(room) < _WORTH_LARGE_PAGES:
        return
    address = ctypes.addressof(ctypes.c_char.from_buffer(room))
    start = -address % _LARGE_PAGE
    length = (len(room) - start) // _LARGE_PAGE * _LARGE_PAGE
    with suppress(OSError, AttributeError):  # a library without the call
        call = ctypes.CDLL(None).madvise
        call.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
        call(address + start, length, mmap.MADV_HUGEPAGE)


def _on_a_page(size: int) -> memoryview:
    """Memory that begins with a page, nobody else's, and is only taken where it is touched."""
    if sys.platform == "win32":
        return memoryview(mmap.mmap(-1, size))
    return memoryview(mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS))
