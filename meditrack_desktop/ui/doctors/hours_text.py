"""Hours of a day as people type them: `8-12, 12:45 to 16:00`, `8-12 1330-17`, `1-5 pm`. Pure functions, no Qt."""

import re
from collections.abc import Iterable
from datetime import time
from itertools import pairwise

from meditrack_desktop.ui.widgets.date_text import format_time, parse_time

Stretch = tuple[time, time]
MOST_STRETCHES = 6
MIDNIGHT = time(23, 59)
"""The end of a day as it is kept: an end of 24:00 lies in the next one."""
_BETWEEN = re.compile(r"[,;/&+\n]|\band\b")
_RANGE = re.compile(r"\s*(?:-|\u2013|\u2014|\bto\b|\buntil\b|\btill\b)\s*")
_NEXT_RANGE = re.compile(r"\s+(?=\d)")
_CLOSED = {"", "-", "closed", "off", "none"}
_AT_MIDNIGHT = {"24", "24:00", "24.00", "2400", "24h", "midnight", "0", "00:00", "0:00", "0000"}
_HALF = re.compile(r"[ap]\.?(?:m\.?)?$")


def parse_stretches(text: str) -> tuple[Stretch, ...]:
    """The stretches of a day in order; none for an empty text or "closed".

    ValueError with a FieldProblem's word: "not_a_time" for what is no range of times, "out_of_range" for one that
    ends before it starts, for two that overlap, or for more than six.
    """
    plain = " ".join(text.casefold().replace("\n", ",").split())
    if plain in _CLOSED:
        return ()
    found = sorted(_stretch(part) for part in _parts(plain))
    for (_, ends), (starts, _) in pairwise(found):
        if starts < ends:
            raise ValueError("out_of_range")
    if len(found) > MOST_STRETCHES:
        raise ValueError("out_of_range")
    return tuple(found)


def format_stretches(stretches: Iterable[Stretch]) -> str:
    """`08:00 to 12:00, 12:45 to 16:00`; empty for a closed day."""
    return ", ".join(f"{format_time(starts)} to {end_words(ends)}" for starts, ends in sorted(stretches))


def end_words(ends: time) -> str:
    """When a stretch ends; the last minute of a day is said as the midnight it means."""
    return "24:00" if ends == MIDNIGHT else format_time(ends)


def minutes(stretches: Iterable[Stretch]) -> int:
    """How long the stretches are together."""
    return sum(minute(ends) - minute(starts) for starts, ends in stretches)


def hours_words(total: int) -> str:
    """`31 h`, `31 h 15`, for a number of minutes."""
    hours, rest = divmod(total, 60)
    return f"{hours} h {rest:02}" if rest else f"{hours} h"


def minute(moment: time) -> int:
    """A time of day as minutes from midnight."""
    return moment.hour * 60 + moment.minute


def _parts(plain: str) -> list[str]:
    """The ranges in a text. Where a space stands between two of them instead of a comma, it parts them, too."""
    parts: list[str] = []
    for piece in _BETWEEN.split(plain):
        tight = _RANGE.sub("-", piece.strip().removeprefix("from "))
        parts += _NEXT_RANGE.split(tight) if tight.count("-") > 1 else [tight] if tight else []
    return parts


def _stretch(part: str) -> Stretch:
    first, dash, last = part.partition("-")
    if not dash or "-" in last:
        raise ValueError("not_a_time")
    starts, ends = parse_time(first), MIDNIGHT if last.strip() in _AT_MIDNIGHT else parse_time(last)
    if starts is None or ends is None:
        raise ValueError("not_a_time")
    half = _HALF.search(last.strip())
    if half is not None and _HALF.search(first.strip()) is None:
        # "1-5 pm" says the half once for both, where that makes a range.
        same = parse_time(f"{first.strip()} {half[0][0]}m")
        starts = same if same is not None and same < ends else starts
    if ends <= starts:
        raise ValueError("out_of_range")
    return starts, ends
