"""Everything that is known of a patient, read-only; Edit opens the form."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.patients import words
from meditrack_desktop.ui.patients.chart_content import ChartContent
from meditrack_desktop.ui.patients.rows import clear, labelled_fact
from meditrack_desktop.ui.widgets import Button, Card, Label, ScrollColumn

WIDEST = 720


class DetailsTab(QWidget):
    """`editRequested` comes from its button."""

    editRequested = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.edit: Button | None = None
        self._scroll = ScrollColumn(margins=(20, 16, 20, 16))
        self._scroll.body.setSpacing(14)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._scroll)

    def show_content(self, content: ChartContent) -> None:
        """Show a patient."""
        patient, body = content.patient, self._scroll.body
        clear(body)
        head = QHBoxLayout()
        head.addWidget(Label(self.tr("Details"), "section"))
        head.addStretch(1)
        self.edit = None
        if self._desk.actor.may(Permission.EDIT_PATIENT) and patient.active:
            self.edit = Button(self.tr("Edit"), icon="pencil", key="E", size="small")
            self.edit.setAccessibleName(self.tr("Edit details"))
            self.edit.clicked.connect(self.editRequested)
            head.addWidget(self.edit)
        holder = QWidget()
        holder.setMaximumWidth(theme.current().px(WIDEST))
        rows = QVBoxLayout(holder)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(14)
        rows.addLayout(head)
        for title, facts in self._groups(patient):
            card = Card(title)
            card.body.setSpacing(4)
            for label, text in facts:
                card.body.addWidget(labelled_fact(label, text or self.tr("Not known"), width=150))
            rows.addWidget(card)
        body.addWidget(holder, 0, Qt.AlignmentFlag.AlignTop)
        body.addStretch(1)

    def _groups(self, patient: Patient) -> list[tuple[str, list[tuple[str, str]]]]:
        tr, today = self.tr, self._desk.today()
        person = [
            (tr("Given name"), patient.given),
            (tr("Family name"), patient.family),
            (tr("Preferred name"), patient.preferred_name),
            (tr("Birth date"), words.born_and_age(patient.birth_date, today) if patient.birth_date else ""),
            (tr("Gender"), words.gender_word(patient.gender).capitalize()),
            (tr("Language"), patient.language),
            (tr("Deceased"), tr("Yes") if patient.deceased else tr("No")),
        ]
        uses = {"mobile": tr("Mobile phone"), "home": tr("Home phone"), "work": tr("Work phone")}
        contact = [(uses.get(phone.use, tr("Phone")), phone.value) for phone in patient.phones]
        contact = contact or [(tr("Phone"), "")]
        contact += [
            (tr("E-mail"), patient.email),
            (tr("Address"), "\n".join(words.address_lines(patient))),
        ]
        made = to_wall(patient.created_at, self._desk.facts.tz).date()
        record = [(tr("Record number (MRN)"), patient.mrn), (tr("Registered"), words.date_text(made))]
        record += [(identifier.system, identifier.value) for identifier in patient.identifiers]
        if patient.archived_at is not None:
            gone = to_wall(patient.archived_at, self._desk.facts.tz).date()
            record += [(tr("Archived"), words.date_text(gone)), (tr("Reason"), patient.archive_reason)]
        groups = [(tr("Person"), person), (tr("Contact"), contact), (tr("Record"), record)]
        if patient.note:
            groups.append((tr("Note"), [(tr("Front desk"), patient.note)]))
        return groups
