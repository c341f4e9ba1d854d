"""The patient's header, folded to one line: whose documents these are is never out of sight; and the acts."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from meditrack_desktop.domain.allergies import AllergyList, Severity
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.widgets import Avatar, Button, IconButton, Label, Menu, Tag
from meditrack_desktop.ui.words import birth_words

HEIGHT = 52
WHOLE_ROW = 900
SHOWN_ALLERGIES = 2


class PatientBar(QWidget):
    """Name, birth date, record number, allergies that warn. `backRequested` leads to the chart.

    `acts` is the menu; whoever made the bar fills it when `menuOpening` comes.
    """

    backRequested = Signal()
    printRequested = Signal()
    saveRequested = Signal()
    menuOpening = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._narrow = self._prints = self._saves = False
        self.back = IconButton("arrow-left", self.tr("Back to the chart"), key="Esc")
        self.back.clicked.connect(self.backRequested)
        self.avatar = Avatar("", size=28)
        self.avatar.setVisible(False)
        self.name = Label("", "section", elide=True)
        self.about = Label("", "body", tone="text2", elide=True)
        self.archived = Tag(self.tr("Archived"), "neutral", icon="archive-restore")
        self.archived.setVisible(False)
        self.allergies = QHBoxLayout()
        self.allergies.setSpacing(6)
        self.print = Button(self.tr("Print"), icon="printer")
        self.save = Button(self.tr("Save a copy"), icon="download")
        self.print_small = IconButton("printer", self.tr("Print"), kind="secondary", key="Ctrl P")
        self.save_small = IconButton("download", self.tr("Save a copy"), kind="secondary", key="Ctrl S")
        self.print.setToolTip(self.tr("Print (Ctrl P)"))
        self.save.setToolTip(self.tr("Save a copy (Ctrl S)"))
        for button in (self.print, self.print_small):
            button.clicked.connect(self.printRequested)
        for button in (self.save, self.save_small):
            button.clicked.connect(self.saveRequested)
        self.more = IconButton("ellipsis", self.tr("More"), kind="secondary")
        self.more.clicked.connect(self._open_menu)
        self.acts = Menu(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 14, 0)
        row.setSpacing(10)
        row.addWidget(self.back)
        row.addWidget(self.avatar)
        row.addWidget(self.name)
        row.addWidget(self.about)
        row.addWidget(self.archived)
        row.addLayout(self.allergies)
        row.addStretch(1)
        for button in (self.print, self.print_small, self.save, self.save_small, self.more):
            row.addWidget(button)
        self.offer_handing_out(prints=False, saves=False)
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

    def show_allergies(self, allergies: AllergyList | None) -> None:
        """Those that warn, by name, as the chart's head has them."""
        while (item := self.allergies.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        known = () if allergies is None else allergies.warnings
        for allergy in known[:SHOWN_ALLERGIES]:
            severe = allergy.severity is Severity.SEVERE
            icon = "octagon-alert" if severe else "circle-alert"
            self.allergies.addWidget(Tag(allergy.substance, "danger", icon=icon))
        if len(known) > SHOWN_ALLERGIES:
            self.allergies.addWidget(Tag(f"+{len(known) - SHOWN_ALLERGIES}", "danger"))
        words = ", ".join(allergy.substance for allergy in known)
        self.about.setAccessibleDescription(
            self.tr("Allergies: {names}").format(names=words) if words else ""
        )

    def fit_into(self, width: int) -> None:
        """Buttons without words where there is little room."""
        self._narrow = width < theme.current().px(WHOLE_ROW)
        self.offer_handing_out(prints=self._prints, saves=self._saves)

    def offer_handing_out(self, *, prints: bool, saves: bool) -> None:
        """Whether the open document can be printed, and saved."""
        self._prints, self._saves = prints, saves
        for offered, large, small in (
            (prints, self.print, self.print_small),
            (saves, self.save, self.save_small),
        ):
            large.setVisible(offered and not self._narrow)
            small.setVisible(offered and self._narrow)

    def _open_menu(self) -> None:
        self.acts.clear()
        self.menuOpening.emit()
        self.acts.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def _dress(self) -> None:
        self.setFixedHeight(theme.current().px(HEIGHT))
