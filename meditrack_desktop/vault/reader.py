"""Opens one blob for reading at random. Nothing is served before it proved to be the blob that was stored."""

from __future__ import annotations

import io
import os
from collections import OrderedDict
from collections.abc import Iterator
from typing import BinaryIO, NoReturn
from uuid import UUID

from meditrack_desktop.domain.documents import StoredBlob
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.vault.age_header import (
    LARGEST_HEADER,
    AgeHeader,
    MalformedHeader,
    NoKeyFits,
    open_header,
    parse_header,
)
from meditrack_desktop.vault.age_stream import (
    CHUNK,
    PAYLOAD_NONCE_SIZE,
    SEALED_CHUNK,
    TAG,
    ChunkCipher,
    DamagedChunk,
    chunk_count,
    opened_size,
)
from meditrack_desktop.vault.background_hash import BLOCKS_IN_FLIGHT, BackgroundHash
from meditrack_desktop.vault.blob_header import INNER_HEADER_SIZE, MalformedInnerHeader, parse_inner_header
from meditrack_desktop.vault.disk import read_refusals, sha256_of_file
from meditrack_desktop.vault.rooms import Rooms, ask_for_large_pages, read_into
from meditrack_desktop.vault.seekable import SeekableFile

CHUNKS_KEPT = 16
_CHUNKS_AT_ONCE = 16


