"""When a doctor works: weekly hours in a cycle of weeks, dated exceptions, closed days and absences.

Everything is the clinic's wall clock; minutes are counted from midnight, 0 to 1440. What is most particular wins: a
doctor's own special day over a day on which the clinic is closed, that over the weekly hours; absences take away
from all of them. (FHIR PractitionerRole.availableTime, notAvailable.)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from meditrack_desktop.domain.clock import to_instant
from meditrack_desktop.domain.errors import ErrorCode, Invalid
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patients import LineText
from meditrack_desktop.domain.text import single_line

DAY_MINUTES = 24 * 60
LONGEST_CYCLE_WEEKS = 6
LONGEST_ABSENCE_DAYS = 400
LONGEST_LOOK_DAYS = 400
"""How many days somebody may ask for at once."""


class AbsenceKind(StrEnum):
    """Why a doctor is away. `OUT_NOW` was said at once, for today."""

    VACATION = "vacation"
    SICK = "sick"
    TRAINING = "training"
    OUT_NOW = "out_now"
    OTHER = "other"


@dataclass(frozen=True, slots=True, order=True)
class OpenTime:
    """One stretch of a day in minutes from midnight; `ends` is not part of it."""

    starts: int
    ends: int

    @property
    def minutes(self) -> int:
        return self.ends - self.starts


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """What one doctor does on one date instead of the weekly hours; no stretches: does not work."""

    practitioner_id: UUID
    day: date
    stretches: tuple[OpenTime, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Closure:
    """A day on which the clinic is closed, or open only from `opens` to `closes` (both or neither)."""

    id: UUID
    version: int
    day: date
    name: str
    opens: time | None = None
    closes: time | None = None


@dataclass(frozen=True, slots=True)
class Absence:
    """Time a doctor is away: from `wall_start` to `wall_end`, the clinic's clock, naive; with both as instants."""

    id: UUID
    version: int
    practitioner_id: UUID
    wall_start: datetime
    wall_end: datetime
    starts_at: datetime
    ends_at: datetime
    kind: AbsenceKind
    note: str = ""
    imported: bool = False

    def on(self, day: date) -> OpenTime | None:
        """Which minutes of `day` it takes; None for none."""
        midnight = datetime.combine(day, time(0))
        starts = max(self.wall_start, midnight)
        ends = min(self.wall_end, midnight + timedelta(days=1))
        if starts >= ends:
            return None
        return OpenTime(_minutes(starts - midnight), _minutes(ends - midnight))

    def discreet(self) -> Absence:
        """What somebody is told whom the reason does not concern: away, and when."""
        kind = AbsenceKind.OTHER if self.kind is AbsenceKind.SICK else self.kind
        return replace(self, kind=kind, note="")


@dataclass(frozen=True, slots=True)
class DoctorDay:
    """One doctor on one date: the open stretches in order, who is away when, and why the day is what it is."""

    practitioner_id: UUID
    day: date
    open: tuple[OpenTime, ...]
    absences: tuple[Absence, ...] = ()
    closure: Closure | None = None
    special: SpecialDay | None = None

    def covers(self, starts: int, ends: int) -> bool:
        """Whether the doctor works from `starts` to `ends` without a break."""
        return any(stretch.starts <= starts and ends <= stretch.ends for stretch in self.open)

    def holds(self, wall_start: datetime, wall_end: datetime) -> bool:
        """Whether a visit lies in the open time of this day; naive, the clinic's clock.

        One that ends at midnight is of the day it began on. When clocks go back, a visit may end at an earlier
        wall time than it began: then its start decides.
        """
        wall_end = max(wall_start, wall_end)
        midnight = datetime.combine(self.day, time(0))
        if wall_start.date() != self.day or wall_end - midnight > timedelta(days=1):
            return False
        return self.covers(_minutes(wall_start - midnight), _minutes(wall_end - midnight))


