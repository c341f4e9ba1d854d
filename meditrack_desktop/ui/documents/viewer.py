"""The page on which a document is read: the patient's documents, the pages, what is known of the open one."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import (
    QHideEvent,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from meditrack_desktop.domain.changes import ChangeSet
from meditrack_desktop.domain.documents import Document, DocumentClass
from meditrack_desktop.domain.errors import ClinicError, NotAllowed
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.ui import errors, theme
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.documents import page_keys
from meditrack_desktop.ui.documents.acts import DocumentActs
from meditrack_desktop.ui.documents.details import WIDTH as DETAILS_WIDTH
from meditrack_desktop.ui.documents.details import DetailPanel
from meditrack_desktop.ui.documents.document_list import WIDTH as LIST_WIDTH
from meditrack_desktop.ui.documents.document_list import DocumentList
from meditrack_desktop.ui.documents.finding_inside import FindingInside
from meditrack_desktop.ui.documents.page_content import PageContent, gather
from meditrack_desktop.ui.documents.patient_bar import PatientBar
from meditrack_desktop.ui.documents.reading_pane import ReadingPane
from meditrack_desktop.ui.documents.viewer_keys import viewer_keys
from meditrack_desktop.ui.filing.receiver import FilesReceiver
from meditrack_desktop.ui.filing.sources import chosen_on
from meditrack_desktop.ui.privacy.emergency import EmergencyBar
from meditrack_desktop.ui.privacy.given_bar import GivenBar
from meditrack_desktop.ui.widgets import Divider, SideSheet, StateView

WIDE = 1200
"""From this width of the window on, the details stand beside the pages."""
LIST_SHARE = 0.34
"""The list never takes more of the page's width than this."""

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
        self._content: PageContent | None = None
        self._document: Document | None = None
        self._opened_id: UUID | None = None
        self._refused = False
        self._loaded = False
        self._sheet: SideSheet | None = None
        self.acts = DocumentActs(desk, self, self._shown, self._ask)
        self.acts.turned = lambda: self.pane.view.quarters
        self.acts.reading = lambda: self.pane.printable()
        self.acts.readable = self._readable
        self.files = FilesReceiver(desk, self, self._whose)
        self.bar = PatientBar()
        self.bar.backRequested.connect(self.back_to_chart)
        self.bar.printRequested.connect(self.acts.print)
        self.bar.saveRequested.connect(self.acts.save_copy)
        self.bar.menuOpening.connect(self._fill_menu)
        self.list = DocumentList(desk.facts.tz)
        self.list.chosen.connect(self.open_other)
        self.list.addRequested.connect(self.files.choose)
        self.list.filesDropped.connect(lambda paths: self.files.take(chosen_on(paths)))
        self.inside = FindingInside(desk, self.list, patient_id)
        self.pane = ReadingPane(desk)
        self.pane.leaveRequested.connect(self.back_to_chart)
        self.pane.opened.connect(self._on_opened)
        self.pane.refused.connect(self._on_refused)
        self.details = DetailPanel(desk)
        self._bind_panel(self.details)
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
        self.given = GivenBar(desk, patient_id)
        column.addWidget(self.given)
        column.addWidget(self._stack, 1)
        # Shortcuts rather than key presses, since buttons take arrows for themselves.
        self.emergency.over.connect(self._access_over)
        self.given.over.connect(self._access_over)
        self._bind("Alt+Down", lambda: self.open_neighbour(1))
        self._bind("Alt+Up", lambda: self.open_neighbour(-1))
        self._bind(QKeySequence.StandardKey.Find, self.pane.focus_find)
        self._bind("F3", lambda: self.pane.finding.step(1))
        self._bind("Shift+F3", lambda: self.pane.finding.step(-1))
        self._bind(QKeySequence.StandardKey.Paste, self.files.paste)
        self._bind("Ctrl+P", self.acts.print)
        self._bind("Ctrl+S", self.acts.save_copy)
        self._bind("Ctrl+/", self.open_keys)
        desk.live.changed.connect(self._on_changed)
        theme.current().changed.connect(self._arrange)

    def load(self) -> None:
        """Ask for the patient and the documents, and open the one this page is for."""
        self._loaded = True
        self.emergency.load()
        self.given.load()
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
            self._desk.go.document(self._patient_id, document_id, self.inside.page_of(document_id))

    def open_neighbour(self, step: int) -> None:
        """The next document of the list (1) or the one before (-1)."""
        found = self.list.neighbour(step)
        if found is not None:
            self.open_other(found)

    def open_details(self) -> None:
        """The details as a side sheet, in windows too narrow to show them all the time."""
        if self._document is None or self._content is None:
            return
        sheet = SideSheet(self, self.tr("Details"), width=340)
        panel = DetailPanel(self._desk, in_sheet=True)
        panel.show_document(self._document, self._content, readable=self._readable())
        for request in (panel.deleteRequested, panel.editRequested, panel.reviewRequested):
            request.connect(sheet.close_layer)
        for request in (panel.documentRequested, panel.visitRequested):
            request.connect(sheet.close_layer)
        self._bind_panel(panel)
        if (box := self.pane.study_box()) is not None:
            sheet.body.addWidget(box)
        sheet.body.addWidget(panel)
        sheet.closed.connect(self._sheet_closed)
        self._sheet = sheet
        sheet.open_layer()

    def open_keys(self) -> None:
        """The keys that count here."""
        dicom = self._document is not None and self._document.media_type.is_dicom
        viewer_keys(self, dicom=dicom).open_layer()

    def ask_delete(self) -> None:
        """Ask for the reason and put the document into the bin."""
        self.acts.delete()

    def event(self, event: QEvent) -> bool:
        # The window means the text size by these keys; here they mean the pages.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and page_keys.zooms(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.setAccepted(page_keys.act_on(self, event))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._arrange()
        if self._loaded and not event.spontaneous():
            self.given.load()
            self.inside.look_again()
            self._ask()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():
            self.pane.release()
            self.inside.forget()
            self.details.put_above(None)
            self._document = None
            self._opened_id = None

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _bind(self, keys: str | QKeySequence.StandardKey, then: Callable[[], object]) -> None:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(lambda: then())

    def _ask(self) -> None:
        clinic, actor = self._desk.clinic, self._desk.actor
        patient_id, document_id = self._patient_id, self._document_id
        self._desk.tasks.query(
            self,
            lambda: gather(clinic, actor, patient_id, document_id),
            self._show,
            failed=self._cannot_list,
            replaces="list",
        )

    def _show(self, content: PageContent) -> None:
        if not self.isVisible():
            return  # it is asked anew once it is shown; till then it holds nothing
        self._content = content
        self._stack.setCurrentIndex(0)
        self.bar.show_patient(content.patient, self._desk.today())
        self.bar.show_allergies(content.allergies)
        self.list.show_waiting(content.waiting)
        self.list.offer_adding(self.files.takes())
        actor = self._desk.actor
        locked = [one.id for one in content.documents if not actor.may(_MAY_OPEN[one.document_class])]
        self.list.show_documents(content.documents, content.binned, frozenset(locked))
        self.list.mark(self._document_id)
        self.pane.offer_pictures([one for one in content.documents if one.id not in locked])
        self._show_document(content.document(self._document_id), content)

    def _show_document(self, document: Document | None, content: PageContent) -> None:
        before, self._document = self._document, document
        if document is None:
            self.details.show_nothing()
            self.pane.show_state(
                "error",
                self.tr("This document is no longer in the chart"),
                self.tr("Choose another one from the list."),
            )
            return
        if document.deleted_at is not None:
            self._show_binned(document)
        elif self.isVisible() and (before is None or before.deleted_at is not None):
            self._refused = False
            self.pane.show_document(document)
        self.details.show_document(document, content, readable=self._readable())

    def _show_binned(self, document: Document) -> None:
        text = self.tr("It was deleted and can no longer be read here. Reason: {reason}").format(
            reason=document.delete_reason
        )
        self._opened_id = None
        self.bar.offer_handing_out(prints=False, saves=False)
        self.pane.show_state("empty", self.tr("This document is in the bin"), text, "trash-2")
        if self._desk.actor.may(Permission.DELETE_DOCUMENT):
            self.pane.state.add_action(
                self.tr("Take out of the bin"), lambda: self.acts.restore(document), icon="archive-restore"
            )

    def _on_opened(self) -> None:
        """The document is open: what only readers may do can be done now."""
        if self._document is not None and self._content is not None:
            self._opened_id, self._refused = self._document.id, False
            page = self._desk.go.page_of(self._document.id)
            if page > 1:
                self.pane.view.go_to(page - 1)
            may = self.acts.may_hand_out()
            self.bar.offer_handing_out(prints=may and self.pane.printable() is not None, saves=may)
            self.details.show_document(self._document, self._content, readable=True)
            self.details.put_above(self.pane.study_box())

    def _on_refused(self) -> None:
        """What cannot be read can neither be handed out nor reviewed."""
        self._opened_id, self._refused = None, True
        self.bar.offer_handing_out(prints=False, saves=False)
        if self._document is not None and self._content is not None:
            self.details.show_document(self._document, self._content, readable=False)

    def _access_over(self) -> None:
        """What only a leave opened leaves the screen with it; who may read it by right has it again at once."""
        self.inside.forget()
        self.inside.look_again()
        document = self._document
        # One that is just being opened was let in by the access that is over, too.
        if document is not None and document.deleted_at is None and not self._refused:
            self._opened_id = None
            self.bar.offer_handing_out(prints=False, saves=False)
            self.pane.show_document(document)

    def _shown(self) -> tuple[Document, PageContent] | None:
        if self._document is None or self._content is None:
            return None
        return self._document, self._content

    def _readable(self) -> bool:
        return self._document is not None and self._opened_id == self._document.id

    def _whose(self) -> Patient | None:
        """With whom files dropped here are filed."""
        content = self._content
        return content.patient if content is not None and content.open_to_change else None

    def _bind_panel(self, panel: DetailPanel) -> None:
        panel.deleteRequested.connect(self.acts.delete)
        panel.editRequested.connect(self.acts.edit)
        panel.linkRequested.connect(self.acts.link)
        panel.reviewRequested.connect(self.acts.review)
        panel.documentRequested.connect(self.open_other)
        panel.visitRequested.connect(lambda visit: self._desk.go.calendar(visit.wall_start.date(), visit.id))

    def _fill_menu(self) -> None:
        menu = self.bar.acts
        if self.details.isHidden() and self._document is not None:
            menu.add(self.tr("Details"), self.open_details, icon="panel-right")
        hidden = self.list.isHidden()
        words = self.tr("Show the list of documents") if hidden else self.tr("Hide the list of documents")
        menu.add(words, self._toggle_list, icon="panel-left")
        menu.addSeparator()
        self.acts.fill(menu, pages=self.pane.showing_pages())
        menu.addSeparator()
        menu.add(self.tr("Keys"), self.open_keys, icon="keyboard", key="Ctrl /")

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
        room = self.width() - beside - (self.details.width() if wide else 0)
        self.pane.fit_into(room, details_beside=wide)
        self.details.setVisible(wide)
        self._details_line.setVisible(wide)
        self.bar.fit_into(self.width())
        if wide and self._sheet is not None:
            self._sheet.close_layer()

    def _sheet_closed(self) -> None:
        self._sheet = None
