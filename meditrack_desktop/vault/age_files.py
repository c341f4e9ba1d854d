"""Whole age v1 files as streams, to one recipient or several: for what is no patient's document (backups).

Unlike a blob they have no inner header, and reading goes from the first byte to the last. A piece that was given
out is genuine, but the file is only whole when the reading came to its end.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence

from meditrack_desktop.vault.age_header import (
    LARGEST_HEADER,
    MalformedHeader,
    NoKeyFits,
    Randomness,
    new_header,
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
)
from meditrack_desktop.vault.disk import read_fully

CHUNKS_AT_ONCE = 16
BLOCK = CHUNKS_AT_ONCE * CHUNK
_SEALED_BLOCK = CHUNKS_AT_ONCE * SEALED_CHUNK


class DamagedFile(Exception):
    """Not a whole age file of ours: cut, changed, or not an age file at all."""


class NotForUs(Exception):
    """A well-formed age file that none of the given identities opens."""


def sealed(
    blocks: Iterable[bytes], recipients: Sequence[str], randomness: Randomness = os.urandom
) -> Iterator[bytes | memoryview]:
    """The age file for a stream of plaintext, piece by piece. Use a piece before asking for the next.

    `blocks` may have any size; those of exactly `BLOCK` bytes are not copied. ValueError for a bad recipient.
    """
    header, file_key = new_header(recipients, randomness)
    nonce = randomness(PAYLOAD_NONCE_SIZE)
    yield header + nonce
    cipher = ChunkCipher(file_key, nonce)
    room = memoryview(bytearray(_SEALED_BLOCK))
    number = 0
    for block, last in _with_last(_even(blocks)):
        view, place = memoryview(block), 0
        count = max(1, chunk_count(len(block)))
        for index in range(count):
            plain = view[index * CHUNK : (index + 1) * CHUNK]
            end = place + len(plain) + TAG
            cipher.seal(number, plain, room[place:end], last=last and index == count - 1)
            number, place = number + 1, end
        yield room[:place]


def opened(read: Callable[[int], bytes | None], identities: Sequence[str]) -> Iterator[memoryview]:
    """The plaintext of an age file, piece by piece; a piece is only good until the next is asked for.

    NotForUs if no identity fits, DamagedFile for anything else that is wrong, if need be only at the end.
    """
    try:
        yield from _opened(read, identities)
    except NoKeyFits:
        raise NotForUs from None
    except (MalformedHeader, DamagedChunk):
        raise DamagedFile from None


def _opened(read: Callable[[int], bytes | None], identities: Sequence[str]) -> Iterator[memoryview]:
    beginning = read_fully(read, LARGEST_HEADER)
    header = parse_header(beginning)
    file_key = open_header(header, identities)
    body = header.size + PAYLOAD_NONCE_SIZE
    if len(beginning) < body:
        beginning += read_fully(read, body - len(beginning))
    cipher = ChunkCipher(file_key, beginning[header.size : body])
    plain = memoryview(bytearray(BLOCK))
    number = 0
    for block, last in _with_last(_sealed_blocks(read, beginning[body:])):
        view, place = memoryview(block), 0
        starts = range(0, max(len(block), 1), SEALED_CHUNK)
        for start in starts:
            chunk = view[start : start + SEALED_CHUNK]
            final = last and start == starts[-1]
            # An empty chunk is only right as the only one of an empty file.
            if len(chunk) < TAG or (len(chunk) == TAG and number):
                raise DamagedChunk
            end = place + len(chunk) - TAG
            cipher.open(number, chunk, plain[place:end], last=final)
            number, place = number + 1, end
        yield plain[:place]


def _sealed_blocks(read: Callable[[int], bytes | None], first: bytes) -> Iterator[bytes]:
    block = first + read_fully(read, _SEALED_BLOCK - len(first))
    yield block
    while len(block) == _SEALED_BLOCK:
        block = read_fully(read, _SEALED_BLOCK)
        if not block:
            return
        yield block


def _even(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in blocks of `BLOCK`, but for the last; at least one, if need be an empty one."""
    kept = b""
    some = False
    for block in blocks:
        joined = kept + block if kept else block
        while len(joined) >= BLOCK:
            yield joined[:BLOCK]
            some = True
            joined = joined[BLOCK:]
        kept = joined
    if kept or not some:
        yield kept


def _with_last(blocks: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    before = next(blocks)
    for block in blocks:
        yield before, False
        before = block
    yield before, True
