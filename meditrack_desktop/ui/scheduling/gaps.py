"""The free gaps of a calendar: stretches worth offering, and the way from one to the next. No Qt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from meditrack_desktop.domain.scheduling import SLOT_MINUTES
from meditrack_desktop.ui.scheduling.cursor import Cursor
from meditrack_desktop.ui.scheduling.day_model import Column, Period, minute_of
from meditrack_desktop.ui.scheduling.layout import CalendarLayout

SHORTEST_GAP = 15


@dataclass(frozen=True, slots=True)
class Gap:
    """Free time of one column, in minutes from midnight."""

    column: int
    starts: int
    ends: int


def since(column: Column, now: datetime | None) -> int:
    """From which minute on a column can still be booked; `now` is the clinic's clock."""
    if now is None or column.day > now.date():
        return 0
    return minute_of(now) if column.day == now.date() else 24 * 60


def gaps_of(layout: CalendarLayout, now: datetime | None) -> Iterator[Gap]:
    """Every free stretch still to come of a quarter of an hour or more, column by column."""
    for number, column in enumerate(layout.model.columns):
        yield from gaps_in(number, column, now)


def gaps_in(number: int, column: Column, now: datetime | None) -> Iterator[Gap]:
    """The same of one column."""
    for stretch in column.free(since(column, now)):
        if stretch.minutes >= SHORTEST_GAP:
            yield Gap(number, stretch.starts, stretch.ends)


def next_gap(layout: CalendarLayout, at: Cursor, now: datetime | None, step: int = 1) -> Cursor | None:
    """The first slot of the next (or former) gap of the same doctor; None where the calendar shows no further one.

    On a day that is down the column; in a week the days after it count, too.
    """
    columns = range(len(layout.model.columns)) if layout.model.period is Period.WEEK else (at.column,)
    starts = [
        Cursor(gap.column, slot)
        for number in columns
        for gap in gaps_in(number, layout.model.columns[number], now)
        if (slot := -(-gap.starts // SLOT_MINUTES) * SLOT_MINUTES) + SLOT_MINUTES <= gap.ends
    ]
    here = at.column, at.minute
    if step < 0:
        return next((each for each in reversed(starts) if (each.column, each.minute) < here), None)
    return next((each for each in starts if (each.column, each.minute) > here), None)
