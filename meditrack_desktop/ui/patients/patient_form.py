"""The fields of a patient, shared by registering and editing: a quick part, and the rest below it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.errors import FieldProblem
from meditrack_desktop.domain.patients import (
    AddressInput,
    EditPatient,
    Gender,
    Patient,
    PhoneInput,
    RegisterPatient,
)
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.forms import Form
from meditrack_desktop.ui.patients.birth_field import BirthDateField
from meditrack_desktop.ui.patients.rows import column
from meditrack_desktop.ui.patients.words import gender_choices
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
        self.phone, self.second_phone = TextField(), TextField()
        self.birth = BirthDateField(desk.today)
        self.gender = Combo([Option(value, word) for value, word in gender_choices()], value=Gender.UNKNOWN)
        self.deceased = CheckBox(tr("Deceased"))
        self.form = Form(
            {
                "given": LabelledField(tr("Given name"), self.given),
                "family": LabelledField(tr("Family name"), self.family),
                "phones": LabelledField(tr("Phone"), self.phone, optional=True),
                "birth_date": LabelledField(
                    tr("Birth date"), self.birth, help=tr("Such as 5 Apr 1988, or only 1988"), optional=True
                ),
                "gender": LabelledField(tr("Gender"), self.gender),
                "preferred_name": LabelledField(tr("Preferred name"), TextField(), optional=True),
                "second_phone": LabelledField(tr("Second phone"), self.second_phone, optional=True),
                "email": LabelledField(tr("E-mail"), TextField(), optional=True),
                "address.street": LabelledField(tr("Street"), TextField(), optional=True),
                "address.postcode": LabelledField(tr("Postcode"), TextField(), optional=True),
                "address.city": LabelledField(tr("Town"), TextField(), optional=True),
                "address.country": LabelledField(tr("Country"), TextField(), optional=True),
                "language": LabelledField(tr("Language"), TextField(), optional=True),
                "note": LabelledField(tr("Note for the front desk"), TextArea(lines=3), optional=True),
            }
        )
        if patient is not None:
            self._fill(patient)
        for field in (self.given, self.family, self.phone, self.birth):
            field.textChanged.connect(self.identityEdited)
        self._before = self._state()

    def set_name(self, typed: str) -> None:
        """Take a name as typed in a search: the last word is the family name, unless a comma says otherwise."""
        given, family = split_name(typed)
        self.given.setText(given)
        self.family.setText(family)
        self._before = self._state()

    @property
    def dirty(self) -> bool:
        """Whether something would be lost."""
        return self._state() != self._before

    def quick_part(self) -> QVBoxLayout:
        """Names, birth date and phone: enough to book."""
        fields = self.form.fields
        part = column(12)
        part.addLayout(_beside(fields["given"], fields["family"]))
        part.addLayout(_beside(fields["birth_date"], fields["phones"]))
        return part

    def full_part(self) -> QVBoxLayout:
        """The rest."""
        fields = self.form.fields
        part = column(12)
        part.addWidget(SectionHeading(self.tr("More about the patient")))
        part.addLayout(_beside(fields["gender"], fields["preferred_name"]))
        part.addLayout(_beside(fields["second_phone"], fields["email"]))
        part.addWidget(fields["address.street"])
        part.addLayout(_beside(fields["address.postcode"], fields["address.city"]))
        part.addLayout(_beside(fields["address.country"], fields["language"]))
        part.addWidget(fields["note"])
        if self._patient is not None:
            part.addWidget(self.deceased)
        return part

    def build_new(self, **extra: Any) -> RegisterPatient | None:
        """The command to register, or None after marking what is wrong."""
        return self.form.build(RegisterPatient, **self._parts(), **extra) if self._is_whole() else None

    def build_edit(self) -> EditPatient | None:
        """The command to edit, or None after marking what is wrong."""
        if self._patient is None or not self._is_whole():
            return None
        return self.form.build(
            EditPatient,
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
        return {"phones": self._phones(), "address": AddressInput(**address) if fits else address}

    def _phones(self) -> tuple[dict[str, str] | PhoneInput, ...]:
        kept = self._patient.phones if self._patient is not None else ()
        typed = [self.phone.text().strip(), self.second_phone.text().strip()]
        first_two = [
            {"value": value, "use": kept[at].use if at < len(kept) else ("mobile" if at == 0 else "home")}
            for at, value in enumerate(typed)
            if value
        ]
        rest = [{"value": phone.value, "use": phone.use} for phone in kept[2:]]
        return (*first_two, *rest)

    def _fill(self, patient: Patient) -> None:
        text = {
            "preferred_name": patient.preferred_name,
            "email": patient.email,
            "address.street": patient.address.street,
            "address.postcode": patient.address.postcode,
            "address.city": patient.address.city,
            "address.country": patient.address.country,
            "language": patient.language,
        }
        for name, value in text.items():
            field = self.form.fields[name].field
            if isinstance(field, TextField):
                field.setText(value)
        note = self.form.fields["note"].field
        if isinstance(note, TextArea):
            note.setPlainText(patient.note)
        self.given.setText(patient.given)
        self.family.setText(patient.family)
        self.birth.set_value(patient.birth_date)
        self.gender.set_value(patient.gender)
        self.deceased.setChecked(patient.deceased)
        numbers = [phone.value for phone in patient.phones[:2]] + ["", ""]
        self.phone.setText(numbers[0])
        self.second_phone.setText(numbers[1])
        more = len(patient.phones) - 2
        if more > 0:
            words = (
                self.tr("1 more number is kept") if more == 1 else self.tr("{count} more numbers are kept")
            )
            self.form.fields["second_phone"].set_help(words.format(count=more))

    def _state(self) -> tuple[Any, ...]:
        values = {**self.form.values(), "birth_date": self.birth.text().strip()}
        return (*values.items(), self.deceased.isChecked())


def split_name(typed: str) -> tuple[str, str]:
    """(given, family) of a name typed in one go: "Mara Fictanova" or "Fictanova, Mara".

    Small words before the family name stay with it ("Anna van der Berg"). Digits are not part of a name.
    """
    words = [word for word in typed.replace(",", " , ").split() if not any(c.isdigit() for c in word)]
    if "," in words:
        at = words.index(",")
        rest = [word for word in words[at + 1 :] if word != ","]
        return " ".join(rest), " ".join(words[:at])
    if not words:
        return "", ""
    if len(words) == 1:
        return "", _capital(words[0])
    first = len(words) - 1
    while first > 1 and words[first - 1].casefold() in _SMALL:
        first -= 1
    given = " ".join(_capital(word) for word in words[:first])
    family = " ".join(word if word.casefold() in _SMALL else _capital(word) for word in words[first:])
    return given, family


_SMALL = frozenset(
    {
        "van",
        "von",
        "der",
        "den",
        "de",
        "da",
        "do",
        "dos",
        "di",
        "del",
        "della",
        "la",
        "le",
        "ten",
        "ter",
        "bin",
        "al",
        "el",
    }
)


def _capital(word: str) -> str:
    """A search is typed in small letters, a name is not kept so; what has any capital stays as typed."""
    return word[:1].upper() + word[1:] if word.islower() else word


def _beside(left: QWidget, right: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(12)
    row.addWidget(left, 1)
    row.addWidget(right, 1)
    return row