class BlobReader(SeekableFile):
    """The original bytes of one blob as a seekable binary file. Safe to use from several threads.

    Every chunk is authenticated before a byte of it is returned. Once damage was met, every later call is
    refused with the same error; `refusal` keeps it for callers whose library swallows exceptions.
    """

    def __init__(self, file: BinaryIO, identity: str, clinic_id: UUID, expected: StoredBlob) -> None:
        """Takes over `file`. Unavailable VAULT_DAMAGED, VAULT_KEY_WRONG, VAULT_FOREIGN or VAULT_MISSING."""
        super().__init__(expected.size)
        self.refusal: Unavailable | None = None
        self._file = file
        self._expected = expected
        self._plain_size = INNER_HEADER_SIZE + expected.size
        self._chunks = chunk_count(self._plain_size)
        self._kept: OrderedDict[int, bytearray] = OrderedDict()
        self._sealed = Rooms(1, _CHUNKS_AT_ONCE * SEALED_CHUNK)
        try:
            with read_refusals(blob=str(expected.blob_id)):
                self._open(identity, clinic_id)
        except BaseException:
            self.close()
            raise

    @property
    def size(self) -> int:
        """Length of the original bytes."""
        return self._expected.size

    def read_at(self, position: int, size: int) -> bytes:
        """Bytes from `position`, fewer than `size` only at the end. Leaves the file's own position alone."""
        if position < 0 or size < 0:
            raise ValueError("a stretch of a file begins and extends forwards")
        target = bytearray(max(0, min(size, self.size - position)))
        with self._lock:
            self._copy(position, memoryview(target))
        return bytes(target)

    def read_all(self) -> bytes:
        """All of it, from the start, once its SHA-256 was found right."""
        whole = io.BytesIO(bytes(self.size))  # gives its buffer away uncopied, unlike a bytearray
        target = whole.getbuffer()
        ask_for_large_pages(target)
        self._check_whole(target)
        # Never released by hand: whoever hashes may hold a piece of it a moment longer, and that is refused then.
        del target
        return whole.getvalue()

    def verify(self) -> None:
        """Decrypt all of it and compare the SHA-256, in flat memory; Unavailable VAULT_DAMAGED if it differs."""
        self._check_whole(None)

    def copy_to(self, sink: BinaryIO) -> None:
        """Verify all of it, then write it to `sink`. What the sink raises passes through as it is."""
        self.verify()
        for piece in self._pieces(None):
            sink.write(piece)

    def readall(self) -> bytes:
        with self._lock:
            data = self.read_at(self._position, max(0, self.size - self._position))
            self._position += len(data)
        return data

    def close(self) -> None:
        if not self.closed:
            self._kept.clear()
            self._file.close()
        super().close()

    def _open(self, identity: str, clinic_id: UUID) -> None:
        try:
            size = self._file.seek(0, os.SEEK_END)
            if size != self._expected.ciphertext_size:
                self._refuse(ErrorCode.VAULT_DAMAGED)
            header = parse_header(self._read_sealed(0, min(size, LARGEST_HEADER)))
            file_key = self._file_key(identity, header)
            self._body = header.size + PAYLOAD_NONCE_SIZE
            nonce = self._read_sealed(header.size, PAYLOAD_NONCE_SIZE)
            if opened_size(size - self._body) != self._plain_size:
                self._refuse(ErrorCode.VAULT_DAMAGED)
            self._cipher = ChunkCipher(file_key, nonce)
            self._chunk(self._chunks - 1)
            inner = parse_inner_header(bytes(self._chunk(0)[:INNER_HEADER_SIZE]))
        except (MalformedHeader, MalformedInnerHeader, DamagedChunk):
            self._refuse(ErrorCode.VAULT_DAMAGED)
        if inner.clinic_id != clinic_id:
            self._refuse(ErrorCode.VAULT_FOREIGN)
        found = (inner.blob_id, inner.length, inner.sha256)
        if found != (self._expected.blob_id, self._expected.size, self._expected.sha256):
            self._refuse(ErrorCode.VAULT_DAMAGED)

    def _file_key(self, identity: str, header: AgeHeader) -> bytes:
        try:
            return open_header(header, [identity])
        except (NoKeyFits, ValueError):
            # A flipped bit in the stanza looks like a wrong key; only the stored hash tells them apart.
            if sha256_of_file(self._file) != self._expected.ciphertext_sha256:
                self._refuse(ErrorCode.VAULT_DAMAGED)
            self._refuse(ErrorCode.VAULT_KEY_WRONG)

    def _copy(self, position: int, target: memoryview) -> None:
        self._check_usable()
        done = 0
        while done < len(target):
            number, offset = divmod(INNER_HEADER_SIZE + position + done, CHUNK)
            length = min(CHUNK - offset, len(target) - done)
            target[done : done + length] = memoryview(self._chunk(number))[offset : offset + length]
            done += length

    def _chunk(self, number: int) -> bytearray:
        kept = self._kept.get(number)
        if kept is not None:
            self._kept.move_to_end(number)
            return kept
        plain = bytearray(min(CHUNK, self._plain_size - number * CHUNK))
        self._open_run(number, memoryview(plain))
        self._kept[number] = plain
        if len(self._kept) > CHUNKS_KEPT:
            self._kept.popitem(last=False)
        return plain

    def _open_run(self, number: int, target: memoryview) -> None:
        """Open as many chunks as fill `target`, from chunk `number` on, straight into it."""
        with self._lock:
            self._check_usable()
            count = chunk_count(len(target))
            position = self._body + number * SEALED_CHUNK
            sealed = self._sealed.next(len(target) + count * TAG, position)
            self._read_into(position, sealed)
            for place in range(count):
                plain = target[place * CHUNK : (place + 1) * CHUNK]
                start = place * SEALED_CHUNK
                last = number + place == self._chunks - 1
                try:
                    self._cipher.open(
                        number + place, sealed[start : start + len(plain) + TAG], plain, last=last
                    )
                except DamagedChunk:
                    target[:] = bytes(len(target))
                    self._refuse(ErrorCode.VAULT_DAMAGED)

    def _pieces(self, target: memoryview | None) -> Iterator[memoryview]:
        """All content in order, about 1 MiB at a time; laid into `target` where one is given.

        Where none is, a piece is good until as many others came as a hash may have in flight.
        """
        with self._lock:
            first = memoryview(self._chunk(0))[INNER_HEADER_SIZE:]
        if target is not None:
            target[: len(first)] = first
        yield first
        rooms = Rooms(BLOCKS_IN_FLIGHT + 1, _CHUNKS_AT_ONCE * CHUNK)
        for number in range(1, self._chunks, _CHUNKS_AT_ONCE):
            start = number * CHUNK - INNER_HEADER_SIZE
            end = min(start + _CHUNKS_AT_ONCE * CHUNK, self.size)
            piece = rooms.next(end - start) if target is None else target[start:end]
            self._open_run(number, piece)
            yield piece

    def _check_whole(self, target: memoryview | None) -> None:
        self._check_usable()
        with BackgroundHash() as content_hash:
            for piece in self._pieces(target):
                content_hash.update(piece)
            digest = content_hash.hexdigest()
        if digest != self._expected.sha256:
            self._refuse(ErrorCode.VAULT_DAMAGED)

    def _read_sealed(self, position: int, size: int) -> bytes:
        data = bytearray(size)
        self._read_into(position, memoryview(data))
        return bytes(data)

    def _read_into(self, position: int, room: memoryview) -> None:
        with read_refusals(blob=str(self._expected.blob_id)):
            self._file.seek(position)
            read = read_into(self._file, room)
        if read != len(room):
            self._refuse(ErrorCode.VAULT_DAMAGED)

    def _check_usable(self) -> None:
        if self.closed:
            raise ValueError("the reader is closed")
        if self.refusal is not None:
            raise Unavailable(self.refusal.code, blob=str(self._expected.blob_id))

    def _refuse(self, code: ErrorCode) -> NoReturn:
        self.refusal = Unavailable(code, blob=str(self._expected.blob_id))
        self._kept.clear()
        raise self.refusal
