"""The field for a birth date: a day in any usual form, or only a month, or only a year."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QLocale, Signal
from PySide6.QtGui import QFocusEvent

from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.ui.patients.words import born_text
from meditrack_desktop.ui.widgets import TextField, parse_date

_YEAR = re.compile(r"\d{4}")
_MONTH_YEAR = re.compile(r"(\d{1,2})\s*[./\-\s]\s*(\d{4})")
_YEAR_MONTH = re.compile(r"(\d{4})\s*[./\-]\s*(\d{1,2})")
_NAMED_MONTH = re.compile(r"([^\W\d_]+)\.?\s+(\d{4})")
_OFFSET = re.compile(r"[+\-].*|in\s.*|[^\W\d_]*")


class BirthDateField(TextField):
    """Shows what it understood beside the text. `problem` says in words what is wrong, or is empty."""

    problem = Signal(str)

    def __init__(self, today: Callable[[], date], value: BirthDate | None = None) -> None:
        super().__init__(born_text(value), placeholder="")
        self._today = today
        self.textEdited.connect(self._on_edited)

    def value(self) -> BirthDate | None:
        """The date typed, or None where the field is empty or wrong."""
        found = read_birth_date(self.text(), self._today())
        return found if found is not None and found.problem_on(self._today()) is None else None

    def set_value(self, born: BirthDate | None) -> None:
        """Show a birth date."""
        self.setText(born_text(born))

    def check(self) -> str:
        """What is wrong with the text, in words; "" if it is empty or right. Also tells `problem`."""
        reason = self._reason()
        self.set_note("")
        found = self.value()
        if found is not None:
            self.setText(born_text(found))
        self.problem.emit(reason)
        return reason

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.check()

    def _reason(self) -> str:
        text = self.text().strip()
        if not text:
            return ""
        found = read_birth_date(text, self._today())
        if found is None:
            return self.tr("This is not a date. Examples: 5 Apr 1988, Apr 1988, 1988")
        wrong = found.problem_on(self._today())
        if wrong == "in_the_future":
            return self.tr("This day is still to come.")
        return self.tr("This is too long ago.") if wrong else ""

    def _on_edited(self, text: str) -> None:
        found = self.value()
        shown = born_text(found)
        self.set_note("" if shown.casefold() == text.strip().casefold() else shown)


def read_birth_date(text: str, today: date) -> BirthDate | None:
    """The birth date that `text` means: a day, a month with its year, or a year; None if it means none."""
    typed = " ".join(text.split())
    months = _month_numbers()
    try:
        if _YEAR.fullmatch(typed):
            return BirthDate(int(typed))
        if numbers := _MONTH_YEAR.fullmatch(typed):
            return BirthDate(int(numbers[2]), int(numbers[1]))
        if numbers := _YEAR_MONTH.fullmatch(typed):
            return BirthDate(int(numbers[1]), int(numbers[2]))
        if (named := _NAMED_MONTH.fullmatch(typed)) and named[1].casefold() in months:
            return BirthDate(int(named[2]), months[named[1].casefold()])
    except ValueError:
        return None
    # Nobody's birth date is "tomorrow" or "+6w", and one without a year is not known well enough.
    if not typed or _OFFSET.fullmatch(typed.casefold()) or not _has_year(typed):
        return None
    pattern = QLocale().dateFormat(QLocale.FormatType.ShortFormat)
    found = parse_date(typed, today, pattern.find("d") < pattern.find("M"), months)
    if found is None:
        return None
    if found > today and not re.search(r"\d{4}", typed):
        found = found.replace(year=found.year - 100)
    return BirthDate.of(found)


def _has_year(typed: str) -> bool:
    digits = re.findall(r"\d+", typed)
    named = bool(re.search(r"[^\W\d_]{3,}", typed))
    return len(digits) >= (2 if named else 3) or any(len(part) in (6, 8) for part in digits)


def _month_numbers() -> dict[str, int]:
    locales = (QLocale(), QLocale.c())
    forms = (QLocale.FormatType.ShortFormat, QLocale.FormatType.LongFormat)
    return {
        locale.monthName(number, form).casefold().rstrip("."): number
        for locale in locales
        for number in range(1, 13)
        for form in forms
    }
