"""Whose a file is: what it names, and what it is called, held against patients.

A guess is sure only if two identifiers agree (record number, whole name, birth date), nothing contradicts, and
nobody else fits: a wrong guess that Enter files is worse than no guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.examination import NamedPerson
from meditrack_desktop.domain.incoming import GuessReason
from meditrack_desktop.domain.name_check import KnownPerson, compare
from meditrack_desktop.domain.names import PARTICLES
from meditrack_desktop.domain.search_terms import joined
from meditrack_desktop.domain.text import search_words

MOST_WORDS = 40
_SHORTEST_NUMBER = 4
_SPELLINGS = (("ae", "a"), ("oe", "o"), ("ue", "u"))
_ISO = re.compile(r"(?<!\d)(\d{4})[-_. ]?(\d{2})[-_. ]?(\d{2})(?!\d)")
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})[-_./ ](\d{1,2})[-_./ ](\d{4})(?!\d)")
_NUMBER = re.compile(r"[0-9A-Za-z]*\d[0-9A-Za-z]*(?:-\d[0-9A-Za-z]*)*")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a file tells of the person it is about. `*_words` are folded; those of its name are a stranger's words."""

    named: NamedPerson
    name_words: frozenset[str]
    called_words: frozenset[str]
    called_dates: frozenset[date]
    called_numbers: frozenset[str]
    """Of the file name, as record numbers are compared."""

    @property
    def numbers(self) -> frozenset[str]:
        own = (joined(number) for number in self.named.numbers)
        return frozenset(number for number in own if number) | self.called_numbers

    @property
    def dates(self) -> frozenset[date]:
        born = self.named.birth_date
        return self.called_dates | ({born} if born else set())

    @property
    def words(self) -> frozenset[str]:
        return self.name_words | self.called_words


@dataclass(frozen=True, slots=True)
class Candidate:
    """A patient who may be meant. `names` as (family, given) with those of records merged into theirs."""

    patient_id: UUID
    names: tuple[tuple[str, str], ...]
    preferred: str
    birth_date: BirthDate | None
    numbers: tuple[str, ...]
    open_to_filing: bool
    """Whether a document may be filed with them now: not archived, not restricted."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How a candidate fits. `identifiers` counts those that agree as a whole."""

    candidate: Candidate
    reasons: tuple[GuessReason, ...]
    identifiers: int
    contradicts: bool

    @property
    def may_be_meant(self) -> bool:
        """Whether they stand in the way of being sure of somebody else."""
        strong = {
            GuessReason.RECORD_NUMBER,
            GuessReason.NAME_AND_BIRTH_DATE,
            GuessReason.BIRTH_DATE_AND_PART_OF_NAME,
            GuessReason.NAME,
        }
        return not self.contradicts and (self.identifiers > 0 or bool(strong.intersection(self.reasons)))


def evidence_of(named: NamedPerson, file_name: str) -> Evidence:
    """What a file with this (cleaned) name tells."""
    stem = file_name.rpartition(".")[0] or file_name
    plain = re.sub(r"_+", " ", stem)
    return Evidence(
        named=named,
        name_words=_spelled(search_words(named.name)[:MOST_WORDS]),
        called_words=_spelled(word for word in search_words(plain)[:MOST_WORDS] if word.isalpha()),
        called_dates=frozenset(_dates(plain)),
        called_numbers=frozenset(
            number for found in _NUMBER.findall(plain) if len(number := joined(found)) >= _SHORTEST_NUMBER
        ),
    )


