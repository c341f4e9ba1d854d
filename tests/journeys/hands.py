"""Hands at the real window: every key goes to whatever has the focus, and is counted."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.ui.main_window import MainWindow
from meditrack_desktop.ui.patients.chart.page import ChartPage
from meditrack_desktop.ui.tasks import Tasks

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
PLAIN = Qt.KeyboardModifier.NoModifier


@dataclass
class Hands:
    """Presses keys and counts them: `keys` those that act, `letters` what is typed."""

    qtbot: QtBot
    window: MainWindow
    tasks: Tasks
    keys: list[str] = field(default_factory=list)
    letters: str = ""

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = PLAIN) -> None:
        self.keys.append(key.name.removeprefix("Key_"))
        self.qtbot.keyClick(QApplication.focusWidget() or self.window, key, modifier)

    def type(self, text: str) -> None:
        """Letter by letter, each to what has the focus then; nobody waits between them."""
        for letter in text:
            focused = QApplication.focusWidget()
            assert focused is not None
            self.qtbot.keyClicks(focused, letter)
        self.letters += text

    def look(self) -> None:
        """Read the screen: everything asked is answered and shown."""
        for _ in range(3):
            self.qtbot.wait(150)
            assert self.tasks.wait_idle(10_000)

    def page(self) -> object:
        assert self.window.frame is not None
        return self.window.frame.sheet.current()

    def chart(self) -> Patient:
        page = self.page()
        assert isinstance(page, ChartPage) and page.patient is not None
        return page.patient

    def begin(self) -> None:
        self.keys.clear()
        self.letters = ""
