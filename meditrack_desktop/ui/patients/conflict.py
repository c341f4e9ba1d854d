"""Two people edited one patient: what differs, field by field, and whose to keep."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.patients import EditPatient, Patient
from meditrack_desktop.ui.patients import words
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


def value_words(details: EditPatient, field: str) -> str:
    """One field's value as a person reads it."""
    tr = QCoreApplication.translate
    address = details.address
    town = " ".join(part for part in (address.postcode, address.city) if part)
    said = {
        "birth_date": words.born_text(details.birth_date),
        "gender": words.gender_word(details.gender),
        "phones": ", ".join(phone.value for phone in details.phones),
        "address": ", ".join(part for part in (address.street, town, address.country) if part),
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
        for field, label in field_labels().items():
            if getattr(mine, field) != getattr(theirs, field):
                # What I did not touch is theirs; what I did touch stays mine unless I say otherwise.
                untouched = getattr(mine, field) == getattr(before, field)
                self._add_row(field, label, keep_mine=not untouched)
        card.body.addLayout(self._grid)
        self.body.addWidget(card)
        self.add_action(self.tr("Keep editing"))
        self.theirs = self.add_action(self.tr("Keep theirs"), self.theirsKept.emit)
        self.save = self.add_action(self.tr("Save this mix"), self._choose, kind="primary", default=True)

    def mix(self) -> EditPatient:
        """The other's version with those of my fields that are chosen."""
        mine = {
            field: getattr(self._mine, field)
            for field, (own, _other) in self.choices.items()
            if own.isChecked()
        }
        return self._theirs.model_copy(update=mine)

    def _choose(self) -> None:
        self.chosen.emit(self.mix())

    def _add_row(self, field: str, label: str, *, keep_mine: bool) -> None:
        row = self._grid.rowCount()
        own, other = value_words(self._mine, field), value_words(self._theirs, field)
        mine = _choice(self.tr("{label}, yours: {value}").format(label=label, value=own), keep_mine)
        theirs = _choice(self.tr("{label}, theirs: {value}").format(label=label, value=other), not keep_mine)
        group = QButtonGroup(self)
        group.addButton(mine)
        group.addButton(theirs)
        self._grid.addWidget(Label(label, tone="text2"), row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(_Value(mine, own), row, 1)
        self._grid.addWidget(_Value(theirs, other), row, 2)
        self.choices[field] = (mine, theirs)


class _Value(QWidget):
    """A radio button with a value that may be long: it wraps, and a click on it chooses it."""

    def __init__(self, radio: Radio, value: str) -> None:
        super().__init__()
        self._radio = radio
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(radio, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        # The first line stands level with the mark.
        words.setContentsMargins(0, max(0, (radio.sizeHint().height() - Label().minimumHeight()) // 2), 0, 0)
        words.addWidget(Label(value, wrap=True))
        words.addStretch(1)
        row.addLayout(words, 1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._radio.setChecked(True)
        self._radio.setFocus(Qt.FocusReason.MouseFocusReason)


def _choice(name: str, checked: bool) -> Radio:
    return Radio("", checked, name=name)
