"""The type-ahead: the few patients that fit best what was typed so far.

Whoever has a visit today or was opened lately stands first, if they match; then those of whom a whole word was
typed; then in the order of the index that was read: by the word that matched, then by name; of phones, by the
digits that follow. Each step reads the beginning of a range, so that it costs the same however many match. One
scrap drives: the one that fewest patients have; the others are compared with each of its rows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, bindparam, select, type_coerce
from sqlalchemy.orm import Session

from meditrack_desktop.database.prepared import rows
from meditrack_desktop.database.queries.patient_favourites import Favourites
from meditrack_desktop.database.queries.patient_plan import atoms_of, is_flat, size
from meditrack_desktop.database.queries.patient_ranges import (
    BY_ID,
    PATIENT,
    Where,
    first_of,
    first_of_many,
    ranges,
    shape_of,
    values_of,
)
from meditrack_desktop.database.tables.patient_search import SpellingRow
from meditrack_desktop.database.tables.patients import PatientPhoneRow
from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.favourites import Favourite, matching
from meditrack_desktop.domain.names import display_name
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
FEW_ROWS = 100
"""Of a scrap with fewer patients, looking each of them up costs nothing."""
MANY_ROWS = 1000
"""How far ranges are counted to find the rarest."""

SHORT = 3
LOOKED_AT = 5000
"""Of words with fewer letters than three, so many have each that a few thousand patients are looked at, no more:
whoever fits is found with the next letter."""

_KINDS = {Kind.MRN: 0, Kind.PHONE: 1, Kind.BIRTH_DATE: 2, Kind.NAME: 3}


class _Person(NamedTuple):
    """What a suggestion shows of a patient, as the driver gives it; the columns of `_ROWS`."""

    id: Any
    mrn: str
    family: str
    given: str
    preferred_name: str
    birth_date: str | None
    gender: str
    archived_at: Any
    deceased: Any
    provisional: Any
    search_text: str


_COLUMNS = len(_Person._fields)


class _Pick(NamedTuple):
    """One who will be suggested, by which reading of the text, and why before others."""

    id: Any
    """As the driver gives it."""
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
        picks = [_Pick(one.id, AllOf(()), favourite=one) for one in shown[: command.limit]]
        return _suggestions(session, picks, region, command.include_archived)
    wanted = read(text, region)
    if not wanted.parts:
        return ()
    picks = [
        _Pick(one.id, wanted, favourite=one)
        for one in matching(
            wanted, favourites.ranked, command.limit, include_archived=command.include_archived
        )
    ]
    seen = {pick.id for pick in picks}
    together = _together(wanted)
    found = _first(session, together, command, seen)
    if not found and not picks and together != wanted:
        found = _first(session, _apart(wanted), command, seen)
    picks += [_Pick(one, wanted) for one in found]
    if len(picks) < FEW:
        picks += _similar(session, wanted, command, {pick.id for pick in picks})
    return _suggestions(session, picks[: command.limit], region, command.include_archived)


def _together(wanted: AllOf) -> AllOf:
    """Numbers typed with blanks read as one number or date only; each alone is asked if that is nobody's."""
    parts: list[Scrap] = []
    for part in wanted.parts:
        if isinstance(part, AnyOf):
            whole = tuple(choice for choice in part.parts if isinstance(choice, Atom))
            parts.append(AnyOf(whole) if whole else part)
        else:
            parts.append(part)
    return AllOf(tuple(parts))


def _apart(wanted: AllOf) -> AllOf:
    """Where one number typed with blanks is nobody's: its pieces, each a scrap beside the others."""
    typed = [part for part in wanted.parts if isinstance(part, AnyOf) and not is_flat(part)]
    pieces = [one for part in typed for one in part.parts if isinstance(one, AllOf)]
    if len(typed) != 1 or len(pieces) != 1:
        return wanted
    return AllOf((*(part for part in wanted.parts if part is not typed[0]), *pieces[0].parts))


def _first(session: Session, wanted: AllOf, command: SuggestPatients, seen: Collection[Any]) -> list[Any]:
    """The first who hold all of `wanted`, beside those already `seen`; as many as there is place for."""
    place = command.limit - len(seen)
    if place <= 0:
        return []
    drivers, others = _plan(session, wanted, (False, True) if command.include_archived else (False,))
    by_name = others is not None and is_names_only(others)
    shape = None if others is None else shape_of(others)
    values = {} if others is None else values_of(others, by_name=by_name)
    short = by_name and is_names_only(wanted) and all(_length(part) < SHORT for part in wanted.parts)
    looked_at = {"looked_at": LOOKED_AT} if short else {}
    most, again = command.limit + 4, False
    while True:
        found: list[tuple[Any, ...]] = []
        cut = False
        for where in drivers:
            # A patient has one birth date, but may have several words that begin so.
            few = min(most, command.limit) if where.kind is Kind.BIRTH_DATE and not again else most
            if short and shape is not None:
                statement = first_of_many(shape)
            else:
                statement = first_of(where.form, shape, by_name)
            answer = rows(session, statement, {**where.values(), **values, **looked_at, "most": few})
            cut = cut or len(answer) == few
            found.extend(_ranked(where, row) for row in answer)
        ids = dict.fromkeys(entry[-1] for entry in sorted(found))
        fresh = [one for one in ids if one not in seen]
        if len(fresh) >= place or not cut:
            return fresh[:place]
        most, again = most * 4, True


