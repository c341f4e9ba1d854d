"""A file of known size that is read from anywhere: where it stands, and the lock that its readers share."""

from __future__ import annotations

import io
import os
from abc import abstractmethod
from threading import RLock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class SeekableFile(io.RawIOBase):
    """Safe to use from several threads. Who derives says how its bytes are fetched."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self._size = size
        self._position = 0
        self._lock = RLock()

    @abstractmethod
    def _copy(self, position: int, target: memoryview) -> None:
        """Fill `target`, which does not reach beyond the end, with the bytes from `position` on; the lock is held."""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        with self._lock:
            start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}[whence]
            if start + offset < 0:
                raise ValueError("before the start")
            self._position = start + offset
            return self._position

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")
        with self._lock:
            length = max(0, min(len(view), self._size - self._position))
            self._copy(self._position, view[:length])
            self._position += length
        return length
