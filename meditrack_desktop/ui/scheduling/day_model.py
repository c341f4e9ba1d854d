"""What a calendar shows: columns (a doctor or a day), their hours, and the visits in them. No Qt.

Minutes are counted from midnight on the clinic's clock, 0 to 1440.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.domain.scheduling import Appointment, AppointmentStatus, Confirmation

DAY_MINUTES = 24 * 60
USUAL_HOURS = (8 * 60, 18 * 60)
WEEKDAYS_ALWAYS = 5
_LUNCH = (11 * 60, 15 * 60)
_Status = AppointmentStatus

_LOOKS = {
    _Status.BOOKED: "booked",
    _Status.ARRIVED: "arrived",
    _Status.CHECKED_IN: "inroom",
    _Status.FULFILLED: "completed",
    _Status.NOSHOW: "noshow",
    _Status.CANCELLED: "cancelled",
}


class Period(StrEnum):
    """How much one calendar shows: many doctors on a day, or one doctor over a week."""

    DAY = "day"
    WEEK = "week"


class Shut(StrEnum):
    """Why a stretch of a column is closed."""

    BEFORE = "before"
    LUNCH = "lunch"
    BREAK = "break"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Part of a day, in minutes from midnight; `ends` is not part of it."""

    starts: int
    ends: int

    @property
    def minutes(self) -> int:
        return self.ends - self.starts


@dataclass(frozen=True, slots=True)
class Closed:
    """Time in which the doctor does not work."""

    starts: int
    ends: int
    why: Shut


@dataclass(frozen=True, slots=True)
class Column:
    """One doctor on one day, with the time they work and their visits in order of time."""

    practitioner: Practitioner
    day: date
    open: tuple[Stretch, ...]
    visits: tuple[Appointment, ...]

    @property
    def practitioner_id(self) -> UUID:
        return self.practitioner.id

    def covers(self, starts: int, ends: int) -> bool:
        """Whether the doctor works from `starts` to `ends` without a break."""
        return any(stretch.starts <= starts and ends <= stretch.ends for stretch in self.open)

    def free_from(self, minute: int, longest: int = 30) -> int:
        """How many minutes are free from `minute` on, at most `longest`; 0 inside a visit or closed time."""
        stretch = next((s for s in self.open if s.starts <= minute < s.ends), None)
        if stretch is None:
            return 0
        until = min(stretch.ends, minute + longest)
        for visit in self.visits:
            if not visit.status.takes_time:
                continue
            starts, ends = minutes_of(visit)
            if starts <= minute < ends:
                return 0
            if minute < starts < until:
                until = starts
        return until - minute


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

    def closed(self, column: int) -> list[Closed]:
        """The closed stretches of a column within the grid, in order."""
        stretches = self.columns[column].open
        if not stretches:
            return [Closed(self.first, self.last, Shut.CLOSED)]
        found: list[Closed] = []
        reached = self.first
        for stretch in stretches:
            if stretch.starts > reached:
                before = reached == self.first and stretch is stretches[0]
                why = Shut.BEFORE if before else _why(reached, stretch.starts)
                found.append(Closed(reached, stretch.starts, why))
            reached = max(reached, stretch.ends)
        if reached < self.last:
            found.append(Closed(reached, self.last, Shut.CLOSED))
        return found

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
            Column(c.practitioner, c.day, c.open, tuple(v for v in c.visits if v.status != _Status.CANCELLED))
            for c in self.columns
        )
        return DayModel(self.period, columns, self.first, self.last)


EMPTY = DayModel(Period.DAY, (), *USUAL_HOURS)


def day_of_doctors(
    practitioners: Sequence[Practitioner], day: date, visits: Iterable[Appointment]
) -> DayModel:
    """One day, a column for each doctor in the order given."""
    shown = list(visits)
    return _model(Period.DAY, [(practitioner, day) for practitioner in practitioners], shown)


def week_of_doctor(practitioner: Practitioner, day: date, visits: Iterable[Appointment]) -> DayModel:
    """The week of `day`, a column for each weekday; Saturday and Sunday only if something is on."""
    shown = [visit for visit in visits if visit.practitioner_id == practitioner.id]
    monday = monday_of(day)
    days = [monday + timedelta(days=number) for number in range(7)]
    busy = {visit.day for visit in shown}
    last = max(
        (n for n, d in enumerate(days) if d in busy or d == day or practitioner.hours_on(d)), default=0
    )
    days = days[: max(WEEKDAYS_ALWAYS, last + 1)]
    return _model(Period.WEEK, [(practitioner, each) for each in days], shown)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def minutes_of(visit: Appointment) -> tuple[int, int]:
    """First and last minute of a visit on its own day; one that runs past midnight ends there."""
    starts = visit.wall_start.hour * 60 + visit.wall_start.minute
    return starts, min(starts + visit.minutes, DAY_MINUTES)


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


def stretches_on(practitioner: Practitioner, day: date) -> tuple[Stretch, ...]:
    """The time a doctor works on a day, adjoining stretches joined."""
    joined: list[Stretch] = []
    for hours in practitioner.hours_on(day):
        # 23:59 is as late as a typed time goes; a desk that works to it works to midnight.
        ends = DAY_MINUTES if hours.ends >= time(23, 59) else minute_of(hours.ends)
        stretch = Stretch(minute_of(hours.starts), ends)
        if joined and joined[-1].ends >= stretch.starts:
            joined[-1] = Stretch(joined[-1].starts, max(joined[-1].ends, stretch.ends))
        else:
            joined.append(stretch)
    return tuple(joined)


def _model(
    period: Period, wanted: Sequence[tuple[Practitioner, date]], visits: Sequence[Appointment]
) -> DayModel:
    of_column: dict[tuple[UUID, date], list[Appointment]] = {}
    for visit in sorted(visits, key=lambda visit: (visit.wall_start, visit.minutes, visit.id)):
        of_column.setdefault((visit.practitioner_id, visit.day), []).append(visit)
    columns = tuple(
        Column(
            practitioner,
            day,
            stretches_on(practitioner, day),
            tuple(of_column.get((practitioner.id, day), ())),
        )
        for practitioner, day in wanted
    )
    return DayModel(period, columns, *_reach(columns))


def _reach(columns: Iterable[Column]) -> tuple[int, int]:
    """Whole hours around the usual day, all working time and all visits."""
    starts, ends = [USUAL_HOURS[0]], [USUAL_HOURS[1]]
    for column in columns:
        starts += [stretch.starts for stretch in column.open]
        ends += [stretch.ends for stretch in column.open]
        for visit in column.visits:
            begin, end = minutes_of(visit)
            starts.append(begin)
            ends.append(end)
    return min(starts) // 60 * 60, -(-max(ends) // 60) * 60


def _why(starts: int, ends: int) -> Shut:
    middle = (starts + ends) / 2
    return Shut.LUNCH if _LUNCH[0] <= middle <= _LUNCH[1] else Shut.BREAK
