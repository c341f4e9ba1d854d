"""Dates as documents write them: 2026-03-04, 04.03.2026, 4 March 2026, March 4, 2026, 4 de marzo de 2026.

With a slash nobody can tell the fourth of March from the third of April, unless the words around say that the
language puts the day first, or one number is too large for a month.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from enum import Enum

OLDEST, NEWEST = 1880, 2200


class Order(Enum):
    """What is known of the order of day and month."""

    DAY_FIRST = "day_first"
    UNKNOWN = "unknown"


_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january januar janner janvier enero jan ene janv",
            "february februar fevrier febrero feb fev fevr",
            "march marz mars marzo mar mrz",
            "april avril abril apr avr abr",
            "may mai mayo",
            "june juni juin junio jun",
            "july juli juillet julio jul juil",
            "august aout agosto aug ago",
            "september septembre septiembre setiembre sep sept",
            "october oktober octobre octubre oct okt",
            "november novembre noviembre nov",
            "december dezember decembre diciembre dec dez dic",
        ),
        1,
    )
    for name in names.split()
}
_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?!\d)")
_NUMBERS = re.compile(r"(\d{1,2})[ ]?([-/.])[ ]?(\d{1,2})[ ]?\2[ ]?(\d{4})(?!\d)")
_DAY_NAME = r"(?:[^\W\d_]{2,12}\.?,?\s{1,3})?"
_DAY_MONTH = re.compile(
    rf"{_DAY_NAME}(\d{{1,2}})(?:st|nd|rd|th|er|\.|º)?[ -]{{0,3}}(?:de\s|of\s)?"
    r"([^\W\d_]{3,12})\.?,?[ -]{0,3}(?:del?\s)?(\d{4})(?!\d)",
    re.IGNORECASE,
)
_MONTH_DAY = re.compile(
    rf"{_DAY_NAME}([^\W\d_]{{3,12}})\.?\s(\d{{1,2}})(?:st|nd|rd|th)?,?\s(\d{{4}})(?!\d)", re.IGNORECASE
)


def date_at_start(text: str, order: Order = Order.UNKNOWN) -> date | None:
    """The date with which `text` begins; None if there is none, or if it could be two."""
    text = text.lstrip(" \t:.,")
    if match := _ISO.match(text):
        return _date(int(match[1]), int(match[3]), int(match[4]))
    if match := _COMPACT.match(text):
        return _date(int(match[1]), int(match[2]), int(match[3]))
    if match := _NUMBERS.match(text):
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        if match[2] == "." or order is Order.DAY_FIRST or first > 12 or first == second:
            return _date(year, second, first)
        return _date(year, first, second) if second > 12 else None
    if match := _DAY_MONTH.match(text):
        return _date(int(match[3]), _month(match[2]), int(match[1]))
    if match := _MONTH_DAY.match(text):
        return _date(int(match[3]), _month(match[1]), int(match[2]))
    return None


def _month(name: str) -> int:
    plain = unicodedata.normalize("NFD", name.casefold())
    return _MONTHS.get("".join(mark for mark in plain if not unicodedata.combining(mark)), 0)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if OLDEST <= year <= NEWEST else None
    except ValueError:
        return None
