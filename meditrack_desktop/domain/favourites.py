"""Patients that a search shows first: those with a visit today, then those whose chart was opened lately."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from meditrack_desktop.domain.patient_scraps import AllOf, AnyOf, Atom, Kind, Scrap
from meditrack_desktop.domain.search_terms import PHONE_MARK, RECORD_NUMBER_MARK
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
    some = [one for one in favourites if include_archived or not one.archived]
    for part in wanted.parts:
        if needed := _needed(part):
            some = [one for one in some if needed in one.search_text]
    # A word of a name is all that it needs.
    tests = [_test(part) for part in wanted.parts if not (isinstance(part, Atom) and part.kind is Kind.NAME)]
    words = [f" {part.value} " for part in wanted.parts if isinstance(part, Atom) and part.kind is Kind.NAME]
    found = [
        (
            one.near is not Near.TODAY,
            not all(word in f"{one.search_text} " for word in words),
            one.sort_name,
            one.id,
            one,
        )
        for one in some
        if all(test(one.search_text, one.birth_date) for test in tests)
    ]
    return [one for *_, one in sorted(found, key=lambda entry: entry[:4])[:most]]


Test = Callable[[str, str | None], bool]
"""Whether a scrap holds for a stored text and a birth date."""


def _needed(scrap: Scrap) -> str:
    """What the stored text of whoever holds `scrap` has in it, or nothing; most people fail at that already."""
    if isinstance(scrap, Atom):
        if scrap.kind is Kind.BIRTH_DATE:
            return ""
        return f" {scrap.value}" if scrap.kind is Kind.NAME else scrap.value
    each = sorted((_needed(part) for part in scrap.parts), key=len)
    if isinstance(scrap, AllOf):
        return each[-1] if each else ""
    # Mostly one number, read in several ways.
    return each[0] if each and all(each[0] in one for one in each) else ""


def _test(scrap: Scrap) -> Test:
    if isinstance(scrap, AllOf):
        every = [_test(part) for part in scrap.parts]

        def hold(text: str, born: str | None) -> bool:
            for test in every:
                if not test(text, born):
                    return False
            return bool(every)

        return hold
    parts = scrap.parts if isinstance(scrap, AnyOf) else (scrap,)
    atoms = [part for part in parts if isinstance(part, Atom)]
    words = [f" {one.value}" for one in atoms if one.kind is Kind.NAME]
    words += [f" {RECORD_NUMBER_MARK}{one.value}" for one in atoms if one.kind is Kind.MRN]
    numbers = [one.value for one in atoms if one.kind is Kind.PHONE]
    dates = tuple(one.value for one in atoms if one.kind is Kind.BIRTH_DATE)
    others = [_test(part) for part in parts if not isinstance(part, Atom)]

    def holds(text: str, born: str | None) -> bool:
        for word in words:
            if word in text:
                return True
        for number in numbers:
            if number in text and number in text.partition(PHONE_MARK)[2]:
                return True
        if dates and born is not None and born.startswith(dates):
            return True
        for test in others:  # noqa: SIM110 - a generator costs more than what it would ask
            if test(text, born):
                return True
        return False

    return holds
