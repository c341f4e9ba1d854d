"""The words of exporting: what a list's columns are called at the desk."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from meditrack_desktop.domain.patient_lists import ListColumn

_COLUMNS: dict[ListColumn, Any] = {  # Qt says object of what it only marks
    ListColumn.ID: QT_TRANSLATE_NOOP("exports", "MediTrack id"),
    ListColumn.MRN: QT_TRANSLATE_NOOP("exports", "Record number"),
    ListColumn.FAMILY: QT_TRANSLATE_NOOP("exports", "Family name"),
    ListColumn.GIVEN: QT_TRANSLATE_NOOP("exports", "Given name"),
    ListColumn.PREFERRED: QT_TRANSLATE_NOOP("exports", "Preferred name"),
    ListColumn.BIRTH_DATE: QT_TRANSLATE_NOOP("exports", "Birth date"),
    ListColumn.GENDER: QT_TRANSLATE_NOOP("exports", "Gender"),
    ListColumn.PHONES: QT_TRANSLATE_NOOP("exports", "Phones"),
    ListColumn.EMAIL: QT_TRANSLATE_NOOP("exports", "E-mail"),
    ListColumn.STREET: QT_TRANSLATE_NOOP("exports", "Street"),
    ListColumn.CITY: QT_TRANSLATE_NOOP("exports", "City"),
    ListColumn.POSTCODE: QT_TRANSLATE_NOOP("exports", "Postcode"),
    ListColumn.COUNTRY: QT_TRANSLATE_NOOP("exports", "Country"),
    ListColumn.LANGUAGE: QT_TRANSLATE_NOOP("exports", "Language"),
    ListColumn.CONTACT_BY: QT_TRANSLATE_NOOP("exports", "Contact by"),
    ListColumn.INTERPRETER: QT_TRANSLATE_NOOP("exports", "Interpreter needed"),
    ListColumn.PREFERENCES: QT_TRANSLATE_NOOP("exports", "Preferences"),
    ListColumn.NOTE: QT_TRANSLATE_NOOP("exports", "Note"),
    ListColumn.DECEASED: QT_TRANSLATE_NOOP("exports", "Deceased"),
    ListColumn.USUAL_DOCTOR: QT_TRANSLATE_NOOP("exports", "Usual doctor"),
    ListColumn.NEXT_VISIT: QT_TRANSLATE_NOOP("exports", "Next visit"),
}


def column_name(column: ListColumn) -> str:
    return QCoreApplication.translate("exports", _COLUMNS[column])
