"""The left side of the calendar page: month, doctors, and the statuses with their counts."""

from __future__ import annotations

from collections import Counter
from datetime import date

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.scheduling.doctor_list import DoctorList
from meditrack_desktop.ui.widgets import (
    STATUSES,
    CheckBox,
    Label,
    MonthView,
    ScrollColumn,
    StatusPill,
    painting,
    status_word,
)

WIDTH = 212


class SidePanel(QWidget):
    """Chooses day, doctors and whether cancelled visits are shown; changes nothing by itself."""

    dayPicked = Signal(object)
    cancelledToggled = Signal(bool)

    def __init__(self, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.month = MonthView(today, today)
        self.doctors = DoctorList()
        self._counts: dict[str, Label] = {}
        self.cancelled = CheckBox(self.tr("Show cancelled"), True)
        self._build()
        self.month.picked.connect(self.dayPicked)
        self.cancelled.toggled.connect(self.cancelledToggled)
        self._dress()
        theme.current().changed.connect(self._dress)

    def _build(self) -> None:
        scroll = ScrollColumn(margins=(18, 12, 16, 8))
        body = scroll.body
        body.setSpacing(0)
        body.addWidget(self.month)
        body.addSpacing(14)
        body.addWidget(self.doctors)
        body.addSpacing(18)
        body.addWidget(Label(self.tr("Status"), "strong"))
        body.addSpacing(8)
        for status in STATUSES:
            row = QHBoxLayout()
            row.addWidget(StatusPill(status))
            row.addStretch(1)
            count = Label("", "small")
            self._counts[status] = count
            row.addWidget(count)
            body.addLayout(row)
            body.addSpacing(6)
        body.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 1, 0)
        column.setSpacing(0)
        column.addWidget(scroll, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(18, 6, 16, 10)
        foot.addWidget(self.cancelled)
        column.addLayout(foot)

    def show_day(self, day: date, today: date, week: tuple[date, date] | None = None) -> None:
        """Mark the day that the calendar shows, and the days of its week where that is shown."""
        self.month.set_today(today)
        self.month.set_band(*(week or (None, None)))
        if self.month.selected() != day:
            self.month.select(day)

    def show_counts(self, counts: Counter[str]) -> None:
        """How many visits of each status are shown."""
        for status, label in self._counts.items():
            count = counts.get(status, 0)
            label.setText(str(count))
            label.setAccessibleName(f"{status_word(status)}: {count}")

    def set_cancelled(self, on: bool) -> None:
        """Show whether cancelled visits are shown, without a signal."""
        self.cancelled.blockSignals(True)
        self.cancelled.setChecked(on)
        self.cancelled.blockSignals(False)

    def paintEvent(self, event: QPaintEvent) -> None:
        t = theme.current().tokens
        painter = painting.start(self)
        painter.fillRect(self.rect(), t.surface)
        painter.fillRect(QRectF(self.width() - 1, 0, 1, self.height()), t.line)
        painter.end()

    def _dress(self) -> None:
        self.setFixedWidth(theme.current().px(WIDTH))
        self.update()
