"""Questions about when doctors work: all that decides it over some days, and the rows behind it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, delete, select, type_coerce
from sqlalchemy.orm import Session

from meditrack_desktop.database.tables.practitioners import PractitionerRow, WorkingHoursRow
from meditrack_desktop.database.tables.working_time import (
    AbsenceRow,
    ClosureRow,
    SpecialDayRow,
    SpecialHoursRow,
)
from meditrack_desktop.database.types import RepeatedUuid
from meditrack_desktop.domain.errors import ChangedMeanwhile, ErrorCode, NotFound
from meditrack_desktop.domain.working_time import (
    Absence,
    Closure,
    OpenTime,
    SpecialDay,
    WorkingTimes,
    minute_of_day,
)

_MARGIN = timedelta(days=1)
"""By which a wall clock may be ahead of or behind UTC."""


def _known(column: ColumnElement[UUID]) -> ColumnElement[UUID]:
    return type_coerce(column, RepeatedUuid())


_hours = WorkingHoursRow.__table__.c
_practitioner = PractitionerRow.__table__.c
_day = SpecialDayRow.__table__.c
_stretch = SpecialHoursRow.__table__.c

# Made once: every booking and move asks, and putting such a statement together takes longer than running it.
_WEEKLY = (
    select(_known(_hours.practitioner_id), _hours.week, _hours.weekday, _hours.starts, _hours.ends)
    .where(_hours.practitioner_id.in_(bindparam("doctors", expanding=True)))
    .order_by(_hours.practitioner_id, _hours.week, _hours.weekday, _hours.starts)
)
_CYCLES = select(_known(_practitioner.id), _practitioner.cycle_weeks, _practitioner.cycle_from).where(
    _practitioner.id.in_(bindparam("doctors", expanding=True))
)
_SPECIAL = (
    select(_known(_day.practitioner_id), _day.day, _day.note, _stretch.starts, _stretch.ends)
    .select_from(
        SpecialDayRow.__table__.outerjoin(SpecialHoursRow.__table__, _stretch.special_day_id == _day.id)
    )
    .where(
        _day.practitioner_id.in_(bindparam("doctors", expanding=True)),
        _day.day.between(bindparam("first"), bindparam("last")),
    )
    .order_by(_day.practitioner_id, _day.day, _stretch.starts)
)
_CLOSURES = (
    select(ClosureRow)
    .where(ClosureRow.day.between(bindparam("first"), bindparam("last")))
    .order_by(ClosureRow.day)
)
_ABSENCES = (
    select(AbsenceRow)
    .where(
        AbsenceRow.practitioner_id.in_(bindparam("doctors", expanding=True)),
        # The instants are what the index knows; the wall clock is what decides.
        AbsenceRow.starts_at < bindparam("latest"),
        AbsenceRow.ends_at > bindparam("earliest"),
        AbsenceRow.wall_start < bindparam("ends"),
        AbsenceRow.wall_end > bindparam("begins"),
    )
    .order_by(AbsenceRow.practitioner_id, AbsenceRow.starts_at, AbsenceRow.id)
)


def of_days(session: Session, practitioner_ids: Sequence[UUID], first: date, last: date) -> WorkingTimes:
    """All that decides when these doctors work from `first` to `last`, both counted.

    One statement a table, whatever the number of doctors and days. A doctor nobody knows is in none of it.
    """
    ids = list(practitioner_ids)
    return WorkingTimes(
        weekly=_weekly(session, ids),
        cycles=cycles(session, ids),
        special=_special(session, ids, first, last),
        closures={closure.day: closure for closure in closures(session, first, last)},
        absences=absences(session, ids, first, last),
    )


def cycles(session: Session, practitioner_ids: Sequence[UUID]) -> dict[UUID, tuple[int, date | None]]:
    """By doctor: how many weeks the hours take to repeat, and the Monday of a first one. Only doctors there are."""
    rows = session.execute(_CYCLES, {"doctors": list(practitioner_ids)})
    return {id_: (weeks, begins) for id_, weeks, begins in rows}


def _weekly(
    session: Session, practitioner_ids: Sequence[UUID]
) -> dict[UUID, list[tuple[int, int, OpenTime]]]:
    rows = session.execute(_WEEKLY, {"doctors": list(practitioner_ids)})
    found: dict[UUID, list[tuple[int, int, OpenTime]]] = {}
    for practitioner_id, week, weekday, starts, ends in rows:
        stretch = OpenTime(minute_of_day(starts), minute_of_day(ends, ends=True))
        found.setdefault(practitioner_id, []).append((week, weekday, stretch))
    return found


def _special(
    session: Session, practitioner_ids: Sequence[UUID], first: date, last: date
) -> dict[tuple[UUID, date], SpecialDay]:
    wanted = {"doctors": list(practitioner_ids), "first": first, "last": last}
    rows = session.execute(_SPECIAL, wanted)
    notes: dict[tuple[UUID, date], str] = {}
    stretches: dict[tuple[UUID, date], list[OpenTime]] = {}
    for practitioner_id, day, note, starts, ends in rows:
        notes[practitioner_id, day] = note
        if starts is not None:
            stretches.setdefault((practitioner_id, day), []).append(OpenTime(starts, ends))
    return {key: SpecialDay(*key, tuple(stretches.get(key, ())), note) for key, note in notes.items()}


def special_day(session: Session, practitioner_id: UUID, day: date) -> SpecialDayRow | None:
    query = select(SpecialDayRow).where(
        SpecialDayRow.practitioner_id == practitioner_id, SpecialDayRow.day == day
    )
    return session.scalars(query).first()


def set_special_hours(session: Session, special_day_id: UUID, stretches: Iterable[OpenTime]) -> None:
    """Replace the stretches of a special day that is stored."""
    session.execute(delete(SpecialHoursRow).where(SpecialHoursRow.special_day_id == special_day_id))
    session.add_all(
        SpecialHoursRow(special_day_id=special_day_id, starts=stretch.starts, ends=stretch.ends)
        for stretch in stretches
    )


def closures(session: Session, first: date, last: date) -> list[Closure]:
    """Days on which the clinic is closed or opens for less, from `first` to `last`, in order."""
    return [closure_record(row) for row in session.scalars(_CLOSURES, {"first": first, "last": last})]


def find_closure(session: Session, closure_id: UUID) -> ClosureRow | None:
    return session.scalars(select(ClosureRow).where(ClosureRow.id == closure_id)).first()


def closure(session: Session, closure_id: UUID, version: int | None) -> ClosureRow:
    """NotFound CLOSURE_NOT_FOUND; ChangedMeanwhile if `version` is not the newest."""
    row = find_closure(session, closure_id)
    if row is None:
        raise NotFound(ErrorCode.CLOSURE_NOT_FOUND)
    if row.version != version:
        raise ChangedMeanwhile()
    return row


def is_closure_taken(session: Session, day: date, but: UUID) -> bool:
    """Whether another closure than `but` lies on that day."""
    query = select(ClosureRow.id).where(ClosureRow.day == day, ClosureRow.id != but)
    return session.execute(query).first() is not None


def closure_record(row: ClosureRow) -> Closure:
    return Closure(row.id, row.version, row.day, row.name, row.opens, row.closes)


def absences(
    session: Session, practitioner_ids: Sequence[UUID], first: date, last: date
) -> dict[UUID, list[Absence]]:
    """By doctor: absences that take any of the days from `first` to `last`, in order."""
    begins, ends = datetime.combine(first, time(0)), datetime.combine(last, time(0)) + _MARGIN
    wanted = {
        "doctors": list(practitioner_ids),
        "begins": begins,
        "ends": ends,
        "earliest": begins.replace(tzinfo=UTC) - _MARGIN,
        "latest": ends.replace(tzinfo=UTC) + _MARGIN,
    }
    found: dict[UUID, list[Absence]] = {}
    for row in session.scalars(_ABSENCES, wanted):
        found.setdefault(row.practitioner_id, []).append(absence_record(row))
    return found


def absence_record(row: AbsenceRow) -> Absence:
    return Absence(
        id=row.id,
        version=row.version,
        practitioner_id=row.practitioner_id,
        wall_start=row.wall_start,
        wall_end=row.wall_end,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        kind=row.kind,
        note=row.note,
        imported=row.foreign_id is not None,
    )
