"""The fixed edges of the calendar: the heads of its columns and the hours along its side."""

from __future__ import annotations

from datetime import date, datetime

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFont, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.scheduling.day_model import Column, Period, minute_of
from meditrack_desktop.ui.scheduling.grid_painter import now_columns, now_y, paint_dot
from meditrack_desktop.ui.scheduling.layout import CalendarLayout
from meditrack_desktop.ui.scheduling.words import clock_text, visits_text, weekday
from meditrack_desktop.ui.widgets import painting

HEAD_HEIGHT = 52
TIMES_WIDTH = 52


class ColumnHeads(QWidget):
    """Names above the columns; follows the calendar sideways. `picked` carries a column's number."""

    picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout: CalendarLayout | None = None
        self._scrolled = 0
        self._today: date | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFixedHeight(theme.current().px(HEAD_HEIGHT))
        theme.current().changed.connect(self._on_theme)

    def show_layout(self, layout: CalendarLayout, today: date | None) -> None:
        """Name these columns; `today` is marked in a week."""
        self._layout, self._today = layout, today
        names = [column.practitioner.name for column in layout.model.columns]
        self.setAccessibleName(", ".join(dict.fromkeys(names)))
        self.update()

    def scroll_to(self, x: int) -> None:
        """Follow the calendar sideways."""
        self._scrolled = x
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._layout is not None and event.button() == Qt.MouseButton.LeftButton:
            x = event.position().x() - theme.current().px(TIMES_WIDTH) + self._scrolled
            if 0 <= x < self._layout.width:
                self.picked.emit(self._layout.column_at(x))

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
                if layout.model.period is Period.DAY:
                    _doctor(painter, area, column)
                else:
                    _weekday(painter, area, column, today=column.day == self._today)
                painter.fillRect(QRect(area.right(), 0, 1, self.height()), t.line)
            painter.restore()
        painter.fillRect(QRect(times - 1, 0, 1, self.height()), t.line)
        painter.fillRect(QRect(0, self.height() - 1, self.width(), 1), t.line)
        painter.end()

    def _on_theme(self) -> None:
        self.setFixedHeight(theme.current().px(HEAD_HEIGHT))
        self.update()


def _doctor(painter: QPainter, area: QRect, column: Column) -> None:
    current = theme.current()
    t = current.tokens
    doctor = column.practitioner
    line, small = current.px(18), current.px(15)
    top = area.top() + (area.height() - line - small) / 2
    room = QRectF(area.left() + 10, top, area.width() - 16, line)
    painting.line_text(painter, room, doctor.name, current.font("strong"), t.text)
    about = ", ".join(part for part in (doctor.specialty, doctor.room) if part)
    below = QRectF(room.left(), top + line, room.width(), small)
    painting.line_text(painter, below, about, current.font("micro"), t.text3)


def _weekday(painter: QPainter, area: QRect, column: Column, *, today: bool) -> None:
    current = theme.current()
    t = current.tokens
    if today:
        painter.fillRect(area, t.accent_soft)
    ink, quiet = (t.on_accent_soft, t.on_accent_soft) if today else (t.text, t.text2)
    count = visits_text(sum(1 for visit in column.visits if visit.status.takes_time))
    small = current.font("micro")
    width = painting.text_width(count, small)
    left, right = area.left() + 10, area.right() - 10
    room = right - left
    name_line, number_line = current.px(16), current.px(20)
    top = area.top() + (area.height() - name_line - number_line) / 2
    painting.line_text(
        painter, QRectF(left, top, room, name_line), weekday(column.day), current.font("small"), quiet
    )
    number = QFont(current.font("heading"))
    painting.line_text(
        painter, QRectF(left, top + name_line, room, number_line), str(column.day.day), number, ink
    )
    if room > width + current.px(36):
        painting.line_text(
            painter,
            QRectF(right - width, area.top(), width, area.height()),
            count,
            small,
            quiet,
            painting.RIGHT,
        )


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
