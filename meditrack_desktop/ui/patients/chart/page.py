"""A patient's chart: head, tabs and their content. Files dropped anywhere on it are filed with the patient."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Literal
from uuid import UUID

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from meditrack_desktop.domain.changes import ChangeSet
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.patients import ArchivePatient, Patient, RestorePatient
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.patients import words
from meditrack_desktop.ui.patients.add_document import AddDocumentSheet
from meditrack_desktop.ui.patients.chart_content import ChartContent, gather
from meditrack_desktop.ui.patients.details_tab import DetailsTab
from meditrack_desktop.ui.patients.documents_tab import DocumentsTab
from meditrack_desktop.ui.patients.overview import Overview
from meditrack_desktop.ui.patients.patient_header import PatientHeader
from meditrack_desktop.ui.patients.reason_dialog import ReasonDialog
from meditrack_desktop.ui.patients.register import open_edit
from meditrack_desktop.ui.patients.visits_tab import VisitsTab
from meditrack_desktop.ui.privacy.chart_menu import add_privacy
from meditrack_desktop.ui.privacy.emergency import EmergencyBar
from meditrack_desktop.ui.widgets import Banner, Divider, Menu, Skeleton, StateView, TabStrip

SKELETON_AFTER_MS = 200
TabName = Literal["overview", "visits", "documents", "details"]
FILTER = "PDF, JPEG, PNG, TIFF (*.pdf *.jpg *.jpeg *.png *.tif *.tiff)"


class ChartPage(QWidget):
    """Asks again when anything of the patient changes. Nothing is typed here, so it can always be left."""

    def __init__(self, desk: Desk, patient_id: UUID) -> None:
        super().__init__()
        # No name in titles: they may show outside the window (docs/security.md).
        self.title = self.tr("Chart")
        self.setAccessibleName(self.tr("Patient chart"))
        self._desk, self._patient_id = desk, patient_id
        self.content: ChartContent | None = None
        self._stale = False
        self._banner: Banner | None = None
        self.header = PatientHeader(desk)
        self.overview = Overview(desk)
        self.visits = VisitsTab(desk)
        self.documents = DocumentsTab(desk)
        self.details = DetailsTab(desk)
        self.state = StateView("error", "")
        self.emergency = EmergencyBar(desk, patient_id)
        self._build()
        self._connect()
        # The page itself takes the keys until somebody tabs into it; it is no stop of its own.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setProperty("ownFocusEdge", True)
        self.setAcceptDrops(desk.actor.may(Permission.ATTACH_DOCUMENT))

    @property
    def patient(self) -> Patient | None:
        """Whose chart this is, once it has been read."""
        return None if self.content is None else self.content.patient

    def load(self) -> None:
        """Ask for everything the chart shows."""
        self._skeleton_timer.start()
        self.emergency.load()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.refresh()

    def refresh(self) -> None:
        """Ask again; the tab and the chosen rows stay."""
        self._stale = False
        desk = self._desk
        desk.tasks.query(
            self,
            partial(gather, desk.clinic, desk.actor, self._patient_id),
            self.show_content,
            failed=self._cannot_read,
            replaces="chart",
        )

    def can_leave(self) -> bool:
        """Always: forms live in sheets of their own."""
        return True

    def show_tab(self, tab: TabName) -> None:
        """Bring a tab to the front."""
        if tab in self._tab_pages:
            self.tabs.set_value(tab)
            self._on_tab(tab)

    def show_content(self, content: ChartContent) -> None:
        """Show the patient as they are now."""
        self._clear_banner()
        self._skeleton_timer.stop()
        self.content = content
        self.header.show_content(content)
        self.overview.show_content(content)
        self.visits.show_content(content)
        self.documents.show_content(content)
        self.details.show_content(content)
        if "visits" in self._tab_pages:
            self.tabs.set_count("visits", len(content.visits) or None)
        if "documents" in self._tab_pages:
            self.tabs.set_count("documents", len(content.documents) or None)
        if not content.patient.active:
            self._say_archived(content.patient)
        elif content.patient.restricted_at is not None:
            self.show_banner(
                self.tr("This record is restricted: it can be read, not changed and not booked for."), "warn"
            )
        self._whole.setCurrentWidget(self._chart)

    def show_banner(
        self, text: str, tone: str = "info", action: str = "", then: Callable[[], object] | None = None
    ) -> None:
        """A notice under the head; what is shown stays."""
        self._clear_banner()
        shown = "danger" if tone == "danger" else "warn" if tone == "warn" else "info"
        self._banner = Banner(text, shown, action=action, square=True)  # type: ignore[arg-type]
        if then is not None:
            self._banner.actionTriggered.connect(lambda: then())
        self._notices.addWidget(self._banner)

    def book(self) -> None:
        """Book a visit for this patient."""
        if self.patient is not None and self.patient.active and self._may(Permission.BOOK_APPOINTMENT):
            self._desk.go.book(self.patient.id)

    def choose_files(self) -> None:
        """Ask which files to add."""
        if self.patient is None or not self.patient.active or not self._may(Permission.ATTACH_DOCUMENT):
            return
        dialog = QFileDialog(self.window(), self.tr("Add documents"), "", FILTER)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(lambda names: self.add_files([Path(name) for name in names]))
        dialog.open()

    def add_files(self, files: Sequence[Path]) -> None:
        """File these with the patient; the sheet asks what each is."""
        patient = self.patient
        if patient is None or not files or not self._may(Permission.ATTACH_DOCUMENT):
            return
        if not patient.active:
            self._desk.say(self.tr("This patient is archived. The file was not added."))
            return
        AddDocumentSheet(self._desk, self, patient, files, lambda _document: None).open_layer()

    def edit(self) -> None:
        """Open the form with the patient's details."""
        if self.patient is not None and self.patient.active and self._may(Permission.EDIT_PATIENT):
            open_edit(self._desk, self, self.patient)

    def archive(self) -> None:
        """Ask for a reason and take the patient out of the lists; Undo brings them back."""
        patient = self.patient
        if patient is None or not patient.active or not self._may(Permission.ARCHIVE_PATIENT):
            return
        dialog = ReasonDialog(
            self,
            self.tr("Archive {who}?").format(who=words.two_identifiers(patient)),
            self.tr("The patient leaves lists and searches. Nothing is deleted, and it can be undone."),
            self.tr("Archive patient"),
            lambda reason: self._archive(patient, reason, dialog),
        )
        dialog.open_layer()

    def restore(self) -> None:
        """Bring an archived patient back into the lists."""
        patient = self.patient
        if patient is not None and not patient.active and self._may(Permission.ARCHIVE_PATIENT):
            self._restore(patient)

    def show_history(self) -> None:
        """Who changed what: of the patient, their visits, documents and doctors."""
        if self.patient is not None:
            self._desk.go.history("patient", self.patient.id, words.two_identifiers(self.patient))

    def show_access(self) -> None:
        """Who opened this chart."""
        if self.patient is not None and self._may(Permission.VIEW_AUDIT):
            self._desk.go.access(self.patient.id, words.two_identifiers(self.patient))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.patient is not None and self.patient.active and _local_files(event):
            event.acceptProposedAction()
            self._drop_hint.set_text(
                self.tr("Drop to add to the chart of {who}.").format(who=words.two_identifiers(self.patient))
            )
            self._drop_hint.show()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._drop_hint.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self._drop_hint.hide()
        files = _local_files(event)
        if files:
            event.acceptProposedAction()
            # The drag must end before a layer opens over the chart.
            QTimer.singleShot(0, self, lambda: self.add_files(files))

    def _build(self) -> None:
        tabs: list[tuple[object, str, int | None]] = [("overview", self.tr("Overview"), None)]
        self._tab_pages: dict[str, QWidget] = {"overview": self.overview}
        if self._may(Permission.VIEW_CALENDAR):
            tabs.append(("visits", self.tr("Visits"), None))
            self._tab_pages["visits"] = self.visits
        if self._may(Permission.LIST_DOCUMENTS):
            tabs.append(("documents", self.tr("Documents"), None))
            self._tab_pages["documents"] = self.documents
        tabs.append(("details", self.tr("Details"), None))
        self._tab_pages["details"] = self.details
        self.tabs = TabStrip(tabs, "overview", name=self.tr("Parts of the chart"))
        strip = QHBoxLayout()
        strip.setContentsMargins(12, 0, 20, 0)
        strip.addWidget(self.tabs)
        strip.addStretch(1)
        self._pages = QStackedWidget()
        for page in (self.overview, self.visits, self.documents, self.details):
            self._pages.addWidget(page)
        self._notices = QVBoxLayout()
        self._notices.setContentsMargins(0, 0, 0, 0)
        self._drop_hint = Banner("", "info", icon="file-plus", square=True)
        self._drop_hint.hide()
        self._chart = QWidget()
        column = QVBoxLayout(self._chart)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addLayout(strip)
        column.addWidget(Divider())
        column.addWidget(self.emergency)
        column.addLayout(self._notices)
        column.addWidget(self._drop_hint)
        column.addWidget(self._pages, 1)
        self.skeleton = Skeleton("text")
        waiting = QWidget()
        padded = QVBoxLayout(waiting)
        padded.setContentsMargins(20, 20, 20, 20)
        padded.addWidget(self.skeleton)
        self._whole = QStackedWidget()
        self._blank, self._waiting = QWidget(), waiting
        for widget in (self._blank, waiting, self._chart, self.state):
            self._whole.addWidget(widget)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._whole)
        self._skeleton_timer = QTimer(self, singleShot=True, interval=SKELETON_AFTER_MS)

    def _connect(self) -> None:
        self._skeleton_timer.timeout.connect(lambda: self._whole.setCurrentWidget(self._waiting))
        self.tabs.valueChanged.connect(self._on_tab)
        header = self.header
        header.bookRequested.connect(self.book)
        header.documentRequested.connect(self.choose_files)
        header.editRequested.connect(self.edit)
        header.archiveRequested.connect(self.archive)
        header.restoreRequested.connect(self.restore)
        header.historyRequested.connect(self.show_history)
        header.accessRequested.connect(self.show_access)
        header.menuOpening.connect(self._add_privacy)
        self.overview.allDocumentsRequested.connect(lambda: self.show_tab("documents"))
        self.overview.allVisitsRequested.connect(lambda: self.show_tab("visits"))
        self.documents.addRequested.connect(self.choose_files)
        self.details.editRequested.connect(self.edit)
        self._desk.live.changed.connect(self._on_changed)
        for key, act in (("B", self.book), ("U", self.choose_files), ("E", self.edit)):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    def _add_privacy(self, menu: Menu) -> None:
        if self.patient is not None:
            add_privacy(menu, self._desk, self, self.patient, words.two_identifiers(self.patient))

    def _may(self, permission: Permission) -> bool:
        return self._desk.actor.may(permission)

    def _on_tab(self, tab: object) -> None:
        self._pages.setCurrentWidget(self._tab_pages[str(tab)])

    def _archive(self, patient: Patient, reason: str, dialog: ReasonDialog) -> None:
        patients, actor = self._desk.clinic.patients, self._desk.actor
        command = ArchivePatient(id=patient.id, version=patient.version, reason=reason)

        def archived(gone: Patient) -> None:
            dialog.close_layer()
            self._desk.say(self.tr("{name} archived").format(name=gone.name), lambda: self._restore(gone))

        def refused(error: ClinicError) -> None:
            dialog.close_layer()
            errors.show(self, error)

        self._desk.tasks.change(self, lambda: patients.archive(actor, command), done=archived, failed=refused)

    def _restore(self, patient: Patient) -> None:
        patients, actor, desk = self._desk.clinic.patients, self._desk.actor, self._desk
        command = RestorePatient(id=patient.id, version=patient.version)
        text = self.tr("{name} restored").format(name=patient.name)
        desk.tasks.change(
            desk.go, lambda: patients.restore(actor, command), done=lambda _patient: desk.say(text)
        )

    def _say_archived(self, patient: Patient) -> None:
        text = self.tr("This patient is archived: {reason}").format(reason=patient.archive_reason)
        may = self._may(Permission.ARCHIVE_PATIENT)
        self.show_banner(
            text, "warn", self.tr("Restore patient") if may else "", self.restore if may else None
        )

    def _cannot_read(self, error: ClinicError) -> None:
        self._skeleton_timer.stop()
        if self.content is None:
            said = errors.words(error)
            self.state.clear_actions()
            self.state.set_state("error", said.title, said.text)
            self.state.add_action(self.tr("Try again"), self.refresh, icon="refresh-cw")
            self.state.add_action(self.tr("All patients"), lambda: self._desk.go.patients())
            self._whole.setCurrentWidget(self.state)
        else:
            errors.show(self, error, retry=self.refresh)

    def _clear_banner(self) -> None:
        if self._banner is not None:
            self._banner.hide()
            self._banner.deleteLater()
            self._banner = None

    def _on_changed(self, changes: ChangeSet) -> None:
        if not (changes.touches_patient(self._patient_id) or changes.touches("practitioner")):
            return
        if self.isVisible():
            self.refresh()
        else:
            self._stale = True


def _local_files(event: QDropEvent) -> list[Path]:
    """The files that are being dragged; folders and web addresses are left out."""
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return [path for path in paths if path.is_file()]
