"""The month on the calendar page: what its days and times lead to."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.scheduling.calendar_view import CalendarView, column_of
from meditrack_desktop.ui.scheduling.day_model import Column
from meditrack_desktop.ui.scheduling.month_model import MonthModel
from meditrack_desktop.ui.scheduling.month_view import MonthCalendar
from meditrack_desktop.ui.scheduling.page_host import PageHost


class MonthHost(PageHost, Protocol):
    """What the month asks of its page."""

    @property
    def view(self) -> CalendarView: ...


class MonthPart(QObject):
    """Opens days and begins bookings; both in the day's own view, where the place can be seen."""

    def __init__(self, desk: Desk, page: QWidget, host: MonthHost, view: MonthCalendar) -> None:
        super().__init__(page)
        self._desk, self._host, self.view = desk, host, view
        view.panel.may_book = desk.actor.may(Permission.BOOK_APPOINTMENT)
        view.dayChosen.connect(host.go_to)
        view.dayOpened.connect(host.show_day)
        view.timeChosen.connect(self._book)
        view.bookRequested.connect(self._book_first)

    def show(self, model: MonthModel | None) -> None:
        """Show these weeks, the page's day chosen."""
        if model is not None:
            self.view.show_month(model, self._host.day, self._desk.today())

    def _book_first(self, day: date) -> None:
        """The first free time of a day, of whichever doctor."""
        load = self.view.model.of(day)
        free = [each for each in load.doctors if each.starts] if load is not None else []
        if free:
            soonest = min(free, key=lambda each: each.starts[0])
            self._book(soonest.column, soonest.starts[0])

    def _book(self, column: Column, minute: int) -> None:
        if self._host.view.refuses_changes():
            return
        self._host.show_day(column.day)
        self._host.when_loaded(partial(self._begin, column, minute))

    def _begin(self, column: Column, minute: int) -> None:
        view = self._host.view
        found = column_of(view.model, column.practitioner_id, column.day)
        if found is not None:
            view.show_cell(found[0], minute, 60)
            view.request_booking(found[0], minute)
