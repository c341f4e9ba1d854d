"""Why a stretch of a column is closed: before hours, a break, a holiday, or a doctor who is away. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from meditrack_desktop.domain.working_time import (
    Absence,
    Closure,
    DoctorDay,
    OpenTime,
    minute_of_day,
    without,
)
from meditrack_desktop.ui.scheduling.day_model import DayModel

_LUNCH = (11 * 60, 15 * 60)


class Shut(StrEnum):
    """Why a stretch of a column is closed."""

    BEFORE = "before"
    LUNCH = "lunch"
    BREAK = "break"
    CLOSED = "closed"
    HOLIDAY = "holiday"
    AWAY = "away"


@dataclass(frozen=True, slots=True)
class Closed:
    """Time in which the doctor does not work: `absence` with `AWAY`, `closure` with `HOLIDAY`.

    `note` is that of a special day.
    """

    starts: int
    ends: int
    why: Shut
    absence: Absence | None = None
    closure: Closure | None = None
    note: str = ""


def closed_in(model: DayModel, column: int) -> list[Closed]:
    """The closed stretches of a column within the grid, in order."""
    return closed_on(model.columns[column].times, OpenTime(model.first, model.last))


def closed_on(times: DoctorDay, grid: OpenTime) -> list[Closed]:
    """The closed stretches of a doctor's day within `grid`, in order."""
    left = [grid]
    for stretch in times.open:
        left = without(left, stretch)
    found: list[Closed] = []
    for absence in times.absences:
        taken = absence.on(times.day)
        if taken is None:
            continue
        # A visit may stand in it, but nobody works: all of it is hatched, also outside the hours.
        found += [
            Closed(max(part.starts, taken.starts), min(part.ends, taken.ends), Shut.AWAY, absence)
            for part in left
            if part.starts < taken.ends and taken.starts < part.ends
        ]
        left = without(left, taken)
    found += [_plain(part, times, grid) for part in left]
    return sorted(found, key=lambda each: each.starts)


def closed_at(model: DayModel, column: int, minute: int) -> Closed | None:
    """Which closed stretch a minute of a column lies in."""
    return next((each for each in closed_in(model, column) if each.starts <= minute < each.ends), None)


def _plain(part: OpenTime, times: DoctorDay, grid: OpenTime) -> Closed:
    closure = _counting(times)
    if closure is not None and _outside(closure, part):
        return Closed(part.starts, part.ends, Shut.HOLIDAY, closure=closure)
    note = times.special.note if times.special is not None else ""
    if not times.open:
        return Closed(part.starts, part.ends, Shut.CLOSED, note=note)
    first, last = times.open[0].starts, times.open[-1].ends
    if part.ends <= first and part.starts == grid.starts:
        return Closed(part.starts, part.ends, Shut.BEFORE)
    if part.starts >= last:
        return Closed(part.starts, part.ends, Shut.CLOSED, note=note)
    middle = (part.starts + part.ends) / 2
    return Closed(part.starts, part.ends, Shut.LUNCH if _LUNCH[0] <= middle <= _LUNCH[1] else Shut.BREAK)


def _counting(times: DoctorDay) -> Closure | None:
    """The closed day that counts: a doctor's own special day beats it."""
    return times.closure if times.special is None else None


def _outside(closure: Closure, part: OpenTime) -> bool:
    if closure.opens is None or closure.closes is None:
        return True
    return part.starts >= minute_of_day(closure.closes, ends=True) or part.ends <= minute_of_day(
        closure.opens
    )
