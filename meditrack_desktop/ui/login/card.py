"""The raised card in the middle of a screen without data, and the ground it lies on."""

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.frame.brand import Brand
from meditrack_desktop.ui.login.day_ribbon import DayRibbon
from meditrack_desktop.ui.widgets import painting
from meditrack_desktop.ui.widgets.scrolling import GrowingScroll, wanted_height

if TYPE_CHECKING:
    from meditrack_desktop.domain.clock import Clock

FOOT = 32
SHADE = 56


def wide_shadow(painter: QPainter, place: QRectF) -> None:
    """The softest shadow of the program: the card is the only thing on its screen."""
    strength, steps = (0.5 if theme.current().dark else 0.12), 28
    painter.setPen(Qt.PenStyle.NoPen)
    for step in range(steps):
        grow = 40 * (1 - step / steps)
        painter.setBrush(QColor.fromRgbF(0.04, 0.08, 0.13, strength * 2 * (step + 1) / (steps * (steps + 1))))
        painter.drawRoundedRect(
            place.adjusted(-grow, -grow, grow, grow).translated(0, 14), 14 + grow, 14 + grow
        )


class RaisedCard(QWidget):
    """A card with a wide shadow; put content into `body`, which scrolls where the window is too small for it."""

    def __init__(self, width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.wanted_width = width
        column = QVBoxLayout(self)
        column.setContentsMargins(SHADE, SHADE, SHADE, SHADE)
        scroll = GrowingScroll()
        self.body = scroll.body
        self.body.setContentsMargins(32, 28, 32, 26)
        column.addWidget(scroll)
        self.body.setSpacing(0)
        theme.current().changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        place = QRectF(self.rect()).adjusted(SHADE, SHADE, -SHADE, -SHADE)
        t = theme.current().tokens
        painter = painting.start(self)
        wide_shadow(painter, place)
        painting.box(painter, place, 14, t.surface, t.line)
        painter.end()


class CardScreen(DayRibbon):
    """A whole window without data: the ornament, the program's mark, one card, and a foot line."""

    def __init__(self, clock: "Clock", width: int = 418, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.clock = clock
        self.brand = Brand(self)
        self.card = RaisedCard(width, self)
        self.foot = Foot(self)
        self.tick()
        theme.current().changed.connect(self.arrange)

    def tick(self) -> None:
        """Follow the clock; called each minute."""
        self.show_time(self._now())

    def arrange(self) -> None:
        """Place the card for its present content."""
        self.brand.setGeometry(28, 22, theme.current().px(220), max(30, theme.current().px(26)))
        foot = theme.current().px(FOOT)
        self.foot.setGeometry(0, self.height() - foot, self.width(), foot)
        width = min(theme.current().px(self.card.wanted_width), self.width() - 32) + 2 * SHADE
        height = min(wanted_height(self.card, width), self.height() - foot + 2 * SHADE)
        # The middle of the card lies a little above the middle of the window.
        top = max(8 - SHADE, round((self.height() - foot) * 0.487 - height / 2))
        self.card.setGeometry((self.width() - width) // 2, top, width, height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrange()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.arrange()
        return super().event(event)

    def _now(self) -> datetime:
        return self.clock.now().astimezone()


class Foot(QWidget):
    """The line along the bottom; put content into `row`."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(20, 1, 20, 0)
        self.row.setSpacing(12)
        self.row.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        theme.current().changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        t = theme.current().tokens
        painter = painting.start(self)
        painter.fillRect(self.rect(), t.canvas)
        painter.fillRect(0, 0, self.width(), 1, t.line)
        painter.end()
