"""Runs work beside the windows: three lanes of threads, results handed back on the GUI thread.

Read lane: 4 threads. Write lane: 1, so that a person's actions keep their order. Slow lane: 2, for work that
takes minutes. Every call has an owner; an owner that has been closed meanwhile hears nothing.
"""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count
from threading import Event
from typing import Any, Protocol, TypeVar
from uuid import UUID

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer, Signal
from shiboken6 import isValid

from meditrack_desktop.domain.errors import ClinicError, ErrorCode, NotAllowed, Stopped
from meditrack_desktop.domain.progress import OnProgress, Progress
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.widgets.layer import is_away

BUSY_AFTER_MS = 300
PROGRESS_EVERY_S = 0.05

T = TypeVar("T")


class Lane(StrEnum):
    """Which threads do the work."""

    READ = "read"
    WRITE = "write"
    SLOW = "slow"


_SESSION_IS_OVER = (ErrorCode.SESSION_EXPIRED, ErrorCode.AUTHENTICATION_REQUIRED, ErrorCode.DESK_REVOKED)
_THREADS = {Lane.READ: 4, Lane.WRITE: 1, Lane.SLOW: 2}


class AskAgain(Protocol):
    """Has a person prove once more who they are; then `again` runs, or `never` if they would not."""

    def __call__(self, again: Callable[[], None], never: Callable[[], None]) -> None: ...


class SlowTask(QObject):
    """One long run. `progressed` and `finished` come on the GUI thread; `stop` may be called at any time."""

    progressed = Signal(object)
    finished = Signal()

    def __init__(self, title: str, parent: QObject) -> None:
        super().__init__(parent)
        self.title = title
        self.progress: Progress | None = None
        self._stopping = Event()

    @property
    def stopping(self) -> bool:
        return self._stopping.is_set()

    def stop(self) -> None:
        """Ask the run to end at its next safe point; it then fails with `Stopped`."""
        self._stopping.set()


@dataclass(slots=True)
class _Call:
    """What is waiting for an answer. Lives on the GUI thread only, so that widgets are never freed elsewhere."""

    owner: QObject
    work: Callable[[], Any]
    done: Callable[[Any], object] | None
    failed: Callable[[ClinicError], object] | None
    always: Callable[[], object] | None
    replaces: str = ""
    slow: SlowTask | None = None
    lane: Lane = Lane.READ
    session: UUID | None = None
    dropped: bool = False
    future: "Future[None] | None" = None


@dataclass(slots=True)
class _Answer:
    value: Any = None
    error: BaseException | None = None


@dataclass(slots=True)
class _Owner:
    owner: QObject
    waiting: int = 0
    shown: bool = False
    newest: dict[str, int] = field(default_factory=dict)


