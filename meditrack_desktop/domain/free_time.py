"""Looking for a free place: for whom, what, and from when on."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from meditrack_desktop.domain.scheduling import Minutes

MOST_SLOTS = 500
LOOK_AHEAD_DAYS = 90


class FindFreeTime(BaseModel):
    """The next starts from `after` (clinic's clock, naive) on, soonest first, 90 days ahead at most.

    No doctors means all active ones. `minutes` None: the kind of visit's, or 30. `asset_id`: this room or device
    must be free, too. `patient_id`: rules about new patients count, and the patient's own visits are kept clear.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    after: datetime
    practitioner_ids: Annotated[tuple[UUID, ...], Field(max_length=500)] = ()
    specialty_id: UUID | None = None
    """Of this specialty or one below it."""
    language: str | None = None
    visit_type_id: UUID | None = None
    asset_id: UUID | None = None
    patient_id: UUID | None = None
    minutes: Minutes | None = None
    limit: Annotated[int, Field(ge=1, le=MOST_SLOTS)] = 10


class FreeTimeOfDay(BaseModel):
    """Every start on one day of the clinic's calendar; what is asked for is as in `FindFreeTime`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    day: date
    practitioner_ids: Annotated[tuple[UUID, ...], Field(max_length=500)] = ()
    specialty_id: UUID | None = None
    language: str | None = None
    visit_type_id: UUID | None = None
    asset_id: UUID | None = None
    patient_id: UUID | None = None
    minutes: Minutes | None = None
