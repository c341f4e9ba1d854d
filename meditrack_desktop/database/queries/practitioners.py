"""Questions about doctors and their weekly hours."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from meditrack_desktop.database.tables.practitioners import PractitionerRow, WorkingHoursRow
from meditrack_desktop.domain.errors import ChangedMeanwhile, ErrorCode, NotFound
from meditrack_desktop.domain.practitioners import Practitioner, WorkingHours, WorkingHoursInput
from meditrack_desktop.domain.search_terms import sort_name


def find(session: Session, practitioner_id: UUID) -> PractitionerRow | None:
    """The doctor with their hours, active or not."""
    return session.scalars(
        select(PractitionerRow)
        .where(PractitionerRow.id == practitioner_id)
        .options(selectinload(PractitionerRow.hours))
    ).first()


def practitioner(session: Session, practitioner_id: UUID, version: int | None = None) -> PractitionerRow:
    """As `find`. NotFound DOCTOR_NOT_FOUND; ChangedMeanwhile if `version` is given and not the newest."""
    row = find(session, practitioner_id)
    if row is None:
        raise NotFound(ErrorCode.DOCTOR_NOT_FOUND)
    if version is not None and row.version != version:
        raise ChangedMeanwhile()
    return row


def rows(session: Session) -> list[PractitionerRow]:
    """All doctors with their hours, active or not, in the order of `everybody`."""
    found = session.scalars(select(PractitionerRow).options(selectinload(PractitionerRow.hours))).all()
    return sorted(found, key=lambda row: (sort_name(row.family, row.given), row.id))


def everybody(session: Session, *, include_inactive: bool) -> tuple[Practitioner, ...]:
    """Doctors in the order of their folded names: the same on every database."""
    return tuple(record(row) for row in rows(session) if include_inactive or row.active)


def active_ids(session: Session) -> tuple[UUID, ...]:
    """Doctors who work here, in the order of `everybody`."""
    query = select(PractitionerRow.id, PractitionerRow.family, PractitionerRow.given)
    rows = session.execute(query.where(PractitionerRow.active)).all()
    return tuple(row.id for row in sorted(rows, key=lambda row: (sort_name(row.family, row.given), row.id)))


def set_hours(row: PractitionerRow, hours: Iterable[WorkingHoursInput]) -> bool:
    """Replace the weekly hours of a row whose hours are loaded. Whether that changed anything."""
    wanted = {(stretch.week, stretch.weekday, stretch.starts): stretch.ends for stretch in hours}
    known = {(stretch.week, stretch.weekday, stretch.starts): stretch for stretch in row.hours}
    if {key: stretch.ends for key, stretch in known.items()} == wanted:
        return False
    for key, stretch in known.items():
        if key in wanted:
            stretch.ends = wanted[key]
        else:
            row.hours.remove(stretch)
    row.hours.extend(
        WorkingHoursRow(week=week, weekday=weekday, starts=starts, ends=ends)
        for (week, weekday, starts), ends in wanted.items()
        if (week, weekday, starts) not in known
    )
    return True


def set_cycle(row: PractitionerRow, weeks: int, begins: date | None) -> None:
    """After how many weeks the hours repeat; of `begins` only the week counts. Every week alike has no beginning."""
    if begins is not None:
        begins -= timedelta(days=begins.weekday())
    row.cycle_weeks, row.cycle_from = weeks, begins if weeks > 1 else None


def record(row: PractitionerRow) -> Practitioner:
    return Practitioner(
        id=row.id,
        version=row.version,
        family=row.family,
        given=row.given,
        prefix=row.prefix,
        specialty=row.specialty,
        room=row.room,
        active=row.active,
        hours=tuple(
            sorted(
                WorkingHours(stretch.weekday, stretch.starts, stretch.ends, stretch.week)
                for stretch in row.hours
            )
        ),
        cycle_weeks=row.cycle_weeks,
        cycle_from=row.cycle_from,
    )
