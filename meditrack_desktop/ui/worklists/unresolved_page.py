"""Visits that are over and of which nobody said what became of them. Nothing is marked by itself."""

from __future__ import annotations

from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.scheduling import NEXT_STATUSES, Appointment, AppointmentStatus
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.scheduling.acts import VisitActs
from meditrack_desktop.ui.widgets import Cell, Column
from meditrack_desktop.ui.worklists.list_page import ListPage
from meditrack_desktop.ui.worklists.visit_cells import visit_cell
from meditrack_desktop.ui.worklists.words import tr

_S = AppointmentStatus
_THEN = {"came": _S.ARRIVED, "finish": _S.FULFILLED, "no_show": _S.NOSHOW}


class UnresolvedPage(ListPage):
    """Today's first, then those of earlier days, the oldest of them first. Who came stays until they are finished."""

    about = ("appointment", "patient")

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            desk,
            tr("Visits without an end"),
            [
                Column("when", tr("When"), 110, sortable=False),
                Column("patient", tr("Patient"), 220, stretch=True, sortable=False),
                Column("what", tr("Visit"), 160, 2, sortable=False),
                Column("doctor", tr("Doctor"), 190, 1, sortable=False),
                Column("status", tr("Says"), 140, sortable=False),
            ],
            nothing=tr("Every visit that is over has an end"),
            hint=tr("Nothing is marked by itself."),
        )
        self.deeds = VisitActs(desk, self)
        self.deeds.undoing.turned.connect(lambda _found: self.refresh())
        if desk.actor.may(Permission.SET_APPOINTMENT_STATUS):
            self.bind("came", tr("Came"), "C", lambda visit: self._set(visit, "came"))
            self.bind("finish", tr("Finish"), "F", lambda visit: self._set(visit, "finish"))
            self.bind("no_show", tr("No-show"), "N", lambda visit: self._set(visit, "no_show"))
        self.table.opened.connect(self._open)

    def ask(self) -> tuple[Appointment, ...]:
        clinic, actor, today = self.desk.clinic, self.desk.actor, self.desk.today()
        return (*clinic.unresolved.of_day(actor, today), *clinic.unresolved.before(actor, today))

    def cell(self, record: Appointment, key: str) -> Cell:
        return visit_cell(record, key)

    def may_act(self, word: str, record: Appointment) -> bool:
        return _THEN[word] in NEXT_STATUSES[record.status]

    def _set(self, visit: Appointment, word: str) -> None:
        self.deeds.set_status(visit, _THEN[word])
        if word != "came":
            self.next_row()

    def _open(self, row: int) -> None:
        visit = self.model.record(row)
        if visit is not None:
            self.desk.go.calendar(visit.day, visit.id)
