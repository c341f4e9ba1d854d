"""Pairs of records that look like one person: whom to compare, and what was found and decided."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session, aliased

from meditrack_desktop.database.queries.patient_lines import lines
from meditrack_desktop.database.tables.around_patients import PatientTwinRow
from meditrack_desktop.database.tables.patient_search import PatientTailRow
from meditrack_desktop.database.tables.patients import PatientPhoneRow, PatientRow
from meditrack_desktop.domain.errors import ChangedMeanwhile, ErrorCode, NotFound
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patient_twins import ListTwins, PatientTwin, TwinPage, TwinReason, TwinState
from meditrack_desktop.domain.search_terms import ARCHIVED_MARK, PREFERRED, without_preferred
from meditrack_desktop.domain.text import digits
from meditrack_desktop.domain.twin_scoring import Likeness, Person, folded, home

AT_ONCE = 500
SAME_NAME_AT_MOST = 200
"""How many of one name are compared: of a very common name the birth date and the phone find the rest."""
SAME_DAY_AT_MOST = 400
NATIONAL = 9
"""As many digits from the end tell a number apart, whether it was typed with the country's or not."""
TAIL = 8
MUCH_MORE = 150
"""A pair that was decided different is asked about again when its score has grown by so much."""

_PAST_ANY = "\U0010ffff"
_STANDING = (PatientRow.purged_at.is_(None), PatientRow.merged_into.is_(None))
_IN_LISTS = (PatientRow.archived_at.is_(None), *_STANDING)
_COMPARED: tuple[Any, ...] = (
    PatientRow.id,
    PatientRow.family,
    PatientRow.given,
    PatientRow.preferred_name,
    PatientRow.birth_date,
    PatientRow.gender,
    PatientRow.email,
    PatientRow.street,
    PatientRow.postcode,
    PatientRow.city,
)


def people(session: Session, ids: Collection[UUID], *, archived: bool = False) -> dict[UUID, Person]:
    """What is compared of these patients, those of them that are in the lists; with the `archived` ones if asked."""
    standing = _STANDING if archived else _IN_LISTS
    found: dict[UUID, Person] = {}
    ordered = list(ids)
    for start in range(0, len(ordered), AT_ONCE):
        some = ordered[start : start + AT_ONCE]
        found.update(_people(session, select(*_COMPARED).where(PatientRow.id.in_(some), *standing), some))
    return found


def born_in(session: Session, year: str) -> dict[UUID, Person]:
    """Everybody in the lists who was born in this year, `1971`."""
    query = select(*_COMPARED).where(
        PatientRow.birth_date >= year, PatientRow.birth_date < year + _PAST_ANY, *_IN_LISTS
    )
    return _people(session, query, None)


def years_of_birth(session: Session) -> list[str]:
    """The years in which patients were born, each found by one step in the index."""
    years: list[str] = []
    after = ""
    while True:
        query = select(func.min(PatientRow.birth_date)).where(PatientRow.birth_date > after)
        found = session.scalar(query)
        if not found:
            return years
        years.append(found[:4])
        after = found[:4] + _PAST_ANY


def _people(
    session: Session, query: Select[*tuple[Any, ...]], ids: Sequence[UUID] | None
) -> dict[UUID, Person]:
    rows = session.execute(query).all()
    phones = _phones(session, [row.id for row in rows] if ids is None else ids)
    return {
        row.id: Person(
            family=folded(row.family),
            given=folded(row.given),
            preferred=folded(row.preferred_name),
            born=row.birth_date or "",
            gender=row.gender,
            phones=phones.get(row.id, frozenset()),
            email=row.email.casefold(),
            home=home(row.street, row.postcode, row.city),
        )
        for row in rows
    }


def _phones(session: Session, ids: Sequence[UUID]) -> dict[UUID, frozenset[str]]:
    found: dict[UUID, set[str]] = {}
    for start in range(0, len(ids), AT_ONCE):
        query = select(PatientPhoneRow.patient_id, PatientPhoneRow.value, PatientPhoneRow.e164).where(
            PatientPhoneRow.patient_id.in_(ids[start : start + AT_ONCE])
        )
        for row in session.execute(query):
            found.setdefault(row.patient_id, set()).add(number(row.value, row.e164))
    return {patient: frozenset(each - {""}) for patient, each in found.items()}


def number(value: str, e164: str | None) -> str:
    """A phone as it is compared; empty if it is too short to say anything."""
    told = digits(e164 or value)
    return told[-NATIONAL:] if len(told) >= 6 else ""


