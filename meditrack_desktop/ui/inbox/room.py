"""The inbox laid out: head with the tabs, the list, the file, and the form beside it; or what stands for nothing."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from meditrack_desktop.domain.incoming import KEPT_FOR, IncomingState
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.documents.reading_pane import ReadingPane
from meditrack_desktop.ui.filing.drop_zone import DropZone
from meditrack_desktop.ui.inbox.file_list import FileList
from meditrack_desktop.ui.inbox.filing_form import WIDTH as FORM_WIDTH
from meditrack_desktop.ui.inbox.filing_form import FilingForm
from meditrack_desktop.ui.inbox.preview import InboxDocuments
from meditrack_desktop.ui.inbox.words import tr
from meditrack_desktop.ui.widgets import Button, Divider, IconButton, Label, Skeleton, StateView, TabStrip

LIST_WIDTH = 292
NARROW = 1100
"""Below this width the list gives way: the file and whose it is stay beside each other."""
TABS = (IncomingState.WAITING, IncomingState.FILED, IncomingState.DISCARDED, IncomingState.REFUSED)


class InboxRoom(QWidget):
    """Shows what it is told; the page decides."""

    def __init__(self, desk: Desk, state: IncomingState) -> None:
        super().__init__()
        title = tr("Inbox")
        self.tabs = TabStrip([(each, _tab_words(each), None) for each in TABS], state, name=title)
        self.add = Button(tr("Add files"), "secondary", icon="file-plus", key="Ctrl O")
        self.list = FileList(desk)
        self.list.show_state(state)
        self.pane = ReadingPane(desk, documents=InboxDocuments(desk.clinic))
        # Turned here it stays turned, for the chart too: the pane's own turning would be a second, passing one.
        self.pane.bar.turn.hide()
        self.form = FilingForm(desk)
        self._edge = Divider(vertical=True)
        self.turn = IconButton("rotate-cw", tr("Turn clockwise, to stay"), key="R")
        self.split = IconButton("scissors", tr("Split into several files"), key="S")
        self.again = Button(tr("Let it wait again"), icon="undo-2", key="W")
        self.about = Label("", "small", tone="text2", elide=True)
        self.empty = StateView("empty", "")
        self.first_drop = DropZone()
        self.head = QHBoxLayout()
        self.head.setContentsMargins(20, 12, 20, 8)
        self.head.setSpacing(12)
        self.head.addWidget(Label(title, "title"))
        self.head.addWidget(self.tabs)
        self.head.addStretch(1)
        self.head.addWidget(self.add)
        self._stack = QStackedWidget()
        self._waiting = Skeleton()
        self._files = self._beside()
        self._nothing = self._nothing_here()
        for widget in (self._waiting, self._files, self._nothing):
            self._stack.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Divider())
        column.addWidget(self._stack, 1)

    @property
    def shows_files(self) -> bool:
        return self._stack.currentWidget() is self._files

    def show_waiting(self) -> None:
        """Until the first answer."""
        self._stack.setCurrentWidget(self._waiting)

    def show_room(self) -> None:
        """List, file and form."""
        self._stack.setCurrentWidget(self._files)

    def show_nothing(self, state: IncomingState) -> None:
        """There is no file of this tab."""
        title, text = _nothing_words(state)
        self.empty.clear_actions()
        self.empty.set_state("empty", title, text, icon="inbox")
        self.first_drop.setVisible(state is IncomingState.WAITING)
        self._stack.setCurrentWidget(self._nothing)

    def show_error(self, title: str, text: str, again: Callable[[], object]) -> None:
        """The list could not be had, and there is none from before."""
        self.empty.clear_actions()
        self.empty.set_state("error", title, text)
        self.empty.add_action(tr("Try again"), again, icon="refresh-cw")
        self.first_drop.hide()
        self._stack.setCurrentWidget(self._nothing)

    def show_form(self, shown: bool) -> None:
        """Whether the file in hand can be filed."""
        self.form.setVisible(shown)
        self._edge.setVisible(shown)

    def show_acts(self, *, turn: bool, split: bool, again: bool) -> None:
        """What can be done to the file in hand."""
        self.turn.setVisible(turn)
        self.split.setVisible(split)
        self.again.setVisible(again)

    def arrange(self, width: int) -> None:
        """Give each part its share of a window this wide."""
        current = theme.current()
        narrow = width < current.px(NARROW)
        left = current.px(LIST_WIDTH * 3 // 4 if narrow else LIST_WIDTH)
        right = current.px(FORM_WIDTH - 60 if narrow else FORM_WIDTH)
        self.list.setFixedWidth(left)
        self.form.setFixedWidth(right)
        self.pane.fit_into(max(200, width - left - (right if self.form.isVisible() else 0)))
        self.pane.bar.turn.hide()

    def _beside(self) -> QWidget:
        tools = QHBoxLayout()
        tools.setContentsMargins(14, 6, 10, 6)
        tools.setSpacing(4)
        tools.addWidget(self.about, 1)
        for control in (self.turn, self.split, self.again):
            tools.addWidget(control)
        middle = QVBoxLayout()
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        middle.addLayout(tools)
        middle.addWidget(Divider())
        middle.addWidget(self.pane, 1)
        room = QWidget()
        row = QHBoxLayout(room)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.list)
        row.addWidget(Divider(vertical=True))
        row.addLayout(middle, 1)
        row.addWidget(self._edge)
        row.addWidget(self.form)
        return room

    def _nothing_here(self) -> QWidget:
        nothing = QWidget()
        column = QVBoxLayout(nothing)
        column.setContentsMargins(40, 20, 40, 40)
        column.addStretch(1)
        column.addWidget(self.empty)
        column.addWidget(self.first_drop)
        column.addStretch(2)
        return nothing


def _tab_words(state: IncomingState) -> str:
    return {
        IncomingState.WAITING: tr("To file"),
        IncomingState.FILED: tr("Filed"),
        IncomingState.DISCARDED: tr("Discarded"),
        IncomingState.REFUSED: tr("Not taken in"),
    }[state]


def _nothing_words(state: IncomingState) -> tuple[str, str]:
    return {
        IncomingState.WAITING: (
            tr("Nothing waits to be filed"),
            tr("What the scanner sends comes here by itself. Drop files here, or paste them."),
        ),
        IncomingState.FILED: (tr("Nothing was filed from here lately"), ""),
        IncomingState.DISCARDED: (
            tr("Nothing was discarded"),
            tr("A discarded file is kept for {days} days.").format(days=KEPT_FOR.days),
        ),
        IncomingState.REFUSED: (tr("Everything was taken in"), ""),
    }[state]
