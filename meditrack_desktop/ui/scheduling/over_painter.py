"""Paints what lies over the still calendar: holds, the place of a new visit, the cursor, and a ghost on its way."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from meditrack_desktop.domain.holds import Hold
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.scheduling.block_painter import RADIUS, Face, paint_block, paint_ring
from meditrack_desktop.ui.scheduling.cursor import Cursor
from meditrack_desktop.ui.scheduling.gestures import Ghost
from meditrack_desktop.ui.scheduling.grid_painter import rect_of
from meditrack_desktop.ui.scheduling.layout import CalendarLayout
from meditrack_desktop.ui.scheduling.time_words import held_by, held_title
from meditrack_desktop.ui.scheduling.words import span_text
from meditrack_desktop.ui.theme import draw_icon
from meditrack_desktop.ui.widgets import painting


def paint_hold(painter: QPainter, place: QRectF, hold: Hold, now: datetime) -> None:
    """A slot that a desk is about to book; one's own has the edge of the selection."""
    current = theme.current()
    t = current.tokens
    rect = place.adjusted(0, 1, 0, -1)
    if hold.mine:
        painting.box(painter, rect, RADIUS, t.surface, t.focus, 2)
        ink = t.text
    else:
        painting.box(painter, rect, RADIUS, t.accent_soft, t.accent, 1.1, Qt.PenStyle.DashLine)
        ink = t.on_accent_soft
    icon, line = current.px(13), current.px(15)
    one_line = rect.height() < current.px(30)
    top = rect.top() + (rect.height() - line) / 2 if one_line else rect.top() + 3
    right = rect.right() - 6
    if right - rect.left() > current.px(80):
        right -= icon
        draw_icon(painter, right, top + (line - icon) / 2, "timer", icon, ink)
        right -= 3
    title = QRectF(rect.left() + 10, top, right - rect.left() - 10, line)
    painting.line_text(painter, title, held_title(hold, now), current.font("small_strong"), ink)
    by = held_by(hold)
    if by and not one_line:
        below = QRectF(title.left(), title.bottom(), rect.right() - 6 - title.left(), current.px(14))
        painting.line_text(painter, below, by, current.font("micro"), ink)


def paint_new(painter: QPainter, layout: CalendarLayout, ghost: Ghost) -> None:
    """The place of an appointment that is being made."""
    current = theme.current()
    t = current.tokens
    rect = QRectF(rect_of(ghost.box(layout))).adjusted(0, 1, 0, -1)
    painting.box(painter, rect, RADIUS, t.surface, t.focus, 2)
    words = span_text(ghost.starts, ghost.starts + ghost.minutes)
    left, width = rect.left() + 10, rect.width() - 16
    if rect.height() < current.px(30):
        area = QRectF(left, rect.top(), width, rect.height())
        painting.line_text(painter, area, words, current.font("micro"), t.text)
        return
    first = QRectF(left, rect.top() + 3, width, current.px(15))
    title = QCoreApplication.translate("Calendar", "New appointment")
    painting.line_text(painter, first, title, current.font("small_strong"), t.text)
    second = QRectF(left, first.bottom(), width, current.px(14))
    painting.line_text(painter, second, words, current.font("micro"), t.text)


def paint_cursor(
    painter: QPainter, layout: CalendarLayout, cursor: Cursor, chosen: UUID | None, *, keyboard: bool
) -> None:
    """Where the keyboard is: a ring around a visit, a frame on free time once keys are used."""
    current = theme.current()
    t = current.tokens
    if cursor.visit is not None:
        block = layout.block_of(cursor.visit)
        if block is not None and cursor.visit != chosen:
            paint_ring(painter, QRectF(rect_of(block.box)), t.focus, t.surface)
        return
    if not keyboard:
        return
    rect = QRectF(rect_of(layout.cell(cursor.column, cursor.minute, cursor.minutes)))
    # What it was stretched over can still be read through it.
    ground = QColor(t.surface)
    ground.setAlphaF(0.85)
    painting.box(painter, rect, RADIUS, ground, t.focus, 2)
    words = span_text(cursor.minute, cursor.minute + cursor.minutes)
    line = min(rect.height(), current.px(18))
    area = QRectF(rect.left() + 10, rect.top(), rect.width() - 16, line)
    painting.line_text(painter, area, words, current.font("micro"), t.text2)


def paint_ghost(painter: QPainter, layout: CalendarLayout, ghost: Ghost) -> None:
    """Where something would be; in danger's colours where it may not, with the reason on it."""
    if ghost.visit is None:
        paint_new(painter, layout, ghost)
        return
    t = theme.current().tokens
    rect = QRectF(rect_of(ghost.box(layout)))
    face = Face(ghost.visit, None, False, ghost.minutes, ghost.starts, ghost.refused)
    painting.box(painter, rect.adjusted(0, 1, 0, -1), RADIUS, t.surface)
    paint_block(painter, rect, face)
    paint_ring(painter, rect, t.danger if ghost.refused else t.focus, t.surface)
