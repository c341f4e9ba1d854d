"""What a patient is found by, as it is stored: folded words of names, record numbers, tails of phone numbers.

The first character of a stored term says what it is, so that a scrap is only compared with its own kind: `$` a
record number, a letter or digit a word of a name. Tails of phones (after a `#` in the stored text) have a table
of their own. An archived patient's terms and tails all have a `!` before them, so that searching among the
others never meets them. The birth date is found by the index of its own column.
"""

from __future__ import annotations

from collections.abc import Iterable

from meditrack_desktop.domain.patients import Phone
from meditrack_desktop.domain.phones import digit_forms, tails
from meditrack_desktop.domain.text import search_words

ARCHIVED_MARK = "!"
PHONE_MARK = "#"
RECORD_NUMBER_MARK = "$"
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


def stored_text(
    names: Iterable[str], phones: Iterable[Phone], mrn: str, region: str, former: Iterable[str] = ()
) -> str:
    """All but the birth date on one line, each after a space: record numbers, words of names, phones.

    `former` are record numbers of records that were merged into this one. `region` is where phones without `+`
    were typed. `stored_terms` reads this again.
    """
    forms = {form for phone in phones for form in digit_forms(phone.value, phone.e164, region)}
    parts = (
        *(RECORD_NUMBER_MARK + number for each in (mrn, *former) for number in _record_numbers(each)),
        *name_words(*names),
        *(PHONE_MARK + form for form in sorted(forms)),
    )
    return "".join(f" {part}" for part in parts)


def stored_terms(text: str, *, archived: bool = False) -> frozenset[str]:
    """Every word and record number of a patient with this stored text."""
    mark = ARCHIVED_MARK if archived else ""
    return frozenset(mark + part for part in text.split() if not part.startswith(PHONE_MARK))


def stored_tails(text: str, *, archived: bool = False) -> frozenset[tuple[str, str]]:
    """Every tail of the phones in this stored text, with the digit before it."""
    mark = ARCHIVED_MARK if archived else ""
    forms = [part.removeprefix(PHONE_MARK) for part in text.split() if part.startswith(PHONE_MARK)]
    return frozenset((mark + tail, before) for tail, before in tails(forms))


def _record_numbers(mrn: str) -> list[str]:
    """A record number from its beginning and from each of its parts on, without punctuation."""
    words = search_words(mrn)
    return ["".join(words[start:])[:LONGEST_TERM] for start in range(len(words))]
