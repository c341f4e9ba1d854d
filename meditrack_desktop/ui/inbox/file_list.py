"""The left side of the inbox: the files of one tab, where more are dropped, and which keys do what."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from meditrack_desktop.domain.incoming import IncomingFile, IncomingState
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.filing.drop_zone import DropZone
from meditrack_desktop.ui.inbox.person_check import named_in
from meditrack_desktop.ui.inbox.words import (
    lies_born_words,
    moment,
    refusal_words,
    size_words,
    tr,
    whose_words,
)
from meditrack_desktop.ui.widgets import Cell, CellTag, Column, Label, RecordModel, RecordTable


class FileList(QWidget):
    """`moved`: another file is in hand, or the same one anew. `opened`: Enter on it."""

    moved = Signal()
    opened = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._quiet = False
        self.model = RecordModel(
            [Column("file", tr("File"), 200, stretch=True, sortable=False)],
            self._cell,
            identity=lambda file: file.id,
        )
        self.table = RecordTable(self.model, tr("Files in the inbox"), two_lines=True)
        self.table.head.hide()
        self.table.rowChanged.connect(lambda _row: None if self._quiet else self.moved.emit())
        self.table.opened.connect(lambda _row: self.opened.emit())
        self.table.installEventFilter(self)
        self.drop = DropZone()
        self.hints = Label("", "hint", tone="text2", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 12)
        column.setSpacing(8)
        column.addWidget(self.table, 1)
        below = QVBoxLayout()
        below.setContentsMargins(12, 0, 12, 0)
        below.setSpacing(8)
        below.addWidget(self.hints)
        below.addWidget(self.drop)
        column.addLayout(below)
        self.setFocusProxy(self.table)

    @property
    def chosen(self) -> IncomingFile | None:
        """The file of the chosen row."""
        row = self.table.current_row()
        return self.model.record(row) if 0 <= row < self.model.rowCount() else None

    @property
    def next(self) -> IncomingFile | None:
        """The file that comes after it."""
        row = self.table.current_row() + 1
        return self.model.record(row) if 0 < row < self.model.rowCount() else None

    def show_files(self, files: Sequence[IncomingFile]) -> None:
        """These now; the chosen one stays, or else the one that followed it is chosen."""
        before = [self.model.record(row).id for row in range(self.model.rowCount())]
        at = self.table.current_row()
        rest = before[at:] + before[:at][::-1] if 0 <= at < len(before) else []
        known = {file.id for file in files}
        stays = next((each for each in rest if each in known), None)
        self._quiet = True
        self.model.set_records(files)
        self.table.select_row(self.model.row_of(stays) if stays is not None else 0)
        self._quiet = False
        self.moved.emit()

    def take_out(self, file_id: UUID) -> None:
        """This one was dealt with here: the next stands in its place at once, before the clinic answers."""
        files = [self.model.record(row) for row in range(self.model.rowCount())]
        if len(files) > 1 and any(file.id == file_id for file in files):
            self.show_files([file for file in files if file.id != file_id])

    def choose(self, file_id: UUID) -> None:
        """Have this one in hand, if it is here."""
        row = self.model.row_of(file_id)
        if row is not None and row >= 0:
            self.table.select_row(row)

    def show_state(self, state: IncomingState) -> None:
        """Of which tab the files will be."""
        self.drop.setVisible(state is IncomingState.WAITING)
        self.hints.setText(
            {
                IncomingState.WAITING: tr(
                    "Enter files, P other patient, T title, R turn, S split, Del discard, Ctrl+Z takes back"
                ),
                IncomingState.FILED: tr("W lets it wait again, within a day. Enter opens it in the chart"),
                IncomingState.DISCARDED: tr("W lets it wait again"),
            }.get(state, tr("A looks into the scan folder again. Del takes the line away"))
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            # A key that is held files one file, not the whole list.
            return enter and event.isAutoRepeat()
        return False

    def _cell(self, file: IncomingFile, key: str) -> Cell:
        at = moment(file.ended_at or file.received_at, self._desk.facts.tz, self._desk.today())
        if file.state is IncomingState.REFUSED:
            tag = CellTag(tr("Not taken in"), "danger")
            return Cell(file.file_name, f"{at}, {refusal_words(file)}", tags=(tag,))
        if file.state is IncomingState.FILED:
            return _filed_cell(file)
        if file.state is IncomingState.WAITING:
            named = named_in(file.named).name
            second = f"{named}, {at}" if named else ", ".join(part for part in (at, size_words(file)) if part)
        else:
            second = ", ".join(part for part in (at, file.ended_by_name) if part)
        return Cell(file.file_name, second, strong=True)


def _filed_cell(file: IncomingFile) -> Cell:
    """Whose it is now, and which file; the birth date stands first in its line, where nothing cuts it off."""
    found = file.filed_with
    if found is None:
        return Cell(file.file_name, whose_words(file), strong=True)
    tags = (CellTag(tr("In the bin"), "warn"),) if found.in_bin else ()
    return Cell(found.name, f"{lies_born_words(found)}, {file.file_name}", strong=True, tags=tags)
