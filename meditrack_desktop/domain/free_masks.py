"""Where there is room in a day, as whole numbers: one bit a minute, a run of free minutes found by shifting.

Bit 0 is `MARGIN` minutes before the day begins, so that the buffers of a visit at the day's edge are looked at, too.
A visit of `minutes` with its buffers fits where that many bits in a row are free: halving the run and moving it onto
itself finds all such places in as many steps as the length has binary digits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from meditrack_desktop.domain.clock import to_instant, to_wall
from meditrack_desktop.domain.errors import Invalid
from meditrack_desktop.domain.scheduling import SLOT_MINUTES, day_bounds
from meditrack_desktop.domain.working_time import DAY_MINUTES, OpenTime

MARGIN = 240
"""More than the longest buffer before and after together."""
LONGEST_DAY = 26 * 60
"""No law has put a clock back by more than two hours; such a day has that many minutes at most."""
_BITS = [1 << place for place in range(LONGEST_DAY + 2 * MARGIN + 1)]


def stretch_mask(starts: int, ends: int) -> int:
    """Minutes from `starts` to before `ends`, counted from the day's beginning; cut to what a mask holds."""
    first, last = max(starts + MARGIN, 0), min(ends + MARGIN, len(_BITS) - 1)
    return _BITS[last] - _BITS[first] if first < last else 0


def one_minute(offset: int) -> int:
    """The mask of a single minute, counted from the day's beginning."""
    return _BITS[offset + MARGIN]


def runs(free: int, minutes: int) -> int:
    """The bits at which a run of so many free minutes begins."""
    have = 1
    while have < minutes and free:
        step = min(have, minutes - have)
        free &= free >> step
        have += step
    return free


class Day:
    """One day in one zone: how its wall clock runs. Minutes are counted from the instant at which it begins."""

    def __init__(self, day: date, zone: ZoneInfo) -> None:
        self.day = day
        self.begins, self.ends = day_bounds(day, day, zone)
        self.midnight = datetime.combine(day, time(0))
        self.zone = zone
        self.steady = self.ends - self.begins == timedelta(days=1)

    def starts(self, open_times: tuple[OpenTime, ...], minutes: int) -> int:
        """Where a visit of `minutes` may begin: on a grid from each stretch's beginning, and ending inside it."""
        if self.steady:
            return _steady_starts(open_times, minutes)
        found = 0
        for stretch in open_times:
            for minute in range(stretch.starts, stretch.ends - minutes + 1, SLOT_MINUTES):
                if (offset := self._offset_on_odd_day(minute, minutes, stretch)) is not None:
                    found |= _BITS[offset + MARGIN]
        return found

    def _offset_on_odd_day(self, minute: int, minutes: int, stretch: OpenTime) -> int | None:
        """None if clocks skip the start, or make the visit end too late. Of a time shown twice the first is meant."""
        wall = self.midnight + timedelta(minutes=minute)
        try:
            starts_at = to_instant(wall, self.zone, 0)
        except Invalid:
            return None
        wall_end = to_wall(starts_at + timedelta(minutes=minutes), self.zone).replace(fold=0)
        if max(wall, wall_end) > self.midnight + timedelta(minutes=stretch.ends):
            return None
        return _minutes(starts_at - self.begins)

    def wall(self, offset: int) -> datetime:
        """What the clock shows so many minutes after the day began; naive."""
        if self.steady:
            return self.midnight + timedelta(minutes=offset)
        return to_wall(self.begins + timedelta(minutes=offset), self.zone).replace(fold=0)

    def instant(self, offset: int) -> datetime:
        return self.begins + timedelta(minutes=offset)

    def offset(self, instant: datetime) -> int:
        return _minutes(instant - self.begins)


@lru_cache(maxsize=4096)
def _steady_starts(open_times: tuple[OpenTime, ...], minutes: int) -> int:
    found = 0
    for stretch in open_times:
        for minute in range(stretch.starts, min(stretch.ends, DAY_MINUTES) - minutes + 1, SLOT_MINUTES):
            found |= _BITS[minute + MARGIN]
    return found


def offsets(mask: int) -> Iterator[int]:
    """The minutes from the day's beginning that the mask has, in order."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1 - MARGIN
        mask ^= lowest


def fitting(starts: int, busy: int, minutes: int, before: int = 0, after: int = 0) -> int:
    """Those of `starts` where the visit and its buffers touch nothing of `busy`."""
    if not starts or not busy:
        return starts
    return starts & (runs(~busy & _BITS[-1] - 1, before + minutes + after) << before)


class BusyDays:
    """Turns taken stretches of a calendar into a mask a day, over days that follow one another.

    Minutes are counted from any beginning; `first` is the minute at which the first of the days begins.
    """

    def __init__(self, days: Sequence[Day], first: int) -> None:
        self.bounds = [first + _minutes(day.begins - days[0].begins) for day in days]
        self.bounds.append(first + _minutes(days[-1].ends - days[0].begins))

    def masks(self, taken: Iterable[tuple[int, int]]) -> list[int]:
        """A mask a day; the stretches in the order of their beginnings."""
        bounds, bits = self.bounds, _BITS
        found = [0] * (len(bounds) - 1)
        margin, place, last = MARGIN, 0, len(found) - 1
        begins, ends = bounds[0], bounds[1]
        for starts, until in taken:
            while starts >= ends and place < last:
                place += 1
                begins, ends = bounds[place], bounds[place + 1]
            if begins + margin <= starts and until <= ends - margin:
                shift = margin - begins
                found[place] |= bits[until + shift] - bits[starts + shift]
            else:
                self._add_at_the_edge(found, starts, until)
        return found

    def _add_at_the_edge(self, found: list[int], starts: int, until: int) -> None:
        """Somewhere near midnight, or longer than a day: more than one mask may have it."""
        for place, begins in enumerate(self.bounds[:-1]):
            if starts < self.bounds[place + 1] + MARGIN and begins - MARGIN < until:
                found[place] |= stretch_mask(starts - begins, until - begins)


def _minutes(length: timedelta) -> int:
    return length // timedelta(minutes=1)
