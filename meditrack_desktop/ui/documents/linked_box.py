"""What the open document belongs to: a visit, and the page of the chart it stands on."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from meditrack_desktop.domain.documents import Document
from meditrack_desktop.domain.scheduling import Appointment
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.documents.page_content import PageContent
from meditrack_desktop.ui.documents.words import visit_words
from meditrack_desktop.ui.widgets import Button, Label


class LinkedBox(QWidget):
    """`visitRequested` carries the visit; `linkRequested` asks to choose one. Hidden where neither can be."""

    visitRequested = Signal(object)
    linkRequested = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)

    def show_document(self, document: Document, content: PageContent, *, may_link: bool) -> None:
        """Replace what is shown."""
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        visit = content.visit_of(document)
        self._column.addWidget(Label(self.tr("Linked to"), "strong"))
        if visit is not None:
            words = visit_words(visit, self._desk.today())
            button = Button(self.tr("Visit {which}").format(which=words), "link", icon="calendar-days")
            button.clicked.connect(partial(self._open, visit))
            self._column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        elif may_link and content.visits:
            link = Button(self.tr("Link to a visit"), "link", icon="link")
            link.clicked.connect(self.linkRequested)
            self._column.addWidget(link, 0, Qt.AlignmentFlag.AlignLeft)
        self.setVisible(self._column.count() > 1)

    def _open(self, visit: Appointment, _checked: bool = False) -> None:
        self.visitRequested.emit(visit)
