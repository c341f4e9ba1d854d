"""The clinical side of the overview: conditions, medication and what was measured last."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.patients.chart.conditions import ConditionsSection
from meditrack_desktop.ui.patients.chart.entry_rows import inset_line
from meditrack_desktop.ui.patients.chart.measurements import MeasuredSection
from meditrack_desktop.ui.patients.chart.medications import MedicationsSection
from meditrack_desktop.ui.patients.chart_content import ChartContent


class ClinicalColumn(QWidget):
    """Three sections below each other; each adds and corrects its own entries."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.conditions = ConditionsSection(desk)
        self.medications = MedicationsSection(desk)
        self.measured = MeasuredSection(desk)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(14)
        rows.addWidget(self.conditions)
        rows.addLayout(inset_line())
        rows.addWidget(self.medications)
        rows.addLayout(inset_line())
        rows.addWidget(self.measured)

    def show_content(self, content: ChartContent) -> None:
        """Show a patient."""
        self.conditions.show_content(content)
        self.medications.show_content(content)
        self.measured.show_content(content)
