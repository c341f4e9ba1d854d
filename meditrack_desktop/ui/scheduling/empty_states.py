"""What the calendar page says where there is nothing to show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QCoreApplication

from meditrack_desktop.ui.scheduling.day_model import DayModel, Period
from meditrack_desktop.ui.scheduling.time_words import away_text, exception_text
from meditrack_desktop.ui.scheduling.words import day_title

Next = Literal["", "all_doctors", "next", "clear_filters", "hours"]


@dataclass(frozen=True, slots=True)
class Empty:
    """Words, and the name and words of the step that leads on."""

    title: str
    text: str = ""
    step: Next = ""
    act: str = ""


def empty_state(model: DayModel, *, doctors: bool) -> Empty | None:
    """Why nothing can be shown, or None if there is something; `doctors`: whether the clinic has any."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("Calendar", text)

    if not doctors:
        return Empty(tr("No doctors yet"), tr("An administrator adds them under Doctors & hours."))
    if not model.columns:
        return Empty(tr("No doctor is chosen"), "", "all_doctors", tr("Show all doctors"))
    if any(column.open or column.visits for column in model.columns):
        return None
    first = model.columns[0]
    if model.period is Period.DAY:
        closure = next((c.times.closure for c in model.columns if c.times.closure is not None), None)
        if closure is not None:
            words = tr("The clinic is closed on {day}").format(day=day_title(first.day))
            return Empty(words, closure.name, "next", tr("Next day"))
        return Empty(tr("Nobody works on {day}").format(day=day_title(first.day)), "", "next", tr("Next day"))
    doctor = first.practitioner
    if not doctor.hours:
        words = tr("{doctor} has no hours yet").format(doctor=doctor.name)
        return Empty(words, tr("They are set under Doctors & hours."), "hours", tr("Doctors & hours"))
    words = tr("{doctor} does not work this week").format(doctor=doctor.name)
    why = next((exception_text(c.times) for c in model.columns if exception_text(c.times)), "")
    away = next((away_text(a, c.day) for c in model.columns for a in c.times.absences), "")
    return Empty(words, away or why, "next", tr("Next week"))
