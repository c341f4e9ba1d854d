"""Waiting: a skeleton in the shape of what is coming, and a thin bar for long work."""

from typing import Literal

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.widgets import painting

_LENGTHS = (0.52, 0.67, 0.45, 0.6, 0.55, 0.41, 0.63)


class Skeleton(QWidget):
    """Grey shapes where rows or lines of text will be. It does not move. Show it after 200 ms, not sooner."""

    def __init__(self, shape: Literal["table", "text"] = "table", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shape = shape
        self.setAccessibleName(self.tr("Loading"))
        theme.current().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(theme.current().px(240), theme.current().row_height * 5)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painting.start_mirrored(self)
        t, current = theme.current().tokens, theme.current()
        row = current.row_height if self._shape == "table" else current.px(24)
        bar = current.px(10)
        top, number = 0, 0
        while top + row <= self.height() + row // 2:
            middle = top + row / 2
            x = 0.0
            if self._shape == "table":
                size = current.px(24)
                painting.box(painter, QRectF(14, middle - size / 2, size, size), size / 2, t.surface3)
                x = 14 + size + 10
                for right, width in ((84.0, 70.0), (62.0, 0.0)):
                    if width and self.width() > 320:
                        painting.box(
                            painter,
                            QRectF(self.width() - right - width - 6, middle - bar / 2, width, bar),
                            5,
                            t.surface3,
                        )
                painting.box(painter, QRectF(self.width() - 64, middle - bar / 2, 50, bar), 5, t.surface3)
                painter.fillRect(QRectF(0, top + row - 1, self.width(), 1), t.line)
            length = (
                (self.width() - x)
                * _LENGTHS[number % len(_LENGTHS)]
                * (0.6 if self._shape == "table" else 1.3)
            )
            painting.box(painter, QRectF(x, middle - bar / 2, length, bar), 5, t.surface3)
            top, number = top + row, number + 1
        painter.end()


class ProgressBar(QWidget):
    """A thin bar. `set_share` takes 0.0 to 1.0; words about count and time stand beside it."""

    def __init__(self, name: str, *, thickness: int = 8, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share, self._thickness, self._name = 0.0, thickness, name
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_share(0.0)
        theme.current().changed.connect(self.update)

    def share(self) -> float:
        """How much is done, 0.0 to 1.0."""
        return self._share

    def set_share(self, share: float) -> None:
        """Show how much is done; what lies outside 0 to 1 is held to it."""
        self._share = min(1.0, max(0.0, share))
        self.setAccessibleName(
            self.tr("{name}, {percent} %").format(name=self._name, percent=round(self._share * 100))
        )
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.current().px(120), self._thickness)

    def minimumSizeHint(self) -> QSize:
        return QSize(24, self._thickness)

    def paintEvent(self, event: QPaintEvent) -> None:
        t = theme.current().tokens
        painter = painting.start_mirrored(self)
        radius = self.height() / 2
        painting.box(painter, QRectF(self.rect()), radius, t.surface3)
        if self._share > 0:
            width = max(self.height(), self.width() * self._share)
            painting.box(painter, QRectF(0, 0, width, self.height()), radius, t.accent)
        painter.end()
