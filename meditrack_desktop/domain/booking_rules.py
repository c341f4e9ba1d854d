"""What a doctor allows to be booked, beside their hours: how many, of which kind, and until when new patients."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from meditrack_desktop.domain.ids import new_id


class RuleKind(StrEnum):
    """`MOST_PER_SESSION`: `most` visits in one stretch of work. `MOST_PER_DAY`: a day. `MOST_OF_TYPE`: `most` visits

    of `visit_type_id` a day. `NO_NEW_PATIENTS`: nobody who was never here, from `after` on (None: all day).
    `LATEST_NOTICE`: nothing that begins within `most` minutes from now.
    """

    MOST_PER_SESSION = "most_per_session"
    MOST_PER_DAY = "most_per_day"
    MOST_OF_TYPE = "most_of_type"
    NO_NEW_PATIENTS = "no_new_patients"
    LATEST_NOTICE = "latest_notice"


@dataclass(frozen=True, slots=True)
class BookingRule:
    """One rule of one doctor; `weekdays` (0 is Monday) empty means every day."""

    id: UUID
    practitioner_id: UUID
    kind: RuleKind
    most: int | None = None
    visit_type_id: UUID | None = None
    after: time | None = None
    weekdays: tuple[int, ...] = ()


class BookingRuleInput(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID = Field(default_factory=new_id)
    kind: RuleKind
    most: Annotated[int, Field(ge=0, le=10_080)] | None = None
    visit_type_id: UUID | None = None
    after: time | None = None
    weekdays: Annotated[tuple[Annotated[int, Field(ge=0, le=6)], ...], Field(max_length=7)] = ()

    @model_validator(mode="after")
    def _whole(self) -> BookingRuleInput:
        if self.kind is not RuleKind.NO_NEW_PATIENTS and self.most is None:
            raise ValueError("required")
        if (self.kind is RuleKind.MOST_OF_TYPE) != (self.visit_type_id is not None):
            raise ValueError("required")
        return self


class SetBookingRules(BaseModel):
    """Replace all rules of a doctor; `version` is the doctor's that was seen."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    practitioner_id: UUID
    version: int
    rules: Annotated[tuple[BookingRuleInput, ...], Field(max_length=50)]
