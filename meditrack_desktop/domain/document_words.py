"""What a document is found by: folded words of what is said about it and of its text, and their beginnings.

A typed word finds whatever begins with it, from three letters on; shorter ones are found whole. Numbers stay
together with what stands between their digits ("10.9", "120/80"), and a day is the same however it is written in
the clinic's region. Writing without blanks between words is found by any two neighbouring characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from meditrack_desktop.domain.text import digits, search_words
from meditrack_desktop.domain.typed_birth_dates import MONTH_FIRST_REGIONS, YEAR_FIRST_REGIONS

SHORTEST_BEGINNING = 3
LONGEST_WORD = 24
"""What comes after so many letters is not compared."""
MOST_WORDS = 20_000
"""Different words kept of one document's text; the rest is not found."""
MOST_TYPED = 200
"""Characters of a search that are read."""
MOST_ASKED = 12
"""Words of a search that are asked for."""

_DAY = "@"
_NUMBER = r"\d+(?:[.,:/٫-]\d+)+"
_RUN = (
    r"(?:[0-9A-Za-z'`’ʼ]|[^\x00-\x7f\s\u00a0\u00a1\u00ab\u00b7\u00bb\u00bf\u2000-\u2018\u201a-\u206f"
    r"\u3000-\u3020\uff01-\uff0f\uff1a-\uff20])+"
)
_PIECE = re.compile(f"({_NUMBER})|({_RUN})")
_BETWEEN = re.compile(r"[.,:/٫-]")
_UNSPACED = re.compile("[\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_MONTHS = "january february march april may june july august september october november december".split()


class Word(NamedTuple):
    """A folded word, and where in the text it was."""

    text: str
    start: int
    end: int


class Asked(NamedTuple):
    """One word of a search: any of `ways` will do, each a set of terms that must all be there.

    `words` are what a snippet looks for: beginnings of folded words, all of one of these.
    """

    ways: tuple[tuple[str, ...], ...]
    words: tuple[str, ...]


def words(text: str, region: str) -> Iterator[Word]:
    """Every folded word of a text in order. `region` (ISO 3166) says how its days are written."""
    for match in _PIECE.finditer(text):
        start, end = match.span()
        if match[1] is None:
            for folded in _folded(match[2]):
                yield Word(folded, start, end)
            continue
        number = _plain(match[1])
        yield Word(number[:LONGEST_WORD], start, end)
        if found := _day(number, region):
            yield Word(found, start, end)
        for part in _BETWEEN.split(number):
            yield Word(part[:LONGEST_WORD], start, end)


def terms(texts: Iterable[str], region: str) -> frozenset[str]:
    """All that these texts are found by: words and their beginnings."""
    seen: set[str] = set()
    for text in texts:
        for word in words(text, region):
            seen.add(word.text)
            if len(seen) >= MOST_WORDS:
                break
    return frozenset(term for word in seen for term in _found_by(word))


def day_terms(day: date, region: str) -> str:
    """A day as words: every way in which people of this region write it."""
    d, m, y = day.day, day.month, day.year
    written = [f"{y:04}-{m:02}-{d:02}", f"{d:02} {d} {m:02} {m} {_MONTHS[m - 1]} {y}"]
    for between in "./-":
        first, second = (m, d) if region in MONTH_FIRST_REGIONS and between != "." else (d, m)
        written += [
            f"{first}{between}{second}{between}{y}",
            f"{first:02}{between}{second:02}{between}{y}",
            f"{m:02}{between}{y}",
            f"{m}{between}{y}",
            f"{y}{between}{m:02}",
        ]
    return " ".join(written)


def asked(typed: str, region: str) -> tuple[Asked, ...]:
    """What somebody who typed this looks for; () if that is nothing."""
    found: dict[Asked, None] = {}
    for match in _PIECE.finditer(typed[:MOST_TYPED]):
        if match[1] is not None:
            number = _plain(match[1])
            day = _day(number, region)
            ways = ((number[:LONGEST_WORD],), *(((day,),) if day else ()))
            found[Asked(ways, (number[:LONGEST_WORD], *((day,) if day else ())))] = None
        else:
            for word in _folded(match[2]):
                found[Asked((_wanted(word),), (word,))] = None
    return tuple(found)[:MOST_ASKED]


def begins(word: str, looked_for: Collection[str]) -> bool:
    """Whether a word of a text is what a search looks for."""
    return any(
        word.startswith(each) if len(each) >= SHORTEST_BEGINNING else word == each or each in _found_by(word)
        for each in looked_for
    ) or any(each in word for each in looked_for if _UNSPACED.search(each))


@lru_cache(maxsize=50_000)
def _folded(run: str) -> tuple[str, ...]:
    return tuple(_in_digits(word)[:LONGEST_WORD] for word in search_words(run))


def _in_digits(word: str) -> str:
    if word.isascii():
        return word
    return "".join(
        str(unicodedata.decimal(character)) if unicodedata.decimal(character, None) is not None else character
        for character in word
    )


def _plain(number: str) -> str:
    """ASCII digits, a point for every decimal sign."""
    plain = (
        "".join(digits(character) or character for character in number) if not number.isascii() else number
    )
    return plain.replace(",", ".").replace("٫", ".")


def _day(number: str, region: str) -> str:
    """The one term of a day, however it was written; "" for what is none."""
    parts = _BETWEEN.split(number)
    if len(parts) != 3 or len({character for character in number if not character.isdigit()}) != 1:
        return ""
    if len(parts[0]) == 4:
        year, month, day = parts
    elif len(parts[2]) == 4:
        day, month, year = parts
        if region in MONTH_FIRST_REGIONS and "." not in number:
            month, day = day, month
    elif len(parts[2]) == len(parts[0]) == 2 and region in YEAR_FIRST_REGIONS:
        year, month, day = f"20{parts[0]}", parts[1], parts[2]
    else:
        return ""
    try:
        return f"{_DAY}{date(int(year), int(month), int(day)).isoformat()}"
    except ValueError:
        return ""


@lru_cache(maxsize=50_000)
def _found_by(word: str) -> tuple[str, ...]:
    beginnings = [word[:length] for length in range(SHORTEST_BEGINNING, len(word))]
    if word.startswith(_DAY):
        return (word,)
    if _UNSPACED.search(word):
        beginnings += [*word, *(word[at : at + 2] for at in range(len(word) - 1))]
    return (*beginnings, word)


def _wanted(word: str) -> tuple[str, ...]:
    if len(word) > 2 and _UNSPACED.search(word):
        return tuple(word[at : at + 2] for at in range(len(word) - 1))
    return (word,)
