"""The overview of a chart: its clinical side at the left, what happened in the middle, what comes and is filed at the
right. Who has no charts to read has the contact at the left, and nothing clinical anywhere."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.documents import Document
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.scheduling import CHANGEABLE, Appointment
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.frame.seat import belongs_to
from meditrack_desktop.ui.patients import words
from meditrack_desktop.ui.patients.care_team_section import CareTeamSection
from meditrack_desktop.ui.patients.chart.clinical_column import ClinicalColumn
from meditrack_desktop.ui.patients.chart.contact_column import ContactColumn
from meditrack_desktop.ui.patients.chart.document_cards import DocumentCards
from meditrack_desktop.ui.patients.chart.entry_rows import INSET, inset_line
from meditrack_desktop.ui.patients.chart.not_in_care import NotInCare
from meditrack_desktop.ui.patients.chart.note_box import NoteBox
from meditrack_desktop.ui.patients.chart.timeline import Timeline
from meditrack_desktop.ui.patients.chart_content import ChartContent
from meditrack_desktop.ui.patients.rows import clear, column, fact
from meditrack_desktop.ui.widgets import (
    Button,
    Card,
    Divider,
    Label,
    Layer,
    ScrollColumn,
    SectionHeading,
    StatusPill,
)

LEFT_WIDTH, RIGHT_WIDTH = 248, 272
THREE_FROM, TWO_FROM = 980, 620
COMING, DOCUMENTS = 3, 4


class Overview(QWidget):
    """In a narrow page the left column goes below the right one, in a very narrow one all is one column."""

    allDocumentsRequested = Signal()
    allVisitsRequested = Signal()
    allergiesRequested = Signal()

    def __init__(self, desk: Desk, patient_id: UUID, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._columns = 0
        self.timeline = Timeline(desk)
        self.team = CareTeamSection(desk)
        self.note = NoteBox(desk, patient_id)
        self.clinical = ClinicalColumn(desk)
        self.contact = ContactColumn(desk)
        self.closed = NotInCare(desk, patient_id)
        self._own = QWidget()
        own = QVBoxLayout(self._own)
        own.setContentsMargins(0, 0, 0, 0)
        own.addWidget(self.clinical)
        own.addWidget(self.contact)
        self._left = ScrollColumn(margins=(14, 14, 14, 16))
        self._left.body.addStretch(1)
        self._middle = ScrollColumn(margins=(20, 14, 20, 16))
        self._middle.body.setSpacing(14)
        self._middle.body.addWidget(self.note)
        self._middle.body.addWidget(self.closed)
        self._middle.body.addWidget(self.timeline, 1)
        self._right = ScrollColumn(margins=(18 - INSET, 14, 20 - INSET, 16))
        self._side = QWidget()
        self._side_rows = QVBoxLayout(self._side)
        self._side_rows.setContentsMargins(0, 0, 0, 0)
        self._side_rows.setSpacing(14)
        self._own_line = QWidget()
        self._own_line.setLayout(inset_line())
        # Entries are inset for the ground under them; what stands with them stands in line.
        self._coming = column(6)
        self._filed = column(2)
        for part in (self._coming, self._filed):
            part.setContentsMargins(INSET, 0, INSET, 0)
        self._left_edge = Divider(vertical=True)
        self._fill_right()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._left)
        row.addWidget(self._left_edge)
        row.addWidget(self._middle, 1)
        self._right_edge = Divider(vertical=True)
        row.addWidget(self._right_edge)
        row.addWidget(self._right)
        self._arrange(3)

    def show_content(self, content: ChartContent) -> None:
        """Show a patient."""
        clinical = content.chart is not None
        if not clinical:
            self._shut_sheets()
        self.clinical.setVisible(clinical)
        self.contact.setVisible(not clinical)
        self._left.setAccessibleName(self.tr("Clinical") if clinical else self.tr("Contact and details"))
        if clinical:
            self.clinical.show_content(content)
        else:
            self.contact.show_content(content)
        writes = clinical and self._desk.actor.may(Permission.WRITE_CHART) and content.open_to_change
        self.note.setVisible(writes)
        self.note.show_content(content)
        self.closed.show_content(content)
        self.timeline.show_content(content)
        self._say_what_first(content)
        self._show_coming(content)
        self._show_documents(content)
        self.team.show_content(content)

    def _shut_sheets(self) -> None:
        """What opened the chart is over: nothing clinical stays in front, not even half typed."""
        for layer in self.window().findChildren(Layer):
            if belongs_to(layer, self.clinical) or belongs_to(layer, self.note):
                layer.close_layer()

    def _say_what_first(self, content: ChartContent) -> None:
        """With nothing in the chart yet: what to add first, for whoever may."""
        empty = self.timeline.empty
        if empty.isHidden():
            return
        empty.clear_actions()
        known = content.allergies
        asked = known is None or bool(known.allergies) or known.none_known is not None
        may = self._desk.actor.may
        if not content.open_to_change:
            return
        if not asked and may(Permission.RECORD_ALLERGY):
            ask = self.allergiesRequested.emit
            empty.add_action(self.tr("Ask about allergies"), ask, icon="circle-question-mark")
        if may(Permission.BOOK_APPOINTMENT):
            book = partial(self._desk.go.book, content.patient.id)
            empty.add_action(self.tr("Book a visit"), book, icon="calendar-plus")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        px = theme.current().px
        self._arrange(3 if self.width() >= px(THREE_FROM) else 2 if self.width() >= px(TWO_FROM) else 1)

    def _arrange(self, columns: int) -> None:
        current = theme.current()
        self._left.setFixedWidth(current.px(LEFT_WIDTH))
        self._right.setFixedWidth(current.px(RIGHT_WIDTH))
        if columns == self._columns:
            return
        self._columns = columns
        if columns == 3:
            self._left.body.insertWidget(0, self._own)
        else:
            self._side_rows.insertWidget(0, self._own)
        if columns == 1:
            self._middle.body.insertWidget(0, self._side)
        else:
            self._right.body.addWidget(self._side)
        self._own_line.setVisible(columns < 3)
        self._left.setVisible(columns == 3)
        self._left_edge.setVisible(columns == 3)
        self._right.setVisible(columns > 1)
        self._right_edge.setVisible(columns > 1)

    def _fill_right(self) -> None:
        body, may = self._side_rows, self._desk.actor.may
        body.addWidget(self._own_line)
        if may(Permission.VIEW_CALENDAR):
            body.addLayout(self._coming)
            body.addLayout(inset_line())
        if may(Permission.LIST_DOCUMENTS):
            body.addLayout(self._filed)
            body.addLayout(inset_line())
        self.team.setContentsMargins(INSET, 0, INSET, 0)
        body.addWidget(self.team)
        self.team.setVisible(may(Permission.VIEW_CARE_TEAM))
        body.addStretch(1)

    def _show_coming(self, content: ChartContent) -> None:
        clear(self._coming)
        may_book = self._desk.actor.may(Permission.BOOK_APPOINTMENT) and content.open_to_change
        heading = SectionHeading(self.tr("Appointments"), action=self.tr("Book") if may_book else "")
        heading.actionTriggered.connect(partial(self._desk.go.book, content.patient.id))
        self._coming.addWidget(heading)
        coming = content.coming(self._desk.today())
        for visit in coming[:COMING]:
            self._coming.addWidget(self._visit_card(visit))
        if len(coming) > COMING:
            more = Button(self.tr("All {count} coming").format(count=len(coming)), "link", size="small")
            more.clicked.connect(self.allVisitsRequested)
            self._coming.addWidget(more, 0, Qt.AlignmentFlag.AlignLeft)
        if not any(visit.status in CHANGEABLE for visit in coming):
            self._coming.addWidget(fact("calendar-plus", self.tr("No next visit is booked.")))

    def _visit_card(self, visit: Appointment) -> QWidget:
        card = Card(padding=12)
        card.body.setSpacing(2)
        first = QHBoxLayout()
        first.addWidget(Label(words.wall_text(visit.wall_start, self._desk.today()), "strong"), 1)
        first.addWidget(StatusPill(words.look_of(visit)))
        card.body.addLayout(first)
        about = ", ".join((words.visit_title(visit), visit.practitioner_name))
        card.body.addWidget(Label(about, "small", wrap=True))
        return card

    def _show_documents(self, content: ChartContent) -> None:
        clear(self._filed)
        count = len(content.documents)
        heading = SectionHeading(
            self.tr("Documents"), action=self.tr("All {count}").format(count=count) if count else ""
        )
        heading.actionTriggered.connect(self.allDocumentsRequested)
        self._filed.addWidget(heading)
        if count:
            cards = DocumentCards(content.documents[:DOCUMENTS], self._desk)
            cards.opened.connect(partial(_open, self._desk))
            self._filed.addSpacing(4)
            self._filed.addWidget(cards)
        if not count:
            self._filed.addWidget(Label(self.tr("No documents yet."), tone="text2"))


def _open(desk: Desk, document: Document) -> None:
    desk.go.document(document.patient_id, document.id)
