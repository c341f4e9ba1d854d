"""The scraps a patient is found by, as they are stored: folded words, tails of numbers, record numbers.

The first character of a stored term says what it is, so that a scrap is only compared with its own kind:
`#` a tail of a phone number, `=` a record number, anything else a word of a name.
"""

from __future__ import annotations

from collections.abc import Iterable

from meditrack_desktop.domain.patients import Phone
from meditrack_desktop.domain.phones import digit_forms, tails
from meditrack_desktop.domain.text import search_words

PHONE_MARK = "#"
RECORD_NUMBER_MARK = "="
LONGEST_TERM = 120


def name_words(*names: str) -> tuple[str, ...]:
    """The folded words of all these names, in order."""
    return tuple(word for name in names for word in search_words(name))


def sort_name(family: str, given: str) -> str:
    """What lists are ordered by: folded family name, then given name. Names without a letter stand first."""
    return " ".join(name_words(family, given))


def record_number_terms(mrn: str) -> frozenset[str]:
    """A record number without punctuation, from its beginning and from each of its parts on."""
    words = search_words(mrn)
    return frozenset("".join(words[start:])[:LONGEST_TERM] for start in range(len(words)))


def stored_terms(names: Iterable[str], phones: Iterable[Phone], mrn: str) -> frozenset[str]:
    """Every term of one patient."""
    words = {word[:LONGEST_TERM] for word in name_words(*names)}
    numbers = {PHONE_MARK + tail for phone in phones for tail in tails(digit_forms(phone.value, phone.e164))}
    return frozenset(words | numbers | {RECORD_NUMBER_MARK + term for term in record_number_terms(mrn)})


def stored_text(names: Iterable[str], phones: Iterable[Phone], mrn: str) -> str:
    """Everything at once, for a last look inside words: words, then phone digits, then the record number."""
    digit_words = sorted({form for phone in phones for form in digit_forms(phone.value, phone.e164)})
    number = "".join(search_words(mrn))
    return " ".join((*name_words(*names), *digit_words, number)).strip()
