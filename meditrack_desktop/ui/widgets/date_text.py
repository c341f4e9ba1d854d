"""Reading dates and times as people type them, and writing them so that nobody misreads them.

Pure functions: no Qt, no clock. The caller says what day it is and how the locale orders day and month.
"""

import calendar
import re
from collections.abc import Mapping
from datetime import MAXYEAR, MINYEAR, date, time, timedelta

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
FULL_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
FULL_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAYS = {"t": 0, "today": 0, "tomorrow": 1, "tom": 1, "yesterday": -1}
_STEP = re.compile(r"(?P<lead>in\s*|\+|-)\s*(?P<count>\d{1,4})\s*(?P<unit>[dwmy])[a-z]*")
_NUMBERS = re.compile(r"(\d{1,4})\s*[./\-\s]\s*(\d{1,2})(?:\s*[./\-\s]\s*(\d{1,4}))?\.?")
_NAMED = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th)?\.?[\s\-]*)?([^\W\d_]+)\.?[\s\-]*(?:(\d{1,2})(?:st|nd|rd|th)?\b)?[\s,\-]*(\d{2,4})?"
)
_TIME = re.compile(r"(\d{1,2})(?:\s*[:.h]\s*(\d{2})|(\d{2}))?\s*h?\s*(am?|pm?|a\.m\.|p\.m\.)?")


def parse_date(
    text: str, today: date, day_first: bool = True, months: Mapping[str, int] | None = None
) -> date | None:
    """The day that `text` means, or None if it means none.

    Understood: `t`, `today`, `tomorrow`, weekday names (the next such day), `+6w`, `-3d`, `in 2 months`,
    `2026-11-18`, `18/11/2026`, `18.11.26`, `18/11` (this year), `18112026`, `18 Nov 2026`, `Nov 18, 2026`.
    `day_first` says how the locale orders `3/4`; where only the other order is a date, that is taken.
    `months` adds month names of the locale, folded to lower case, with their numbers.
    """
    typed = " ".join(text.strip().casefold().split())
    if not typed:
        return None
    if typed in _DAYS:
        return _shifted(today, days=_DAYS[typed])
    for number, name in enumerate(WEEKDAYS):
        if typed in (name.casefold(), FULL_WEEKDAYS[number].casefold()):
            return _shifted(today, days=(number - today.weekday() - 1) % 7 + 1)
    step = _STEP.fullmatch(typed)
    if step is not None:
        count = int(step["count"]) * (-1 if step["lead"] == "-" else 1)
        return _step(today, count, step["unit"])
    if typed.isdecimal():
        return _solid(typed, today, day_first)
    numbers = _NUMBERS.fullmatch(typed)
    if numbers is not None:
        return _from_numbers(numbers[1], numbers[2], numbers[3], today, day_first)
    named = _NAMED.fullmatch(_without_weekday(typed))
    if named is not None:
        return _from_name(named, today, months or {})
    return None


def format_date(day: date) -> str:
    """`18 Nov 2026`: never a form in which day and month could be swapped, and the same wherever it stands."""
    return f"{format_day(day)} {day.year:04d}"


def format_day(day: date) -> str:
    """`18 Nov`, where the year is clear."""
    return f"{day.day} {MONTHS[day.month - 1]}"


def format_month(year: int, month: int) -> str:
    """`Nov 2026`."""
    return f"{MONTHS[month - 1]} {year:04d}"


def parse_time(text: str) -> time | None:
    """The time that `text` means, or None: `1115`, `11:15`, `11.15`, `11h15`, `9`, `915`, `2:30 pm`."""
    found = _TIME.fullmatch(" ".join(text.strip().casefold().split()))
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or found[3] or 0)
    half = (found[4] or "")[:1]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def format_time(moment: time) -> str:
    """`09:05`, in 24 hours; the locale's own form is the caller's business."""
    return f"{moment.hour:02d}:{moment.minute:02d}"


def _shifted(day: date, days: int) -> date | None:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None


def _step(today: date, count: int, unit: str) -> date | None:
    if unit in "dw":
        return _shifted(today, days=count * (7 if unit == "w" else 1))
    months = today.year * 12 + today.month - 1 + count * (12 if unit == "y" else 1)
    year, month = divmod(months, 12)
    if not MINYEAR <= year <= MAXYEAR:
        return None
    # The 31st has no twin in a shorter month; the last day of that month is meant.
    return date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _year(digits: str, today: date) -> int | None:
    """Two digits mean the years up to ten years from now; three digits mean nothing."""
    if len(digits) == 4:
        return int(digits)
    if len(digits) != 2:
        return None
    year = today.year // 100 * 100 + int(digits)
    return year if year <= today.year + 10 else year - 100


def _solid(digits: str, today: date, day_first: bool) -> date | None:
    if len(digits) not in (6, 8):
        return None
    local = _from_numbers(digits[:2], digits[2:4], digits[4:], today, day_first)
    if len(digits) == 6 or (local is not None and 1900 <= local.year < 2100):
        return local
    return _made(int(digits[:4]), int(digits[4:6]), int(digits[6:]))


def _from_numbers(one: str, two: str, three: str | None, today: date, day_first: bool) -> date | None:
    if len(one) > 2:
        year_first = len(one) == 4 and three is not None and len(three) <= 2
        return _made(int(one), int(two), int(three or 0)) if year_first else None
    year = today.year if three is None else _year(three, today)
    if year is None:
        return None
    day, month = (one, two) if day_first else (two, one)
    return _made(year, int(month), int(day)) or _made(year, int(day), int(month))


def _from_name(found: re.Match[str], today: date, months: Mapping[str, int]) -> date | None:
    before, name, after, digits = found.groups()
    month = _month(name, months)
    day = before or after
    if month is None or day is None:
        return None
    if before and after:
        # "18 Nov 26": what follows the month is the year.
        if digits:
            return None
        digits = after
    year = today.year if digits is None else _year(digits, today)
    return None if year is None else _made(year, month, int(day))


def _month(name: str, months: Mapping[str, int]) -> int | None:
    known = months.get(name) or months.get(f"{name}.")
    if known is not None:
        return known
    for number, full in enumerate(FULL_MONTHS, start=1):
        if len(name) >= 3 and full.casefold().startswith(name):
            return number
    return None


def _without_weekday(typed: str) -> str:
    first, _, rest = typed.partition(" ")
    names = {name.casefold() for name in (*WEEKDAYS, *FULL_WEEKDAYS)}
    return rest if rest and first.rstrip(",.") in names else typed