def fit(evidence: Evidence, candidate: Candidate, somebody_elses: Iterable[str] = ()) -> Fit:
    """Hold the evidence against one patient. `somebody_elses` are those of the file's numbers that are the record
    number of another patient."""
    own = {joined(number) for number in candidate.numbers} - {""}
    by_number = bool(own & evidence.numbers)
    born = candidate.birth_date
    whole_birth = date(born.year, born.month, born.day) if born and born.is_whole else None
    by_birth = whole_birth is not None and whole_birth in evidence.dates
    whole, part = _names_fit(evidence, candidate)
    reasons: list[GuessReason] = []
    if by_number:
        reasons.append(GuessReason.RECORD_NUMBER)
    if by_birth and whole:
        reasons.append(GuessReason.NAME_AND_BIRTH_DATE)
    elif by_birth and part:
        reasons.append(GuessReason.BIRTH_DATE_AND_PART_OF_NAME)
    elif whole:
        reasons.append(GuessReason.NAME)
    if reasons and _by_its_name(evidence, own, whole_birth, candidate):
        reasons.append(GuessReason.FILE_NAME)
    person = KnownPerson(
        names=(*(f"{family} {given}" for family, given in candidate.names), candidate.preferred),
        birth_date=born,
        numbers=candidate.numbers,
    )
    found = compare(evidence.named, person, somebody_elses)
    return Fit(candidate, tuple(reasons), by_number + by_birth + whole, bool(found.differences))


def ranked(fits: Sequence[Fit], *, all_found: bool) -> tuple[tuple[Fit, bool], ...]:
    """Those who may be meant, the surest first, and of which one can be sure.

    `all_found` False: there were too many candidates to look at all, so one can be sure of nobody.
    """
    order = list(GuessReason)
    offered = [each for each in fits if each.reasons and each.candidate.open_to_filing]
    offered.sort(
        key=lambda each: (
            each.contradicts,
            -each.identifiers,
            order.index(each.reasons[0]),
            str(each.candidate.patient_id),
        )
    )
    meant = [each for each in fits if each.may_be_meant]
    return tuple(
        (each, all_found and each.identifiers >= 2 and not each.contradicts and meant == [each])
        for each in offered
    )


def name_forms(words: Iterable[str]) -> frozenset[str]:
    """Folded words with the other spellings of their umlauts, as patients' names are searched for."""
    return _spelled(words)


def _names_fit(evidence: Evidence, candidate: Candidate) -> tuple[bool, bool]:
    """(Whether a whole name of theirs is named, whether a part of one is), from the file or what it is called.

    A whole name is every word of the family name, but for small ones, and the first of the given name.
    """
    whole = part = False
    for words in (evidence.name_words, evidence.called_words):
        for family, given in candidate.names:
            families = [word for word in search_words(family) if word not in PARTICLES] or list(
                search_words(family)
            )
            givens = [*search_words(given)[:1], *search_words(candidate.preferred)[:1]]
            has_family = bool(families) and all(_in(word, words) for word in families)
            has_given = any(_in(word, words) for word in givens)
            some = any(_in(word, words) for word in (*families, *search_words(given)) if len(word) > 1)
            whole = whole or (has_family and has_given)
            part = part or some
    return whole, part


def _by_its_name(evidence: Evidence, own: set[str], birth: date | None, candidate: Candidate) -> bool:
    """Whether what the file is called is a part of it."""
    called = Evidence(
        NamedPerson(), frozenset(), evidence.called_words, evidence.called_dates, evidence.called_numbers
    )
    whole, _ = _names_fit(called, candidate)
    return bool(own & called.called_numbers) or whole or (birth is not None and birth in called.called_dates)


def _in(word: str, words: frozenset[str]) -> bool:
    return bool(_spelled([word]) & words)


def _spelled(words: Iterable[str]) -> frozenset[str]:
    found = set(words)
    for long, short in _SPELLINGS:
        found |= {word.replace(long, short) for word in found}
    return frozenset(found)


def _dates(text: str) -> Iterable[date]:
    """Every day that stands in a text, each way it can be read."""
    for match in _ISO.finditer(text):
        yield from _day(int(match[1]), int(match[2]), int(match[3]))
    for match in _DAY_FIRST.finditer(text):
        first, second, year = int(match[1]), int(match[2]), int(match[3])
        yield from _day(year, second, first)
        yield from _day(year, first, second)


def _day(year: int, month: int, day: int) -> Iterable[date]:
    try:
        yield date(year, month, day)
    except ValueError:
        return
