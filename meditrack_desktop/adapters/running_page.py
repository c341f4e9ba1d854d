"""One page in a process that reads it: fed, heard and bounded, beside others and without a thread."""

from __future__ import annotations

import os
import selectors
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.domain.text_recognition import plain_text

NICENESS = 10
MEMORY = 2 * 1024**3
LONGEST_ANSWER = 16 * 1024**2
_PIECE = 64 * 1024
_A_WHILE = 0.5


class RunningPage:
    """A process that takes a picture by its input, answers with text, and ends."""

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        png: bytes,
        time_limit: float,
        memory: int = MEMORY,
    ) -> None:
        self.until = time.monotonic() + time_limit
        self.ended = False
        self._rest = memoryview(png)
        self._told = bytearray()
        flags = ("CREATE_NO_WINDOW", "BELOW_NORMAL_PRIORITY_CLASS")  # of Windows
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                env=dict(environment),
                creationflags=sum(getattr(subprocess, flag, 0) for flag in flags),
            )
        except OSError:
            raise Unavailable(ErrorCode.RECOGNITION_FAILED) from None
        assert self._process.stdin is not None and self._process.stdout is not None
        self.given, self.heard = self._process.stdin, self._process.stdout
        _hold_back(self._process.pid, memory)
        if sys.platform != "win32":
            os.set_blocking(self.given.fileno(), False)
            os.set_blocking(self.heard.fileno(), False)

    @property
    def text(self) -> str:
        """What it answered, once it ended. Unavailable RECOGNITION_FAILED if it complained."""
        if self._process.returncode != 0:
            raise Unavailable(ErrorCode.RECOGNITION_FAILED)
        return plain_text(self._told.decode("utf-8", "replace"))

    def give(self) -> None:
        """Hand over as much of the picture as it takes now; close the way once it has it all, or wants no more."""
        try:
            self._rest = self._rest[os.write(self.given.fileno(), self._rest[:_PIECE]) :]
        except BlockingIOError:
            return
        except OSError:
            self._rest = self._rest[:0]
        if not self._rest:
            self._close_given()

    def hear(self) -> None:
        """Take what it says now; at its end it has ended. Unavailable RECOGNITION_FAILED for more than any page."""
        try:
            piece = os.read(self.heard.fileno(), _PIECE)
        except BlockingIOError:
            return
        self._told += piece
        if len(self._told) > LONGEST_ANSWER:
            raise Unavailable(ErrorCode.RECOGNITION_FAILED)
        if not piece:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(max(0.1, self.until - time.monotonic()))
            self.end()

    def finish(self) -> None:
        """Give it everything and hear it to its end, with nobody else's turn between."""
        with suppress(OSError):
            while self._rest:
                self._rest = self._rest[os.write(self.given.fileno(), self._rest) :]
        self._close_given()
        try:
            self._told += self._process.communicate(timeout=max(0.1, self.until - time.monotonic()))[0]
        except subprocess.TimeoutExpired:
            raise Unavailable(ErrorCode.RECOGNITION_FAILED) from None
        finally:
            self.end()

    def end(self) -> None:
        """Whatever it does. Nothing of it is left."""
        self.ended = True
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._close_given()
        with suppress(OSError):
            self.heard.close()

    def _close_given(self) -> None:
        with suppress(OSError):
            self.given.close()


def move(pages: Sequence[RunningPage]) -> None:
    """Let pages go on until one of them ended, or for a while. Unavailable RECOGNITION_FAILED for one over time."""
    if sys.platform == "win32":  # its pipes cannot be waited for together
        for page in pages[:1]:
            page.finish()
    else:
        _move_together(pages)


def _move_together(pages: Sequence[RunningPage]) -> None:
    until = time.monotonic() + _A_WHILE
    with selectors.DefaultSelector() as ready:
        for page in pages:
            ready.register(page.heard, selectors.EVENT_READ, page.hear)
            if not page.given.closed:
                ready.register(page.given, selectors.EVENT_WRITE, page.give)
        while not any(page.ended for page in pages) and (left := until - time.monotonic()) > 0:
            for key, _ in ready.select(left):
                # What a page ended with closes both its ways, and the other may stand in this very list.
                if not getattr(key.fileobj, "closed", False):
                    key.data()
                if getattr(key.fileobj, "closed", False):
                    ready.unregister(key.fileobj)
    if any(not page.ended and time.monotonic() > page.until for page in pages):
        raise Unavailable(ErrorCode.RECOGNITION_FAILED)


def _hold_back(process: int, memory: int) -> None:
    """Last in the queue for a core, a bounded memory, and no picture of it on the disk when it dies."""
    if (
        sys.platform != "win32"
    ):  # there its priority was given at its start, and no such picture comes unasked
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, process, NICENESS)
    if sys.platform == "linux":
        import resource

        with suppress(OSError, ValueError):
            resource.prlimit(process, resource.RLIMIT_CORE, (0, 0))
            resource.prlimit(process, resource.RLIMIT_AS, (memory, memory))
