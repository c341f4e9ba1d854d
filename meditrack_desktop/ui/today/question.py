"""Asks for the day, asks again when news or the minute say so, and tells since when nothing could be asked."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.changes import ChangeSet
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.today.asking import Answer, ask

SKELETON_AFTER_MS = 200
TICK_MS = 5_000
_ABOUT = (
    "practitioner",
    "patient",
    "closure",
    "absence",
    "desk_task",
    "waitlist_entry",
    "follow_up",
    "appointment",
    "allergy",
)


class Question(QObject):
    """`answered` carries whether it was the first answer; `failed` the error and since when nothing newer is known.

    `waited`: the first answer takes its time. `ticked` carries the instant, each minute.
    """

    answered = Signal(bool)
    failed = Signal(object, object)
    waited = Signal()
    ticked = Signal(object)

    def __init__(self, desk: Desk, page: QWidget) -> None:
        super().__init__(page)
        self._desk, self._page = desk, page
        self.answer: Answer | None = None
        self.pending = False
        self._stale = False
        self._failed = False
        self._fresh_at: datetime | None = None
        self._minute: datetime | None = None
        self._slow = QTimer(self, singleShot=True, interval=SKELETON_AFTER_MS)
        self._slow.timeout.connect(self._on_slow)
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self._on_tick)
        desk.live.changed.connect(self._on_changed)
        desk.tasks.answered.connect(self._on_anything_answered)

    def ask(self) -> None:
        """Ask for today; what is there stays until the answer comes."""
        desk, day = self._desk, self._desk.today()
        self._stale, self.pending = False, True
        if self.answer is None:
            self._slow.start()
        desk.tasks.query(
            self._page,
            lambda: ask(desk, day),
            partial(self._on_answer, day),
            failed=self._on_failed,
            replaces="today",
        )

    def begin(self) -> None:
        """The page is seen."""
        self._tick.start()
        if self._stale or (self.answer is not None and self._new_minute()):
            self.ask()

    def end(self) -> None:
        """The page is hidden."""
        self._tick.stop()

    def _on_answer(self, day: date, found: Answer) -> None:
        self._slow.stop()
        self.pending, self._failed = False, False
        self._fresh_at = self._desk.clock.now()
        first, self.answer = self.answer is None, found
        self._minute = self._fresh_at.replace(second=0, microsecond=0)
        self.answered.emit(first)

    def _on_failed(self, error: ClinicError) -> None:
        self._slow.stop()
        self.pending, self._failed = False, True
        self.failed.emit(error, self._fresh_at)

    def _on_slow(self) -> None:
        if self.answer is None:
            self.waited.emit()

    def _on_tick(self) -> None:
        if self._new_minute():
            self._minute = self._desk.clock.now().replace(second=0, microsecond=0)
            self.ticked.emit(self._desk.clock.now())
            # Lateness, who is due and what needs somebody change with the clock alone.
            self.ask()

    def _new_minute(self) -> bool:
        return self._desk.clock.now().replace(second=0, microsecond=0) != self._minute

    def _on_changed(self, changes: ChangeSet) -> None:
        if not changes.touches(*_ABOUT):
            return
        if self._page.isVisible():
            self.ask()
        else:
            self._stale = True

    def _on_anything_answered(self) -> None:
        """The server answers again, whoever asked: so does this page."""
        if self._failed and not self.pending and self._page.isVisible():
            self._failed = False
            self.ask()
