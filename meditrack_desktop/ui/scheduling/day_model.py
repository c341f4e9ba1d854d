"""What a calendar shows: columns (a doctor or a day), their hours, and the visits in them. No Qt.

Minutes are counted from midnight on the clinic's clock, 0 to 1440.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from meditrack_desktop.domain.holds import Hold
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.domain.scheduling import Appointment, AppointmentStatus, Confirmation
from meditrack_desktop.domain.working_time import (
    DAY_MINUTES,
    DoctorDay,
    OpenTime,
    joined,
    minute_of_day,
)

USUAL_HOURS = (8 * 60, 18 * 60)
WEEKDAYS_ALWAYS = 5
_Status = AppointmentStatus

_LOOKS = {
    _Status.BOOKED: "booked",
    _Status.ARRIVED: "arrived",
    _Status.CHECKED_IN: "inroom",
    _Status.FULFILLED: "completed",
    _Status.NOSHOW: "noshow",
    _Status.CANCELLED: "cancelled",
}

Times = Mapping[tuple[UUID, date], DoctorDay]
"""When each doctor works on each day, by (doctor, day)."""


class Period(StrEnum):
    """How much one calendar shows: many doctors on a day, one doctor over a week, a month, or a day as a list."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    AGENDA = "agenda"


@dataclass(frozen=True, slots=True)
class Column:
    """One doctor on one day: when they work, their visits in order of time, and what desks hold there."""

    practitioner: Practitioner
    times: DoctorDay
    visits: tuple[Appointment, ...]
    holds: tuple[Hold, ...] = ()

    @property
    def practitioner_id(self) -> UUID:
        return self.practitioner.id

    @property
    def day(self) -> date:
        return self.times.day

    @property
    def open(self) -> tuple[OpenTime, ...]:
        return self.times.open

    def covers(self, starts: int, ends: int) -> bool:
        """Whether the doctor works from `starts` to `ends` without a break."""
        return self.times.covers(starts, ends)

    def free(self, since: int = 0) -> list[OpenTime]:
        """The open time from `since` on with neither a visit, its buffers, nor another desk's hold in it."""
        taken, found = sorted(self._taken()), []
        for stretch in self.open:
            reached = max(stretch.starts, since)
            for each in taken:
                if each.starts >= stretch.ends:
                    break
                if each.starts > reached:
                    found.append(OpenTime(reached, each.starts))
                reached = max(reached, each.ends)
            if reached < stretch.ends:
                found.append(OpenTime(reached, stretch.ends))
        return found

    def free_from(self, minute: int, longest: int = 30) -> int:
        """How many minutes are free from `minute` on, at most `longest`; 0 inside a visit or closed time."""
        found = next((gap for gap in self.free() if gap.starts <= minute < gap.ends), None)
        return 0 if found is None else min(longest, found.ends - minute)

    def _taken(self) -> list[OpenTime]:
        visits = [OpenTime(*busy_of(visit)) for visit in self.visits if visit.status.takes_time]
        return visits + [OpenTime(*minutes_of_hold(hold)) for hold in self.holds if not hold.mine]


@dataclass(frozen=True, slots=True)
class DayModel:
    """Everything one calendar shows. `first` and `last` are the minutes its grid reaches from and to."""

    period: Period
    columns: tuple[Column, ...]
    first: int
    last: int

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(dict.fromkeys(column.day for column in self.columns))

    def find(self, appointment_id: UUID) -> tuple[int, Appointment] | None:
        """Column and record of a visit that is shown."""
        for number, column in enumerate(self.columns):
            for visit in column.visits:
                if visit.id == appointment_id:
                    return number, visit
        return None

    def counts(self) -> Counter[str]:
        """How many visits have each look, for the legend."""
        return Counter(look_of(visit) for column in self.columns for visit in column.visits)

    def without_cancelled(self) -> DayModel:
        """The same calendar with cancelled visits left out."""
        columns = tuple(
            replace(column, visits=tuple(v for v in column.visits if v.status != _Status.CANCELLED))
            for column in self.columns
        )
        return replace(self, columns=columns)


EMPTY = DayModel(Period.DAY, (), *USUAL_HOURS)


def day_of_doctors(
    practitioners: Sequence[Practitioner],
    day: date,
    visits: Iterable[Appointment],
    times: Times | None = None,
    holds: Iterable[Hold] = (),
) -> DayModel:
    """One day, a column for each doctor in the order given. Without `times`, by the weekly hours alone."""
    shown = [(practitioner, _times_on(practitioner, day, times)) for practitioner in practitioners]
    return _model(Period.DAY, shown, visits, holds)


