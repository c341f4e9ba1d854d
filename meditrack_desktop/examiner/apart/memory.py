"""Memory that two processes see and no file system does: how a file goes over, and how the answer comes back."""

from __future__ import annotations

import mmap
import os
import secrets
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(slots=True)
class Memory:
    """`size` bytes without a name on POSIX (a descriptor to hand over), with a random one on Windows."""

    size: int
    map: mmap.mmap
    descriptor: int = -1
    name: str = ""

    def close(self) -> None:
        self.map.close()
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1


def make(size: int) -> Memory:
    """New memory, all zero. It takes room only where it is written. OSError if there is none."""
    size = max(size, 1)
    if sys.platform == "win32":
        name = f"meditrack-{secrets.token_hex(16)}"
        return Memory(size, mmap.mmap(-1, size, tagname=name), name=name)
    descriptor = _nameless()
    try:
        os.ftruncate(descriptor, size)
        if sys.platform == "linux":
            import fcntl

            # The other side may fill it, never shrink it under us: reading what is gone would end this process.
            fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW)
        return Memory(size, mmap.mmap(descriptor, size), descriptor)
    except BaseException:
        os.close(descriptor)
        raise


def _nameless() -> int:
    if sys.platform == "linux":
        return os.memfd_create("meditrack", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    else:
        from _posixshmem import shm_open, shm_unlink

        name = f"/mt-{secrets.token_hex(8)}"
        descriptor: int = shm_open(name, os.O_CREAT | os.O_EXCL | os.O_RDWR, mode=0o600)
        shm_unlink(name)
        return descriptor


@contextmanager
def lent(size: int) -> Iterator[Memory]:
    """New memory for the time of a `with`. OSError if there is none."""
    made = make(size)
    try:
        yield made
    finally:
        made.close()


def fill(memory: Memory, pieces: Iterable[bytes]) -> None:
    """Lay pieces one after the other. Where the system knows how (Linux), nobody can change them afterwards."""
    at = 0
    for piece in pieces:
        memory.map[at : at + len(piece)] = piece
        at += len(piece)
    if sys.platform == "linux":
        import fcntl

        memory.map.close()
        fcntl.fcntl(memory.descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_WRITE)
