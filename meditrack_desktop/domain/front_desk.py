"""What a front desk keeps in mind: who waits for an earlier visit, who is due back, and what is still to do.

FHIR: Appointment.status waitlist, CommunicationRequest for a recall, Task.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.scheduling import Minutes
from meditrack_desktop.domain.text import single_line

Line = Annotated[str, Field(max_length=300), AfterValidator(single_line)]


class Urgency(StrEnum):
    URGENT = "urgent"
    SOON = "soon"
    ROUTINE = "routine"


class WaitState(StrEnum):
    WAITING = "waiting"
    BOOKED = "booked"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class WaitlistEntry:
    """Somebody who wants a place: with whom (None: anybody), when, how urgently.

    `appointment_id`: the visit they have and would swap for an earlier one, or the one they were given (BOOKED).
    """

    id: UUID
    version: int
    patient_id: UUID
    patient_name: str
    patient_birth_date: BirthDate | None
    patient_mrn: str
    patient_phone: str
    practitioner_id: UUID | None
    visit_type_id: UUID | None
    visit_type: str
    minutes: int
    urgency: Urgency
    first_day: date | None
    last_day: date | None
    weekdays: tuple[int, ...]
    from_time: time | None
    until_time: time | None
    note: str
    state: WaitState
    appointment_id: UUID | None
    created_at: datetime


class JoinWaitlist(BaseModel):
    """The same `id` sent twice joins once. `weekdays` (0 is Monday) empty means any."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID = Field(default_factory=new_id)
    patient_id: UUID
    practitioner_id: UUID | None = None
    visit_type_id: UUID | None = None
    minutes: Minutes = 30
    urgency: Urgency = Urgency.ROUTINE
    first_day: date | None = None
    last_day: date | None = None
    weekdays: Annotated[tuple[Annotated[int, Field(ge=0, le=6)], ...], Field(max_length=7)] = ()
    from_time: time | None = None
    until_time: time | None = None
    note: Line = ""
    appointment_id: UUID | None = None

    @model_validator(mode="after")
    def _in_order(self) -> JoinWaitlist:
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise ValueError("out_of_range")
        if self.from_time and self.until_time and self.until_time <= self.from_time:
            raise ValueError("out_of_range")
        return self


class LeaveWaitlist(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    version: int


class FollowUpState(StrEnum):
    DUE = "due"
    BOOKED = "booked"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Somebody who should be seen again about `due_on` (recall)."""

    id: UUID
    version: int
    patient_id: UUID
    patient_name: str
    patient_birth_date: BirthDate | None
    patient_mrn: str
    patient_phone: str
    practitioner_id: UUID | None
    visit_type_id: UUID | None
    visit_type: str
    due_on: date
    reason: str
    state: FollowUpState
    appointment_id: UUID | None


class AddFollowUp(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID = Field(default_factory=new_id)
    patient_id: UUID
    practitioner_id: UUID | None = None
    visit_type_id: UUID | None = None
    due_on: date
    reason: Line = ""


class EndFollowUp(BaseModel):
    """Booked (with the visit) or dismissed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    version: int
    appointment_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class DeskTask:
    """Something the front desk shall not forget; `due_at` is the clinic's clock, naive."""

    id: UUID
    version: int
    text: str
    due_at: datetime | None
    patient_id: UUID | None
    patient_name: str
    done_at: datetime | None
    created_at: datetime
    patient_birth_date: BirthDate | None = None
    patient_mrn: str = ""


class AddDeskTask(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID = Field(default_factory=new_id)
    text: Annotated[str, Field(min_length=1, max_length=300), AfterValidator(single_line)]
    due_at: datetime | None = None
    patient_id: UUID | None = None


class FinishDeskTask(BaseModel):
    """`done` False: it is to do again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    version: int
    done: bool = True
