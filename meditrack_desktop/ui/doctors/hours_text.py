"""Weekly hours as people type them: `8-12, 12:45 to 16:00`. Pure functions, no Qt."""

import re
from collections.abc import Iterable
from datetime import time
from itertools import pairwise

from meditrack_desktop.ui.widgets.date_text import format_time, parse_time

Stretch = tuple[time, time]
MOST_STRETCHES = 6
_BETWEEN = re.compile(r"[,;\n]|\band\b")
_RANGE = re.compile(r"\s*(?:-|\u2013|\u2014|\bto\b|\buntil\b)\s*")
_CLOSED = {"", "-", "closed", "off", "none"}


def parse_stretches(text: str) -> tuple[Stretch, ...]:
    """The stretches of a day in order; none for an empty text or "closed".

    ValueError with a FieldProblem's word: "not_a_time" for what is no range of times, "out_of_range" for one that
    ends before it starts, for two that overlap, or for more than six.
    """
    plain = " ".join(text.casefold().split())
    if plain in _CLOSED:
        return ()
    found = sorted(_stretch(part) for part in _BETWEEN.split(plain) if part.strip())
    for (_, ends), (starts, _) in pairwise(found):
        if starts < ends:
            raise ValueError("out_of_range")
    if len(found) > MOST_STRETCHES:
        raise ValueError("out_of_range")
    return tuple(found)


def format_stretches(stretches: Iterable[Stretch]) -> str:
    """`08:00 to 12:00, 12:45 to 16:00`; empty for a closed day."""
    return ", ".join(f"{format_time(starts)} to {format_time(ends)}" for starts, ends in sorted(stretches))


def minutes(stretches: Iterable[Stretch]) -> int:
    """How long the stretches are together."""
    return sum(_minute(ends) - _minute(starts) for starts, ends in stretches)


def hours_words(total: int) -> str:
    """`31 h`, `31 h 15`, for a number of minutes."""
    hours, rest = divmod(total, 60)
    return f"{hours} h {rest:02}" if rest else f"{hours} h"


def _stretch(part: str) -> Stretch:
    ends = _RANGE.split(part.strip())
    times = [parse_time(end) for end in ends]
    if len(times) != 2 or times[0] is None or times[1] is None:
        raise ValueError("not_a_time")
    if times[1] <= times[0]:
        raise ValueError("out_of_range")
    return times[0], times[1]


def _minute(moment: time) -> int:
    return moment.hour * 60 + moment.minute
