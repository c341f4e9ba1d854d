"""The weekly hours of one doctor: a row per weekday with a switch, the bars and the typed times."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.doctors.day_row import DayRow
from meditrack_desktop.ui.doctors.hours_bar import FIRST, LAST, HoursScale
from meditrack_desktop.ui.doctors.hours_text import format_stretches, minute
from meditrack_desktop.ui.doctors.tab_order import stops
from meditrack_desktop.ui.doctors.typed_weeks import DAYS, Day, TypedWeeks
from meditrack_desktop.ui.doctors.week_choice import WeekChoice
from meditrack_desktop.ui.widgets import Card, Divider, Label
from meditrack_desktop.ui.words import weekday_words


class HoursEditor(QWidget):
    """`edited` comes with every change; `typed` is what stands in all weeks, `week` which of them is shown."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kept = self.typed = TypedWeeks()
        self.week = self.current = 0
        """The week of the cycle that is shown, and the weekday that was touched last."""
        self._today = date.min
        self._beside: Mapping[Day, int] = {}
        self.choice = WeekChoice()
        self.choice.turnChosen.connect(self.take_turns)
        self.choice.weekChosen.connect(self.show_week)
        self.choice.thisWeekChosen.connect(self._this_week_is)
        self.rows = [DayRow(word) for word in weekday_words()]
        self._scale = HoursScale()
        card = Card(padding=0)
        card.body.addLayout(self._build_grid())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.choice)
        column.addWidget(card)
        for day, row in enumerate(self.rows):
            row.edited.connect(partial(self._on_edited, day))
            row.left.connect(partial(self._on_left, day))
            row.stepped.connect(partial(self._step, day))
            row.touched.connect(partial(self._on_touched, day))
        self._set_stops()
        theme.current().changed.connect(self._fit)
        self._fit()

    @property
    def fields(self) -> list[QWidget]:
        return [row.field for row in self.rows]

    def set_editable(self, editable: bool) -> None:
        """Whether the hours can be changed."""
        self.choice.set_editable(editable)
        for row in self.rows:
            row.set_editable(editable)

    def show_bars(self, shown: bool) -> None:
        """The bars say nothing that the times do not; where room is short they give way."""
        self._scale.setVisible(shown)
        for row in self.rows:
            row.bar.setVisible(shown)
        self._grid.setColumnStretch(1, 5 if shown else 0)
        self._fit()

    def show_weeks(self, kept: TypedWeeks, typed: TypedWeeks, today: date, *, anew: bool = False) -> None:
        """Show what is typed over what is kept; `anew`: of another doctor, beginning with the week of today."""
        self.kept, self.typed, self._today = kept, typed, today
        if anew:
            self._beside = {}
            self.week = typed.week_of(today)
        self.week = min(self.week, typed.weeks - 1)
        self._show()

    def show_week(self, week: int) -> None:
        """Bring another week of the cycle to the front."""
        self.week = week
        self._show()

    def show_beside(self, beside: Mapping[Day, int]) -> None:
        """What stands in the hatched parts that go, by day: how many visits lie there."""
        self._beside = beside
        self._show_bars()

    def mark_unreadable(self) -> bool:
        """Mark the days that cannot be read and give the first one the focus; False if there are none."""
        bad = self.typed.unreadable()
        if not bad:
            return False
        self.show_week(bad[0][0])
        for week, day in bad:
            if week == self.week:
                self.rows[day].show_problem(self.typed.text(week, day))
        self.rows[bad[0][1]].field.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def type_day(self, day: int, text: str) -> None:
        """Put a text into a day's field as if typed and left."""
        self.rows[day].type(text)

    def copy_day(self, day: int, *onto: int) -> None:
        """Give other weekdays of this week the hours of one."""
        typed = self.typed
        for other in onto:
            typed = typed.with_day(self.week, other, typed.text(self.week, day))
        self._take(typed)

    def copy_week(self) -> None:
        """Give the other weeks of the cycle the hours of the one that is shown."""
        typed = self.typed
        for week in range(typed.weeks):
            for day in DAYS:
                typed = typed.with_day(week, day, typed.text(self.week, day))
        self._take(typed)

    def take_turns(self, weeks: int) -> None:
        """Have so many weeks take turns; a new one begins like the first."""
        self.typed = self.typed.in_turn(weeks, self._today)
        self.week = min(self.week, weeks - 1)
        self._take(self.typed)

    def _this_week_is(self, week: int) -> None:
        self._take(self.typed.this_week_is(week, self._today))

    def _take(self, typed: TypedWeeks) -> None:
        self.typed = typed
        self._show()
        self.edited.emit()

    def _show(self) -> None:
        self.choice.show_weeks(self.typed, self.week, self._today)
        for day, row in enumerate(self.rows):
            row.show_text(self.typed.text(self.week, day))
        self._show_bars()

    def _show_bars(self) -> None:
        first, last = self._range()
        self._scale.set_range(first, last)
        changed = self.typed.changed(self.kept)
        saved = self.kept.in_weeks(self.typed.weeks)
        for day, row in enumerate(self.rows):
            at = (self.week, day)
            row.bar.set_range(first, last)
            found = self.typed.stretches(*at)
            row.show_bar(found, saved.stretches(*at) or (), at in changed, self._beside.get(at, 0))

    def _range(self) -> tuple[int, int]:
        """All bars of a doctor share a scale: the usual day, or as far as somebody works."""
        spans = [
            (minute(starts), minute(ends))
            for weeks in (self.kept, self.typed)
            for week in range(weeks.weeks)
            for day in DAYS
            for starts, ends in weeks.stretches(week, day) or ()
        ]
        first = min([FIRST, *(starts for starts, _ in spans)]) // 60 * 60
        return first, -(-max([LAST, *(ends for _, ends in spans)]) // 60) * 60

    def _on_edited(self, day: int, text: str) -> None:
        self.current = day
        self.typed = self.typed.with_day(self.week, day, text)
        self._show_bars()
        self.edited.emit()

    def _on_left(self, day: int) -> None:
        """What was typed is written as it was understood."""
        found = self.typed.stretches(self.week, day)
        text = self.typed.text(self.week, day) if found is None else format_stretches(found)
        self.rows[day].show_text(text)
        if text != self.typed.text(self.week, day):
            self.typed = self.typed.with_day(self.week, day, text)
            self.edited.emit()

    def _on_touched(self, day: int) -> None:
        if self.current != day:
            self.current = day
            self.edited.emit()

    def _step(self, day: int, step: int, bars: bool) -> None:
        other = day + step
        if 0 <= other < len(self.rows):
            row = self.rows[other]
            (row.bar if bars else row.field).setFocus(Qt.FocusReason.TabFocusReason)

    def _build_grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(14, 0, 14, 4)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(0)
        grid.addWidget(Label(self.tr("Day"), "small_medium", tone="text2"), 0, 0)
        grid.addWidget(self._scale, 0, 1)
        grid.addWidget(Label(self.tr("Times"), "small_medium", tone="text2"), 0, 2)
        grid.setColumnStretch(1, 5)
        grid.setColumnStretch(2, 3)
        for day, row in enumerate(self.rows):
            grid.addWidget(Divider(), 1 + day * 3, 0, 1, 3)
            row.place(grid, 2 + day * 3)
        self._grid = grid
        return grid

    def tab_stops(self) -> list[QWidget]:
        """Down the column that is typed in, as a week is read out; the bars come behind it."""
        columns = ([row.field for row in self.rows], [row.bar for row in self.rows])
        return [*stops(self.choice), *columns[0], *columns[1], *(row.switch for row in self.rows)]

    def _set_stops(self) -> None:
        """The bars are one stop, arrows go on from it; a switch says what an emptied field says."""
        for row in self.rows:
            first = row is self.rows[0]
            row.bar.setFocusPolicy(Qt.FocusPolicy.StrongFocus if first else Qt.FocusPolicy.ClickFocus)
            row.switch.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def _fit(self) -> None:
        shown = not self._scale.isHidden()
        self._grid.setColumnMinimumWidth(0, theme.current().px(122))
        self._grid.setColumnMinimumWidth(2, theme.current().px(226 if shown else 240))
