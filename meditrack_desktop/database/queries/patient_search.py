"""Finding patients by any scrap, and listing them: ranges over stored terms, then the page's few rows.

Stored terms carry what lists are ordered by, so a search reads ranges of one index and no patient's row
until the page is known. There are two ways to one answer. A scrap that few patients have drives: its range
is read, the other scraps are compared, and the rest is sorted. If every scrap is a common beginning of
names, the list itself is walked in its order until the page is full, which then happens soon.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    func,
    literal,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.orm import Session

from meditrack_desktop.database.queries.patient_lines import lines, next_visits
from meditrack_desktop.database.tables.care_team import CareTeamRow
from meditrack_desktop.database.tables.patients import PatientRow, PatientTermRow
from meditrack_desktop.database.tables.scheduling import AppointmentRow
from meditrack_desktop.domain.patient_scraps import (
    AllOf,
    AnyOf,
    Atom,
    Kind,
    Scrap,
    inner,
    is_names_only,
    read,
)
from meditrack_desktop.domain.patients import FindPatients, PatientLine, PatientPage
from meditrack_desktop.domain.scheduling import AppointmentStatus
from meditrack_desktop.domain.search_terms import (
    ARCHIVED_MARK,
    BIRTH_DATE_MARK,
    FIRST_NAME_TERM,
    LONGEST_TERM,
    PHONE_MARK,
    PREFERRED,
    RECORD_NUMBER_MARK,
    without_preferred,
)

RARE = 3000
"""A scrap with fewer patients drives; sorting that many costs a few milliseconds."""
COUNTED = 10_000
"""Totals are exact below this and may be unknown from here on."""

AT_ONCE = 500
"""How many ids one statement compares with."""

_PAST_ANY = "\U0010ffff"
_TAKES_TIME = [status for status in AppointmentStatus if status.takes_time]
_MARKS = {
    Kind.NAME: "",
    Kind.PHONE: PHONE_MARK,
    Kind.MRN: RECORD_NUMBER_MARK,
    Kind.BIRTH_DATE: BIRTH_DATE_MARK,
}


class _Candidate(NamedTuple):
    """A patient found in the index. `id` is what the driver gives: hex text or a UUID, ordered alike."""

    sort_name: str
    id: Any


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question under way."""

    session: Session
    command: FindPatients
    now: datetime


def find(session: Session, command: FindPatients, region: str, now: datetime) -> PatientPage:
    """One page. `region` tells how dates and phones in the text are read; `now` what the next visit is."""
    asked = _Asked(session, command, now)
    if not command.text.strip():
        return _everybody(asked)
    wanted = read(command.text, region)
    if wanted.parts:
        page = _matching(asked, wanted)
        if page.lines or page.total != 0:
            return page
    return _last_look(asked)


def same_name(session: Session, row: PatientRow, now: datetime, limit: int = 50) -> tuple[PatientLine, ...]:
    """Others in the lists whose folded name is the same; nobody if nothing of the name folds to a letter."""
    name = without_preferred(row.sort_name)
    if not name:
        return ()
    query = select(PatientRow.id).where(
        or_(PatientRow.sort_name == name, _begins(PatientRow.sort_name, name + PREFERRED)),
        PatientRow.id != row.id,
        PatientRow.archived_at.is_(None),
    )
    return lines(session, session.scalars(query.order_by(PatientRow.id).limit(limit)).all(), now)


def _everybody(asked: _Asked) -> PatientPage:
    command = asked.command
    query = select(PatientRow.id).where(_shown(command), *_filters(command, PatientRow.id))
    query = _in_order(query, asked, walked=command.visiting_on is None)
    ids = asked.session.scalars(query.limit(command.limit).offset(command.offset)).all()
    return PatientPage(lines(asked.session, ids, asked.now), _count_everybody(asked))


def _count_everybody(asked: _Asked) -> int:
    command, session = asked.command, asked.session
    if command.doctor is None and command.visiting_on is None:
        total = session.scalar(select(func.count()).select_from(PatientRow)) or 0
        left_out = select(func.count()).where(PatientTermRow.term == ARCHIVED_MARK)
        if command.include_archived:
            left_out = select(func.count()).where(PatientRow.purged_at.is_not(None))
        return total - (session.scalar(left_out) or 0)
    first, *others = _asked_ids(command)
    ids = first.subquery().c[0]
    query = select(func.count(ids.distinct())).where(
        *(ids.in_(other) for other in others),
        ids.not_in(select(PatientRow.id).where(PatientRow.purged_at.is_not(None))),
    )
    if not command.include_archived:
        query = query.where(
            ids.not_in(select(PatientTermRow.patient_id).where(PatientTermRow.term == ARCHIVED_MARK))
        )
    return session.scalar(query) or 0


