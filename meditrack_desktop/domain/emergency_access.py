"""Emergency access ("break-glass", security.md D33): one person opens one patient for some hours and says why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.text import several_lines

LASTS = timedelta(hours=4)
REVIEW_WITHIN = timedelta(hours=72)
SHORTEST_REASON = 10
CARE_WINDOW = timedelta(days=30)
"""A visit this long before or after now makes the patient one in the doctor's care (D7)."""


@dataclass(frozen=True, slots=True)
class EmergencyAccess:
    """Who opened whose record in an emergency, until when, and who looked at it afterwards. Times in UTC."""

    id: UUID
    version: int
    account_id: UUID
    account_name: str
    patient_id: UUID
    patient_name: str
    reason: str
    started_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    review_due_at: datetime
    reviewed_at: datetime | None
    reviewed_by_name: str
    review_note: str

    def live(self, now: datetime) -> bool:
        """Whether it still opens documents."""
        return self.ended_at is None and now < self.expires_at

    def overdue(self, now: datetime) -> bool:
        """Whether somebody should have looked at it by now."""
        return self.reviewed_at is None and self.review_due_at <= now


class OpenInEmergency(BaseModel):
    """Open one patient's documents for four hours. The reason is read by whoever reviews it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID = Field(default_factory=new_id)
    patient_id: UUID
    reason: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=SHORTEST_REASON, max_length=500),
        AfterValidator(several_lines),
    ]
    password: SecretStr


class ReviewEmergency(BaseModel):
    """Say that somebody else's emergency access was looked at, and what came of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    version: int
    note: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=3, max_length=500),
        AfterValidator(several_lines),
    ]
