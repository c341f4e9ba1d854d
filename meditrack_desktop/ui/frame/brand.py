"""The mark of the program: a check on a rounded square, painted at any size."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.theme import Tokens
from meditrack_desktop.ui.theme.tokens import load_tokens
from meditrack_desktop.ui.widgets import Label, painting

PROGRAM = "MediTrack"


def paint_mark(painter: QPainter, rect: QRectF, tokens: Tokens) -> None:
    """Paint the mark into a square."""
    unit = rect.width() / 28
    painting.box(painter, rect, 7 * unit, tokens.accent)
    pen = QPen(tokens.on_accent, 2.9 * unit)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    points = ((7.6, 14.6), (12.2, 19.2), (18.4, 12.4))
    painter.drawPolyline(QPolygonF([rect.topLeft() + QPointF(x * unit, y * unit) for x, y in points]))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tokens.on_accent)
    painter.drawEllipse(rect.topLeft() + QPointF(21.2 * unit, 8.6 * unit), 2 * unit, 2 * unit)


def program_icon() -> QIcon:
    """The icon of windows and task bar, in the light colours on every desktop."""
    icon = QIcon()
    for size in (16, 24, 32, 48, 64, 128, 256):
        pixmap = QPixmap(size, size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_mark(painter, QRectF(0, 0, size, size), load_tokens("light"))
        painter.end()
        icon.addPixmap(pixmap)
    return icon


class Mark(QWidget):
    """The mark alone."""

    def __init__(self, size: int = 28, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size = size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.current().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(self._size, self._size)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painting.start(self)
        paint_mark(painter, QRectF(self.rect()), theme.current().tokens)
        painter.end()


class Brand(QWidget):
    """The mark with the program's name beside it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(Mark())
        self.name = Label(PROGRAM, "heading")
        row.addWidget(self.name)
        row.addStretch(1)
