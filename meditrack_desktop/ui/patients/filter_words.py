"""The words of the list's filters."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from meditrack_desktop.domain.saved_filters import PatientFilter, Standing


def _tr(text: str) -> str:
    return QCoreApplication.translate("Filters", text)


def standing_word(standing: Standing) -> str:
    """`active`, as it stands after "Status:"."""
    return {
        Standing.ACTIVE: _tr("active"),
        Standing.ALL: _tr("with archived"),
        Standing.ARCHIVED: _tr("archived"),
    }[standing]


def months_word(months: int) -> str:
    """`No visit in a year`."""
    return {
        6: _tr("No visit in 6 months"),
        12: _tr("No visit in a year"),
        24: _tr("No visit in 2 years"),
    }[months]


def filter_words(kept: PatientFilter) -> list[str]:
    """The filters that are on and have no chip of their own."""
    words = (
        (kept.my_patients, _tr("My patients")),
        (kept.created_by_me, _tr("Created by me")),
        (kept.provisional, _tr("To be completed")),
        (kept.deceased, _tr("Deceased")),
    )
    found = [word for on, word in words if on]
    return [*found, months_word(kept.months_without_visit)] if kept.months_without_visit else found
