"""How a visit repeats: every so many days, weeks or months, so often or until a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.series import LONGEST_SERIES, Every, SeriesRule
from meditrack_desktop.ui.number_field import NumberField
from meditrack_desktop.ui.widgets import CheckBox, Combo, DateField, FlowRow, LabelledField, Option

USUAL_COUNT = 6
LONGEST_INTERVAL = 52


class RepeatRule(QWidget):
    """`changed` comes with every change that leaves a rule or spoils it; `rule` is None while something is missing."""

    changed = Signal()

    def __init__(self, first: date, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._first = first
        self.interval = NumberField(1, most=LONGEST_INTERVAL)
        self.every = Combo(
            [
                Option(Every.DAY, self.tr("days")),
                Option(Every.WEEK, self.tr("weeks")),
                Option(Every.MONTH, self.tr("months, same day")),
                Option(Every.MONTH_WEEKDAY, self.tr("months, same weekday")),
            ],
            value=Every.WEEK,
        )
        self.ends = Combo(
            [Option("count", self.tr("after so many visits")), Option("until", self.tr("on a day"))],
            value="count",
        )
        self.count = NumberField(USUAL_COUNT, most=LONGEST_SERIES)
        self.until = DateField(today, first + timedelta(weeks=USUAL_COUNT), minimum=first)
        self.weekdays = [
            CheckBox(
                QLocale().standaloneDayName(day + 1, QLocale.FormatType.ShortFormat), day == first.weekday()
            )
            for day in range(7)
        ]
        self._fill()
        self.setFocusProxy(self.interval)
        self.interval.valueChanged.connect(lambda _value: self._on_change())
        self.count.valueChanged.connect(lambda _value: self._on_change())
        self.every.valueChanged.connect(lambda _value: self._on_change())
        self.ends.valueChanged.connect(lambda _value: self._on_change())
        self.until.valueChanged.connect(lambda _value: self._on_change())
        for box in self.weekdays:
            box.toggled.connect(lambda _on: self._on_change())
        self._arrange()

    def rule(self) -> SeriesRule | None:
        """The rule as it stands; None while a number or a date is missing."""
        interval, count, until = self.interval.value(), self.count.value(), self.until.value()
        counts = self.ends.value() == "count"
        every = self.every.value()
        if not interval or not isinstance(every, Every) or (not count if counts else until is None):
            return None
        weekdays = tuple(day for day, box in enumerate(self.weekdays) if box.isChecked())
        return SeriesRule(
            every=every,
            interval=interval,
            weekdays=weekdays if every is Every.WEEK else (),
            count=count if counts else None,
            until=None if counts else until,
        )

    def _fill(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(10)
        grid.addWidget(LabelledField(self.tr("Every"), self.interval), 0, 0)
        grid.addWidget(LabelledField(self.tr("What"), self.every), 0, 1)
        grid.addWidget(LabelledField(self.tr("Ends"), self.ends), 1, 0)
        self._count_field = LabelledField(self.tr("Visits"), self.count)
        self._until_field = LabelledField(self.tr("Last day"), self.until)
        last = QHBoxLayout()
        last.addWidget(self._count_field)
        last.addWidget(self._until_field)
        grid.addLayout(last, 1, 1)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        self._days = FlowRow(spacing=6)
        for box in self.weekdays:
            self._days.flow.addWidget(box)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(grid)
        column.addWidget(self._days)

    def _arrange(self) -> None:
        counts = self.ends.value() == "count"
        self._count_field.setVisible(counts)
        self._until_field.setVisible(not counts)
        self._days.setVisible(self.every.value() is Every.WEEK)

    def _on_change(self) -> None:
        self._arrange()
        self.changed.emit()
