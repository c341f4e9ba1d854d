"""The list of patients: everybody, or whoever fits what was typed, filtered, in an order, page by page.

There are two ways to one answer. A scrap or a filter that few patients have drives: its range is read, the rest
is compared, and what is left is sorted here. If every scrap is a common beginning of names, the list itself is
walked in its order (`patient_walk`) until the page is full, which then happens soon.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, and_, or_, select, type_coerce
from sqlalchemy.orm import Session

from meditrack_desktop.database.prepared import rows
from meditrack_desktop.database.queries import patient_walk
from meditrack_desktop.database.queries.patient_filters import (
    Asked,
    filters,
    narrowest,
    shown,
    standings,
)
from meditrack_desktop.database.queries.patient_lines import lines, next_visits
from meditrack_desktop.database.queries.patient_plan import atoms_of, is_flat, size
from meditrack_desktop.database.queries.patient_ranges import (
    PAST_ANY,
    first_of,
    holds,
    named,
    ranges,
    shape_of,
    values_of,
    with_values,
)
from meditrack_desktop.database.queries.patient_walk import COUNTED, EVERY
from meditrack_desktop.database.tables.patients import PatientRow, PatientTermRow
from meditrack_desktop.domain.patient_scraps import AllOf, Atom, Kind, inner, is_names_only, read
from meditrack_desktop.domain.patients import FindPatients, PatientAnchors, PatientLine, PatientPage
from meditrack_desktop.domain.search_terms import (
    ARCHIVED_MARK,
    FIRST_NAME_TERM,
    PREFERRED,
    RECORD_NUMBER_MARK,
    without_preferred,
)

RARE = 3000
"""A scrap with fewer patients drives; sorting that many costs a few milliseconds."""
DENSE = 20_000
"""Of a scrap that so many have, the list's next page is full soon: it is walked, and each patient compared."""
AT_ONCE = 500
"""How many ids one statement compares with."""


class _Candidate(NamedTuple):
    """A patient found in an index. `id` is what the driver gives: hex text or a UUID, ordered alike."""

    sort_name: str
    id: Any


@dataclass(frozen=True, slots=True)
class _Found:
    """The answer before its page is cut: either all of it, in order, or what a walk has to hold."""

    wanted: AllOf | None
    ids: list[Any] | None = None
    """As the driver gives them."""
    walked: tuple[ColumnElement[bool], ...] = ()


def find(
    session: Session, command: FindPatients, region: str, now: datetime, asker: UUID | None = None
) -> PatientPage:
    """One page. `region` tells how dates and phones in the text are read; `now` what the next visit is."""
    asked = Asked(session, command, now, asker)
    found = _find(asked, region)
    if found.ids is None:
        ids = patient_walk.page(asked, found.walked, _key(command.at))
        return PatientPage(lines(session, ids, now, found.wanted), _total(asked, found, len(ids)))
    start = command.offset + (_row(command.at) or 0)
    ids = [_uuid(one) for one in found.ids[start : start + command.limit]]
    total = len(found.ids) if len(found.ids) < COUNTED else None
    return PatientPage(lines(session, ids, now, found.wanted), total)


def anchors(
    session: Session, command: FindPatients, region: str, now: datetime, asker: UUID | None = None
) -> PatientAnchors:
    """Where the pages of a question begin, and how many it finds. See `PatientAnchors`."""
    asked = Asked(session, command, now, asker)
    found = _find(asked, region)
    if found.ids is None:
        return patient_walk.anchors(asked, found.walked)
    places = range(0, len(found.ids), EVERY)
    return PatientAnchors(len(found.ids), EVERY, tuple(f"+{row}" for row in places))


def same_name(session: Session, row: PatientRow, now: datetime, limit: int = 50) -> tuple[PatientLine, ...]:
    """Others in the lists whose folded name is the same; nobody if nothing of the name folds to a letter."""
    name = without_preferred(row.sort_name)
    if not name:
        return ()
    query = select(PatientRow.id).where(
        or_(PatientRow.sort_name == name, _begins(PatientRow.sort_name, name + PREFERRED)),
        PatientRow.id != row.id,
        *shown(FindPatients()),
    )
    return lines(session, session.scalars(query.order_by(PatientRow.id).limit(limit)).all(), now)


