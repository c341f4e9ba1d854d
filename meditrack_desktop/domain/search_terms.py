"""The scraps a patient is found by, as they are stored: folded words, tails of numbers, record numbers.

The first character of a stored term says what it is, so that a scrap is only compared with its own kind:
`#` a tail of a phone number, `=` a record number, anything else a word of a name. An archived patient's
terms all have a `!` before them, so that searching among the others never meets them.
"""

from __future__ import annotations

from collections.abc import Iterable

from meditrack_desktop.domain.patients import Phone
from meditrack_desktop.domain.phones import digit_forms, tails
from meditrack_desktop.domain.text import search_words

PHONE_MARK = "#"
RECORD_NUMBER_MARK = "="
ARCHIVED_MARK = "!"
LONGEST_TERM = 120


def name_words(*names: str) -> tuple[str, ...]:
    """The folded words of all these names, in order, none longer than a term can be."""
    return tuple(word[:LONGEST_TERM] for name in names for word in search_words(name))


def sort_name(family: str, given: str) -> str:
    """What lists are ordered by: folded family name, then given name. Names without a letter stand first."""
    return " ".join(name_words(family, given))


def joined(value: str) -> str:
    """A record number as it is compared: folded, without punctuation."""
    return "".join(search_words(value))[:LONGEST_TERM]


def stored_terms(names: Iterable[str], phones: Iterable[Phone], mrn: str, region: str) -> frozenset[str]:
    """Every term of one patient who is not archived. `region` is where phones without `+` were typed."""
    numbers = {PHONE_MARK + tail for form in _phone_forms(phones, region) for tail in tails({form})}
    records = {RECORD_NUMBER_MARK + number for number in _record_numbers(mrn)}
    return frozenset({*name_words(*names), *numbers, *records})


def archived(terms: Iterable[str]) -> frozenset[str]:
    """The same terms of a patient who is archived; there is at least one."""
    return frozenset({ARCHIVED_MARK, *(ARCHIVED_MARK + term for term in terms)})


def restored(terms: Iterable[str]) -> frozenset[str]:
    """The terms that `archived` was given."""
    return frozenset(term.removeprefix(ARCHIVED_MARK) for term in terms) - {""}


def stored_text(names: Iterable[str], phones: Iterable[Phone], mrn: str, region: str) -> str:
    """The same on one line: record numbers, words of names, then phone digits, each after a space.

    `matches` in `domain.patient_scraps` and the database's LIKE both count on that order.
    """
    parts = (
        *(RECORD_NUMBER_MARK + number for number in _record_numbers(mrn)),
        *name_words(*names),
        *(PHONE_MARK + form for form in sorted(_phone_forms(phones, region))),
    )
    return "".join(f" {part}" for part in parts)


def _phone_forms(phones: Iterable[Phone], region: str) -> set[str]:
    return {form for phone in phones for form in digit_forms(phone.value, phone.e164, region)}


def _record_numbers(mrn: str) -> list[str]:
    """A record number from its beginning and from each of its parts on, without punctuation."""
    words = search_words(mrn)
    return ["".join(words[start:])[:LONGEST_TERM] for start in range(len(words))]
