"""On macOS the system sends links as events to the program that runs, instead of starting it with them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QFileOpenEvent

from meditrack_desktop.domain.callers import read_link


class CallEvents(QObject):
    """Put it on the application as an event filter; `take` is given each number that comes as a link."""

    def __init__(self, take: Callable[[str], object], parent: QObject) -> None:
        super().__init__(parent)
        self._take = take

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QFileOpenEvent):
            return False
        number = read_link(event.url().toString())
        if number is None:
            return False
        self._take(number)
        return True
