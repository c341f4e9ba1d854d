"""The program's side on Linux and macOS: the waiting process, and one worker for each deed."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from threading import Lock

from meditrack_desktop.examiner.apart.asking import DONE, FORKS, SIZES, STARTED, Ended
from meditrack_desktop.examiner.apart.memory import Memory

START_SECONDS = 30
END_SECONDS = 5


class Processes:
    """Starts the waiting process when it is first needed, and again if it ended. Safe in several threads."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], forks: bool = FORKS) -> None:
        self._command, self._environment, self._forks = list(command), dict(environment), forks
        self._lock = Lock()
        self._waiting: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None

    def warm(self) -> None:
        """Start the waiting process now. OSError if that fails."""
        with self._lock:
            self._start()

    def close(self) -> None:
        """End the waiting process; what it made ends with it."""
        with self._lock:
            self._end()

    def run(self, sizes: tuple[int, int, int], given: Memory, room: Memory, seconds: float) -> Ended:
        """Have one deed done and its worker ended. OSError if no process could be started."""
        read, write = os.pipe()
        try:
            try:
                end = self._hand_over(
                    SIZES.pack(*sizes, self._forks), (given.descriptor, room.descriptor, write)
                )
            finally:
                os.close(write)
            try:
                return _wait(read, seconds)
            finally:
                end()
        finally:
            os.close(read)

    def _hand_over(self, sizes: bytes, descriptors: Sequence[int]) -> Callable[[], None]:
        """What ends the worker that has it now. One that fell asleep for lack of work is started again."""
        with self._lock:
            for again in (False, True):
                line = self._start()
                try:
                    socket.send_fds(line, [sizes], list(descriptors))
                    if not self._forks:
                        worker, self._waiting = self._waiting, None
                        self._start()  # the next one loads its libraries while this one works
                        return lambda: _end_process(worker)
                    told, handles, _, _ = socket.recv_fds(line, len(STARTED), 1)
                    if told == STARTED and handles:
                        return lambda: _end_handle(handles[0])
                except OSError:
                    if again:
                        raise
                self._end()
        raise OSError("the process that looks into files does not answer")

    def _start(self) -> socket.socket:
        if self._line is not None and self._waiting is not None and self._waiting.poll() is None:
            return self._line
        self._end()
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                self._waiting = subprocess.Popen(
                    self._command,
                    env=self._environment,
                    cwd="/",
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    # What a parser writes there may quote the file.
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )
        except OSError:
            ours.close()
            raise
        ours.settimeout(START_SECONDS)
        self._line = ours
        return ours

    def _end(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None
        if self._waiting is not None:
            _end_process(self._waiting)
            self._waiting = None


def _wait(read: int, seconds: float) -> Ended:
    """Until the worker says that it is done, or its end of the pipe closes because it is no more.

    Its time begins when it does: until then it may still be loading its libraries.
    """
    ends = time.monotonic() + START_SECONDS
    said = b""
    while (left := ends - time.monotonic()) > 0:
        if not _speaks(read, left):
            break
        if not (word := os.read(read, 2)):
            return Ended.DIED if said.startswith(STARTED) else Ended.NEVER_STARTED
        if not said:
            ends = time.monotonic() + seconds
        said += word
        if said == STARTED + DONE:
            return Ended.DONE
        if len(said) > 1:
            return Ended.DIED
    return Ended.OVERTIME if said else Ended.NEVER_STARTED


def _speaks(descriptor: int, seconds: float) -> bool:
    """Whether there is something to read, or its other side is gone. Not `select`, which knows 1,024 descriptors."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(seconds * 1000))


def _end_process(process: subprocess.Popen[bytes] | None) -> None:
    if process is not None:
        process.kill()
        process.wait()


def _end_handle(handle: int) -> None:
    """Kill by a handle and wait until it is gone: a number could be somebody else's by now."""
    try:
        signal.pidfd_send_signal(handle, signal.SIGKILL)
        _speaks(handle, END_SECONDS)
    except ProcessLookupError:
        pass
    finally:
        os.close(handle)
