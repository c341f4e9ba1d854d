"""What a file says of itself: every element as a line, searched by name, tag or value."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from meditrack_desktop.services.dicom_images import HeaderLine
from meditrack_desktop.ui.widgets import (
    Cell,
    Column,
    Label,
    RecordModel,
    RecordTable,
    SearchBox,
    SideSheet,
    matches,
)

WIDTH = 620


class HeaderSheet(SideSheet):
    """Opens with the lines of one file; nothing in it can be changed."""

    def __init__(self, host: QWidget, lines: Sequence[HeaderLine]) -> None:
        super().__init__(host, host.tr("Header"), width=WIDTH)
        self._lines = list(lines)
        self.search = SearchBox(self.tr("Search {n} lines").format(n=len(self._lines)))
        self.search.textChanged.connect(self._filter)
        self.count = Label("", "small", tone="text2")
        self.model = RecordModel(
            (
                Column("name", self.tr("Name"), 210, sortable=False),
                Column("value", self.tr("Value"), stretch=True, sortable=False),
                Column("tag", self.tr("Tag"), 120, priority=1, sortable=False),
            ),
            _cell,
            identity=id,
        )
        self.table = RecordTable(self.model, self.tr("Header"))
        self.body.addWidget(self.search)
        self.body.addWidget(self.count)
        self.body.addWidget(self.table, 1)
        self._filter("")

    def _filter(self, text: str) -> None:
        wanted = text.strip()
        found = [
            one for one in self._lines if not wanted or matches(wanted, f"{one.tag} {one.name} {one.value}")
        ]
        self.model.set_records(found)
        self.count.setText(self.tr("{n} of {count}").format(n=len(found), count=len(self._lines)))


def _cell(line: HeaderLine, key: str) -> Cell:
    if key == "name":
        return Cell("\N{EN SPACE}" * (2 * line.depth) + (line.name or line.tag))
    return Cell(line.value if key == "value" else line.tag, tone="text" if key == "value" else "text2")
