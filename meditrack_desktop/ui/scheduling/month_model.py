"""What a month shows: how full each day is, where there is room, and what is unlike other days. No Qt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from uuid import UUID

from meditrack_desktop.domain.holds import Hold
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.domain.scheduling import SLOT_MINUTES, Appointment, AppointmentStatus
from meditrack_desktop.domain.working_time import Absence, Closure, SpecialDay
from meditrack_desktop.ui.scheduling.day_model import (
    Column,
    Times,
    day_of_doctors,
    look_of,
    minutes_of,
)
from meditrack_desktop.ui.scheduling.gaps import since

USUAL_MINUTES = 30
NEARLY_FULL = 0.12
"""A day with less than this share of its open time left is nearly full."""
LOOKS_IN_BAR = ("completed", "noshow", "inroom", "arrived", "confirmed", "booked")


@dataclass(frozen=True)
class DoctorLoad:
    """One doctor on one day: `free` are the stretches that can still be booked."""

    column: Column
    now: datetime

    @cached_property
    def open_minutes(self) -> int:
        return sum(stretch.minutes for stretch in self.column.open)

    @cached_property
    def free(self) -> tuple[tuple[int, int], ...]:
        found = self.column.free(since(self.column, self.now))
        return tuple((gap.starts, gap.ends) for gap in found)

    @cached_property
    def free_slots(self) -> int:
        """How many visits of the usual length still fit."""
        return sum((ends - starts) // USUAL_MINUTES for starts, ends in self.free)

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """The minutes at which such visits could begin, on quarters of an hour where there is one, in order."""
        found: list[int] = []
        for begins, ends in self.free:
            at = -(-begins // SLOT_MINUTES) * SLOT_MINUTES
            if at + USUAL_MINUTES > ends:
                at = begins
            while at + USUAL_MINUTES <= ends:
                found.append(at)
                at += USUAL_MINUTES
        return tuple(found)

    @cached_property
    def minutes(self) -> Counter[str]:
        return minutes_by_look(self.column.visits)

    @property
    def works(self) -> bool:
        return bool(self.column.open)

    @property
    def over(self) -> bool:
        """Whether the doctor has gone home."""
        return not self.works or self.column.open[-1].ends <= since(self.column, self.now)


@dataclass(frozen=True)
class DayLoad:
    """One day of all doctors shown."""

    day: date
    doctors: tuple[DoctorLoad, ...]
    now: datetime

    @property
    def past(self) -> bool:
        """Whether it is over: another day, or today after everybody has gone home."""
        today = self.day == self.now.date() and bool(self.open_minutes)
        return self.day < self.now.date() or (today and all(load.over for load in self.doctors))

    @cached_property
    def counts(self) -> Counter[str]:
        return Counter(look_of(visit) for load in self.doctors for visit in load.column.visits)

    @cached_property
    def visits(self) -> int:
        """All visits but the cancelled ones."""
        return self.counts.total() - self.counts["cancelled"]

    @cached_property
    def minutes(self) -> Counter[str]:
        return sum((load.minutes for load in self.doctors), Counter())

    @cached_property
    def open_minutes(self) -> int:
        return sum(load.open_minutes for load in self.doctors)

    @cached_property
    def free_slots(self) -> int:
        return sum(load.free_slots for load in self.doctors)

    @cached_property
    def first_start(self) -> int | None:
        """The soonest minute at which a usual visit could begin."""
        return min((load.starts[0] for load in self.doctors if load.starts), default=None)

    @property
    def nearly_full(self) -> bool:
        free = sum(ends - starts for load in self.doctors for starts, ends in load.free)
        return bool(self.open_minutes) and free < NEARLY_FULL * self.open_minutes

    @property
    def closed(self) -> bool:
        """Nobody works, nobody is away, and nothing is booked."""
        return not self.open_minutes and not self.counts.total() and not self.away

    @cached_property
    def closure(self) -> Closure | None:
        return next((load.column.times.closure for load in self.doctors if load.column.times.closure), None)

    @cached_property
    def away(self) -> tuple[tuple[Practitioner, Absence], ...]:
        """Who is away for some of the day, once each."""
        return tuple(
            (load.column.practitioner, load.column.times.absences[0])
            for load in self.doctors
            if load.column.times.absences
        )

    @cached_property
    def special(self) -> tuple[tuple[Practitioner, SpecialDay], ...]:
        return tuple(
            (load.column.practitioner, load.column.times.special)
            for load in self.doctors
            if load.column.times.special is not None
        )

    def of(self, practitioner_id: UUID) -> DoctorLoad | None:
        return next((load for load in self.doctors if load.column.practitioner_id == practitioner_id), None)


@dataclass(frozen=True)
class MonthModel:
    """Whole weeks around a month. `month` is its first day."""

    month: date
    days: tuple[DayLoad, ...]

    def of(self, day: date) -> DayLoad | None:
        """The load of a day that is shown."""
        at = (day - self.days[0].day).days if self.days else -1
        return self.days[at] if 0 <= at < len(self.days) else None


def month_of(
    practitioners: Sequence[Practitioner],
    day: date,
    first: date,
    last: date,
    visits: Iterable[Appointment],
    times: Times,
    holds: Iterable[Hold],
    now: datetime,
) -> MonthModel:
    """The month of `day`, shown from `first` to `last`; `now` is the clinic's clock, naive."""
    of_day: dict[date, list[Appointment]] = {}
    for visit in visits:
        of_day.setdefault(visit.day, []).append(visit)
    held: dict[date, list[Hold]] = {}
    for hold in holds:
        held.setdefault(hold.wall_start.date(), []).append(hold)
    days = []
    for number in range((last - first).days + 1):
        each = first + timedelta(days=number)
        model = day_of_doctors(practitioners, each, of_day.get(each, ()), times, held.get(each, ()))
        days.append(DayLoad(each, tuple(DoctorLoad(column, now) for column in model.columns), now))
    made = MonthModel(day.replace(day=1), tuple(days))
    for load in made.days:
        # Counted here, in a lane, and not while the window paints.
        _ = load.minutes, load.free_slots, load.first_start, load.visits
    return made


def minutes_by_look(visits: Iterable[Appointment]) -> Counter[str]:
    """How many minutes the visits of each look take; cancelled ones take none."""
    found: Counter[str] = Counter()
    for visit in visits:
        if visit.status is not AppointmentStatus.CANCELLED:
            starts, ends = minutes_of(visit)
            found[look_of(visit)] += ends - starts
    return found
