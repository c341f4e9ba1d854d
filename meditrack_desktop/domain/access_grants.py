"""Temporary access: one person lets another read one patient's clinical documents until a day (security.md D34)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.text import several_lines

LONGEST = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class AccessGrant:
    """Who may read whose documents, from when until when (UTC), who said so and why."""

    id: UUID
    version: int
    account_id: UUID
    account_name: str
    patient_id: UUID
    reason: str
    given_at: datetime
    given_by: UUID
    given_by_name: str
    expires_at: datetime
    ended_at: datetime | None

    def live(self, now: datetime) -> bool:
        """Whether it still opens documents."""
        return self.ended_at is None and now < self.expires_at


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody to whom access can be given."""

    account_id: UUID
    name: str
    user: str


@dataclass(frozen=True, slots=True)
class OwnAccess:
    """What one was given: whose documents, by whom and until when (UTC)."""

    patient_id: UUID
    patient_name: str
    patient_mrn: str
    given_by_name: str
    reason: str
    expires_at: datetime


class GiveAccess(BaseModel):
    """Let somebody else read a patient's clinical documents for up to 30 days."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID = Field(default_factory=new_id)
    account_id: UUID
    patient_id: UUID
    expires_at: AwareDatetime
    reason: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=3, max_length=500),
        AfterValidator(several_lines),
    ]


class EndAccess(BaseModel):
    """Take a temporary access back before its time."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    version: int
