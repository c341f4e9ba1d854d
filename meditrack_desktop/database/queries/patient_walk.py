"""Walking the list in its own order: pages from any place, and anchors to begin them at.

An order has segments: of patients ordered by birth date, those without one stand last in either direction. Each
segment follows one index, whose columns also tell who is shown, so that a walk reads no row but those of the page.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, and_, exists, func, select, tuple_
from sqlalchemy.sql.elements import KeyedColumnElement

from meditrack_desktop.database.queries.patient_filters import Asked, filters, shown
from meditrack_desktop.database.queries.patient_lines import STILL_TO_COME, next_visits
from meditrack_desktop.database.tables.patients import PatientRow
from meditrack_desktop.database.tables.scheduling import AppointmentRow
from meditrack_desktop.database.types import UtcDateTime
from meditrack_desktop.domain.errors import FieldProblem, invalid_fields
from meditrack_desktop.domain.patients import PatientAnchors

EVERY = 256
COUNTED = 10_000
"""Totals are exact below this and may be unknown from here on."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of an order: `query` gives the ids of who belongs to it, sorted by `keys`; the last key is unique."""

    query: Select[*tuple[Any, ...]]
    keys: tuple[Any, ...]
    index: str = ""


def page(asked: Asked, more: Sequence[ColumnElement[bool]], begin: str = "") -> list[UUID]:
    """The ids of one page. `more` must hold as well; the page is counted from the token `begin`, if any."""
    command, found = asked.command, list[UUID]()
    parts = _segments(asked, more)
    first, key = _read(begin) if begin else (0, None)
    if first >= len(parts):
        raise invalid_fields(at=FieldProblem.MALFORMED)
    offset = command.offset
    for number, part in enumerate(parts[first:], start=first):
        wanted = command.limit - len(found)
        query = _sorted(part, descending=command.descending)
        if number == first and key is not None:
            query = query.where(_from(part, key, descending=command.descending))
        ids = list(asked.session.scalars(query.limit(wanted).offset(offset)))
        found += ids
        if len(found) == command.limit or number == len(parts) - 1:
            break
        if ids:
            offset = 0
        elif offset:
            offset -= asked.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    return found


def anchors(asked: Asked, more: Sequence[ColumnElement[bool]]) -> PatientAnchors:
    """Where every `EVERY`th row stands, and how many there are, in one scan of each segment."""
    tokens: list[str] = []
    total = 0
    for number, part in enumerate(_segments(asked, more)):
        direction = [_directed(key, asked.command.descending) for key in part.keys]
        place = func.row_number().over(order_by=direction).label("place")
        rows = part.query.with_only_columns(*part.keys, place).subquery()
        wanted = select(rows).where((rows.c.place + (total - 1)) % EVERY == 0).order_by(rows.c.place)
        found = asked.session.execute(wanted).all()
        tokens += [_token(number, row[:-1]) for row in found]
        rest = part.query
        if found:
            rest = rest.where(_from(part, _stored(found[-1][:-1]), descending=asked.command.descending))
        left = asked.session.scalar(select(func.count()).select_from(rest.subquery())) or 0
        total += (found[-1][-1] - 1 if found else 0) + left
    return PatientAnchors(total, EVERY, tuple(tokens))


def count(asked: Asked, more: Sequence[ColumnElement[bool]]) -> int | None:
    """How many there are, or None from `COUNTED` on."""
    query = select(PatientRow.id).where(*shown(asked.command), *filters(asked), *more)
    query = query.with_hint(PatientRow, "INDEXED BY ix_patient_sort_name", "sqlite").limit(COUNTED)
    total = asked.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    return total if total < COUNTED else None


def _segments(asked: Asked, more: Sequence[ColumnElement[bool]]) -> list[Segment]:
    command = asked.command
    every = select(PatientRow.id).where(*shown(command), *filters(asked), *more)
    names: tuple[Any, ...] = (PatientRow.sort_name, PatientRow.id)
    by_name = _along(every, "ix_patient_archived" if command.archived else "ix_patient_sort_name")
    if command.order == "name":
        return [Segment(by_name, names)]
    if command.order == "mrn":
        return [Segment(every, (PatientRow.mrn,))]
    if command.order == "birth_date":
        along, keys = _along(every, "ix_patient_birth_date"), (PatientRow.birth_date, *names)
        return [
            Segment(along.where(PatientRow.birth_date.is_not(None)), keys),
            # The date is no key here but stays in the order, which is then that of the index.
            Segment(along.where(PatientRow.birth_date.is_(None)), names),
        ]
    visits = next_visits(asked.now).subquery()
    coming = exists().where(
        AppointmentRow.patient_id == PatientRow.id,
        AppointmentRow.starts_at >= asked.now,
        AppointmentRow.status.in_(STILL_TO_COME),
    )
    return [
        Segment(every.join(visits, visits.c.patient_id == PatientRow.id), (visits.c.starts_at, *names)),
        Segment(by_name.where(~coming), names),
    ]


def _along(query: Select[UUID], index: str) -> Select[UUID]:
    """Have SQLite follow this index: after a look at its statistics it sometimes means to know better."""
    return query.with_hint(PatientRow, f"INDEXED BY {index}", "sqlite")


def _sorted(part: Segment, *, descending: bool) -> Select[*tuple[Any, ...]]:
    return part.query.order_by(*(_directed(key, descending) for key in part.keys))


def _directed(key: KeyedColumnElement[Any], descending: bool) -> Any:
    return key.desc() if descending else key.asc()


def _from(part: Segment, values: Sequence[Any], *, descending: bool) -> ColumnElement[bool]:
    """From the row with these keys on, itself included."""
    if len(values) != len(part.keys):
        raise invalid_fields(at=FieldProblem.MALFORMED)
    typed = [_value(key, value) for key, value in zip(part.keys, values, strict=True)]
    if len(typed) == 1:
        edge: ColumnElement[bool] = part.keys[0] <= typed[0] if descending else part.keys[0] >= typed[0]
        return edge
    here, there = tuple_(*part.keys), tuple_(*typed, types=[key.type for key in part.keys])
    return and_(here <= there if descending else here >= there)


def _value(key: Any, value: Any) -> Any:
    try:
        if isinstance(key.type, Uuid):
            return UUID(value)
        return datetime.fromisoformat(value) if isinstance(key.type, UtcDateTime) else str(value)
    except (ValueError, AttributeError, TypeError):
        raise invalid_fields(at=FieldProblem.MALFORMED) from None


def _stored(values: Sequence[Any]) -> list[str]:
    return [
        value.hex if isinstance(value, UUID) else value.isoformat() if isinstance(value, datetime) else value
        for value in values
    ]


def _token(segment: int, values: Sequence[Any]) -> str:
    return json.dumps([segment, *_stored(values)], ensure_ascii=False, separators=(",", ":"))


def _read(token: str) -> tuple[int, list[Any]]:
    """The segment and the keys of a token. Invalid `at` if it is none."""
    try:
        read = json.loads(token)
    except ValueError:
        read = None
    if not isinstance(read, list) or not read or not isinstance(read[0], int) or read[0] < 0:
        raise invalid_fields(at=FieldProblem.MALFORMED)
    return read[0], read[1:]
