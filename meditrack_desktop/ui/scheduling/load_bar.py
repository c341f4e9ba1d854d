"""Paints how full a day is: a bar with a part for each status, as long as its share of the open time."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.scheduling.month_model import LOOKS_IN_BAR
from meditrack_desktop.ui.widgets import painting

HEIGHT = 8


def paint_load(painter: QPainter, rect: QRectF, minutes: Counter[str], open_minutes: int) -> None:
    """The track is the open time; what is booked beyond it fills the bar."""
    t = theme.current().tokens
    whole = max(open_minutes, minutes.total())
    painting.box(painter, rect, 2, t.surface3)
    if not whole:
        return
    x = rect.left()
    for look in LOOKS_IN_BAR:
        if not minutes[look]:
            continue
        width = max(3.0, rect.width() * minutes[look] / whole)
        part = QRectF(x, rect.top(), min(width, rect.right() - x), rect.height())
        if part.width() <= 0:
            break
        painting.box(painter, part.adjusted(-1, -1, 1, 1), 2, t.surface)
        mark = t.status[look].mark
        if look == "booked":
            painting.box(painter, part, 2, t.surface, mark, 1, Qt.PenStyle.DashLine)
        else:
            painting.box(painter, part, 2, mark)
        x = part.right() + 2


class LoadBar(QWidget):
    """The same as a widget; what it says is said by the words beside it."""

    def __init__(self, minutes: Counter[str], open_minutes: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._minutes, self._open = minutes, open_minutes
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(theme.current().px(HEIGHT))
        theme.current().changed.connect(self._on_theme)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painting.start(self)
        paint_load(painter, QRectF(self.rect()), self._minutes, self._open)
        painter.end()

    def _on_theme(self) -> None:
        self.setFixedHeight(theme.current().px(HEIGHT))
        self.update()
