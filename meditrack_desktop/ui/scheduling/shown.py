"""Which part of the calendar is shown: view, day, doctors. Kept across views and from one day at work to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.ui.scheduling.day_model import Period, monday_of

MONTH_WEEKS = 6


@dataclass(frozen=True, slots=True)
class Asked:
    """Which question an answer belongs to."""

    period: Period
    first: date
    last: date
    doctors: tuple[UUID, ...]
    """Whose visits; empty for everybody's."""


@dataclass(slots=True)
class Shown:
    """`chosen` None: all doctors side by side. `doctor`: whose week is shown."""

    day: date
    period: Period = Period.DAY
    chosen: frozenset[UUID] | None = None
    doctor: UUID | None = None
    cancelled: bool = True

    def days(self) -> tuple[date, date]:
        """First and last day of what is shown; a month with the weeks it begins and ends in."""
        if self.period is Period.WEEK:
            monday = monday_of(self.day)
            return monday, monday + timedelta(days=6)
        if self.period is Period.MONTH:
            first = monday_of(self.day.replace(day=1))
            return first, first + timedelta(days=7 * MONTH_WEEKS - 1)
        return self.day, self.day

    def asked(self) -> Asked:
        first, last = self.days()
        doctors: tuple[UUID, ...]
        if self.period is Period.WEEK:
            doctors = () if self.doctor is None else (self.doctor,)
        else:
            doctors = () if self.chosen is None else tuple(sorted(self.chosen))
        return Asked(self.period, first, last, doctors)

    def stepped(self, step: int) -> date:
        """The day so many periods on; a month's step keeps the day of the month where there is one."""
        if self.period is not Period.MONTH:
            return self.day + timedelta(days=step * (7 if self.period is Period.WEEK else 1))
        months = self.day.year * 12 + self.day.month - 1 + step
        first = date(months // 12, months % 12 + 1, 1)
        following = (first + timedelta(days=31)).replace(day=1)
        return min(first + timedelta(days=self.day.day - 1), following - timedelta(days=1))

    def of(self, doctors: Sequence[Practitioner]) -> list[Practitioner]:
        """Whose columns are shown, in the clinic's order."""
        if self.period is Period.WEEK:
            return [doctor for doctor in doctors if doctor.id == self.doctor]
        return [doctor for doctor in doctors if self.chosen is None or doctor.id in self.chosen]
