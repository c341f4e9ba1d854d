"""The agenda on the calendar page: its rows, its filters, and what its keys and buttons do."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.scheduling import Appointment
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.scheduling.agenda_filters import AgendaFilters
from meditrack_desktop.ui.scheduling.agenda_model import agenda
from meditrack_desktop.ui.scheduling.agenda_table import AgendaTable
from meditrack_desktop.ui.scheduling.appointment_popover import act_words, next_step, possible_acts
from meditrack_desktop.ui.scheduling.asking import Answer
from meditrack_desktop.ui.scheduling.calendar_view import CalendarView
from meditrack_desktop.ui.scheduling.empty_states import Empty
from meditrack_desktop.ui.scheduling.page_host import PageHost
from meditrack_desktop.ui.scheduling.visit_flow import VisitFlow
from meditrack_desktop.ui.scheduling.words import day_title

_IN_ITS_DAY = ("move", "book")
"""Acts for which the place on the grid must be seen."""


class AgendaHost(PageHost, Protocol):
    """What the agenda asks of its page."""

    @property
    def view(self) -> CalendarView: ...


class AgendaPart(QObject):
    def __init__(self, desk: Desk, page: QWidget, host: AgendaHost, filters: AgendaFilters) -> None:
        super().__init__(page)
        self._desk, self._host, self.filters = desk, host, filters
        self.table = AgendaTable(self.next_act)
        self._flow: VisitFlow | None = None
        self._answer: Answer | None = None
        self._day: date | None = None
        filters.changed.connect(self._show_rows)

    def use(self, flow: VisitFlow) -> None:
        """Let the flow answer what is asked of visits here, too."""
        self._flow = flow
        self.table.actChosen.connect(self._do)
        self.table.visitOpened.connect(self._open)
        self.table.menuRequested.connect(flow.open_menu)

    def next_act(self, visit: Appointment) -> tuple[str, str]:
        """Name and words of what the desk does next with a visit; no words where there is nothing to do."""
        actor = self._desk.actor
        now, today = self._desk.clock.now(), self._desk.today()
        act = next_step(visit, today, actor)
        if act not in possible_acts(visit, actor, now, today) or act in ("chart", "rebook"):
            return "", ""
        if act == "confirm":
            return act, self.tr("Confirm")
        return act, act_words()[act][1]

    def show(self, found: Answer) -> None:
        """Show a day as a list. A day is opened from now on, if it is today."""
        opened = self._day != self._host.day
        self._answer, self._day = found, self._host.day
        self.filters.offer((visit.visit_type for visit in found.visits), self._now_here())
        if opened:
            self._open_from_now(found)
        self.table.rooms = {doctor.id: doctor.room for doctor in found.doctors}
        self._show_rows()

    def _open_from_now(self, found: Answer) -> None:
        """Leave out what is over, unless that would leave nothing."""
        before = self.filters.wanted
        self.filters.begin_now()
        chosen, wanted = self._host.shown.chosen, self.filters.wanted
        if not agenda(found.visits, chosen, wanted, None, cancelled=self._host.shown.cancelled):
            self.filters.put_back(before)

    def tell_time(self) -> None:
        """A minute has passed: the row of now moves, waits grow; nothing else."""
        if self._answer is not None:
            self._show_rows()

    def empty(self, day: date) -> Empty | None:
        """Why no visit is listed, or None."""
        if self.table.records.rowCount():
            return None
        tr = partial(QCoreApplication.translate, "Calendar")
        if self.filters.wanted.on:
            return Empty(tr("No visit passes the filters"), "", "clear_filters", tr("Clear filters"))
        return Empty(tr("No visits on {day}").format(day=day_title(day)), "", "next", tr("Next day"))

    def _show_rows(self) -> None:
        if self._answer is None:
            return
        shown, now = self._host.shown, self._desk.clock.now()
        rows = agenda(
            self._answer.visits,
            shown.chosen,
            self.filters.wanted,
            self._now_here(),
            cancelled=shown.cancelled,
        )
        before = self.table.records.rowCount()
        self.table.show_entries(rows, now)
        if bool(before) != bool(rows):
            self._host.show_stack()

    def _now_here(self) -> datetime | None:
        now = to_wall(self._desk.clock.now(), self._desk.facts.tz).replace(fold=0)
        return now if self._host.day == now.date() else None

    def _do(self, visit: Appointment, act: str) -> None:
        if self._flow is None or not act or self._host.view.refuses_changes():
            return
        if act in _IN_ITS_DAY:
            self._host.show_day(visit.day)
            self._host.when_loaded(partial(self._do_in_its_day, self._flow, visit, act))
        else:
            self._flow.do(visit, act)

    def _do_in_its_day(self, flow: VisitFlow, visit: Appointment, act: str) -> None:
        self._host.view.choose(visit.id)
        self._host.view.setFocus()
        flow.do(visit, act)

    def _open(self, visit: Appointment) -> None:
        if self._flow is not None:
            place = self.table.row_rect(self.table.records.row_of(visit.id))
            place.setWidth(min(place.width(), 480))
            self._flow.open_visit(visit, place)
