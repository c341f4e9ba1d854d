"""What is known of the open document, and its way into the bin."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.documents import Document, ScanVerdict
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.documents.words import (
    media_words,
    moment_words,
    page_words,
    size_words,
    type_words,
    verdict_words,
)
from meditrack_desktop.ui.widgets import Banner, Button, Label, ScrollColumn, format_date

WIDTH = 276


class DetailRows(QWidget):
    """Names and values, two columns."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(7)
        self._grid.setColumnStretch(1, 1)
        self.values: dict[str, Label] = {}

    def show_document(self, document: Document, zone: ZoneInfo) -> None:
        """Replace what is shown."""
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.values = {}
        dated = format_date(document.document_date) if document.document_date else self.tr("Not known")
        file = [media_words(document.media_type), page_words(document.pages), size_words(document.size)]
        for row, (key, name, value) in enumerate(
            (
                ("type", self.tr("Type"), type_words(document.type)),
                ("date", self.tr("Date"), dated),
                ("source", self.tr("Source"), document.source or self.tr("Not known")),
                ("file", self.tr("File"), ", ".join(file)),
                ("file_name", self.tr("File name"), document.file_name),
                ("added", self.tr("Added"), moment_words(document.created_at, zone)),
                ("added_by", self.tr("Added by"), document.created_by_name),
                ("verdict", self.tr("Virus check"), verdict_words(document.verdict)),
            )
        ):
            label = Label(name, "body", tone="text2")
            named = key == "file_name"
            shown = Label(_breakable(value) if named else value, "body", wrap=True, selectable=not named)
            shown.setAccessibleName(f"{name}: {value}")
            self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(shown, row, 1)
            self.values[key] = shown
        self._grid.setColumnMinimumWidth(0, theme.current().px(80))


class DetailPanel(QWidget):
    """The details at the right, or in the side sheet. `deleteRequested` asks for the reason."""

    deleteRequested = Signal()

    def __init__(self, zone: ZoneInfo, *, may_delete: bool, in_sheet: bool = False) -> None:
        super().__init__()
        self._zone = zone
        self.setAccessibleName(self.tr("Details"))
        self.rows = DetailRows()
        self.unscanned = Banner(
            self.tr("No virus scanner has looked at this file. It is shown without running anything in it."),
            "info",
        )
        self.delete = Button(self.tr("Delete document"), "danger_secondary", icon="trash-2")
        self.delete.clicked.connect(self.deleteRequested)
        self._may_delete = may_delete
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        if in_sheet:
            body = column
        else:
            scroll = ScrollColumn(margins=(18, 14, 18, 0))
            scroll.body.setSpacing(12)
            scroll.body.addWidget(Label(self.tr("Details"), "strong"))
            column.addWidget(scroll, 1)
            body = scroll.body
        body.addWidget(self.rows)
        body.addWidget(self.unscanned)
        body.addStretch(1)
        foot = QVBoxLayout()
        foot.setContentsMargins(*((0, 0, 0, 0) if in_sheet else (18, 0, 18, 14)))
        foot.addWidget(self.delete)
        column.addLayout(foot)
        self.show_nothing()

    def show_document(self, document: Document) -> None:
        """What is known of it. One in the bin cannot be deleted again."""
        self.rows.show_document(document, self._zone)
        self.rows.setVisible(True)
        self.unscanned.setVisible(document.verdict is ScanVerdict.NOT_SCANNED)
        self.delete.setVisible(self._may_delete and document.deleted_at is None)

    def show_nothing(self) -> None:
        """Before there is anything to tell."""
        for widget in (self.rows, self.unscanned, self.delete):
            widget.setVisible(False)


def _breakable(text: str) -> str:
    """Lets a long file name wrap after its joints instead of widening the panel."""
    joint = "\N{ZERO WIDTH SPACE}"
    return "".join(letter + joint if letter in "_-." else letter for letter in text)
