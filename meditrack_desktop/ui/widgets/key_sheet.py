"""The keys of a page on one sheet: which they are, and what each does."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.widgets.badge import KeyCap
from meditrack_desktop.ui.widgets.label import Label
from meditrack_desktop.ui.widgets.popover import SideSheet

KeyLines = Sequence[tuple[Sequence[str], str]]
"""Keys that do the same or belong together, and what they do."""


class KeySheet(SideSheet):
    """Opens with sections of keys, each under its title."""

    def __init__(self, host: QWidget, title: str, sections: Sequence[tuple[str, KeyLines]]) -> None:
        super().__init__(host, title, width=440)
        for heading, lines in sections:
            self.body.addWidget(Label(heading, "strong"))
            grid = QGridLayout()
            grid.setHorizontalSpacing(14)
            grid.setVerticalSpacing(6)
            grid.setColumnMinimumWidth(0, theme.current().px(136))
            grid.setColumnStretch(1, 1)
            for number, (keys, words) in enumerate(lines):
                row = QHBoxLayout()
                row.setSpacing(4)
                for key in keys:
                    row.addWidget(KeyCap(key))
                row.addStretch(1)
                grid.addLayout(row, number, 0)
                grid.addWidget(Label(words, "body", wrap=True), number, 1)
            self.body.addLayout(grid)
        self.body.addStretch(1)
