"""Finding patients by any scrap, and listing them: ranges over stored terms, then the page's few rows.

There are two ways to one answer. A rare scrap drives: its patients are looked up and sorted. If every scrap
is common, the list is walked in its order until the page is full, which then happens soon. How many
patients a scrap has is counted first, and only as far as the choice needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, String, and_, func, literal, or_, select, true, union
from sqlalchemy.orm import Session

from meditrack_desktop.database.tables.care_team import CareTeamRow
from meditrack_desktop.database.tables.patients import PatientPhoneRow, PatientRow, PatientTermRow
from meditrack_desktop.database.tables.practitioners import PractitionerRow
from meditrack_desktop.database.tables.scheduling import AppointmentRow
from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.patient_scraps import (
    AllOf,
    AnyOf,
    Atom,
    Kind,
    Scrap,
    inner,
    matches,
    read,
)
from meditrack_desktop.domain.patients import FindPatients, PatientLine, PatientPage
from meditrack_desktop.domain.scheduling import AppointmentStatus
from meditrack_desktop.domain.search_terms import (
    ARCHIVED_MARK,
    LONGEST_TERM,
    PHONE_MARK,
    RECORD_NUMBER_MARK,
)

RARE = 2000
"""With at most so many patients a scrap drives; looking that many up costs a few milliseconds."""
WALK_ROWS = 5000
"""How far several common scraps walk before their patients are intersected instead."""
COUNTED = 10_000
"""Totals are exact below this and unknown from here on."""

_PAST_ANY_WORD = "\U0010ffff"
_TAKES_TIME = [status for status in AppointmentStatus if status.takes_time]
_COLUMNS = (
    PatientRow.id,
    PatientRow.mrn,
    PatientRow.family,
    PatientRow.given,
    PatientRow.birth_date,
    PatientRow.gender,
    PatientRow.archived_at,
    PatientRow.deceased,
    PatientRow.search_text,
)


def find(session: Session, command: FindPatients, region: str, now: datetime) -> PatientPage:
    """One page. `region` tells how dates and phones in the text are read; `now` what the next visit is."""
    if not command.text.strip():
        return _everybody(session, command, now)
    wanted = read(command.text, region)
    if wanted.parts:
        page = _matching(session, command, wanted, now)
        if page.lines or page.total != 0:
            return page
    return _last_look(session, command, now)


def same_name(session: Session, row: PatientRow, now: datetime, limit: int = 50) -> tuple[PatientLine, ...]:
    """Others in the lists whose folded name is the same; nobody if nothing of the name folds to a letter."""
    if not row.sort_name:
        return ()
    query = _lines().where(
        PatientRow.sort_name == row.sort_name, PatientRow.id != row.id, PatientRow.archived_at.is_(None)
    )
    return _filled(session, session.execute(query.order_by(PatientRow.id).limit(limit)).all(), now, None)


def _everybody(session: Session, command: FindPatients, now: datetime) -> PatientPage:
    filters = _filters(command)
    query = _in_order(_lines().where(_shown(command), *filters), command, now, walked=not filters)
    lines = _filled(session, session.execute(_page(query, command)).all(), now, None)
    if filters:
        counted = select(literal(1)).select_from(PatientRow).where(_shown(command), *filters)
        return PatientPage(lines, _counted(session, counted))
    total = session.scalar(select(func.count()).select_from(PatientRow)) or 0
    if not command.include_archived:
        total -= session.scalar(_count_archived()) or 0
    return PatientPage(lines, total)


def _matching(session: Session, command: FindPatients, wanted: AllOf, now: datetime) -> PatientPage:
    """Patients for whom all of `wanted` holds."""
    conditions = [_shown(command), _holds(wanted), *_filters(command)]
    sizes = [_size(session, part, command, RARE + 1) for part in wanted.parts]
    smallest = min(range(len(sizes)), key=sizes.__getitem__)
    if sizes[smallest] == 0:
        return PatientPage((), 0)
    if sizes[smallest] <= RARE or command.doctor or command.visiting_on or command.order == "next_visit":
        driven = PatientRow.id.in_(_ids(wanted.parts[smallest], command))
        return _driven(session, command, wanted, [driven, *conditions], now)
    if len(wanted.parts) == 1:
        query = _in_order(_lines().where(*conditions), command, now, walked=True)
        lines = _filled(session, session.execute(_page(query, command)).all(), now, wanted)
        return PatientPage(lines, _counted(session, _ids(wanted, command)))
    return _several_common(session, command, wanted, conditions, now)


def _several_common(
    session: Session,
    command: FindPatients,
    wanted: AllOf,
    conditions: list[ColumnElement[bool]],
    now: datetime,
) -> PatientPage:
    """Common scraps together are sometimes common and sometimes not: try the beginning of the list first."""
    if command.offset + command.limit <= WALK_ROWS // 20:
        beginning = _in_order(select(PatientRow.id).where(_shown(command)), command, now, walked=True)
        among = select(beginning.limit(WALK_ROWS).subquery().c.id)
        query = _in_order(_lines().where(PatientRow.id.in_(among), *conditions), command, now, walked=False)
        found = session.execute(_page(query, command)).all()
        if len(found) == command.limit:
            return PatientPage(_filled(session, found, now, wanted), None)
    both = PatientRow.id.in_(_ids(wanted, command))
    return _driven(session, command, wanted, [both, *conditions], now)


def _driven(
    session: Session,
    command: FindPatients,
    wanted: AllOf,
    conditions: list[ColumnElement[bool]],
    now: datetime,
) -> PatientPage:
    """All matches are looked up and sorted, so that counting them costs nothing more."""
    query = _lines().add_columns(func.count().over().label("total")).where(*conditions)
    found = session.execute(_page(_in_order(query, command, now, walked=False), command)).all()
    if found:
        total: int | None = found[0].total
    elif command.offset:
        total = session.scalar(select(func.count()).select_from(PatientRow).where(*conditions))
    else:
        total = 0
    if total is not None and total >= COUNTED:
        total = None
    return PatientPage(_filled(session, found, now, wanted), total)


def _last_look(session: Session, command: FindPatients, now: datetime) -> PatientPage:
    """Nothing begins so: look inside words and record numbers, or at names that have no letter at all."""
    atoms = inner(command.text)
    if atoms:
        longest = max(atoms, key=lambda atom: len(atom.value))
        terms = select(PatientTermRow.patient_id).where(_inside(PatientTermRow.term, longest, command))
        conditions = [PatientRow.id.in_(terms), *(_inside_text(atom) for atom in atoms)]
    else:
        text = command.text.strip()
        conditions = [
            or_(
                PatientRow.family.contains(text, autoescape=True),
                PatientRow.given.contains(text, autoescape=True),
            )
        ]
    conditions = [*conditions, _shown(command), *_filters(command)]
    return _driven(session, command, AllOf(atoms), conditions, now)


def _shown(command: FindPatients) -> ColumnElement[bool]:
    return true() if command.include_archived else PatientRow.archived_at.is_(None)


def _filters(command: FindPatients) -> list[ColumnElement[bool]]:
    """What is asked for beside the text."""
    filters: list[ColumnElement[bool]] = []
    if command.doctor is not None:
        team = select(CareTeamRow.patient_id).where(
            CareTeamRow.practitioner_id == command.doctor, CareTeamRow.ended_at.is_(None)
        )
        filters.append(PatientRow.id.in_(team))
    if command.visiting_on is not None:
        midnight = datetime.combine(command.visiting_on, time())
        visits = select(AppointmentRow.patient_id).where(
            AppointmentRow.wall_start >= midnight,
            AppointmentRow.wall_start < midnight + timedelta(days=1),
            AppointmentRow.status.in_(_TAKES_TIME),
        )
        filters.append(PatientRow.id.in_(visits))
    return filters


def _marked(atom: Atom) -> str:
    marks = {Kind.PHONE: PHONE_MARK, Kind.MRN: RECORD_NUMBER_MARK}
    return marks.get(atom.kind, "") + atom.value[:LONGEST_TERM]


def _begins(column: Any, beginning: str) -> ColumnElement[bool]:
    """A range, which an index answers, instead of LIKE, which it may not."""
    return and_(column >= beginning, column < beginning + _PAST_ANY_WORD)


def _ids(scrap: Scrap, command: FindPatients) -> Select[UUID]:
    """The ids of all patients for whom `scrap` holds, from indexes alone."""
    if isinstance(scrap, AllOf):
        first, *others = [_ids(part, command) for part in scrap.parts]
        ids = first.subquery().c
        column = ids[0]
        return select(column).where(*(column.in_(other) for other in others)).distinct()
    if isinstance(scrap, AnyOf):
        together = union(*(_ids(part, command) for part in scrap.parts)).subquery()
        return select(together.c[0])
    if scrap.kind is Kind.BIRTH_DATE:
        return select(PatientRow.id).where(_shown(command), _begins(PatientRow.birth_date, scrap.value))
    return select(PatientTermRow.patient_id).where(_term_range(scrap, command))


def _term_range(atom: Atom, command: FindPatients) -> ColumnElement[bool]:
    term = _marked(atom)
    live = _begins(PatientTermRow.term, term)
    if not command.include_archived:
        return live
    return or_(live, _begins(PatientTermRow.term, ARCHIVED_MARK + term))


def _size(session: Session, scrap: Scrap, command: FindPatients, cap: int) -> int:
    """About how many patients `scrap` has, at most; `cap` where there are as many or more."""
    if isinstance(scrap, AllOf):
        return min(_size(session, part, command, cap) for part in scrap.parts)
    if isinstance(scrap, AnyOf):
        total = 0
        for part in scrap.parts:
            total += _size(session, part, command, cap - total)
            if total >= cap:
                break
        return total
    return session.scalar(select(func.count()).select_from(_ids(scrap, command).limit(cap).subquery())) or 0


def _holds(scrap: Scrap) -> ColumnElement[bool]:
    """The same question asked of one patient's own row."""
    if isinstance(scrap, AllOf):
        return and_(true(), *(_holds(part) for part in scrap.parts))
    if isinstance(scrap, AnyOf):
        return or_(*(_holds(part) for part in scrap.parts))
    if scrap.kind is Kind.BIRTH_DATE:
        return _begins(PatientRow.birth_date, scrap.value)
    inside = "%" if scrap.kind is Kind.PHONE else ""
    mark = PHONE_MARK if scrap.kind is Kind.PHONE else f" {_marked(scrap)}"
    pattern = f"%{mark}{inside}{scrap.value if inside else ''}%"
    return PatientRow.search_text.like(pattern)


