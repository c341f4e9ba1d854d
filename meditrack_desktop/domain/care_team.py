"""Which doctors look after which patients (FHIR CareTeam). Ended, never deleted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.text import single_line


@dataclass(frozen=True, slots=True)
class CareTeamMember:
    """One doctor in one patient's care team, with the names both ways of listing need."""

    id: UUID
    version: int
    patient_id: UUID
    patient_name: str
    practitioner_id: UUID
    practitioner_name: str
    usual: bool
    part: str
    started_at: datetime
    ended_at: datetime | None


class AssignDoctor(BaseModel):
    """Put a doctor on a patient's care team. `usual` makes them the one the calendar offers first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID = Field(default_factory=new_id)
    patient_id: UUID
    practitioner_id: UUID
    usual: bool = False
    part: Annotated[str, Field(max_length=120), AfterValidator(single_line)] = ""


class MakeUsualDoctor(BaseModel):
    """Make a doctor of the team the usual one, in place of whoever is it now."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    version: int


class EndCareTeamMember(BaseModel):
    """Take a doctor off a patient's care team from now on; the history stays."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    version: int
