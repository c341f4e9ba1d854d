"""What a patient is found by, as it is stored: folded words, tails of numbers, record numbers, birth date.

The first character of a stored term says what it is, so that a scrap is only compared with its own kind:
`#` a tail of a phone number, `$` a record number, `*` a birth date, a letter or digit a word of a name. An
archived patient's terms all have a `!` before them, so that searching among the others never meets them.
"""

from __future__ import annotations

from collections.abc import Iterable

from meditrack_desktop.domain.patients import Phone
from meditrack_desktop.domain.phones import digit_forms, tails
from meditrack_desktop.domain.text import search_words

ARCHIVED_MARK = "!"
PHONE_MARK = "#"
RECORD_NUMBER_MARK = "$"
BIRTH_DATE_MARK = "*"
FIRST_NAME_TERM = "0"
"""Every mark sorts before this, every word of a name after it or with it."""

LONGEST_TERM = 120
LONGEST_SORT_NAME = 400
PREFERRED = " / "


def name_words(*names: str) -> tuple[str, ...]:
    """The folded words of all these names, in order, none longer than a term can be."""
    return tuple(word[:LONGEST_TERM] for name in names for word in search_words(name))


def sort_name(family: str, given: str, preferred: str = "") -> str:
    """What lists are ordered by: folded family name, given name, and after ` / ` the preferred one.

    Every word of a name is in it. Names without a letter stand first.
    """
    words = " ".join(name_words(family, given))
    also = " ".join(name_words(preferred))
    return (f"{words}{PREFERRED}{also}" if also else words)[:LONGEST_SORT_NAME]


def without_preferred(sorted_as: str) -> str:
    """The family and given name's part of a `sort_name`."""
    return sorted_as.partition(PREFERRED)[0]


def joined(value: str) -> str:
    """A record number as it is compared: folded, without punctuation."""
    return "".join(search_words(value))[:LONGEST_TERM]


def stored_text(names: Iterable[str], phones: Iterable[Phone], mrn: str, region: str) -> str:
    """All but the birth date on one line, each after a space: record numbers, words of names, phones.

    `region` is where phones without `+` were typed. `stored_terms` reads this again.
    """
    forms = {form for phone in phones for form in digit_forms(phone.value, phone.e164, region)}
    parts = (
        *(RECORD_NUMBER_MARK + number for number in _record_numbers(mrn)),
        *name_words(*names),
        *(PHONE_MARK + form for form in sorted(forms)),
    )
    return "".join(f" {part}" for part in parts)


def stored_terms(text: str, birth_date: str | None, *, archived: bool = False) -> frozenset[str]:
    """Every term of a patient with this stored text and birth date (ISO, whole or partial)."""
    terms = {BIRTH_DATE_MARK + birth_date} if birth_date else set()
    for part in text.split():
        if part.startswith(PHONE_MARK):
            terms.update(PHONE_MARK + tail for tail in tails({part.removeprefix(PHONE_MARK)}))
        else:
            terms.add(part)
    return frozenset(ARCHIVED_MARK + term for term in {*terms, ""}) if archived else frozenset(terms)


def _record_numbers(mrn: str) -> list[str]:
    """A record number from its beginning and from each of its parts on, without punctuation."""
    words = search_words(mrn)
    return ["".join(words[start:])[:LONGEST_TERM] for start in range(len(words))]
