"""The ornament behind sign-in and lock: an invented day of work, with its line at this minute."""

from datetime import datetime
from functools import cache
from random import Random
from typing import Literal

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.widgets import painting

Bar = tuple[float, float, Literal["past", "now", "next", "free"]]
_PITCH, _HEIGHT, _GAP = 44, 30, 6
_TOP, _NOW = 0.583, 0.77


@cache
def ribbon_row(row: int, width: int, now: int) -> tuple[Bar, ...]:
    """The bars of a row as (left, width, kind), from beyond the left edge to beyond the right; always the same."""
    chance = Random(row * 7919 + 11)
    bars: list[Bar] = []
    left = -chance.uniform(20, 160)
    straddled = False
    while left < width:
        if chance.random() < 0.16 and not (now - 240 < left < now + 40):
            left += chance.uniform(60, 120)
        long = chance.choice((42, 42, 66, 66, 90, 138))
        if left <= now <= left + long:
            kind: Literal["past", "now", "next", "free"] = "now"
            straddled = True
        elif left + long > now and not straddled:
            left, kind, straddled = now - long * 0.4, "now", True
        elif left > now:
            kind = "free" if chance.random() < (left - now) / 560 else "next"
        else:
            kind = "past"
        bars.append((left, long, kind))
        left += long + _GAP
    return tuple(bars)


class DayRibbon(QWidget):
    """A ground of canvas colour with the ribbon in its lower part. `wall` gives the time on the line."""

    now_at = _NOW
    """Where the line stands, as a share of the width: beside the card, not behind it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = ""
        theme.current().changed.connect(self.update)

    def show_time(self, wall: datetime) -> None:
        """Put the line's label at this wall-clock time."""
        shown = f"{wall:%H:%M}"
        if shown != self._shown:
            self._shown = shown
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        t = theme.current().tokens
        painter = painting.start(self)
        painter.fillRect(self.rect(), t.canvas)
        top, now = round(self.height() * _TOP), round(self.width() * self.now_at)
        rows = max(0, (self.height() - 8 - top) // _PITCH)
        soft = QColor(t.accent)
        soft.setAlphaF(0.11 if not theme.current().dark else 0.16)
        fills: dict[str, QColor | None] = {
            "past": t.surface3 if not theme.current().dark else t.surface2,
            "now": t.accent,
            "next": soft,
            "free": None,
        }
        for row in range(rows):
            y = top + row * _PITCH
            for left, width, kind in ribbon_row(row, self.width(), now):
                edge = t.line_mid if kind == "free" else None
                rect = QRectF(left, y, width, _HEIGHT)
                painting.box(painter, rect, 5, fills[kind], edge, 1, Qt.PenStyle.DashLine)
        if rows:
            self._line(painter, now, top, top + rows * _PITCH + 8)
        painter.end()

    def _line(self, painter: QPainter, x: int, top: int, bottom: int) -> None:
        current = theme.current()
        t = current.tokens
        painter.fillRect(QRectF(x - 1, top - 10, 2, bottom - top + 10), t.accent)
        if not self._shown:
            return
        font = current.font("small_strong")
        width = painting.text_width(self._shown, font) + 16
        tag = QRectF(x - width / 2, top - current.px(28), width, current.px(20))
        painting.box(painter, tag, 4, t.accent)
        painting.line_text(painter, tag, self._shown, font, t.on_accent, painting.CENTRE)
