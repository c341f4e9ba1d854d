"""A list that is worked off row by row: one key each, then the next row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLineEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from meditrack_desktop.domain.changes import ChangeSet
from meditrack_desktop.domain.errors import ClinicError, NotAllowed
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.scheduling.notices import Notices
from meditrack_desktop.ui.widgets import (
    Badge,
    Button,
    Cell,
    Column,
    Divider,
    IconButton,
    Label,
    RecordModel,
    RecordTable,
    Skeleton,
    StateView,
)
from meditrack_desktop.ui.worklists.words import tr


class ListPage(QWidget):
    """Subclasses say what is asked (`ask`, in a lane), how a record looks (`cell`), and bind letters with `bind`.

    `about` are the kinds of changes after which it asks again. The chosen row stays chosen; one that was worked off
    stays in its place until the next one is chosen, so that no key meets somebody who just slipped there.
    """

    about: tuple[str, ...] = ()
    icon = "list-todo"

    def __init__(
        self,
        desk: Desk,
        title: str,
        columns: Sequence[Column],
        *,
        nothing: str,
        nothing_text: str = "",
        hint: str = "",
    ) -> None:
        super().__init__()
        self.desk, self.title = desk, title
        self._stale, self._loaded = False, False
        self.setAccessibleName(title)
        self.model = RecordModel(columns, self.cell, identity=self.identity)
        self.table = RecordTable(self.model, title, two_lines=True)
        self.empty = StateView("empty", nothing, nothing_text, icon="circle-check")
        self.notices = Notices()
        self.back = IconButton("arrow-left", self.tr("Back to Today"))
        self.back.clicked.connect(lambda: desk.go.page("today"))
        self.count = Badge("")
        self.note = Label("", "body", tone="text2", elide=True)
        self.head = QHBoxLayout()
        self.head.setContentsMargins(14, 14, 20, 12)
        self.head.setSpacing(10)
        self.head.addWidget(self.back)
        self.head.addWidget(Label(title, "title"))
        self.head.addWidget(self.count)
        self.head.addWidget(self.note, 1)
        self.foot = QHBoxLayout()
        self.foot.setContentsMargins(20, 8, 20, 10)
        self.foot.setSpacing(8)
        self.hint = Label(hint, "small", tone="text3", elide=True)
        self.foot.addWidget(self.hint, 1)
        self.acts: dict[str, Button] = {}
        self.waiting = Skeleton()
        self.stack = QStackedWidget()
        for part in (QWidget(), self.waiting, self.table, self.empty):
            self.stack.addWidget(part)
        self.below_head = QVBoxLayout()
        self.below_head.setContentsMargins(0, 0, 0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self.head)
        column.addWidget(self.notices)
        column.addLayout(self.below_head)
        column.addWidget(Divider())
        column.addWidget(self.stack, 1)
        column.addWidget(Divider())
        column.addLayout(self.foot)
        self.setFocusProxy(self.table)
        self.table.rowChanged.connect(lambda _row: self.on_row())
        desk.live.changed.connect(self._on_changed)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self.table)
        escape.setContext(Qt.ShortcutContext.WidgetShortcut)
        escape.activated.connect(lambda: desk.go.page("today"))

    # What subclasses say

    def ask(self) -> Any:
        """What is listed; runs in a lane. Whatever it returns is given to `show_answer`."""
        raise NotImplementedError

    def cell(self, record: Any, key: str) -> Cell:
        """How a record looks in a column."""
        raise NotImplementedError

    def identity(self, record: Any) -> object:
        return record.id

    def show_answer(self, found: Any) -> None:
        """Show what was asked."""
        self.show_records(found)

    def on_row(self) -> None:
        """Another row was chosen."""
        self._dress_acts()

    def may_act(self, word: str, record: Any) -> bool:
        """Whether an act makes sense for a row."""
        return True

    # For subclasses

    def bind(
        self, word: str, text: str, key: str, then: Callable[[Any], object], *, shown: bool = True
    ) -> None:
        """An act on the chosen row, by letter and by a button at the foot."""

        def act() -> None:
            record = self.chosen()
            if record is not None and self.may_act(word, record):
                then(record)

        shortcut = QShortcut(QKeySequence(key), self.table)
        shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
        # Holding a key down works off one row, not the whole list.
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(act)
        if shown:
            button = Button(text, key=key)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(act)
            self.acts[word] = button
            self.foot.addWidget(button)

    def chosen(self) -> Any:
        """The record of the chosen row, or None."""
        row = self.table.current_row()
        return self.model.record(row) if 0 <= row < self.model.rowCount() else None

    def next_row(self) -> None:
        """The row after the one that was worked off."""
        row = self.table.current_row()
        if row + 1 < self.model.rowCount():
            self.table.select_row(row + 1)

    def show_records(self, records: Sequence[Any]) -> None:
        """Show these; who was chosen stays chosen, and if they left, whoever followed them is."""
        before = [self.identity(self.model.record(row)) for row in range(self.model.rowCount())]
        row = self.table.current_row()
        rest = before[row:] + before[:row][::-1] if 0 <= row < len(before) else []
        self.model.set_records(records)
        self.count.set_text(str(len(records)))
        appears = bool(records) and self.stack.currentWidget() is not self.table
        self.stack.setCurrentWidget(self.table if records else self.empty)
        known = {self.identity(record) for record in records}
        chosen = next((one for one in rest if one in known), None)
        self.table.select_row(self.model.row_of(chosen) if chosen is not None else 0)
        if appears:
            self._give_keys()
        self._dress_acts()

    def say_cut(self, count: int, most: int) -> None:
        """Say beside the title that there may be more, where a list came as long as lists are."""
        words = tr("The first {count} are shown; more may follow once these are worked off.")
        self.note.setText(words.format(count=most) if count >= most else "")
        self.note.setToolTip(self.note.text())

    def _give_keys(self) -> None:
        """A list that just came has the keys, unless somebody is at something else."""
        focused = QApplication.focusWidget()
        typing = isinstance(focused, QLineEdit)
        if self.isVisible() and not typing and (focused is None or self.isAncestorOf(focused)):
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def repaint_rows(self) -> None:
        """Something about how rows look changed."""
        self.table.viewport().update()

    # What the window asks

    def load(self) -> None:
        """Ask for the first time."""
        self.refresh()

    def refresh(self) -> None:
        """Ask again; what is there stays until the answer comes."""
        self._stale = False
        if not self._loaded:
            self.stack.setCurrentWidget(self.waiting)
        self.desk.tasks.query(self, self.ask, self._answered, failed=self.show_error, replaces="list")

    def can_leave(self) -> bool:
        return True

    def show_banner(
        self, text: str, tone: str, action: str = "", then: Callable[[], object] | None = None
    ) -> None:
        """Say what is wrong above the list; what is shown stays."""
        self.notices.say(text, tone, action, then)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def _answered(self, found: Any) -> None:
        self.notices.drop()
        self._loaded = True
        self.show_answer(found)

    def show_error(self, error: ClinicError) -> None:
        """Say why nothing newer could be had; what is shown stays."""
        said = errors.words(error)
        if isinstance(error, NotAllowed):
            self.empty.set_state("no_permission", str(said.title), said.text)
            self.stack.setCurrentWidget(self.empty)
            return
        if not self._loaded:
            self.empty.set_state("error", str(said.title), said.text)
            self.stack.setCurrentWidget(self.empty)
        self.show_banner(str(said), "danger", self.tr("Try again"), self.refresh)

    def _dress_acts(self) -> None:
        record = self.chosen()
        for word, button in self.acts.items():
            button.setEnabled(record is not None and self.may_act(word, record))

    def _on_changed(self, changes: ChangeSet) -> None:
        if not changes.touches(*self.about):
            return
        if self.isVisible():
            self.refresh()
        else:
            self._stale = True
