"""The head of a chart: who this is, what must not be overlooked, and the acts. It stays while tabs scroll."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.phones import shown
from meditrack_desktop.domain.scheduling import Appointment, AppointmentStatus
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.patients import words
from meditrack_desktop.ui.patients.chart.band_tags import band_tags
from meditrack_desktop.ui.patients.chart.photo import Portrait
from meditrack_desktop.ui.patients.chart_content import ChartContent
from meditrack_desktop.ui.patients.rows import clear, column
from meditrack_desktop.ui.widgets import Button, FlowRow, IconButton, Label, Menu, StatusPill

MINUTE_MS = 30_000
HERE = ("arrived", "inroom")


class PatientHeader(QWidget):
    """Acts that the role may not do are absent; those that an archived patient forbids are off, with the reason."""

    bookRequested = Signal()
    documentRequested = Signal()
    editRequested = Signal()
    checkInRequested = Signal()
    archiveRequested = Signal()
    restoreRequested = Signal()
    historyRequested = Signal()
    accessRequested = Signal()
    allergiesRequested = Signal()
    keptRequested = Signal()
    windowRequested = Signal()
    menuOpening = Signal(object)

    def __init__(self, desk: Desk, *, own_window: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Patient"))
        self._desk, self.in_own_window = desk, own_window
        self._active = self._open = True
        self._content: ChartContent | None = None
        self.avatar = Portrait(desk, size=56)
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
        self.menu: Menu | None = None
        self.history = IconButton("history", self.tr("History: who changed what"), kind="secondary")
        self.history.clicked.connect(self.historyRequested)
        self.more = IconButton("ellipsis", self.tr("More"), kind="secondary")
        self.more.clicked.connect(self.open_menu)
        self._build()

    def show_content(self, content: ChartContent) -> None:
        """Show a patient and switch the acts."""
        patient, today = content.patient, self._desk.today()
        self._content = content
        self._active, self._open = patient.active, content.open_to_change
        self.avatar.show_patient(patient)
        self.name.setText(patient.name)
        self.born.setText(words.born_and_age(patient.birth_date, today))
        facts = (
            words.gender_word(patient.gender),
            self.tr("MRN {number}").format(number=patient.mrn),
            shown(patient.phones[0].value, self._desk.facts.region) if patient.phones else "",
            content.usual_doctor,
        )
        # Lines break between facts, never inside a number.
        unbroken = (part.replace(" ", "\N{NO-BREAK SPACE}") for part in facts if part)
        self.about.setText("    ".join(unbroken))
        self._show_status()
        clear(self.tags.flow)
        tags = band_tags(content, self._desk, self.allergiesRequested.emit, self.keptRequested.emit)
        for tag in tags:
            self.tags.flow.addWidget(tag)
        self.tags.setVisible(bool(tags))
        who, why = words.two_identifiers(patient), words.why_closed(patient)
        for button, key in ((self.book, "B"), (self.add, "U")):
            if button is not None:
                button.setEnabled(content.open_to_change)
                button.setToolTip(why or f"{words_of(button)} ({key})")
                button.setAccessibleName(f"{words_of(button)}, {who}")

    def _show_status(self) -> None:
        """Where the patient is now, and for how long; followed by the minute."""
        clear(self._beside_name)
        content = self._content
        if content is None:
            return
        now = self._desk.clock.now()
        here = [visit for visit in content.coming(self._desk.today()) if words.look_of(visit) in HERE]
        for visit in here[:1]:
            self._beside_name.addWidget(StatusPill(words.look_of(visit), self._status_text(visit, now)))

    def _status_text(self, visit: Appointment, now: datetime) -> str:
        waiting = visit.status is AppointmentStatus.ARRIVED
        since = visit.arrived_at if waiting else visit.roomed_at
        if since is None:
            return ""
        minutes = max(0, int((now - since).total_seconds()) // 60)
        text = self.tr("Waiting, {count} min") if waiting else self.tr("In room, {count} min")
        return text.format(count=minutes)

    def open_menu(self) -> None:
        """What is needed seldom."""
        may = self._desk.actor.may
        menu = Menu(self.more)
        if not self.in_own_window:
            key = self.tr("Ctrl+Shift+Enter")
            menu.add(self.tr("Open in own window"), self.windowRequested.emit, icon="external-link", key=key)
        if may(Permission.SET_APPOINTMENT_STATUS) and self._active:
            menu.add(self.tr("Check in for today"), self.checkInRequested.emit, icon="armchair", key="C")
        if may(Permission.EDIT_PATIENT) and self._open:
            menu.add(self.tr("Edit details"), self.editRequested.emit, icon="pencil", key="E")
        if may(Permission.ARCHIVE_PATIENT) and self._active:
            menu.add(self.tr("Archive patient"), self.archiveRequested.emit, icon="folder")
        if may(Permission.ARCHIVE_PATIENT) and not self._active:
            menu.add(self.tr("Restore patient"), self.restoreRequested.emit, icon="archive-restore")
        if may(Permission.VIEW_AUDIT):
            menu.add(self.tr("Who opened this chart"), self.accessRequested.emit, icon="eye")
        self.menuOpening.emit(menu)
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
        self.tags = FlowRow()
        middle.addLayout(first)
        middle.addLayout(second)
        middle.addSpacing(2)
        middle.addWidget(self.tags)
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
        self.tags.hide()
        self._minute = QTimer(self, interval=MINUTE_MS)
        self._minute.timeout.connect(self._show_status)
        self._minute.start()
        theme.current().changed.connect(self.updateGeometry)


def words_of(button: Button) -> str:
    """What stands on the button."""
    return button.text().replace("&&", "&")
