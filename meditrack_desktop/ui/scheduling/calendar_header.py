"""The fixed edges of the calendar: the heads of its columns and the hours along its side."""

from __future__ import annotations

from datetime import date, datetime

from PySide6.QtCore import QEvent, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFont, QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.scheduling.day_model import Column, Period, minute_of
from meditrack_desktop.ui.scheduling.grid_painter import now_columns, now_y, paint_dot
from meditrack_desktop.ui.scheduling.head_words import HeadNote, head_note
from meditrack_desktop.ui.scheduling.layout import CalendarLayout
from meditrack_desktop.ui.scheduling.time_words import exception_text
from meditrack_desktop.ui.scheduling.words import clock_text, visits_text, weekday
from meditrack_desktop.ui.widgets import initials, paint_avatar, painting

HEAD_HEIGHT = 52
WIDE_COLUMN = 230
"""From this width on a head has room for an avatar and for how much is free."""
TIMES_WIDTH = 52


class ColumnHeads(QWidget):
    """Names above the columns; follows the calendar sideways. `picked` carries a column's number."""

    picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout: CalendarLayout | None = None
        self._scrolled = 0
        self._today: date | None = None
        self.notes: list[HeadNote] = []
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFixedHeight(theme.current().px(HEAD_HEIGHT))
        theme.current().changed.connect(self._on_theme)

    def show_layout(self, layout: CalendarLayout, now: datetime, wall: datetime | None) -> None:
        """Name these columns; today is marked in a week. `now` an instant, `wall` the clinic's clock."""
        self._layout, self._today = layout, None if wall is None else wall.date()
        model = layout.model
        self.notes = [head_note(column, model.period, now, wall) for column in model.columns]
        self.setAccessibleName("; ".join(note.spoken for note in self.notes))
        self.update()

    def scroll_to(self, x: int) -> None:
        """Follow the calendar sideways."""
        self._scrolled = x
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        column = self._column_at(event.position().x())
        if column >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self.picked.emit(column)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            column = self._column_at(event.pos().x())
            if column >= 0:
                QToolTip.showText(event.globalPos(), self.notes[column].spoken, self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def _column_at(self, at: float) -> int:
        if self._layout is None:
            return -1
        x = at - theme.current().px(TIMES_WIDTH) + self._scrolled
        inside = 0 <= x < self._layout.width and at >= theme.current().px(TIMES_WIDTH)
        return self._layout.column_at(x) if inside else -1

    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        t = current.tokens
        painter = painting.start(self)
        painter.fillRect(self.rect(), t.surface)
        times = current.px(TIMES_WIDTH)
        layout = self._layout
        if layout is not None:
            painter.save()
            painter.setClipRect(QRect(times, 0, self.width() - times, self.height()))
            for number, column in enumerate(layout.model.columns):
                left = times + layout.column_x(number) - self._scrolled
                width = layout.column_x(number + 1) - layout.column_x(number)
                area = QRect(left, 0, width, self.height() - 1)
                if not area.intersects(event.rect()):
                    continue
                if layout.model.period is Period.DAY:
                    _doctor(painter, area, column, self.notes[number])
                else:
                    _weekday(painter, area, column, self.notes[number], today=column.day == self._today)
                painter.fillRect(QRect(area.right(), 0, 1, self.height()), t.line)
            painter.restore()
        painter.fillRect(QRect(times - 1, 0, 1, self.height()), t.line)
        painter.fillRect(QRect(0, self.height() - 1, self.width(), 1), t.line)
        painter.end()

    def _on_theme(self) -> None:
        self.setFixedHeight(theme.current().px(HEAD_HEIGHT))
        self.update()


def _doctor(painter: QPainter, area: QRect, column: Column, note: HeadNote) -> None:
    current = theme.current()
    t = current.tokens
    doctor = column.practitioner
    line, small = current.px(18), current.px(15)
    top = area.top() + (area.height() - line - small) / 2
    left, right = area.left() + 10, area.right() - 6
    if area.width() >= current.px(WIDE_COLUMN):
        size = current.px(28)
        square = QRectF(left, area.top() + (area.height() - size) / 2, size, size)
        paint_avatar(painter, square, initials(doctor.name), staff=True)
        left += size + 10
    painting.line_text(
        painter, QRectF(left, top, right - left, line), doctor.name, current.font("strong"), t.text
    )
    font = current.font("micro")
    if note.free and area.width() >= current.px(WIDE_COLUMN):
        width = painting.text_width(note.free, font)
        painting.line_text(painter, QRectF(right - width, top + line, width, small), note.free, font, t.text3)
        right -= width + 8
    if note.late:
        bold = QFont(font)
        bold.setWeight(QFont.Weight.DemiBold)
        late = f"{note.late}, " if note.about else note.late
        width = min(painting.text_width(late, bold), int(right - left))
        painting.line_text(painter, QRectF(left, top + line, width, small), late, bold, t.warn)
        left += width
    if right - left > 12:
        painting.line_text(painter, QRectF(left, top + line, right - left, small), note.about, font, t.text3)


def _weekday(painter: QPainter, area: QRect, column: Column, note: HeadNote, *, today: bool) -> None:
    current = theme.current()
    t = current.tokens
    if today:
        painter.fillRect(area, t.accent_soft)
    ink, quiet = (t.on_accent_soft, t.on_accent_soft) if today else (t.text, t.text2)
    left, right = area.left() + 10, area.right() - 10
    name_line, number_line, small_line = current.px(16), current.px(20), current.px(15)
    top = area.top() + (area.height() - name_line - number_line) / 2
    name = QRectF(left, top, right - left, name_line)
    painting.line_text(painter, name, weekday(column.day), current.font("small"), quiet)
    number = QRectF(left, top + name_line, right - left, number_line)
    painting.line_text(painter, number, str(column.day.day), QFont(current.font("heading")), ink)
    small = current.font("micro")
    count = visits_text(sum(1 for visit in column.visits if visit.status.takes_time))
    lines = [line for line in (count, exception_text(column.times) or note.free) if line]
    room = right - left - current.px(30)
    y = area.top() + (area.height() - len(lines) * small_line) / 2
    for line in lines:
        width = min(painting.text_width(line, small), room)
        if width > current.px(24):
            place = QRectF(right - width, y, width, small_line)
            painting.line_text(painter, place, line, small, quiet, painting.RIGHT)
        y += small_line


class HourColumn(QWidget):
    """The hours beside the calendar, with the time of now; follows the calendar up and down."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout: CalendarLayout | None = None
        self._scrolled = 0
        self._now: datetime | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFixedWidth(theme.current().px(TIMES_WIDTH))
        theme.current().changed.connect(self._on_theme)

    def show_layout(self, layout: CalendarLayout, now: datetime | None) -> None:
        """Name the hours of this layout; `now` is the clinic's clock."""
        self._layout, self._now = layout, now
        self.update()

    def scroll_to(self, y: int) -> None:
        """Follow the calendar up and down."""
        self._scrolled = y
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        t = current.tokens
        painter = painting.start(self)
        painter.fillRect(self.rect(), t.surface)
        painter.fillRect(QRect(self.width() - 1, 0, 1, self.height()), t.line)
        layout = self._layout
        if layout is not None and layout.model.columns:
            now = self._now_y(layout)
            line = current.px(15)
            for minute in range(layout.model.first, layout.model.last + 1, 60):
                y = layout.y_of(minute) - self._scrolled
                if now is None or abs(y - now) >= current.px(24):
                    area = QRectF(0, y - line / 2, self.width() - 9, line)
                    painting.line_text(
                        painter, area, clock_text(minute), current.font("micro"), t.text2, painting.RIGHT
                    )
            if now is not None and self._now is not None:
                _now_mark(painter, self.width(), now, minute_of(self._now))
                if 0 in now_columns(layout, self._now.date()):
                    paint_dot(painter, self.width() - 0.5, now)
        painter.end()

    def _now_y(self, layout: CalendarLayout) -> int | None:
        if self._now is None or not now_columns(layout, self._now.date()):
            return None
        y = now_y(layout, self._now)
        return None if y is None else y - self._scrolled

    def _on_theme(self) -> None:
        self.setFixedWidth(theme.current().px(TIMES_WIDTH))
        self.update()


def _now_mark(painter: QPainter, width: int, y: int, minute: int) -> None:
    current = theme.current()
    t = current.tokens
    height = current.px(18)
    area = QRectF(3, y - height / 2, width - 7, height)
    painting.box(painter, area, 6, t.now)
    font = current.font("micro")
    font.setWeight(font.Weight.Bold)
    painting.line_text(painter, area, clock_text(minute), font, t.on_accent, painting.CENTRE)
