"""The recovery copies of patients' keys, thousands of small files, as one stream and back again."""

from __future__ import annotations

import re
from collections.abc import Iterator

from meditrack_desktop.vault.age_files import BLOCK
from meditrack_desktop.vault.disk import read_fully
from meditrack_desktop.vault.keys import LARGEST_WRAPPED_KEY
from meditrack_desktop.vault.vault import Vault

_NAME = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-(clinical|administrative)\.[0-9a-f]{16}\.age")
_HEAD = b"meditrack-key-copies 1\n"
_LONGEST_LINE = 200


class MalformedCopies(Exception):
    """Not a stream that `packed` wrote."""


def packed(vault: Vault) -> Iterator[bytes]:
    """All copies of a vault: a line with name and size, then the bytes; at the end how many there were."""
    kept, count, room = [_HEAD], 0, 0
    for name in sorted(vault.recovery_copy_names()):
        if not _NAME.fullmatch(name):
            continue
        data = _content(vault, name)
        kept.append(f"{name} {len(data)}\n".encode() + data)
        count, room = count + 1, room + len(data)
        if room >= BLOCK:
            yield b"".join(kept)
            kept, room = [], 0
    kept.append(f"end {count}\n".encode())
    yield b"".join(kept)


def unpacked(pieces: Iterator[memoryview]) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of each copy. MalformedCopies for anything else; a name is never more than a name."""
    buffer = bytearray()
    reader = _Reader(pieces, buffer)
    if reader.take(len(_HEAD)) != _HEAD:
        raise MalformedCopies
    count = 0
    while True:
        name, _, size = reader.line().rpartition(" ")
        if not size.isdecimal():
            raise MalformedCopies
        if name == "end":
            if int(size) != count or reader.more():
                raise MalformedCopies
            return
        if not _NAME.fullmatch(name) or int(size) > LARGEST_WRAPPED_KEY:
            raise MalformedCopies
        yield name, reader.take(int(size))
        count += 1


class _Reader:
    def __init__(self, pieces: Iterator[memoryview], buffer: bytearray) -> None:
        self._pieces = pieces
        self._buffer = buffer
        self._place = 0

    def more(self) -> bool:
        """Whether anything follows; takes in the next piece if need be."""
        if self._place < len(self._buffer):
            return True
        for piece in self._pieces:
            del self._buffer[: self._place]
            self._place = 0
            self._buffer += piece
            if piece:
                return True
        return False

    def take(self, size: int) -> bytes:
        while len(self._buffer) - self._place < size:
            if not self._grow():
                raise MalformedCopies
        data = bytes(self._buffer[self._place : self._place + size])
        self._place += size
        return data

    def line(self) -> str:
        while (end := self._buffer.find(b"\n", self._place, self._place + _LONGEST_LINE)) < 0:
            if len(self._buffer) - self._place >= _LONGEST_LINE or not self._grow():
                raise MalformedCopies
        text = bytes(self._buffer[self._place : end])
        self._place = end + 1
        try:
            return text.decode("ascii")
        except UnicodeDecodeError:
            raise MalformedCopies from None

    def _grow(self) -> bool:
        piece = next(self._pieces, None)
        if piece is None:
            return False
        del self._buffer[: self._place]
        self._place = 0
        self._buffer += piece
        return True


def _content(vault: Vault, name: str) -> bytes:
    with vault.storage.open_to_read(vault.layout.keys / name) as file:
        return read_fully(file.read, LARGEST_WRAPPED_KEY + 1)
