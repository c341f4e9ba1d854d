"""A document that is held open beside the window: used by the lanes, let go of by the window, closed exactly once.

The window may let go at any time, also while a lane is still at work on it; whoever is the last to use it then
closes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from meditrack_desktop.services.documents import DocumentBytes


class Held:
    """What is made of the bytes goes first (`_close_content`), then the bytes themselves."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._users = 0
        self._closed = False
        self._source: DocumentBytes | None = None

    @property
    def closed(self) -> bool:
        """Whether it was let go of: it gives nothing any more."""
        return self._closed

    def close(self) -> None:
        """Let go; for the GUI thread, returns at once."""
        with self._guard:
            idle = not self._closed and self._users == 0
            self._closed = True
        if idle:
            self._let_go()

    @contextmanager
    def _using(self) -> Iterator[bool]:
        """For as long as it is used; False once it was let go of."""
        with self._guard:
            alive = not self._closed
            self._users += alive
        try:
            yield alive
        finally:
            with self._guard:
                self._users -= alive
                last = alive and self._closed and self._users == 0
            if last:
                self._drop()

    def _let_go(self) -> None:
        """In the window's thread, while nobody uses it."""
        self._drop()

    def _drop(self) -> None:
        self._close_content()
        source, self._source = self._source, None
        if source is not None:
            source.close()

    def _close_content(self) -> None:
        """Close what was made of the bytes."""
