"""The patient's header, folded to one line: whose documents these are is never out of sight."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.widgets import Avatar, IconButton, Label, Tag
from meditrack_desktop.ui.words import birth_words

HEIGHT = 52


class PatientBar(QWidget):
    """Name, birth date, record number. `backRequested` leads to the chart, `detailsRequested` to the side sheet."""

    backRequested = Signal()
    detailsRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.back = IconButton("arrow-left", self.tr("Back to the chart"), key="Esc")
        self.back.clicked.connect(self.backRequested)
        self.avatar = Avatar("", size=28)
        self.avatar.setVisible(False)
        self.name = Label("", "section", elide=True)
        self.about = Label("", "body", tone="text2", elide=True)
        self.archived = Tag(self.tr("Archived"), "neutral", icon="archive-restore")
        self.archived.setVisible(False)
        self.details = IconButton("panel-right", self.tr("Details"), kind="secondary")
        self.details.clicked.connect(self.detailsRequested)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 14, 0)
        row.setSpacing(10)
        row.addWidget(self.back)
        row.addWidget(self.avatar)
        row.addWidget(self.name)
        row.addWidget(self.about)
        row.addWidget(self.archived)
        row.addStretch(1)
        row.addWidget(self.details)
        self._dress()
        theme.current().changed.connect(self._dress)

    def show_patient(self, patient: Patient, today: date) -> None:
        """The two identifiers; the age is that of `today`."""
        self.avatar.set_name(patient.name)
        self.avatar.setVisible(True)
        self.name.setText(patient.name)
        parts = [birth_words(patient.birth_date, today), patient.mrn]
        self.about.setText(", ".join(part for part in parts if part))
        self.archived.setVisible(not patient.active)
        self.setAccessibleName(f"{patient.name}, {self.about.text()}")

    def _dress(self) -> None:
        self.setFixedHeight(theme.current().px(HEIGHT))
