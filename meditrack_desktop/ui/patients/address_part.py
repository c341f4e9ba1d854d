"""The fields of an address, in the order and by the words of the country."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.addresses import AddressForm, Part, PostcodeWord, TownWord, address_form
from meditrack_desktop.ui.widgets import LabelledField, TextField


class AddressPart(QWidget):
    """Country first, as it decides about the rest; the fields stay, only their places and labels change."""

    def __init__(self, region: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._region = region
        self._form: AddressForm | None = None
        self.country = LabelledField(self.tr("Country"), TextField(), optional=True)
        self.parts: dict[Part, LabelledField] = {
            "street": LabelledField(self.tr("Street"), TextField(), optional=True),
            "postcode": LabelledField(postcode_word(PostcodeWord.POSTCODE), TextField(), optional=True),
            "city": LabelledField(town_word(TownWord.TOWN), TextField(), optional=True),
        }
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.setSpacing(12)
        self._whole.addWidget(self.country)
        self._lines: list[QHBoxLayout] = []
        self.arrange()
        if isinstance(self.country.field, TextField):
            self.country.field.textChanged.connect(lambda _text: self.arrange())

    def fields(self) -> dict[str, LabelledField]:
        """The fields by the names of the command."""
        return {
            "address.country": self.country,
            **{f"address.{name}": one for name, one in self.parts.items()},
        }

    def arrange(self) -> None:
        """Follow the country that is typed."""
        country = self.country.field.text() if isinstance(self.country.field, TextField) else ""
        form = address_form(country, self._region)
        if form == self._form:
            return
        self._form = form
        _relabel(self.parts["postcode"], postcode_word(form.postcode))
        _relabel(self.parts["city"], town_word(form.town))
        for line in self._lines:
            while line.count():
                line.takeAt(0)
            self._whole.removeItem(line)
        self._lines = []
        unused = tuple((name,) for name in self.parts if name not in form.fields)
        for names in (*form.lines, *unused):
            row = QHBoxLayout()
            row.setSpacing(12)
            for name in names:
                row.addWidget(self.parts[name], 1)
            self._whole.addLayout(row)
            self._lines.append(row)
        before: QWidget = self.country.field
        for name in (one for names in (*form.lines, *unused) for one in names):
            part = self.parts[name]
            text = part.field.text() if isinstance(part.field, TextField) else ""
            # What the country does not write is shown only if something stands there already.
            part.setVisible(name in form.fields or bool(text))
            QWidget.setTabOrder(before, part.field)
            before = part.field


def postcode_word(word: PostcodeWord) -> str:
    """The label of the postcode."""
    tr = QCoreApplication.translate
    return {
        PostcodeWord.POSTCODE: tr("Address", "Postcode"),
        PostcodeWord.POSTAL_CODE: tr("Address", "Postal code"),
        PostcodeWord.ZIP_CODE: tr("Address", "ZIP code"),
        PostcodeWord.PIN_CODE: tr("Address", "PIN code"),
        PostcodeWord.EIRCODE: tr("Address", "Eircode"),
        PostcodeWord.CEP: tr("Address", "CEP"),
    }[word]


def town_word(word: TownWord) -> str:
    """The label of the town."""
    tr = QCoreApplication.translate
    return {
        TownWord.TOWN: tr("Address", "Town"),
        TownWord.CITY: tr("Address", "City"),
        TownWord.CITY_AND_STATE: tr("Address", "City and state"),
        TownWord.SUBURB_AND_STATE: tr("Address", "Suburb and state"),
        TownWord.PREFECTURE_AND_CITY: tr("Address", "Prefecture and city"),
    }[word]


def _relabel(part: LabelledField, word: str) -> None:
    part.label.setText(part.tr("{label} (optional)").format(label=word))
    part.field.setAccessibleName(word)
