"""What of the files that were brought was not taken in: each with its reason, all readable at once."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.ui import errors, theme
from meditrack_desktop.ui.inbox.taking_in import Brought
from meditrack_desktop.ui.inbox.words import tr
from meditrack_desktop.ui.widgets import Divider, IconButton, IconLabel, Label, ScrollColumn, announce

TALLEST = 150


class BroughtNotice(QWidget):
    """Stays until it is closed, or until something else is brought."""

    def __init__(self) -> None:
        super().__init__()
        self.title = Label("", "strong", wrap=True)
        self.lines: list[tuple[str, str]] = []
        self.close_notice = IconButton("x", tr("Close"))
        self.close_notice.clicked.connect(self.hide)
        self._rows = ScrollColumn(margins=(40, 0, 16, 10))
        self._rows.body.setSpacing(4)
        head = QHBoxLayout()
        head.setContentsMargins(16, 8, 12, 4)
        head.setSpacing(8)
        head.addWidget(IconLabel("circle-alert", 16, "danger"), 0, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self.title, 1)
        head.addWidget(self.close_notice)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Divider())
        column.addLayout(head)
        column.addWidget(self._rows)
        self.hide()

    def show_refused(self, brought: Brought) -> None:
        """Say of each why; nothing if all were taken."""
        self.lines = []
        for name, error in brought.refused:
            said = errors.words(error)
            self.lines.append((name, f"{said.title} {said.text}".strip()))
        while self._rows.body.count():
            item = self._rows.body.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        if not self.lines:
            self.hide()
            return
        kept = len(brought.taken) + len(brought.known)
        count = len(self.lines)
        words = tr("1 file was not taken in") if count == 1 else tr("{count} files were not taken in")
        title = words.format(count=count)
        if kept:
            title += ", " + (tr("1 was") if kept == 1 else tr("{kept} were").format(kept=kept))
        self.title.setText(title)
        for name, why in self.lines:
            self._rows.body.addWidget(
                Label(tr("{name}: {why}").format(name=name, why=why), "small", wrap=True)
            )
        line = theme.current().line_height("small")
        self._rows.setFixedHeight(min(theme.current().px(TALLEST), count * (2 * line + 4) + 12))
        self.show()
        announce(self, title, assertive=True)
