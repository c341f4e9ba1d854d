"""What the head of the page says about each view."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QCoreApplication

from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.ui.scheduling.day_model import DayModel, Period, monday_of
from meditrack_desktop.ui.scheduling.shown import Shown
from meditrack_desktop.ui.scheduling.words import (
    count_text,
    day_title,
    month_title,
    short_day,
    week_number,
    week_title,
)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Calendar", text)


def title_of(shown: Shown, model: DayModel, *, short: bool) -> str:
    """`Wednesday 18 November`, `16 to 21 November 2026` or `November 2026`."""
    if shown.period is Period.MONTH:
        return month_title(shown.day)
    if shown.period is Period.WEEK:
        first = monday_of(shown.day)
        last = model.columns[-1].day if model.columns else date.fromordinal(first.toordinal() + 4)
        return week_title(first, last, short=short)
    if shown.period is Period.AGENDA:
        # Beside filters there is less room.
        return short_day(shown.day) if short else day_title(shown.day, short=True)
    return day_title(shown.day, short=short)


def count_of(shown: Shown, model: DayModel) -> str:
    """`57 appointments`, or which week of which doctor it is; nothing where the view itself says it."""
    if shown.period is Period.WEEK:
        doctor = model.columns[0].practitioner.name if model.columns else ""
        return _tr("Week {number}, {doctor}").format(number=week_number(monday_of(shown.day)), doctor=doctor)
    if shown.period in (Period.MONTH, Period.AGENDA):
        return ""
    counts = model.counts()
    return count_text(counts.total() - counts["cancelled"])


def doctors_text(shown: Shown, doctors: Sequence[Practitioner]) -> str:
    """`All 6 doctors`, `Dr. Ines Modelo`, or `2 of 6 doctors`."""
    if shown.chosen is None:
        return _tr("All {count} doctors").format(count=len(doctors))
    chosen = [doctor for doctor in doctors if doctor.id in shown.chosen]
    if len(chosen) == 1:
        return chosen[0].name
    return _tr("{some} of {count} doctors").format(some=len(chosen), count=len(doctors))
