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


@dataclass(frozen=True, slots=True, order=True)
class WorkingHours:
    """One stretch of work on one weekday (0 is Monday), in the clinic's wall-clock time."""

    weekday: int
    starts: time
    ends: time


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

    @property
    def name(self) -> str:
        """`Dr. Ines Modelo`."""
        return " ".join(part for part in (self.prefix, self.given, self.family) if part)

    def hours_on(self, day: date) -> tuple[WorkingHours, ...]:
        return tuple(sorted(stretch for stretch in self.hours if stretch.weekday == day.weekday()))


class WorkingHoursInput(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    weekday: Annotated[int, Field(ge=0, le=6)]
    starts: time
    ends: time

    @model_validator(mode="after")
    def _in_order(self) -> WorkingHoursInput:
        if self.ends <= self.starts:
            raise ValueError("out_of_range")
        return self


def _no_overlap(hours: tuple[WorkingHoursInput, ...]) -> tuple[WorkingHoursInput, ...]:
    ordered = sorted(hours, key=lambda stretch: (stretch.weekday, stretch.starts))
    for earlier, later in pairwise(ordered):
        if earlier.weekday == later.weekday and later.starts < earlier.ends:
            raise ValueError("out_of_range")
    return tuple(ordered)


WeeklyHours = Annotated[tuple[WorkingHoursInput, ...], Field(max_length=42), AfterValidator(_no_overlap)]


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
    """Replace a doctor's weekly hours. Never moves a visit."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    version: int
    hours: WeeklyHours


class SetPractitionerActive(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    version: int
    active: bool
