"""The words of importing: what a column can hold, and what came of the rows."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from meditrack_desktop.domain.imports import CsvField, ImportPreview, ImportReport
from meditrack_desktop.ui.patients.words import count_text

_FIELDS: dict[CsvField, Any] = {  # Qt says object of what it only marks
    CsvField.FAMILY: QT_TRANSLATE_NOOP("imports", "Family name"),
    CsvField.GIVEN: QT_TRANSLATE_NOOP("imports", "Given name"),
    CsvField.MIDDLE: QT_TRANSLATE_NOOP("imports", "Middle name"),
    CsvField.FULL_NAME: QT_TRANSLATE_NOOP("imports", "Whole name"),
    CsvField.PREFERRED: QT_TRANSLATE_NOOP("imports", "Preferred name"),
    CsvField.BIRTH_DATE: QT_TRANSLATE_NOOP("imports", "Birth date"),
    CsvField.GENDER: QT_TRANSLATE_NOOP("imports", "Gender"),
    CsvField.ID: QT_TRANSLATE_NOOP("imports", "Id in the source"),
    CsvField.MRN: QT_TRANSLATE_NOOP("imports", "Record number there"),
    CsvField.OWN_ID: QT_TRANSLATE_NOOP("imports", "MediTrack id"),
    CsvField.PHONE: QT_TRANSLATE_NOOP("imports", "Phone"),
    CsvField.PHONE_USE: QT_TRANSLATE_NOOP("imports", "Kind of phone"),
    CsvField.MOBILE: QT_TRANSLATE_NOOP("imports", "Mobile phone"),
    CsvField.HOME_PHONE: QT_TRANSLATE_NOOP("imports", "Home phone"),
    CsvField.WORK_PHONE: QT_TRANSLATE_NOOP("imports", "Work phone"),
    CsvField.EMAIL: QT_TRANSLATE_NOOP("imports", "E-mail"),
    CsvField.STREET: QT_TRANSLATE_NOOP("imports", "Street"),
    CsvField.CITY: QT_TRANSLATE_NOOP("imports", "City"),
    CsvField.STATE: QT_TRANSLATE_NOOP("imports", "State or region"),
    CsvField.POSTCODE: QT_TRANSLATE_NOOP("imports", "Postcode"),
    CsvField.COUNTRY: QT_TRANSLATE_NOOP("imports", "Country"),
    CsvField.LANGUAGE: QT_TRANSLATE_NOOP("imports", "Language"),
    CsvField.CONTACT_BY: QT_TRANSLATE_NOOP("imports", "Contact by"),
    CsvField.INTERPRETER: QT_TRANSLATE_NOOP("imports", "Interpreter needed"),
    CsvField.PREFERENCES: QT_TRANSLATE_NOOP("imports", "Preferences"),
    CsvField.NOTE: QT_TRANSLATE_NOOP("imports", "Note"),
    CsvField.DECEASED: QT_TRANSLATE_NOOP("imports", "Deceased"),
    CsvField.PRACTITIONER_ID: QT_TRANSLATE_NOOP("imports", "Doctor's id"),
    CsvField.SPECIALTY: QT_TRANSLATE_NOOP("imports", "Specialty"),
    CsvField.ROOM: QT_TRANSLATE_NOOP("imports", "Room"),
    CsvField.PREFIX: QT_TRANSLATE_NOOP("imports", "Title"),
}

Count = tuple[str, str, str]
"""Icon, tone of the icon, sentence."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("imports", text)


def field_choices() -> list[tuple[str, str]]:
    """Every field as (value, words), in the order of a form."""
    return [(field.value, _tr(text)) for field, text in _FIELDS.items()]


def preview_counts(preview: ImportPreview) -> list[Count]:
    """What an import would do, a line for each thing that is not zero; the first always."""
    lines = [("user-plus", "ok", _tr("New patients: {count}").format(count=count_text(preview.new)))]
    more: list[tuple[int, str, str, str]] = [
        (preview.doctors_new, "user-plus", "ok", _tr("New doctors: {count}")),
        (preview.known, "check", "text2", _tr("{count} known already, nothing to change")),
        (preview.differing, "pencil", "info", _tr("{count} known, and the file fills or changes something")),
        (
            len(preview.kept_ours),
            "shield",
            "text2",
            _tr("{count} differ from the record, which stays as it is"),
        ),
        (len(preview.refused), "circle-alert", "warn", _tr("{count} cannot be taken")),
    ]
    return lines + [(icon, tone, text.format(count=count_text(n))) for n, icon, tone, text in more if n]


def report_counts(report: ImportReport) -> list[Count]:
    """What an import did."""
    lines = [("user-plus", "ok", _tr("Patients added: {count}").format(count=count_text(report.added)))]
    more: list[tuple[int, str, str, str]] = [
        (report.doctors_added, "user-plus", "ok", _tr("Doctors added: {count}")),
        (report.entries_added, "file-plus", "ok", _tr("Entries of charts and visits added: {count}")),
        (report.updated, "pencil", "info", _tr("{count} filled or changed")),
        (report.unchanged, "check", "text2", _tr("{count} known already, unchanged")),
        (
            len(report.kept_ours),
            "shield",
            "text2",
            _tr("{count} differ from the record, which stays as it is"),
        ),
        (len(report.skipped), "circle-alert", "warn", _tr("{count} skipped")),
    ]
    return lines + [(icon, tone, text.format(count=count_text(n))) for n, icon, tone, text in more if n]
