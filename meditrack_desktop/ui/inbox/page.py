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
    QKeySequence,
    QResizeEvent,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from meditrack_desktop.domain.changes import ChangeSet
from meditrack_desktop.domain.documents import Document, MediaType
from meditrack_desktop.domain.errors import ClinicError, ErrorCode
from meditrack_desktop.domain.incoming import (
    DiscardIncoming,
    FileIncoming,
    Guess,
    IncomingFile,
    IncomingSource,
    IncomingState,
    ReopenIncoming,
    SplitIncoming,
    TurnIncoming,
    UnfileIncoming,
)
from meditrack_desktop.ui import errors, theme
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.documents.reading_pane import ReadingPane
from meditrack_desktop.ui.filing.another_name import AnotherNameDialog
from meditrack_desktop.ui.filing.drop_zone import DropZone
from meditrack_desktop.ui.filing.sources import ChosenFile, choose_files, chosen_on, local_paths, pasted_on
from meditrack_desktop.ui.inbox.filing_form import WIDTH as FORM_WIDTH
from meditrack_desktop.ui.inbox.filing_form import FilingForm
from meditrack_desktop.ui.inbox.preview import InboxDocuments, as_document
from meditrack_desktop.ui.inbox.split_sheet import SplitSheet
from meditrack_desktop.ui.inbox.taking_in import Brought, TakingIn
from meditrack_desktop.ui.inbox.words import (
    moment,
    refusal_words,
    size_words,
    source_words,
    tr,
)
from meditrack_desktop.ui.scheduling.notices import Notices
from meditrack_desktop.ui.widgets import (
    Button,
    Cell,
    CellTag,
    Column,
    Divider,
    IconButton,
    Label,
    RecordModel,
    RecordTable,
    Skeleton,
    StateView,
    TabStrip,
)

