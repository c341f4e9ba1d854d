"""Whether a file names the patient it is to be filed with (security.md H44).

Names are compared word by word, in any order, without accents and case; two names in scripts that have no letter
in common say nothing about each other. Only a real difference contradicts: another birth date, the record number
of somebody else, a name without a part in common, or only the family's: twins and children have that too.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.documents import NameCheck
from meditrack_desktop.domain.examination import NamedPerson
from meditrack_desktop.domain.names import PARTICLES
from meditrack_desktop.domain.search_terms import joined
from meditrack_desktop.domain.text import search_words

_TITLES = frozenset(
    "mr mrs ms miss mx dr prof med herr frau hr fr mme mlle m sr sra pan pani patient name jr junior senior".split()
)
_NOBODY = frozenset(
    "anonymous anonymized anonymised anonym anon anonymisiert unknown unbekannt noname deidentified removed "
    "redacted hidden xxx none null na".split()
)
"""What stands where a name was taken out."""
_SPELLINGS = (("ae", "a"), ("oe", "o"), ("ue", "u"))
"""Umlauts written out, as systems without them do."""
_MOST_TOGETHER = 5
_WHOLE_IN_ONE = (["CJK"], ["HANGUL"], ["HIRAGANA"], ["KATAKANA"])
"""Scripts in which one letter can be a whole part of a name."""


class Difference(StrEnum):
    """What of a file contradicts the chart."""

    BIRTH_DATE = "birth_date"
    NUMBER = "number"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A patient as files may name them: every name they go or went by, their birth date, all their numbers."""

    names: tuple[str, ...]
    birth_date: BirthDate | None
    numbers: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    """Those of their names that nobody else of the family has; without any, the family's is enough."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """`differences` say what contradicts, `same` what agrees; what is in neither could not be compared."""

    differences: tuple[Difference, ...]
    same: tuple[Difference, ...]

    @property
    def agrees(self) -> bool:
        """Whether anything that could be compared is the same."""
        return bool(self.same)

    @property
    def check(self) -> NameCheck:
        """What is kept of it where nothing contradicts."""
        return NameCheck.MATCHES if self.agrees else NameCheck.UNKNOWN


def compare(named: NamedPerson, person: KnownPerson, somebody_elses: Iterable[str] = ()) -> Comparison:
    """Hold whom a file names against a patient. `somebody_elses` are those of its numbers that other patients of
    the clinic have."""
    answers = {
        Difference.NUMBER: _same_number(named, person, tuple(somebody_elses)),
        Difference.BIRTH_DATE: _same_birth_date(named, person),
        Difference.NAME: _same_name(named.name, person),
    }
    return Comparison(
        tuple(kind for kind, same in answers.items() if same is False),
        tuple(kind for kind, same in answers.items() if same is True),
    )


def _same_number(named: NamedPerson, person: KnownPerson, others: tuple[str, ...]) -> bool | None:
    own = {joined(number) for number in person.numbers} - {""}
    if own.intersection(joined(number) for number in named.numbers):
        return True
    return False if others else None


def _same_birth_date(named: NamedPerson, person: KnownPerson) -> bool | None:
    """Parts that the chart does not know are not compared."""
    born, known = named.birth_date, person.birth_date
    if born is None or known is None:
        return None
    pairs = ((known.year, born.year), (known.month, born.month), (known.day, born.day))
    return all(ours == theirs for ours, theirs in pairs if ours)


def _same_name(named: str, person: KnownPerson) -> bool | None:
    theirs = _parts(named)
    ours = set[str]().union(*(_parts(name) for name in person.names))
    if not theirs or not ours or not _scripts(theirs) & _scripts(ours):
        return None
    return bool(theirs & ours) and not _is_a_relative(named, theirs & ours, person)


def _is_a_relative(named: str, common: set[str], person: KnownPerson) -> bool:
    """Whether only family names are common, and a given name is said that is none of the person's."""
    given = set[str]().union(*(_words(name) for name in person.given))
    families = [" ".join(word for word in search_words(name) if word not in given) for name in person.names]
    family = set[str]().union(*(_parts(name) for name in families))
    said = _words(named) - family
    if not given or not said or not common <= family or not _scripts(said) & _scripts(given):
        return False
    return not any(one.startswith(other) or other.startswith(one) for one in said for other in given)


def _words(name: str) -> set[str]:
    words = {word for word in search_words(name) if not word.isdecimal() and word not in _TITLES}
    return set[str]().union(*(_spellings(word) for word in words if _tells(word)))


def _parts(name: str) -> set[str]:
    """What of a name can be had in common: its words in each spelling, and neighbours run together (VANDERBERG,
    山田太郎). Titles, initials and small words alone are nobody's."""
    words = [word for word in search_words(name) if not word.isdecimal() and word not in _TITLES]
    if all(word in _NOBODY for word in words):
        return set()
    parts = {word for word in words if _tells(word)}
    for order in (words, words[::-1]):
        for first in range(len(order)):
            for last in range(first + 2, min(first + _MOST_TOGETHER, len(order)) + 1):
                if any(_tells(word) for word in order[first:last]):
                    parts.add("".join(order[first:last]))
    return set[str]().union(*(_spellings(part) for part in parts))


def _tells(word: str) -> bool:
    is_initial = len(word) == 1 and unicodedata.name(word, "").split()[:1] not in _WHOLE_IN_ONE
    return not is_initial and word not in PARTICLES


def _spellings(word: str) -> set[str]:
    found = {word}
    for long, short in _SPELLINGS:
        found |= {each.replace(long, short) for each in found}
    return found


def _scripts(words: Iterable[str]) -> set[str]:
    return {unicodedata.name(letter, "?").split()[0] for word in words for letter in word if letter.isalpha()}
