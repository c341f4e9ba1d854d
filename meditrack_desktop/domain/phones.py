"""Phone numbers: kept as typed, with the international form where the number plan knows one."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import phonenumbers

from meditrack_desktop.domain.text import digits

SHORTEST_FRAGMENT = 4
"""How many neighbouring digits of a number are enough to search by."""


def e164(value: str, region: str) -> str | None:
    """The E.164 form of a number typed in `region` (ISO 3166), or None if the number plan knows none."""
    number = _read(value, region)
    if number is None or not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def shown(value: str, region: str) -> str:
    """A number as people of `region` (ISO 3166) write it, with its extension; as typed if no plan knows it."""
    number = _read(value, region)
    if number is None or not phonenumbers.is_valid_number(number):
        return value
    at_home = phonenumbers.region_code_for_number(number) == region.upper()
    style = (
        phonenumbers.PhoneNumberFormat.NATIONAL if at_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    return phonenumbers.format_number(number, style)


def dialled(value: str, region: str) -> str:
    """What a telephone program is given (RFC 3966), extension kept: `+442079460958;ext=12`; "" if unknown."""
    number = _read(value, region)
    if number is None or not phonenumbers.is_valid_number(number):
        return ""
    text = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.RFC3966)
    return text.removeprefix("tel:").replace("-", "")


def warning(value: str, region: str) -> bool:
    """Whether a number that was typed may be mistyped: no number plan knows it. It is kept all the same."""
    return bool(value.strip()) and e164(value, region) is None


@lru_cache(maxsize=4096)
def digit_forms(value: str, international: str | None = None, region: str | None = None) -> frozenset[str]:
    """The digits somebody may read a number out by: as typed, internationally, and as dialled at home.

    `region` is where a number without `+` was typed. A number no plan knows, such as one from a film, still
    has these forms if its length is right.
    """
    forms = {digits(value)}
    if international or region or value.lstrip().startswith(("+", "＋")):
        number = _read(value, region)
        worldwide = digits(_formatted(number, phonenumbers.PhoneNumberFormat.E164)) if number else ""
        if international and worldwide != digits(international):
            # It was typed elsewhere.
            number = _read(international, None)
            worldwide = digits(international)
        if number is not None:
            forms |= {worldwide, digits(_formatted(number, phonenumbers.PhoneNumberFormat.NATIONAL))}
    return frozenset(form for form in forms if form)


def tails(forms: Iterable[str]) -> frozenset[tuple[str, str]]:
    """The tails of 4, 6, 8 ... digits, each with the digit before it (or nothing).

    Any four or more neighbouring digits either begin a tail, or all but their first begin one that has the
    first before it. So half of all tails are enough to find every fragment by a range of an index.
    """
    return frozenset(
        (form[start:], form[start - 1 : start])
        for form in forms
        for start in range(len(form) - SHORTEST_FRAGMENT, -1, -2)
    )


def _formatted(number: phonenumbers.PhoneNumber, style: int) -> str:
    return phonenumbers.format_number(number, style).partition(" ext")[0]


@lru_cache(maxsize=4096)
def _read(value: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        number = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_possible_number(number) else None