def _matching(asked: _Asked, wanted: AllOf) -> PatientPage:
    """Patients for whom all of `wanted` holds."""
    sizes = [_size(asked, part, RARE) for part in wanted.parts]
    smallest = min(range(len(sizes)), key=sizes.__getitem__)
    if sizes[smallest] == 0:
        return PatientPage((), 0)
    alone = asked.command.doctor is None and asked.command.visiting_on is None
    ordered = asked.command.order in ("name", "birth_date", "mrn")
    if sizes[smallest] >= RARE and alone and ordered and is_names_only(wanted):
        return _walked(asked, wanted)
    if sizes[smallest] >= RARE:
        smallest = next(
            (place for place, part in enumerate(wanted.parts) if not is_names_only(part)), smallest
        )
    ranges = [_range(atom, asked.command) for atom in _driver(asked, wanted.parts[smallest])]
    others = tuple(part for place, part in enumerate(wanted.parts) if place != smallest or not _is_flat(part))
    return _driven(asked, _candidates(asked, *ranges), wanted, AllOf(others))


def _is_flat(scrap: Scrap) -> bool:
    """Whether the ranges of its driver say all that `scrap` says."""
    return isinstance(scrap, Atom) or (
        isinstance(scrap, AnyOf) and all(isinstance(part, Atom) for part in scrap.parts)
    )


def _walked(asked: _Asked, wanted: AllOf) -> PatientPage:
    """Follow the list's own order; every word compared is in the index that is followed."""
    command = asked.command
    query = _in_order(select(PatientRow.id).where(_named(wanted), _shown(command)), asked, walked=True)
    ids = asked.session.scalars(query.limit(command.limit).offset(command.offset)).all()
    total: int | None = None
    if ids and len(ids) < command.limit:
        total = command.offset + len(ids)
    elif len(wanted.parts) == 1 and isinstance(wanted.parts[0], Atom):
        total = _count_range(asked, _range(wanted.parts[0], command))
    elif not ids:
        total = _counted(asked, select(PatientRow.id).where(_named(wanted), _shown(command)).limit(COUNTED))
    return PatientPage(lines(asked.session, ids, asked.now, wanted), total)


def _driven(asked: _Asked, candidates: Iterable[_Candidate], wanted: AllOf, others: AllOf) -> PatientPage:
    """Compare, sort and count candidates here: far from the database's own sorter, which wipes each row."""
    command = asked.command
    test = _test(asked, others)
    filters = [set(asked.session.scalars(_plain_ids(ids))) for ids in _asked_ids(command)]
    found = [
        candidate
        for candidate in candidates
        if test(candidate) and all(candidate.id in allowed for allowed in filters)
    ]
    ids = _sorted_here(asked, found)[command.offset : command.offset + command.limit]
    total = len(found)
    return PatientPage(lines(asked.session, ids, asked.now, wanted), total if total < COUNTED else None)


def _last_look(asked: _Asked) -> PatientPage:
    """Nothing begins so: look inside words and record numbers, or at names that have no letter at all."""
    command = asked.command
    atoms = inner(command.text)
    if atoms:
        found = [_candidates(asked, _inside(atom, command)) for atom in atoms]
        return _driven(asked, set.intersection(*found), AllOf(atoms), AllOf(()))
    text = command.text.strip()
    named = or_(
        PatientRow.family.contains(text, autoescape=True),
        PatientRow.given.contains(text, autoescape=True),
        PatientRow.preferred_name.contains(text, autoescape=True),
    )
    query = select(PatientRow.sort_name, type_coerce(PatientRow.id, String)).where(named, _shown(command))
    return _driven(asked, [_Candidate(*row) for row in asked.session.execute(query)], AllOf(()), AllOf(()))


def _candidates(asked: _Asked, *ranges: ColumnElement[bool]) -> set[_Candidate]:
    """Patients in any of these ranges of terms, with what they are ordered by."""
    columns = (PatientTermRow.sort_name, type_coerce(PatientTermRow.patient_id, String))
    return {
        _Candidate._make(row) for one in ranges for row in asked.session.execute(select(*columns).where(one))
    }


