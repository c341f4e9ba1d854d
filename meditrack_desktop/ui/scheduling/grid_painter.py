"""Paints the ground of the calendar: hours, closed time, free gaps, column lines and the line of now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import pairwise

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFont, QPainter

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.scheduling.closed_time import Closed, Shut
from meditrack_desktop.ui.scheduling.day_model import minute_of
from meditrack_desktop.ui.scheduling.gaps import Gap
from meditrack_desktop.ui.scheduling.layout import Block, Box, CalendarLayout
from meditrack_desktop.ui.scheduling.time_words import closed_word, gap_text
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
        _closed(painter, layout, number, exposed, extent)
        painter.fillRect(QRect(right - 1, exposed.top(), 1, exposed.height()), t.line)


def _lines(painter: QPainter, layout: CalendarLayout, left: int, right: int, exposed: QRect) -> None:
    t = theme.current().tokens
    for minute in range(layout.model.first, layout.model.last + 1, 30):
        y = layout.y_of(minute)
        if exposed.top() <= y <= exposed.bottom():
            painter.fillRect(QRect(left, y, right - left, 1), t.surface3 if minute % 60 else t.line)


def _closed(painter: QPainter, layout: CalendarLayout, number: int, exposed: QRect, extent: int) -> None:
    t = theme.current().tokens
    left, right = layout.column_x(number), layout.column_x(number + 1)
    model = layout.model
    for shut in layout.closed(number):
        top = 0 if shut.starts == model.first else layout.y_of(shut.starts)
        bottom = extent if shut.ends == model.last else layout.y_of(shut.ends)
        area = QRect(left, top, right - left, bottom - top)
        if not area.intersects(exposed):
            continue
        painter.fillRect(area, t.closed)
        if shut.why is Shut.AWAY:
            painting.hatching(painter, QRectF(area), 0, t.hatch, 8)
        _closed_word(
            painter, area, shut, closed_word(shut, model.columns[number].day), layout.blocks_in(number)
        )


def _closed_word(painter: QPainter, area: QRect, shut: Closed, word: str, blocks: Sequence[Block]) -> None:
    current = theme.current()
    t = current.tokens
    line = current.px(15)
    if not word or area.height() < line:
        return
    font = current.font("micro")
    font.setWeight(font.Weight.Medium)
    if shut.why is not Shut.AWAY:
        words = QRectF(
            area.left() + 11, min(area.top() + 8, area.bottom() + 1 - line), area.width() - 16, line
        )
        if not _covered(words, blocks):
            painting.line_text(painter, words, word, font, t.text2)
        return
    # On hatching words need a ground of their own.
    lines = wrapped(word, font, area.width() - 28)
    fitting = max(1, min(len(lines), 3, (area.height() - 14) // line))
    box = QRectF(area.left() + 7, area.top() + 7, area.width() - 16, fitting * line + 4)
    if _covered(box, blocks):
        return
    painting.box(painter, box, 3, t.surface, t.line)
    for at in range(fitting):
        text = lines[at] if at < fitting - 1 else " ".join(lines[at:])
        place = QRectF(box.left() + 6, box.top() + 2 + at * line, box.width() - 10, line)
        painting.line_text(painter, place, text, font, t.text)


def _covered(words: QRectF, blocks: Sequence[Block]) -> bool:
    """Whether a visit lies over words, which would then show between the blocks only."""
    return any(words.intersects(QRectF(rect_of(block.box))) for block in blocks)


def wrapped(text: str, font: QFont, width: int) -> list[str]:
    """The words of a text on lines no wider than `width`, as far as its words allow."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and painting.text_width(longer, font) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def paint_gaps(painter: QPainter, layout: CalendarLayout, exposed: QRect, gaps: Iterable[Gap]) -> None:
    """The length of every free stretch, in quiet letters."""
    current = theme.current()
    font, line = current.font("micro"), current.px(15)
    for gap in gaps:
        top, bottom = layout.y_of(gap.starts), layout.y_of(gap.ends)
        box = layout.cell(gap.column, gap.starts, gap.ends - gap.starts)
        if not exposed.intersects(QRect(box.x, top, box.width, bottom - top)):
            continue
        first, second = _between_lines(layout, gap.starts, gap.ends)
        y = first + (second - first - line) / 2 + 1
        area = QRectF(box.x + 7, y, box.width - 12, line)
        if not _covered(area, layout.blocks_in(gap.column)):
            painting.line_text(painter, area, gap_text(gap.ends - gap.starts), font, current.tokens.text3)


def _between_lines(layout: CalendarLayout, starts: int, ends: int) -> tuple[int, int]:
    """Where words stand in a gap without a line of the grid through them."""
    edges = [starts, *range(-(-starts // 30) * 30, ends, 30), ends]
    parts = [(a, b) for a, b in pairwise(edges) if b > a]
    found = next((part for part in parts if part[1] - part[0] >= 15), max(parts, key=lambda p: p[1] - p[0]))
    return layout.y_of(found[0]), layout.y_of(found[1])


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
