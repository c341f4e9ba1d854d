"""Patients whose records need not be kept any longer."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from meditrack_desktop.domain.privacy import RetentionDue
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.privacy.words import day_text
from meditrack_desktop.ui.privacy.worklist import Worklist
from meditrack_desktop.ui.widgets import Button, Cell, CellTag, Column


class RetentionList(QWidget):
    """The longest gone first. Nothing here is erased by itself."""

    counted = Signal(int)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        columns = (
            Column("patient", self.tr("Patient"), 220, stretch=True, sortable=False),
            Column("mrn", self.tr("MRN"), 120, sortable=False),
            Column("last", self.tr("Last contact"), 150, sortable=False),
            Column("until", self.tr("Kept until"), 150, priority=1, sortable=False),
        )
        self.list: Worklist[RetentionDue] = Worklist(
            self.tr("Records past the clinic's years"),
            columns,
            self.cell,
            lambda due: due.patient_id,
            (
                self.tr("Every record is within the clinic's years"),
                self.tr(
                    "Patients appear here when nothing has happened with them for as long as Settings say."
                ),
            ),
        )
        self.list.about.setText(self.tr("Nothing is erased by itself. Open the chart to decide."))
        self.chart = self.list.add_act(Button(self.tr("Open chart"), icon="external-link"), self.open_chart)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.list)
        self.setFocusProxy(self.list)
        self.list.chosenChanged.connect(lambda: self.chart.setEnabled(self.list.chosen is not None))
        self.list.table.opened.connect(lambda _row: self.open_chart())

    def refresh(self) -> None:
        """Ask again."""
        desk = self._desk
        desk.tasks.query(
            self,
            lambda: desk.clinic.restrictions.due(desk.actor),
            self.show_records,
            failed=lambda error: self.list.show_failure(error, self.refresh),
            replaces="retention",
        )

    def show_records(self, found: tuple[RetentionDue, ...]) -> None:
        """Show the answer."""
        self.list.show_records(found)
        self.counted.emit(len(found))

    def open_chart(self) -> None:
        """The chart of the chosen patient."""
        due = self.list.chosen
        if due is not None:
            self._desk.go.patient(due.patient_id)

    def cell(self, due: RetentionDue, key: str) -> Cell:
        """One cell of one patient."""
        zone = self._desk.facts.tz
        if key == "patient":
            tags = [CellTag(self.tr("Legal hold"), "warn")] if due.legal_hold else []
            if due.restricted:
                tags.append(CellTag(self.tr("Restricted")))
            return Cell(due.name, tags=tuple(tags))
        if key == "mrn":
            return Cell(due.mrn, tone="text2")
        return Cell(day_text(due.last_contact if key == "last" else due.keep_until, zone), tone="text2")
