"""The head of a chart: who this is, what must not be overlooked, and the acts. It stays while tabs scroll."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.patients import words
from meditrack_desktop.ui.patients.chart_content import ChartContent
from meditrack_desktop.ui.patients.preview import patient_tags
from meditrack_desktop.ui.patients.rows import clear, column
from meditrack_desktop.ui.widgets import Avatar, Button, IconButton, Label, Menu, StatusPill


class PatientHeader(QWidget):
    """Acts that the role may not do are absent; those that an archived patient forbids are off, with the reason."""

    bookRequested = Signal()
    documentRequested = Signal()
    editRequested = Signal()
    archiveRequested = Signal()
    restoreRequested = Signal()
    historyRequested = Signal()
    accessRequested = Signal()
    menuOpening = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Patient"))
        self._desk = desk
        self._active = True
        may = desk.actor.may
        self.avatar = Avatar("", size=56)
        self.name = Label("", "title", elide=True)
        self.born = Label("", "strong")
        self.about = Label("", "body", tone="text2", wrap=True)
        self.about.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeading)
        self.book = self._act(self.tr("Book"), "calendar-plus", Permission.BOOK_APPOINTMENT)
        self.add = self._act(self.tr("Add document"), "file-plus", Permission.ATTACH_DOCUMENT)
        if self.book is not None:
            self.book.clicked.connect(self.bookRequested)
        if self.add is not None:
            self.add.clicked.connect(self.documentRequested)
        self.more: IconButton | None = None
        self.menu: Menu | None = None
        self.history = IconButton("history", self.tr("History: who changed what"), kind="secondary")
        self.history.clicked.connect(self.historyRequested)
        in_menu = (
            Permission.EDIT_PATIENT,
            Permission.ARCHIVE_PATIENT,
            Permission.VIEW_AUDIT,
            Permission.DISCLOSE_PATIENT,
            Permission.RESTRICT_PATIENT,
            Permission.PURGE_PATIENT,
        )
        if any(may(one) for one in in_menu):
            self.more = IconButton("ellipsis", self.tr("More"), kind="secondary")
            self.more.clicked.connect(self.open_menu)
        self._build()

    def show_content(self, content: ChartContent) -> None:
        """Show a patient and switch the acts."""
        patient, today = content.patient, self._desk.today()
        self._active = patient.active
        self.avatar.set_name(patient.name)
        self.name.setText(patient.name)
        born = words.born_and_age(patient.birth_date, today)
        self.born.setText(born)
        facts = (
            words.gender_word(patient.gender),
            self.tr("MRN {number}").format(number=patient.mrn),
            patient.phones[0].value if patient.phones else "",
            content.usual_doctor,
        )
        # Lines break between facts, never inside a number.
        unbroken = (part.replace(" ", "\N{NO-BREAK SPACE}") for part in facts if part)
        self.about.setText("    ".join(unbroken))
        clear(self._beside_name)
        now = [visit for visit in content.coming(today) if words.look_of(visit) in ("arrived", "inroom")]
        for visit in now[:1]:
            self._beside_name.addWidget(StatusPill(words.look_of(visit)))
        clear(self._tags)
        tags = patient_tags(content)
        for tag in tags:
            self._tags.addWidget(tag)
        self._tags.addStretch(1)
        self._tag_row.setVisible(bool(tags))
        for button in (self.book, self.add):
            if button is not None:
                button.setEnabled(patient.active)
                button.setToolTip("" if patient.active else self.tr("This patient is archived"))
                who = words.two_identifiers(patient)
                button.setAccessibleName(f"{words_of(button)}, {who}")

    def open_menu(self) -> None:
        """What is needed seldom."""
        if self.more is None:
            return
        may = self._desk.actor.may
        menu = Menu(self.more)
        if may(Permission.EDIT_PATIENT) and self._active:
            menu.add(self.tr("Edit details"), self.editRequested.emit, icon="pencil", key="E")
        if may(Permission.ARCHIVE_PATIENT) and self._active:
            menu.add(self.tr("Archive patient"), self.archiveRequested.emit, icon="folder")
        if may(Permission.ARCHIVE_PATIENT) and not self._active:
            menu.add(self.tr("Restore patient"), self.restoreRequested.emit, icon="archive-restore")
        if may(Permission.VIEW_AUDIT):
            menu.add(self.tr("Who opened this chart"), self.accessRequested.emit, icon="eye")
        self.menuOpening.emit(menu)
        if menu.isEmpty():
            menu.addAction(self.tr("An administrator can restore this patient")).setEnabled(False)
        menu.aboutToHide.connect(menu.deleteLater)
        self.menu = menu
        menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height() + 4)))

    def _act(self, text: str, icon: str, needs: Permission) -> Button | None:
        return Button(text, icon=icon) if self._desk.actor.may(needs) else None

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 16, 20, 12)
        row.setSpacing(16)
        row.addWidget(self.avatar, 0, Qt.AlignmentFlag.AlignTop)
        middle = column(4)
        first = QHBoxLayout()
        first.setSpacing(10)
        first.addWidget(self.name)
        self._beside_name = QHBoxLayout()
        first.addLayout(self._beside_name)
        first.addStretch(1)
        second = QHBoxLayout()
        second.setSpacing(16)
        second.addWidget(self.born, 0, Qt.AlignmentFlag.AlignTop)
        second.addWidget(self.about, 1)
        self._tag_row = QWidget()
        self._tags = QHBoxLayout(self._tag_row)
        self._tags.setContentsMargins(0, 2, 0, 0)
        self._tags.setSpacing(6)
        middle.addLayout(first)
        middle.addLayout(second)
        middle.addWidget(self._tag_row)
        row.addLayout(middle, 1)
        acts = QHBoxLayout()
        acts.setSpacing(8)
        for button in (self.book, self.add, self.history, self.more):
            if button is not None:
                acts.addWidget(button)
        right = column(0)
        right.addLayout(acts)
        right.addStretch(1)
        row.addLayout(right)
        self._tag_row.hide()
        theme.current().changed.connect(self.updateGeometry)


def words_of(button: Button) -> str:
    """What stands on the button."""
    return button.text().replace("&&", "&")
