"""Asks the clinic what the calendar shows, and asks again when news say that it may have changed."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.changes import ChangeSet
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.holds import Hold
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.scheduling.asking import Answer, ask, held
from meditrack_desktop.ui.scheduling.shown import Asked, Shown


class Question(QObject):
    """`answered` carries whether it was the first answer; `failed` a ClinicError. Old answers are dropped."""

    answered = Signal(bool)
    heldAnswered = Signal()
    failed = Signal(object)

    def __init__(self, desk: Desk, page: QWidget, shown: Shown) -> None:
        super().__init__(page)
        self._desk, self._page, self._shown = desk, page, shown
        self.answer: Answer | None = None
        self.pending = False
        self._stale = False
        desk.live.changed.connect(self._on_changed)

    def ask(self) -> None:
        """Ask for what is shown; what is there stays until the answer comes."""
        desk, asked, day = self._desk, self._shown.asked(), self._shown.day
        self._stale, self.pending = False, True
        desk.tasks.query(
            self._page,
            lambda: ask(desk, asked, day),
            partial(self._on_answer, asked),
            failed=self._on_failed,
            replaces="calendar",
        )

    def ask_if_stale(self) -> None:
        """Shown again: ask, if something changed meanwhile."""
        if self._stale:
            self.ask()

    def ask_holds(self) -> None:
        """Ask what is on hold; nothing else."""
        desk, asked = self._desk, self._shown.asked()
        desk.tasks.query(
            self._page,
            lambda: held(desk, asked),
            partial(self._on_holds, asked),
            failed=lambda _error: None,
            replaces="calendar.holds",
        )

    def _on_answer(self, asked: Asked, found: Answer) -> None:
        if asked != self._shown.asked():
            # Nothing newer was asked for, or this would not have come: what is shown now has to be.
            self.ask()
            return
        first, self.answer, self.pending = self.answer is None, found, False
        self.answered.emit(first)

    def _on_failed(self, error: ClinicError) -> None:
        self.pending = False
        self.failed.emit(error)

    def _on_holds(self, asked: Asked, holds: tuple[Hold, ...]) -> None:
        if self.answer is not None and asked == self._shown.asked():
            self.answer = replace(self.answer, holds=holds)
            self.heldAnswered.emit()

    def _on_changed(self, changes: ChangeSet) -> None:
        if self.answer is None:
            return
        # A patient's name stands on visits; hours, holidays and absences make the columns.
        others = changes.touches("practitioner", "patient", "closure", "absence", "doctor_group")
        days = changes.touches("appointment") and changes.touches_days(*self._shown.days())
        if others or days:
            if self._page.isVisible():
                self.ask()
            else:
                self._stale = True
        elif changes.touches("hold"):
            if self._page.isVisible():
                self.ask_holds()
            else:
                self._stale = True
