"""Two people edited one patient: what differs, field by field, and whose to keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QWidget

from meditrack_desktop.domain.addresses import address_lines
from meditrack_desktop.domain.patients import Address, EditPatient, Patient, PhoneInput
from meditrack_desktop.ui.patients import words
from meditrack_desktop.ui.patients.choice_value import ChoiceValue, drop
from meditrack_desktop.ui.widgets import Card, Dialog, Label, Radio


def as_edit(patient: Patient) -> EditPatient:
    """A patient's details as the command that would leave them as they are."""
    address = patient.address
    return EditPatient.model_validate(
        {
            "id": patient.id,
            "version": patient.version,
            "family": patient.family,
            "given": patient.given,
            "preferred_name": patient.preferred_name,
            "birth_date": patient.birth_date,
            "gender": patient.gender,
            "phones": tuple({"value": phone.value, "use": phone.use} for phone in patient.phones),
            "email": patient.email,
            "address": {
                "street": address.street,
                "city": address.city,
                "postcode": address.postcode,
                "country": address.country,
            },
            "language": patient.language,
            "note": patient.note,
            "deceased": patient.deceased,
            "contact_by": patient.contact_by,
            "interpreter": patient.interpreter,
            "preferences": patient.preferences,
        }
    )


def field_labels() -> Mapping[str, str]:
    """The fields of a patient that can differ, in the order of the form."""
    tr = QCoreApplication.translate
    return {
        "given": tr("Conflict", "Given name"),
        "family": tr("Conflict", "Family name"),
        "preferred_name": tr("Conflict", "Preferred name"),
        "birth_date": tr("Conflict", "Birth date"),
        "gender": tr("Conflict", "Gender"),
        "phones": tr("Conflict", "Phones"),
        "email": tr("Conflict", "E-mail"),
        "address": tr("Conflict", "Address"),
        "language": tr("Conflict", "Language"),
        "contact_by": tr("Conflict", "Reach by"),
        "interpreter": tr("Conflict", "Interpreter"),
        "preferences": tr("Conflict", "Wishes"),
        "note": tr("Conflict", "Note"),
        "deceased": tr("Conflict", "Deceased"),
    }


MOST_PHONES = 10
_PHONE = "phone "
"""Before the number, the name of the row in which one phone is chosen."""


def differing(mine: EditPatient, theirs: EditPatient) -> tuple[str, ...]:
    """Names of the rows to choose in: fields, and each phone by itself, so that no number goes with another."""
    fields = [name for name in field_labels() if getattr(mine, name) != getattr(theirs, name)]
    if "phones" not in fields:
        return tuple(fields)
    at = fields.index("phones")
    own, other = _by_number(mine.phones), _by_number(theirs.phones)
    numbers = [number for number in dict.fromkeys((*other, *own)) if own.get(number) != other.get(number)]
    told_apart = len(own) == len(mine.phones) and len(other) == len(theirs.phones)
    if numbers and told_apart:
        fields[at : at + 1] = [_PHONE + number for number in numbers]
    return tuple(fields)


def chosen_phones(mine: EditPatient, theirs: EditPatient, rows: Mapping[str, bool]) -> tuple[PhoneInput, ...]:
    """Their phones in their order, with mine where `rows` (by row's name) says so; mine alone come last."""
    if "phones" in rows:
        return mine.phones if rows["phones"] else theirs.phones
    own, other = _by_number(mine.phones), _by_number(theirs.phones)
    chosen = (
        (own if rows.get(_PHONE + number) else other).get(number) for number in dict.fromkeys((*other, *own))
    )
    return tuple(phone for phone in chosen if phone is not None)


def _by_number(phones: Sequence[PhoneInput]) -> dict[str, PhoneInput]:
    return {phone.value: phone for phone in phones}


def _part(details: EditPatient, row: str) -> object:
    """What stands in a row: a field's value, or one phone, None if it is not there."""
    if row.startswith(_PHONE):
        return _by_number(details.phones).get(row.removeprefix(_PHONE))
    return getattr(details, row)


def _phone_words(phone: PhoneInput) -> str:
    tr = QCoreApplication.translate
    uses = {
        "mobile": tr("Conflict", "mobile"),
        "home": tr("Conflict", "home"),
        "work": tr("Conflict", "work"),
        "other": tr("Conflict", "other"),
    }
    return f"{phone.value} ({uses[phone.use]})"


