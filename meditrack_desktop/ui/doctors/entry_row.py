"""One line of a list on these pages: icon, words, tags, and small acts at its end."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLayout, QVBoxLayout, QWidget

from meditrack_desktop.ui.doctors.tab_order import ask_order
from meditrack_desktop.ui.widgets import Button, Card, Divider, IconButton, IconLabel, Label, Tag


class EntryRow(QWidget):
    """`text` with `second` below it; `tag` is (words, tone)."""

    def __init__(
        self,
        icon: str,
        text: str,
        second: str = "",
        *,
        tag: tuple[str, str] | None = None,
        quiet: bool = False,
    ) -> None:
        super().__init__()
        self.text, self.second = text, second
        self._name = ", ".join(part for part in (text, second) if part)
        self.setAccessibleName(self._name)
        line = QHBoxLayout(self)
        line.setContentsMargins(14, 8, 10, 8)
        line.setSpacing(12)
        line.addWidget(IconLabel(icon, 16, "text2"), 0, Qt.AlignmentFlag.AlignVCenter)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(Label(text, "emphasis", elide=True, tone="text2" if quiet else "text"))
        if second:
            words.addWidget(Label(second, "small", elide=True))
        line.addLayout(words, 1)
        if tag is not None:
            line.addWidget(Tag(tag[0], tag[1]), 0, Qt.AlignmentFlag.AlignVCenter)
        self._line = line

    def add_button(self, words: str, then: Callable[[], object]) -> Button:
        """An act in words."""
        button = Button(words, size="small")
        button.setAccessibleName(f"{words}: {self._name}")
        button.clicked.connect(lambda _=False: then())
        self._line.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        return button

    def add_icon(self, icon: str, words: str, then: Callable[[], object]) -> IconButton:
        """An act as an icon, its words as tooltip and name."""
        button = IconButton(icon, words, extent=28)
        button.setAccessibleName(f"{words}: {self._name}")
        button.clicked.connect(lambda _=False: then())
        self._line.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        return button


class EntryList(Card):
    """Rows with a line between them, or `nothing` in their place."""

    def __init__(self, nothing: str) -> None:
        super().__init__(padding=0)
        self._nothing = nothing
        self.rows: list[EntryRow] = []
        self.show_rows(())

    def show_rows(self, rows: list[EntryRow] | tuple[EntryRow, ...]) -> None:
        """Show these in place of the ones before."""
        clear(self.body)
        self.rows = list(rows)
        for number, row in enumerate(rows):
            if number:
                self.body.addWidget(Divider())
            self.body.addWidget(row)
        if not rows:
            words = Label(self._nothing, "body", tone="text2", wrap=True)
            words.setContentsMargins(14, 12, 14, 12)
            self.body.addWidget(words)
        ask_order(self)


def clear(layout: QLayout) -> None:
    """Take every widget out of a layout and let it go."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            clear(inner)