def _plan(session: Session, wanted: AllOf, standings: tuple[bool, ...]) -> tuple[list[Where], AllOf | None]:
    """The ranges to read, and what still has to be compared with their rows.

    A scrap of a few patients drives. Failing that, the one scrap of digits: the rows of its ranges hold the
    patient's name, so that the rest is compared without a look at the patient's own row. Failing that, the
    rarest word.
    """
    parts = wanted.parts
    driver = 0
    others: AllOf | None = wanted
    if len(parts) == 1:
        others = None if is_flat(parts[0]) else wanted
    else:
        digits = [place for place, part in enumerate(parts) if not is_names_only(part)]
        alone = digits[0] if len(digits) == 1 else None
        most = MANY_ROWS if alone is None else FEW_ROWS
        # The longest first: as soon as one is rare enough, or nobody's, the others need not be counted. Digits that
        # stand alone drive unless a word is rare; how many have them is asked of nobody.
        order = sorted(range(len(parts)), key=lambda place: -_length(parts[place]))
        driver, fewest = order[0] if alone is None else alone, most
        for place in order:
            if place != alone and fewest >= FEW_ROWS:
                held = size(session, parts[place], standings, most)
                if held == 0:
                    return [], None
                if held < fewest:
                    driver, fewest = place, held
        if is_flat(parts[driver]):
            others = AllOf(tuple(part for place, part in enumerate(parts) if place != driver))
    atoms = atoms_of(session, parts[driver], standings)
    return [where for atom in atoms for where in ranges(atom, standings)], others


def _length(scrap: Scrap) -> int:
    """How much of a word is typed: the more, the fewer have it."""
    return len(scrap.value) if isinstance(scrap, Atom) else min(_length(part) for part in scrap.parts)


def _ranked(where: Where, row: Sequence[Any]) -> tuple[Any, ...]:
    """What a row is sorted by among those of all ranges; the id stands last."""
    first, second, id_ = row
    begins = f"{RECORD_NUMBER_MARK}{where.begins}" if where.kind is Kind.MRN else where.begins
    rest = first.removeprefix(ARCHIVED_MARK)[len(begins) :]
    return (rest != "", _KINDS[where.kind], where.archived, rest, second, id_)


def _similar(session: Session, wanted: AllOf, command: SuggestPatients, seen: Collection[Any]) -> list[_Pick]:
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
    spelled = {row[0] for row in rows(session, _spelled(len(ways)), _numbered(sorted(ways)))}
    return closest(word, spelled)


def _numbered(values: Iterable[Any]) -> dict[str, Any]:
    return {f"one{place}": value for place, value in enumerate(values)}


def _one_of(column: ColumnElement[Any], count: int) -> ColumnElement[bool]:
    """A list of a known length, which can be compiled once."""
    return column.in_([bindparam(f"one{place}", type_=column.type) for place in range(count)])


@lru_cache(maxsize=32)
def _spelled(count: int) -> Select[*tuple[str]]:
    return select(SpellingRow.__table__.c.word).where(_one_of(SpellingRow.__table__.c.near, count))


_ROWS: Select[*tuple[Any, ...]] = select(
    type_coerce(PATIENT.c.id, String).label("id"),
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
).where(PATIENT.c.purged_at.is_(None), PATIENT.c.merged_into.is_(None))
_PHONE = PatientPhoneRow.__table__
_WITH_PHONES = (
    _ROWS.add_columns(_PHONE.c.position, _PHONE.c.value, _PHONE.c.e164)
    .outerjoin_from(PATIENT, _PHONE, _PHONE.c.patient_id == PATIENT.c.id)
    .with_hint(PATIENT, BY_ID, "sqlite")
)
"""A row for each phone; one for whoever has none, too."""


@lru_cache(maxsize=32)
def _rows_of(count: int) -> Select[*tuple[Any, ...]]:
    return _WITH_PHONES.where(_one_of(PATIENT.c.id, count))


def _suggestions(
    session: Session, picks: Sequence[_Pick], region: str, include_archived: bool
) -> tuple[Suggestion, ...]:
    """What is shown of them, in their order. Who does not match any more, or may not be shown, is left out."""
    if not picks:
        return ()
    people: dict[Any, _Person] = {}
    phones: dict[Any, list[tuple[int, str, str | None]]] = {}
    for row in rows(session, _rows_of(len(picks)), _numbered([pick.id for pick in picks])):
        id_ = row[0]
        if id_ not in people:
            people[id_] = _Person._make(row[:_COLUMNS])
        if row[_COLUMNS] is not None:
            phones.setdefault(id_, []).append(row[_COLUMNS:])
    found: list[Suggestion] = []
    for pick in picks:
        person = people.get(pick.id)
        if person is None or (person.archived_at is not None and not include_archived):
            continue
        # Favourites are remembered from before; all others were found in this very state of the database.
        if (
            pick.favourite is not None
            and pick.wanted.parts
            and matches(pick.wanted, person.search_text, person.birth_date) is None
        ):
            continue
        numbers = tuple([entry[1:] for entry in sorted(phones.get(pick.id, ()))])
        found.append(_suggestion(pick, person, numbers, region))
    return tuple(found)


def _suggestion(
    pick: _Pick, row: _Person, phones: tuple[tuple[str, str | None], ...], region: str
) -> Suggestion:
    why = marked(
        pick.wanted,
        Shown(
            display_name(row.family, row.given),
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
    line = PatientLine(
        id=_uuid(pick.id),
        mrn=row.mrn,
        family=row.family,
        given=row.given,
        birth_date=_date(row.birth_date) if row.birth_date else None,
        gender=Gender(row.gender),
        phone=why.phone,
        active=row.archived_at is None,
        deceased=bool(row.deceased),
        provisional=bool(row.provisional),
    )
    near_by, visit_at = (pick.favourite.near, pick.favourite.visit_at) if pick.favourite else (None, None)
    return Suggestion(line, why.marks, near_by, visit_at, why.also, pick.similar)


_date = lru_cache(maxsize=1024)(BirthDate.parse)
"""The next letter mostly shows the same people again."""


def _uuid(value: Any) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)
