"""Writes one blob: an age v1 file to one recipient, with the inner header first and the hash known last."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from meditrack_desktop.domain.documents import StoredBlob
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.vault.age_header import Randomness, new_header
from meditrack_desktop.vault.age_stream import (
    CHUNK,
    PAYLOAD_NONCE_SIZE,
    SEALED_CHUNK,
    TAG,
    ChunkCipher,
    DamagedChunk,
    chunk_count,
    sealed_size,
)
from meditrack_desktop.vault.background_hash import BLOCKS_IN_FLIGHT, BackgroundHash
from meditrack_desktop.vault.blob_header import INNER_HEADER_SIZE, InnerHeader
from meditrack_desktop.vault.disk import read_fully, reason
from meditrack_desktop.vault.rooms import Rooms, read_into
from meditrack_desktop.vault.storage import Opener, Sink

CHUNKS_AT_ONCE = 16
_BLOCK = CHUNKS_AT_ONCE * CHUNK
_SEALED_BLOCK = CHUNKS_AT_ONCE * SEALED_CHUNK
_WRITTEN_AT_ONCE = 4
"""Chunks. The system keeps a larger piece in memory that nobody used before, and may have to get it first."""
_FIRST_CONTENT = CHUNK - INNER_HEADER_SIZE


class BlobWriter:
    """One blob on its way to the disk: `fill` writes it, `prove` reads it back, `stored` describes it."""

    def __init__(
        self,
        source: BinaryIO,
        recipient: str,
        clinic_id: UUID,
        blob_id: UUID,
        opener: Opener,
        randomness: Randomness = os.urandom,
    ) -> None:
        """ValueError if the recipient is no age X25519 recipient."""
        self._source = source
        self._clinic_id = clinic_id
        self._blob_id = blob_id
        self._opener = opener
        header, file_key = new_header(recipient, randomness)
        nonce = randomness(PAYLOAD_NONCE_SIZE)
        self._prefix = header + nonce
        self._cipher = ChunkCipher(file_key, nonce)
        self._size = 0
        self._sha256 = ""
        self._ciphertext_sha256 = ""

    def fill(self, file: Sink) -> None:
        """Read the source once and write the whole age file.

        Unavailable FILE_UNREADABLE if the source fails, OSError if the disk does.
        """
        with BackgroundHash() as content_hash:
            first = self._read(_FIRST_CONTENT)
            content_hash.update(first)
            self._size = len(first)
            block = self._read(_BLOCK) if len(first) == _FIRST_CONTENT else b""
            only_one = not block
            position = len(self._prefix) + SEALED_CHUNK
            if block:
                file.seek(position)
            rooms = Rooms(1, _WRITTEN_AT_ONCE * SEALED_CHUNK)
            number = 1
            while block:
                following = self._read(_BLOCK) if len(block) == _BLOCK else b""
                content_hash.update(block)
                self._size += len(block)
                for start in range(0, len(block), _WRITTEN_AT_ONCE * CHUNK):
                    plain = memoryview(block)[start : start + _WRITTEN_AT_ONCE * CHUNK]
                    sealed = rooms.next(sealed_size(len(plain)), position)
                    last = not following and start + len(plain) == len(block)
                    number = self._seal_block(plain, number, sealed, last=last)
                    file.write(sealed)
                    position += len(sealed)
                block = following
            self._sha256 = content_hash.hexdigest()
        inner = InnerHeader(self._clinic_id, self._blob_id, self._size, self._sha256).to_bytes()
        opening = bytearray(len(inner) + len(first) + TAG)
        self._cipher.seal(0, inner + first, memoryview(opening), last=only_one)
        file.seek(0)
        file.write(self._prefix + opening)

    def prove(self, path: Path) -> None:
        """Read the file back from the disk: every chunk must be the one that was written.

        Unavailable VAULT_DAMAGED if not, OSError if it cannot be read.
        """
        plain_size = INNER_HEADER_SIZE + self._size
        chunks = chunk_count(plain_size)
        scratch = memoryview(bytearray(CHUNK))
        with self._opener.open_to_read(path) as file, BackgroundHash() as ciphertext_hash:
            prefix = read_fully(file.read, len(self._prefix))
            ciphertext_hash.update(prefix)
            if prefix != self._prefix:
                raise self._damaged()
            position = len(prefix)
            rooms = Rooms(BLOCKS_IN_FLIGHT + 1, _SEALED_BLOCK)
            for first in range(0, chunks, CHUNKS_AT_ONCE):
                end = min((first + CHUNKS_AT_ONCE) * CHUNK, plain_size)
                block = rooms.next(sealed_size(end - first * CHUNK), position)
                block = block[: read_into(file, block)]
                position += len(block)
                ciphertext_hash.update(block)
                self._open_block(block, first, chunks, scratch)
            if file.read(1):
                raise self._damaged()
            self._ciphertext_sha256 = ciphertext_hash.hexdigest()

    def stored(self) -> StoredBlob:
        """What the database must remember; only after `fill` and `prove`."""
        return StoredBlob(
            blob_id=self._blob_id,
            size=self._size,
            sha256=self._sha256,
            ciphertext_size=len(self._prefix) + sealed_size(INNER_HEADER_SIZE + self._size),
            ciphertext_sha256=self._ciphertext_sha256,
        )

    def _read(self, size: int) -> bytes:
        try:
            return read_fully(self._source.read, size)
        except OSError as error:
            about = {"blob": str(self._blob_id), "reason": reason(error)}
            raise Unavailable(ErrorCode.FILE_UNREADABLE, fields=None, **about) from error

    def _seal_block(self, block: memoryview, number: int, sealed: memoryview, *, last: bool) -> int:
        place = 0
        for start in range(0, len(block), CHUNK):
            plain = block[start : start + CHUNK]
            end = place + len(plain) + TAG
            final = last and start + CHUNK >= len(block)
            self._cipher.seal(number, plain, sealed[place:end], last=final)
            number, place = number + 1, end
        return number

    def _open_block(self, view: memoryview, first: int, chunks: int, scratch: memoryview) -> None:
        for offset, start in enumerate(range(0, max(len(view), 1), SEALED_CHUNK)):
            sealed = view[start : start + SEALED_CHUNK]
            number = first + offset
            try:
                if len(sealed) <= TAG:
                    raise DamagedChunk
                self._cipher.open(number, sealed, scratch[: len(sealed) - TAG], last=number == chunks - 1)
            except DamagedChunk:
                raise self._damaged() from None

    def _damaged(self) -> Unavailable:
        return Unavailable(ErrorCode.VAULT_DAMAGED, blob=str(self._blob_id))
