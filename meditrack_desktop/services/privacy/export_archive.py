"""The encrypted archive of an export, written piece by piece: no byte reaches the disk that is not encrypted.

A zip with AES-256 under a passphrase, or a zip inside an age file sealed to somebody's key.
"""

from __future__ import annotations

import io
import secrets
import zipfile
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO

import pyrage
import pyzipper

from meditrack_desktop.domain.errors import FieldProblem, invalid_fields

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without letters and digits that are read for one another."""
GROUPS, GROUP = 5, 4
Entry = tuple[str, Iterable[bytes]]
"""A name within the archive, which anybody can read, and the pieces of its content."""


def new_passphrase() -> str:
    """Twenty characters in groups of four: about 99 bits."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))


def check_recipient(recipient: str) -> None:
    """Invalid `age_recipient` unless it is a public age key (age1...)."""
    try:
        pyrage.x25519.Recipient.from_str(recipient)
    except (pyrage.RecipientError, ValueError):
        raise invalid_fields(age_recipient=FieldProblem.MALFORMED) from None


def write_zip(file: BinaryIO, passphrase: str, entries: Iterable[Entry]) -> None:
    """An AES-256 zip. OSError as the file raises it, and what the entries raise."""
    with pyzipper.AESZipFile(
        file, "w", compression=pyzipper.ZIP_STORED, encryption=pyzipper.WZ_AES
    ) as archive:
        archive.setpassword(passphrase.encode())
        for name, pieces in entries:
            with archive.open(name, "w", force_zip64=True) as member:
                for piece in pieces:
                    member.write(piece)


def write_age(file: BinaryIO, recipient: str, entries: Iterable[Entry]) -> None:
    """A plain zip that exists only inside the age file. Raises as `write_zip`."""
    source = _Pieces(_zipped(entries))
    try:
        pyrage.encrypt_io(source, file, [pyrage.x25519.Recipient.from_str(recipient)])
    finally:
        # What a reader raises comes back as age's own words, or not at all.
        if source.failure is not None:
            raise source.failure


def _zipped(entries: Iterable[Entry]) -> Iterator[bytes]:
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for name, pieces in entries:
            with archive.open(name, "w", force_zip64=True) as member:
                for piece in pieces:
                    member.write(piece)
                    yield sink.taken()
    yield sink.taken()


class _Sink(io.RawIOBase):
    """Takes what a zip writes, to be handed on at once."""

    def __init__(self) -> None:
        super().__init__()
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: ReadableBuffer, /) -> int:
        piece = bytes(memoryview(data))
        self._held += piece
        return len(piece)

    def taken(self) -> bytes:
        held = bytes(self._held)
        self._held.clear()
        return held


class _Pieces(io.RawIOBase):
    """Reads an iterator of pieces as a file; keeps what the iterator raised, which age would swallow."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        super().__init__()
        self._pieces = pieces
        self._held = b""
        self.failure: BaseException | None = None

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while not self._held:
            try:
                self._held = next(self._pieces)
            except StopIteration:
                return b""
            except BaseException as failure:
                self.failure = failure
                raise
        size = len(self._held) if size < 0 else size
        piece, self._held = self._held[:size], self._held[size:]
        return piece
