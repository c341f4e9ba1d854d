"""Why a row or resource was not taken, as sentences that name the field and never its value."""

from __future__ import annotations

from datetime import date

from pydantic import ValidationError

from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.services.imports.items import Unusable

_FIELD_NAMES = {
    "family": "family name",
    "given": "given name",
    "preferred_name": "preferred name",
    "birth_date": "birth date",
    "phones": "phone number",
    "email": "e-mail address",
    "identifiers": "identifier",
    "street": "street",
    "city": "city",
    "postcode": "postcode",
    "country": "country",
}

_PROBLEMS = {
    "control_characters": "holds a line break or control characters",
    "string_unicode": "holds characters that are no text",
    "string_too_long": "is too long",
    "string_too_short": "is missing",
    "too_long": "stands too many times",
    "malformed": "is not one",
}


def reason_of(error: ValidationError) -> str:
    """The first thing wrong with a command, in a sentence."""
    first = error.errors(include_url=False, include_input=False, include_context=True)[0]
    places = [part for part in first["loc"] if isinstance(part, str)]
    field = next((_FIELD_NAMES[part] for part in reversed(places) if part in _FIELD_NAMES), "")
    said = str(first.get("ctx", {}).get("error", first["type"]))
    if said == "name required" or (places[:1] == ["family"] and first["type"] == "string_too_short"):
        return "There is no name."
    if not field:
        field = places[0].replace("_", " ") if places else "record"
    if said == "malformed" and field == "e-mail address":
        return "The e-mail address is not written as one."
    return f"The {field} {_PROBLEMS.get(said, 'is not valid')}."


def check_birth_date(birth_date: BirthDate | None, today: date) -> None:
    """Unusable if nobody who is alive can be born then."""
    problem = birth_date.problem_on(today) if birth_date else None
    if problem == "in_the_future":
        raise Unusable("The birth date lies in the future.")
    if problem is not None:
        raise Unusable("The birth date is longer ago than anybody lives.")


def counted(count: int, one: str, many: str) -> str:
    """`1 row`, `2 rows`."""
    return f"{count:,} {one if count == 1 else many}"
