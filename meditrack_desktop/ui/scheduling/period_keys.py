"""The keys that go to another time or view. They are the same in the grid, the month and the agenda."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent

from meditrack_desktop.ui.scheduling.day_model import Period

_Key = Qt.Key
VIEW_KEYS = {
    _Key.Key_1: Period.DAY,
    _Key.Key_2: Period.WEEK,
    _Key.Key_3: Period.MONTH,
    _Key.Key_4: Period.AGENDA,
}


class PeriodKeys(QObject):
    """What a view was asked for: a step back or forth, today, a typed date, another view, the next free time."""

    stepped = Signal(int)
    todayRequested = Signal()
    dateRequested = Signal()
    dateTyped = Signal(str)
    """A date is being typed already: its first letter."""
    viewChosen = Signal(object)

    def take(self, event: QKeyEvent, *, letters: bool = True) -> bool:
        """Whether the key was one of these; without `letters` T and G are left to who types."""
        key = _Key(event.key())
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if modifiers != Qt.KeyboardModifier.NoModifier:
            return False
        if key in (_Key.Key_PageUp, _Key.Key_PageDown):
            self.stepped.emit(-1 if key == _Key.Key_PageUp else 1)
        elif key in VIEW_KEYS:
            self.viewChosen.emit(VIEW_KEYS[key])
        elif key == _Key.Key_T and letters:
            self.todayRequested.emit()
        elif key == _Key.Key_G and letters:
            self.dateRequested.emit()
        else:
            return False
        return True
