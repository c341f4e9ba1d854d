"""Questions of the search for free time: which doctors count, and what is taken, as minutes and nothing else.

Whole weeks of visits are read for it, so a row is two numbers: minutes since 1970 in UTC.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from math import ceil
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Select, cast, func, select
from sqlalchemy.orm import Session

from meditrack_desktop.database.queries.scheduling import LONGEST_VISIT, TAKING_TIME
from meditrack_desktop.database.tables.practitioners import (
    PractitionerLanguageRow,
    PractitionerRow,
    PractitionerSpecialtyRow,
    SpecialtyRow,
)
from meditrack_desktop.database.tables.scheduling import AppointmentAssetRow, AppointmentRow
from meditrack_desktop.domain.errors import ErrorCode, NotFound

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_visit = AppointmentRow.__table__.c
_kept = AppointmentAssetRow.__table__.c

Taken = dict[UUID, list[tuple[int, int]]]
"""By doctor (or room): stretches in order, each from a minute to before a minute."""


def minute_of(instant: datetime) -> int:
    """Minutes since 1970 in UTC."""
    return (instant - _EPOCH) // timedelta(minutes=1)


def doctors(
    session: Session, practitioner_ids: Sequence[UUID], specialty_id: UUID | None, language: str | None
) -> list[UUID]:
    """The active ones among these doctors (none given: of all) with that specialty or one below it, and that language.

    NotFound DOCTOR_NOT_FOUND if one is unknown, SPECIALTY_NOT_FOUND. A language is also found by its first part.
    """
    if practitioner_ids:
        known = select(PractitionerRow.id).where(PractitionerRow.id.in_(practitioner_ids))
        if len(session.execute(known).all()) != len(set(practitioner_ids)):
            raise NotFound(ErrorCode.DOCTOR_NOT_FOUND)
    query = select(PractitionerRow.id).where(PractitionerRow.active).order_by(PractitionerRow.id)
    if practitioner_ids:
        query = query.where(PractitionerRow.id.in_(practitioner_ids))
    if specialty_id is not None:
        of = select(PractitionerSpecialtyRow.practitioner_id).where(
            PractitionerSpecialtyRow.specialty_id.in_(_with_those_below(session, specialty_id))
        )
        query = query.where(PractitionerRow.id.in_(of))
    if language is not None:
        spoken = PractitionerLanguageRow.language
        speak = select(PractitionerLanguageRow.practitioner_id).where(
            (spoken == language) | spoken.startswith(f"{language}-", autoescape=True)
        )
        query = query.where(PractitionerRow.id.in_(speak))
    return list(session.scalars(query))


def _with_those_below(session: Session, specialty_id: UUID) -> set[UUID]:
    below: dict[UUID | None, list[UUID]] = {}
    known: set[UUID] = set()
    for id_, parent_id in session.execute(select(SpecialtyRow.id, SpecialtyRow.parent_id)):
        below.setdefault(parent_id, []).append(id_)
        known.add(id_)
    if specialty_id not in known:
        raise NotFound(ErrorCode.SPECIALTY_NOT_FOUND)
    found, todo = set(), [specialty_id]
    while todo:
        one = todo.pop()
        if one not in found:
            found.add(one)
            todo += below.get(one, [])
    return found


@lru_cache(maxsize=100_000)
def _minute_down(text: str) -> int:
    return minute_of(datetime.fromisoformat(text).replace(tzinfo=UTC))


@lru_cache(maxsize=100_000)
def _minute_up(text: str) -> int:
    seconds = (datetime.fromisoformat(text).replace(tzinfo=UTC) - _EPOCH).total_seconds()
    return ceil(seconds / 60)


def _minutes(session: Session, column: ColumnElement[Any], *, up: bool = False) -> ColumnElement[Any]:
    """An instant as minutes since 1970, rounded down or up; SQLite's text is read afterwards, each text once."""
    if session.get_bind().dialect.name == "sqlite":
        return column
    minutes = func.extract("epoch", column) / 60
    return cast(func.ceil(minutes) if up else func.floor(minutes), BigInteger)


def busy(session: Session, practitioner_ids: Sequence[UUID], begins: datetime, ends: datetime) -> Taken:
    """What visits take of these doctors' time that touches [begins, ends), buffers included."""
    query = select(
        _visit.practitioner_id,
        _minutes(session, _visit.busy_from),
        _minutes(session, _visit.busy_until, up=True),
    ).where(
        _visit.practitioner_id.in_(practitioner_ids),
        _visit.busy_from > begins - LONGEST_VISIT,
        _visit.busy_from < ends,
        _visit.busy_until > begins,
        _visit.status.in_(TAKING_TIME),
    )
    return _taken(session, query.order_by(_visit.practitioner_id, _visit.busy_from))


def patient_busy(session: Session, patient_id: UUID, begins: datetime, ends: datetime) -> Taken:
    """When the patient is with any doctor in [begins, ends); under the patient's id, without buffers."""
    query = select(
        _visit.patient_id,
        _minutes(session, _visit.starts_at),
        _minutes(session, _visit.ends_at, up=True),
    ).where(
        _visit.patient_id == patient_id,
        _visit.starts_at > begins - LONGEST_VISIT,
        _visit.starts_at < ends,
        _visit.ends_at > begins,
        _visit.status.in_(TAKING_TIME),
    )
    return _taken(session, query.order_by(_visit.starts_at))


def assets_busy(session: Session, asset_ids: Sequence[UUID], begins: datetime, ends: datetime) -> Taken:
    """When these rooms and devices are kept in [begins, ends)."""
    query = select(
        _kept.asset_id,
        _minutes(session, _kept.busy_from),
        _minutes(session, _kept.busy_until, up=True),
    ).where(
        _kept.asset_id.in_(asset_ids),
        _kept.busy_from > begins - LONGEST_VISIT,
        _kept.busy_from < ends,
        _kept.busy_until > begins,
        _kept.takes_time,
    )
    return _taken(session, query.order_by(_kept.asset_id, _kept.busy_from))


def _taken(session: Session, query: Select[*tuple[Any, ...]]) -> Taken:
    """The rows as the driver gives them: there are tens of thousands, and making a row of each is half the work."""
    result = session.connection().execute(query)
    rows = result.cursor.fetchall()
    result.close()
    sqlite = session.get_bind().dialect.name == "sqlite"
    found: Taken = {}
    of: object = None
    stretches: list[tuple[int, int]] = []
    for key, begins, ends in rows:
        if key != of:
            of, stretches = key, found.setdefault(UUID(key) if sqlite else key, [])
        stretches.append((_minute_down(begins), _minute_up(ends)) if sqlite else (begins, ends))
    return found
