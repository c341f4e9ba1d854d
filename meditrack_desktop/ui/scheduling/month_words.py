"""What a month says about each of its days, in the cell and to a screen reader."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from meditrack_desktop.domain.working_time import minute_of_day
from meditrack_desktop.ui.scheduling.day_model import minute_of
from meditrack_desktop.ui.scheduling.month_model import DayLoad
from meditrack_desktop.ui.scheduling.words import clock_text, day_title, visits_text


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a cell. `tone` is a text token."""

    text: str
    tone: str = "text2"
    strong: bool = False
    icon: str = ""


def _tr(text: str) -> str:
    return QCoreApplication.translate("Calendar", text)


def load_lines(load: DayLoad) -> list[Line]:
    """What became of a past day; of one to come, where there is room."""
    if load.closed:
        closure = load.closure
        return [Line(_tr("Closed")), *([Line(closure.name)] if closure is not None else [])]
    if load.past:
        done, missed = load.counts["completed"], load.counts["noshow"]
        lines = [Line(_tr("{count} completed").format(count=done))] if done else []
        if missed:
            one = missed == 1
            lines.append(Line(_tr("1 no-show") if one else _tr("{count} no-shows").format(count=missed)))
        return lines
    first = load.first_start
    if first is None:
        return [Line(_tr("Full"), "warn", strong=True)] if load.open_minutes else [Line(_tr("Nobody works"))]
    room = Line(slots_text(load.free_slots))
    if load.nearly_full:
        room = Line(_tr("Nearly full"), "warn", strong=True)
    return [room, Line(_tr("First at {time}").format(time=clock_text(first)))]


def exception_lines(load: DayLoad) -> list[Line]:
    """What is unlike other days: a holiday's hours, who is away, special hours with their name."""
    lines: list[Line] = []
    closure = load.closure
    if closure is not None and not load.closed:
        if closure.closes is not None and closure.opens is not None:
            at = clock_text(minute_of_day(closure.closes, ends=True))
            lines.append(Line(_tr("Closes at {time}").format(time=at), icon="calendar-off"))
        else:
            lines.append(Line(_tr("Closed, {name}").format(name=closure.name), icon="calendar-off"))
    away = load.away
    if len(away) == 1:
        doctor, absence = away[0]
        back = absence.wall_end
        if back.date() == load.day and back.hour:
            words = _tr("{doctor} out until {time}").format(
                doctor=_short(doctor.prefix, doctor.family), time=clock_text(minute_of(back))
            )
        else:
            words = _tr("{doctor} away").format(doctor=_short(doctor.prefix, doctor.family))
        lines.append(Line(words, icon="user-x"))
    elif away:
        lines.append(Line(_tr("{count} doctors away").format(count=len(away)), icon="user-x"))
    for doctor, special in load.special[:1]:
        words = special.note or (
            _tr("{doctor}, special hours") if special.stretches else _tr("{doctor} not in")
        ).format(doctor=_short(doctor.prefix, doctor.family))
        lines.append(Line(words, icon="calendar-clock"))
    return lines


def lines_that_fit(load: DayLoad, count: int) -> list[Line]:
    """At most so many lines: where they are few, what is unlike other days comes before the first free time."""
    said, unlike = load_lines(load), exception_lines(load)
    kept = max(1, count - len(unlike)) if unlike else count
    return [*said[:kept], *unlike][: max(0, count)]


def slots_text(count: int) -> str:
    """`27 free slots`."""
    return _tr("1 free slot") if count == 1 else _tr("{count} free slots").format(count=count)


def spoken_load(load: DayLoad) -> str:
    """A day of the month for a screen reader."""
    parts = [day_title(load.day), visits_text(load.visits)]
    parts += [line.text for line in (*load_lines(load), *exception_lines(load))]
    return ", ".join(parts)


def summary(load: DayLoad) -> str:
    """`35 visits, 27 free slots, 5 doctors`."""
    working = sum(1 for each in load.doctors if each.works)
    doctors = _tr("1 doctor") if working == 1 else _tr("{count} doctors").format(count=working)
    parts = [visits_text(load.visits)]
    if not load.past:
        parts.append(slots_text(load.free_slots))
    return ", ".join([*parts, doctors])


def _short(prefix: str, family: str) -> str:
    return f"{prefix} {family}".strip()
