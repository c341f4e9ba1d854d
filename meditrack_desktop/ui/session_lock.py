"""What locks a desk by itself: nobody touched it for a while, it slept, or it has been locked for long."""

from __future__ import annotations

import sys
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

if TYPE_CHECKING:
    from meditrack_desktop.domain.clock import Clock

IDLE_LIMIT = timedelta(minutes=10)
HARD_LIMIT = timedelta(minutes=30)
WARN_BEFORE = timedelta(seconds=20)
CHECK_MS = 1000
SLEPT_S = 30
"""A gap this long between two checks means that the computer slept: they come each second."""
_ACTIVITY = {
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
    QEvent.Type.TabletPress,
}


def ticks() -> float:
    """Seconds since some moment; goes on while the computer sleeps, and when its clock is put back."""
    # Linux has one clock for it; on macOS it is this one, as Python's own monotonic() stands still in sleep there.
    name = {"linux": "CLOCK_BOOTTIME", "darwin": "CLOCK_MONOTONIC"}.get(sys.platform, "")
    clock = getattr(time, name, None) if name else None
    return time.monotonic() if clock is None else time.clock_gettime(clock)


class _Since:
    """How long ago something was, by the wall clock or by ticks: the longer one is believed."""

    def __init__(self, clock: Clock) -> None:
        self.begin(clock)

    def begin(self, clock: Clock) -> None:
        self._wall, self._ticks = clock.now(), ticks()

    def passed(self, clock: Clock) -> timedelta:
        return max(clock.now() - self._wall, timedelta(seconds=ticks() - self._ticks))


_BEFORE_PAINT = {QEvent.Type.Expose, QEvent.Type.UpdateRequest}


class IdleWatch(QObject):
    """Tells when nobody has touched the window for `limit`, and 20 s before; and when the computer has slept.

    It asks clocks rather than a timer, so that a computer waking from sleep locks at once: `idle` then comes
    before the first event after waking reaches a page.
    """

    warned = Signal()
    idle = Signal()

    def __init__(self, window: QWidget, clock: Clock, limit: timedelta = IDLE_LIMIT) -> None:
        super().__init__(window)
        self._window, self.clock, self.limit = window, clock, limit
        self._others: list[QWidget] = []
        self._touched, self._checked = _Since(clock), ticks()
        self._has_warned = False
        self._timer = QTimer(self, interval=CHECK_MS)
        self._timer.timeout.connect(self.check)

    @property
    def watching(self) -> bool:
        return self._timer.isActive()

    def begin(self) -> None:
        """Watch from now on. The window must have been shown."""
        for watched in self._watched():
            watched.installEventFilter(self)
        self.touch()
        self._checked = ticks()
        self._timer.start()

    def end(self) -> None:
        """Stop watching, for example while locked."""
        for watched in self._watched():
            watched.removeEventFilter(self)
        self._timer.stop()

    def watch_also(self, window: QWidget) -> None:
        """Another window of the same person, which has been shown: whoever works in it is there."""
        self._others = [other for other in self._others if isValid(other)]
        if window not in self._others:
            self._others.append(window)
        if self.watching:
            for watched in _with_handle(window):
                watched.installEventFilter(self)

    def touch(self) -> None:
        """Somebody is there."""
        self._touched.begin(self.clock)
        self._has_warned = False

    def check(self) -> None:
        """Compare with the clocks; called each second."""
        slept, self._checked = self._slept(), ticks()
        alone = self._touched.passed(self.clock)
        if slept or alone >= self.limit:
            self.end()
            self.idle.emit()
        elif alone >= self.limit - WARN_BEFORE and not self._has_warned:
            self._has_warned = True
            self.warned.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if (kind in _BEFORE_PAINT or kind in _ACTIVITY) and self._slept():
            self.check()  # what wakes the computer is nobody's touch, and nothing may be painted first
        elif kind in _ACTIVITY:
            self.touch()
        return False

    def _slept(self) -> bool:
        return ticks() - self._checked >= SLEPT_S

    def _watched(self) -> list[QObject]:
        others = [other for other in self._others if isValid(other)]
        return [part for window in (self._window, *others) for part in _with_handle(window)]


def _with_handle(window: QWidget) -> list[QObject]:
    handle = window.windowHandle()
    return [window, handle] if handle is not None else [window]


class HardLock(QObject):
    """Tells once when the desk has been locked for `limit`; counts sleep, as above."""

    due = Signal()

    def __init__(self, parent: QObject, clock: Clock) -> None:
        super().__init__(parent)
        self.clock = clock
        self._since, self._limit = _Since(clock), HARD_LIMIT
        self._timer = QTimer(self, interval=CHECK_MS)
        self._timer.timeout.connect(self.check)

    def begin(self, limit: timedelta) -> None:
        """The desk has just been locked."""
        self._limit = limit
        self._since.begin(self.clock)
        self._timer.start()

    def end(self) -> None:
        """Unlocked, or nobody's any more."""
        self._timer.stop()

    def check(self) -> None:
        """Compare with the clocks; called each second."""
        if self._timer.isActive() and self._since.passed(self.clock) >= self._limit:
            self._timer.stop()
            self.due.emit()
