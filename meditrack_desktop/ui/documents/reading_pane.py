"""The middle of the page: a document's pages, or what stands in their place, and the work behind them.

Opening, measuring, drawing and searching happen in a lane; one page is drawn at a time, the one most wanted
first, so a long document never fills the lanes that other windows need.
"""

from __future__ import annotations

from functools import partial
from threading import Event

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QStackedWidget, QVBoxLayout, QWidget

from meditrack_desktop.domain.documents import Document
from meditrack_desktop.domain.errors import ClinicError, ErrorCode, NotAllowed
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.documents.page_view import PageView
from meditrack_desktop.ui.documents.pages import MOST_HITS, Hit, PageSize
from meditrack_desktop.ui.documents.password_panel import PasswordPanel
from meditrack_desktop.ui.documents.reading import NotShown, Opened, Outcome, PasswordAsked, Reading
from meditrack_desktop.ui.documents.tool_bar import ViewerBar
from meditrack_desktop.ui.privacy.emergency import may_open, open_in_emergency
from meditrack_desktop.ui.widgets import Button, Divider, StateView, announce
from meditrack_desktop.ui.widgets.feedback import StateKind


class ReadingPane(QWidget):
    """`show_document` opens one and lets go of the one before; `release` lets go of all it holds.

    `leaveRequested` comes from the states that offer the way back to the chart.
    """

    leaveRequested = Signal()
    listToggled = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._reading: Reading | None = None
        self._document: Document | None = None
        self._drawing = False
        self._hits: tuple[Hit, ...] = ()
        self._hit = -1
        self._stop_finding = Event()
        self.view = PageView()
        self.view.wanted.connect(self._draw_next)
        self.view.pageChanged.connect(self._name_view)
        self.bar = ViewerBar(self.view)
        self.bar.listToggled.connect(self.listToggled)
        self.bar.findRequested.connect(self._find)
        self.bar.hitRequested.connect(self.step_hit)
        self.password = PasswordPanel()
        self.password.given.connect(self._open)
        self.state = StateView("error", "")
        self._waiting = QWidget()
        # Holds the focus for the pages until they are there.
        self._waiting.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._waiting.setProperty("ownFocusEdge", True)
        self.stack = QStackedWidget()
        for widget in (self._waiting, self.view, self.password, self.state):
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
    def reading(self) -> Reading | None:
        """What is open now."""
        return self._reading

    def show_document(self, document: Document) -> None:
        """Open it from its first page."""
        self.release()
        self._document = document
        tasks = self._desk.tasks
        self._reading = Reading(
            self._desk.clinic.documents,
            self._desk.actor,
            document.id,
            lambda work: tasks.query(tasks, work, lambda _: None),
        )
        self._box.reading = self._reading
        self._open("")

    def release(self) -> None:
        """Close the document and forget every picture of it."""
        self._stop_finding.set()
        if self._reading is not None:
            self._reading.close()
            self._reading = self._box.reading = None
        self._hits, self._hit = (), -1
        self._drawing = False
        self.view.clear()
        self.bar.begin(searchable=False)
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
        self._bring(self.password)
        self.password.ask(wrong=wrong)

    def focus_find(self) -> None:
        """Put the cursor into the search, if this document has words."""
        if self.bar.search.isVisible():
            self.bar.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.bar.search.selectAll()

    def step_hit(self, step: int) -> None:
        """The next place found (1) or the one before (-1), round and round."""
        if self._hits:
            self._show_hit((self._hit + step) % len(self._hits))

    def focus_pages(self) -> None:
        """Have the keys of the viewer work."""
        shown = self.stack.currentWidget()
        if shown is self.password:
            self.password.password.setFocus(Qt.FocusReason.OtherFocusReason)
        elif shown is self.state:
            next(iter(self.state.findChildren(Button)), self.state).setFocus(Qt.FocusReason.OtherFocusReason)
        elif shown is not None:
            shown.setFocus(Qt.FocusReason.OtherFocusReason)

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

    def _begin(self, reading: Reading, opened: Opened) -> None:
        self.password.ask(wrong=False)
        self._bring(self.view)
        self.view.begin(
            [opened.first] * opened.count, "width" if opened.searchable else "page", opened.fit_limit
        )
        self.bar.begin(searchable=opened.searchable)
        self._name_view()
        if opened.count > 1:
            self._desk.tasks.query(
                self,
                reading.sizes,
                lambda sizes: self._measured(reading, sizes),
                failed=lambda error: self._failed(reading, error),
                replaces="sizes",
            )

    def _measured(self, reading: Reading, sizes: list[PageSize]) -> None:
        if reading is self._reading:
            self.view.set_sizes(sizes)

    def _draw_next(self) -> None:
        reading = self._reading
        wanted = None if self._drawing or reading is None else self.view.next_wanted()
        if reading is None or wanted is None:
            return
        page, width = wanted
        self._drawing = True
        self._desk.tasks.query(
            self,
            lambda: reading.draw(page, width),
            lambda image: self._drawn(reading, page, width, image),
            failed=lambda error: self._failed(reading, error),
        )

    def _drawn(self, reading: Reading, page: int, width: int, image: QImage) -> None:
        if reading is self._reading:
            self._drawing = False
            self.view.put(page, width, image)
            self._draw_next()

    def _find(self, words: str) -> None:
        self._stop_finding.set()
        self._stop_finding = stop = Event()
        reading = self._reading
        if reading is None or not words.strip():
            self._found(reading, ())
            return
        self._desk.tasks.query(
            self,
            lambda: reading.find(words.strip(), stop.is_set),
            lambda hits: self._found(reading, hits),
            failed=lambda error: self._failed(reading, error),
            replaces="find",
        )

    def _found(self, reading: Reading | None, hits: tuple[Hit, ...]) -> None:
        if reading is not self._reading:
            return
        self._hits = hits
        here = self.view.page
        first = next((number for number, hit in enumerate(hits) if hit.page >= here), 0)
        self._show_hit(first if hits else -1)

    def _show_hit(self, number: int) -> None:
        self._hit = number
        self.view.show_hits(self._hits, number)
        self.bar.show_hits(len(self._hits), number, more=len(self._hits) >= MOST_HITS)
        announce(self, self.bar.search.accessibleDescription())

    def _failed(self, reading: Reading, error: ClinicError) -> None:
        if reading is self._reading:
            self.show_refusal(error)

    def _name_view(self) -> None:
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