def _find(asked: Asked, region: str) -> _Found:
    command = asked.command
    if not command.text.strip():
        if (few := narrowest(asked)) is None:
            return _Found(None)
        return _Found(None, _of_few(asked, few))
    wanted = read(command.text, region)
    if wanted.parts:
        answer = _matching(asked, wanted)
        if answer.ids is None or answer.ids:
            return answer
    return _last_look(asked)


def _matching(asked: Asked, wanted: AllOf) -> _Found:
    """Patients for whom all of `wanted` holds."""
    session, standing = asked.session, standings(asked.command)
    smallest, held = _smallest(asked, wanted, RARE)
    if held == 0:
        return _Found(wanted, [])
    alone = len(wanted.parts) == 1 and is_flat(wanted.parts[0])
    if held >= RARE:
        if (few := narrowest(asked)) is not None:
            return _Found(wanted, _of_few(asked, few, (_holds(wanted),)))
        smallest, held = _smallest(asked, wanted, DENSE)
        if held >= DENSE:
            return _Found(wanted, walked=(_holds(wanted),))
    by_name = not alone and is_names_only(wanted)
    shape = None if alone else shape_of(wanted)
    values = {} if alone else values_of(wanted, by_name=by_name)
    found: set[Any] = set()
    for atom in atoms_of(session, wanted.parts[smallest], standing):
        for where in ranges(atom, standing):
            statement = named(where.form, shape, by_name)
            found.update(rows(session, statement, {**where.values(), **values}))
    return _Found(wanted, _sorted_here(asked, _filtered(asked, found)))


def _smallest(asked: Asked, wanted: AllOf, most: int) -> tuple[int, int]:
    """Which part fewest patients have, and how many; `most` where there are as many or more."""
    standing = standings(asked.command)
    sizes = [size(asked.session, part, standing, most) for part in wanted.parts]
    smallest = min(range(len(sizes)), key=sizes.__getitem__)
    return smallest, sizes[smallest]


def _holds(wanted: AllOf) -> ColumnElement[bool]:
    """Whether a patient's row holds all of `wanted`; of names alone the index of the order can tell."""
    by_name = is_names_only(wanted)
    columns = (
        (None, None, PatientRow.sort_name) if by_name else (PatientRow.search_text, PatientRow.birth_date)
    )
    return holds(shape_of(wanted), with_values(wanted, by_name=by_name), *columns)


def _of_few(asked: Asked, few: Select[UUID], more: Sequence[ColumnElement[bool]] = ()) -> list[Any]:
    """Everybody of a filter that only a few pass."""
    query = select(PatientRow.sort_name, type_coerce(PatientRow.id, String)).where(
        PatientRow.id.in_(few), *shown(asked.command), *filters(asked), *more
    )
    return _sorted_here(asked, [_Candidate(*row) for row in asked.session.execute(query)])


def _last_look(asked: Asked) -> _Found:
    """Nothing begins so: look inside words and record numbers, or at names that have no letter at all."""
    command = asked.command
    columns = (PatientTermRow.sort_name, type_coerce(PatientTermRow.patient_id, String))
    atoms = inner(command.text)
    if atoms:
        found = [
            {
                _Candidate(*row)
                for row in asked.session.execute(select(*columns).where(_inside(atom, command)))
            }
            for atom in atoms
        ]
        everyone = _filtered(asked, set.intersection(*found))
        return _Found(AllOf(atoms), _sorted_here(asked, everyone))
    text = command.text.strip()
    written = or_(
        PatientRow.family.contains(text, autoescape=True),
        PatientRow.given.contains(text, autoescape=True),
        PatientRow.preferred_name.contains(text, autoescape=True),
    )
    query = select(PatientRow.sort_name, type_coerce(PatientRow.id, String)).where(
        written, *shown(command), *filters(asked)
    )
    return _Found(AllOf(()), _sorted_here(asked, [_Candidate(*row) for row in asked.session.execute(query)]))


