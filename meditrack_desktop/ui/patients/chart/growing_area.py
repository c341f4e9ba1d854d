"""The field of a note, which grows with what is written in it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QSizePolicy

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.widgets import TextArea

LINES, MOST_LINES = 2, 14


class GrowingArea(TextArea):
    """As tall as its text, within bounds."""

    def __init__(self) -> None:
        super().__init__(lines=LINES)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.document().setDocumentMargin(0)
        self.textChanged.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        current = theme.current()
        lines = max(1, round(self.document().size().height())) if self.toPlainText() else LINES
        return QSize(current.px(240), min(max(lines, LINES), MOST_LINES) * current.line_height("body") + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.current().px(80), self.sizeHint().height())