def _inside(column: Any, atom: Atom, command: FindPatients) -> ColumnElement[bool]:
    """Terms of the atom's kind that contain its value."""
    ranges = []
    for archived in ("", ARCHIVED_MARK) if command.include_archived else ("",):
        if atom.kind is Kind.MRN:
            ranges.append(_begins(column, archived + RECORD_NUMBER_MARK))
        elif archived:
            ranges.append(_begins(column, archived))
        else:
            ranges.append(column > RECORD_NUMBER_MARK + _PAST_ANY_WORD)
    return and_(or_(*ranges), column.like(f"%{atom.value}%"))


def _inside_text(atom: Atom) -> ColumnElement[bool]:
    return PatientRow.search_text.like(f"%{atom.value}%")


def _counted(session: Session, query: Select[Any]) -> int | None:
    counted = (
        session.scalar(select(func.count()).select_from(query.distinct().limit(COUNTED).subquery())) or 0
    )
    return counted if counted < COUNTED else None


def _count_archived() -> Select[int]:
    return select(func.count()).where(PatientTermRow.term == ARCHIVED_MARK)


def _lines() -> Select[Any]:
    query: Select[Any] = select(*_COLUMNS)
    return query


def _page(query: Select[Any], command: FindPatients) -> Select[Any]:
    return query.limit(command.limit).offset(command.offset)