def candidates(
    session: Session, person: Person, but: UUID | None = None, *, archived: bool = False
) -> set[UUID]:
    """Whom to compare with `person`: by birth date, by name in either order, by phone. Steps in indexes only."""
    found: set[UUID] = set()
    standing = _STANDING if archived else _IN_LISTS
    if len(person.born) == 10:
        year, month, day = person.born.split("-")
        dates = {person.born, f"{year}-{day}-{month}"}
        query = select(PatientRow.id).where(PatientRow.birth_date.in_(dates), *standing)
        found.update(session.scalars(query.limit(SAME_DAY_AT_MOST)))
    if person.family and person.given:
        names = [_named(f"{person.family} {given}") for given in {person.given, person.preferred} if given]
        names.append(_named(f"{person.given} {person.family}"))
        for name in names:
            query = select(PatientRow.id).where(name, *standing)
            found.update(session.scalars(query.limit(SAME_NAME_AT_MOST)))
    tails = {phone[-TAIL:] if len(phone) >= TAIL else phone[-6:] for phone in person.phones}
    if tails:
        wanted = [mark + tail for tail in tails for mark in (("", ARCHIVED_MARK) if archived else ("",))]
        query = select(PatientTailRow.patient_id).where(PatientTailRow.tail.in_(wanted))
        found.update(session.scalars(query.limit(SAME_NAME_AT_MOST)))
    return found - {but}


def _named(name: str) -> ColumnElement[bool]:
    """Sorted under this folded name, with or without a preferred one after it."""
    return or_(
        PatientRow.sort_name == name,
        and_(PatientRow.sort_name >= name + PREFERRED, PatientRow.sort_name < name + PREFERRED + _PAST_ANY),
    )


def groups_of_one_name(session: Session) -> Iterator[list[UUID]]:
    """Those in the lists whose name is sorted alike, group by group; a look through the whole index."""
    query = select(PatientRow.sort_name, PatientRow.id).where(*_IN_LISTS)
    query = query.order_by(PatientRow.sort_name, PatientRow.id)
    rows = session.execute(query.execution_options(yield_per=5000))
    return _groups((without_preferred(row.sort_name), row.id) for row in rows)


def groups_of_one_phone(session: Session) -> Iterator[list[UUID]]:
    """Those with the same last digits of a phone, group by group; a look through the whole index."""
    query = (
        select(PatientTailRow.tail, PatientTailRow.patient_id)
        .where(func.length(PatientTailRow.tail) == TAIL, PatientTailRow.tail >= "0")
        .order_by(PatientTailRow.tail, PatientTailRow.before, PatientTailRow.patient_id)
    )
    rows = session.execute(query.execution_options(yield_per=5000))
    return _groups((row.tail, row.patient_id) for row in rows)


def _groups(rows: Iterable[tuple[str, UUID]]) -> Iterator[list[UUID]]:
    """Of neighbours with the same key those ids that are more than one; `[]` now and then, to tell of progress."""
    for place, (key, group) in enumerate(groupby(rows, key=itemgetter(0))):
        ids = list(dict.fromkeys(id_ for _, id_ in group))
        if key and len(ids) > 1:
            yield ids
        elif place % 1000 == 0:
            yield []


def count_in_lists(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(PatientRow).where(*_IN_LISTS)) or 0


Pair = tuple[UUID, UUID]


def pair(one: UUID, other: UUID) -> Pair:
    """Both ids, the smaller first: as a pair is stored."""
    return (one, other) if one < other else (other, one)


