"""Reads what was typed into the search box: which scraps there are and what each of them may be.

The result is a small tree: a patient is found if every scrap of `AllOf` holds, and a scrap that could be
several things (`0711` may begin a record number or be part of a phone) holds if one of `AnyOf` does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from meditrack_desktop.domain.birth_dates import OLDEST_YEAR, BirthDate
from meditrack_desktop.domain.phones import SHORTEST_FRAGMENT, digit_forms
from meditrack_desktop.domain.search_terms import (
    LONGEST_TERM,
    PHONE_MARK,
    RECORD_NUMBER_MARK,
    joined,
    name_words,
)
from meditrack_desktop.domain.text import digits

MONTH_FIRST_REGIONS = frozenset({"US", "AS", "FM", "GU", "MH", "MP", "PH", "PR", "PW", "VI"})
LATEST_YEAR = 2100
MOST_SCRAPS = 12


class Kind(StrEnum):
    """What a scrap was compared with; `PatientLine.matched` names it."""

    NAME = "name"
    PHONE = "phone"
    MRN = "mrn"
    BIRTH_DATE = "birth_date"

    # Statements are looked up by it at every key; an enumeration's own hash is a call of Python.
    __hash__ = str.__hash__


@dataclass(frozen=True, slots=True)
class Atom:
    """One comparison: a word of a name, a record number or an ISO birth date begins so; a phone contains it."""

    kind: Kind
    value: str


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: tuple[Scrap, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Scrap, ...]


Scrap = Atom | AllOf | AnyOf

_NUMBER_LIKE = re.compile(r"[\d+\-().\\/#:]*\d[\d+\-().\\/#:]*")


def read(text: str, region: str) -> AllOf:
    """The scraps of `text`; dates are read as `region` writes them. No part at all: nothing to compare."""
    parts: list[Scrap] = []
    run: list[str] = []
    tokens, dates = _written_dates(_tokens(text), region)
    parts.extend(dates)
    for token in tokens:
        if _NUMBER_LIKE.fullmatch(token):
            run.append(token)
            continue
        parts.extend(_numbers(run, region))
        run = []
        parts.extend(_word(token, region))
    parts.extend(_numbers(run, region))
    return AllOf(tuple(dict.fromkeys(parts))[:MOST_SCRAPS])


def matches(scrap: Scrap, search_text: str, birth_date: str | None) -> Kind | None:
    """What `scrap` was found as in a patient's stored text and date, or None. Slow and plainly right."""
    if isinstance(scrap, Atom):
        return scrap.kind if holds(scrap, search_text, birth_date) else None
    kinds = [matches(part, search_text, birth_date) for part in scrap.parts]
    found = [kind for kind in kinds if kind is not None]
    if isinstance(scrap, AnyOf):
        return found[0] if found else None
    if len(found) < len(kinds) or not found:
        return None
    return next((kind for kind in found if kind is not Kind.NAME), Kind.NAME)


def inner(text: str) -> tuple[Atom, ...]:
    """For the last look inside words: each word or number of `text`, to be found anywhere in its kind."""
    atoms: list[Atom] = []
    for token in _tokens(text):
        if _NUMBER_LIKE.fullmatch(token):
            atoms.append(Atom(Kind.MRN, digits(token)[:LONGEST_TERM]))
        else:
            atoms.extend(Atom(Kind.NAME, word) for word in name_words(token))
    return tuple(dict.fromkeys(atoms))[:MOST_SCRAPS]


def is_names_only(scrap: Scrap) -> bool:
    """Whether `scrap` compares words of names and nothing else."""
    if isinstance(scrap, Atom):
        return scrap.kind is Kind.NAME
    return all(is_names_only(part) for part in scrap.parts)


def holds_inside(atom: Atom, search_text: str) -> bool:
    """Whether `atom` stands anywhere within a word of its kind."""
    before_phones, _, _ = search_text.partition(f" {PHONE_MARK}")
    of_records = atom.kind is Kind.MRN
    return any(
        atom.value in word
        for word in before_phones.split()
        if word.startswith(RECORD_NUMBER_MARK) is of_records
    )


def holds(atom: Atom, search_text: str, birth_date: str | None) -> bool:
    """Whether one comparison holds for a patient's stored text and date."""
    if atom.kind is Kind.BIRTH_DATE:
        return birth_date is not None and birth_date.startswith(atom.value)
    if atom.kind is Kind.MRN:
        return f" {RECORD_NUMBER_MARK}{atom.value}" in search_text
    if atom.kind is Kind.NAME:
        return f" {atom.value}" in search_text
    return atom.value in search_text and atom.value in search_text.partition(PHONE_MARK)[2]


def _tokens(text: str) -> list[str]:
    return [token for token in re.split(r"[\s,;]+", text) if token]


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAMES = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip


