"""The patient's documents at the left, newest first, in groups by year."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from meditrack_desktop.domain.documents import Document
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.documents.words import day_of, icon_of, line_words
from meditrack_desktop.ui.theme import draw_icon
from meditrack_desktop.ui.widgets import Label, ScrollColumn, SearchBox, format_date, matches, painting

WIDTH = 264


class DocumentRow(QAbstractButton):
    """One document: icon by kind, title, what it is, and its day."""

    def __init__(self, document: Document, zone: ZoneInfo, *, locked: bool) -> None:
        super().__init__()
        self.document = document
        self._locked = locked
        day = format_date(day_of(document, zone))
        self._day = day.rpartition(" ")[0]
        self._line = line_words(document)
        refused = ", " + self.tr("not for your role") if locked else ""
        self.setAccessibleName(f"{document.title}, {self._line}, {day}{refused}")
        self.setToolTip(document.title)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.current().changed.connect(self.update)

    @property
    def day(self) -> str:
        return self._day

    def nextCheckState(self) -> None:
        """The list decides which row is the current one."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right):
            event.ignore()  # the list's
            return
        super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(theme.current().px(180), theme.current().px(46))

    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        t = current.tokens
        painter = painting.start_mirrored(self)
        if self.isChecked():
            painter.fillRect(self.rect(), t.selected)
            painter.fillRect(0, 0, 3, self.height(), t.accent)
        elif self.underMouse():
            painter.fillRect(self.rect(), t.surface2)
        size = current.px(16)
        icon = "lock" if self._locked else icon_of(self.document.type)
        draw_icon(painter, 18, (self.height() - size) / 2, icon, size, t.text2)
        small = current.font("small")
        right = float(self.width() - 14)
        width = painting.text_width(self._day, small)
        line, below = current.line_height("emphasis"), current.line_height("small")
        top = (self.height() - line - below) / 2
        painting.line_text(
            painter,
            QRectF(right - width, 0, width, self.height()),
            self._day,
            small,
            t.text2,
            painting.RIGHT,
        )
        left = 18.0 + size + 10
        font = current.font("strong" if self.isChecked() else "emphasis")
        words = QRectF(left, top, right - width - 8 - left, line)
        painting.line_text(painter, words, self.document.title, font, t.text)
        words = QRectF(left, top + line, right - width - 8 - left, below)
        painting.line_text(painter, words, self._line, small, t.text2)
        painter.end()


class DocumentList(QWidget):
    """One tab stop for the search, one for the rows with arrows inside. `chosen` carries the document's id."""

    chosen = Signal(object)

    def __init__(self, zone: ZoneInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._zone = zone
        self._documents: tuple[Document, ...] = ()
        self._locked: frozenset[UUID] = frozenset()
        self._current: UUID | None = None
        self.rows: list[DocumentRow] = []
        self.search = SearchBox(self.tr("Search documents"))
        self.search.searched.connect(lambda _: self._fill())
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

    def show_documents(self, documents: Sequence[Document], locked: frozenset[UUID]) -> None:
        """Show these; `locked` are those that this person may not open."""
        self._documents = tuple(
            sorted(documents, key=lambda one: (day_of(one, self._zone), one.created_at), reverse=True)
        )
        self._locked = locked
        count = len(self._documents)
        words = (
            self.tr("Search 1 document") if count == 1 else self.tr("Search {n} documents").format(n=count)
        )
        self.search.setPlaceholderText(words)
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
        found = [
            document
            for document in self._documents
            if matches(wanted, f"{document.title} {line_words(document)} {document.source}")
        ]
        self.rows = []
        for year, group in groupby(found, key=lambda document: day_of(document, self._zone).year):
            heading = Label(str(year), "small")
            heading.setContentsMargins(18, 10, 14, 4)
            body.insertWidget(body.count() - 1, heading)
            for document in group:
                row = DocumentRow(document, self._zone, locked=document.id in self._locked)
                row.clicked.connect(lambda _=False, which=document.id: self.chosen.emit(which))
                self.rows.append(row)
                body.insertWidget(body.count() - 1, row)
        self.nothing.setVisible(bool(wanted) and not found)
        if self._current is not None:
            self.mark(self._current)
        self._set_stops()
        if had_focus:
            self._enter_rows()

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