@dataclass(frozen=True, slots=True)
class WorkingTimes:
    """All that decides when doctors work over some days; `day_of` answers for one of them."""

    weekly: Mapping[UUID, Sequence[tuple[int, int, OpenTime]]] = field(default_factory=dict)
    """By doctor: (week of the cycle, weekday, stretch)."""
    cycles: Mapping[UUID, tuple[int, date | None]] = field(default_factory=dict)
    """By doctor: how many weeks the cycle has, and the Monday of one of its first weeks."""
    special: Mapping[tuple[UUID, date], SpecialDay] = field(default_factory=dict)
    closures: Mapping[date, Closure] = field(default_factory=dict)
    absences: Mapping[UUID, Sequence[Absence]] = field(default_factory=dict)

    def day_of(self, practitioner_id: UUID, day: date) -> DoctorDay:
        special = self.special.get((practitioner_id, day))
        closure = self.closures.get(day)
        away = tuple(
            absence for absence in self.absences.get(practitioner_id, ()) if absence.on(day) is not None
        )
        if special is not None:
            stretches: Iterable[OpenTime] = special.stretches
        else:
            weeks, first = self.cycles.get(practitioner_id, (1, None))
            week = week_of_cycle(day, weeks, first)
            stretches = [
                stretch
                for in_week, weekday, stretch in self.weekly.get(practitioner_id, ())
                if in_week == week and weekday == day.weekday()
            ]
            if closure is not None:
                stretches = _within(stretches, closure)
        stretches = joined(stretches)
        for absence in away:
            taken = absence.on(day)
            if taken is not None:
                stretches = without(stretches, taken)
        return DoctorDay(practitioner_id, day, tuple(stretches), away, closure, special)


