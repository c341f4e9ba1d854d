"""What the calendar page says where there is nothing to show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QCoreApplication

from meditrack_desktop.ui.scheduling.day_model import DayModel, Period
from meditrack_desktop.ui.scheduling.words import day_title

Next = Literal["", "all_doctors", "next"]


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
        return Empty(tr("Nobody works on {day}").format(day=day_title(first.day)), "", "next", tr("Next day"))
    words = tr("{doctor} has no hours this week").format(doctor=first.practitioner.name)
    return Empty(words, tr("They are set under Doctors & hours."), "next", tr("Next week"))
