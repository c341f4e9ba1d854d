"""Visits that repeat: the rule, the dates it gives, and what is in the way of each before anything is saved."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import count, islice, takewhile
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from meditrack_desktop.domain.scheduling import (
    Appointment,
    BookAppointment,
    CancelledBy,
    Reason,
    WallTime,
)
from meditrack_desktop.domain.text import several_lines

LONGEST_SERIES = 104
LONGEST_SERIES_DAYS = 3 * 366


class Every(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    """The same day of the month; in shorter months the last one."""
    MONTH_WEEKDAY = "month_weekday"
    """The same weekday of the month, as "every second Tuesday"; the fifth is the last."""


class SeriesRule(BaseModel):
    """Every `interval` days, weeks or months from the first visit on; `count` visits or none after `until`.

    `weekdays` (0 is Monday) only for weeks; empty: the first visit's own.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    every: Every = Every.WEEK
    interval: Annotated[int, Field(ge=1, le=52)] = 1
    weekdays: Annotated[tuple[Annotated[int, Field(ge=0, le=6)], ...], Field(max_length=7)] = ()
    count: Annotated[int, Field(ge=1, le=LONGEST_SERIES)] | None = None
    until: date | None = None

    @model_validator(mode="after")
    def _ends(self) -> SeriesRule:
        if (self.count is None) == (self.until is None):
            raise ValueError("required")
        return self


def dates(rule: SeriesRule, first: date) -> tuple[date, ...]:
    """The days of the series in order; the first visit's is always the first of them.

    At most `LONGEST_SERIES`, none later than three years after the first.
    """
    last = first + timedelta(days=LONGEST_SERIES_DAYS)
    if rule.until is not None:
        last = min(last, rule.until)
    later = takewhile(lambda day: day <= last, (day for day in _days(rule, first) if day > first))
    return (first, *islice(later, (rule.count or LONGEST_SERIES) - 1))


def starts(rule: SeriesRule, first: datetime) -> tuple[datetime, ...]:
    """When the visits begin: each day at the first one's time, on the clinic's clock, whatever daylight saving does."""
    return tuple(datetime.combine(day, first.time()) for day in dates(rule, first.date()))


def date_of(wall_start: datetime, planned: Iterable[datetime]) -> datetime:
    """Which date of a series a visit is that was given another time of that day; its own start for any other day."""
    return next((one for one in planned if one.date() == wall_start.date()), wall_start)


def _days(rule: SeriesRule, first: date) -> Iterator[date]:
    """Without an end, in order; some may lie before the first visit."""
    if rule.every is Every.DAY:
        for step in count():
            yield first + timedelta(days=step * rule.interval)
    elif rule.every is Every.WEEK:
        monday = first - timedelta(days=first.weekday())
        weekdays = sorted(set(rule.weekdays)) or [first.weekday()]
        for step in count():
            for weekday in weekdays:
                yield monday + timedelta(weeks=step * rule.interval, days=weekday)
    else:
        for step in count():
            months = first.year * 12 + first.month - 1 + step * rule.interval
            yield _of_month(rule.every, *divmod(months, 12), first)


def _of_month(every: Every, year: int, month_before: int, first: date) -> date:
    """The day of a month that answers to the first visit's."""
    weekday_of_first, length = monthrange(year, month_before + 1)
    if every is Every.MONTH:
        return date(year, month_before + 1, min(first.day, length))
    week = (first.day - 1) // 7
    day = 1 + (first.weekday() - weekday_of_first) % 7 + 7 * week
    return date(year, month_before + 1, day if day <= length else day - 7)


class InTheWay(StrEnum):
    """What is in the way of one date of a series."""

    TAKEN = "taken"
    HELD = "held"
    OUTSIDE_HOURS = "outside_hours"
    CLOSED = "closed"
    AWAY = "away"
    CLOCKS_SKIP = "clocks_skip"
    """The clocks go forward over this time."""
    CLOCKS_TWICE = "clocks_twice"
    """The clocks show this time twice; the first is meant."""
    ROOM = "room"
    RULE = "rule"
    PATIENT = "patient"
    """The patient has another visit at that time."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One date of a series. `proposed`: the nearest free start on the same day if something is in the way."""

    wall_start: datetime
    obstacles: tuple[InTheWay, ...] = ()
    note: str = ""
    """The name of the closed day, or of the rule."""
    proposed: datetime | None = None

    @property
    def blocked(self) -> bool:
        return any(one is not InTheWay.CLOCKS_TWICE for one in self.obstacles)


@dataclass(frozen=True, slots=True)
class Series:
    """A series as it is now: its rule, and its visits by the date they were planned for, cancelled ones too."""

    id: UUID
    rule: SeriesRule
    visits: tuple[Appointment, ...]


class PreviewSeries(BaseModel):
    """Look at every date of a series; nothing is written."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first: BookAppointment
    rule: SeriesRule


class BookSeries(BaseModel):
    """Book the first visit and the dates in `starts` (wall clock, as chosen in the preview), all or none.

    `first.wall_start` is one of `starts`. The same `first.id` sent twice books once.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    first: BookAppointment
    rule: SeriesRule
    starts: Annotated[tuple[WallTime, ...], Field(min_length=1, max_length=LONGEST_SERIES)]

    @model_validator(mode="after")
    def _with_the_first(self) -> BookSeries:
        if self.first.wall_start not in self.starts or len(set(self.starts)) < len(self.starts):
            raise ValueError("malformed")
        if max(self.starts) - min(self.starts) > timedelta(days=LONGEST_SERIES_DAYS + 1):
            raise ValueError("out_of_range")
        return self


class Scope(StrEnum):
    """Which visits of a series a change is for."""

    THIS = "this"
    FOLLOWING = "following"
    """This and all later ones that are still to come."""
    ALL = "all"
    """All that are still to come."""


class MoveSeries(BaseModel):
    """Move visits of a series by as much as this one is moved; the wall clock counts, not the instant."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    version: int
    scope: Scope
    wall_start: WallTime
    practitioner_id: UUID | None = None
    overbook_reason: Annotated[str, Field(max_length=500), AfterValidator(several_lines)] = ""


class CancelSeries(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    version: int
    scope: Scope
    cancelled_by: CancelledBy = CancelledBy.PATIENT
    reason: Reason
