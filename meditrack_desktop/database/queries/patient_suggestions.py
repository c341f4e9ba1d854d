"""The type-ahead: the few patients that fit best what was typed so far.

Whoever has a visit today or was opened lately stands first, if they match; then those of whom a whole word was
typed; then in the order of the index that was read: by the word that matched, then by name; of phones, by the
digits that follow. Each step reads the beginning of a range, so that it costs the same however many match. One
scrap drives: the one that fewest patients have; the others are compared with each of its rows.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from meditrack_desktop.database.queries.patient_favourites import Favourites
from meditrack_desktop.database.queries.patient_plan import atoms_of, is_flat, size
from meditrack_desktop.database.queries.patient_ranges import (
    PATIENT,
    Where,
    first_of,
    ranges,
    shape_of,
    values_of,
)
from meditrack_desktop.database.tables.patient_search import SpellingRow
from meditrack_desktop.database.tables.patients import PatientPhoneRow
from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.favourites import Favourite, matching
from meditrack_desktop.domain.patient_marks import Shown, marked
from meditrack_desktop.domain.patient_scraps import (
    AllOf,
    AnyOf,
    Atom,
    Kind,
    Scrap,
    is_names_only,
    matches,
    read,
)
from meditrack_desktop.domain.patients import Gender, PatientLine
from meditrack_desktop.domain.search_terms import ARCHIVED_MARK, RECORD_NUMBER_MARK
from meditrack_desktop.domain.spellings import closest, near
from meditrack_desktop.domain.suggestions import Suggestion, SuggestPatients

FEW = 3
"""With fewer found, names spelled nearly so are looked for, too."""
_KINDS = {Kind.MRN: 0, Kind.PHONE: 1, Kind.BIRTH_DATE: 2, Kind.NAME: 3}


class _Pick(NamedTuple):
    """One who will be suggested, by which reading of the text, and why before others."""

    id: UUID
    wanted: AllOf
    similar: bool = False
    favourite: Favourite | None = None


def suggest(
    session: Session, command: SuggestPatients, region: str, favourites: Favourites
) -> tuple[Suggestion, ...]:
    """The best few for what was typed. `region` tells how dates and phones in it are read."""
    text = command.text.strip()
    if not text:
        shown = [one for one in favourites.recent if command.include_archived or not one.archived]
        picks = [_Pick(_uuid(one.id), AllOf(()), favourite=one) for one in shown[: command.limit]]
        return _suggestions(session, picks, region, command.include_archived)
    wanted = read(text, region)
    if not wanted.parts:
        return ()
    picks = [
        _Pick(_uuid(one.id), wanted, favourite=one)
        for one in matching(
            wanted, favourites.ranked, command.limit, include_archived=command.include_archived
        )
    ]
    picks += [_Pick(one, wanted) for one in _first(session, wanted, command, {pick.id for pick in picks})]
    if len(picks) < FEW:
        picks += _similar(session, wanted, command, {pick.id for pick in picks})
    return _suggestions(session, picks[: command.limit], region, command.include_archived)


def _first(session: Session, wanted: AllOf, command: SuggestPatients, seen: Collection[UUID]) -> list[UUID]:
    """The first who hold all of `wanted`, beside those already `seen`; as many as there is place for."""
    place = command.limit - len(seen)
    if place <= 0:
        return []
    standings = (False, True) if command.include_archived else (False,)
    drivers, others = _plan(session, wanted, standings)
    by_name = others is not None and is_names_only(others)
    shape = None if others is None else shape_of(others)
    values = {} if others is None else values_of(others, by_name=by_name)
    most = 2 * command.limit
    while True:
        found: list[tuple[Any, ...]] = []
        cut = False
        for where in drivers:
            rows = (
                session.connection()
                .execute(first_of(where.form, shape, by_name), {**where.values(), **values, "most": most})
                .all()
            )
            cut = cut or len(rows) == most
            found.extend(_ranked(where, row) for row in rows)
        ids = dict.fromkeys(_uuid(entry[-1]) for entry in sorted(found))
        fresh = [one for one in ids if one not in seen]
        if len(fresh) >= place or not cut:
            return fresh[:place]
        most *= 4


def _plan(session: Session, wanted: AllOf, standings: tuple[bool, ...]) -> tuple[list[Where], AllOf | None]:
    """The ranges to read, and what still has to be compared with their rows."""
    if len(wanted.parts) == 1 and is_flat(wanted.parts[0]):
        atoms, others = atoms_of(session, wanted.parts[0], standings), None
    else:
        sizes = [size(session, part, standings) for part in wanted.parts]
        smallest = min(range(len(sizes)), key=sizes.__getitem__)
        if sizes[smallest] == 0:
            return [], None
        atoms, others = atoms_of(session, wanted.parts[smallest], standings), wanted
    return [where for atom in atoms for where in ranges(atom, standings)], others


def _ranked(where: Where, row: Sequence[Any]) -> tuple[Any, ...]:
    """What a row is sorted by among those of all ranges; the id stands last."""
    first, second, id_ = row
    begins = f"{RECORD_NUMBER_MARK}{where.begins}" if where.kind is Kind.MRN else where.begins
    rest = first.removeprefix(ARCHIVED_MARK)[len(begins) :]
    return (rest != "", _KINDS[where.kind], where.archived, rest, second, id_)


def _similar(
    session: Session, wanted: AllOf, command: SuggestPatients, seen: Collection[UUID]
) -> list[_Pick]:
    """Those of whom a name is spelled nearly as it was typed; the nearest spelling first."""
    choices: list[tuple[Scrap, ...]] = []
    changed = False
    for part in wanted.parts:
        words = _near(session, part.value) if isinstance(part, Atom) and part.kind is Kind.NAME else ()
        changed = changed or bool(words)
        choices.append((part, *(Atom(Kind.NAME, word) for word in words)))
    if not changed:
        return []
    readings = (
        [AllOf((choice,)) for choice in choices[0][1:]]
        if len(choices) == 1
        else [AllOf(tuple(one[0] if len(one) == 1 else AnyOf(one) for one in choices))]
    )
    picks: list[_Pick] = []
    for reading in readings:
        known = {*seen, *(pick.id for pick in picks)}
        picks += [_Pick(one, reading, similar=True) for one in _first(session, reading, command, known)]
    return picks


def _near(session: Session, word: str) -> tuple[str, ...]:
    ways = near(word)
    if not ways:
        return ()
    words = session.connection().execute(_SPELLED, {"ways": sorted(ways)}).scalars()
    return closest(word, set(words))


_SPELLED = select(SpellingRow.__table__.c.word).where(
    SpellingRow.__table__.c.near.in_(bindparam("ways", expanding=True))
)
_ROWS = select(
    PATIENT.c.id,
    PATIENT.c.mrn,
    PATIENT.c.family,
    PATIENT.c.given,
    PATIENT.c.preferred_name,
    PATIENT.c.birth_date,
    PATIENT.c.gender,
    PATIENT.c.archived_at,
    PATIENT.c.deceased,
    PATIENT.c.provisional,
    PATIENT.c.search_text,
).where(
    PATIENT.c.id.in_(bindparam("ids", expanding=True)),
    PATIENT.c.purged_at.is_(None),
    PATIENT.c.merged_into.is_(None),
)
_PHONE = PatientPhoneRow.__table__.c
_PHONES = (
    select(_PHONE.patient_id, _PHONE.value, _PHONE.e164)
    .where(_PHONE.patient_id.in_(bindparam("ids", expanding=True)))
    .order_by(_PHONE.patient_id, _PHONE.position)
)


def _suggestions(
    session: Session, picks: Sequence[_Pick], region: str, include_archived: bool
) -> tuple[Suggestion, ...]:
    """What is shown of them, in their order. Who does not match any more, or may not be shown, is left out."""
    if not picks:
        return ()
    ids = {"ids": [pick.id for pick in picks]}
    connection = session.connection()
    rows = {row.id: row for row in connection.execute(_ROWS, ids)}
    phones: dict[UUID, list[tuple[str, str | None]]] = {}
    for patient_id, value, e164 in connection.execute(_PHONES, ids):
        phones.setdefault(patient_id, []).append((value, e164))
    found: list[Suggestion] = []
    for pick in picks:
        row = rows.get(pick.id)
        if row is None or (row.archived_at is not None and not include_archived):
            continue
        if pick.wanted.parts and matches(pick.wanted, row.search_text, row.birth_date) is None:
            continue
        found.append(_suggestion(pick, row, tuple(phones.get(pick.id, ())), region))
    return tuple(found)


def _suggestion(
    pick: _Pick, row: Any, phones: tuple[tuple[str, str | None], ...], region: str
) -> Suggestion:
    line = PatientLine(
        id=row.id,
        mrn=row.mrn,
        family=row.family,
        given=row.given,
        birth_date=BirthDate.parse(row.birth_date) if row.birth_date else None,
        gender=Gender(row.gender),
        phone=phones[0][0] if phones else "",
        active=row.archived_at is None,
        deceased=row.deceased,
        provisional=row.provisional,
    )
    why = marked(
        pick.wanted,
        Shown(
            line.name,
            row.family,
            row.given,
            row.preferred_name,
            row.mrn,
            row.birth_date,
            phones,
            row.search_text,
        ),
        region,
    )
    if why.phone != line.phone:
        line = replace(line, phone=why.phone)
    near_by, visit_at = (pick.favourite.near, pick.favourite.visit_at) if pick.favourite else (None, None)
    return Suggestion(line, why.marks, near_by, visit_at, why.also, pick.similar)


def _uuid(value: Any) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)
