"""The middle of the page: a document's pages, or what stands in their place, and the work behind them.

Opening, measuring, drawing, reading and searching happen in a lane.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from meditrack_desktop.domain.documents import Document
from meditrack_desktop.domain.errors import ClinicError, ErrorCode, NotAllowed
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.documents.beside import Beside
from meditrack_desktop.ui.documents.compare import ComparePane
from meditrack_desktop.ui.documents.copying import Copying
from meditrack_desktop.ui.documents.finding import Finding
from meditrack_desktop.ui.documents.look import Look, PagesLook, look_again, pages_look
from meditrack_desktop.ui.documents.page_feed import PageFeed
from meditrack_desktop.ui.documents.page_strip import PageStrip
from meditrack_desktop.ui.documents.page_view import PageView
from meditrack_desktop.ui.documents.pages import Printable
from meditrack_desktop.ui.documents.password_panel import PasswordPanel
from meditrack_desktop.ui.documents.reading import NotShown, Opened, Opens, Outcome, PasswordAsked, Reading
from meditrack_desktop.ui.documents.tool_bar import ViewerBar
from meditrack_desktop.ui.privacy.emergency import may_open, open_in_emergency
from meditrack_desktop.ui.widgets import Button, Divider, StateView, announce
from meditrack_desktop.ui.widgets.feedback import StateKind

if TYPE_CHECKING:
    from meditrack_desktop.ui.documents.dicom.image_look import ImageLook
    from meditrack_desktop.ui.documents.dicom.pane import DicomPane
    from meditrack_desktop.ui.documents.dicom.study_box import StudyBox


class ReadingPane(QWidget):
    """`show_document` opens one and lets go of the one before; `release` lets go of all it holds.

    `leaveRequested` comes from the states that offer the way back to the chart.
    """

    leaveRequested = Signal()
    refused = Signal()
    """What was open, if anything, is not any more."""
    opened = Signal()
    """The bytes are there: as pages, or behind the file's own password, or of a kind that cannot be drawn."""

    def __init__(self, desk: Desk, parent: QWidget | None = None, *, documents: Opens | None = None) -> None:
        """`documents` opens what is shown, where that is no patient's document yet."""
        super().__init__(parent)
        self._desk = desk
        self._documents: Opens = documents or desk.clinic.documents
        self._reading: Reading | None = None
        self._document: Document | None = None
        self._look: Look | None = None
        self._strip_wanted = False
        self.dicom: DicomPane | None = None
        self._room = 0, False
        self.view = PageView()
        self.strip = PageStrip()
        self.strip.hide()
        self.strip.chosen.connect(self.view.go_to)
        self.view.pageChanged.connect(self._name_view)
        self.bar = ViewerBar(self.view)
        self.bar.stripToggled.connect(self.toggle_strip)
        self.feed = PageFeed(desk.tasks, self.view, self.strip)
        self.feed.failed.connect(self.show_refusal)
        self.finding = Finding(desk.tasks, self.view, self.bar)
        self.finding.failed.connect(self.show_refusal)
        self.copying = Copying(desk, self.view)
        self.copying.failed.connect(self.show_refusal)
        self.password = PasswordPanel()
        self.password.given.connect(self._open)
        self.state = StateView("error", "")
        self._waiting = QWidget()
        # Holds the focus for the pages until they are there.
        self._waiting.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._waiting.setProperty("ownFocusEdge", True)
        self.shown = QWidget()
        self.row = QHBoxLayout(self.shown)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(0)
        self.row.addWidget(self.strip)
        self.row.addWidget(self.view, 1)
        self.beside = Beside(desk, self.view, self.row, self.bar)
        self.stack = QStackedWidget()
        for widget in (self._waiting, self.shown, self.password, self.state):
            self.stack.addWidget(widget)
        self._line = Divider()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self._line)
        column.addWidget(self.stack, 1)
        self._box = _Box()
        self.destroyed.connect(partial(_close_all, self._box))

    @property
    def compare(self) -> ComparePane | None:
        """The second picture, while one stands beside the pages."""
        return self.beside.pane

    @property
    def reading(self) -> Reading | None:
        """What is open now."""
        return self._reading

    def show_document(self, document: Document) -> None:
        """Open it from its first page, or as the same person looked at it when it left sight."""
        self.release()
        self._document = document
        if self._look is not None and not self._look.of(document.id, self._desk.actor.account_id):
            self._look = None
        if document.media_type.is_dicom:
            self._show_dicom(document)
        else:
            self._read(document)

    def _read(self, document: Document) -> None:
        tasks = self._desk.tasks
        self._reading = Reading(
            self._documents,
            self._desk.actor,
            document.id,
            lambda work: tasks.query(tasks, work, lambda _: None),
        )
        self._box.reading = self._reading
        self._open("")

    def release(self) -> None:
        """Close the document and forget every picture of it; how it was looked at is kept."""
        self._keep_look()
        self.finding.begin(None)
        self.copying.begin(None)
        self.feed.end()
        self.beside.end()
        if self.dicom is not None:
            self.dicom.release()
        self.show_bar(True)
        if self._reading is not None:
            self._reading.close()
            self._reading = self._box.reading = None
        self.bar.begin(searchable=False)
        self.password.ask(wrong=False, keys=False)
        self._bring(self._waiting)

    def show_state(self, kind: StateKind, title: str, text: str, icon: str = "") -> None:
        """Words in place of pages; with the way back."""
        self.release()
        self.state.clear_actions()
        self.state.set_state(kind, title, text, icon=icon)
        self.state.add_action(self.tr("Back to the chart"), self.leaveRequested.emit, icon="arrow-left")
        self._bring(self.state)
        announce(self, title)

    def show_refusal(self, error: ClinicError) -> None:
        """Why it cannot be shown, and who can help."""
        self._say_refusal(error)
        self.refused.emit()

    def _say_refusal(self, error: ClinicError) -> None:
        document = self._document
        if document is not None and may_open(self._desk, error):
            words = errors.words(error)
            self.show_state("no_permission", words.title, words.text)
            self.state.add_action(
                self.tr("Open as an emergency…"),
                lambda: open_in_emergency(self._desk, self, document.patient_id, lambda _a: self._again()),
                icon="shield-alert",
            )
            return
        if isinstance(error, NotAllowed):
            self.show_state(
                "no_permission",
                self.tr("This document is for those who treat the patient"),
                self.tr(
                    "Your role may see that it is here, not what is in it. Ask the patient's doctor, or have an "
                    "administrator give your role the right."
                ),
            )
            return
        words = errors.words(error)
        self.show_state("error", words.title, words.text, "file-lock" if _locked(error) else "")
        if not _final(error):
            self.state.add_action(self.tr("Try again"), self._again, kind="primary", icon="refresh-cw")

    def ask_password(self, *, wrong: bool) -> None:
        """Ask for the document's own password where its pages would be."""
        at = QApplication.focusWidget()
        # A list that is walked through with the arrows keeps them.
        keys = wrong or at is None or not at.isEnabled() or self.isAncestorOf(at)
        self._bring(self.password)
        self.password.ask(wrong=wrong, keys=keys)

    def focus_find(self) -> None:
        """Put the cursor into the search, if this document has words."""
        if self.bar.search.isVisible():
            self.bar.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.bar.search.selectAll()

    def focus_pages(self) -> None:
        """Have the keys of the viewer work."""
        shown = self.stack.currentWidget()
        if shown is self.password:
            self.password.password.setFocus(Qt.FocusReason.OtherFocusReason)
        elif shown is self.state:
            next(iter(self.state.findChildren(Button)), self.state).setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.dicom is not None and shown is self.dicom:
            self.dicom.focus_image()
        elif shown is self.shown:
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)
        elif shown is not None:
            shown.setFocus(Qt.FocusReason.OtherFocusReason)

    def showing_pages(self) -> bool:
        """Whether pages are there, rather than words in their place."""
        return self.stack.currentWidget() is self.shown

    def study_box(self) -> StudyBox | None:
        """What stands above the details of a DICOM document; None for any other."""
        return self.dicom.study_box() if self.dicom is not None else None

    def fit_into(self, width: int, *, details_beside: bool = False) -> None:
        """How wide the pane will be, and whether the details stand beside it."""
        self._room = width, details_beside
        self.bar.fit_into(width)
        if self.dicom is not None:
            self.dicom.fit_into(width, said_beside=details_beside)

    def printable(self) -> Printable | None:
        """What is seen, for paper: all pages of a document, one image of a study; None for words in their place."""
        if self.dicom is not None and self.stack.currentWidget() is self.dicom:
            return self.dicom.printed()
        return self._reading if self.showing_pages() else None

    def toggle_strip(self) -> None:
        """Show or hide the pages small at the left."""
        self._strip_wanted = not self._strip_wanted
        self.strip.setVisible(self._strip_wanted and self.view.count > 1)
        self.strip.mark(self.view.page)

    def offer_pictures(self, documents: Sequence[Document]) -> None:
        """Pictures of the same patient that can stand beside the open one."""
        self.beside.offer(documents)

    def _show_dicom(self, document: Document) -> None:
        if self.dicom is None:
            # Its libraries are loaded with the first document that needs them.
            from meditrack_desktop.ui.documents.dicom.pane import DicomPane

            self.dicom = DicomPane(self._desk, self._documents)
            self.dicom.opened.connect(self.opened)
            self.dicom.refused.connect(self.show_refusal)
            self.dicom.wrapsPdf.connect(self._read_wrapped)
            self.stack.addWidget(self.dicom)
            self.fit_into(self._room[0] or self.width(), details_beside=self._room[1])
        self.show_bar(False)
        self._bring(self.dicom)
        at = self._look.at if self._look is not None else None
        self.dicom.show_document(document, None if isinstance(at, PagesLook) else at)

    def _read_wrapped(self) -> None:
        """The DICOM document is a PDF inside: it is read as one."""
        document = self._document
        if document is not None and self.dicom is not None:
            self.release()
            self._read(document)

    def show_bar(self, on: bool) -> None:
        """Whether there is something to turn its pages of."""
        self.bar.setVisible(on)
        self._line.setVisible(on)

    def _bring(self, widget: QWidget) -> None:
        """Show one of the stack; focus that was within the one before goes along."""
        focused = QApplication.focusWidget()
        had_focus = focused is not None and self.stack.isAncestorOf(focused)
        self.stack.setCurrentWidget(widget)
        if had_focus:
            self.focus_pages()

    def _again(self) -> None:
        if self._document is not None:
            self.show_document(self._document)

    def _open(self, password: str) -> None:
        reading = self._reading
        if reading is not None:
            self._desk.tasks.query(
                self,
                lambda: reading.open(password),
                lambda outcome: self._opened(reading, outcome),
                failed=lambda error: self._failed(reading, error),
                replaces="open",
            )

    def _opened(self, reading: Reading, outcome: Outcome) -> None:
        if reading is not self._reading or outcome is None:
            return
        if isinstance(outcome, PasswordAsked):
            self.ask_password(wrong=outcome.wrong)
        elif isinstance(outcome, NotShown):
            self.show_state(
                "error",
                self.tr("This file cannot be shown here"),
                self.tr("It is kept as it came; nothing in it was changed."),
            )
        else:
            self._begin(reading, outcome)
        self.opened.emit()

    def _begin(self, reading: Reading, opened: Opened) -> None:
        document = self._document
        self.password.ask(wrong=False)
        self._bring(self.shown)
        self.feed.begin(reading, opened, document.turn // 90 if document is not None else 0)
        self.finding.begin(reading)
        self.copying.begin(reading)
        self.bar.begin(searchable=opened.searchable)
        self._look_again()
        self.strip.setVisible(self._strip_wanted and opened.count > 1)
        self._name_view()

    def _keep_look(self) -> None:
        """What is not on the screen is looked at as before."""
        document = self._document
        if document is None:
            return
        at: PagesLook | ImageLook | None = self.dicom.look() if self.dicom is not None else None
        if self.showing_pages():
            at = pages_look(self.view, self.finding, self.beside, document.turn // 90)
        if at is not None:
            self._look = Look(document.id, self._desk.actor.account_id, at)

    def _look_again(self) -> None:
        """The pages are there: put them as they were."""
        at = self._look.at if self._look is not None else None
        again = at if isinstance(at, PagesLook) else None
        self.beside.begin(self._document, again.beside if again is not None else None)
        if again is not None:
            look_again(self.view, self.finding, again)

    def _failed(self, reading: Reading, error: ClinicError) -> None:
        if reading is self._reading:
            self.show_refusal(error)

    def _name_view(self) -> None:
        self.strip.mark(self.view.page)
        title = self._document.title if self._document is not None else ""
        words = self.tr("{title}, page {page} of {count}")
        self.view.setAccessibleName(words.format(title=title, page=self.view.page + 1, count=self.view.count))


class _Box:
    """What must be closed when the pane is gone."""

    reading: Reading | None = None


def _close_all(box: _Box) -> None:
    if box.reading is not None:
        box.reading.close()


def _locked(error: ClinicError) -> bool:
    return error.code in (ErrorCode.VAULT_LOCKED, ErrorCode.VAULT_KEY_WRONG)


def _final(error: ClinicError) -> bool:
    return error.code is ErrorCode.DOCUMENT_NOT_FOUND