def _in_order(query: Select[Any], command: FindPatients, now: datetime, *, walked: bool) -> Select[Any]:
    """Sort; `walked` lets the database follow the index of that order, otherwise it is kept from it."""
    keys: list[Any]
    if command.order == "mrn":
        keys = [PatientRow.mrn]
    elif command.order == "birth_date":
        keys = [PatientRow.birth_date, PatientRow.sort_name, PatientRow.id]
    elif command.order == "next_visit":
        visits = _next_visits(now).subquery()
        query = query.outerjoin(visits, visits.c.patient_id == PatientRow.id)
        keys = [visits.c.starts_at, PatientRow.sort_name, PatientRow.id]
    else:
        keys = [PatientRow.sort_name, PatientRow.id]
    if not walked and command.order in ("name", "mrn"):
        keys[0] = func.concat(keys[0], literal("", String()))
    if command.descending:
        keys = [key.desc() for key in keys]
    if command.order in ("birth_date", "next_visit"):
        keys[0] = keys[0].nulls_last()
    return query.order_by(*keys)


def _next_visits(now: datetime) -> Select[Any]:
    query: Select[Any] = select(
        AppointmentRow.patient_id, func.min(AppointmentRow.starts_at).label("starts_at")
    )
    return query.where(AppointmentRow.starts_at >= now, AppointmentRow.status.in_(_TAKES_TIME)).group_by(
        AppointmentRow.patient_id
    )


