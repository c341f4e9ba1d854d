"""Which characters of what is shown of a patient were typed: in the name, a phone, the record number."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from meditrack_desktop.domain.patient_scraps import AllOf, Atom, Kind, Scrap, holds, matches
from meditrack_desktop.domain.phones import digit_forms
from meditrack_desktop.domain.suggestions import Mark, MarkedField
from meditrack_desktop.domain.text import APOSTROPHES, digits, search_words


class Shown(NamedTuple):
    """What a suggestion shows of a patient, beside the stored text that was searched.

    `name` is made of `given` and `family`; `phones` are in order, as (typed, E.164 or None).
    """

    name: str
    family: str
    given: str
    preferred_name: str
    mrn: str
    birth_date: str | None
    phones: tuple[tuple[str, str | None], ...]
    search_text: str


@dataclass(frozen=True, slots=True)
class Marked:
    """The marks, the phone they are in (or the first), and the preferred name if that is what matched."""

    marks: tuple[Mark, ...]
    phone: str
    also: str


def marked(wanted: AllOf, shown: Shown, region: str) -> Marked:
    """Where each scrap of `wanted` stands. `region` is where phones without `+` were typed."""
    found: list[_Span] = []
    folded: Folded = {}
    also, phone = "", ""
    # Whoever is shown holds all of `wanted`; only of a choice it has to be asked what does.
    plain = [part for part in wanted.parts if isinstance(part, Atom)]
    choices = [part for part in wanted.parts if not isinstance(part, Atom)]
    for part in choices:
        _find(part, shown, plain)
    for atom in plain:
        if atom.kind is Kind.NAME:
            in_name = _in_name(atom.value, shown, folded)
            if in_name:
                found += in_name
            elif in_also := _spans(atom.value, shown.preferred_name, folded):
                also = shown.preferred_name
                found += [(MarkedField.ALSO, *span) for span in in_also]
        elif atom.kind is Kind.MRN:
            found += _in_mrn(atom.value, shown.mrn)
        elif atom.kind is Kind.BIRTH_DATE:
            found.append((MarkedField.BIRTH_DATE, 0, len(atom.value)))
        else:
            for value, international in shown.phones:
                if phone not in ("", value):
                    continue
                if span := _in_phone(atom.value, value, international, region):
                    phone = value
                    found.append((MarkedField.PHONE, *span))
                    break
    first = shown.phones[0][0] if shown.phones else ""
    return Marked(_merged(found), phone or first, also)


def _find(scrap: Scrap, shown: Shown, found: list[Atom]) -> None:
    """Adds the comparisons that hold; of two ways to understand a number, both may."""
    text, born = shown.search_text, shown.birth_date
    if isinstance(scrap, Atom):
        if holds(scrap, text, born):
            found.append(scrap)
    elif not isinstance(scrap, AllOf) or matches(scrap, text, born) is not None:
        for part in scrap.parts:
            if not isinstance(part, Atom):
                _find(part, shown, found)
            elif holds(part, text, born):
                found.append(part)


_Span = tuple[MarkedField, int, int]


def _merged(spans: list[_Span]) -> tuple[Mark, ...]:
    """In order, those that overlap made one."""
    if len(spans) == 1:
        return (Mark(*spans[0]),)
    merged: list[_Span] = []
    for field, start, end in sorted(spans):
        last = merged[-1] if merged else None
        if last is not None and last[0] is field and start <= last[2]:
            merged[-1] = (field, last[1], max(last[2], end))
        else:
            merged.append((field, start, end))
    return tuple([Mark(*span) for span in merged])


def _in_name(word: str, shown: Shown, folded: Folded) -> list[_Span]:
    """Family and given name apart: where a name is written without blanks, both still begin somewhere."""
    name, family, given = shown.name, shown.family, shown.given
    if family and given and name.startswith(family) and name.endswith(given):
        places = ((0, family), (len(name) - len(given), given))
    else:
        places = ((0, given), (len(name) - len(family), family))
    return [
        (MarkedField.NAME, start + offset, end + offset)
        for offset, part in places
        for start, end in _spans(word, part, folded)
    ]


Folded = dict[str, tuple[str, Sequence[int]]]
"""What was folded already of one patient."""


def _spans(word: str, text: str, known: Folded) -> list[tuple[int, int]]:
    """Where a word of `text` begins with the folded `word`."""
    if text not in known:
        known[text] = _folded(text)
    folded, origin = known[text]
    spans: list[tuple[int, int]] = []
    at = folded.find(word)
    while at >= 0:
        if at == 0 or folded[at - 1] == " ":
            last = origin[at + len(word) - 1]
            spans.append((origin[at], last + 1 if text.isascii() else _past(text, last)))
        at = folded.find(word, at + 1)
    return spans


def _in_mrn(value: str, mrn: str) -> list[_Span]:
    """A record number is compared without punctuation, from each of its parts on."""
    folded, origin = _folded(mrn)
    kept = [place for place, character in enumerate(folded) if character != " "]
    plain = "".join(folded[place] for place in kept)
    at = plain.find(value)
    while at >= 0:
        place = kept[at]
        if place == 0 or folded[place - 1] == " ":
            return [(MarkedField.MRN, origin[place], origin[kept[at + len(value) - 1]] + 1)]
        at = plain.find(value, at + 1)
    return []


def _in_phone(fragment: str, typed: str, international: str | None, region: str) -> tuple[int, int] | None:
    """The part of a phone as typed whose digits are `fragment`, or stand for it in another form of the number."""
    places = [
        place for place, character in enumerate(typed) if unicodedata.decimal(character, None) is not None
    ]
    own = digits(typed)
    at = own.find(fragment)
    if at >= 0:
        return places[at], places[at + len(fragment) - 1] + 1
    for form in sorted(digit_forms(typed, international, region)):
        at = form.find(fragment)
        if at < 0:
            continue
        same = 0
        while same < min(len(own), len(form)) and own[-1 - same] == form[-1 - same]:
            same += 1
        # From the end of the number on both forms read the same; before that one of them has other digits.
        first = max(at, len(form) - same) - len(form) + len(own)
        last = at + len(fragment) - 1 - len(form) + len(own)
        return (places[first], places[last] + 1) if first <= last else (0, len(typed))
    return None


def _folded(text: str) -> tuple[str, Sequence[int]]:
    """`text` as searching compares it, and which character of it each folded one comes from."""
    if text.isascii() and "'" not in text and "`" not in text:
        return text.lower().translate(_PLAIN), range(len(text))
    folded: list[str] = []
    origin: list[int] = []
    for place, character in enumerate(text):
        made = _letter(character)
        folded.append(made)
        origin.extend([place] * len(made))
    return "".join(folded), origin


_PLAIN = str.maketrans({chr(code): " " for code in range(128) if not chr(code).isalnum()})


@lru_cache(maxsize=4096)
def _letter(character: str) -> str:
    made = " ".join(search_words(character))
    joins = unicodedata.category(character)[0] == "M" or character in APOSTROPHES
    return made or ("" if joins else " ")


def _past(text: str, last: int) -> int:
    """The end of the letter at `last`, its accents with it."""
    end = last + 1
    while end < len(text) and unicodedata.category(text[end])[0] == "M":
        end += 1
    return end