def row_label(row: str) -> str:
    """What a row is called."""
    tr = QCoreApplication.translate
    return tr("Conflict", "Phone") if row.startswith(_PHONE) else field_labels()[row]


def value_words(details: EditPatient, field: str) -> str:
    """What stands in one row as a person reads it."""
    tr = QCoreApplication.translate
    if field.startswith(_PHONE):
        phone = _by_number(details.phones).get(field.removeprefix(_PHONE))
        return _phone_words(phone) if phone is not None else tr("Conflict", "None")
    address = Address(**details.address.model_dump())
    said = {
        "birth_date": words.born_words(details.birth_date),
        "gender": words.gender_word(details.gender),
        "phones": ", ".join(_phone_words(phone) for phone in details.phones),
        "address": ", ".join(address_lines(address, "")),
        "deceased": tr("Conflict", "Yes") if details.deceased else tr("Conflict", "No"),
        "contact_by": words.contact_by_word(details.contact_by),
        "interpreter": tr("Conflict", "Needed") if details.interpreter else tr("Conflict", "Not needed"),
    }
    return (
        said.get(field) or str(getattr(details, field) if field not in said else "") or tr("Conflict", "None")
    )


class ConflictDialog(Dialog):
    """`chosen` carries the command with the mix that was chosen, at the other's version."""

    chosen = Signal(object)
    theirsKept = Signal()

    def __init__(
        self, host: QWidget, who: str, before: EditPatient, mine: EditPatient, theirs: EditPatient
    ) -> None:
        super().__init__(
            host,
            host.tr("Somebody else changed this patient"),
            host.tr("{who}. Choose what to keep. Nothing is saved until you do.").format(who=who),
            width=600,
        )
        self._mine, self._theirs = mine, theirs
        self.choices: dict[str, tuple[Radio, Radio]] = {}
        card = Card(padding=14)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(10)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(2, 1)
        for at, text in ((1, self.tr("Yours")), (2, self.tr("Theirs"))):
            self._grid.addWidget(Label(text, "small_medium", tone="text2"), 0, at)
        for row in differing(mine, theirs):
            # What I did not touch is theirs; what I did touch stays mine unless I say otherwise.
            self._add_row(row, row_label(row), keep_mine=_part(mine, row) != _part(before, row))
        self._too_many = Label(
            self.tr("A patient has at most {count} phones. Leave some out.").format(count=MOST_PHONES),
            tone="danger",
            wrap=True,
        )
        self._too_many.hide()
        card.body.addLayout(self._grid)
        self.body.addWidget(card)
        self.body.addWidget(self._too_many)
        self.add_action(self.tr("Keep editing"))
        self.theirs = self.add_action(self.tr("Keep theirs"), self.theirsKept.emit)
        self.save = self.add_action(
            self.tr("Save this mix"), self._choose, kind="primary", default=True, closes=False
        )

    def mix(self) -> EditPatient:
        """The other's version with those of my fields that are chosen."""
        rows = {row: own.isChecked() for row, (own, _other) in self.choices.items()}
        mine = {
            row: getattr(self._mine, row)
            for row, is_mine in rows.items()
            if is_mine and not row.startswith(_PHONE)
        }
        phones = chosen_phones(self._mine, self._theirs, rows)
        return self._theirs.model_copy(update={**mine, "phones": phones})

    def _choose(self) -> None:
        mix = self.mix()
        too_many = len(mix.phones) > MOST_PHONES
        self._too_many.setVisible(too_many)
        if not too_many:
            self.close_layer()
            self.chosen.emit(mix)

    def _add_row(self, field: str, label: str, *, keep_mine: bool) -> None:
        row = self._grid.rowCount()
        own, other = value_words(self._mine, field), value_words(self._theirs, field)
        mine = _choice(self.tr("{label}, yours: {value}").format(label=label, value=own), keep_mine)
        theirs = _choice(self.tr("{label}, theirs: {value}").format(label=label, value=other), not keep_mine)
        group = QButtonGroup(self)
        group.addButton(mine)
        group.addButton(theirs)
        name = Label(label, tone="text2")
        name.setContentsMargins(0, drop(mine), 0, 0)
        self._grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(ChoiceValue(mine, own), row, 1)
        self._grid.addWidget(ChoiceValue(theirs, other), row, 2)
        self.choices[field] = (mine, theirs)


def _choice(name: str, checked: bool) -> Radio:
    return Radio("", checked, name=name)
