"""The field for a birth date: a day in any usual form, or only a month, or only a year."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QLocale, Signal
from PySide6.QtGui import QFocusEvent

from meditrack_desktop.domain import typed_birth_dates
from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.errors import FieldProblem
from meditrack_desktop.domain.typed_birth_dates import Doubt, TypedBirthDate
from meditrack_desktop.ui.patients.words import born_words
from meditrack_desktop.ui.widgets import TextField


class BirthDateField(TextField):
    """Shows what it understood beside the text. `problem` says in words what is wrong or to be confirmed.

    What is doubtful ("4.3.71", a birth before 1900) is written out and asked about once; leaving it so, or
    saving again, confirms it.
    """

    problem = Signal(str)

    def __init__(
        self, today: Callable[[], date], value: BirthDate | None = None, *, region: str | None = None
    ) -> None:
        """`region` (ISO 3166) says how the clinic writes dates; without it, this computer's does."""
        super().__init__(born_words(value), placeholder="")
        self._today = today
        self._region = region or QLocale.territoryToCode(QLocale().territory())
        self._confirmed = value
        self.textEdited.connect(self._on_edited)

    def value(self) -> BirthDate | None:
        """The date typed, or None where the field is empty or wrong."""
        return self._read().born

    def set_value(self, born: BirthDate | None) -> None:
        """Show a birth date that is known already."""
        self._confirmed = born
        self.setText(born_words(born))

    def check(self) -> str:
        """What is wrong with the text or to be confirmed, in words; "" if it can be kept. Also tells `problem`."""
        read = self._read()
        reason = self._reason(read)
        self.set_note("")
        if read.born is not None:
            self._confirmed = read.born
            self.setText(born_words(read.born))
        self.problem.emit(reason)
        return reason

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.check()

    def _read(self) -> TypedBirthDate:
        return typed_birth_dates.read_birth_date(self.text(), self._today(), self._region, _month_numbers())

    def _reason(self, read: TypedBirthDate) -> str:
        if read.problem is FieldProblem.IN_THE_FUTURE:
            return self.tr("This day is still to come.")
        if read.problem is FieldProblem.TOO_OLD:
            return self.tr("This is too long ago.")
        if read.problem is not None:
            return self.tr("This is not a date. Examples: 5 Apr 1988, Apr 1988, 1988")
        if read.doubt is None or read.born == self._confirmed:
            return ""
        shown = born_words(read.born)
        if read.doubt is Doubt.VERY_OLD:
            return self.tr("Born so long ago? Check it: {born}").format(born=shown)
        return self.tr("Is this right? {born}").format(born=shown)

    def _on_edited(self, text: str) -> None:
        shown = born_words(self.value())
        self.set_note("" if shown.casefold() == text.strip().casefold() else shown)


def read_birth_date(text: str, today: date, region: str | None = None) -> BirthDate | None:
    """The birth date that `text` means, asked about or not; None if it means none that can be right."""
    region = region or QLocale.territoryToCode(QLocale().territory())
    return typed_birth_dates.read_birth_date(text, today, region, _month_numbers()).born


def _month_numbers() -> dict[str, int]:
    locales = (QLocale(), QLocale.c())
    forms = (QLocale.FormatType.ShortFormat, QLocale.FormatType.LongFormat)
    return {
        locale.monthName(number, form).casefold().rstrip("."): number
        for locale in locales
        for number in range(1, 13)
        for form in forms
    }
