"""Words for values of the domain that several windows show: roles, weekdays, people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QLocale

from meditrack_desktop.ui.widgets.date_text import format_date, format_month

if TYPE_CHECKING:
    from meditrack_desktop.domain.birth_dates import BirthDate
    from meditrack_desktop.domain.patients import Patient, PatientLine


def role_words(roles: Iterable[str]) -> str:
    """What a person is here: "Doctor", or "Doctor, Administrator"."""
    tr = QCoreApplication.translate
    names = {
        "doctor": tr("words", "Doctor"),
        "receptionist": tr("words", "Receptionist"),
        "admin": tr("words", "Administrator"),
    }
    held = {str(role) for role in roles}
    return ", ".join(word for role, word in names.items() if role in held)


def weekday_words() -> tuple[str, ...]:
    """Monday to Sunday; index 0 is Monday."""
    tr = QCoreApplication.translate
    return (
        tr("words", "Monday"),
        tr("words", "Tuesday"),
        tr("words", "Wednesday"),
        tr("words", "Thursday"),
        tr("words", "Friday"),
        tr("words", "Saturday"),
        tr("words", "Sunday"),
    )


def born_words(born: BirthDate | None) -> str:
    """`5 Apr 1988`, `Apr 1988`, `1988`; nothing if it is not known."""
    if born is None:
        return ""
    if not born.month:
        return str(born.year)
    if not born.is_whole:
        return format_month(born.year, born.month)
    return format_date(date(born.year, born.month, born.day))


def two_identifiers(patient: Patient | PatientLine) -> str:
    """`Mara Fictanova, born 5 Apr 1988`: what stands wherever something is done to a patient."""
    tr = QCoreApplication.translate
    if patient.birth_date is None:
        return tr("words", "{name}, birth date unknown").format(name=patient.name)
    born = born_words(patient.birth_date)
    return tr("words", "{name}, born {date}").format(name=patient.name, date=born)


def birth_words(birth: BirthDate | None, today: date) -> str:
    """`4 Mar 1971 (55)`, `Mar 1971 (55)`, `1971 (55)`, or nothing if it is not known. Age on `today`."""
    if birth is None:
        return ""
    return f"{born_words(birth)} ({birth.age_on(today)})"


def language_word(code: str) -> str:
    """`Spanish` for "es"; the code itself where nobody has a word for it."""
    locale = QLocale(code)
    if locale.language() in (QLocale.Language.C, QLocale.Language.AnyLanguage):
        return code
    return QLocale.languageToString(locale.language())


def languages() -> list[tuple[str, str]]:
    """All languages that have a word: (BCP 47 code, word), by word."""
    found = {}
    for language in QLocale.Language:
        code = QLocale.languageToCode(language)
        if 2 <= len(code) <= 3 and language not in (QLocale.Language.C, QLocale.Language.AnyLanguage):
            found[code] = QLocale.languageToString(language)
    return sorted(found.items(), key=lambda pair: pair[1].casefold())
