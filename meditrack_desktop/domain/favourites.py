"""Patients that a search shows first: those with a visit today, then those whose chart was opened lately."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from meditrack_desktop.domain.patient_scraps import AllOf, Atom, Kind, Scrap, matches
from meditrack_desktop.domain.suggestions import Near


@dataclass(frozen=True, slots=True)
class Favourite:
    """What is compared of one of them. `id` is what the driver gives, hex text or a UUID, ordered alike."""

    near: Near
    sort_name: str
    id: Any
    search_text: str
    birth_date: str | None
    archived: bool
    visit_at: datetime | None = None


def matching(
    wanted: AllOf, favourites: Iterable[Favourite], most: int, *, include_archived: bool
) -> list[Favourite]:
    """The first `most` that hold all of `wanted`: today's before recent ones, exact words before beginnings."""
    test = _test(wanted)
    words = [f" {part.value} " for part in wanted.parts if isinstance(part, Atom) and part.kind is Kind.NAME]
    found = [
        (
            one.near is not Near.TODAY,
            not all(word in f"{one.search_text} " for word in words),
            one.sort_name,
            one.id,
            one,
        )
        for one in favourites
        if (include_archived or not one.archived) and test(one)
    ]
    return [one for *_, one in sorted(found, key=lambda entry: entry[:4])[:most]]


def _test(wanted: AllOf) -> Callable[[Favourite], bool]:
    """As `matches`, with the plain words asked first: most people fail at them."""
    plain = [part for part in wanted.parts if isinstance(part, Atom) and part.kind is Kind.NAME]
    rest: list[Scrap] = [part for part in wanted.parts if part not in plain]
    needles = [f" {part.value}" for part in plain]

    def holds(one: Favourite) -> bool:
        text = one.search_text
        for needle in needles:
            if needle not in text:
                return False
        return all(matches(part, text, one.birth_date) is not None for part in rest)

    return holds
