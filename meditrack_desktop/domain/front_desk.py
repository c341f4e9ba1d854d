"""What a front desk keeps in mind: who waits for an earlier visit, who is due back, and what is still to do.

FHIR: Appointment.status waitlist, CommunicationRequest for a recall, Task.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.scheduling import Appointment, Minutes, WallTime
from meditrack_desktop.domain.text import single_line

MOST_LISTED = 500
"""How many of a waitlist, or of those who are due, one list shows."""

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


def fits(entry: WaitlistEntry, practitioner_id: UUID, wall_start: datetime, minutes: int) -> bool:
    """Whether a place that became free is one that somebody waits for: the doctor, the day, the hours, the length.

    `wall_start` is the clinic's clock, naive. The visit must be over by `until_time`, and on the same day.
    """
    day, wall_end = wall_start.date(), wall_start + timedelta(minutes=entry.minutes)
    return (
        entry.state is WaitState.WAITING
        and entry.practitioner_id in (None, practitioner_id)
        and entry.minutes <= minutes
        and (entry.first_day is None or entry.first_day <= day)
        and (entry.last_day is None or day <= entry.last_day)
        and (not entry.weekdays or day.weekday() in entry.weekdays)
        and (entry.from_time is None or entry.from_time <= wall_start.time())
        and (entry.until_time is None or wall_end <= datetime.combine(day, entry.until_time))
    )


class LeaveWaitlist(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    version: int


class SwapEarlier(BaseModel):
    """Give somebody who waits the earlier place: the visit they have moves there, and the wait is over.

    `version` is the wait's, `appointment_version` the visit's.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    version: int
    appointment_version: int
    practitioner_id: UUID
    wall_start: WallTime
    fold: Annotated[int, Field(ge=0, le=1)] | None = None


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
    """Booked (with the visit) or dismissed. One whose visit is given up later is due again by itself."""

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
    due_at: WallTime | None = None
    patient_id: UUID | None = None


class FinishDeskTask(BaseModel):
    """`done` False: it is to do again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    version: int
    done: bool = True


@dataclass(frozen=True, slots=True)
class ToConfirm:
    """The next day with visits, and those of them that nobody has confirmed yet, by start. `day` None: no visits."""

    day: date | None
    visits: tuple[Appointment, ...] = ()
    confirmed: int = 0
