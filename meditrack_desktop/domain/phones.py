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


def digit_forms(value: str, international: str | None = None, region: str | None = None) -> frozenset[str]:
    """The digits somebody may read a number out by: as typed, internationally, and as dialled at home.

    `region` is where a number without `+` was typed. A number no plan knows, such as one from a film, still
    has these forms if its length is right.
    """
    forms = {digits(value)}
    if international or region or value.lstrip().startswith(("+", "＋")):
        number = _read(international or value, None if international else region)
        if number is not None:
            for style in (phonenumbers.PhoneNumberFormat.E164, phonenumbers.PhoneNumberFormat.NATIONAL):
                forms.add(digits(phonenumbers.format_number(number, style).partition(" ext")[0]))
    return frozenset(form for form in forms if form)


def tails(forms: Iterable[str]) -> frozenset[str]:
    """Every tail of at least four digits: any four neighbouring digits begin one of them."""
    return frozenset(
        form[start:] for form in forms for start in range(max(1, len(form) - SHORTEST_FRAGMENT + 1))
    )


@lru_cache(maxsize=4096)
def _read(value: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        number = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_possible_number(number) else None
