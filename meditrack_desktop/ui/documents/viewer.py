"""The page on which a document is read: the patient's documents, the pages, what is known of the open one."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from meditrack_desktop.domain.changes import ChangeSet
from meditrack_desktop.domain.documents import DeleteDocument, Document, DocumentClass, RestoreDocument
from meditrack_desktop.domain.errors import ClinicError, NotAllowed
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.ui import errors, theme
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.documents.delete_dialog import DeleteDialog
from meditrack_desktop.ui.documents.details import WIDTH as DETAILS_WIDTH
from meditrack_desktop.ui.documents.details import DetailPanel
from meditrack_desktop.ui.documents.document_list import WIDTH as LIST_WIDTH
from meditrack_desktop.ui.documents.document_list import DocumentList
from meditrack_desktop.ui.documents.patient_bar import PatientBar
from meditrack_desktop.ui.documents.reading_pane import ReadingPane
from meditrack_desktop.ui.privacy.emergency import EmergencyBar
from meditrack_desktop.ui.widgets import Divider, SideSheet, StateView

WIDE = 1200
"""From this width of the window on, the details stand beside the pages."""
LIST_SHARE = 0.34
"""The list never takes more of the page's width than this."""

_PLAIN = Qt.KeyboardModifier.NoModifier
_CTRL = Qt.KeyboardModifier.ControlModifier
_MAY_OPEN = {
    DocumentClass.CLINICAL: Permission.OPEN_CLINICAL_DOCUMENT,
    DocumentClass.ADMINISTRATIVE: Permission.OPEN_ADMINISTRATIVE_DOCUMENT,
}


