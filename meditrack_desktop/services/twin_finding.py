"""Comparing records: one with whom it may be, and everybody with everybody in bounded memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations
from uuid import UUID

from meditrack_desktop.database.queries import patient_twins as queries
from meditrack_desktop.database.queries.patient_twins import Pair
from meditrack_desktop.database.session import ReadSession
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.twin_scoring import Likeness, Person, blocks, compare, shown_while_typing
from meditrack_desktop.services.work import Work

LARGEST_GROUP = 60
"""Of more people with one name or phone each is compared with so many neighbours in the order of birthdays."""

Found = dict[Pair, Likeness]


def look_again(work: Work, *patient_ids: UUID) -> None:
    """Bring the worklist up to date for patients who were registered or changed in this work, after a flush."""
    for patient_id in patient_ids:
        found = alike_to(work.session, patient_id)
        stale = queries.open_pairs(work.session, patient_id) - found.keys()
        queries.forget(work.session, stale)
        if queries.keep(work.session, found, work.now) or stale:
            work.changes.append(Change("patient_twin", patient_id))


def alike_to(session: ReadSession, patient_id: UUID) -> Found:
    """The pairs of a patient with those who look like them."""
    person = queries.people(session, [patient_id]).get(patient_id)
    if person is None:
        return {}
    return {
        queries.pair(patient_id, other): likeness
        for other, likeness in alike_to_person(session, person, patient_id)
    }


def alike_to_person(
    session: ReadSession, person: Person, but: UUID | None, *, typing: bool = False
) -> list[tuple[UUID, Likeness]]:
    """Who looks like `person`, the surest first: those in the lists; `typing`: as far as they are typed in, and
    archived ones too, who may have come back."""
    candidates = queries.candidates(session, person, but, archived=typing)
    others = queries.people(session, candidates, archived=typing)
    found = [(other, compare(person, theirs)) for other, theirs in others.items()]
    if typing:
        shown = [(other, likeness) for other, likeness in found if shown_while_typing(person, likeness)]
    else:
        shown = [(other, likeness) for other, likeness in found if likeness.shown]
    return sorted(shown, key=lambda each: (-each[1].score, each[0]))


def among_year(people: dict[UUID, Person]) -> Found:
    """Pairs of people born in one year."""
    together: dict[str, list[UUID]] = {}
    for patient_id, person in people.items():
        for key in blocks(person):
            together.setdefault(key, []).append(patient_id)
    return _among(together.values(), people)


def among_group(group: Iterable[UUID], people: dict[UUID, Person]) -> Found:
    """Pairs of people with one name, or one phone."""
    return _among([list(group)], people)


def _among(groups: Iterable[list[UUID]], people: dict[UUID, Person]) -> Found:
    found: Found = {}
    for group in groups:
        for one, other in _pairs(group, people):
            mine, theirs = people[one], people[other]
            if not _may_be(mine, theirs):
                continue
            key = queries.pair(one, other)
            if key not in found:
                likeness = compare(mine, theirs)
                if likeness.shown:
                    found[key] = likeness
    return found


def _pairs(group: list[UUID], people: dict[UUID, Person]) -> Iterator[Pair]:
    here = [patient_id for patient_id in group if patient_id in people]
    if len(here) <= LARGEST_GROUP:
        yield from combinations(here, 2)
        return
    here.sort(key=lambda patient_id: (people[patient_id].born[5:], people[patient_id].family))
    for place, one in enumerate(here):
        for other in here[place + 1 : place + 1 + LARGEST_GROUP]:
            yield one, other


def _may_be(one: Person, other: Person) -> bool:
    """Whether comparing is worth it: an initial agrees in some order, or a number does."""
    initials = {one.family[:1], one.given[:1], one.preferred[:1]} - {""}
    return not initials.isdisjoint((other.family[:1], other.given[:1], other.preferred[:1])) or bool(
        one.phones & other.phones
    )