def keep(session: Session, found: dict[Pair, Likeness], now: datetime) -> int:
    """Write these pairs into the worklist; returns how many of them somebody has to look at anew.

    A pair that was decided different comes back only if it looks much more alike than it did then.
    """
    new = 0
    ordered = sorted(found)
    for start in range(0, len(ordered), AT_ONCE):
        some = ordered[start : start + AT_ONCE]
        known = {
            (row.first_id, row.second_id): row
            for row in session.execute(
                select(
                    PatientTwinRow.id,
                    PatientTwinRow.first_id,
                    PatientTwinRow.second_id,
                    PatientTwinRow.score,
                    PatientTwinRow.reasons,
                    PatientTwinRow.state,
                ).where(PatientTwinRow.first_id.in_({first for first, _ in some}))
            )
        }
        rows: list[dict[str, Any]] = []
        for each in some:
            likeness, before = found[each], known.get(each)
            said = {"score": likeness.score, "reasons": json.dumps(likeness.reasons)}
            if before is None:
                rows.append(
                    {
                        "id": new_id(),
                        "version": 1,
                        "first_id": each[0],
                        "second_id": each[1],
                        "found_at": now,
                        "state": TwinState.OPEN,
                        **said,
                    }
                )
                new += 1
            elif before.state is TwinState.OPEN and (before.score, before.reasons) != tuple(said.values()):
                _write(session, before.id, **said)
            elif before.state is TwinState.DIFFERENT and likeness.score >= before.score + MUCH_MORE:
                reopened = {"state": TwinState.OPEN, "decided_at": None, "decided_by": None, "found_at": now}
                _write(session, before.id, **said, **reopened)
                new += 1
        if rows:
            session.execute(insert(PatientTwinRow), rows)
    return new


def _write(session: Session, twin_id: UUID, **values: Any) -> None:
    session.execute(
        update(PatientTwinRow)
        .where(PatientTwinRow.id == twin_id)
        .values(version=PatientTwinRow.version + 1, **values)
        .execution_options(synchronize_session=False)
    )


def open_pairs(session: Session, patient_id: UUID | None = None) -> set[Pair]:
    """The pairs that wait for somebody, of one patient or all."""
    query = select(PatientTwinRow.first_id, PatientTwinRow.second_id).where(
        PatientTwinRow.state == TwinState.OPEN
    )
    if patient_id is not None:
        query = query.where(_of(patient_id))
    return {(row.first_id, row.second_id) for row in session.execute(query)}


def forget(session: Session, pairs: Iterable[Pair]) -> None:
    """Take open pairs out of the worklist that do not look alike any more."""
    for first, second in pairs:
        session.execute(
            delete(PatientTwinRow)
            .where(
                PatientTwinRow.first_id == first,
                PatientTwinRow.second_id == second,
                PatientTwinRow.state == TwinState.OPEN,
            )
            .execution_options(synchronize_session=False)
        )


def page(session: Session, command: ListTwins, now: datetime) -> TwinPage:
    """The pairs in a state, the surest first; those of records that left the lists are not shown."""
    first, second = aliased(PatientRow), aliased(PatientRow)
    query = (
        select(PatientTwinRow)
        .join(first, first.id == PatientTwinRow.first_id)
        .join(second, second.id == PatientTwinRow.second_id)
        .where(PatientTwinRow.state == command.state)
    )
    if command.state is not TwinState.MERGED:
        query = query.where(first.archived_at.is_(None), second.archived_at.is_(None))
    if command.patient_id is not None:
        query = query.where(_of(command.patient_id))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    query = query.order_by(PatientTwinRow.score.desc(), PatientTwinRow.found_at, PatientTwinRow.id)
    rows = session.scalars(query.limit(command.limit).offset(command.offset)).all()
    return TwinPage(_records(session, rows, now), total)


def record(session: Session, row: PatientTwinRow, now: datetime) -> PatientTwin:
    return _records(session, [row], now)[0]


def row(session: Session, twin_id: UUID, version: int) -> PatientTwinRow:
    """The pair, held. NotFound TWIN_NOT_FOUND; ChangedMeanwhile."""
    found = session.scalars(
        select(PatientTwinRow).where(PatientTwinRow.id == twin_id).with_for_update()
    ).first()
    if found is None:
        raise NotFound(ErrorCode.TWIN_NOT_FOUND)
    if found.version != version:
        raise ChangedMeanwhile()
    return found


def _of(patient_id: UUID) -> ColumnElement[bool]:
    return or_(PatientTwinRow.first_id == patient_id, PatientTwinRow.second_id == patient_id)


def _records(session: Session, rows: Sequence[PatientTwinRow], now: datetime) -> tuple[PatientTwin, ...]:
    ids = list(dict.fromkeys(id_ for row in rows for id_ in (row.first_id, row.second_id)))
    named = {line.id: line for line in lines(session, ids, now)}
    return tuple(
        PatientTwin(
            id=row.id,
            version=row.version,
            first=named[row.first_id],
            second=named[row.second_id],
            score=row.score,
            reasons=tuple(TwinReason(reason) for reason in json.loads(row.reasons)),
            state=row.state,
            found_at=row.found_at,
            decided_at=row.decided_at,
        )
        for row in rows
    )
