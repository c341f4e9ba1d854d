"""SHA-256 on a second core while the first one encrypts: the hash would otherwise be half of an upload."""

from __future__ import annotations

import hashlib
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType

WORTH_A_THREAD = 1024 * 1024
BLOCKS_IN_FLIGHT = 4


class BackgroundHash:
    """A SHA-256 over blocks in the order given.

    A block must not change until `BLOCKS_IN_FLIGHT` others were given after it, or the digest was taken.
    """

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._size = 0
        self._pool: ThreadPoolExecutor | None = None
        self._pending: deque[Future[None]] = deque()

    def __enter__(self) -> BackgroundHash:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown()

    def update(self, block: bytes | memoryview) -> None:
        """Add a block; waits when several are still to be hashed, so memory stays flat."""
        self._size += len(block)
        if self._pool is None and self._size <= WORTH_A_THREAD:
            self._hash.update(block)
            return
        if self._pool is None:
            self._pool = ThreadPoolExecutor(1, thread_name_prefix="vault-hash")
        self._pending.append(self._pool.submit(self._hash.update, block))
        while len(self._pending) > BLOCKS_IN_FLIGHT:
            self._pending.popleft().result()

    def hexdigest(self) -> str:
        """The hash of everything so far."""
        while self._pending:
            self._pending.popleft().result()
        return self._hash.hexdigest()
