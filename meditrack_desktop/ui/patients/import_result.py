"""Numbers and a table of rows with their reasons: what an import would do, or did."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.imports import Skipped
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.patients.import_words import Count
from meditrack_desktop.ui.patients.rows import clear, column
from meditrack_desktop.ui.widgets import (
    Cell,
    Column,
    IconLabel,
    Label,
    RecordModel,
    RecordTable,
    SectionHeading,
)


class ImportResult(QWidget):
    """`rows` is where further questions go, below the table."""

    def __init__(self, head: str) -> None:
        super().__init__()
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setSpacing(12)
        self._counts = column(6)
        self.rows.addLayout(self._counts)
        self._head = SectionHeading(head)
        self.rows.addWidget(self._head)
        columns = [
            Column("file", self.tr("File"), 120, priority=1, sortable=False),
            Column("where", self.tr("Where"), 84, sortable=False),
            Column("reason", self.tr("Reason"), 240, stretch=True, sortable=False),
        ]
        self.model = RecordModel(columns, _cell)
        self.table = RecordTable(self.model, head)
        self.table.setMinimumHeight(theme.current().px(160))
        self.table.rowChanged.connect(self._show_reason)
        self.rows.addWidget(self.table, 1)
        self.reason = Label("", "small", wrap=True, selectable=True)
        self.rows.addWidget(self.reason)

    def show_result(self, counts: Sequence[Count], notes: Sequence[str], skipped: Sequence[Skipped]) -> None:
        clear(self._counts)
        for icon, tone, text in counts:
            row = QHBoxLayout()
            row.setSpacing(8)
            row.addWidget(IconLabel(icon, 16, tone))
            row.addWidget(Label(text, "body", wrap=True), 1)
            self._counts.addLayout(row)
        for note in notes:
            self._counts.addWidget(Label(note, "small", wrap=True, selectable=True))
        self.model.set_records(tuple(skipped))
        self._head.set_count(len(skipped) or None)
        for part in (self._head, self.table, self.reason):
            part.setVisible(bool(skipped))
        self.reason.setText("")

    def _show_reason(self, row: int) -> None:
        self.reason.setText(self.model.record(row).reason if 0 <= row < self.model.rowCount() else "")


def _cell(skip: Skipped, key: str) -> Cell:
    return Cell(getattr(skip, key), tone="text" if key == "reason" else "text2")
