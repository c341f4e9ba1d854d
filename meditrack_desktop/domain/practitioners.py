"""Doctors and the hours they work (FHIR Practitioner, PractitionerRole.availableTime)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from itertools import pairwise
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patients import IdentifierInput, LineText, NameText
from meditrack_desktop.domain.text import single_line
from meditrack_desktop.domain.working_time import LONGEST_CYCLE_WEEKS, week_of_cycle


@dataclass(frozen=True, slots=True, order=True)
class WorkingHours:
    """One stretch of work on one weekday (0 is Monday), in the clinic's wall-clock time.

    `week` is the week of the doctor's cycle, 0 for the first; always 0 where every week is alike.
    """

    weekday: int
    starts: time
    ends: time
    week: int = 0


@dataclass(frozen=True, slots=True)
class Practitioner:
    """A doctor. Deactivated, never deleted: their visits keep their name."""

    id: UUID
    version: int
    family: str
    given: str
    prefix: str
    specialty: str
    room: str
    active: bool
    hours: tuple[WorkingHours, ...]
    cycle_weeks: int = 1
    """After how many weeks the hours repeat."""
    cycle_from: date | None = None
    """The Monday of one first week of the cycle; None where every week is alike."""

    @property
    def name(self) -> str:
        """`Dr. Ines Modelo`."""
        return " ".join(part for part in (self.prefix, self.given, self.family) if part)

    def hours_on(self, day: date) -> tuple[WorkingHours, ...]:
        """The weekly hours that count on `day`; exceptions and absences are `domain.working_time`'s."""
        week = week_of_cycle(day, self.cycle_weeks, self.cycle_from)
        return tuple(
            sorted(
                stretch for stretch in self.hours if stretch.weekday == day.weekday() and stretch.week == week
            )
        )


class WorkingHoursInput(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    weekday: Annotated[int, Field(ge=0, le=6)]
    starts: time
    ends: time
    week: Annotated[int, Field(ge=0, lt=LONGEST_CYCLE_WEEKS)] = 0

    @model_validator(mode="after")
    def _in_order(self) -> WorkingHoursInput:
        if self.ends <= self.starts:
            raise ValueError("out_of_range")
        return self


def _no_overlap(hours: tuple[WorkingHoursInput, ...]) -> tuple[WorkingHoursInput, ...]:
    ordered = sorted(hours, key=lambda stretch: (stretch.week, stretch.weekday, stretch.starts))
    for earlier, later in pairwise(ordered):
        same_day = (earlier.week, earlier.weekday) == (later.week, later.weekday)
        if same_day and later.starts < earlier.ends:
            raise ValueError("out_of_range")
    return tuple(ordered)


WeeklyHours = Annotated[
    tuple[WorkingHoursInput, ...], Field(max_length=42 * LONGEST_CYCLE_WEEKS), AfterValidator(_no_overlap)
]


class PractitionerDetails(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    family: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=120),
        AfterValidator(single_line),
    ]
    given: NameText = ""
    prefix: Annotated[str, Field(max_length=30), AfterValidator(single_line)] = "Dr."
    specialty: LineText = ""
    room: Annotated[str, Field(max_length=60), AfterValidator(single_line)] = ""


class AddPractitioner(PractitionerDetails):
    """A new doctor with their weekly hours."""

    id: UUID = Field(default_factory=new_id)
    hours: WeeklyHours = ()
    identifiers: Annotated[tuple[IdentifierInput, ...], Field(max_length=20)] = ()


class EditPractitioner(PractitionerDetails):
    id: UUID
    version: int


class SetWorkingHours(BaseModel):
    """Replace a doctor's weekly hours. Never moves a visit.

    With `cycle_weeks` over 1 the hours repeat after so many weeks; `cycle_from` is any day of one first week.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    version: int
    hours: WeeklyHours
    cycle_weeks: Annotated[int, Field(ge=1, le=LONGEST_CYCLE_WEEKS)] = 1
    cycle_from: date | None = None

    @model_validator(mode="after")
    def _cycle_begins(self) -> SetWorkingHours:
        if self.cycle_weeks > 1 and self.cycle_from is None:
            raise ValueError("required")
        if any(stretch.week >= self.cycle_weeks for stretch in self.hours):
            raise ValueError("out_of_range")
        return self


class SetPractitionerActive(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    version: int
    active: bool
