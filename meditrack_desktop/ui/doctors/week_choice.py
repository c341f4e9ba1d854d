"""Whether all weeks are alike or take turns, which of them is shown, and which one this week is."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from meditrack_desktop.domain.working_time import LONGEST_CYCLE_WEEKS
from meditrack_desktop.ui.doctors.tab_order import ask_order
from meditrack_desktop.ui.doctors.typed_weeks import TypedWeeks
from meditrack_desktop.ui.widgets import Combo, Label, Option, Segmented


class WeekChoice(QWidget):
    """Of weeks in turn: which one is shown, and which one this week is. `turn` stands wherever the caller puts it.

    `turnChosen` carries after how many weeks the hours repeat; `weekChosen` the week to look at, from 0;
    `thisWeekChosen` which week of the cycle the present one is.
    """

    turnChosen = Signal(object)
    weekChosen = Signal(object)
    thisWeekChosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        turns = [Option(1, self.tr("Every week alike"))] + [
            Option(weeks, self.tr("{n} weeks in turn").format(n=weeks))
            for weeks in range(2, LONGEST_CYCLE_WEEKS + 1)
        ]
        self.turn = Combo(turns, value=1, name=self.tr("How the weeks repeat"))
        self.turn.valueChanged.connect(self.turnChosen)
        self.weeks: Segmented | None = None
        self._count, self._editable = 0, True
        self._words = Label(self.tr("This is week"), "small", tone="text2")
        self.now = Combo((), name=self.tr("Which week this one is"))
        self.now.valueChanged.connect(self.thisWeekChosen)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(10)
        self._row.addStretch(1)
        self._row.addWidget(self._words)
        self._row.addWidget(self.now)

    def set_editable(self, editable: bool) -> None:
        """Whether the cycle can be changed; a week to look at is chosen by everybody."""
        self.turn.setVisible(editable)
        self._editable = editable

    def show_weeks(self, typed: TypedWeeks, week: int, today: date) -> None:
        """Show the cycle, and `week` in front."""
        self.turn.set_value(typed.weeks)
        several = typed.weeks > 1
        self.setVisible(several)
        this = typed.week_of(today)
        said = self.tr("This is week {n} of {weeks}").format(n=this + 1, weeks=typed.weeks)
        self._words.setText(self.tr("This is week") if self._editable else said)
        self.now.setVisible(self._editable)
        self.now.set_options([Option(n, str(n + 1)) for n in range(typed.weeks)])
        self.now.set_value(this)
        if self._count != typed.weeks:
            self._offer(typed.weeks)
        if self.weeks is not None:
            self.weeks.set_value(week)

    def _offer(self, count: int) -> None:
        if self.weeks is not None:
            self._row.removeWidget(self.weeks)
            self.weeks.hide()
            self.weeks.deleteLater()
        self._count = count
        parts = [(week, self.tr("Week {n}").format(n=week + 1)) for week in range(count)]
        self.weeks = Segmented(parts, 0, name=self.tr("Week"))
        self.weeks.valueChanged.connect(self.weekChosen)
        self._row.insertWidget(0, self.weeks)
        ask_order(self)
