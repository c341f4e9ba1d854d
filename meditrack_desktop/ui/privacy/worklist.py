"""One list of the Privacy page: its table, what is said where it is empty, and the acts on the chosen line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar, cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.widgets import (
    Button,
    Cell,
    Column,
    Divider,
    Label,
    RecordModel,
    RecordTable,
    StateView,
)

T = TypeVar("T")


class Worklist(QWidget, Generic[T]):
    """`chosenChanged` after the chosen line or what is known of it changed. Enter opens a line."""

    chosenChanged = Signal()

    def __init__(
        self,
        name: str,
        columns: Sequence[Column],
        cell: Callable[[T, str], Cell],
        identity: Callable[[T], object],
        nothing: tuple[str, str],
        *,
        two_lines: bool = False,
    ) -> None:
        super().__init__()
        self.model = RecordModel(list(columns), cell, identity=identity)
        self.table = RecordTable(self.model, name, two_lines=two_lines)
        self._identity = identity
        self.nothing = StateView("empty", *nothing, icon="check-check")
        self.failed = StateView("error", "")
        self._stack = QStackedWidget()
        for widget in (QWidget(), self.table, self.nothing, self.failed):
            self._stack.addWidget(widget)
        self.about = Label("", "body", tone="text2", wrap=True)
        self._acts = QHBoxLayout()
        self._acts.setContentsMargins(20, 10, 20, 10)
        self._acts.setSpacing(10)
        self._acts.addWidget(self.about, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._stack, 1)
        column.addWidget(Divider())
        column.addLayout(self._acts)
        self.setFocusProxy(self.table)
        self.table.rowChanged.connect(lambda _row: self.chosenChanged.emit())

    def add_act(self, button: Button, then: Callable[[], object]) -> Button:
        """An act on the chosen line, at the foot of the list."""
        button.clicked.connect(lambda: then())
        button.setEnabled(False)
        self._acts.addWidget(button)
        return button

    def show_records(self, records: Sequence[T]) -> None:
        """Show the answer; the chosen line stays chosen."""
        before = self.chosen
        self.model.set_records(records)
        row = self.model.row_of(self._identity(before)) if before is not None else -1
        self.table.select_row(max(row, 0) if records else -1)
        self._stack.setCurrentWidget(self.table if records else self.nothing)
        self.chosenChanged.emit()

    def show_failure(self, error: ClinicError, again: Callable[[], object]) -> None:
        """Say why there is no list; one that is shown stays."""
        if self._stack.currentWidget() is self.table:
            errors.show(self, error)
            return
        said = errors.words(error)
        self.failed.clear_actions()
        self.failed.set_state("error", said.title, said.text)
        self.failed.add_action(self.tr("Try again"), again, icon="refresh-cw")
        self._stack.setCurrentWidget(self.failed)

    @property
    def chosen(self) -> T | None:
        row = self.table.current_row()
        return cast("T", self.model.record(row)) if 0 <= row < self.model.rowCount() else None
