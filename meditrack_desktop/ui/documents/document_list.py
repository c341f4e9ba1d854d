"""The patient's documents at the left, newest first, in groups by year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from meditrack_desktop.domain.documents import Document
from meditrack_desktop.domain.spool import WaitingDocument
from meditrack_desktop.ui.documents.document_row import DocumentRow
from meditrack_desktop.ui.documents.words import day_of, line_words
from meditrack_desktop.ui.filing.drop_zone import DropZone
from meditrack_desktop.ui.filing.words import type_words
from meditrack_desktop.ui.widgets import Button, Label, ScrollColumn, SearchBox, format_date, matches

WIDTH = 264


class YearHeading(QWidget):
    """A year over its documents. The room around it is not the label's, which would be pressed into it."""

    def __init__(self, year: int) -> None:
        super().__init__()
        self.label = Label(str(year), "small")
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 10, 14, 4)
        column.addWidget(self.label)


class DocumentList(QWidget):
    """One tab stop for the search, one for the rows with arrows inside. `chosen` carries the document's id.

    `searched` carries what somebody looks for, so that words inside the documents can be looked up as well;
    `show_hits` brings those. `addRequested` asks for files, `filesDropped` carries their paths.
    """

    chosen = Signal(object)
    searched = Signal(str)
    addRequested = Signal()
    filesDropped = Signal(object)

    def __init__(self, zone: ZoneInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._zone = zone
        self._documents: tuple[Document, ...] = ()
        self._locked: frozenset[UUID] = frozenset()
        self._binned: tuple[Document, ...] = ()
        self._hits: Mapping[UUID, str] = {}
        self._current: UUID | None = None
        self.in_bin = False
        self.rows: list[DocumentRow] = []
        self.search = SearchBox(self.tr("Search documents"))
        self.search.searched.connect(self._on_search)
        self.search.leftDown.connect(self._enter_rows)
        self.nothing = Label(self.tr("No document has these words."), "body", tone="text2", wrap=True)
        self.nothing.setContentsMargins(18, 12, 14, 0)
        self._scroll = ScrollColumn()
        self._scroll.setAccessibleName(self.tr("Documents"))
        self._scroll.body.setSpacing(0)
        self._scroll.body.addStretch(1)
        top = QVBoxLayout()
        top.setContentsMargins(18, 12, 14, 6)
        top.addWidget(self.search)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.nothing)
        column.addWidget(self._scroll, 1)
        self.nothing.setVisible(False)
        self.bin = Button("", "link", icon="trash-2", size="small")
        self.bin.clicked.connect(self.toggle_bin)
        self.waiting = Label("", "small", tone="warn", wrap=True)
        self.waiting.hide()
        self.drop = DropZone()
        self.drop.clicked.connect(self.addRequested)
        self.drop.dropped.connect(self.filesDropped)
        foot = QVBoxLayout()
        foot.setContentsMargins(18, 6, 14, 14)
        foot.setSpacing(8)
        foot.addWidget(self.bin, 0, Qt.AlignmentFlag.AlignLeft)
        foot.addWidget(self.waiting)
        foot.addWidget(self.drop)
        column.addLayout(foot)
        self.bin.setVisible(False)
        self.drop.setVisible(False)

    def show_documents(
        self, documents: Sequence[Document], binned: Sequence[Document], locked: frozenset[UUID]
    ) -> None:
        """Show these, and those in the bin where they are asked for; `locked` are not for this person's role."""
        self._documents = self._ordered(documents)
        self._binned = self._ordered(binned)
        self._locked = locked
        count = len(self._documents)
        words = (
            self.tr("Search 1 document") if count == 1 else self.tr("Search {n} documents").format(n=count)
        )
        self.search.setPlaceholderText(words)
        if not self._binned:
            self.in_bin = False
        self._fill()

    def show_waiting(self, waiting: Sequence[WaitingDocument]) -> None:
        """Say what was filed at this desk and is not stored yet."""
        titles = ", ".join(one.title or one.file_name for one in waiting)
        self.waiting.setText(self.tr("Waiting to be stored: {titles}").format(titles=titles))
        self.waiting.setVisible(bool(waiting))

    def offer_adding(self, offered: bool) -> None:
        """Whether files can be dropped here."""
        self.drop.setVisible(offered)

    def show_hits(self, text: str, hits: Mapping[UUID, str]) -> None:
        """Documents in whose words `text` was found, with the words around it; late answers are dropped."""
        if text == self.search.text():
            self._hits = hits
            self._fill()

    def toggle_bin(self) -> None:
        """Show what is in the bin, or the patient's documents again."""
        self.in_bin = not self.in_bin
        self._fill()

    def mark(self, document_id: UUID) -> None:
        """Show which document is open."""
        self._current = document_id
        for row in self.rows:
            row.setChecked(row.document.id == document_id)
        self._set_stops()

    def neighbour(self, step: int) -> UUID | None:
        """The document after (1) or before (-1) the open one, as the list stands; None at its end."""
        ids = [row.document.id for row in self.rows]
        if self._current not in ids:
            return ids[0] if ids else None
        at = ids.index(self._current) + step
        return ids[at] if 0 <= at < len(ids) else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        at = next((place for place, row in enumerate(self.rows) if row.hasFocus()), -1)
        key, plain = event.key(), not event.modifiers() & Qt.KeyboardModifier.AltModifier
        if at < 0 or not plain:
            super().keyPressEvent(event)
            return
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._focus_row(at + (1 if key == Qt.Key.Key_Down else -1))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._focus_row(0 if key == Qt.Key.Key_Home else len(self.rows) - 1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit(self.rows[at].document.id)
        else:
            super().keyPressEvent(event)

    def _ordered(self, documents: Sequence[Document]) -> tuple[Document, ...]:
        return tuple(
            sorted(documents, key=lambda one: (day_of(one, self._zone), one.created_at), reverse=True)
        )

    def _on_search(self, text: str) -> None:
        self._hits = {}
        self._fill()
        self.searched.emit(text)

    def _suits(self, document: Document, wanted: str) -> bool:
        day = format_date(day_of(document, self._zone))
        words = f"{document.title} {type_words(document.type)} {line_words(document)} {document.source} {day}"
        return document.id in self._hits or matches(wanted, f"{words} {document.note}")

    def _fill(self) -> None:
        had_focus = any(row.hasFocus() for row in self.rows)
        body = self._scroll.body
        while body.count() > 1:
            item = body.takeAt(0)
            widget = None if item is None else item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        wanted = self.search.text()
        shown = self._binned if self.in_bin else self._documents
        found = [document for document in shown if self._suits(document, wanted)]
        self.rows = []
        for year, group in groupby(found, key=lambda document: day_of(document, self._zone).year):
            body.insertWidget(body.count() - 1, YearHeading(year))
            for document in group:
                row = DocumentRow(
                    document,
                    self._zone,
                    locked=document.id in self._locked,
                    snippet=self._hits.get(document.id, ""),
                )
                row.clicked.connect(lambda _=False, which=document.id: self.chosen.emit(which))
                self.rows.append(row)
                body.insertWidget(body.count() - 1, row)
        self._say(bool(wanted), bool(found))
        if self._current is not None:
            self.mark(self._current)
        self._set_stops()
        if had_focus:
            self._enter_rows()

    def _say(self, searching: bool, found: bool) -> None:
        empty = self.tr("The bin is empty.") if self.in_bin else self.tr("No documents yet.")
        self.nothing.setText(self.tr("No document has these words.") if searching else empty)
        self.nothing.setVisible(not found)
        count = len(self._binned)
        self.bin.setVisible(bool(count) or self.in_bin)
        back, there = self.tr("Back to the documents"), self.tr("In the bin: {n}").format(n=count)
        self.bin.set_text(back if self.in_bin else there)
        self.bin.set_icon("arrow-left" if self.in_bin else "trash-2")

    def _set_stops(self) -> None:
        stop = next((row for row in self.rows if row.isChecked()), self.rows[0] if self.rows else None)
        for row in self.rows:
            row.setFocusPolicy(Qt.FocusPolicy.StrongFocus if row is stop else Qt.FocusPolicy.ClickFocus)

    def _enter_rows(self) -> None:
        at = next((place for place, row in enumerate(self.rows) if row.isChecked()), 0)
        self._focus_row(at)

    def _focus_row(self, at: int) -> None:
        if self.rows:
            self.rows[max(0, min(len(self.rows) - 1, at))].setFocus(Qt.FocusReason.TabFocusReason)
