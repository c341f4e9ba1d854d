"""A slot that somebody is about to book: other desks see who and for how long, and it never outlives its desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.scheduling import Minutes, WallTime

HOLD_FOR = timedelta(minutes=2)
WARN_BEFORE = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Hold:
    """`expires_at` is an instant by the clinic's clock; `mine` if the asker's own session holds it."""

    id: UUID
    practitioner_id: UUID
    wall_start: datetime
    starts_at: datetime
    ends_at: datetime
    minutes: int
    account_name: str
    desk_name: str
    expires_at: datetime
    mine: bool


class PlaceHold(BaseModel):
    """Hold a slot for two minutes. The same `id` again moves it, or extends it where the slot is the same.

    Everything else that this session holds is let go.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID = Field(default_factory=new_id)
    practitioner_id: UUID
    wall_start: WallTime
    fold: Annotated[int, Field(ge=0, le=1)] | None = None
    minutes: Minutes = 30
    visit_type_id: UUID | None = None
    asset_ids: Annotated[tuple[UUID, ...], Field(max_length=10)] = ()
    """Rooms and devices chosen by hand; of what the kind of visit needs one each is kept without."""