def _written_dates(tokens: list[str], region: str) -> tuple[list[str], list[Scrap]]:
    """Takes dates as every window writes them ("5 Apr 1988", "Apr 1988") out of the tokens.

    April and May are people, too: without a day the two words may still be a name and a number.
    """
    rest: list[str] = []
    dates: list[Scrap] = []
    at = 0
    while at < len(tokens):
        day = tokens[at] if at + 2 < len(tokens) and re.fullmatch(r"\d{1,2}\.?", tokens[at]) else ""
        month_at = at + 1 if day else at
        month = _month(tokens[month_at])
        year = tokens[month_at + 1] if month and month_at + 1 < len(tokens) else ""
        iso = _iso(year, str(month), day.rstrip(".")) if re.fullmatch(r"\d{4}", year) else None
        if iso is None:
            rest.append(tokens[at])
            at += 1
            continue
        date = Atom(Kind.BIRTH_DATE, iso)
        apart = AllOf((*_word(tokens[month_at], region), *_numbers([year], region)))
        dates.append(AnyOf((date,) if day else (date, apart)))
        at = month_at + 2
    return rest, dates


def _month(token: str) -> int:
    """1 to 12 for a month's English name or its first three letters; 0 for anything else."""
    word = token.casefold().rstrip(".")
    if word in _MONTH_NAMES:
        return _MONTH_NAMES.index(word) + 1
    return _MONTHS.index(word) + 1 if word in _MONTHS else 0


def _word(token: str, region: str) -> list[Scrap]:
    """A token with letters: words of a name, or a record number or a phone with letters in it."""
    words = name_words(token)
    if not words:
        return []
    if not digits(token):
        return [Atom(Kind.NAME, word) for word in words]
    choices: list[Scrap] = [AllOf(tuple(Atom(Kind.NAME, word) for word in words))]
    choices.append(Atom(Kind.MRN, joined(token)))
    choices.extend(_whole_phone(token, region))
    return [AnyOf(tuple(choices))]


def _numbers(run: list[str], region: str) -> list[Scrap]:
    """Neighbouring tokens without letters: one number typed with spaces, or each a scrap of its own."""
    if not run:
        return []
    each = [AnyOf(tuple(_number(token, region))) for token in run]
    if len(run) == 1:
        return [each[0]]
    together = [*_number("".join(run), region), *_dates("/".join(run), region)]
    return [AnyOf((*dict.fromkeys(together), AllOf(tuple(each))))]


def _number(token: str, region: str) -> list[Scrap]:
    number = digits(token)
    choices: list[Scrap] = [Atom(Kind.MRN, number[:LONGEST_TERM])]
    choices.extend(_dates(token, region))
    if len(number) >= SHORTEST_FRAGMENT:
        choices.append(Atom(Kind.PHONE, number))
        if number.startswith("00") and len(number) - 2 >= SHORTEST_FRAGMENT:
            choices.append(Atom(Kind.PHONE, number[2:]))
        choices.extend(_whole_phone(token, region))
    words = name_words(token)
    if len(words) == 1:
        choices.append(Atom(Kind.NAME, words[0]))
    return list(dict.fromkeys(choices))


def _whole_phone(token: str, region: str) -> list[Scrap]:
    """The other ways a whole number may have been typed; letters on keys become digits."""
    forms = digit_forms(token, region=region) - {digits(token)}
    return [Atom(Kind.PHONE, form) for form in sorted(forms) if len(form) >= SHORTEST_FRAGMENT]


_YEAR_FIRST = re.compile(r"(\d{4})(?:[-./](\d{1,2})(?:[-./](\d{1,2}))?)?")
_MONTH_AND_YEAR = re.compile(r"(\d{1,2})[-./](\d{4})")
_YEAR_LAST = re.compile(r"(\d{1,2})([-./])(\d{1,2})\2(\d{4}|\d{2})")
_COMPACT = re.compile(r"\d{8}")


def _dates(token: str, region: str) -> list[Scrap]:
    """The ISO forms (whole or partial) of every birth date that `token` can mean."""
    text = token if token.isascii() else "".join(digits(character) or character for character in token)
    found: list[tuple[str, str, str]] = []
    if match := _YEAR_FIRST.fullmatch(text):
        found.append((match[1], match[2] or "", match[3] or ""))
    elif match := _MONTH_AND_YEAR.fullmatch(text):
        found.append((match[2], match[1], ""))
    elif match := _YEAR_LAST.fullmatch(text):
        month_first = match[2] != "." and region in MONTH_FIRST_REGIONS
        month, day = (match[1], match[3]) if month_first else (match[3], match[1])
        years = (match[4],) if len(match[4]) == 4 else (f"19{match[4]}", f"20{match[4]}")
        found.extend((year, month, day) for year in years)
    elif _COMPACT.fullmatch(text):
        found.append((text[:4], text[4:6], text[6:]))
        month, day = (text[:2], text[2:4]) if region in MONTH_FIRST_REGIONS else (text[2:4], text[:2])
        found.append((text[4:], month, day))
    return [Atom(Kind.BIRTH_DATE, iso) for parts in found if (iso := _iso(*parts))]


def _iso(year: str, month: str, day: str) -> str | None:
    if not OLDEST_YEAR <= int(year) <= LATEST_YEAR or (month and not int(month)) or (day and not int(day)):
        return None
    try:
        return BirthDate(int(year), int(month or 0), int(day or 0)).iso()
    except ValueError:
        return None
