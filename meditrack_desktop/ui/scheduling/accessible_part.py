"""What every painted part of the calendar answers a screen reader alike."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QObject, QRect
from PySide6.QtGui import QAccessible, QAccessibleInterface, QColor, QWindow
from PySide6.QtWidgets import QWidget

# Qt takes a null pointer for "nobody"; the binding's types do not know that.
NOBODY: QAccessibleInterface = None  # type: ignore[assignment]
_NOTHING: QObject = None  # type: ignore[assignment]


class AccessiblePart(QAccessibleInterface):
    """A part of a widget that paints itself."""

    def __init__(self, painted: QWidget) -> None:
        super().__init__()
        self._painted = painted

    def isValid(self) -> bool:
        return shiboken6.isValid(self._painted)

    def object(self) -> QObject:
        return _NOTHING

    def window(self) -> QWindow:
        return self._painted.window().windowHandle()

    def setText(self, t: QAccessible.Text, text: str) -> None:
        """Nothing here is typed into."""

    def foregroundColor(self) -> QColor:
        return QColor()

    def backgroundColor(self) -> QColor:
        return QColor()

    def on_screen(self, rect: QRect) -> QRect:
        """A rectangle of the widget in screen coordinates."""
        return QRect(self._painted.mapToGlobal(rect.topLeft()), rect.size())


class AccessibleLeaf(AccessiblePart):
    """One with nothing in it."""

    def childCount(self) -> int:
        return 0

    def child(self, index: int) -> QAccessibleInterface:
        return NOBODY

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return -1

    def childAt(self, x: int, y: int) -> QAccessibleInterface:
        return NOBODY
