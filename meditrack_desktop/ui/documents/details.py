"""What is known of the open document, whether it was reviewed, what it belongs to, and its way into the bin."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from meditrack_desktop.domain.documents import Document, NameCheck, ScanVerdict
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.documents.linked_box import LinkedBox
from meditrack_desktop.ui.documents.page_content import PageContent
from meditrack_desktop.ui.documents.review_box import ReviewBox
from meditrack_desktop.ui.documents.version_box import VersionBox
from meditrack_desktop.ui.documents.words import (
    count_words,
    inert_words,
    media_words,
    moment_words,
    name_check_words,
    scan_words,
    size_words,
    text_words,
    times_words,
)
from meditrack_desktop.ui.filing.words import type_words
from meditrack_desktop.ui.widgets import Banner, Button, Divider, Label, ScrollColumn, format_date

WIDTH = 276
SIDE = 18


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

    def show_document(self, document: Document, zone: ZoneInfo, opened: int) -> None:
        """Replace what is shown."""
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.values = {}
        for row, (key, name, value) in enumerate(self._lines(document, zone, opened)):
            label = Label(name, "body", tone="text2")
            named = key == "file_name"
            shown = Label(_breakable(value) if named else value, "body", wrap=True, selectable=not named)
            shown.setAccessibleName(f"{name}: {value}")
            self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(shown, row, 1)
            self.values[key] = shown
        self._grid.setColumnMinimumWidth(0, theme.current().px(80))

    def _lines(self, document: Document, zone: ZoneInfo, opened: int) -> list[tuple[str, str, str]]:
        # Said by a banner of its own.
        confirmed = document.name_check is NameCheck.CONFIRMED
        dated = format_date(document.document_date) if document.document_date else self.tr("Not known")
        file = (media_words(document.media_type), count_words(document), size_words(document.size))
        lines = [
            ("type", self.tr("Type"), type_words(document.type)),
            ("date", self.tr("Date"), dated),
            ("source", self.tr("Source"), document.source or self.tr("Not known")),
            ("file", self.tr("File"), ", ".join(part for part in file if part)),
            ("file_name", self.tr("File name"), document.file_name),
            ("added", self.tr("Added"), moment_words(document.created_at, zone)),
            ("added_by", self.tr("Added by"), document.created_by_name),
            ("opened", self.tr("Opened"), times_words(opened)),
            ("verdict", self.tr("Virus check"), scan_words(document, zone)),
            ("names", self.tr("Names"), "" if confirmed else name_check_words(document.name_check)),
            ("text", self.tr("Words"), text_words(document.text_state)),
            ("note", self.tr("Note"), document.note),
        ]
        return [line for line in lines if line[2]]


class DetailPanel(QWidget):
    """The details at the right, or in the side sheet. Its requests are done by whoever made it."""

    deleteRequested = Signal()
    editRequested = Signal()
    reviewRequested = Signal(bool)
    documentRequested = Signal(object)
    visitRequested = Signal(object)
    linkRequested = Signal()

    def __init__(self, desk: Desk, *, in_sheet: bool = False) -> None:
        super().__init__()
        self._zone, self._actor = desk.facts.tz, desk.actor
        may = desk.actor.may
        self.setAccessibleName(self.tr("Details"))
        self.rows = DetailRows()
        self.unscanned = Banner(
            self.tr("No virus scanner has looked at this file. It is shown without running anything in it."),
            "info",
        )
        self.inert = Banner("", "info", icon="shield-check")
        self.named = Banner(name_check_words(NameCheck.CONFIRMED), "warn", icon="user-check")
        self.edit = Button(self.tr("Edit details"), "link")
        self.edit.clicked.connect(self.editRequested)
        self.versions = VersionBox(desk.facts.tz)
        self.versions.chosen.connect(self.documentRequested)
        self.review = ReviewBox(desk.facts.tz, may_review=may(Permission.REVIEW_DOCUMENT))
        self.review.reviewRequested.connect(self.reviewRequested)
        self.linked = LinkedBox(desk)
        self.linked.visitRequested.connect(self.visitRequested)
        self.linked.linkRequested.connect(self.linkRequested)
        self.delete = Button(self.tr("Delete document"), "danger_secondary", icon="trash-2")
        self.delete.clicked.connect(self.deleteRequested)
        self._lines = [Divider(), Divider()]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        if in_sheet:
            body = column
        else:
            scroll = ScrollColumn(margins=(SIDE, 14, SIDE, 0))
            bar = scroll.verticalScrollBar()

            def beside_the_bar(_least: int, most: int) -> None:
                # The bar lies in the margin: what is beside it neither grows narrower nor stands off the button below.
                if isValid(bar):  # it tells of its range while all of it is taken down, too
                    edge = max(0, SIDE - bar.sizeHint().width()) if most else SIDE
                    scroll.body.setContentsMargins(SIDE, 14, edge, 0)

            bar.rangeChanged.connect(beside_the_bar)
            scroll.body.setSpacing(12)
            scroll.body.addWidget(Label(self.tr("Details"), "strong"))
            column.addWidget(scroll, 1)
            body = scroll.body
        self._above = QVBoxLayout()
        body.insertLayout(0, self._above)
        body.addWidget(self.versions)
        body.addWidget(self.rows)
        body.addWidget(self.edit, 0, Qt.AlignmentFlag.AlignLeft)
        for banner in (self.named, self.unscanned, self.inert):
            body.addWidget(banner)
        for line, box in zip(self._lines, (self.review, self.linked), strict=True):
            body.addWidget(line)
            body.addWidget(box)
        body.addStretch(1)
        foot = QVBoxLayout()
        foot.setContentsMargins(*((0, 0, 0, 0) if in_sheet else (SIDE, 0, SIDE, 14)))
        foot.addWidget(self.delete)
        column.addLayout(foot)
        self.show_nothing()

    def show_document(self, document: Document, content: PageContent, *, readable: bool) -> None:
        """What is known of it. One in the bin or of a closed record cannot be changed."""
        changeable = content.open_to_change and document.deleted_at is None
        self.rows.show_document(document, self._zone, content.opened)
        self.rows.setVisible(True)
        self.edit.setVisible(changeable and self._actor.may(Permission.EDIT_DOCUMENT))
        self.unscanned.setVisible(document.verdict is ScanVerdict.NOT_SCANNED)
        self.named.setVisible(document.name_check is NameCheck.CONFIRMED)
        words = inert_words(document.inert)
        self.inert.set_text(words)
        self.inert.setVisible(bool(words))
        self.versions.show_versions(document, content)
        self.review.show_document(document, readable=readable and changeable)
        self.linked.show_document(document, content, may_link=not self.edit.isHidden())
        self._lines[0].setVisible(not self.review.isHidden())
        self._lines[1].setVisible(not self.linked.isHidden())
        self.delete.setVisible(changeable and readable and self._actor.may(Permission.DELETE_DOCUMENT))

    def put_above(self, widget: QWidget | None) -> None:
        """What one kind of document has to say before its details; None takes it away."""
        while (item := self._above.takeAt(0)) is not None:
            if (before := item.widget()) is not None:
                before.hide()
                before.deleteLater()
        if widget is not None:
            self._above.addWidget(widget)
            # Made after what follows it, it is reached before it all the same.
            for stop in widget.findChildren(QWidget):
                if stop.focusPolicy() & Qt.FocusPolicy.TabFocus:
                    QWidget.setTabOrder(stop, self.edit)

    def show_nothing(self) -> None:
        """Before there is anything to tell."""
        parts = (self.versions, self.rows, self.edit, self.unscanned, self.inert, self.named, self.review)
        for widget in (*parts, self.linked, self.delete, *self._lines):
            widget.setVisible(False)


def _breakable(text: str) -> str:
    """Lets a long file name wrap after its joints instead of widening the panel."""
    joint = "\N{ZERO WIDTH SPACE}"
    return "".join(letter + joint if letter in "_-." else letter for letter in text)
