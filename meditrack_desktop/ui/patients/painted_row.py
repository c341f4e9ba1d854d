"""The ground of whatever is painted whole and opens something: hover, press, focus, theme."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QEnterEvent, QPainter
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.widgets import painting


class PaintedRow(QAbstractButton):
    """Subclasses give `sizeHint` and `paintEvent`; the latter begins with `ground`."""

    NARROWEST = 80

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.current().changed.connect(self._on_theme)

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.current().px(self.NARROWEST), self.sizeHint().height())

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def ground(self) -> QPainter:
        """A painter, mirrored where one reads from the right, with the ground of hover and press laid."""
        t = theme.current().tokens
        painter = painting.start_mirrored(self)
        if self.isEnabled() and (self.underMouse() or self.isDown()):
            painting.box(painter, QRectF(self.rect()), 6, t.surface3 if self.isDown() else t.surface2)
        return painter

    def _on_theme(self) -> None:
        self.updateGeometry()
        self.update()