def _filled(
    session: Session, found: Sequence[Row[Any]], now: datetime, wanted: AllOf | None
) -> tuple[PatientLine, ...]:
    """The page's lines with phone, usual doctor and next visit: three questions, however long the page."""
    ids = [row.id for row in found]
    if not ids:
        return ()
    phones = _phones(session, ids)
    doctors = _usual_doctors(session, ids)
    visits = {
        row.patient_id: row.starts_at
        for row in session.execute(_next_visits(now).where(AppointmentRow.patient_id.in_(ids)))
    }
    return tuple(
        PatientLine(
            id=row.id,
            mrn=row.mrn,
            family=row.family,
            given=row.given,
            birth_date=BirthDate.parse(row.birth_date) if row.birth_date else None,
            gender=row.gender,
            phone=phones.get(row.id, ""),
            active=row.archived_at is None,
            deceased=row.deceased,
            usual_doctor=doctors.get(row.id, ""),
            next_visit=visits.get(row.id),
            matched=_matched(wanted, row),
        )
        for row in found
    )


def _matched(wanted: AllOf | None, row: Row[Any]) -> str:
    if wanted is None:
        return ""
    return matches(wanted, row.search_text, row.birth_date) or Kind.NAME


def _phones(session: Session, ids: Sequence[UUID]) -> dict[UUID, str]:
    query = select(PatientPhoneRow.patient_id, PatientPhoneRow.value).where(
        PatientPhoneRow.patient_id.in_(ids), PatientPhoneRow.position == 0
    )
    return {row.patient_id: row.value for row in session.execute(query)}


def _usual_doctors(session: Session, ids: Sequence[UUID]) -> dict[UUID, str]:
    query = (
        select(CareTeamRow.patient_id, PractitionerRow.prefix, PractitionerRow.given, PractitionerRow.family)
        .join(PractitionerRow, PractitionerRow.id == CareTeamRow.practitioner_id)
        .where(CareTeamRow.patient_id.in_(ids), CareTeamRow.ended_at.is_(None), CareTeamRow.usual)
    )
    return {
        row.patient_id: " ".join(part for part in (row.prefix, row.given, row.family) if part)
        for row in session.execute(query)
    }
