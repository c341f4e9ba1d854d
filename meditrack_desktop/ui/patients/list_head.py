"""The head of the patients page: how many there are, bringing in, writing out, and a new patient."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.patients.words import count_text
from meditrack_desktop.ui.widgets import Button, IconButton, Label, Menu


class ListHead(QWidget):
    """What the role may not do is absent. In a narrow page import and export share a menu."""

    importRequested = Signal()
    exportRequested = Signal()

    def __init__(self, desk: Desk, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        may = desk.actor.may
        self.total = Label("", "body", tone="text2")
        self.twins_button: Button | None = None
        self.import_button: Button | None = None
        self.export_button: Button | None = None
        self.new_button: Button | None = None
        self.more: IconButton | None = None
        self.menu: Menu | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 14, 20, 12)
        row.setSpacing(10)
        row.addWidget(Label(title, "title"))
        row.addWidget(self.total)
        row.addStretch(1)
        if may(Permission.MERGE_PATIENTS):
            self.twins_button = Button(self.tr("Duplicates"), icon="users")
            self.twins_button.setToolTip(self.tr("Records that look like one person's"))
            self.twins_button.clicked.connect(lambda: desk.go.page("patients/twins"))
            row.addWidget(self.twins_button)
        if may(Permission.IMPORT_PATIENTS):
            self.import_button = Button(self.tr("Import"), icon="file-up")
            self.import_button.setAccessibleName(self.tr("Import patients"))
            self.import_button.clicked.connect(self.importRequested)
            row.addWidget(self.import_button)
        if may(Permission.EXPORT_PATIENTS):
            self.export_button = Button(self.tr("Export"), icon="download")
            self.export_button.setAccessibleName(self.tr("Export what is shown"))
            self.export_button.clicked.connect(self.exportRequested)
            row.addWidget(self.export_button)
        if may(Permission.REGISTER_PATIENT):
            self.new_button = Button(self.tr("New patient"), icon="user-plus")
            self.new_button.setToolTip(self.tr("New patient (Ctrl+Shift+N)"))
            self.new_button.clicked.connect(lambda: desk.go.register())
            row.addWidget(self.new_button)
        if any((self.twins_button, self.import_button, self.export_button)):
            self.more = IconButton("ellipsis", self.tr("More"), kind="secondary")
            self.more.clicked.connect(self.open_menu)
            row.addWidget(self.more)
        self.set_compact(False)

    def show_twins(self, count: int) -> None:
        """How many pairs of records wait for somebody to decide."""
        if self.twins_button is not None:
            text = self.tr("Duplicates ({count})").format(count=count_text(count))
            self.twins_button.set_text(text if count else self.tr("Duplicates"))

    def set_compact(self, compact: bool) -> None:
        """Fold what is needed seldom into a menu, or show it."""
        for button in (self.twins_button, self.import_button, self.export_button):
            if button is not None:
                button.setVisible(not compact)
        if self.more is not None:
            self.more.setVisible(compact)

    def open_menu(self) -> None:
        """What does not fit beside the title."""
        if self.more is None:
            return
        menu = Menu(self.more)
        if self.twins_button is not None:
            menu.add(self.twins_button.text(), self.twins_button.click, icon="users")
        if self.import_button is not None:
            menu.add(self.tr("Import patients"), self.importRequested.emit, icon="file-up")
        if self.export_button is not None:
            menu.add(self.tr("Export what is shown"), self.exportRequested.emit, icon="download")
        menu.aboutToHide.connect(menu.deleteLater)
        self.menu = menu
        menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height() + 4)))
