"""The preview of one patient beside the list: who it is, how to reach them, today, and what was filed last."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.patients import ContactBy
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.patients import words
from meditrack_desktop.ui.patients.chart.band_tags import band_tags
from meditrack_desktop.ui.patients.chart_content import ChartContent
from meditrack_desktop.ui.patients.rows import OpenRow, clear, column, fact
from meditrack_desktop.ui.widgets import (
    Avatar,
    Button,
    Divider,
    FlowRow,
    Label,
    ScrollColumn,
    SectionHeading,
    StateView,
    StatusPill,
)

RECENT = 4


class PatientPreview(QWidget):
    """`show_content` fills it, `show_nothing` says that nobody is chosen. Acts go through the desk's navigator."""

    acted = Signal()

    def __init__(self, desk: Desk, *, margin: int = 18, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Preview"))
        self._desk = desk
        self.content: ChartContent | None = None
        self.open: Button | None = None
        self.nothing = StateView("empty", self.tr("Nobody chosen"), icon="user-round")
        self.nothing.text.setText(self.tr("Choose a patient to see who it is and what comes next."))
        self.nothing.text.show()
        self._scroll = ScrollColumn(margins=(margin, 16 if margin else 0, margin, 16))
        self._scroll.body.setSpacing(14)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.nothing, 1)
        whole.addWidget(self._scroll, 1)
        self.show_nothing()

    def show_nothing(self) -> None:
        """Nobody is chosen."""
        self.content = None
        self._scroll.hide()
        self.nothing.show()

    def show_content(self, content: ChartContent) -> None:
        """Show a patient."""
        self.content = content
        body = self._scroll.body
        clear(body)
        body.addLayout(self._identity(content))
        to_chart = self._then(partial(self._desk.go.patient, content.patient.id))
        tags = band_tags(content, self._desk, to_chart, to_chart)
        if tags:
            row = FlowRow()
            for tag in tags:
                row.flow.addWidget(tag)
            body.addWidget(row)
        body.addLayout(self._acts(content))
        if content.patient.provisional and content.open_to_change:
            body.addLayout(self._to_complete(content))
        for section in (self._today(content), self._contact(content), self._recent(content)):
            if section is not None:
                body.addWidget(Divider())
                body.addLayout(section)
        body.addStretch(1)
        self.nothing.hide()
        self._scroll.show()

    def book(self) -> None:
        """Book a visit for the patient shown, if their record is open."""
        if self.content is not None and self.content.open_to_change:
            self.acted.emit()
            self._desk.go.book(self.content.patient.id)

    def _identity(self, content: ChartContent) -> QHBoxLayout:
        patient = content.patient
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(Avatar(patient.name, size=36), 0, Qt.AlignmentFlag.AlignTop)
        names = column(2)
        names.addWidget(Label(patient.name, "section", wrap=True))
        about = (
            words.born_and_age(patient.birth_date, self._desk.today()),
            words.gender_word(patient.gender),
            patient.mrn,
        )
        names.addWidget(Label(", ".join(part for part in about if part), "small", wrap=True))
        row.addLayout(names, 1)
        return row

    def _acts(self, content: ChartContent) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        go, patient = self._desk.go, content.patient
        self.open = Button(self.tr("Open chart"), "primary", key="Enter")
        self.open.set_default()
        self.open.clicked.connect(self._then(partial(go.patient, patient.id)))
        row.addWidget(self.open, 1)
        if self._desk.actor.may(Permission.BOOK_APPOINTMENT):
            book = Button(self.tr("Book"), icon="calendar-plus", key="B")
            book.setAccessibleName(self.tr("Book for {who}").format(who=words.two_identifiers(patient)))
            book.setEnabled(content.open_to_change)
            book.setToolTip(words.why_closed(patient))
            book.clicked.connect(self.book)
            row.addWidget(book, 1)
        return row

    def _to_complete(self, content: ChartContent) -> QHBoxLayout:
        """A record of a name and a phone: the way to the rest of it."""
        row = QHBoxLayout()
        if self._desk.actor.may(Permission.EDIT_PATIENT):
            complete = Button(self.tr("Complete the record"), icon="pencil", key="E")
            complete.clicked.connect(self._then(partial(self._desk.go.complete, content.patient.id)))
            row.addWidget(complete, 1)
        return row

    def _today(self, content: ChartContent) -> QVBoxLayout | None:
        if not self._desk.actor.may(Permission.VIEW_CALENDAR):
            return None
        today = self._desk.today()
        coming = content.coming(today)
        of_today = [visit for visit in coming if visit.day == today]
        section = column(4)
        section.addWidget(SectionHeading(self.tr("Today") if of_today else self.tr("Next visit")))
        shown = of_today or coming[:1]
        for visit in shown:
            first = QHBoxLayout()
            start = f"{visit.wall_start:%H:%M}" if of_today else words.wall_text(visit.wall_start, today)
            first.addWidget(Label(f"{start} {words.visit_title(visit)}", "body", elide=True), 1)
            first.addWidget(StatusPill(words.look_of(visit)))
            section.addLayout(first)
            section.addWidget(Label(visit.practitioner_name, "small", elide=True))
        if not shown:
            section.addWidget(Label(self.tr("No visit is booked."), "body", tone="text2"))
        return section

    def _contact(self, content: ChartContent) -> QVBoxLayout:
        patient = content.patient
        section = column(2)
        section.addWidget(SectionHeading(self.tr("Contact")))
        for phone in patient.phones:
            section.addWidget(fact("smartphone" if phone.use == "mobile" else "phone", phone.value))
        if patient.email:
            section.addWidget(fact("mail", patient.email))
        wants = [words.contact_by_word(patient.contact_by)] if patient.contact_by is not ContactBy.ANY else []
        wants += [patient.language] if patient.language else []
        if wants:
            section.addWidget(fact("message-square", ", ".join(wants)))
        if section.count() == 1:
            section.addWidget(Label(self.tr("No phone or e-mail is known."), "body", tone="text2"))
        return section

    def _recent(self, content: ChartContent) -> QVBoxLayout | None:
        if not self._desk.actor.may(Permission.LIST_DOCUMENTS):
            return None
        section = column(2)
        section.addWidget(SectionHeading(self.tr("Recent documents"), count=len(content.documents) or None))
        for document in content.documents[:RECENT]:
            row = OpenRow(
                document.title,
                icon=words.DOCUMENT_ICONS[document.type],
                note=words.date_text(words.document_day(document, self._desk.facts.tz)),
            )
            row.clicked.connect(self._then(partial(self._desk.go.document, content.patient.id, document.id)))
            section.addWidget(row)
        if not content.documents:
            section.addWidget(Label(self.tr("No documents yet."), "body", tone="text2"))
        return section

    def _then(self, act: Callable[[], object]) -> Callable[..., None]:
        def run(_checked: bool = False) -> None:
            self.acted.emit()
            act()

        return run