class Tasks(QObject):
    """The runner of one window. All methods are for the GUI thread; `work` runs on another.

    `failed` decides alone what to do with a refusal; without it `ui/errors.py` shows it. Anything that is not a
    ClinicError is a bug and goes to the crash dialog. `always` runs after either, for example to end a busy mark.

    What is refused until the password is typed again waits for `ask_again` and is then done once more; pages need
    nothing for it. `expired` carries a refusal because the session is over, and the session (None: of nobody here).
    """

    busyChanged = Signal(object, bool)
    answered = Signal()
    refused = Signal(object)
    expired = Signal(object, object)
    slowStarted = Signal(object)
    _arrived = Signal(int, object)
    _progressed = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._numbers = count(1)
        self._calls: dict[int, _Call] = {}
        self._owners: dict[int, _Owner] = {}
        self._closed = False
        self.session: UUID | None = None
        """Whose turn it is: the session of the person at the desk. The window says so."""
        self.ask_again: AskAgain | None = None
        self._lanes = {
            lane: ThreadPoolExecutor(threads, thread_name_prefix=f"meditrack-{lane}")
            for lane, threads in _THREADS.items()
        }
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._progressed.connect(self._report, Qt.ConnectionType.QueuedConnection)

    def query(
        self,
        owner: QObject,
        work: Callable[[], T],
        done: Callable[[T], object],
        *,
        failed: Callable[[ClinicError], object] | None = None,
        always: Callable[[], object] | None = None,
        replaces: str = "",
    ) -> None:
        """Ask something. A newer query of the same owner and `replaces` drops an older one and its result."""
        self._begin(Lane.READ, _Call(owner, work, done, failed, always, replaces))

    def change(
        self,
        owner: QObject,
        work: Callable[[], T],
        *,
        done: Callable[[T], object] | None = None,
        failed: Callable[[ClinicError], object] | None = None,
        always: Callable[[], object] | None = None,
    ) -> None:
        """Change something. Changes run one after another, in the order asked."""
        self._begin(Lane.WRITE, _Call(owner, work, done, failed, always))

    def slow(
        self,
        owner: QObject,
        work: Callable[[OnProgress], T],
        *,
        done: Callable[[T], object],
        failed: Callable[[ClinicError], object] | None = None,
        always: Callable[[], object] | None = None,
        progress: Callable[[Progress], object] | None = None,
        title: str = "",
    ) -> SlowTask:
        """Begin a long run; `work` is given the function to call with its progress. `title` shows in the strip."""
        task = SlowTask(title, self)
        if progress is not None:
            task.progressed.connect(progress)
        number = next(self._numbers)
        call = _Call(owner, _with_progress(work, self._progress_of(number, task)), done, failed, always)
        call.slow = task
        self._begin(Lane.SLOW, call, number)
        self.slowStarted.emit(task)
        return task

    def idle(self) -> bool:
        """Whether nothing is running or waiting."""
        return not self._calls

    def wait_idle(self, milliseconds: int = 30_000) -> bool:
        """Serve the event loop until everything asked has been answered; False if it took longer. For tests."""
        deadline = time.monotonic() + milliseconds / 1000
        loop = QEventLoop()
        while self._calls and time.monotonic() < deadline:
            loop.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 10)
            time.sleep(0.001)
        return not self._calls

    def running(self) -> tuple[SlowTask, ...]:
        """The long runs that have not ended."""
        return tuple(call.slow for call in self._calls.values() if call.slow is not None)

    def close(self) -> None:
        """End: questions are dropped, long runs are asked to stop, changes already asked for are finished."""
        self._closed = True
        for task in self.running():
            task.stop()
        for lane, pool in self._lanes.items():
            pool.shutdown(wait=True, cancel_futures=lane is not Lane.WRITE)
        self._calls.clear()
        self._owners.clear()

    def _begin(self, lane: Lane, call: _Call, number: int | None = None) -> None:
        if self._closed:
            return
        number = number or next(self._numbers)
        call.lane = lane
        call.session = None if is_away(call.owner) else self.session
        self._calls[number] = call
        state = self._owners.setdefault(id(call.owner), _Owner(call.owner))
        state.waiting += 1
        if call.replaces:
            self._drop(state.newest.get(call.replaces))
            state.newest[call.replaces] = number
        if not state.shown:
            QTimer.singleShot(BUSY_AFTER_MS, self, lambda: self._show_busy(number))
        call.future = self._lanes[lane].submit(self._run, number)

    def _drop(self, number: int | None) -> None:
        """Forget an older question: unstarted work never starts, a late result is thrown away."""
        older = self._calls.get(number or 0)
        if older is None or number is None:
            return
        older.dropped = True
        if older.future is not None and older.future.cancel():
            self._forget(number)

    def _run(self, number: int) -> None:
        # The answer is made in a frame of its own: by the time it is announced this thread holds no
        # reference to the work, hence to no widget, and cannot be the one that frees it.
        answer = self._answer(number)
        if isValid(self):
            self._arrived.emit(number, answer)

    def _answer(self, number: int) -> _Answer:
        try:
            return _Answer(self._calls[number].work())
        except ClinicError as error:
            return _Answer(error=error.with_traceback(None))
        except Exception as bug:  # noqa: BLE001 - the last net of every lane
            return _Answer(error=bug)

    def _deliver(self, number: int, answer: _Answer) -> None:
        call = self._calls.get(number)
        if call is None:
            return
        self._forget(number)
        wanted = not call.dropped and isValid(call.owner)
        # Whoever sits here now is not asked for a password because of what somebody else was doing.
        theirs = call.session == self.session and not is_away(call.owner)
        if wanted and theirs and self.ask_again is not None and _wants_password(answer.error):
            self.ask_again(lambda: self._repeat(number, call), lambda: self._end(call, answer, silent=True))
            return
        self._end(call, answer)

    def _repeat(self, number: int, call: _Call) -> None:
        """The person proved who they are: the same thing once more."""
        if isValid(call.owner):
            self._begin(call.lane, call, number)

    def _end(self, call: _Call, answer: _Answer, *, silent: bool = False) -> None:
        """Tell the owner. `silent`: the person knows already, as it was they who said no."""
        if call.slow is not None:
            call.slow.finished.emit()
            call.slow.deleteLater()
        if answer.error is None:
            self.answered.emit()
        elif isinstance(answer.error, ClinicError):
            self.refused.emit(answer.error)
            if answer.error.code in _SESSION_IS_OVER:
                self.expired.emit(answer.error, call.session)
        if call.dropped or not isValid(call.owner):
            return
        try:
            if call.failed is not None or not silent:
                self._hand_over(call, answer)
        finally:
            if call.always is not None and isValid(call.owner):
                call.always()

    def _hand_over(self, call: _Call, answer: _Answer) -> None:
        error = answer.error
        if error is None:
            if call.done is not None:
                call.done(answer.value)
        elif not isinstance(error, ClinicError):
            errors.crash(error)
        elif call.failed is not None:
            call.failed(error)
        else:
            errors.show(call.owner, error)

    def _forget(self, number: int) -> None:
        call = self._calls.pop(number)
        state = self._owners[id(call.owner)]
        state.waiting -= 1
        if call.replaces and state.newest.get(call.replaces) == number:
            del state.newest[call.replaces]
        if state.waiting == 0:
            del self._owners[id(call.owner)]
            if state.shown and isValid(call.owner):
                self.busyChanged.emit(call.owner, False)

    def _show_busy(self, number: int) -> None:
        call = self._calls.get(number)
        state = self._owners.get(id(call.owner)) if call is not None else None
        if state is None or state.shown or not isValid(state.owner):
            return
        state.shown = True
        self.busyChanged.emit(state.owner, True)

    def _progress_of(self, number: int, task: SlowTask) -> OnProgress:
        stopping, last = task._stopping, [0.0]

        def report(progress: Progress) -> None:
            if stopping.is_set():
                raise Stopped(done=progress.done)
            now = time.monotonic()
            if now - last[0] >= PROGRESS_EVERY_S or progress.done == progress.total:
                last[0] = now
                self._progressed.emit(number, progress)

        return report

    def _report(self, number: int, progress: Progress) -> None:
        call = self._calls.get(number)
        if call is not None and call.slow is not None and isValid(call.owner):
            call.slow.progress = progress
            call.slow.progressed.emit(progress)


def _wants_password(error: BaseException | None) -> bool:
    return isinstance(error, NotAllowed) and error.code is ErrorCode.PASSWORD_AGAIN


def _with_progress(work: Callable[[OnProgress], T], report: OnProgress) -> Callable[[], T]:
    return lambda: work(report)
