"""A small line of values over time, with the usual range as a band and every point in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil, floor, log10
from zoneinfo import ZoneInfo

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from meditrack_desktop.domain.observations import Interpretation
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.patients.chart import words as chart_words
from meditrack_desktop.ui.widgets import painting

MOST_POINTS = 60


@dataclass(frozen=True, slots=True)
class Point:
    """One value: when, how much, and as it is written."""

    at: datetime
    value: float
    text: str
    found: Interpretation


def round_marks(lowest: float, highest: float) -> list[float]:
    """Three to six round numbers that take in both, with some room: where the lines of a chart are drawn."""
    room = (highest - lowest) * 0.1 or abs(highest) * 0.05 or 1.0
    lowest, highest = lowest - room, highest + room
    rough = (highest - lowest) / 4
    power = 10.0 ** floor(log10(rough))
    step = next(size * power for size in (1, 2, 5, 10) if size * power >= rough)
    first, last = floor(lowest / step), ceil(highest / step)
    return [round(number * step, 10) + 0.0 for number in range(first, last + 1)]


class LineChart(QWidget):
    """Oldest first. Points outside the range are hollow and in the tone of what is wrong: not by colour alone."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._points: tuple[Point, ...] = ()
        self._low: float | None = None
        self._high: float | None = None
        self._zone = ZoneInfo("UTC")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.current().changed.connect(self._on_theme)

    @property
    def points_shown(self) -> int:
        return len(self._points)

    def show_points(
        self, points: Sequence[Point], low: float | None, high: float | None, zone: ZoneInfo
    ) -> None:
        """Show the newest of these values."""
        self._points, self._low, self._high, self._zone = tuple(points[-MOST_POINTS:]), low, high, zone
        told = [f"{chart_words.day_text(point.at, zone)}: {point.text}" for point in self._points]
        self.setAccessibleName(self.tr("Values over time"))
        self.setAccessibleDescription("; ".join(told))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.current().px(360), theme.current().px(180))

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._points:
            return
        current = theme.current()
        t = current.tokens
        painter = painting.start(self)
        small, line = current.font("micro"), current.line_height("micro")
        values = [point.value for point in self._points]
        bottom, top = min(values), max(values)
        if self._low is not None:
            bottom = min(bottom, self._low)
        if self._high is not None:
            top = max(top, self._high)
        marks = round_marks(bottom, top)
        bottom, top = marks[0], marks[-1]
        labels = [f"{value:.6g}" for value in marks]
        margin = max(painting.text_width(text, small) for text in labels) + 8
        area = QRectF(margin, line, self.width() - margin - 14, self.height() - 2.6 * line)
        first, last = self._points[0].at, self._points[-1].at
        span = (last - first).total_seconds() or 1.0

        def place(point: Point) -> QPointF:
            share = (point.at - first).total_seconds() / span if len(self._points) > 1 else 0.5
            return QPointF(area.left() + share * area.width(), height(point.value))

        def height(value: float) -> float:
            return area.bottom() - (value - bottom) / (top - bottom) * area.height()

        if self._low is not None or self._high is not None:
            upper = height(self._high) if self._high is not None else area.top()
            lower = height(self._low) if self._low is not None else area.bottom()
            painter.fillRect(QRectF(area.left(), upper, area.width(), lower - upper), t.accent_soft)
        for value in marks:
            y = round(height(value)) + 0.5
            painter.fillRect(QRectF(area.left(), y, area.width(), 1), t.line)
        for mark, value in zip(labels, marks, strict=True):
            beside = QRectF(0, height(value) - line / 2, margin - 6, line)
            painting.line_text(painter, beside, mark, small, t.text3, painting.RIGHT)
        self._dates(painter, area, line)
        spots = [place(point) for point in self._points]
        painter.setPen(QPen(t.accent, 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(spots))
        for point, spot in zip(self._points, spots, strict=True):
            outside = bool(chart_words.arrow_icon(point.found))
            painter.setPen(QPen(t.danger if outside else t.accent, 2))
            painter.setBrush(t.surface if outside else t.accent)
            painter.drawEllipse(spot, 4.0, 4.0)
        painter.end()

    def _dates(self, painter: QPainter, area: QRectF, line: int) -> None:
        current = theme.current()
        small = current.font("micro")
        below = QRectF(area.left(), area.bottom() + 6, area.width(), line)
        first = chart_words.day_text(self._points[0].at, self._zone)
        last = chart_words.day_text(self._points[-1].at, self._zone)
        painting.line_text(painter, below, first, small, current.tokens.text3)
        if last != first:
            painting.line_text(painter, below, last, small, current.tokens.text3, painting.RIGHT)

    def _on_theme(self) -> None:
        self.updateGeometry()
        self.update()
