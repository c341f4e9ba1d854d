"""The weeks of a doctor as they stand in the fields: what is kept, what is typed over it, and what is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from meditrack_desktop.domain.practitioners import Practitioner, WorkingHoursInput
from meditrack_desktop.domain.working_time import week_of_cycle
from meditrack_desktop.ui.doctors.hours_text import Stretch, format_stretches, parse_stretches

DAYS = range(7)
Day = tuple[int, int]
"""(week of the cycle, weekday), both from 0."""


@dataclass(frozen=True, slots=True)
class TypedWeeks:
    """A text for each day that is not closed, in a cycle of `weeks`; `first` is the Monday of a first week."""

    weeks: int = 1
    first: date | None = None
    texts: Mapping[Day, str] = field(default_factory=dict)

    def text(self, week: int, day: int) -> str:
        return self.texts.get((week, day), "")

    def stretches(self, week: int, day: int) -> tuple[Stretch, ...] | None:
        """The hours of a day; None where the text cannot be read."""
        try:
            return parse_stretches(self.text(week, day))
        except ValueError:
            return None

    def with_day(self, week: int, day: int, text: str) -> TypedWeeks:
        return replace(self, texts={**self.texts, (week, day): text})

    def in_turn(self, weeks: int, today: date) -> TypedWeeks:
        """The same with a cycle of `weeks`. New weeks begin as the first one; this week is the first."""
        texts = dict(self.texts)
        for week in range(1, weeks):
            if not any((week, day) in texts for day in DAYS):
                texts |= {(week, day): self.text(0, day) for day in DAYS}
        first = None if weeks == 1 else self.first or monday(today)
        return TypedWeeks(weeks, first, texts)

    def this_week_is(self, week: int, today: date) -> TypedWeeks:
        """The same, said so that the week of `today` is number `week` of the cycle."""
        return replace(self, first=monday(today) - timedelta(weeks=week))

    def week_of(self, day: date) -> int:
        """Which week of the cycle a date lies in."""
        return week_of_cycle(day, self.weeks, self.first)

    def unreadable(self) -> tuple[Day, ...]:
        """The days whose text means no hours, in order."""
        return tuple(at for at in self._days() if self.stretches(*at) is None)

    def hours(self) -> tuple[WorkingHoursInput, ...]:
        """What is sent. Days that cannot be read are left out: ask `unreadable` first."""
        return tuple(
            WorkingHoursInput(week=week, weekday=day, starts=starts, ends=ends)
            for week, day in self._days()
            for starts, ends in self.stretches(week, day) or ()
        )

    def changed(self, kept: TypedWeeks) -> tuple[Day, ...]:
        """The days that differ from what is kept. Texts that mean the same hours do not."""
        return tuple(
            at
            for at in self._days()
            if self.stretches(*at) is None or self.stretches(*at) != kept.in_weeks(self.weeks).stretches(*at)
        )

    def cycle_changed(self, kept: TypedWeeks) -> bool:
        """Whether the weeks take turns otherwise than is kept."""
        if self.weeks != kept.weeks:
            return True
        return self.weeks > 1 and self.first is not None and kept.week_of(self.first) != 0

    def same(self, kept: TypedWeeks) -> bool:
        return not self.changed(kept) and not self.cycle_changed(kept)

    def over(self, before: TypedWeeks, now: TypedWeeks) -> TypedWeeks:
        """What was typed over `before`, put over `now`, which somebody else kept meanwhile."""
        theirs = {at: now.text(*at) for at in now._days()}
        mine = {at: self.text(*at) for at in self.changed(before)}
        if self.cycle_changed(before):
            return TypedWeeks(self.weeks, self.first, {**self.texts, **theirs, **mine})
        return TypedWeeks(now.weeks, now.first, {**theirs, **mine})

    def in_weeks(self, weeks: int) -> TypedWeeks:
        """The same hours written down for `weeks` weeks, as a longer cycle would begin with them."""
        if weeks <= self.weeks:
            return self
        texts = {(week, day): self.text(week % self.weeks, day) for week in range(weeks) for day in DAYS}
        return TypedWeeks(weeks, self.first, texts)

    def _days(self) -> list[Day]:
        return [(week, day) for week in range(self.weeks) for day in DAYS]


def kept_weeks(doctor: Practitioner) -> TypedWeeks:
    """What is kept of a doctor, as texts."""
    days: dict[Day, list[Stretch]] = {}
    for stretch in doctor.hours:
        days.setdefault((stretch.week, stretch.weekday), []).append((stretch.starts, stretch.ends))
    texts = {at: format_stretches(stretches) for at, stretches in days.items()}
    return TypedWeeks(doctor.cycle_weeks, doctor.cycle_from, texts)


def monday(day: date) -> date:
    """The first day of the week of `day`."""
    return day - timedelta(days=day.weekday())
