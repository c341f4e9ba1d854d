"""What the head of a column says beyond its name: how late the doctor is, how much is free, what is unusual."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from meditrack_desktop.domain.today import LATE_FROM
from meditrack_desktop.domain.today_board import minutes_late
from meditrack_desktop.ui.scheduling.day_model import Column, Period
from meditrack_desktop.ui.scheduling.gaps import since
from meditrack_desktop.ui.scheduling.time_words import away_text, exception_text, free_line
from meditrack_desktop.ui.scheduling.words import day_title, length_text, visits_text


def _tr(text: str) -> str:
    return QCoreApplication.translate("Calendar", text)


@dataclass(frozen=True, slots=True)
class HeadNote:
    """`late`: `20 min late`, or nothing. `free`: `2 h free`, or nothing on a day without work or past."""

    late: str
    free: str
    about: str
    spoken: str


def head_note(column: Column, period: Period, now: datetime, wall: datetime | None) -> HeadNote:
    """The words of one column; `now` an instant, `wall` the clinic's clock."""
    doctor, times = column.practitioner, column.times
    here = wall is not None and wall.date() == column.day
    late = minutes_late(column.visits, now) if here else 0
    late_words = ""
    if late * 60 >= LATE_FROM.total_seconds():
        late_words = _tr("{time} late").format(time=length_text(late))
    past = wall is not None and column.day < wall.date()
    free = "" if past else free_line(column, since(column, wall))
    unlike = exception_text(times)
    about = unlike or ", ".join(part for part in (doctor.specialty, doctor.room) if part)
    if late_words and not unlike:
        about = doctor.room
    name = doctor.name if period is Period.DAY else day_title(column.day)
    visits = visits_text(sum(1 for visit in column.visits if visit.status.takes_time))
    away = [away_text(absence, column.day) for absence in times.absences]
    spoken = ", ".join(part for part in (name, late_words, about, visits, free, *away) if part)
    return HeadNote(late_words, free, about, spoken)
