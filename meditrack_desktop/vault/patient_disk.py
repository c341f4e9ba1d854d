"""A disk that may stop answering: a share whose server is away holds every call on it, for minutes or for good.

Nobody can take such a call back. So each is made in a thread of its own; when it takes too long the thread is left
behind, and its caller is told. While one is left behind, no other call is tried. It ends with the program, or when
the share answers again; then everything goes on.
"""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar, cast

from meditrack_desktop.vault.disk import Disk

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

ANSWER_WITHIN = 20.0
SYNC_WITHIN = 120.0
"""Seconds. A sync waits for everything that was written before it."""
T = TypeVar("T")


class PatientDisk(Disk):
    """The system's calls as `Disk` makes them, or TimeoutError (ETIMEDOUT)."""

    def __init__(
        self, disk: Disk | None = None, within: float = ANSWER_WITHIN, sync_within: float = SYNC_WITHIN
    ) -> None:
        self._disk = disk or Disk()
        self._within = within
        self._sync_within = sync_within
        self._lock = Lock()
        self._idle: list[_Hand] = []
        self._left_behind = 0

    def make_folder(self, folder: Path) -> None:
        self.call(lambda: self._disk.make_folder(folder))

    def create(self, path: Path) -> int:
        return self.call(lambda: self._disk.create(path), undo=self._disk.close)

    def write(self, descriptor: int, data: bytes | memoryview) -> int:
        return self.call(lambda: self._disk.write(descriptor, data))

    def copy(self, source: int, position: int, descriptor: int, size: int) -> int:
        return self.call(lambda: self._disk.copy(source, position, descriptor, size))

    def seek(self, descriptor: int, position: int) -> None:
        self._disk.seek(descriptor, position)  # a number in this computer's memory

    def write_back(self, descriptor: int, position: int, size: int) -> None:
        self.call(lambda: self._disk.write_back(descriptor, position, size))

    def sync(self, descriptor: int) -> None:
        self.call(lambda: self._disk.sync(descriptor), within=self._sync_within)

    def close(self, descriptor: int) -> None:
        self.call(lambda: self._disk.close(descriptor), even_so=True)

    def rename(self, source: Path, target: Path) -> None:
        self.call(lambda: self._disk.rename(source, target))

    def sync_folder(self, folder: Path) -> None:
        self.call(lambda: self._disk.sync_folder(folder), within=self._sync_within)

    def open_to_read(self, path: Path) -> BinaryIO:
        file = self.call(lambda: self._disk.open_to_read(path), undo=lambda late: late.close())
        return cast(BinaryIO, PatientFile(self, file))

    def remove(self, path: Path) -> None:
        self.call(lambda: self._disk.remove(path))

    def exists(self, path: Path) -> bool:
        return self.call(lambda: self._disk.exists(path))

    def is_folder(self, path: Path) -> bool:
        return self.call(lambda: self._disk.is_folder(path))

    def listed(self, folder: Path) -> list[Path]:
        return self.call(lambda: self._disk.listed(folder), within=self._sync_within)

    def changed_at(self, path: Path) -> Any:
        return self.call(lambda: self._disk.changed_at(path))

    def call(
        self,
        deed: Callable[[], T],
        *,
        undo: Callable[[T], object] | None = None,
        within: float | None = None,
        even_so: bool = False,
    ) -> T:
        """What `deed` returns or raises; TimeoutError if that takes too long, or another one is still waited for.

        `undo` is given what it returns when nobody waits for it any more. `even_so`: begun whatever is left behind,
        because nobody will come back to do it.
        """
        with self._lock:
            left_behind = self._left_behind
            hand = self._idle.pop() if self._idle else None
        if left_behind and not even_so:
            if hand is not None:
                self._put_back(hand)
            raise _late()
        hand = hand or _Hand()
        task = _Task(deed, undo, self._came_back)
        hand.give(task, lambda: self._put_back(hand))
        if not task.done.wait(0.05 if left_behind else within or self._within):
            with self._lock:
                if not task.done.is_set():
                    task.left_behind = True
                    self._left_behind += 1
            if task.left_behind:
                raise _late()
        return cast(T, task.answer())

    def _put_back(self, hand: _Hand) -> None:
        with self._lock:
            self._idle.append(hand)

    def _came_back(self, task: _Task) -> None:
        with self._lock:
            task.done.set()
            if not task.left_behind:
                return
            self._left_behind -= 1
        if task.undo is not None and task.error is None:
            with suppress(OSError):
                task.undo(task.result)


class PatientFile(io.RawIOBase):
    """A file that is read through a patient disk."""

    def __init__(self, disk: PatientDisk, file: BinaryIO) -> None:
        super().__init__()
        self._disk = disk
        self._file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._file.fileno()

    def tell(self) -> int:
        return self._file.tell()

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        if whence == os.SEEK_END:  # the file's server knows where that is
            return self._disk.call(lambda: self._file.seek(offset, whence))
        return self._file.seek(offset, whence)

    def read(self, size: int = -1, /) -> bytes:
        return self._disk.call(lambda: self._file.read(size) or b"")

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")
        data = self.read(len(view))  # a late answer must not write into memory that has another use by then
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            with suppress(OSError):
                self._disk.call(self._file.close, even_so=True)
        super().close()


class _Task:
    def __init__(
        self,
        deed: Callable[[], Any],
        undo: Callable[[Any], object] | None,
        came_back: Callable[[_Task], None],
    ) -> None:
        self._deed = deed
        self._came_back = came_back
        self.undo = undo
        self.done = Event()
        self.left_behind = False
        self.result: Any = None
        self.error: OSError | ValueError | None = None

    def do(self) -> None:
        try:
            self.result = self._deed()
        except (OSError, ValueError) as error:
            self.error = error
        finally:
            self._came_back(self)

    def answer(self) -> Any:
        if self.error is not None:
            raise self.error
        return self.result


class _Hand:
    """One thread that does a task after the other. The program does not wait for it when it ends."""

    def __init__(self) -> None:
        self._tasks: SimpleQueue[tuple[_Task, Callable[[], None]]] = SimpleQueue()
        Thread(target=self._work, name="vault-disk", daemon=True).start()

    def give(self, task: _Task, afterwards: Callable[[], None]) -> None:
        self._tasks.put((task, afterwards))

    def _work(self) -> None:
        while True:
            task, afterwards = self._tasks.get()
            task.do()
            del task
            afterwards()


def _late() -> TimeoutError:
    return TimeoutError(errno.ETIMEDOUT, "the disk does not answer")