def week_of_doctor(
    practitioner: Practitioner,
    day: date,
    visits: Iterable[Appointment],
    times: Times | None = None,
    holds: Iterable[Hold] = (),
) -> DayModel:
    """The week of `day`, a column for each weekday; Saturday and Sunday only if something is on."""
    own = [visit for visit in visits if visit.practitioner_id == practitioner.id]
    monday = monday_of(day)
    days = [_times_on(practitioner, monday + timedelta(days=number), times) for number in range(7)]
    busy = {visit.day for visit in own}
    last = max(
        (n for n, each in enumerate(days) if each.day in busy or each.day == day or each.open), default=0
    )
    shown = [(practitioner, each) for each in days[: max(WEEKDAYS_ALWAYS, last + 1)]]
    return _model(Period.WEEK, shown, own, holds)


def usual_day(practitioner: Practitioner, day: date) -> DoctorDay:
    """When a doctor works on a day by the weekly hours alone."""
    stretches = joined(
        OpenTime(minute_of_day(hours.starts), minute_of_day(hours.ends, ends=True))
        for hours in practitioner.hours_on(day)
    )
    return DoctorDay(practitioner.id, day, tuple(stretches))


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def minutes_of(visit: Appointment) -> tuple[int, int]:
    """First and last minute of a visit on its own day; one that runs past midnight ends there."""
    starts = visit.wall_start.hour * 60 + visit.wall_start.minute
    return starts, min(starts + visit.minutes, DAY_MINUTES)


def busy_of(visit: Appointment) -> tuple[int, int]:
    """The minutes that a visit takes with its buffers, as far as they lie on its day."""
    starts, ends = minutes_of(visit)
    return max(0, starts - visit.buffer_before), min(DAY_MINUTES, ends + visit.buffer_after)


def minutes_of_hold(hold: Hold) -> tuple[int, int]:
    """First and last minute of a hold on its own day."""
    starts = minute_of(hold.wall_start)
    return starts, min(starts + hold.minutes, DAY_MINUTES)


def wall(day: date, minute: int) -> datetime:
    """The clinic's clock, naive, `minute` minutes after midnight."""
    return datetime.combine(day, time(0)) + timedelta(minutes=minute)


def minute_of(moment: datetime | time) -> int:
    return moment.hour * 60 + moment.minute


def look_of(visit: Appointment) -> str:
    """Which of the seven looks a visit has: a key of the status tokens."""
    if visit.status is _Status.BOOKED and visit.confirmation is Confirmation.CONFIRMED:
        return "confirmed"
    return _LOOKS[visit.status]


def waited_minutes(visit: Appointment, now: datetime) -> int | None:
    """How long a waiting patient has waited at the instant `now`; None for anybody who does not wait."""
    if visit.status is not _Status.ARRIVED or visit.arrived_at is None:
        return None
    return max(0, int((now - visit.arrived_at).total_seconds() // 60))


def _times_on(practitioner: Practitioner, day: date, times: Times | None) -> DoctorDay:
    found = None if times is None else times.get((practitioner.id, day))
    return found if found is not None else usual_day(practitioner, day)


def _model(
    period: Period,
    wanted: Sequence[tuple[Practitioner, DoctorDay]],
    visits: Iterable[Appointment],
    holds: Iterable[Hold],
) -> DayModel:
    of_column: dict[tuple[UUID, date], list[Appointment]] = {}
    for visit in sorted(visits, key=lambda visit: (visit.wall_start, visit.minutes, visit.id)):
        of_column.setdefault((visit.practitioner_id, visit.day), []).append(visit)
    held = _holds_by_column(holds)
    columns = tuple(
        Column(
            practitioner,
            times,
            tuple(of_column.get((practitioner.id, times.day), ())),
            held.get((practitioner.id, times.day), ()),
        )
        for practitioner, times in wanted
    )
    return DayModel(period, columns, *_reach(columns))


def _holds_by_column(holds: Iterable[Hold]) -> dict[tuple[UUID, date], tuple[Hold, ...]]:
    found: dict[tuple[UUID, date], tuple[Hold, ...]] = {}
    for hold in sorted(holds, key=lambda hold: (hold.wall_start, hold.id)):
        key = hold.practitioner_id, hold.wall_start.date()
        found[key] = (*found.get(key, ()), hold)
    return found


def _reach(columns: Iterable[Column]) -> tuple[int, int]:
    """Whole hours around the usual day, all working time, all visits and holds."""
    starts, ends = [USUAL_HOURS[0]], [USUAL_HOURS[1]]
    for column in columns:
        spans = [(stretch.starts, stretch.ends) for stretch in column.open]
        spans += [minutes_of(visit) for visit in column.visits]
        spans += [minutes_of_hold(hold) for hold in column.holds]
        starts += [begin for begin, _ in spans]
        ends += [end for _, end in spans]
    return min(starts) // 60 * 60, -(-max(ends) // 60) * 60
