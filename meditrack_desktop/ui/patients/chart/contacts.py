"""Contacts and guardians of a patient: the card in the details and the form for one person."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.phones import shown
from meditrack_desktop.domain.related_persons import (
    AddRelatedPerson,
    EditRelatedPerson,
    EndRelatedPerson,
    RelatedPerson,
    Relationship,
)
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.patients import words
from meditrack_desktop.ui.patients.chart.entry_rows import EntryRow, focus_key, release_keys
from meditrack_desktop.ui.patients.chart.entry_sheet import EntrySheet, choice
from meditrack_desktop.ui.patients.chart_content import ChartContent
from meditrack_desktop.ui.patients.rows import clear, column
from meditrack_desktop.ui.widgets import (
    Card,
    CheckBox,
    IconButton,
    Label,
    LabelledField,
    TextField,
)


class ContactSheet(EntrySheet):
    """Somebody new, or somebody to correct or to end."""

    def __init__(
        self, desk: Desk, host: QWidget, patient: Patient, person: RelatedPerson | None = None
    ) -> None:
        title = host.tr("Add contact") if person is None else host.tr("Contact")
        act = host.tr("Add contact") if person is None else host.tr("Save contact")
        super().__init__(desk, host, patient, title, act)
        self.person = before = person
        self._id = new_id()
        self.name = TextField(before.name if before else "")
        self.relationship = choice(
            words.relationships(), before.relationship if before else Relationship.FAMILY
        )
        self.phone = TextField(before.phone if before else "")
        self.email = TextField(before.email if before else "")
        self.note = TextField(before.note if before else "")
        self.guardian = CheckBox(self.tr("Decides for the patient (guardian)"))
        self.guardian.setChecked(bool(before and before.guardian))
        self.emergency = CheckBox(self.tr("Call in an emergency"))
        self.emergency.setChecked(bool(before and before.emergency_contact))
        self.lay_out(
            {
                "name": LabelledField(self.tr("Name"), self.name),
                "relationship": LabelledField(self.tr("Who they are to the patient"), self.relationship),
                "phone": LabelledField(self.tr("Phone"), self.phone, optional=True),
                "email": LabelledField(self.tr("E-mail"), self.email, optional=True),
                "note": LabelledField(self.tr("Note"), self.note, optional=True),
            },
            (("name",), ("relationship",), ("phone",), ("email",), ("note",)),
        )
        stretch = self.body.count() - 1
        self.body.insertWidget(stretch, self.emergency)
        self.body.insertWidget(stretch, self.guardian)
        self._checks = (self.guardian.isChecked(), self.emergency.isChecked())
        if before is not None:
            self.offer_wrong(self.tr("No longer a contact"), self.end)

    def focus_first(self) -> None:
        self.name.setFocus()

    def is_dirty(self) -> bool:
        return super().is_dirty() or self._checks != (self.guardian.isChecked(), self.emergency.isChecked())

    def command(self) -> AddRelatedPerson | EditRelatedPerson | None:
        checks = {
            "guardian": self.guardian.isChecked(),
            "emergency_contact": self.emergency.isChecked(),
        }
        before = self.person
        if before is None:
            return self.form.build(AddRelatedPerson, id=self._id, patient_id=self._patient.id, **checks)
        return self.form.build(
            EditRelatedPerson,
            id=before.id,
            version=before.version,
            linked_patient_id=before.linked_patient_id,
            **checks,
        )

    def send(self, command: AddRelatedPerson | EditRelatedPerson) -> RelatedPerson:
        people = self._desk.clinic.related_persons
        if isinstance(command, AddRelatedPerson):
            return people.add(self._desk.actor, command)
        return people.edit(self._desk.actor, command)

    def kept(self, record: RelatedPerson) -> None:
        text = self.tr("{name} kept as a contact of {who}")
        who = words.two_identifiers(self._patient)
        undo = partial(_end, self._desk, record) if self.person is None else None
        self._desk.say(text.format(name=record.name, who=who), undo)

    def end(self) -> None:
        """They are no longer a contact; Undo adds them again."""
        before = self.person
        if before is not None and not self.save.busy:
            command = EndRelatedPerson(id=before.id, version=before.version)
            self.change(lambda: self._desk.clinic.related_persons.end(self._desk.actor, command), self._ended)

    def _ended(self, record: RelatedPerson) -> None:
        self.close_layer()
        again = AddRelatedPerson(
            patient_id=record.patient_id,
            name=record.name,
            relationship=record.relationship,
            guardian=record.guardian,
            emergency_contact=record.emergency_contact,
            phone=record.phone,
            email=record.email,
            note=record.note,
            linked_patient_id=record.linked_patient_id,
        )
        desk = self._desk

        def undo() -> None:
            desk.tasks.change(desk.go, lambda: desk.clinic.related_persons.add(desk.actor, again))

        desk.say(self.tr("{name} is no longer a contact").format(name=record.name), undo)


class ContactsCard(QWidget):
    """Guardians and emergency contacts first."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._content: ChartContent | None = None
        self.sheet: ContactSheet | None = None
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        card = Card()
        card.body.setSpacing(6)
        head = QHBoxLayout()
        head.addWidget(Label(self.tr("Contacts and guardians"), "strong"), 1)
        self.add = IconButton("plus", self.tr("Add contact"), extent=28)
        self.add.clicked.connect(lambda _checked=False: self.edit(None))
        head.addWidget(self.add)
        card.body.addLayout(head)
        self._rows = column(2)
        card.body.addLayout(self._rows)
        whole.addWidget(card)

    def show_content(self, content: ChartContent) -> None:
        """Show a patient's contacts."""
        self._content = content
        may = self._desk.actor.may(Permission.EDIT_PATIENT) and content.open_to_change
        self.add.setVisible(may)
        key = release_keys(self)
        clear(self._rows)
        people = [person for person in content.contacts if person.ended_at is None]
        for person in people:
            row = EntryRow(
                self._title(person),
                self._about(person),
                icon="shield" if person.guardian else "phone" if person.emergency_contact else "user-round",
                key=person.id,
            )
            row.setEnabled(may)
            row.clicked.connect(partial(self._on_row, person))
            self._rows.addWidget(row)
        if not people:
            self._rows.addWidget(Label(self.tr("No contact is known."), tone="text2"))
        focus_key(self, key)

    def edit(self, person: RelatedPerson | None) -> None:
        """Open the form for one, or for a new one."""
        if self._content is not None:
            self.sheet = ContactSheet(self._desk, self, self._content.patient, person)
            self.sheet.open_layer()

    def _title(self, person: RelatedPerson) -> str:
        marks = [words.relationship_word(person.relationship)]
        if person.guardian and person.relationship is not Relationship.GUARDIAN:
            marks.append(self.tr("guardian"))
        if person.emergency_contact:
            marks.append(self.tr("call in an emergency"))
        return f"{person.name}, {', '.join(marks)}"

    def _about(self, person: RelatedPerson) -> str:
        phone = shown(person.phone, self._desk.facts.region) if person.phone else ""
        return ", ".join(part for part in (phone, person.email, person.note) if part)

    def _on_row(self, person: RelatedPerson, _checked: bool = False) -> None:
        self.edit(person)


def _end(desk: Desk, person: RelatedPerson) -> None:
    command = EndRelatedPerson(id=person.id, version=person.version)
    desk.tasks.change(desk.go, lambda: desk.clinic.related_persons.end(desk.actor, command))