class DocumentPage(QWidget):
    """One document of one patient; another one is another page, so that back and forward work.

    While the page is hidden (another page, the lock) it holds nothing of the document.
    """

    def __init__(self, desk: Desk, patient_id: UUID, document_id: UUID) -> None:
        super().__init__()
        self.title = self.tr("Document")
        self.setAccessibleName(self.title)
        self._desk, self._patient_id, self._document_id = desk, patient_id, document_id
        self._patient: Patient | None = None
        self._document: Document | None = None
        self._loaded = False
        self._sheet: SideSheet | None = None
        may_delete = desk.actor.may(Permission.DELETE_DOCUMENT)
        self.bar = PatientBar()
        self.bar.backRequested.connect(self.back_to_chart)
        self.bar.detailsRequested.connect(self.open_details)
        self.list = DocumentList(desk.facts.tz)
        self.list.chosen.connect(self.open_other)
        self.pane = ReadingPane(desk)
        self.pane.leaveRequested.connect(self.back_to_chart)
        self.pane.listToggled.connect(self._toggle_list)
        self.details = DetailPanel(desk.facts.tz, may_delete=may_delete)
        self.details.deleteRequested.connect(self.ask_delete)
        self.refused = StateView("no_permission", "")
        self._list_line, self._details_line = Divider(vertical=True), Divider(vertical=True)
        room = QWidget()
        row = QHBoxLayout(room)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.list)
        row.addWidget(self._list_line)
        row.addWidget(self.pane, 1)
        row.addWidget(self._details_line)
        row.addWidget(self.details)
        self.list.setFixedWidth(0)
        for widget in (self.details, self._details_line):
            widget.setVisible(False)
        self._stack = QStackedWidget()
        self._stack.addWidget(room)
        self._stack.addWidget(self.refused)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(Divider())
        self.emergency = EmergencyBar(desk, patient_id)
        column.addWidget(self.emergency)
        column.addWidget(self._stack, 1)
        # Shortcuts rather than key presses, since buttons take arrows for themselves.
        self._bind("Alt+Down", lambda: self.open_neighbour(1))
        self._bind("Alt+Up", lambda: self.open_neighbour(-1))
        self._bind(QKeySequence.StandardKey.Find, self.pane.focus_find)
        self._bind("F3", lambda: self.pane.step_hit(1))
        self._bind("Shift+F3", lambda: self.pane.step_hit(-1))
        desk.live.changed.connect(self._on_changed)
        theme.current().changed.connect(self._arrange)

    def load(self) -> None:
        """Ask for the patient and the documents, and open the one this page is for."""
        self._loaded = True
        self.emergency.load()
        self._ask()
        self.pane.focus_pages()

    def refresh(self) -> None:
        """Ask again; the open document stays where it is."""
        self._ask()

    def can_leave(self) -> bool:
        return True

    def back_to_chart(self) -> None:
        """The patient's chart."""
        self._desk.go.patient(self._patient_id)

    def open_other(self, document_id: UUID) -> None:
        """Read another document of the patient."""
        if document_id == self._document_id:
            self.pane.focus_pages()
        else:
            self._desk.go.document(self._patient_id, document_id)

    def open_neighbour(self, step: int) -> None:
        """The next document of the list (1) or the one before (-1)."""
        found = self.list.neighbour(step)
        if found is not None:
            self.open_other(found)

    def open_details(self) -> None:
        """The details as a side sheet, in windows too narrow to show them all the time."""
        if self._document is None:
            return
        sheet = SideSheet(self, self.tr("Details"), width=340)
        panel = DetailPanel(
            self._desk.facts.tz, may_delete=self._desk.actor.may(Permission.DELETE_DOCUMENT), in_sheet=True
        )
        panel.show_document(self._document)
        panel.deleteRequested.connect(sheet.close_layer)
        panel.deleteRequested.connect(self.ask_delete)
        sheet.body.addWidget(panel)
        sheet.closed.connect(self._sheet_closed)
        self._sheet = sheet
        sheet.open_layer()

    def ask_delete(self) -> None:
        """Ask for the reason and put the document into the bin."""
        if self._document is not None and self._desk.actor.may(Permission.DELETE_DOCUMENT):
            whose = self._patient.name if self._patient is not None else ""
            DeleteDialog(self, self._document, whose, self._delete).open_layer()

    def event(self, event: QEvent) -> bool:
        # The window means the text size by these keys; here they mean the pages.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _zooms(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.setAccepted(self._act_on(event))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._arrange()
        if self._loaded and not event.spontaneous():
            self._ask()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():
            self.pane.release()
            self._document = None

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _bind(self, keys: str | QKeySequence.StandardKey, then: Callable[[], object]) -> None:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(lambda: then())

    def _act_on(self, event: QKeyEvent) -> bool:
        key, held = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        view = self.pane.view
        if key == Qt.Key.Key_Escape:
            self.back_to_chart()
        elif held == _PLAIN and key in (Qt.Key.Key_BracketRight, Qt.Key.Key_BracketLeft):
            self.open_neighbour(1 if key == Qt.Key.Key_BracketRight else -1)
        elif _zooms(event):
            if view.count:
                view.act_on(Qt.Key(key))
        elif held == _PLAIN and key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            return view.act_on(Qt.Key(key))
        else:
            return False
        return True

    def _ask(self) -> None:
        clinic, actor, patient_id = self._desk.clinic, self._desk.actor, self._patient_id

        def work() -> tuple[Patient, tuple[Document, ...]]:
            patient = clinic.patients.get(actor, patient_id)
            return patient, clinic.documents.of_patient(actor, patient_id, include_deleted=True)

        self._desk.tasks.query(self, work, self._show, failed=self._cannot_list, replaces="list")

    def _show(self, found: tuple[Patient, tuple[Document, ...]]) -> None:
        self._patient, documents = found
        self._stack.setCurrentIndex(0)
        self.bar.show_patient(self._patient, self._desk.today())
        kept = [document for document in documents if document.deleted_at is None]
        actor = self._desk.actor
        self.list.show_documents(
            kept,
            frozenset(one.id for one in kept if not actor.may(_MAY_OPEN[one.document_class])),
        )
        self.list.mark(self._document_id)
        self._show_document(next((one for one in documents if one.id == self._document_id), None))

    def _show_document(self, document: Document | None) -> None:
        before, self._document = self._document, document
        if document is None:
            self.details.show_nothing()
            self.pane.show_state(
                "error",
                self.tr("This document is no longer in the chart"),
                self.tr("Choose another one from the list."),
            )
            return
        self.details.show_document(document)
        if document.deleted_at is not None:
            self._show_binned(document)
        elif self.isVisible() and (before is None or before.deleted_at is not None):
            self.pane.show_document(document)

    def _show_binned(self, document: Document) -> None:
        text = self.tr("It was deleted and can no longer be read here. Reason: {reason}").format(
            reason=document.delete_reason
        )
        self.pane.show_state("empty", self.tr("This document is in the bin"), text, "trash-2")
        if self._desk.actor.may(Permission.DELETE_DOCUMENT):
            self.pane.state.add_action(
                self.tr("Take out of the bin"), lambda: self._restore(document), icon="archive-restore"
            )

    def _delete(self, command: DeleteDocument) -> None:
        documents, actor = self._desk.clinic.documents, self._desk.actor
        self._desk.tasks.change(self, lambda: documents.delete(actor, command), done=self._deleted)

    def _deleted(self, document: Document) -> None:
        self._desk.say(
            self.tr("{title} deleted").format(title=document.title), lambda: self._restore(document)
        )
        self._ask()

    def _restore(self, document: Document) -> None:
        documents, desk = self._desk.clinic.documents, self._desk
        command = RestoreDocument(id=document.id, version=document.version)
        desk.tasks.change(self, lambda: documents.restore(desk.actor, command), done=self._restored)

    def _restored(self, document: Document) -> None:
        self._desk.say(self.tr("{title} taken out of the bin").format(title=document.title))
        self._ask()

    def _cannot_list(self, error: ClinicError) -> None:
        if self._document is not None:
            errors.show(self, error, retry=self.refresh)
            return
        words = errors.words(error)
        refused = isinstance(error, NotAllowed)
        self.refused.clear_actions()
        self.refused.set_state("no_permission" if refused else "error", words.title, words.text)
        self.refused.add_action(self.tr("Try again"), self.refresh, icon="refresh-cw")
        self._stack.setCurrentIndex(1)

    def _on_changed(self, changes: ChangeSet) -> None:
        if self._loaded and self.isVisible() and changes.touches_patient(self._patient_id):
            self._ask()

    def _toggle_list(self) -> None:
        shown = not self.list.isVisible()
        self.list.setVisible(shown)
        self._list_line.setVisible(shown)
        self._arrange()

    def _arrange(self) -> None:
        current = theme.current()
        # Large text needs the room that a narrow window lacks.
        wide = self.window().width() >= WIDE * current.scale
        self.list.setFixedWidth(min(current.px(LIST_WIDTH), round(self.width() * LIST_SHARE)))
        self.details.setFixedWidth(current.px(DETAILS_WIDTH))
        beside = self.list.width() if not self.list.isHidden() else 0
        self.pane.bar.fit_into(self.width() - beside - (self.details.width() if wide else 0))
        self.details.setVisible(wide)
        self._details_line.setVisible(wide)
        self.bar.details.setVisible(not wide)
        if wide and self._sheet is not None:
            self._sheet.close_layer()

    def _sheet_closed(self) -> None:
        self._sheet = None


def _zooms(event: QKeyEvent) -> bool:
    keys = (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus, Qt.Key.Key_0)
    return bool(event.modifiers() & _CTRL) and event.key() in keys
