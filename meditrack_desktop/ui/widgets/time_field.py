"""The time field and the chips of free and taken times below it."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.theme import draw_icon
from meditrack_desktop.ui.widgets import painting
from meditrack_desktop.ui.widgets.date_text import format_time, parse_time
from meditrack_desktop.ui.widgets.text_field import TextField


class TimeField(TextField):
    """A time of day: 1115, 11:15 and 11.15 mean the same. Up and Down step by `step` minutes.

    `valueChanged` carries a time or None once Enter is pressed or the field is left.
    """

    valueChanged = Signal(object)
    problem = Signal(str)

    def __init__(
        self, value: time | None = None, *, name: str = "", step: int = 15, parent: QWidget | None = None
    ) -> None:
        super().__init__(name=name, parent=parent)
        self._time: time | None = None
        self._step = step
        self.returnPressed.connect(self._commit)
        self.set_value(value)

    def value(self) -> time | None:
        """The time entered, or None where the field is empty or wrong."""
        return self._time

    def set_value(self, moment: time | None) -> None:
        """Show a time without a signal of `valueChanged`."""
        self._time = moment
        self.setText("" if moment is None else format_time(moment))
        self.set_invalid(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        turn = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()), 0)
        start = parse_time(self.text())
        if turn and start is not None:
            moved = datetime.combine(datetime(2000, 1, 1), start) + timedelta(minutes=turn * self._step)
            self.setText(format_time(moved.time()))
            self._commit()
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._commit()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        current = theme.current()
        size = current.px(15)
        x = self.width() - 12 - size
        painter = painting.start_mirrored(self)
        draw_icon(painter, x, (self.height() - size) / 2, "clock", size, current.tokens.text2)
        painter.end()

    def _extra_right(self) -> int:
        return theme.current().px(15) + 8

    def _commit(self) -> None:
        text = self.text().strip()
        found = parse_time(text)
        wrong = bool(text) and found is None
        self.set_invalid(wrong)
        self.problem.emit(self.tr("This is not a time. Example: 11:15") if wrong else "")
        if found is not None:
            self.setText(format_time(found))
        if found != self._time:
            self._time = found
            self.valueChanged.emit(found)


class SlotChips(QWidget):
    """Times to pick from; taken ones are struck through and cannot be picked."""

    picked = Signal(object)

    def __init__(self, columns: int = 4, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns = columns
        self._chips: list[_SlotChip] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(7)

    def set_slots(self, slots: Sequence[tuple[time, bool]], selected: time | None = None) -> None:
        """Show these times; each with whether it is free."""
        for chip in self._chips:
            self._grid.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._chips = []
        for number, (moment, free) in enumerate(slots):
            chip = _SlotChip(moment, free)
            chip.setChecked(moment == selected)
            chip.clicked.connect(lambda _checked=False, at=moment: self._pick(at))
            self._grid.addWidget(chip, number // self._columns, number % self._columns)
            self._chips.append(chip)

    def select(self, moment: time | None) -> None:
        """Show which time is chosen."""
        for chip in self._chips:
            chip.setChecked(chip.moment == moment)

    def _pick(self, moment: time) -> None:
        self.select(moment)
        self.picked.emit(moment)


class _SlotChip(QAbstractButton):
    def __init__(self, moment: time, free: bool) -> None:
        super().__init__()
        self.moment, self._free = moment, free
        text = format_time(moment)
        self.setText(text)
        self.setCheckable(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setEnabled(free)
        self.setAccessibleName(text if free else self.tr("{time}, taken").format(time=text))
        theme.current().changed.connect(self._on_theme)

    def sizeHint(self) -> QSize:
        current = theme.current()
        return QSize(painting.text_width(self.text(), current.font("small_medium")) + 20, current.px(28))

    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        t = current.tokens
        painter = painting.start(self)
        font = current.font("small_medium" if self._free else "small")
        fill, edge, ink = t.surface, t.line_mid, t.text2
        if not self._free:
            fill, edge, ink = t.surface2, t.line, t.text3
            font.setStrikeOut(True)
        elif self.isChecked():
            fill, edge, ink = t.accent_soft, t.accent, t.on_accent_soft
        elif not self.isEnabled():
            ink = t.text_disabled
        elif self.underMouse() or self.isDown():
            fill = t.surface3
        painting.box(painter, QRectF(self.rect()), 6, fill, edge)
        painting.line_text(painter, self.rect(), self.text(), font, ink, painting.CENTRE)
        painter.end()

    def _on_theme(self) -> None:
        self.updateGeometry()
        self.update()
