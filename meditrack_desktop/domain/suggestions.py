"""Patients as one types: the best few, why each of them is there, and what of the words shown matched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from meditrack_desktop.domain.patients import PatientLine


class SuggestPatients(BaseModel):
    """What was typed so far. Nothing typed: the patients this account opened last, newest first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: Annotated[str, Field(max_length=200)] = ""
    include_archived: bool = False
    limit: Annotated[int, Field(ge=1, le=20)] = 8


class MarkedField(StrEnum):
    """What a mark is in. `NAME` is `line.name`; `ALSO` is the preferred name; `BIRTH_DATE` the ISO date."""

    NAME = "name"
    ALSO = "also"
    PHONE = "phone"
    MRN = "mrn"
    BIRTH_DATE = "birth_date"


@dataclass(frozen=True, slots=True)
class Mark:
    """A part that matched: characters `start` to before `end` of the text of `field`.

    Of a birth date it is the beginning of the ISO form: the year (4), the month with it (7), or all (10).
    """

    field: MarkedField
    start: int
    end: int


class Near(StrEnum):
    """Why somebody stands before others who match as well."""

    TODAY = "today"
    RECENT = "recent"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One patient of a type-ahead.

    `line.phone` is the number that matched, if one did. `line.usual_doctor` and `line.next_visit` are left
    empty. `also` is the preferred name, if that is what matched. `similar`: nothing typed begins so, but a name
    is spelled nearly so. `near` and `visit_at` (an instant) tell of a visit today or of a chart opened lately.
    """

    line: PatientLine
    marks: tuple[Mark, ...] = ()
    near: Near | None = None
    visit_at: datetime | None = None
    also: str = ""
    similar: bool = False

    def marks_in(self, field: MarkedField) -> tuple[tuple[int, int], ...]:
        """The ranges of one text, as (start, end)."""
        return tuple((mark.start, mark.end) for mark in self.marks if mark.field is field)
