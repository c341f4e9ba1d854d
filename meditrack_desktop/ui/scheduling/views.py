"""The four views of the calendar on one stack, with what stands there when nothing can be shown."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QWidget

from meditrack_desktop.ui.scheduling.agenda_table import AgendaTable
from meditrack_desktop.ui.scheduling.calendar_view import CalendarView
from meditrack_desktop.ui.scheduling.day_model import Period
from meditrack_desktop.ui.scheduling.month_view import MonthCalendar
from meditrack_desktop.ui.scheduling.period_keys import PeriodKeys
from meditrack_desktop.ui.widgets import Skeleton, StateView


class Views(QStackedWidget):
    """Blank at first; `show_view` and `show_state` bring the others to the front."""

    def __init__(
        self, grid: CalendarView, month: MonthCalendar, agenda: AgendaTable, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.grid, self.month, self.agenda = grid, month, agenda
        self.state = StateView("empty", "")
        self.skeleton = Skeleton()
        for widget in (QWidget(), self.skeleton, grid, month, agenda, self.state):
            self.addWidget(widget)

    @property
    def goings(self) -> tuple[PeriodKeys, ...]:
        """The keys of each view that go to another time."""
        return self.grid.going, self.month.going, self.agenda.going

    def view_of(self, period: Period) -> QWidget:
        """The widget that shows a period."""
        if period is Period.MONTH:
            return self.month
        return self.agenda if period is Period.AGENDA else self.grid

    def show_view(self, period: Period) -> None:
        """Bring a view to the front; it takes the focus that the one before it had."""
        before, view = self.currentWidget(), self.view_of(period)
        had = before is not None and before is not view and self._has_focus(before)
        self.setCurrentWidget(view)
        if had:
            view.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_state(self, kind: Literal["empty", "no_permission"], title: str, text: str) -> bool:
        """Say why there is nothing to see; the caller adds what leads on. Whether the focus was in here."""
        before = self.currentWidget()
        had = before is not None and self._has_focus(before)
        self.state.clear_actions()
        self.state.set_state(kind, title, text, icon="calendar-off")
        self.setCurrentWidget(self.state)
        return had

    def show_waiting(self) -> None:
        """The first answer takes its time."""
        self.setCurrentWidget(self.skeleton)

    def show_blank(self) -> None:
        self.setCurrentIndex(0)

    def _has_focus(self, widget: QWidget) -> bool:
        focused = self.window().focusWidget()
        return focused is not None and (focused is widget or widget.isAncestorOf(focused))
