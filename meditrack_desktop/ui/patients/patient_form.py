"""The fields of a patient, shared by registering and editing: a quick part, and the rest below it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.errors import FieldProblem
from meditrack_desktop.domain.names import split_name
from meditrack_desktop.domain.patients import (
    AddressInput,
    ContactBy,
    EditPatient,
    Gender,
    Patient,
    RegisterPatient,
)
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.forms import Form
from meditrack_desktop.ui.patients.address_part import AddressPart
from meditrack_desktop.ui.patients.birth_field import BirthDateField
from meditrack_desktop.ui.patients.phones_field import PhonesField
from meditrack_desktop.ui.patients.rows import column
from meditrack_desktop.ui.patients.words import contact_by_word, gender_choices
from meditrack_desktop.ui.widgets import (
    CheckBox,
    Combo,
    LabelledField,
    Option,
    SectionHeading,
    TextArea,
    TextField,
)


class PatientForm(QObject):
    """`identityEdited` comes while a name, phone or birth date is typed: then somebody may turn out to be known."""

    identityEdited = Signal()

    def __init__(self, desk: Desk, parent: QWidget, patient: Patient | None = None) -> None:
        super().__init__(parent)
        self._patient = patient
        tr = self.tr
        self.given, self.family = TextField(), TextField()
        self.phones = PhonesField()
        self.birth = BirthDateField(desk.today, region=desk.facts.region)
        self.gender = Combo([Option(value, word) for value, word in gender_choices()], value=Gender.UNKNOWN)
        self.contact_by = Combo([Option(way, contact_by_word(way)) for way in ContactBy], value=ContactBy.ANY)
        self.interpreter = CheckBox(tr("Needs an interpreter"))
        self.deceased = CheckBox(tr("Deceased"))
        self.address = AddressPart(desk.facts.region)
        self.form = Form(
            {
                "given": LabelledField(tr("Given name"), self.given),
                "family": LabelledField(tr("Family name"), self.family),
                "birth_date": LabelledField(
                    tr("Birth date"), self.birth, help=tr("Such as 5 Apr 1988, or only 1988"), optional=True
                ),
                "phones": LabelledField(tr("Phone"), self.phones, optional=True),
                "gender": LabelledField(tr("Gender"), self.gender),
                "preferred_name": LabelledField(tr("Preferred name"), TextField(), optional=True),
                "email": LabelledField(tr("E-mail"), TextField(), optional=True),
                **self.address.fields(),
                "contact_by": LabelledField(tr("Reach by"), self.contact_by),
                "language": LabelledField(tr("Language"), TextField(), optional=True),
                "preferences": LabelledField(tr("Wishes of the patient"), TextArea(lines=2), optional=True),
                "note": LabelledField(tr("Note for the front desk"), TextArea(lines=3), optional=True),
            }
        )
        if patient is not None:
            self._fill(patient)
        for field in (self.given, self.family, self.birth):
            field.textChanged.connect(self.identityEdited)
        self.phones.edited.connect(self.identityEdited)
        self._before = self._state()

    @property
    def phone(self) -> TextField:
        """The field of the first number."""
        return self.phones.first

    def set_name(self, typed: str) -> None:
        """Take a name as typed in a search: the last word is the family name, unless a comma says otherwise."""
        given, family = split_name(typed)
        self.given.setText(given)
        self.family.setText(family)
        self._before = self._state()

    def set_phone(self, typed: str) -> None:
        """Take a number that was typed elsewhere."""
        self.phone.setText(typed)
        self._before = self._state()

    @property
    def dirty(self) -> bool:
        """Whether something would be lost."""
        return self._state() != self._before

    @property
    def wrong(self) -> list[LabelledField]:
        """The fields that are marked, from the top."""
        return [labelled for labelled in self.form.fields.values() if labelled.error]

    def quick_part(self) -> QVBoxLayout:
        """Names, birth date and phones: enough to book."""
        fields = self.form.fields
        part = column(12)
        part.addLayout(_beside(fields["given"], fields["family"]))
        part.addWidget(fields["birth_date"])
        part.addWidget(fields["phones"])
        return part

    def full_part(self) -> QVBoxLayout:
        """The rest."""
        fields = self.form.fields
        part = column(12)
        part.addWidget(SectionHeading(self.tr("More about the patient")))
        part.addLayout(_beside(fields["gender"], fields["preferred_name"]))
        part.addWidget(fields["email"])
        part.addWidget(self.address)
        part.addWidget(SectionHeading(self.tr("How to reach and speak with them")))
        part.addLayout(_beside(fields["contact_by"], fields["language"]))
        part.addWidget(self.interpreter)
        part.addWidget(fields["preferences"])
        part.addWidget(fields["note"])
        if self._patient is not None:
            part.addWidget(self.deceased)
        return part

    def build_new(self, **extra: Any) -> RegisterPatient | None:
        """The command to register, or None after marking what is wrong."""
        return self.form.build(RegisterPatient, **self._parts(), **extra) if self._is_whole() else None

    def build_edit(self, kind: type[EditPatient] = EditPatient) -> EditPatient | None:
        """The command to edit (or to complete), or None after marking what is wrong."""
        if self._patient is None or not self._is_whole():
            return None
        return self.form.build(
            kind,
            id=self._patient.id,
            version=self._patient.version,
            deceased=self.deceased.isChecked(),
            **self._parts(),
        )

    def _is_whole(self) -> bool:
        """What no single field of the command can say: a date that was not understood, no name at all."""
        self.form.clear_errors()
        if self.birth.check():
            self.birth.setFocus()
            return False
        if not self.given.text().strip() and not self.family.text().strip():
            self.form.show_problems({"family": FieldProblem.REQUIRED})
            return False
        return True

    def _parts(self) -> dict[str, Any]:
        values = self.form.values()
        address = {name: values[f"address.{name}"] for name in ("street", "postcode", "city", "country")}
        too_long = {"street": 200, "city": 200, "postcode": 40, "country": 60}
        fits = all(len(address[name]) <= most for name, most in too_long.items())
        # A part that does not fit is handed over as it is, so that the command names the field at fault.
        return {
            "phones": self.phones.value(),
            "address": AddressInput(**address) if fits else address,
            "interpreter": self.interpreter.isChecked(),
        }

    def _fill(self, patient: Patient) -> None:
        text = {
            "preferred_name": patient.preferred_name,
            "email": patient.email,
            "address.street": patient.address.street,
            "address.postcode": patient.address.postcode,
            "address.city": patient.address.city,
            "address.country": patient.address.country,
            "language": patient.language,
            "note": patient.note,
            "preferences": patient.preferences,
        }
        for name, value in text.items():
            field = self.form.fields[name].field
            if isinstance(field, TextField):
                field.setText(value)
            elif isinstance(field, TextArea):
                field.setPlainText(value)
        self.address.arrange()
        self.given.setText(patient.given)
        self.family.setText(patient.family)
        self.birth.set_value(patient.birth_date)
        self.gender.set_value(patient.gender)
        self.contact_by.set_value(patient.contact_by)
        self.interpreter.setChecked(patient.interpreter)
        self.deceased.setChecked(patient.deceased)
        self.phones.set_phones(patient.phones)

    def _state(self) -> tuple[Any, ...]:
        values = {**self.form.values(), "birth_date": self.birth.text().strip()}
        return (*values.items(), self.interpreter.isChecked(), self.deceased.isChecked())


def _beside(left: QWidget, right: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(12)
    row.addWidget(left, 1)
    row.addWidget(right, 1)
    return row
