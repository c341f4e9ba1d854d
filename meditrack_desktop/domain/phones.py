"""Phone numbers: kept as typed, with the international form where the number plan knows one."""

from __future__ import annotations

import phonenumbers

from meditrack_desktop.domain.text import digits

SHORTEST_FRAGMENT = 4
"""How many neighbouring digits of a number are enough to search by."""


def e164(value: str, region: str) -> str | None:
    """The E.164 form of a number typed in `region` (ISO 3166), or None if the number plan knows none."""
    try:
        number = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def digit_forms(value: str, international: str | None) -> frozenset[str]:
    """The digits somebody may read a number out by: as typed, internationally, and as dialled at home."""
    forms = {digits(value)}
    if international:
        forms.add(international.removeprefix("+"))
        number = phonenumbers.parse(international)
        forms.add(digits(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)))
    return frozenset(form for form in forms if form)


def tails(forms: frozenset[str]) -> frozenset[str]:
    """Every tail of at least four digits: any four neighbouring digits begin one of them."""
    return frozenset(
        form[start:] for form in forms for start in range(max(1, len(form) - SHORTEST_FRAGMENT + 1))
    )
