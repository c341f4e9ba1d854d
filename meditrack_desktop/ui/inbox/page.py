"""The inbox: the files that wait, the one that is looked at, and whose it is, side by side.

Enter files with the patient who is offered for sure; nothing is ever filed with anybody unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QHideEvent,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from meditrack_desktop.domain.changes import ChangeSet
from meditrack_desktop.domain.documents import MediaType
from meditrack_desktop.domain.errors import ClinicError, Unavailable
from meditrack_desktop.domain.incoming import (
    IncomingFile,
    IncomingSource,
    IncomingState,
)
from meditrack_desktop.ui import errors, theme
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.filing.sources import ChosenFile
from meditrack_desktop.ui.inbox.acts import InboxActs
from meditrack_desktop.ui.inbox.bringing import Bringing
from meditrack_desktop.ui.inbox.ending import show_ending
from meditrack_desktop.ui.inbox.filing_acts import FilingActs
from meditrack_desktop.ui.inbox.guessing_ahead import GuessingAhead
from meditrack_desktop.ui.inbox.hand_acts import HandActs, waits
from meditrack_desktop.ui.inbox.preview import as_document
from meditrack_desktop.ui.inbox.room import InboxRoom
from meditrack_desktop.ui.inbox.words import about_words, tr
from meditrack_desktop.ui.scheduling.notices import Notices

_DIVISIBLE = (MediaType.PDF, MediaType.TIFF)
_COUNTED = (IncomingState.WAITING, IncomingState.REFUSED)


class InboxPage(QWidget):
    """Letters act on the chosen file while the list has the keys: R turns, S splits, Del discards."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.title = tr("Inbox")
        self.setAccessibleName(self.title)
        self._desk = desk
        self._state = IncomingState.WAITING
        self._loaded = self._stale = False
        self._troubled = False
        """Whether the notice is about the list: its next answer takes that one away, and no other."""
        self._shown: IncomingFile | None = None
        self._wanted: UUID | None = None
        self._leaving: set[UUID] = set()
        self.bringing = Bringing(desk, self)
        self.bringing.came.connect(self._on_came)
        self.ahead = GuessingAhead(desk, self)
        self.acts = InboxActs(desk, self)
        self.acts.leaving.connect(self._on_leaving)
        self.acts.stays.connect(self._leaving.discard)
        self.acts.refused.connect(self._not_done)
        self.acts.done.connect(self.refresh)
        self.notices = Notices()
        self.refused = self.bringing.notice
        self.room = InboxRoom(desk, self._state)
        self.tabs, self.list, self.pane, self.form = (
            self.room.tabs,
            self.room.list,
            self.room.pane,
            self.room.form,
        )
        self.hand = HandActs(desk, self, self.acts, self.room, lambda: self._shown)
        self.hand.looked.connect(self.refresh)
        self.hand.refused.connect(self._not_done)
        self.filing = FilingActs(self, self.acts, self.list, self.form)
        self.filing.ended.connect(self.refresh)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self.room.head)
        column.addWidget(self.notices)
        column.addWidget(self.refused)
        column.addWidget(self.room, 1)
        self._connect()
        self._bind_keys()
        desk.live.changed.connect(self._on_changed)
        theme.current().changed.connect(self._arrange)

    # What the window asks

    def load(self) -> None:
        """Ask for the first time."""
        self.refresh()

    def refresh(self) -> None:
        """Ask again; the chosen file and what was typed for it stay."""
        self._stale = False
        clinic, actor, state = self._desk.clinic, self._desk.actor, self._state
        self._desk.tasks.query(
            self,
            lambda: (
                clinic.incoming.list(actor, state),
                {each: clinic.incoming.count(actor, each) for each in _COUNTED},
            ),
            lambda found: self._show(state, *found),
            failed=self.show_trouble,
            replaces="list",
        )

    def can_leave(self) -> bool:
        return True

    def take_back(self) -> None:
        """Ctrl+Z, once no toast offers it any more."""
        self.acts.take_back()

    def register(self) -> None:
        """Ctrl+Shift+N: somebody new, for the file in hand."""
        if self._shown is not None and self.form.isVisible():
            self.form.register()
        else:
            self._desk.go.register()

    def show_banner(
        self, text: str, tone: str, action: str = "", then: Callable[[], object] | None = None
    ) -> None:
        self.notices.say(text, tone, action, then)

    def bring(self, files: Sequence[ChosenFile], source: IncomingSource) -> None:
        """Take files into the inbox."""
        self.bringing.bring(files, source)

    def show_trouble(self, error: ClinicError) -> None:
        """Why the list could not be had; what is shown stays."""
        said = errors.words(error)
        if self._loaded:
            offline = isinstance(error, Unavailable)
            self._troubled = True
            self.notices.say(str(said), "warn" if offline else "danger", tr("Try again"), self.refresh)
        else:
            self.room.show_error(said.title, said.text, self.refresh)

    # Events

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._arrange()
        if self._stale:
            self.refresh()
        if self._loaded and not event.spontaneous() and self._shown is not None:
            self._open(self._shown)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():
            self.pane.release()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.form.isAncestorOf(QApplication.focusWidget() or self):
            self._focus_list()
            return
        super().keyPressEvent(event)

    # Building

    def _connect(self) -> None:
        room = self.room
        self.tabs.valueChanged.connect(self._on_tab)
        room.add.clicked.connect(self.bringing.choose)
        for zone in (self.list.drop, room.first_drop):
            self.bringing.from_zone(zone)
        self.list.moved.connect(self._on_row)
        self.list.opened.connect(self._on_enter)
        self.form.discardWanted.connect(self.hand.discard)
        self.form.settled.connect(self._focus_list)
        room.turn.clicked.connect(self.hand.turn)
        room.split.clicked.connect(self.hand.ask_split)
        room.again.clicked.connect(self.hand.let_wait_again)

    def _bind_keys(self) -> None:
        self.setFocusProxy(self.list.table)
        on_list: tuple[tuple[str, Callable[[], object]], ...] = (
            ("R", self.hand.turn),
            ("S", self.hand.ask_split),
            ("Del", self.hand.discard),
            ("P", self.form.focus_patient),
            ("T", self._focus_title),
            ("W", self.hand.let_wait_again),
            ("A", self.hand.look_again),
        )
        for key, then in on_list:
            self._bind(key, then, self.list.table)
        self._bind("Ctrl+Return", self.form.submit, self)
        self._bind("Ctrl+O", self.bringing.choose, self)
        self._bind(QKeySequence.StandardKey.Paste, self.bringing.paste, self)

    def _bind(self, keys: str | QKeySequence.StandardKey, then: Callable[[], object], owner: QWidget) -> None:
        shortcut = QShortcut(QKeySequence(keys), owner)
        context = Qt.ShortcutContext
        whole = owner is self
        shortcut.setContext(context.WidgetWithChildrenShortcut if whole else context.WidgetShortcut)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(lambda: then())

    def _focus_list(self) -> None:
        self.list.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _focus_title(self) -> None:
        if waits(self._shown):
            self.form.name.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.form.name.selectAll()

    def _arrange(self) -> None:
        self.room.arrange(self.width())

    # The list

    def _show(
        self, state: IncomingState, files: tuple[IncomingFile, ...], counts: dict[IncomingState, int]
    ) -> None:
        if state is not self._state:
            return
        for each, count in counts.items():
            self.tabs.set_count(each, count)
        self.show_files(state, files)

    def show_files(self, state: IncomingState, files: tuple[IncomingFile, ...]) -> None:
        """The files of a tab, as the clinic answered."""
        self._loaded = True
        if self._troubled:
            self.notices.drop()
        self._troubled = False
        if not files:
            if state is IncomingState.WAITING:
                self._leaving.clear()
            self._shown = None
            self.pane.release()
            self.form.show_file(None)
            self.list.show_files(())
            self.room.show_nothing(state)
            if self.isVisible() and state is IncomingState.WAITING:
                self.room.first_drop.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        had = self.room.shows_files
        self.room.show_room()
        if state is IncomingState.WAITING:
            # One that this desk has just dealt with may still be in an answer that was on its way.
            waiting = {file.id for file in files}
            files = tuple(file for file in files if file.id not in self._leaving) or files
        self.list.show_files(files)
        if state is IncomingState.WAITING:
            self._leaving &= waiting
        if self._wanted is not None:
            self.list.choose(self._wanted)
            self._wanted = None
        if not had and self.isVisible():
            self._focus_list()

    def _on_tab(self, state: IncomingState) -> None:
        # What has the keys is about to go: they wait at the tab.
        self.tabs.button(state).setFocus(Qt.FocusReason.OtherFocusReason)
        self._state = state
        self._loaded = False
        self._shown = None
        self.pane.release()
        self.list.show_files(())
        self.list.show_state(state)
        self.room.show_waiting()
        self.refresh()

    def _on_changed(self, changes: ChangeSet) -> None:
        # Whose a filed one is changes with its document, and with the patient's name.
        about = ("incoming", "document", "patient") if self._state is IncomingState.FILED else ("incoming",)
        if not changes.touches(*about):
            return
        if self.isVisible():
            self.refresh()
        else:
            self._stale = True

    # The chosen file

    def _on_row(self) -> None:
        file, before = self.list.chosen, self._shown
        self._shown = file
        may_be_filed = waits(file)
        self.room.show_acts(
            turn=may_be_filed,
            split=may_be_filed and file is not None and file.media_type in _DIVISIBLE and file.pages > 1,
            again=file is not None and self.hand.may_wait_again(file),
        )
        self.room.show_form(may_be_filed)
        if file is None:
            return
        self.room.about.setText(about_words(self._desk, file))
        self.form.show_file(file if may_be_filed else None)
        same = before is not None and before.id == file.id
        if not same:
            # Nobody may file a file that the one before made room for while a key was on its way down.
            self._hold_if_slipped(before)
        if before is None or not same or _looks_other(before, file):
            self._open(file)
        if may_be_filed and (before is None or not same or before.named != file.named):
            self._ask_guesses(file)

    def _hold_if_slipped(self, before: IncomingFile | None) -> None:
        if before is None or not waits(before) or before.id in self._leaving:
            return
        if self.list.model.row_of(before.id) < 0:
            words = tr("{name} was dealt with at another desk. This is the next file: Enter goes on with it.")
            self.form.hold(words.format(name=before.file_name))

    def _open(self, file: IncomingFile) -> None:
        if file.state in (IncomingState.REFUSED, IncomingState.FILED):
            show_ending(self._desk, self.pane, file, self.hand.look_again)
        elif self.isVisible():
            self.pane.show_document(as_document(file))

    def _ask_guesses(self, file: IncomingFile) -> None:
        self.ahead.ask(
            file,
            lambda guesses: self.form.show_guesses(file.id, guesses),
            lambda _error: self.form.show_guesses(file.id, (), asked=False),
        )
        following = self.list.next
        if following is not None:
            self.ahead.look_ahead(following)

    # Acts

    def _on_enter(self) -> None:
        """File it with who is chosen; nobody is: search for them. In the other tabs: open it in the chart."""
        file = self._shown
        if file is None:
            return
        if not waits(file):
            found = file.filed_with
            if found is not None and not found.in_bin:
                self._desk.go.document(found.patient_id, found.document_id)
            return
        if self.form.file_id == file.id:
            self.form.submit()

    def _not_done(self, error: ClinicError) -> None:
        self._troubled = False
        errors.show(self, error)

    def _on_leaving(self, file_id: UUID) -> None:
        self._leaving.add(file_id)
        self.notices.drop()

    def _on_came(self, first: IncomingFile | None) -> None:
        if first is not None:
            self._wanted = first.id
            if self._state is not IncomingState.WAITING:
                self.tabs.set_value(IncomingState.WAITING)
                self._on_tab(IncomingState.WAITING)
        self.refresh()


def _looks_other(before: IncomingFile, file: IncomingFile) -> bool:
    """Whether the same file is to be shown anew."""
    looked = (before.turn, before.state, before.filed_with, before.may_know)
    return looked != (file.turn, file.state, file.filed_with, file.may_know)