def _test(asked: _Asked, scrap: Scrap) -> Callable[[_Candidate], bool]:
    """Whether `scrap` holds for a candidate: words of names are in the order, the rest is asked once."""
    if isinstance(scrap, Atom):
        if scrap.kind is Kind.NAME:
            beginning, later = scrap.value, f" {scrap.value}"
            return lambda one: one.sort_name.startswith(beginning) or later in one.sort_name
        query = select(type_coerce(PatientTermRow.patient_id, String)).where(_range(scrap, asked.command))
        ids = set(asked.session.scalars(query))
        return lambda one: one.id in ids
    tests = [_test(asked, part) for part in scrap.parts]
    if isinstance(scrap, AllOf):
        return lambda one: all(test(one) for test in tests)
    return lambda one: any(test(one) for test in tests)


def _driver(asked: _Asked, scrap: Scrap) -> list[Atom]:
    """Comparisons such that whoever `scrap` holds for, one of them holds for too."""
    if isinstance(scrap, Atom):
        return [scrap]
    if isinstance(scrap, AllOf):
        return _driver(asked, min(scrap.parts, key=lambda part: _size(asked, part, RARE)))
    return list(dict.fromkeys(atom for part in scrap.parts for atom in _driver(asked, part)))


def _size(asked: _Asked, scrap: Scrap, cap: int) -> int:
    """About how many patients `scrap` has, at most; `cap` where there are as many or more."""
    if isinstance(scrap, AllOf):
        return min(_size(asked, part, cap) for part in scrap.parts)
    if isinstance(scrap, AnyOf):
        total = 0
        for part in scrap.parts:
            total += _size(asked, part, cap - total)
            if total >= cap:
                break
        return total
    counted = select(literal(1)).where(_range(scrap, asked.command)).limit(cap).subquery()
    return asked.session.scalar(select(func.count()).select_from(counted)) or 0


def _plain_ids(ids: Select[UUID]) -> Select[Any]:
    return select(type_coerce(ids.subquery().c[0], String))


def _uuid(value: Any) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)


def _count_range(asked: _Asked, terms: ColumnElement[bool]) -> int | None:
    """How many patients have a term in this range; None if that cannot be told quickly."""
    rows = select(literal(1)).where(terms).limit(2 * COUNTED).subquery()
    if (asked.session.scalar(select(func.count()).select_from(rows)) or 0) >= 2 * COUNTED:
        return None
    total = len(
        set(asked.session.scalars(select(type_coerce(PatientTermRow.patient_id, String)).where(terms)))
    )
    return total if total < COUNTED else None


def _counted(asked: _Asked, query: Select[*tuple[Any, ...]]) -> int | None:
    counted = asked.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    return counted if counted < COUNTED else None


def _begins(column: Any, beginning: str) -> ColumnElement[bool]:
    """A range, which an index answers, instead of LIKE, which it may not."""
    return and_(column >= beginning, column < beginning + _PAST_ANY)


def _range(atom: Atom, command: FindPatients) -> ColumnElement[bool]:
    """Where the terms of `atom` stand."""
    term = _MARKS[atom.kind] + atom.value[:LONGEST_TERM]
    live = _begins(PatientTermRow.term, term)
    if not command.include_archived:
        return live
    return or_(live, _begins(PatientTermRow.term, ARCHIVED_MARK + term))


def _inside(atom: Atom, command: FindPatients) -> ColumnElement[bool]:
    """The terms of the atom's kind that contain its value."""
    marks = ("", ARCHIVED_MARK) if command.include_archived else ("",)
    if atom.kind is Kind.MRN:
        ranges = [_begins(PatientTermRow.term, mark + RECORD_NUMBER_MARK) for mark in marks]
    else:
        ranges = [
            and_(PatientTermRow.term >= mark + FIRST_NAME_TERM, PatientTermRow.term < mark + _PAST_ANY)
            for mark in marks
        ]
    return and_(or_(*ranges), PatientTermRow.term.like(f"%{atom.value}%"))


