"""A month on one small sheet: the picker of date fields and the side panel of the calendar."""

from collections.abc import Set as AbstractSet
from datetime import MAXYEAR, MINYEAR, date, timedelta

from PySide6.QtCore import QDate, QEvent, QLocale, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.widgets import painting
from meditrack_desktop.ui.widgets.button import IconButton
from meditrack_desktop.ui.widgets.label import Label

_WEEKS = 6


class MonthView(QWidget):
    """A month with one chosen day. Arrows move, Page keys change the month, T goes to today, Enter picks.

    `picked` carries a date; `monthChanged` the first day of the month now shown.
    """

    picked = Signal(object)
    monthChanged = Signal(object)

    def __init__(self, today: date, selected: date | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.grid = _Days(today, selected or today, selected)
        self.title = Label("", "strong")
        back = IconButton("chevron-left", self.tr("Previous month"), key="PgUp", extent=24)
        forth = IconButton("chevron-right", self.tr("Next month"), key="PgDown", extent=24)
        back.clicked.connect(lambda: self.grid.step_months(-1))
        forth.clicked.connect(lambda: self.grid.step_months(1))
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(0)
        head.addWidget(self.title, 1)
        head.addWidget(back)
        head.addWidget(forth)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self.grid)
        self.setFocusProxy(self.grid)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.grid.picked.connect(self.picked)
        self.grid.monthChanged.connect(self._on_month)
        self._on_month(self.grid.month)

    def selected(self) -> date | None:
        """The chosen day."""
        return self.grid.selected

    def month(self) -> date:
        """First day of the month shown."""
        return self.grid.month

    def select(self, day: date | None) -> None:
        """Choose a day and show its month, without a signal of `picked`."""
        self.grid.select(day)

    def set_today(self, today: date) -> None:
        """Tell that a new day has begun."""
        self.grid.today = today
        self.grid.update()

    def set_marks(self, days: AbstractSet[date]) -> None:
        """Days with a dot below the number."""
        self.grid.marks = frozenset(days)
        self.grid.update()

    def set_band(self, first: date | None, last: date | None = None) -> None:
        """Days on a common ground, such as those of a week that is shown; None for none."""
        self.grid.band = (first, last or first) if first is not None else None
        self.grid.update()

    def set_closed(self, days: AbstractSet[date]) -> None:
        """Days written in the colour of hints although they are working days, such as holidays."""
        self.grid.closed = frozenset(days)
        self.grid.update()

    def _on_month(self, first: date) -> None:
        name = QLocale().standaloneMonthName(first.month, QLocale.FormatType.LongFormat)
        self.title.setText(f"{name} {first.year}")
        self.monthChanged.emit(first)


