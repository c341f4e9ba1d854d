"""All documents of a patient in a table. Enter opens one, U adds, Delete puts one in the bin with a reason."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.documents import Document
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.filing.bin import Bin
from meditrack_desktop.ui.patients import words
from meditrack_desktop.ui.patients.chart_content import ChartContent
from meditrack_desktop.ui.widgets import (
    Button,
    Cell,
    CellTag,
    Column,
    Label,
    RecordModel,
    RecordTable,
    StateView,
)


class DocumentsTab(QWidget):
    """The chosen row stays when the documents are read again."""

    addRequested = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._content: ChartContent | None = None
        self._bin = Bin(desk, self)
        self._may_add = desk.actor.may(Permission.ATTACH_DOCUMENT)
        self._may_delete = desk.actor.may(Permission.DELETE_DOCUMENT)
        columns = [
            Column("title", self.tr("Title"), 220, stretch=True, sortable=False),
            Column("type", self.tr("Type"), 110, sortable=False),
            Column("date", self.tr("Date"), 110, sortable=False),
            Column("source", self.tr("From"), 140, priority=2, sortable=False),
            Column("added", self.tr("Added"), 220, priority=1, sortable=False),
            Column("size", self.tr("Size"), 90, priority=3, align_right=True, sortable=False),
        ]
        self.model = RecordModel(columns, self._cell, identity=lambda document: document.id)
        self.table = RecordTable(self.model, self.tr("Documents"))
        self.table.opened.connect(self._open)
        self.table.rowChanged.connect(lambda _row: self._show_acts())
        self.remove = Button(self.tr("Delete"), "danger_secondary", icon="trash-2", key="Del", size="small")
        self.remove.setAccessibleName(self.tr("Delete document"))
        self.remove.clicked.connect(self.delete_chosen)
        self.state = StateView("empty", self.tr("No documents yet"), icon="file-text")
        self.state.text.setText(self.tr("Drop files anywhere on this chart, or choose them."))
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.state)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._stack, 1)
        self.foot = self._foot()
        column.addWidget(self.foot)
        self._bind()

    def show_content(self, content: ChartContent) -> None:
        """Show a patient's documents."""
        self._content = content
        chosen = self._chosen()
        self.model.set_records(content.documents)
        self.table.select_row(self.model.row_of(chosen.id) if chosen is not None else -1)
        adds = self._may_add and content.open_to_change
        self.state.clear_actions()
        self.state.text.setVisible(adds)
        if adds:
            self.state.add_action(self.tr("Add document"), self.addRequested.emit, icon="file-plus")
        self.remove.setVisible(self._deletes())
        self._stack.setCurrentWidget(self.table if content.documents else self.state)
        self.foot.setVisible(bool(content.documents))
        self._show_acts()

    def delete_chosen(self) -> None:
        """Ask for the reason and put the chosen document in the bin; Undo takes it out again."""
        document = self._chosen()
        if document is None or self._content is None or not self._deletes():
            return
        self._bin.ask(document, self._content.patient)

    def _deletes(self) -> bool:
        """Whether documents can be put in the bin: a merged or restricted record stays as it is."""
        patient = self._content.patient if self._content is not None else None
        held = patient is not None and (patient.merged_into or patient.restricted_at) is not None
        return self._may_delete and not held

    def _foot(self) -> QWidget:
        foot = QWidget()
        row = QHBoxLayout(foot)
        row.setContentsMargins(20, 10, 20, 10)
        row.setSpacing(8)
        words_ = self.tr("Enter opens. Drop files anywhere on the chart to add them.")
        self.hint = Label(words_ if self._may_add else self.tr("Enter opens."), "hint", elide=True)
        row.addWidget(self.hint, 1)
        row.addWidget(self.remove)
        self.remove.setVisible(self._may_delete)
        return foot

    def _bind(self) -> None:
        if self._may_delete:
            delete = QShortcut(QKeySequence(Qt.Key.Key_Delete), self.table)
            delete.setContext(Qt.ShortcutContext.WidgetShortcut)
            delete.activated.connect(self.delete_chosen)

    def _cell(self, document: Document, key: str) -> Cell:
        zone = self._desk.facts.tz
        if key == "title":
            count = words.pages_text(document) if document.pages > 1 else ""
            tags = (CellTag(count),) if count else ()
            return Cell(document.title, icon=words.DOCUMENT_ICONS[document.type], tags=tags)
        if key == "type":
            return Cell(words.document_type_word(document.type), tone="text2")
        if key == "date":
            return Cell(words.date_text(words.document_day(document, zone)))
        if key == "source":
            return Cell(document.source, tone="text2")
        if key == "added":
            added = words.date_text(to_wall(document.created_at, zone).date())
            said = self.tr("{date} by {name}").format(date=added, name=document.created_by_name)
            return Cell(said, tone="text2")
        return Cell(words.size_text(document.size), tone="text2")

    def _chosen(self) -> Document | None:
        row = self.table.current_row()
        found: Document | None = self.model.record(row) if 0 <= row < self.model.rowCount() else None
        return found

    def _open(self, row: int) -> None:
        document: Document = self.model.record(row)
        self._desk.go.document(document.patient_id, document.id)

    def _show_acts(self) -> None:
        self.remove.setEnabled(self._chosen() is not None)
