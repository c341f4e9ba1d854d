"""A column of entries under a heading with a plus: present ones shown, former ones behind one line."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.patients.chart.entry_rows import INSET, EntryRow, focus_key, release_keys
from meditrack_desktop.ui.patients.chart.entry_sheet import EntrySheet
from meditrack_desktop.ui.patients.chart_content import ChartContent
from meditrack_desktop.ui.patients.rows import clear, column
from meditrack_desktop.ui.widgets import Button, IconButton, Label, SectionHeading


class EntryList(QWidget):
    """Subclasses make the rows and open the form. What is unfolded stays so when the chart is read again."""

    def __init__(self, desk: Desk, title: str, add: str, nothing: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._nothing = desk, nothing
        self.content: ChartContent | None = None
        self.may_write = False
        self._unfolded = False
        self.setAccessibleName(title)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(2)
        head = QHBoxLayout()
        head.setContentsMargins(INSET, 0, 0, 0)
        head.addWidget(SectionHeading(title), 1)
        self.add = IconButton("plus", add, extent=28)
        self.add.clicked.connect(lambda _checked=False: self.open_form(None))
        head.addWidget(self.add)
        whole.addLayout(head)
        self._rows = column(2)
        whole.addLayout(self._rows)

    def show_content(self, content: ChartContent) -> None:
        """Show a patient's entries."""
        self.content = content
        may = self._desk.actor.may(Permission.WRITE_CHART)
        self.may_write = may and content.open_to_change and content.chart is not None
        self.add.setVisible(self.may_write)
        key = release_keys(self)
        clear(self._rows)
        present, past = self.entries(content)
        for row in present:
            self._put(row)
        if not present:
            nothing = Label(self._nothing, tone="text2", wrap=True)
            nothing.setContentsMargins(INSET, 0, INSET, 0)
            self._rows.addWidget(nothing)
        if past and self._unfolded:
            for row in past:
                self._put(row)
        if past:
            text = self.tr("Hide former ones") if self._unfolded else self.tr("{count} former")
            fold = Button(text.format(count=len(past)), "link", size="small")
            fold.clicked.connect(self._fold)
            line = QHBoxLayout()
            line.setContentsMargins(INSET, 0, 0, 0)
            line.addWidget(fold)
            line.addStretch(1)
            self._rows.addLayout(line)
        focus_key(self, key)

    def entries(self, content: ChartContent) -> tuple[list[EntryRow], list[EntryRow]]:
        """Rows of what is so now, and of what was."""
        raise NotImplementedError

    def open_form(self, entry: Any) -> QWidget | None:
        """Open the form for an entry, None for a new one."""
        raise NotImplementedError

    def open_sheet(self, sheet: EntrySheet, key: object) -> None:
        """Show a form; the keyboard comes back to its entry, whose row may have been made anew meanwhile."""
        sheet.closed.connect(lambda: focus_key(self, key) or self.add.setFocus())
        sheet.open_layer()

    def _put(self, row: EntryRow) -> None:
        row.setCursor(Qt.CursorShape.PointingHandCursor if self.may_write else Qt.CursorShape.ArrowCursor)
        self._rows.addWidget(row)

    def _fold(self) -> None:
        self._unfolded = not self._unfolded
        if self.content is not None:
            self.show_content(self.content)
