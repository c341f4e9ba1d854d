"""The overview of a chart: contact at the left, what happened in the middle, what comes and is filed at the right."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.scheduling import CHANGEABLE, Appointment
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.patients import words
from meditrack_desktop.ui.patients.care_team_section import CareTeamSection
from meditrack_desktop.ui.patients.chart_content import ChartContent
from meditrack_desktop.ui.patients.rows import OpenRow, clear, column, fact, labelled_fact
from meditrack_desktop.ui.patients.timeline import Timeline
from meditrack_desktop.ui.widgets import (
    Button,
    Card,
    Divider,
    Label,
    ScrollColumn,
    SectionHeading,
    StatusPill,
)

LEFT_WIDTH, RIGHT_WIDTH = 248, 272
THREE_FROM, TWO_FROM = 980, 620
COMING, DOCUMENTS = 3, 5


class Overview(QWidget):
    """In a narrow page the left column goes below the right one, in a very narrow one all is one column."""

    allDocumentsRequested = Signal()
    allVisitsRequested = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._columns = 0
        self.timeline = Timeline(desk)
        self.team = CareTeamSection(desk)
        self._contact = QWidget()
        self._contact_rows = QVBoxLayout(self._contact)
        self._contact_rows.setContentsMargins(0, 0, 0, 0)
        self._contact_rows.setSpacing(14)
        self._left = ScrollColumn(margins=(20, 16, 16, 16))
        self._left.body.addStretch(1)
        self._left.setAccessibleName(self.tr("Contact and details"))
        self._middle = ScrollColumn(margins=(20, 16, 20, 16))
        self._middle.body.addWidget(self.timeline, 1)
        self._right = ScrollColumn(margins=(18, 16, 20, 16))
        self._side = QWidget()
        self._side_rows = QVBoxLayout(self._side)
        self._side_rows.setContentsMargins(0, 0, 0, 0)
        self._side_rows.setSpacing(14)
        self._contact_line = Divider()
        self._coming = column(6)
        self._filed = column(2)
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
        self._show_contact(content)
        self.timeline.show_content(content)
        self._show_coming(content)
        self._show_documents(content)
        self.team.show_content(content)

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
            self._left.body.insertWidget(0, self._contact)
        else:
            self._side_rows.insertWidget(self._side_rows.count() - 1, self._contact)
        if columns == 1:
            self._middle.body.insertWidget(0, self._side)
        else:
            self._right.body.addWidget(self._side)
        self._contact_line.setVisible(columns < 3)
        self._left.setVisible(columns == 3)
        self._left_edge.setVisible(columns == 3)
        self._right.setVisible(columns > 1)
        self._right_edge.setVisible(columns > 1)

    def _fill_right(self) -> None:
        body, may = self._side_rows, self._desk.actor.may
        if may(Permission.VIEW_CALENDAR):
            body.addLayout(self._coming)
            body.addWidget(Divider())
        if may(Permission.LIST_DOCUMENTS):
            body.addLayout(self._filed)
            body.addWidget(Divider())
        body.addWidget(self.team)
        self.team.setVisible(may(Permission.VIEW_CARE_TEAM))
        body.addWidget(self._contact_line)
        body.addStretch(1)

    def _show_contact(self, content: ChartContent) -> None:
        patient, rows = content.patient, self._contact_rows
        clear(rows)
        contact = column(2)
        contact.addWidget(SectionHeading(self.tr("Contact")))
        for phone in patient.phones:
            contact.addWidget(fact("smartphone" if phone.use == "mobile" else "phone", phone.value))
        if patient.email:
            contact.addWidget(fact("mail", patient.email))
        address = words.address_lines(patient)
        if address:
            contact.addWidget(fact("house", "\n".join(address)))
        if contact.count() == 1:
            contact.addWidget(
                Label(self.tr("No phone, e-mail or address is known."), tone="text2", wrap=True)
            )
        rows.addLayout(contact)
        rows.addWidget(Divider())
        details = column(2)
        details.addWidget(SectionHeading(self.tr("Details")))
        known = (
            (self.tr("Preferred"), patient.preferred_name),
            (self.tr("Gender"), words.gender_word(patient.gender).capitalize()),
            (self.tr("Language"), patient.language),
            (self.tr("Registered"), words.date_text(to_wall(patient.created_at, self._desk.facts.tz).date())),
        )
        for label, text in known:
            if text:
                details.addWidget(labelled_fact(label, text, width=84))
        rows.addLayout(details)
        if patient.note:
            rows.addWidget(Divider())
            note = column(4)
            note.addWidget(SectionHeading(self.tr("Note")))
            note.addWidget(Label(patient.note, wrap=True, selectable=True))
            rows.addLayout(note)

    def _show_coming(self, content: ChartContent) -> None:
        clear(self._coming)
        may_book = self._desk.actor.may(Permission.BOOK_APPOINTMENT) and content.patient.active
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
        for document in content.documents[:DOCUMENTS]:
            row = OpenRow(
                document.title,
                icon=words.DOCUMENT_ICONS[document.type],
                note=words.date_text(words.document_day(document, self._desk.facts.tz)),
            )
            row.clicked.connect(partial(_open, self._desk, content, document.id))
            self._filed.addWidget(row)
        if not count:
            self._filed.addWidget(Label(self.tr("No documents yet."), tone="text2"))


def _open(desk: Desk, content: ChartContent, document_id: object, _checked: bool = False) -> None:
    found = next(document for document in content.documents if document.id == document_id)
    desk.go.document(content.patient.id, found.id)
