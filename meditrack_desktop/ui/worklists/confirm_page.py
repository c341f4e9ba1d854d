"""Calls before a visit: C confirmed, L a message was left, N nobody answered, and on to the next."""

from __future__ import annotations

from uuid import UUID

from meditrack_desktop.domain.front_desk import ToConfirm
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.scheduling import Appointment, Confirmation
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.scheduling.acts import VisitActs
from meditrack_desktop.ui.scheduling.words import day_title
from meditrack_desktop.ui.widgets import Cell, CellTag, Column
from meditrack_desktop.ui.worklists.list_page import ListPage
from meditrack_desktop.ui.worklists.visit_cells import visit_cell
from meditrack_desktop.ui.worklists.words import tr


class ConfirmPage(ListPage):
    """Who did not answer stays on the list; this desk remembers it while the page is open."""

    about = ("appointment", "patient")

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            desk,
            tr("Confirm visits"),
            [
                Column("when", tr("When"), 96, sortable=False),
                Column("patient", tr("Patient"), 220, stretch=True, sortable=False),
                Column("phone", tr("Phone"), 170, sortable=False),
                Column("what", tr("Visit"), 160, 2, sortable=False),
                Column("doctor", tr("Doctor"), 190, 1, sortable=False),
                Column("call", tr("Call"), 130, sortable=False),
            ],
            nothing=tr("Nobody is left to call"),
            nothing_text=tr("Every visit of the next day is confirmed, or there is none."),
            hint=tr("One key each, then the next row."),
        )
        self._no_answer: set[UUID] = set()
        self.confirmed = 0
        self.acts_of_visits = VisitActs(desk, self)
        self.acts_of_visits.undoing.turned.connect(lambda _found: self.refresh())
        if desk.actor.may(Permission.SET_APPOINTMENT_STATUS):
            self.bind("confirm", tr("Confirmed"), "C", self._confirm)
            self.bind("left", tr("Left a message"), "L", self._left)
            self.bind("none", tr("No answer"), "N", self._nobody)
        self.table.opened.connect(self._open)

    def ask(self) -> ToConfirm:
        return self.desk.clinic.confirmations.to_confirm(self.desk.actor, self.desk.today())

    def show_answer(self, found: ToConfirm) -> None:
        self.confirmed = found.confirmed
        if found.day is not None:
            words = tr("{day}, {count} confirmed")
            self.note.setText(words.format(day=day_title(found.day), count=found.confirmed))
        self.show_records(found.visits)

    def cell(self, record: Appointment, key: str) -> Cell:
        if key != "call":
            return visit_cell(record, key)
        if record.id in self._no_answer:
            return Cell(tags=(CellTag(tr("No answer"), "neutral", "phone"),))
        if record.confirmation is Confirmation.MESSAGE_LEFT:
            return Cell(tags=(CellTag(tr("Message left"), "info", "message-square"),))
        return Cell(tr("To call"), tone="text2")

    def _confirm(self, visit: Appointment) -> None:
        self._no_answer.discard(visit.id)
        self.acts_of_visits.set_confirmation(visit, Confirmation.CONFIRMED)
        self.next_row()

    def _left(self, visit: Appointment) -> None:
        self._no_answer.discard(visit.id)
        self.acts_of_visits.set_confirmation(visit, Confirmation.MESSAGE_LEFT)
        self.next_row()

    def _nobody(self, visit: Appointment) -> None:
        """Nothing is known that was not known before, so nothing is written down but on this page."""
        self._no_answer.add(visit.id)
        self.repaint_rows()
        self.desk.say(tr("No answer from {name}").format(name=visit.patient_name))
        self.next_row()

    def _open(self, row: int) -> None:
        visit = self.model.record(row)
        if visit is not None:
            self.desk.go.calendar(visit.day, visit.id)
