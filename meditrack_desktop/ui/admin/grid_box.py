"""One check box of the permission grid, and the arrows that lead from one to the next."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QWidget

from meditrack_desktop.domain.permissions import Permission, Role
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.theme import draw_icon
from meditrack_desktop.ui.widgets import paint_check, painting

_STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_PageUp: (-8, 0),
    Qt.Key.Key_PageDown: (8, 0),
    Qt.Key.Key_Home: (-1000, 0),
    Qt.Key.Key_End: (1000, 0),
}


class GridBox(QCheckBox):
    """`stepped(rows, columns)` asks for a neighbour. A `locked` box cannot be changed and says why.

    `changed` marks that its tick is not saved.
    """

    stepped = Signal(int, int)
    refused = Signal(str)

    def __init__(self, role: Role, permission: Permission, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.role, self.permission = role, permission
        self._name, self._lock, self._changed = name, "", False
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)
        theme.current().changed.connect(self.updateGeometry)

    @property
    def locked(self) -> str:
        """Why it cannot be changed; empty if it can."""
        return self._lock

    def lock(self, why: str) -> None:
        """Forbid changing it, for this reason; empty allows it."""
        self._lock = why
        self.setToolTip(why)
        self.setAccessibleDescription(why)
        self.update()

    def show_state(self, allowed: bool, *, changed: bool) -> None:
        """Tick it or not, without a signal."""
        self._changed = changed
        self.setChecked(allowed)
        self.setAccessibleName(f"{self._name}, {self.tr('not saved')}" if changed else self._name)
        self.update()

    def nextCheckState(self) -> None:
        if self._lock:
            self.refused.emit(self._lock)
        else:
            super().nextCheckState()

    def hitButton(self, position: QPoint) -> bool:
        return self.rect().contains(position)

    def sizeHint(self) -> QSize:
        side = max(24, theme.current().px(30))
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if step is not None:
            self.stepped.emit(*step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        painter = painting.start_mirrored(self)
        if self._changed:
            painting.box(painter, QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, current.tokens.accent_soft)
        size = current.px(16)
        place = QRectF((self.width() - size) / 2, (self.height() - size) / 2, size, size)
        if self._lock and self.isChecked():
            draw_icon(painter, place.left(), place.top(), "lock", size, current.tokens.text2)
        else:
            hover = self.underMouse() and not self._lock
            paint_check(painter, place, self.checkState(), enabled=not self._lock, hover=hover)
        painter.end()
