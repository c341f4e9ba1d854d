"""The chosen letters, put on the clipboard; from there the program takes them again after a minute."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.documents.page_view import PageView
from meditrack_desktop.ui.documents.pages import PageWords
from meditrack_desktop.ui.documents.reading import Reading

T = TypeVar("T")


class Copying(QObject):
    """Of one view. `failed` carries what damage the vault found."""

    failed = Signal(object)

    def __init__(self, desk: Desk, view: PageView) -> None:
        super().__init__(view)
        self._desk, self._view = desk, view
        self._reading: Reading | None = None
        view.copyRequested.connect(self.copy)

    def begin(self, reading: Reading | None) -> None:
        """Copy from this one from now on; None: from nothing."""
        self._reading = reading

    def copy(self) -> None:
        """Put what is chosen on the clipboard. Letters of pages that nobody has read yet are read first."""
        reading, selection = self._reading, self._view.selection
        if reading is None or not selection:
            return
        unknown = selection.unknown()
        if selection.all:
            self._gather(reading, reading.text, lambda text: self._copied(reading, text))
        elif unknown:
            self._gather(
                reading,
                lambda: [(page, reading.words(page)) for page in unknown],
                lambda found: self._read(reading, found),
            )
        else:
            self._copied(reading, selection.text())

    def _gather(self, reading: Reading, work: Callable[[], T], done: Callable[[T], None]) -> None:
        self._desk.tasks.query(
            self,
            work,
            done,
            failed=lambda error: self.failed.emit(error) if reading is self._reading else None,
            replaces="copy",
        )

    def _read(self, reading: Reading, found: list[tuple[int, PageWords]]) -> None:
        if reading is self._reading:
            for page, words in found:
                self._view.selection.learn(page, words)
            self._copied(reading, self._view.selection.text())

    def _copied(self, reading: Reading, text: str) -> None:
        if text and reading is self._reading:
            QGuiApplication.clipboard().setText(text)
            self._desk.say(self.tr("Copied. It leaves the clipboard after a minute."))