LIST_WIDTH = 292
NARROW = 1100
"""Below this width the list gives way: the file and whose it is stay beside each other."""
_DIVISIBLE = (MediaType.PDF, MediaType.TIFF)
_TABS = (IncomingState.WAITING, IncomingState.FILED, IncomingState.DISCARDED, IncomingState.REFUSED)


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
        self._shown: IncomingFile | None = None
        self._undo: Callable[[], None] | None = None
        self.taking = TakingIn(desk, self)
        self.taking.brought.connect(self._on_brought)
        self.notices = Notices()
        self.tabs = TabStrip(
            [(state, _tab_words(state), None) for state in _TABS], self._state, name=self.title
        )
        self.tabs.valueChanged.connect(self._on_tab)
        self.model = RecordModel([Column("file", tr("File"), 200, stretch=True, sortable=False)], self._cell)
        self.table = RecordTable(self.model, tr("Files in the inbox"), two_lines=True)
        self.table.rowChanged.connect(lambda _row: self._on_row())
        self.table.opened.connect(lambda _row: self._on_enter())
        self.empty = StateView("empty", "")
        self.drop = DropZone()
        self.drop.dropped.connect(lambda paths: self.bring(chosen_on(paths), IncomingSource.DROPPED))
        self.drop.clicked.connect(self.choose_files)
        self.pane = ReadingPane(desk, documents=InboxDocuments(desk.clinic))
        self.form = FilingForm(desk)
        self.form.wanted.connect(self._file)
        self.form.discardWanted.connect(self._discard)
        self.turn = IconButton("rotate-cw", tr("Turn clockwise"), key="R")
        self.turn.clicked.connect(self._turn)
        self.split = IconButton("scissors", tr("Split into several files"), key="S")
        self.split.clicked.connect(self._ask_split)
        self.again = Button(tr("Let it wait again"), icon="undo-2")
        self.again.clicked.connect(self._let_wait_again)
        self.about = Label("", "small", tone="text2", elide=True)
        self._build()
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
                {
                    each: clinic.incoming.count(actor, each)
                    for each in (IncomingState.WAITING, IncomingState.REFUSED)
                },
            ),
            lambda found: self._show(state, *found),
            failed=self._cannot,
            replaces="list",
        )

    def can_leave(self) -> bool:
        return True

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

    # Events

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._arrange()
        if self._stale:
            self.refresh()
        elif self._loaded and not event.spontaneous() and self._shown is not None:
            self._open(self._shown)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():
            self.pane.release()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if local_paths(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if paths := local_paths(event.mimeData()):
            event.acceptProposedAction()
            self.bring(chosen_on(paths), IncomingSource.DROPPED)

    # Building

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(20, 12, 20, 8)
        head.setSpacing(12)
        head.addWidget(Label(self.title, "title"))
        head.addWidget(self.tabs)
        head.addStretch(1)
        self.add = Button(tr("Add files"), "secondary", icon="file-plus", key="Ctrl O")
        self.add.clicked.connect(self.choose_files)
        head.addWidget(self.add)
        self.list = QWidget()
        left = QVBoxLayout(self.list)
        left.setContentsMargins(0, 0, 0, 12)
        left.setSpacing(8)
        left.addWidget(self.table, 1)
        zone = QHBoxLayout()
        zone.setContentsMargins(12, 0, 12, 0)
        zone.addWidget(self.drop)
        left.addLayout(zone)
        middle = QVBoxLayout()
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        tools = QHBoxLayout()
        tools.setContentsMargins(14, 6, 10, 6)
        tools.setSpacing(4)
        tools.addWidget(self.about, 1)
        tools.addWidget(self.turn)
        tools.addWidget(self.split)
        tools.addWidget(self.again)
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
        row.addWidget(Divider(vertical=True))
        row.addWidget(self.form)
        nothing = QWidget()
        column = QVBoxLayout(nothing)
        column.setContentsMargins(40, 20, 40, 40)
        column.addStretch(1)
        column.addWidget(self.empty)
        self.first_drop = DropZone()
        self.first_drop.dropped.connect(lambda paths: self.bring(chosen_on(paths), IncomingSource.DROPPED))
        self.first_drop.clicked.connect(self.choose_files)
        column.addWidget(self.first_drop)
        column.addStretch(2)
        self.stack = QStackedWidget()
        self._waiting = Skeleton()
        for widget in (self._waiting, room, nothing):
            self.stack.addWidget(widget)
        self._room, self._nothing = room, nothing
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addWidget(self.notices)
        whole.addWidget(Divider())
        whole.addWidget(self.stack, 1)
        self.setFocusProxy(self.table)
        for key, then in (
            ("R", self._turn),
            ("S", self._ask_split),
            ("Del", self._discard),
            ("P", self.form.focus_patient),
        ):
            self._bind(key, then, self.table)
        for key, then in (
            ("Ctrl+Return", self.form.submit),
            ("Ctrl+Z", self._take_back),
            ("Ctrl+O", self.choose_files),
        ):
            self._bind(key, then, self)
        self._bind(QKeySequence.StandardKey.Paste, self.paste, self.table)

    def _bind(self, keys: str | QKeySequence.StandardKey, then: Callable[[], object], owner: QWidget) -> None:
        shortcut = QShortcut(QKeySequence(keys), owner)
        whole = owner is self
        context = Qt.ShortcutContext
        shortcut.setContext(context.WidgetWithChildrenShortcut if whole else context.WidgetShortcut)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(lambda: then())

    # The list

    def _cell(self, file: IncomingFile, key: str) -> Cell:
        at = moment(file.ended_at or file.received_at, self._desk.facts.tz, self._desk.today())
        if file.state is IncomingState.REFUSED:
            return Cell(
                file.file_name, f"{at}, {refusal_words(file)}", tags=(CellTag(tr("Not taken in"), "danger"),)
            )
        second = ", ".join(part for part in (at, size_words(file), source_words(file.source)) if part)
        if file.state is IncomingState.WAITING and file.named:
            second = f"{file.named} · {second}"
        return Cell(file.file_name, second, strong=True)

    def _show(
        self, state: IncomingState, files: tuple[IncomingFile, ...], counts: dict[IncomingState, int]
    ) -> None:
        if state is not self._state:
            return
        self._loaded = True
        self.notices.drop()
        for each, count in counts.items():
            self.tabs.set_count(each, count)
        before = [self.model.record(row).id for row in range(self.model.rowCount())]
        at = self.table.current_row()
        rest = before[at:] + before[:at][::-1] if 0 <= at < len(before) else []
        self.model.set_records(files)
        known = {file.id for file in files}
        chosen = next((each for each in rest if each in known), None)
        if not files:
            self._show_nothing(state)
            return
        had = self.stack.currentWidget() is self._room
        self.stack.setCurrentWidget(self._room)
        self.table.select_row(self.model.row_of(chosen) if chosen is not None else 0)
        self._on_row()
        if not had and self.isVisible():
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_nothing(self, state: IncomingState) -> None:
        self._shown = None
        self.pane.release()
        self.form.show_file(None)
        title, text = _nothing_words(state)
        self.empty.clear_actions()
        self.empty.set_state("empty", title, text, icon="inbox")
        self.first_drop.setVisible(state is IncomingState.WAITING)
        self.stack.setCurrentWidget(self._nothing)

    def _cannot(self, error: ClinicError) -> None:
        said = errors.words(error)
        if self._loaded:
            self.notices.say(str(said), "danger", tr("Try again"), self.refresh)
            return
        self.empty.clear_actions()
        self.empty.set_state("error", said.title, said.text)
        self.empty.add_action(tr("Try again"), self.refresh, icon="refresh-cw")
        self.first_drop.hide()
        self.stack.setCurrentWidget(self._nothing)

    def _on_tab(self, state: IncomingState) -> None:
        self._state = state
        self._loaded = False
        self._shown = None
        self.pane.release()
        self.model.set_records(())
        self.stack.setCurrentWidget(self._waiting)
        self.refresh()

    def _on_changed(self, changes: ChangeSet) -> None:
        if not changes.touches("incoming"):
            return
        if self.isVisible():
            self.refresh()
        else:
            self._stale = True

    # The chosen file

    @property
    def chosen(self) -> IncomingFile | None:
        """The file of the chosen row."""
        row = self.table.current_row()
        return self.model.record(row) if 0 <= row < self.model.rowCount() else None

    def _on_row(self) -> None:
        file = self.chosen
        before, self._shown = self._shown, file
        waits = file is not None and file.state is IncomingState.WAITING
        self.form.setVisible(waits)
        self.turn.setVisible(waits)
        self.split.setVisible(waits and file is not None and file.media_type in _DIVISIBLE and file.pages > 1)
        self.again.setVisible(file is not None and self._may_wait_again(file))
        if file is None:
            return
        self.about.setText(f"{file.file_name}, {size_words(file)}")
        self.form.show_file(file if waits else None)
        same = before is not None and before.id == file.id
        if same and before is not None and before.turn == file.turn and before.state is file.state:
            return
        self._open(file)
        if waits and not same:
            self._ask_guesses(file)

    def _open(self, file: IncomingFile) -> None:
        if file.state is IncomingState.REFUSED:
            said = refusal_words(file)
            where = tr("It lies where it was; nothing of it is stored.")
            self.pane.show_state("error", said, where, "file-lock")
            self.pane.state.clear_actions()
        elif file.state is IncomingState.FILED:
            words = tr("It is in the patient's chart now.")
            self.pane.show_state(
                "empty", tr("Filed by {name}").format(name=file.ended_by_name), words, "file-check"
            )
            self.pane.state.clear_actions()
            if file.patient_id is not None and file.document_id is not None:
                go = partial(self._desk.go.document, file.patient_id, file.document_id)
                self.pane.state.add_action(tr("Open it there"), go, icon="file-text")
        elif self.isVisible():
            self.pane.show_document(as_document(file))

    def _ask_guesses(self, file: IncomingFile) -> None:
        clinic, actor = self._desk.clinic, self._desk.actor
        self._desk.tasks.query(
            self,
            lambda: clinic.incoming.guess(actor, file.id),
            lambda guesses: self._offer(file.id, guesses),
            failed=lambda _error: self._offer(file.id, ()),
            replaces="guess",
        )

    def _offer(self, file_id: UUID, guesses: tuple[Guess, ...]) -> None:
        if self._shown is not None and self._shown.id == file_id:
            self.form.show_guesses(guesses)

    # Acts

    def _on_enter(self) -> None:
        """File it with who is chosen; nobody is: search for them."""
        file = self.chosen
        if file is None or file.state is not IncomingState.WAITING:
            return
        if self.form.chosen is None:
            self.form.focus_patient()
        else:
            self.form.submit()

    def _file(self, command: FileIncoming) -> None:
        desk = self._desk
        self.form.file.set_busy(True)
        desk.tasks.change(
            self,
            lambda: desk.clinic.incoming.file(desk.actor, command),
            done=partial(self._filed, command),
            failed=partial(self._refused, command),
            always=lambda: self.form.file.set_busy(False),
        )

    def _filed(self, command: FileIncoming, document: Document) -> None:
        back = partial(self._unfile, command.id)
        self._undo = back
        name = self.form.chosen.name if self.form.chosen is not None else ""
        self._desk.say(tr("{title} filed with {name}").format(title=document.title, name=name), back)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self.refresh()

    def _refused(self, command: FileIncoming, error: ClinicError) -> None:
        if error.code is ErrorCode.FILE_NAMES_ANOTHER and self._shown is not None:
            name, *others = self.form.identifiers or [""]
            sure = command.model_copy(update={"other_name_confirmed": True})
            AnotherNameDialog(
                self,
                self._shown.file_name,
                (name, ", ".join(others)),
                error,
                partial(self._file, sure),
                self.form.focus_patient,
            ).open_layer()
            return
        said = errors.words(error)
        self.form.show_refusal(said.title, said.text, error)
        if error.code in (ErrorCode.INCOMING_ENDED, ErrorCode.INCOMING_NOT_FOUND):
            self.refresh()

    def _unfile(self, incoming_id: UUID) -> None:
        """Take a filing back: the file waits here again."""
        desk, reason = self._desk, tr("Filed by mistake")

        def work() -> IncomingFile:
            now = desk.clinic.incoming.get(desk.actor, incoming_id)
            return desk.clinic.incoming.unfile(
                desk.actor, UnfileIncoming(id=now.id, version=now.version, reason=reason)
            )

        def told(file: IncomingFile) -> None:
            desk.say(tr("{name} waits in the inbox again").format(name=file.file_name))
            self.refresh()

        self._undo = None
        desk.tasks.change(self, work, done=told)

    def _take_back(self) -> None:
        if self._undo is not None:
            self._undo()

    def _turn(self) -> None:
        file = self.chosen
        if file is not None and file.state is IncomingState.WAITING:
            turn = (file.turn + 90) % 360
            command = TurnIncoming.model_validate({"id": file.id, "version": file.version, "turn": turn})
            self._change(lambda: self._desk.clinic.incoming.turn(self._desk.actor, command))

    def _ask_split(self) -> None:
        file = self.chosen
        if file is not None and self.split.isVisible():
            SplitSheet(self, file, self.pane.view.page + 1, self._split).open_layer()

    def _split(self, command: SplitIncoming) -> None:
        desk = self._desk

        def told(pieces: tuple[IncomingFile, ...]) -> None:
            def back() -> None:
                now = desk.clinic.incoming.get
                desk.tasks.change(
                    self,
                    lambda: desk.clinic.incoming.reopen(
                        desk.actor, ReopenIncoming(id=command.id, version=now(desk.actor, command.id).version)
                    ),
                )

            self._undo = back
            desk.say(tr("It became {count} files").format(count=len(pieces)), back)

        self._change(lambda: desk.clinic.incoming.split(desk.actor, command), told)

    def _discard(self) -> None:
        file, desk = self.chosen, self._desk
        if file is None or file.state is not IncomingState.WAITING:
            return
        command = DiscardIncoming(id=file.id, version=file.version, reason=tr("Not needed"))

        def told(gone: IncomingFile) -> None:
            def back() -> None:
                self._reopen(gone)

            self._undo = back
            desk.say(tr("{name} discarded").format(name=gone.file_name), back)

        self._change(lambda: desk.clinic.incoming.discard(desk.actor, command), told)

    def _let_wait_again(self) -> None:
        file = self.chosen
        if file is None:
            return
        if file.state is IncomingState.FILED:
            self._unfile(file.id)
        else:
            self._reopen(file)

    def _reopen(self, file: IncomingFile) -> None:
        command = ReopenIncoming(id=file.id, version=file.version)
        self._undo = None
        self._change(lambda: self._desk.clinic.incoming.reopen(self._desk.actor, command))

    def _may_wait_again(self, file: IncomingFile) -> bool:
        return file.state in (IncomingState.FILED, IncomingState.DISCARDED)

    def _change(self, work: Callable[[], object], done: Callable[..., object] | None = None) -> None:
        def told(found: object) -> None:
            if done is not None:
                done(found)
            self.refresh()

        self._desk.tasks.change(self, work, done=told)

    def _on_brought(self, brought: Brought) -> None:
        if brought.taken:
            count = len(brought.taken)
            words = tr("1 file taken in") if count == 1 else tr("{count} files taken in").format(count=count)
            self._desk.say(words)
        if brought.known and not brought.taken:
            self._desk.say(tr("{name} is here already").format(name=brought.known[0].file_name))
        for name, error in brought.refused[:3]:
            said = errors.words(error)
            self.notices.say(f"{name}: {said}", "danger")
        if self._state is not IncomingState.WAITING and brought.taken:
            self.tabs.set_value(IncomingState.WAITING)
        self.refresh()

    def _arrange(self) -> None:
        current = theme.current()
        self.form.setFixedWidth(current.px(FORM_WIDTH))
        narrow = self.width() < NARROW * current.scale
        self.list.setFixedWidth(current.px(LIST_WIDTH * 3 // 4 if narrow else LIST_WIDTH))
        if narrow:
            self.form.setFixedWidth(current.px(FORM_WIDTH - 60))


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
        IncomingState.DISCARDED: (tr("Nothing was discarded"), tr("A discarded file is kept for 30 days.")),
        IncomingState.REFUSED: (tr("Everything was taken in"), ""),
    }[state]
