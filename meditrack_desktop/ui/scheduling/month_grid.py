"""A month as a painted sheet of days: one tab stop with a cursor inside, each day a cell with its load."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from PySide6.QtCore import QDate, QEvent, QLocale, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.scheduling.load_bar import HEIGHT as BAR_HEIGHT
from meditrack_desktop.ui.scheduling.load_bar import paint_load
from meditrack_desktop.ui.scheduling.month_model import DayLoad, MonthModel
from meditrack_desktop.ui.scheduling.month_words import Line, lines_that_fit, spoken_load
from meditrack_desktop.ui.scheduling.period_keys import PeriodKeys
from meditrack_desktop.ui.scheduling.words import visits_text
from meditrack_desktop.ui.theme import draw_icon
from meditrack_desktop.ui.widgets import painting
from meditrack_desktop.ui.widgets.date_text import format_day

HEAD_HEIGHT = 31
DAYS = 7
SMALLEST_WEEK = 76
LOW_CELL = 96


class MonthGrid(QWidget):
    """`dayChosen` follows cursor and clicks; `dayOpened` comes from Enter and a double click."""

    dayChosen = Signal(object)
    dayOpened = Signal(object)
    bookRequested = Signal(object)
    cursorMoved = Signal()
    dayPressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.going = PeriodKeys(self)
        self.model = MonthModel(date(2000, 1, 1), ())
        self.day = date(2000, 1, 1)
        self.today = date(2000, 1, 1)
        self._hovered: date | None = None
        self._keyboard = False
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setProperty("ownFocusEdge", True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        theme.current().changed.connect(self._on_theme)
        self._on_theme()

    def show_month(self, model: MonthModel, day: date, today: date) -> None:
        """Show these weeks with a day chosen."""
        self.model, self.day, self.today = model, day, today
        self._name()
        self.update()

    def choose(self, day: date) -> None:
        """Move the cursor; outside the weeks shown the page goes to that month."""
        if day == self.day:
            return
        self.day = day
        self._name()
        self.update()
        self.cursorMoved.emit()
        self.dayChosen.emit(day)

    @property
    def weeks(self) -> int:
        return -(-len(self.model.days) // DAYS)

    def cell(self, number: int) -> QRect:
        """The place of the day with this number, counted from the first one shown."""
        head = theme.current().px(HEAD_HEIGHT)
        week, column = divmod(number, DAYS)
        if painting.mirrored(self):
            column = DAYS - 1 - column
        height = (self.height() - head) / max(1, self.weeks)
        top, bottom = head + round(week * height), head + round((week + 1) * height)
        left, right = round(column * self.width() / DAYS), round((column + 1) * self.width() / DAYS)
        return QRect(left, top, right - left, bottom - top)

    def number_at(self, at: QPoint) -> int:
        """The number of the day at a point, or -1."""
        return next((n for n in range(len(self.model.days)) if self.cell(n).contains(at)), -1)

    @property
    def number(self) -> int:
        """The number of the chosen day, or -1 where it is not shown."""
        load = self.model.of(self.day)
        return -1 if load is None else (self.day - self.model.days[0].day).days

    # Keys and mouse

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._keyboard = True
        if self._step(event) or self.going.take(event):
            event.accept()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.dayOpened.emit(self.day)
        elif event.key() == Qt.Key.Key_Space:
            self.dayPressed.emit()
        elif event.key() == Qt.Key.Key_B and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self.bookRequested.emit(self.day)
        else:
            super().keyPressEvent(event)

    def _step(self, event: QKeyEvent) -> bool:
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        sideways = -1 if painting.mirrored(self) else 1
        days = {
            Qt.Key.Key_Left: -sideways,
            Qt.Key.Key_Right: sideways,
            Qt.Key.Key_Up: -DAYS,
            Qt.Key.Key_Down: DAYS,
            Qt.Key.Key_Home: -self.day.weekday(),
            Qt.Key.Key_End: DAYS - 1 - self.day.weekday(),
        }.get(Qt.Key(event.key()))
        if days is None:
            return False
        self.choose(self.day + timedelta(days=days))
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._keyboard = False
        number = self.number_at(event.position().toPoint())
        if number >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self.choose(self.model.days[number].day)
            self.dayPressed.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.number_at(event.position().toPoint()) >= 0:
            self.dayOpened.emit(self.day)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        number = self.number_at(event.position().toPoint())
        hovered = self.model.days[number].day if number >= 0 else None
        if hovered != self._hovered:
            self._hovered = hovered
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = None
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._keyboard = event.reason() != Qt.FocusReason.MouseFocusReason
        super().focusInEvent(event)
        self.cursorMoved.emit()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            number = self.number_at(event.pos())
            if number >= 0:
                QToolTip.showText(event.globalPos(), spoken_load(self.model.days[number]), self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        t = theme.current().tokens
        painter = painting.start(self)
        painter.fillRect(event.rect(), t.surface)
        self._paint_head(painter)
        for number, load in enumerate(self.model.days):
            place = self.cell(number)
            if place.intersects(event.rect()):
                self._paint_day(painter, place, load)
        self._paint_chosen(painter)
        painter.end()

    def _paint_head(self, painter: QPainter) -> None:
        current = theme.current()
        t = current.tokens
        height = current.px(HEAD_HEIGHT)
        painter.fillRect(QRect(0, 0, self.width(), height), t.surface2)
        painter.fillRect(QRect(0, height - 1, self.width(), 1), t.line)
        for column, load in enumerate(self.model.days[:DAYS]):
            place = self.cell(column)
            name = QLocale().toString(QDate(load.day.year, load.day.month, load.day.day), "ddd")
            area = QRectF(place.left() + 11, 0, place.width() - 16, height)
            painting.line_text(painter, area, name, current.font("small_medium"), t.text2)

    def _paint_day(self, painter: QPainter, place: QRect, load: DayLoad) -> None:
        current = theme.current()
        t = current.tokens
        other = load.day.month != self.model.month.month
        if load.closed:
            painter.fillRect(place, t.closed)
        elif load.day == self._hovered:
            painter.fillRect(place, t.surface2)
        painter.fillRect(QRect(place.right(), place.top(), 1, place.height()), t.line)
        painter.fillRect(QRect(place.left(), place.bottom(), place.width(), 1), t.line)
        painter.save()
        painter.setClipRect(place)
        left, width = place.left() + 11, place.width() - 22
        line = current.px(20)
        low = place.height() < current.px(LOW_CELL)
        y = float(place.top() + (6 if low else 8))
        self._paint_number(painter, QRectF(left, y, width, line), load, other)
        y += line + (3 if low else 8)
        if not load.closed:
            painter.setOpacity(0.55 if other else 1)
            height = current.px(BAR_HEIGHT)
            paint_load(painter, QRectF(left, y, width, height), load.minutes, load.open_minutes)
            painter.setOpacity(1)
            y += height + (3 if low else 7)
        elif not low:
            y -= 5
        room = QRectF(left, y, width, place.bottom() - y)
        self._paint_lines(
            painter, room, lines_that_fit(load, int((room.height() + 2) / current.px(15))), other
        )
        painter.restore()

    def _paint_number(self, painter: QPainter, area: QRectF, load: DayLoad, other: bool) -> None:
        current = theme.current()
        t = current.tokens
        day = load.day
        words = format_day(day) if day.day == 1 or (other and day == self.model.days[0].day) else str(day.day)
        if day.day == 1 and not other:
            words = str(day.day)
        font = current.font("strong" if not other else "body")
        ink = t.text3 if other else t.text
        if day == self.today:
            width = painting.text_width(words, font) + 16
            painting.box(painter, QRectF(area.left() - 6, area.top(), width, area.height()), 5, t.now)
            painting.line_text(painter, area.adjusted(2, 0, 0, 0), words, font, t.on_accent)
        else:
            painting.line_text(painter, area, words, font, ink)
        if not load.visits:
            return
        small = current.font("micro")
        count = visits_text(load.visits)
        room = area.width() - painting.text_width(words, font) - 12
        if painting.text_width(count, small) > room:
            count = str(load.visits)
        painting.line_text(painter, area, count, small, t.text3 if other else t.text2, painting.RIGHT)

    def _paint_lines(self, painter: QPainter, area: QRectF, lines: Sequence[Line], other: bool) -> None:
        current = theme.current()
        height, icon = current.px(15), current.px(12)
        y = area.top()
        for line in lines:
            if y + height > area.bottom() + 2:
                break
            font = current.font("small_strong" if line.strong else "micro")
            ink = current.colour("text3" if other and line.tone == "text2" else line.tone)
            left = area.left()
            if line.icon:
                draw_icon(painter, left, y + (height - icon) / 2, line.icon, icon, ink)
                left += icon + 4
            painting.line_text(painter, QRectF(left, y, area.right() - left, height), line.text, font, ink)
            y += height

    def _paint_chosen(self, painter: QPainter) -> None:
        if self.number < 0:
            return
        t = theme.current().tokens
        place = QRectF(self.cell(self.number)).adjusted(0, 0, -1, -1)
        focused = self.hasFocus()
        painting.box(painter, place, 2, None, t.focus if focused else t.line_strong, 2)

    def _name(self) -> None:
        load = self.model.of(self.day)
        self.setAccessibleName(self.tr("Month"))
        self.setAccessibleDescription("" if load is None else spoken_load(load))

    def _on_theme(self) -> None:
        current = theme.current()
        self.setMinimumHeight(current.px(HEAD_HEIGHT) + 6 * current.px(SMALLEST_WEEK))
        self.update()
