"""The inbox: the files that wait, the one that is looked at, and whose it is, side by side.

Enter files with the patient who is offered for sure; nothing is ever filed with anybody unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
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
from meditrack_desktop.domain.errors import ClinicError, ErrorCode, Unavailable
from meditrack_desktop.domain.incoming import (
    CollectReport,
    FileIncoming,
    IncomingFile,
    IncomingSource,
    IncomingState,
)
from meditrack_desktop.ui import errors, theme
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.filing.another_name import AnotherNameDialog
from meditrack_desktop.ui.filing.sources import ChosenFile, choose_files, chosen_on, local_paths, pasted_on
from meditrack_desktop.ui.inbox.acts import InboxActs
from meditrack_desktop.ui.inbox.brought import BroughtNotice
from meditrack_desktop.ui.inbox.discard_dialog import DiscardDialog
from meditrack_desktop.ui.inbox.ending import may_unfile, show_ending
from meditrack_desktop.ui.inbox.guessing_ahead import GuessingAhead
from meditrack_desktop.ui.inbox.preview import as_document
from meditrack_desktop.ui.inbox.room import InboxRoom
from meditrack_desktop.ui.inbox.split_sheet import SplitSheet
from meditrack_desktop.ui.inbox.taking_in import Brought, TakingIn
from meditrack_desktop.ui.inbox.words import about_words, tr, whose_words
from meditrack_desktop.ui.patients.reason_dialog import ReasonDialog
from meditrack_desktop.ui.scheduling.notices import Notices

_DIVISIBLE = (MediaType.PDF, MediaType.TIFF)
_COUNTED = (IncomingState.WAITING, IncomingState.REFUSED)


class InboxPage(QWidget):
    """Letters act on the chosen file while the list has the keys: R turns, S splits, Del discards."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.title = tr("Inbox")
        self.setAccessibleName(self.title)
        self.setAcceptDrops(True)
        self._desk = desk
        self._state = IncomingState.WAITING
        self._loaded = self._stale = False
        self._troubled = False
        """Whether the notice is about the list: its next answer takes that one away, and no other."""
        self._shown: IncomingFile | None = None
        self._wanted: UUID | None = None
        self._leaving: set[UUID] = set()
        self.taking = TakingIn(desk, self)
        self.taking.brought.connect(self._on_brought)
        self.ahead = GuessingAhead(desk, self)
        self.acts = InboxActs(desk, self)
        self.acts.leaving.connect(self._on_leaving)
        self.acts.stays.connect(self._leaving.discard)
        self.acts.refused.connect(self._not_done)
        self.acts.done.connect(self.refresh)
        self.notices = Notices()
        self.refused = BroughtNotice()
        self.room = InboxRoom(desk, self._state)
        self.tabs, self.list, self.pane, self.form = (
            self.room.tabs,
            self.room.list,
            self.room.pane,
            self.room.form,
        )
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
        if files:
            self.taking.bring(files, source)

    def choose_files(self) -> None:
        """The system's dialog."""
        choose_files(self, lambda files: self.bring(files, IncomingSource.CHOSEN))

    def paste(self) -> None:
        """What is on the clipboard: files, or a picture."""
        self.bring(pasted_on(QGuiApplication.clipboard().mimeData()), IncomingSource.PASTED)

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

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if local_paths(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if paths := local_paths(event.mimeData()):
            event.acceptProposedAction()
            self.bring(chosen_on(paths), IncomingSource.DROPPED)

    # Building

    def _connect(self) -> None:
        room = self.room
        self.tabs.valueChanged.connect(self._on_tab)
        room.add.clicked.connect(self.choose_files)
        for drop in (self.list.drop, room.first_drop):
            drop.dropped.connect(lambda paths: self.bring(chosen_on(paths), IncomingSource.DROPPED))
            drop.clicked.connect(self.choose_files)
        self.list.moved.connect(self._on_row)
        self.list.opened.connect(self._on_enter)
        self.form.wanted.connect(self._file)
        self.form.discardWanted.connect(self._discard)
        self.form.settled.connect(self._focus_list)
        room.turn.clicked.connect(self._turn)
        room.split.clicked.connect(self._ask_split)
        room.again.clicked.connect(self._let_wait_again)

    def _bind_keys(self) -> None:
        self.setFocusProxy(self.list.table)
        on_list: tuple[tuple[str, Callable[[], object]], ...] = (
            ("R", self._turn),
            ("S", self._ask_split),
            ("Del", self._discard),
            ("P", self.form.focus_patient),
            ("T", self._focus_title),
            ("W", self._let_wait_again),
            ("A", self._look_again),
        )
        for key, then in on_list:
            self._bind(key, then, self.list.table)
        self._bind("Ctrl+Return", self.form.submit, self)
        self._bind("Ctrl+O", self.choose_files, self)
        self._bind(QKeySequence.StandardKey.Paste, self.paste, self)

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
        if self._waits(self._shown):
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
        waits = self._waits(file)
        self.room.show_acts(
            turn=waits,
            split=waits and file is not None and file.media_type in _DIVISIBLE and file.pages > 1,
            again=file is not None and self._may_wait_again(file),
        )
        self.room.show_form(waits)
        if file is None:
            return
        self.room.about.setText(about_words(self._desk, file))
        self.form.show_file(file if waits else None)
        same = before is not None and before.id == file.id
        if not same:
            # Nobody may file a file that the one before made room for while a key was on its way down.
            self._hold_if_slipped(before)
        if before is None or not same or _looks_other(before, file):
            self._open(file)
        if waits and (before is None or not same or before.named != file.named):
            self._ask_guesses(file)

    def _hold_if_slipped(self, before: IncomingFile | None) -> None:
        if before is None or not self._waits(before) or before.id in self._leaving:
            return
        if self.list.model.row_of(before.id) < 0:
            words = tr("{name} was dealt with at another desk. This is the next file: Enter goes on with it.")
            self.form.hold(words.format(name=before.file_name))

    def _open(self, file: IncomingFile) -> None:
        if file.state in (IncomingState.REFUSED, IncomingState.FILED):
            show_ending(self._desk, self.pane, file, self._look_again)
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

    def _waits(self, file: IncomingFile | None) -> bool:
        return file is not None and file.state is IncomingState.WAITING

    def _may_wait_again(self, file: IncomingFile) -> bool:
        return file.state is IncomingState.DISCARDED or may_unfile(self._desk, file)

    # Acts

    def _on_enter(self) -> None:
        """File it with who is chosen; nobody is: search for them. In the other tabs: open it in the chart."""
        file = self._shown
        if file is None:
            return
        if not self._waits(file):
            found = file.filed_with
            if found is not None and not found.in_bin:
                self._desk.go.document(found.patient_id, found.document_id)
            return
        if self.form.file_id == file.id:
            self.form.submit()

    def _file(self, command: FileIncoming) -> None:
        shown = self._shown
        self._file_with(command, self.form.identifiers, shown.file_name if shown is not None else "")

    def _file_with(self, command: FileIncoming, who: list[str], file_name: str) -> None:
        """`who`: name and the rest of whom it is filed with, since another file may be in hand by the answer."""
        self.form.file.set_busy(True)
        self.acts.file(
            command,
            who[0] if who else "",
            lambda _document: self._filed(command),
            partial(self._refused, command, who, file_name),
            lambda: self.form.file.set_busy(False),
        )

    def _filed(self, command: FileIncoming) -> None:
        if self.form.file_id == command.id:
            # Whoever types for the next file already keeps the keys: letters act on files in the list.
            self._focus_list()
        self.list.take_out(command.id)

    def _refused(self, command: FileIncoming, who: list[str], file_name: str, error: ClinicError) -> None:
        if error.code is ErrorCode.FILE_NAMES_ANOTHER:
            sure = command.model_copy(update={"other_name_confirmed": True})
            AnotherNameDialog(
                self,
                file_name,
                (who[0], ", ".join(who[1:])),
                error,
                partial(self._file_with, sure, who, file_name),
                lambda: self._search_again(command.id),
            ).open_layer()
            return
        if self.form.file_id == command.id:
            said = errors.words(error)
            self.form.show_refusal(said.title, said.text, error)
        if error.code in (ErrorCode.INCOMING_ENDED, ErrorCode.INCOMING_NOT_FOUND):
            self.refresh()

    def _search_again(self, file_id: UUID) -> None:
        self.list.choose(file_id)
        if self.form.file_id == file_id:
            self.form.focus_patient()

    def _not_done(self, error: ClinicError) -> None:
        self._troubled = False
        errors.show(self, error)

    def _on_leaving(self, file_id: UUID) -> None:
        self._leaving.add(file_id)
        self.notices.drop()

    def _turn(self) -> None:
        file = self._shown
        if file is not None and self._waits(file):
            self.acts.turn(file)

    def _ask_split(self) -> None:
        file = self._shown
        if file is not None and self.room.split.isVisible():
            SplitSheet(self._desk, self, file, self.pane.view.page + 1, self.acts.split).open_layer()

    def _discard(self) -> None:
        file = self._shown
        if file is None or file.state not in (IncomingState.WAITING, IncomingState.REFUSED):
            return
        if file.state is IncomingState.REFUSED:
            self.acts.discard(file, tr("Not needed"))
        else:
            DiscardDialog(self, file, partial(self.acts.discard, file)).open_layer()

    def _let_wait_again(self) -> None:
        file = self._shown
        if file is None or not self._may_wait_again(file):
            return
        if file.state is IncomingState.DISCARDED:
            self.acts.reopen(file.id)
            return

        def unfile(reason: str) -> None:
            dialog.close_layer()
            self.acts.unfile(file.id, reason)

        dialog = ReasonDialog(
            self,
            tr("Let it wait again?"),
            _leaves(file),
            tr("Let it wait again"),
            unfile,
        )
        dialog.open_layer()

    def _look_again(self) -> None:
        desk = self._desk

        def looked(report: CollectReport) -> None:
            if not report.taken:
                desk.say(tr("Nothing new could be taken in"))
            self.refresh()

        desk.tasks.slow(
            self,
            lambda _report: desk.clinic.incoming.collect(desk.actor),
            done=looked,
            failed=self._not_done,
        )

    def _on_brought(self, brought: Brought) -> None:
        first = next(iter((*brought.taken, *brought.known)), None)
        words = brought.words
        if words:
            self._desk.say(words)
        self.refused.show_refused(brought)
        if first is not None and first.state is IncomingState.WAITING:
            self._wanted = first.id
            if self._state is not IncomingState.WAITING:
                self.tabs.set_value(IncomingState.WAITING)
                self._on_tab(IncomingState.WAITING)
        self.refresh()


def _looks_other(before: IncomingFile, file: IncomingFile) -> bool:
    """Whether the same file is to be shown anew."""
    looked = (before.turn, before.state, before.filed_with, before.may_know)
    return looked != (file.turn, file.state, file.filed_with, file.may_know)


def _leaves(file: IncomingFile) -> str:
    """Whose chart it leaves, if it waits again."""
    if file.filed_with is None:
        words = tr("{name} leaves the patient's chart and waits in the inbox.")
        return words.format(name=file.file_name)
    words = tr("{name} leaves the chart of {who} and waits in the inbox.")
    return words.format(name=file.file_name, who=whose_words(file))
