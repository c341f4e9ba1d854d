"""A list that is the clinic's and no one doctor's: kinds of visits, rooms, closed days, groups, specialties."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from meditrack_desktop.domain.changes import ChangeSet
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.widgets import (
    Banner,
    Button,
    Cell,
    Column,
    Divider,
    Label,
    RecordModel,
    RecordTable,
    Skeleton,
    StateView,
)


class ListPane(QWidget):
    """Subclasses say what is asked (`ask`, in a lane), how a record looks (`cell`) and what opens one (`open`).

    `about` are the kinds of changes after which it asks again. Without `may` nothing can be added or opened.
    """

    about: tuple[str, ...] = ()
    icon = "folder-open"

    def __init__(
        self,
        desk: Desk,
        title: str,
        columns: Sequence[Column],
        *,
        add: str,
        nothing: str,
        next_step: str = "",
        note: str = "",
        may: bool,
        two_lines: bool = False,
    ) -> None:
        super().__init__()
        self.desk, self.title, self.may = desk, title, may
        self._banner: Banner | None = None
        self._stale = True
        self.setAccessibleName(title)
        self.model = RecordModel(columns, self.cell, identity=lambda record: record.id)
        self.table = RecordTable(self.model, title, two_lines=two_lines)
        self.table.opened.connect(self._on_opened)
        self.empty = StateView("empty", nothing, next_step if may else "", icon=self.icon)
        self.add = Button(add, icon="plus")
        self.add.clicked.connect(lambda: self.open(None))
        if may:
            self.empty.add_action(add, lambda: self.open(None), kind="primary", icon="plus")
        self.head = QHBoxLayout()
        self.head.setContentsMargins(24, 14, 20, 14)
        self.head.setSpacing(12)
        self.head.addWidget(Label(title, "title"))
        self.head.addWidget(Label(note, "body", tone="text2", elide=True), 1)
        self.head.addWidget(self.add)
        self.notices = QVBoxLayout()
        self.notices.setContentsMargins(20, 0, 20, 0)
        self.waiting = Skeleton()
        self._stack = QStackedWidget()
        for part in (self.waiting, self.table, self.empty):
            self._stack.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self.head)
        column.addWidget(Divider())
        column.addLayout(self.notices)
        column.addWidget(self._stack, 1)
        self.add.setVisible(may)
        self.setFocusProxy(self.table)
        desk.live.changed.connect(self._on_changed)

    def ask(self) -> Sequence[Any]:
        """What is listed; runs in a lane."""
        raise NotImplementedError

    def cell(self, record: Any, key: str) -> Cell:
        """How a record looks in a column."""
        raise NotImplementedError

    def open(self, record: Any) -> None:
        """The sheet of a record, or of a new one."""
        raise NotImplementedError

    def show_records(self, records: Sequence[Any]) -> None:
        """Show these; the chosen row stays chosen."""
        chosen = self.table.current_row()
        identity = self.model.record(chosen).id if 0 <= chosen < self.model.rowCount() else None
        self.model.set_records(records)
        self._stack.setCurrentWidget(self.table if records else self.empty)
        self.add.setVisible(self.may and bool(records))
        self.table.select_row(self.model.row_of(identity) if identity is not None else 0)

    def refresh(self) -> None:
        """Ask again."""
        self._stale = False
        self.desk.tasks.query(self, self.ask, self._answered, failed=self._cannot, replaces="list")

    def show_banner(
        self, text: str, tone: str = "info", action: str = "", then: Callable[[], object] | None = None
    ) -> None:
        """A notice over the list, in place of the one before."""
        self.clear_banner()
        self._banner = Banner(text, "danger" if tone == "danger" else "info", action=action)
        if then is not None:
            self._banner.actionTriggered.connect(self.clear_banner)
            self._banner.actionTriggered.connect(lambda: then())
        self.notices.addSpacing(12)
        self.notices.addWidget(self._banner)
        self.notices.addSpacing(12)

    def clear_banner(self) -> None:
        """Take the notice away."""
        if self._banner is not None:
            self._banner.hide()
            self._banner.deleteLater()
            self._banner = None
            while self.notices.count():
                self.notices.takeAt(0)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def focus_list(self) -> None:
        """Give the list the keys."""
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _answered(self, records: Sequence[Any]) -> None:
        self.clear_banner()
        self.show_records(records)

    def _on_opened(self, row: int) -> None:
        if self.may:
            self.open(self.model.record(row))

    def _cannot(self, error: ClinicError) -> None:
        errors.show(self, error, retry=self.refresh)

    def _on_changed(self, changes: ChangeSet) -> None:
        if not changes.touches(*self.about):
            return
        if self.isVisible():
            self.refresh()
        else:
            self._stale = True