def _named(scrap: Scrap) -> ColumnElement[bool]:
    """Whether words of a name begin so, asked of the index of the list's order."""
    if isinstance(scrap, Atom):
        return or_(
            PatientRow.sort_name.like(f"{scrap.value}%"), PatientRow.sort_name.like(f"% {scrap.value}%")
        )
    parts = [_named(part) for part in scrap.parts]
    return and_(true(), *parts) if isinstance(scrap, AllOf) else or_(*parts)


def _shown(command: FindPatients) -> ColumnElement[bool]:
    if command.include_archived:
        return PatientRow.purged_at.is_(None)
    return PatientRow.archived_at.is_(None)


def _filters(command: FindPatients, patient_id: Any) -> list[ColumnElement[bool]]:
    """What is asked for beside the text."""
    return [patient_id.in_(ids) for ids in _asked_ids(command)]


def _asked_ids(command: FindPatients) -> list[Select[UUID]]:
    asked: list[Select[UUID]] = []
    if command.doctor is not None:
        asked.append(
            select(CareTeamRow.patient_id).where(
                CareTeamRow.practitioner_id == command.doctor, CareTeamRow.ended_at.is_(None)
            )
        )
    if command.visiting_on is not None:
        midnight = datetime.combine(command.visiting_on, time())
        # No zone is more than a day from UTC, and instants have the index.
        asked.append(
            select(AppointmentRow.patient_id).where(
                AppointmentRow.starts_at >= midnight.replace(tzinfo=UTC) - timedelta(days=1),
                AppointmentRow.starts_at < midnight.replace(tzinfo=UTC) + timedelta(days=2),
                AppointmentRow.wall_start >= midnight,
                AppointmentRow.wall_start < midnight + timedelta(days=1),
                AppointmentRow.status.in_(_TAKES_TIME),
            )
        )
    return asked


def _in_order(query: Select[UUID], asked: _Asked, *, walked: bool) -> Select[UUID]:
    """Sort patients; unless `walked`, the database is kept from following the index of that order."""
    order = asked.command.order
    if order == "mrn":
        return query.order_by(_directed(asked, _plain(PatientRow.mrn, walked)))
    keys: list[Any] = [_plain(PatientRow.sort_name, walked), PatientRow.id]
    if order == "birth_date":
        keys = [PatientRow.birth_date, PatientRow.sort_name, PatientRow.id]
    elif order == "next_visit":
        visits = next_visits(asked.now).subquery()
        query = query.outerjoin(visits, visits.c.patient_id == PatientRow.id)
        keys = [visits.c.starts_at, *keys]
    return query.order_by(*_sorted(asked, keys))


def _sorted_here(asked: _Asked, found: list[_Candidate]) -> list[UUID]:
    """The ids in the order asked for, the same as the database's: by code point, unknown last."""
    order, backwards = asked.command.order, asked.command.descending
    known: dict[Any, Any] = {}
    if order == "next_visit":
        visits = next_visits(asked.now).subquery()
        query = select(type_coerce(visits.c.patient_id, String), visits.c.starts_at)
        known = {row[0]: row[1] for row in asked.session.execute(query)}
    elif order in ("mrn", "birth_date"):
        column = PatientRow.mrn if order == "mrn" else PatientRow.birth_date
        ids = [_uuid(candidate.id) for candidate in found]
        for start in range(0, len(ids), AT_ONCE):
            some = PatientRow.id.in_(ids[start : start + AT_ONCE])
            query = select(type_coerce(PatientRow.id, String), column).where(some)
            known.update((row[0], row[1]) for row in asked.session.execute(query) if row[1] is not None)
    found = sorted(found, reverse=backwards)
    if order != "name":
        unknown = [candidate for candidate in found if candidate.id not in known]
        found = sorted(
            (candidate for candidate in found if candidate.id in known),
            key=lambda candidate: known[candidate.id],
            reverse=backwards,
        )
        found += unknown
    return [_uuid(candidate.id) for candidate in found]


def _sorted(asked: _Asked, keys: list[Any]) -> list[Any]:
    """Who has no birth date or no visit stands last in either direction."""
    directed = [_directed(asked, key) for key in keys]
    if asked.command.order in ("birth_date", "next_visit"):
        directed[0] = directed[0].nulls_last()
    return directed


def _directed(asked: _Asked, key: Any) -> Any:
    return key.desc() if asked.command.descending else key.asc()


def _plain(column: Any, walked: bool) -> Any:
    return column if walked else func.concat(column, literal("", String()))
