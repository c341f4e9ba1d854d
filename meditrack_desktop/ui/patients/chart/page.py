"""A patient's chart: head, tabs and their content. Files dropped anywhere on it are filed with the patient."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Literal, Protocol, cast
from uuid import UUID

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QKeySequence,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from meditrack_desktop.domain.changes import ChangeSet
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.filing.add_sheet import AddDocumentSheet
from meditrack_desktop.ui.filing.sources import (
    ChosenFile,
    choose_files,
    chosen_on,
    local_paths,
    pasted_on,
)
from meditrack_desktop.ui.patients import words
from meditrack_desktop.ui.patients.chart.acts import ChartActs
from meditrack_desktop.ui.patients.chart.details_tab import DetailsTab
from meditrack_desktop.ui.patients.chart.overview import Overview
from meditrack_desktop.ui.patients.chart.patient_header import PatientHeader
from meditrack_desktop.ui.patients.chart_content import ChartContent, gather_chart
from meditrack_desktop.ui.patients.documents_tab import DocumentsTab
from meditrack_desktop.ui.patients.twins.merged_banner import MergedBanners
from meditrack_desktop.ui.patients.visits_tab import VisitsTab
from meditrack_desktop.ui.privacy.emergency import EmergencyBar
from meditrack_desktop.ui.privacy.given_bar import GivenBar
from meditrack_desktop.ui.widgets import Banner, Divider, Skeleton, StateView, TabStrip

SKELETON_AFTER_MS = 200
TabName = Literal["overview", "visits", "documents", "details", "access"]


class AccessView(Protocol):
    """Who opened the chart: made by the room of the audit log, which this one does not know."""

    def set_name(self, name: str) -> None:
        """Whose chart it is, by two identifiers."""


MakeAccess = Callable[[Desk, UUID], QWidget | None]


class ChartPage(QWidget):
    """One patient's, from its making to its end. Asks again when anything of the patient changes.

    Notes are kept as they are typed; everything else is typed in sheets of its own. `own_window` says that it
    stands in a window beside the desk's.
    """

    def __init__(
        self,
        desk: Desk,
        patient_id: UUID,
        make_access: MakeAccess | None = None,
        *,
        own_window: bool = False,
    ) -> None:
        super().__init__()
        # No name in titles: they may show outside the window (docs/security.md).
        self.title = self.tr("Chart")
        self.setAccessibleName(self.tr("Patient chart"))
        self._desk, self._patient_id = desk, patient_id
        self.content: ChartContent | None = None
        self._stale = False
        self._banner: Banner | None = None
        self.header = PatientHeader(desk, own_window=own_window)
        self.overview = Overview(desk, patient_id)
        self.visits = VisitsTab(desk)
        self.documents = DocumentsTab(desk)
        self.details = DetailsTab(desk)
        self.access = make_access(desk, patient_id) if make_access is not None else None
        self.state = StateView("error", "")
        self.emergency = EmergencyBar(desk, patient_id)
        self.given = GivenBar(desk, patient_id)
        self.merges = MergedBanners(desk, patient_id)
        self.acts = ChartActs(desk, self, lambda: self.content)
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

    @property
    def patient_id(self) -> UUID:
        return self._patient_id

    def load(self) -> None:
        """Ask for everything the chart shows."""
        self._skeleton_timer.start()
        self.emergency.load()
        self.given.load()
        self.merges.load()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.refresh()
        self._tell_opened()

    def refresh(self) -> None:
        """Ask again; the tab and the chosen rows stay."""
        self._stale = False
        desk = self._desk
        desk.tasks.query(
            self,
            partial(gather_chart, desk.clinic, desk.actor, self._patient_id),
            self.show_content,
            failed=self._cannot_read,
            replaces="chart",
        )

    def can_leave(self) -> bool:
        """Unless a note could not be kept: everything else is typed in sheets."""
        return self.overview.note.flush()

    def show_tab(self, tab: TabName) -> None:
        """Bring a tab to the front."""
        if tab in self._tab_pages:
            self.tabs.set_value(tab)
            self._on_tab(tab)

    def show_content(self, content: ChartContent) -> None:
        """Show the patient as they are now. Somebody else's is never shown here, whoever hands it over."""
        if content.patient.id != self._patient_id:
            return
        self._clear_banner()
        self._skeleton_timer.stop()
        self.content = content
        parts = (self.header, self.overview, self.visits, self.documents, self.details)
        for part in parts:
            part.show_content(content)
        if self.access is not None:
            cast("AccessView", self.access).set_name(words.two_identifiers(content.patient))
        if self.acts.allergies is not None:
            self.acts.allergies.show_content(content)
        for tab, count in (("visits", len(content.visits)), ("documents", len(content.documents))):
            if tab in self._tab_pages:
                self.tabs.set_count(tab, count or None)
        self._say_standing(content)
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

    def choose_files(self) -> None:
        """Ask which files to add."""
        content = self.content
        if content is None or not content.open_to_change or not self._may(Permission.ATTACH_DOCUMENT):
            return
        choose_files(self, self.add_files)

    def paste(self) -> None:
        """Add what is on the clipboard: files, or a picture."""
        self.add_files(pasted_on(QGuiApplication.clipboard().mimeData()))

    def add_files(self, files: Sequence[Path | ChosenFile]) -> None:
        """File these with the patient; the sheet asks what each is."""
        content = self.content
        if content is None or not files or not self._may(Permission.ATTACH_DOCUMENT):
            return
        if not content.open_to_change:
            self._desk.say(self.tr("This record is closed. The file was not added."))
            return
        AddDocumentSheet(self._desk, self, content.patient, files).open_layer()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        content = self.content
        if content is not None and content.open_to_change and local_paths(event.mimeData()):
            event.acceptProposedAction()
            self._drop_hint.set_text(
                self.tr("Drop to add to the chart of {who}.").format(
                    who=words.two_identifiers(content.patient)
                )
            )
            self._drop_hint.show()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._drop_hint.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self._drop_hint.hide()
        files = chosen_on(local_paths(event.mimeData()))
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
        if self.access is not None:
            tabs.append(("access", self.tr("Access log"), None))
            self._tab_pages["access"] = self.access
        self.tabs = TabStrip(tabs, "overview", name=self.tr("Parts of the chart"))
        strip = QHBoxLayout()
        strip.setContentsMargins(12, 0, 20, 0)
        strip.addWidget(self.tabs)
        strip.addStretch(1)
        self._pages = QStackedWidget()
        for page in (self.overview, self.visits, self.documents, self.details, self.access):
            if page is not None:
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
        column.addWidget(self.given)
        column.addWidget(self.merges)
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
        header, acts, overview = self.header, self.acts, self.overview
        header.bookRequested.connect(acts.book)
        header.documentRequested.connect(self.choose_files)
        header.editRequested.connect(acts.edit)
        header.checkInRequested.connect(self._check_in)
        header.archiveRequested.connect(acts.archive)
        header.restoreRequested.connect(acts.restore)
        header.historyRequested.connect(acts.show_history)
        header.accessRequested.connect(acts.show_access)
        header.allergiesRequested.connect(acts.show_allergies)
        header.keptRequested.connect(acts.open_kept)
        header.windowRequested.connect(self._open_own_window)
        header.menuOpening.connect(acts.fill_menu)
        overview.allDocumentsRequested.connect(lambda: self.show_tab("documents"))
        overview.allVisitsRequested.connect(lambda: self.show_tab("visits"))
        overview.allergiesRequested.connect(acts.show_allergies)
        overview.timeline.amendRequested.connect(overview.note.amend)
        overview.timeline.wrongRequested.connect(acts.mark_note_wrong)
        self.documents.addRequested.connect(self.choose_files)
        self.details.editRequested.connect(acts.edit)
        self.emergency.over.connect(self.refresh)
        self.given.over.connect(self.refresh)
        self._desk.live.changed.connect(self._on_changed)
        keys: tuple[tuple[str, Callable[[], object]], ...] = (
            ("A", acts.show_allergies),
            ("B", acts.book),
            ("C", self._check_in),
            ("U", self.choose_files),
            ("Ctrl+V", self.paste),
            ("E", acts.edit),
            ("N", self._write_note),
            ("O", self._open_newest),
            ("Ctrl+P", acts.print),
            ("Ctrl+Shift+Return", self._open_own_window),
            ("Ctrl+Shift+Enter", self._open_own_window),
        )
        for key, act in keys:
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    def _check_in(self) -> None:
        self._desk.go.check_in(self._patient_id)

    def _open_own_window(self) -> None:
        if not self.header.in_own_window:
            self._desk.go.chart_window(self._patient_id)

    def _open_newest(self) -> None:
        self._desk.go.newest_document(self._patient_id)

    def _write_note(self) -> None:
        note = self.overview.note
        if note.isVisibleTo(self.overview):
            self.show_tab("overview")
            note.text.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _may(self, permission: Permission) -> bool:
        return self._desk.actor.may(permission)

    def _on_tab(self, tab: object) -> None:
        self._pages.setCurrentWidget(self._tab_pages[str(tab)])

    def _say_standing(self, content: ChartContent) -> None:
        """Why nothing can be changed here, if that is so."""
        patient = content.patient
        if patient.merged_into is not None:
            who = words.two_identifiers(content.kept) if content.kept is not None else ""
            text = self.tr("This record was merged into that of {who}. It can be read, not changed.")
            self.show_banner(
                text.format(who=who), "warn", self.tr("Open the kept chart"), self.acts.open_kept
            )
        elif not patient.active:
            text = self.tr("This patient is archived: {reason}").format(reason=patient.archive_reason)
            may = self._may(Permission.ARCHIVE_PATIENT)
            act = self.tr("Restore patient") if may else ""
            self.show_banner(text, "warn", act, self.acts.restore if may else None)
        elif patient.restricted_at is not None:
            self.show_banner(
                self.tr("This record is restricted: it can be read, not changed and not booked for."), "warn"
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

    def _tell_opened(self) -> None:
        """This patient comes first when somebody is looked for next."""
        patients, actor = self._desk.clinic.patients, self._desk.actor
        self._desk.tasks.change(
            self, lambda: patients.opened(actor, self._patient_id), failed=lambda _error: None
        )

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
