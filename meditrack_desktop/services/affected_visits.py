"""Which visits would lie outside a doctor's time once hours, a special day, a closure or an absence are saved.

Only visits that are still to come and take time. Nothing here moves one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from meditrack_desktop.database.queries import scheduling as queries
from meditrack_desktop.database.queries import working_times as time_queries
from meditrack_desktop.database.session import ReadSession
from meditrack_desktop.domain.absences import is_affected
from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.practitioners import SetWorkingHours
from meditrack_desktop.domain.scheduling import CHANGEABLE, Appointment, day_bounds
from meditrack_desktop.domain.working_time import (
    Closure,
    DoctorDay,
    OpenTime,
    SpecialDay,
    WorkingTimes,
    minute_of_day,
)

_A_DAY = timedelta(days=1)
_HORIZON = timedelta(days=100 * 365)


def by_hours(
    session: ReadSession, command: SetWorkingHours, now: datetime, zone: ZoneInfo
) -> tuple[Appointment, ...]:
    """Visits outside the new weekly hours that were within the old ones, or were outside without being asked for."""
    visits = _to_come(queries.between(session, now - _A_DAY, now + _HORIZON, (command.id,), False), now)
    if not visits:
        return ()
    first = min(to_wall(now, zone).date(), visits[0].day)
    before = time_queries.of_days(session, (command.id,), first, max(visit.day for visit in visits))
    stretches = [
        (one.week, one.weekday, OpenTime(minute_of_day(one.starts), minute_of_day(one.ends, ends=True)))
        for one in command.hours
    ]
    cycle = (command.cycle_weeks, command.cycle_from)
    after = replace(before, weekly={command.id: stretches}, cycles={command.id: cycle})
    return _newly_outside(visits, before, after)


def by_special_day(
    session: ReadSession,
    practitioner_id: UUID,
    day: date,
    wanted: SpecialDay | None,
    now: datetime,
    zone: ZoneInfo,
) -> tuple[Appointment, ...]:
    """Visits of the doctor on `day` that lie outside once `wanted` counts (None: the weekly hours again)."""
    begins, ends = day_bounds(day, day, zone)
    visits = _to_come(queries.between(session, begins, ends, (practitioner_id,), False), now)
    before = time_queries.of_days(session, (practitioner_id,), day, day)
    special = {} if wanted is None else {(practitioner_id, day): wanted}
    return _newly_outside(visits, before, replace(before, special=special))


def by_closure(
    session: ReadSession, closure: Closure, now: datetime, zone: ZoneInfo
) -> tuple[Appointment, ...]:
    """Visits of any doctor in the time that the clinic is closed; not of those who have a day of their own then."""
    begins, ends = day_bounds(closure.day, closure.day, zone)
    visits = _to_come(queries.between(session, begins, ends, (), False), now)
    doctors = {visit.practitioner_id for visit in visits}
    times = time_queries.of_days(session, tuple(doctors), closure.day, closure.day)
    open_ = () if closure.opens is None or closure.closes is None else (
        OpenTime(minute_of_day(closure.opens), minute_of_day(closure.closes, ends=True)),
    )  # fmt: skip
    return tuple(
        visit
        for visit in visits
        if (visit.practitioner_id, closure.day) not in times.special
        and not DoctorDay(visit.practitioner_id, closure.day, open_).holds(visit.wall_start, visit.wall_end)
    )


def by_absence(
    session: ReadSession, practitioner_id: UUID, starts_at: datetime, ends_at: datetime, now: datetime
) -> tuple[Appointment, ...]:
    """Visits that need another place because the doctor is away between these instants."""
    # What began earlier is over; whoever it says still sits here is forgotten, and not waiting.
    visits = queries.between(session, now - queries.LONGEST_VISIT, ends_at, (practitioner_id,), False)
    return _in_order(visit for visit in visits if is_affected(visit, starts_at, ends_at, now))


def _newly_outside(
    visits: Iterable[Appointment], before: WorkingTimes, after: WorkingTimes
) -> tuple[Appointment, ...]:
    """Those that `after` has no time for; but not those that were put outside the hours on purpose."""
    found = []
    for visit in visits:
        doctor, day = visit.practitioner_id, visit.day
        if after.day_of(doctor, day).holds(visit.wall_start, visit.wall_end):
            continue
        if not visit.overbooked or before.day_of(doctor, day).holds(visit.wall_start, visit.wall_end):
            found.append(visit)
    return tuple(found)


def _to_come(visits: Iterable[Appointment], now: datetime) -> tuple[Appointment, ...]:
    return _in_order(visit for visit in visits if visit.status in CHANGEABLE and visit.ends_at > now)


def _in_order(visits: Iterable[Appointment]) -> tuple[Appointment, ...]:
    return tuple(sorted(visits, key=lambda visit: (visit.starts_at, visit.practitioner_name, visit.id)))
