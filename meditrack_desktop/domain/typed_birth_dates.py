"""Birth dates as a receptionist types them: read, asked about, or refused, but never guessed in silence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.errors import FieldProblem
from meditrack_desktop.domain.text import digits

MONTH_FIRST_REGIONS = frozenset({"US", "AS", "FM", "GU", "MH", "MP", "PH", "PR", "PW", "VI"})
"""Where 03/04 is a day in March (ISO 3166). Between dots the day stands first everywhere."""

YEAR_FIRST_REGIONS = frozenset({"CN", "HU", "JP", "KR", "KP", "LT", "MN", "TW"})
"""Where 71.3.4 begins with the year."""

OLDEST_USUAL = 1900
"""Births before this year are asked about: somebody so old is more often a slip of the hand."""


class Doubt(StrEnum):
    """Why a date that could be read is to be confirmed."""

    TWO_DIGIT_YEAR = "two_digit_year"
    VERY_OLD = "very_old"
    LOOSE = "loose"
    """Written almost like a technical date, or in digits of another script: 1980-1-5."""


@dataclass(frozen=True, slots=True)
class TypedBirthDate:
    """What was meant. `born` without `doubt` can be kept; with one, ask first; `problem`: it cannot be right.

    None of the three: nothing was typed, the birth date is unknown.
    """

    born: BirthDate | None = None
    doubt: Doubt | None = None
    problem: FieldProblem | None = None


UNKNOWN = TypedBirthDate()
_NOT_A_DATE = TypedBirthDate(problem=FieldProblem.NOT_A_DATE)

_NAMES = "january february march april may june july august september october november december".split()
_MONTHS = {
    **{name: number for number, name in enumerate(_NAMES, 1)},
    **{name[:3]: number for number, name in enumerate(_NAMES, 1)},
    "sept": 9,
}
_TODAY = frozenset({"t", "today"})

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]\d{2}:\d{2}.*)?")
_LOOSE_ISO = re.compile(r"(\d{4})\s*([-./年\s])\s*(\d{1,2})\s*(?:\2|月)\s*(\d{1,2})\s*日?")
_YEAR = re.compile(r"(\d{4})年?")
_YEAR_MONTH = re.compile(r"(\d{4})\s*[-./年\s]\s*(\d{1,2})月?")
_MONTH_YEAR = re.compile(r"(\d{1,2})\s*[-./\s]\s*(\d{4})")
_THREE = re.compile(r"(\d{1,2})\s*([-./\s])\s*(\d{1,2})\s*\2\s*(\d{4}|\d{2})")
_SHORT_YEAR_FIRST = re.compile(r"(\d{2})\s*([-./])\s*(\d{1,2})\s*\2\s*(\d{1,2})")
_SOLID = re.compile(r"\d{8}|\d{6}")
_DAY_NAMED = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th|\.)?[\s-]*(?:of\s+|de\s+)?([^\W\d_]{3,})\.?,?[\s-]+(?:de\s+)?(\d{4}|\d{2})"
)
_NAMED_DAY = re.compile(r"([^\W\d_]{3,})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4}|\d{2})")
_NAMED = re.compile(r"([^\W\d_]{3,})\.?,?\s+(\d{4})")


def read_birth_date(
    text: str, today: date, region: str, months: Mapping[str, int] | None = None
) -> TypedBirthDate:
    """What `text` means on the clinic's calendar day `today`, in the clinic's `region` (ISO 3166).

    A day ("4.3.71", "03/04/1971", "4 Mar 1971", "t" for born today), a month ("Mar 1971", "3/1971") or a year
    ("1971"). An order that the region does not write is refused, not turned round. `months` adds names of
    months in another language, folded to lower case, with their numbers.
    """
    typed = " ".join(text.casefold().split())
    if not typed:
        return UNKNOWN
    if typed in _TODAY:
        return TypedBirthDate(BirthDate.of(today))
    plain = "".join(digits(character) or character for character in typed)
    try:
        found = _read(plain, today, region, {**_MONTHS, **(months or {})})
    except ValueError:
        return _NOT_A_DATE
    if found is None:
        return _NOT_A_DATE
    born, doubt = found
    if born.problem_on(today):
        return TypedBirthDate(problem=FieldProblem(str(born.problem_on(today))))
    if born.year < OLDEST_USUAL:
        doubt = Doubt.VERY_OLD
    elif plain != typed:
        doubt = doubt or Doubt.LOOSE
    return TypedBirthDate(born, doubt)


_Found = tuple[BirthDate, Doubt | None]


def _read(text: str, today: date, region: str, months: Mapping[str, int]) -> _Found | None:
    """The date and what is doubtful about how it is written; None if it is none. ValueError for no such day."""
    if match := _ISO.fullmatch(text.upper()):
        return _whole(match[1], match[2], match[3]), None
    if match := _LOOSE_ISO.fullmatch(text):
        clear = match[2] != "-" and (match[2] == "年" or len(match[3]) + len(match[4]) == 4)
        return _whole(match[1], match[3], match[4]), None if clear else Doubt.LOOSE
    if match := _YEAR.fullmatch(text):
        return BirthDate(int(match[1])), None
    if match := _YEAR_MONTH.fullmatch(text):
        return _month(match[1], match[2]), None
    if match := _MONTH_YEAR.fullmatch(text):
        return _month(match[2], match[1]), None
    if region in YEAR_FIRST_REGIONS and (match := _SHORT_YEAR_FIRST.fullmatch(text)):
        return _short(match[1], match[3], match[4], today)
    if match := _THREE.fullmatch(text):
        return _three(match[1], match[3], match[4], today, region, dots=match[2] == ".")
    if _SOLID.fullmatch(text):
        return _solid(text, today, region)
    return _named(text, today, months)


def _three(first: str, second: str, last: str, today: date, region: str, *, dots: bool) -> _Found:
    month_first = region in MONTH_FIRST_REGIONS and not dots
    month, day = (first, second) if month_first else (second, first)
    if len(last) == 4:
        return _whole(last, month, day), None
    return _short(last, month, day, today)


def _short(year: str, month: str, day: str, today: date) -> _Found:
    return _whole(_century(year, month, day, today), month, day), Doubt.TWO_DIGIT_YEAR


def _solid(text: str, today: date, region: str) -> _Found:
    """Eight digits or six without anything between them."""
    if len(text) == 6 and region in YEAR_FIRST_REGIONS:
        return _short(text[:2], text[2:4], text[4:], today)
    if len(text) == 6:
        return _three(text[:2], text[2:4], text[4:], today, region, dots=False)
    if region not in YEAR_FIRST_REGIONS and 18 <= int(text[4:6]) <= 20:
        return _three(text[:2], text[2:4], text[4:], today, region, dots=False)
    return _whole(text[:4], text[4:6], text[6:]), None


def _named(text: str, today: date, months: Mapping[str, int]) -> _Found | None:
    if (match := _DAY_NAMED.fullmatch(text)) and match[2] in months:
        day, month, year = match[1], months[match[2]], match[3]
    elif (match := _NAMED_DAY.fullmatch(text)) and match[1] in months:
        day, month, year = match[2], months[match[1]], match[3]
    elif (match := _NAMED.fullmatch(text)) and match[1] in months:
        return BirthDate(int(match[2]), months[match[1]]), None
    else:
        return None
    if len(year) == 4:
        return _whole(year, str(month), day), None
    return _short(year, str(month), day, today)


def _whole(year: str, month: str, day: str) -> BirthDate:
    if not int(month) or not int(day):
        raise ValueError("not_a_date")
    return BirthDate(int(year), int(month), int(day))


def _month(year: str, month: str) -> BirthDate:
    if not int(month):
        raise ValueError("not_a_date")
    return BirthDate(int(year), int(month))


def _century(year: str, month: str, day: str, today: date) -> str:
    """The latest year with these two last digits in which that day is not still to come."""
    this = today.year - today.year % 100 + int(year)
    to_come = (this, int(month), int(day)) > (today.year, today.month, today.day)
    return str(this - 100 if to_come else this)