def week_of_cycle(day: date, weeks: int, first: date | None) -> int:
    """Which week of the cycle `day` lies in, 0 for the first; `first` is any day of one first week."""
    if weeks <= 1 or first is None:
        return 0
    monday = day - timedelta(days=day.weekday())
    begins = first - timedelta(days=first.weekday())
    return ((monday - begins).days // 7) % weeks


def joined(stretches: Iterable[OpenTime]) -> list[OpenTime]:
    """In order, adjoining and overlapping ones made one."""
    found: list[OpenTime] = []
    for stretch in sorted(stretches):
        if found and stretch.starts <= found[-1].ends:
            found[-1] = OpenTime(found[-1].starts, max(found[-1].ends, stretch.ends))
        elif stretch.minutes > 0:
            found.append(stretch)
    return found


def without(stretches: Iterable[OpenTime], taken: OpenTime) -> list[OpenTime]:
    """The stretches with `taken` cut out of them."""
    left: list[OpenTime] = []
    for stretch in stretches:
        before = OpenTime(stretch.starts, min(stretch.ends, taken.starts))
        after = OpenTime(max(stretch.starts, taken.ends), stretch.ends)
        left += [part for part in (before, after) if part.minutes > 0]
    return left


def absence_span(wall_start: datetime, wall_end: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The instants between which a doctor is away; both naive, the clinic's clock.

    Never refused: a time that clocks skip counts as the next one they show, one that they show twice begins an
    absence the first time and ends it the second.
    """
    starts_at, ends_at = _shown_from(wall_start, zone, 0), _shown_from(wall_end, zone, 1)
    if ends_at <= starts_at:  # both lie in the time that clocks skip
        ends_at = starts_at + (wall_end - wall_start)
    return starts_at, ends_at


def _shown_from(wall: datetime, zone: ZoneInfo, fold: int) -> datetime:
    """The instant at which clocks show `wall`, or first show a later time."""
    while True:
        try:
            return to_instant(wall.replace(fold=0), zone, fold)
        except Invalid as refused:
            if refused.code is not ErrorCode.TIME_DOES_NOT_EXIST:
                raise
            wall += timedelta(minutes=1)


def minute_of_day(value: time, *, ends: bool = False) -> int:
    """A time of day as minutes from midnight. As an end, 00:00 and 23:59 both mean midnight."""
    if ends and (value >= time(23, 59) or value == time(0)):
        return DAY_MINUTES
    return value.hour * 60 + value.minute


def _within(stretches: Iterable[OpenTime], closure: Closure) -> list[OpenTime]:
    if closure.opens is None or closure.closes is None:
        return []
    opens, closes = minute_of_day(closure.opens), minute_of_day(closure.closes, ends=True)
    kept = [OpenTime(max(stretch.starts, opens), min(stretch.ends, closes)) for stretch in stretches]
    return [stretch for stretch in kept if stretch.minutes > 0]


def _minutes(length: timedelta) -> int:
    return int(length.total_seconds() // 60)


class _Command(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _years_of_a_clinic(value: date) -> date:
    if not 1900 <= value.year <= 2200:
        raise ValueError("out_of_range")
    return value


def _minute_begun(value: datetime) -> datetime:
    return value.replace(second=0, microsecond=0, fold=0)


def _minute_over(value: datetime) -> datetime:
    begun = _minute_begun(value)
    return begun if begun == value.replace(fold=0) else begun + timedelta(minutes=1)


CalendarDay = Annotated[date, AfterValidator(_years_of_a_clinic)]
NoteLine = Annotated[str, Field(max_length=300), AfterValidator(single_line)]


class TimeOfDay(_Command):
    """One stretch of work on a special day; `ends` 00:00 means midnight."""

    starts: time
    ends: time

    @model_validator(mode="after")
    def _in_order(self) -> TimeOfDay:
        if minute_of_day(self.ends, ends=True) <= minute_of_day(self.starts):
            raise ValueError("out_of_range")
        return self


class SetSpecialDay(_Command):
    """Say what a doctor does on one date; `stretches` None: forget the exception, weekly hours count again.

    `seen`: the exception that was there when it was looked at; None: there was none.
    """

    practitioner_id: UUID
    day: CalendarDay
    stretches: Annotated[tuple[TimeOfDay, ...], Field(max_length=12)] | None
    note: NoteLine = ""
    seen: SpecialDay | None = None

    @model_validator(mode="after")
    def _apart(self) -> SetSpecialDay:
        spans = sorted(
            (minute_of_day(one.starts), minute_of_day(one.ends, ends=True)) for one in self.stretches or ()
        )
        if any(later[0] < earlier[1] for earlier, later in pairwise(spans)):
            raise ValueError("out_of_range")
        return self


class SetClosure(_Command):
    """Close the clinic on a day, or shorten it. The same `id` again changes it (`version` needed then)."""

    id: UUID = Field(default_factory=new_id)
    version: int | None = None
    day: CalendarDay
    name: Annotated[LineText, Field(min_length=1)]
    opens: time | None = None
    closes: time | None = None

    @model_validator(mode="after")
    def _both_or_neither(self) -> SetClosure:
        if (self.opens is None) != (self.closes is None):
            raise ValueError("required")
        if (
            self.opens is not None
            and self.closes is not None
            and minute_of_day(self.closes, ends=True) <= minute_of_day(self.opens)
        ):
            raise ValueError("out_of_range")
        return self


class RemoveClosure(_Command):
    id: UUID
    version: int


class AddAbsence(_Command):
    """A doctor is away from `wall_start` to `wall_end`, the clinic's clock, naive. Visits stay until they are moved.

    Whole minutes: one that has begun counts.
    """

    id: UUID = Field(default_factory=new_id)
    practitioner_id: UUID
    wall_start: Annotated[datetime, AfterValidator(_years_of_a_clinic), AfterValidator(_minute_begun)]
    wall_end: Annotated[datetime, AfterValidator(_years_of_a_clinic), AfterValidator(_minute_over)]
    kind: AbsenceKind = AbsenceKind.VACATION
    note: NoteLine = ""

    @model_validator(mode="after")
    def _bounded(self) -> AddAbsence:
        if self.wall_start.tzinfo is not None or self.wall_end.tzinfo is not None:
            raise ValueError("malformed")
        if not timedelta(0) < self.wall_end - self.wall_start <= timedelta(days=LONGEST_ABSENCE_DAYS):
            raise ValueError("out_of_range")
        return self


class EndAbsence(_Command):
    """The doctor is back earlier: the absence ends now if it is under way, else it is taken away."""

    id: UUID
    version: int
