"""An object as a seekable file: fetched in blocks by ranges, a few of them ahead of who reads on.

Only ciphertext is kept, and only a few MiB of it. Every range asks for the very object that was opened: one that was
replaced meanwhile is refused.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Executor, Future

from meditrack_desktop.vault.seekable import SeekableFile

BLOCK = 256 * 1024
BLOCKS_KEPT = 32
BLOCKS_AHEAD = 8
READS_IN_A_ROW = 3
"""After so many, each beginning where the last one ended, somebody reads the whole."""

Fetch = Callable[[int, int], bytes]
"""The bytes from a position on, so many; OSError."""


class S3File(SeekableFile):
    """Made with its size and its first bytes, which come with one request. Reading raises OSError."""

    def __init__(self, fetch: Fetch, size: int, first: bytes, pool: Executor) -> None:
        super().__init__(size)
        self._fetch = fetch
        self._pool = pool
        self._read_to = 0
        self._in_a_row = 0
        self._kept: OrderedDict[int, bytes] = OrderedDict()
        self._coming: dict[int, Future[bytes]] = {}
        if len(first) == min(size, BLOCK):
            self._kept[0] = first

    def _copy(self, position: int, target: memoryview) -> None:
        length = len(target)
        if not length:
            return
        self._in_a_row = self._in_a_row + 1 if position == self._read_to else 0
        self._read_to = position + length
        self._ask_for(position // BLOCK, (self._read_to - 1) // BLOCK)
        done = 0
        while done < length:
            number, offset = divmod(position + done, BLOCK)
            piece = self._block(number)[offset : offset + length - done]
            target[done : done + len(piece)] = piece
            done += len(piece)

    def close(self) -> None:
        if not self.closed:
            for each in self._coming.values():
                each.cancel()
            self._coming.clear()
            self._kept.clear()
        super().close()

    def _ask_for(self, first: int, last: int) -> None:
        """Let the blocks that are wanted now travel at once, and those behind them for somebody who reads on."""
        ahead = BLOCKS_AHEAD if self._in_a_row >= READS_IN_A_ROW else 0
        final = (self._size - 1) // BLOCK
        for number in range(first, min(max(last, first + ahead), final, first + BLOCKS_KEPT // 2) + 1):
            if number not in self._kept and number not in self._coming:
                self._coming[number] = self._pool.submit(self._fetched, number)
        while len(self._coming) > BLOCKS_KEPT:  # whoever jumps about leaves some behind
            self._coming.pop(next(iter(self._coming))).cancel()

    def _block(self, number: int) -> bytes:
        data = self._kept.get(number)
        if data is None:
            coming = self._coming.pop(number, None)
            data = self._fetched(number) if coming is None else coming.result()
            self._kept[number] = data
            while len(self._kept) > BLOCKS_KEPT:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(number)
        return data

    def _fetched(self, number: int) -> bytes:
        start = number * BLOCK
        return self._fetch(start, min(BLOCK, self._size - start))
