"""What the list of patients is narrowed to, in words that stay true tomorrow; and filters that a person keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patients import FindPatients, PatientOrder
from meditrack_desktop.domain.text import single_line

MOST_FILTERS = 30


class Standing(StrEnum):
    """Whose records are listed: those in use, all, or only those that were put away."""

    ACTIVE = "active"
    ALL = "all"
    ARCHIVED = "archived"


class PatientFilter(BaseModel):
    """All that narrows and orders the list but the text searched for, which may name a patient."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    coming_today: bool = False
    doctor: UUID | None = None
    my_patients: bool = False
    created_by_me: bool = False
    months_without_visit: Literal[0, 6, 12, 24] = 0
    """No visit for so many months, and none booked; 0: this is not asked."""
    provisional: bool = False
    deceased: bool = False
    standing: Standing = Standing.ACTIVE
    order: PatientOrder = "name"
    descending: bool = False

    @property
    def count(self) -> int:
        """How many filters are on; the order is none."""
        on = (
            self.coming_today,
            self.doctor is not None,
            self.my_patients,
            self.created_by_me,
            bool(self.months_without_visit),
            self.provisional,
            self.deceased,
            self.standing is not Standing.ACTIVE,
        )
        return sum(on)

    def question(self, text: str, today: date, limit: int = 50) -> FindPatients:
        """What it asks on this day of the clinic's."""
        months = self.months_without_visit
        return FindPatients(
            text=text[:200],
            include_archived=self.standing is not Standing.ACTIVE,
            archived=self.standing is Standing.ARCHIVED,
            doctor=self.doctor,
            my_patients=self.my_patients,
            created_by_me=self.created_by_me,
            visiting_on=today if self.coming_today else None,
            without_visit_since=months_before(today, months) if months else None,
            provisional=self.provisional,
            deceased=True if self.deceased else None,
            order=self.order,
            descending=self.descending,
            limit=limit,
        )


def months_before(day: date, months: int) -> date:
    """The same day so many months ago; the last of the month where it has no such day."""
    whole = day.year * 12 + day.month - 1 - months
    year, month = divmod(whole, 12)
    for number in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    raise ValueError("not_a_date")


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """A filter under a name, one person's own. `position` is its place, from 0; the first nine have a key."""

    id: UUID
    version: int
    name: str
    filter: PatientFilter
    position: int


FilterName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=80),
    AfterValidator(single_line),
]


class SaveFilter(BaseModel):
    """Keep a filter, behind those that are there. With the `id` of one's own it takes that one's place."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID = Field(default_factory=new_id)
    name: FilterName
    filter: PatientFilter


class RenameFilter(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    version: int
    name: FilterName


class OrderFilters(BaseModel):
    """The order in which they stand and which have a key. Those not named follow as they were."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ids: Annotated[tuple[UUID, ...], Field(max_length=MOST_FILTERS)]
