"""Bytes that are read where they are wanted: a file in memory, or one in the vault that is never read whole."""

from __future__ import annotations

import io
from typing import Protocol


class Source(Protocol):
    """Bytes by position. `read_at` gives fewer than asked for only at the end."""

    @property
    def size(self) -> int: ...

    def read_at(self, position: int, size: int) -> bytes: ...


class MemorySource:
    """Bytes in memory; never copied as a whole."""

    def __init__(self, data: bytes | memoryview) -> None:
        self._data = memoryview(data)

    @property
    def size(self) -> int:
        return len(self._data)

    def read_at(self, position: int, size: int) -> bytes:
        return bytes(self._data[position : position + size])


class Part:
    """A stretch of another source, with positions of its own."""

    def __init__(self, source: Source, offset: int, size: int) -> None:
        """ValueError if it does not lie within `source`."""
        if offset < 0 or size < 0 or offset + size > source.size:
            raise ValueError("not within its source")
        self._source, self._offset, self._size = source, offset, size

    @property
    def size(self) -> int:
        return self._size

    def read_at(self, position: int, size: int) -> bytes:
        return self._source.read_at(self._offset + position, max(0, min(size, self._size - position)))


class SourceFile(io.RawIOBase):
    """A source as a file. A length that the file's own header made up never becomes memory.

    Small reads are served from one block, since a header is read eight bytes at a time.
    """

    BLOCK = 16 * 1024

    def __init__(self, source: Source) -> None:
        super().__init__()
        self._source = source
        self._position = 0
        self._block = b""
        self._block_at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._source.size}[whence]
        if start + offset < 0:
            raise ValueError("before the start")
        self._position = start + offset
        return self._position

    def read(self, size: int | None = -1, /) -> bytes:
        left = max(0, self._source.size - self._position)
        wanted = left if size is None or size < 0 else min(size, left)
        if wanted > self.BLOCK // 2:
            data = self._source.read_at(self._position, wanted)
        else:
            start = self._position - self._block_at
            if start < 0 or start + wanted > len(self._block):
                self._block_at, start = self._position, 0
                self._block = self._source.read_at(self._position, self.BLOCK)
            data = self._block[start : start + wanted]
        self._position += len(data)
        return data
