"""Where the calendar was scrolled to: kept over a restart of the same day. A new day begins an hour before now."""

from __future__ import annotations

from PySide6.QtCore import QObject

from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.scheduling.calendar_view import CalendarView
from meditrack_desktop.ui.scheduling.memory import Memory


class KeptScroll(QObject):
    """The minute of the day that stands at the top, whatever the zoom."""

    def __init__(self, desk: Desk, memory: Memory, view: CalendarView) -> None:
        super().__init__(view)
        self._desk, self._memory, self._view = desk, memory, view
        self._before = memory.top(desk.today())
        self._opened = False
        self._bar = view.area.verticalScrollBar()
        self._bar.valueChanged.connect(self._keep)

    def open(self) -> None:
        """Scroll to where the calendar opens, now that something is shown."""
        self._opened = True
        if self._before is None:
            self._view.open_here()
            return
        calendar = self._view.calendar
        self._bar.setValue(calendar.y_of(self._before) - calendar.measures.top)

    def _keep(self, value: int) -> None:
        if self._opened and self._view.model.columns and self._view.isVisible():
            calendar = self._view.calendar
            into = value * 60 / calendar.measures.hour_height
            self._memory.keep_top(self._desk.today(), calendar.model.first + round(into))
