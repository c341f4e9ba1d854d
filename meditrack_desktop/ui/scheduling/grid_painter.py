"""Paints the ground of the calendar: hours, closed time, column lines and the line of now."""

from __future__ import annotations

from datetime import date, datetime

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.scheduling.day_model import minute_of
from meditrack_desktop.ui.scheduling.layout import Box, CalendarLayout
from meditrack_desktop.ui.scheduling.words import closed_word
from meditrack_desktop.ui.widgets import painting

DOT = 8


def paint_ground(painter: QPainter, layout: CalendarLayout, exposed: QRect, extent: int) -> None:
    """Everything behind the visits within `exposed`; `extent` is the height of the widget."""
    t = theme.current().tokens
    painter.fillRect(exposed, t.surface)
    model = layout.model
    for number in range(len(model.columns)):
        left, right = layout.column_x(number), layout.column_x(number + 1)
        if right <= exposed.left() or left > exposed.right():
            continue
        _lines(painter, layout, left, right, exposed)
        _closed(painter, layout, number, extent)
        painter.fillRect(QRect(right - 1, exposed.top(), 1, exposed.height()), t.line)


def _lines(painter: QPainter, layout: CalendarLayout, left: int, right: int, exposed: QRect) -> None:
    t = theme.current().tokens
    for minute in range(layout.model.first, layout.model.last + 1, 30):
        y = layout.y_of(minute)
        if exposed.top() <= y <= exposed.bottom():
            painter.fillRect(QRect(left, y, right - left, 1), t.surface3 if minute % 60 else t.line)


def _closed(painter: QPainter, layout: CalendarLayout, number: int, extent: int) -> None:
    current = theme.current()
    t = current.tokens
    left, right = layout.column_x(number), layout.column_x(number + 1)
    model = layout.model
    for shut in model.closed(number):
        top = 0 if shut.starts == model.first else layout.y_of(shut.starts)
        bottom = extent if shut.ends == model.last else layout.y_of(shut.ends)
        painter.fillRect(QRect(left, top, right - left, bottom - top), t.closed)
        word = closed_word(shut.why)
        height = current.px(15)
        if word and bottom - top >= height:
            area = QRectF(left + 11, min(top + 8, bottom - height), right - left - 16, height)
            font = current.font("micro")
            font.setWeight(font.Weight.Medium)
            painting.line_text(painter, area, word, font, t.text2)


def now_columns(layout: CalendarLayout, today: date) -> list[int]:
    """The columns that the line of now crosses."""
    return [number for number, column in enumerate(layout.model.columns) if column.day == today]


def now_y(layout: CalendarLayout, now: datetime) -> int | None:
    """Height of the line of now (clinic's clock), or None where it lies outside the grid."""
    minute = minute_of(now)
    return layout.y_of(minute) if layout.model.first <= minute <= layout.model.last else None


def paint_now_line(painter: QPainter, layout: CalendarLayout, now: datetime) -> None:
    """The line of now, behind the visits."""
    y = now_y(layout, now)
    if y is None:
        return
    for number in now_columns(layout, now.date()):
        left, right = layout.column_x(number), layout.column_x(number + 1)
        painter.fillRect(QRect(left, y - 1, right - left, 2), theme.current().tokens.now)


def paint_now_dots(painter: QPainter, layout: CalendarLayout, now: datetime) -> None:
    """A dot for each column at the line of now, over the visits."""
    y = now_y(layout, now)
    if y is None:
        return
    for number in now_columns(layout, now.date()):
        paint_dot(painter, layout.column_x(number) - 0.5, y)


def paint_dot(painter: QPainter, x: float, y: float) -> None:
    """The dot on the line of now, with the ground around it."""
    t = theme.current().tokens
    painter.setPen(Qt.PenStyle.NoPen)
    for grow, colour in ((1.5, t.surface), (0.0, t.now)):
        painter.setBrush(colour)
        half = DOT / 2 + grow
        painter.drawEllipse(QRectF(x - half, y - half, 2 * half, 2 * half))


def rect_of(box: Box) -> QRect:
    return QRect(box.x, box.y, box.width, box.height)