def _filtered(asked: Asked, found: Iterable[Any]) -> list[Any]:
    """Those of the candidates who pass the filters. Who is shown at all the terms have told already."""
    conditions = filters(asked)
    candidates = list(found)
    if not conditions:
        return candidates
    passed: set[Any] = set()
    for some in _at_once(candidates):
        query = select(type_coerce(PatientRow.id, String)).where(PatientRow.id.in_(some), *conditions)
        passed.update(asked.session.scalars(query))
    return [candidate for candidate in candidates if candidate[1] in passed]


def _total(asked: Asked, found: _Found, on_page: int) -> int | None:
    """How many a walk would find, if that is known or quickly counted."""
    command = asked.command
    if command.at:
        return None
    if on_page and on_page < command.limit:
        return command.offset + on_page
    if on_page and filters(asked):
        return None
    if found.wanted is not None and on_page:
        return _count_word(asked, found.wanted)
    return patient_walk.count(asked, found.walked)


def _count_word(asked: Asked, wanted: AllOf) -> int | None:
    """How many have a word that begins so, if it is one word and that can be told quickly."""
    if len(wanted.parts) > 1 or not isinstance(wanted.parts[0], Atom):
        return None
    ids: set[Any] = set()
    for where in ranges(wanted.parts[0], standings(asked.command)):
        values = {**where.values(), "most": 2 * COUNTED}
        terms = rows(asked.session, first_of(where.form, None, False), values)
        ids.update(row[-1] for row in terms)
        if len(terms) == 2 * COUNTED:
            return None
    return len(ids) if len(ids) < COUNTED else None


def _sorted_here(asked: Asked, found: Sequence[Any]) -> list[Any]:
    """The ids in the order asked for, the same as the database's: by code point, unknown last.

    Sorted here, far from SQLCipher's own sorter, which wipes each row.
    """
    order, backwards = asked.command.order, asked.command.descending
    known: dict[Any, Any] = {}
    if order == "next_visit":
        visits = next_visits(asked.now).subquery()
        query = select(type_coerce(visits.c.patient_id, String), visits.c.starts_at)
        known = {row[0]: row[1] for row in asked.session.execute(query)}
    elif order in ("mrn", "birth_date"):
        column = PatientRow.mrn if order == "mrn" else PatientRow.birth_date
        for some in _at_once(found):
            values = select(type_coerce(PatientRow.id, String), column).where(PatientRow.id.in_(some))
            known.update((row[0], row[1]) for row in asked.session.execute(values) if row[1] is not None)
    ordered = sorted(found, reverse=backwards)
    if order != "name":
        unknown = [candidate for candidate in ordered if candidate[1] not in known]
        ordered = sorted(
            (candidate for candidate in ordered if candidate[1] in known),
            key=lambda candidate: known[candidate[1]],
            reverse=backwards,
        )
        ordered += unknown
    return [candidate[1] for candidate in ordered]


def _at_once(found: Sequence[Any]) -> Iterable[list[UUID]]:
    for start in range(0, len(found), AT_ONCE):
        yield [_uuid(candidate[1]) for candidate in found[start : start + AT_ONCE]]


def _inside(atom: Atom, command: FindPatients) -> ColumnElement[bool]:
    """The terms of the atom's kind that contain its value."""
    marks = [ARCHIVED_MARK if archived else "" for archived in standings(command)]
    if atom.kind is Kind.MRN:
        kinds = [_begins(PatientTermRow.term, mark + RECORD_NUMBER_MARK) for mark in marks]
    else:
        kinds = [
            and_(PatientTermRow.term >= mark + FIRST_NAME_TERM, PatientTermRow.term < mark + PAST_ANY)
            for mark in marks
        ]
    return and_(or_(*kinds), PatientTermRow.term.like(f"%{atom.value}%"))


def _begins(column: Any, beginning: str) -> ColumnElement[bool]:
    """A range, which an index answers, instead of LIKE, which it may not."""
    return and_(column >= beginning, column < beginning + PAST_ANY)


def _key(token: str) -> str:
    """The token of a walk, or nothing if it is a row's number."""
    return "" if token.startswith("+") else token


def _row(token: str) -> int | None:
    return int(token[1:]) if token.startswith("+") and token[1:].isdecimal() else None


def _uuid(value: Any) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)
