"""The front desk's side of the overview: how to reach a patient, and what the desk noted."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.phones import shown
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.patients import words
from meditrack_desktop.ui.patients.chart.entry_rows import INSET
from meditrack_desktop.ui.patients.chart_content import ChartContent
from meditrack_desktop.ui.patients.rows import clear, column, fact, labelled_fact
from meditrack_desktop.ui.widgets import Divider, Label, SectionHeading


class ContactColumn(QWidget):
    """Read-only; the Details tab changes it."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(INSET, 0, INSET, 0)
        self._rows.setSpacing(14)

    def show_content(self, content: ChartContent) -> None:
        """Show a patient."""
        patient, rows = content.patient, self._rows
        clear(rows)
        contact = column(2)
        contact.addWidget(SectionHeading(self.tr("Contact")))
        for phone in patient.phones:
            number = shown(phone.value, self._desk.facts.region)
            contact.addWidget(fact("smartphone" if phone.use == "mobile" else "phone", number))
        if patient.email:
            contact.addWidget(fact("mail", patient.email))
        address = words.address_lines(patient, self._desk.facts.region)
        if address:
            contact.addWidget(fact("house", "\n".join(address)))
        if contact.count() == 1:
            contact.addWidget(
                Label(self.tr("No phone, e-mail or address is known."), tone="text2", wrap=True)
            )
        rows.addLayout(contact)
        people = [person for person in content.contacts if person.ended_at is None]
        first = [person for person in people if person.guardian or person.emergency_contact]
        if first:
            rows.addWidget(Divider())
            near = column(2)
            near.addWidget(SectionHeading(self.tr("In an emergency")))
            for person in first:
                number = shown(person.phone, self._desk.facts.region) if person.phone else ""
                about = words.relationship_word(person.relationship)
                near.addWidget(fact("user-round", f"{person.name}, {about}\n{number}".strip()))
            rows.addLayout(near)
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
