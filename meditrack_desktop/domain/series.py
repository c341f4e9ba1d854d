"""Visits that repeat: the rule, the dates it gives, and what is in the way of each before anything is saved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from meditrack_desktop.domain.scheduling import BookAppointment

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
    starts: Annotated[tuple[datetime, ...], Field(min_length=1, max_length=LONGEST_SERIES)]


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
    wall_start: datetime
    practitioner_id: UUID | None = None
    overbook_reason: Annotated[str, Field(max_length=500)] = ""


class CancelSeries(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    version: int
    scope: Scope
    reason: Annotated[str, Field(min_length=1, max_length=500)]