class _Days(QWidget):
    """The painted grid: one tab stop with a cursor inside."""

    picked = Signal(object)
    monthChanged = Signal(object)

    def __init__(self, today: date, cursor: date, selected: date | None) -> None:
        super().__init__()
        self.today, self.day, self.selected = today, cursor, selected
        self.month = cursor.replace(day=1)
        self.marks: frozenset[date] = frozenset()
        self.closed: frozenset[date] = frozenset()
        self.band: tuple[date, date] | None = None
        self._hovered: date | None = None
        self._keyboard = False
        self.setProperty("ownFocusEdge", True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._name()
        theme.current().changed.connect(self._on_theme)

    def select(self, day: date | None) -> None:
        self.selected = day
        if day is not None:
            self._go(day)
        self.update()

    def step_months(self, count: int) -> None:
        months = self.month.year * 12 + self.month.month - 1 + count
        if not MINYEAR * 12 <= months < MAXYEAR * 12:
            return
        first = date(months // 12, months % 12 + 1, 1)
        following = first.replace(day=28) + timedelta(days=4)
        last = (following - timedelta(days=following.day)).day
        self._go(first.replace(day=min(self.day.day, last)))

    def sizeHint(self) -> QSize:
        current = theme.current()
        return QSize(current.px(7 * 34), current.px(22) + _WEEKS * self._cell_height())

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.current().px(7 * 24), self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._keyboard = True
        key = event.key()
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        sideways = -1 if painting.mirrored(self) else 1
        steps = {
            Qt.Key.Key_Left: -sideways,
            Qt.Key.Key_Right: sideways,
            Qt.Key.Key_Up: -7,
            Qt.Key.Key_Down: 7,
            Qt.Key.Key_Home: -self._column(self.day),
            Qt.Key.Key_End: 6 - self._column(self.day),
        }
        if key in steps:
            self._go_by(steps[Qt.Key(key)])
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.step_months((-1 if key == Qt.Key.Key_PageUp else 1) * (12 if shift else 1))
        elif key == Qt.Key.Key_T:
            self._go(self.today)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._pick(self.day)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._keyboard = False
        day = self._day_at(event.position().x(), event.position().y())
        if day is not None and event.button() == Qt.MouseButton.LeftButton:
            self._go(day)
            self._pick(day)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        day = self._day_at(event.position().x(), event.position().y())
        if day != self._hovered:
            self._hovered = day
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = None
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._keyboard = event.reason() != Qt.FocusReason.MouseFocusReason
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        t = current.tokens
        painter = painting.start(self)
        locale, first, exposed = QLocale(), self._first_shown(), event.region()
        working = [int(number.value) for number in locale.weekdays()]
        for column in range(7):
            if event.rect().top() > current.px(22):
                break
            day = _shift(first, column)
            name = locale.standaloneDayName(day.isoweekday(), QLocale.FormatType.NarrowFormat)
            area = self._cell(column, 0)
            area.moveTop(0)
            area.setHeight(current.px(22))
            painting.line_text(painter, area, name, current.font("small"), t.text2, painting.CENTRE)
        for number in range(7 * _WEEKS):
            cell = self._cell(number % 7, number // 7)
            # What drops over the month makes it paint a part of itself, at each key that is typed there.
            if exposed.intersects(cell.toAlignedRect()):
                day = _shift(first, number)
                self._paint_day(painter, day, cell, weekend=day.isoweekday() not in working)
        painter.end()

    def _paint_day(self, painter: QPainter, day: date, cell: QRectF, *, weekend: bool) -> None:
        current = theme.current()
        t = current.tokens
        ink = t.text3 if weekend or day.month != self.month.month or day in self.closed else t.text
        font = current.font("small")
        inner = cell.adjusted(1, 0, -1, 0)
        if day == self.selected:
            painting.box(painter, inner, 5, t.accent)
            ink = t.on_accent
            font.setWeight(font.Weight.DemiBold)
        elif day == self.today or (self.band is not None and self.band[0] <= day <= self.band[1]):
            painting.box(painter, inner, 5, t.accent_soft)
            ink = t.on_accent_soft
            if day == self.today:
                font.setWeight(font.Weight.DemiBold)
        elif day == self._hovered:
            painting.box(painter, inner, 5, t.surface3)
        if day == self.day and self.hasFocus() and self._keyboard:
            painting.box(painter, inner, 5, None if day == self.selected else t.surface, t.focus, 2)
            if day != self.selected:
                ink = t.text
            font.setWeight(font.Weight.DemiBold)
        painting.line_text(painter, cell, str(day.day), font, ink, painting.CENTRE)
        if day in self.marks:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink if day == self.selected else t.accent)
            painter.drawEllipse(QRectF(cell.center().x() - 1.5, cell.bottom() - 5, 3, 3))

    def _cell_height(self) -> int:
        return theme.current().px(24)

    def _cell(self, column: int, row: int) -> QRectF:
        width = self.width() / 7
        place = 6 - column if painting.mirrored(self) else column
        return QRectF(
            place * width, theme.current().px(22) + row * self._cell_height(), width, self._cell_height()
        )

    def _day_at(self, x: float, y: float) -> date | None:
        row = int((y - theme.current().px(22)) // self._cell_height())
        column = int(x // (self.width() / 7))
        if not (0 <= row < _WEEKS and 0 <= column < 7):
            return None
        return _shift(self._first_shown(), row * 7 + (6 - column if painting.mirrored(self) else column))

    def _column(self, day: date) -> int:
        return (day.isoweekday() - int(QLocale().firstDayOfWeek().value)) % 7

    def _first_shown(self) -> date:
        return _shift(self.month, -self._column(self.month))

    def _go_by(self, days: int) -> None:
        self._go(_shift(self.day, days))

    def _go(self, day: date) -> None:
        self.day = day
        month = day.replace(day=1)
        if month != self.month:
            self.month = month
            self.monthChanged.emit(month)
        self._name()
        self.update()

    def _pick(self, day: date) -> None:
        self.selected = day
        self._name()
        self.update()
        self.picked.emit(day)

    def _name(self) -> None:
        spoken = QLocale().toString(
            QDate(self.day.year, self.day.month, self.day.day), QLocale.FormatType.LongFormat
        )
        if self.day == self.today:
            spoken = self.tr("{day}, today").format(day=spoken)
        if self.day == self.selected:
            spoken = self.tr("{day}, chosen").format(day=spoken)
        self.setAccessibleName(spoken)
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.NameChanged))

    def _on_theme(self) -> None:
        self.updateGeometry()
        self.update()


def _shift(day: date, days: int) -> date:
    """The day so many days on, held within what a date can say."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max if days > 0 else date.min
