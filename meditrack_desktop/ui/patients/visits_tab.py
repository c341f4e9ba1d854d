"""All visits of a patient in a table, newest first. Enter shows one in the calendar."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.scheduling import Appointment
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.patients import words
from meditrack_desktop.ui.patients.chart_content import ChartContent
from meditrack_desktop.ui.widgets import Cell, Column, RecordModel, RecordTable, StateView


class VisitsTab(QWidget):
    """The chosen row stays when the visits are read again."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._content: ChartContent | None = None
        columns = [
            Column("when", self.tr("When"), 140, sortable=False),
            Column("what", self.tr("Visit"), 200, stretch=True, sortable=False),
            Column("doctor", self.tr("Doctor"), 150, priority=1, sortable=False),
            Column("minutes", self.tr("Length"), 84, priority=2, align_right=True, sortable=False),
            Column("status", self.tr("Status"), 130, sortable=False),
        ]
        self.model = RecordModel(columns, self._cell, identity=lambda visit: visit.id)
        self.table = RecordTable(self.model, self.tr("Visits"))
        self.table.opened.connect(self._open)
        self.state = StateView("empty", self.tr("No visits yet"), icon="calendar-days")
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.state)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)

    def show_content(self, content: ChartContent) -> None:
        """Show a patient's visits."""
        self._content = content
        row = self.table.current_row()
        chosen = self.model.record(row).id if 0 <= row < self.model.rowCount() else None
        self.model.set_records(content.visits)
        self.table.select_row(self.model.row_of(chosen) if chosen is not None else -1)
        self.state.clear_actions()
        if self._desk.actor.may(Permission.BOOK_APPOINTMENT) and content.open_to_change:
            self.state.add_action(self.tr("Book a visit"), self._book, icon="calendar-plus")
        self._stack.setCurrentWidget(self.table if content.visits else self.state)

    def _cell(self, visit: Appointment, key: str) -> Cell:
        given_up = words.look_of(visit) in ("cancelled", "noshow")
        tone = "text2" if given_up else "text"
        if key == "when":
            return Cell(words.wall_text(visit.wall_start, self._desk.today()), tone=tone)
        if key == "what":
            return Cell(words.visit_title(visit), tone=tone, struck=words.look_of(visit) == "cancelled")
        if key == "doctor":
            return Cell(visit.practitioner_name, tone="text2")
        if key == "minutes":
            return Cell(self.tr("{count} min").format(count=visit.minutes), tone="text2")
        return Cell(status=words.look_of(visit))

    def _open(self, row: int) -> None:
        visit: Appointment = self.model.record(row)
        self._desk.go.calendar(visit.day, visit.id)

    def _book(self) -> None:
        if self._content is not None and self._content.open_to_change:
            self._desk.go.book(self._content.patient.id)
