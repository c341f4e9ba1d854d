"""People around a patient: guardians, emergency contacts, family, carers (FHIR RelatedPerson)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patients import EmailText, LineText, NameText
from meditrack_desktop.domain.text import single_line

_COMMAND = ConfigDict(frozen=True, extra="forbid")


class Relationship(StrEnum):
    GUARDIAN = "guardian"
    PARENT = "parent"
    PARTNER = "partner"
    CHILD = "child"
    SIBLING = "sibling"
    FAMILY = "family"
    FRIEND = "friend"
    CARER = "carer"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class RelatedPerson:
    """`linked_patient_id` if they are a patient here themselves. `ended_at` (UTC): no longer so."""

    id: UUID
    version: int
    patient_id: UUID
    name: str
    relationship: Relationship
    guardian: bool
    emergency_contact: bool
    phone: str
    phone_e164: str | None
    email: str
    note: str
    linked_patient_id: UUID | None
    ended_at: datetime | None


class RelatedPersonDetails(BaseModel):
    model_config = _COMMAND

    name: Annotated[NameText, Field(min_length=1)]
    relationship: Relationship = Relationship.OTHER
    guardian: bool = False
    emergency_contact: bool = False
    phone: Annotated[str, Field(max_length=60), AfterValidator(single_line)] = ""
    email: EmailText | Literal[""] = ""
    note: LineText = ""
    linked_patient_id: UUID | None = None


class AddRelatedPerson(RelatedPersonDetails):
    """Sent twice with one `id`, it adds one."""

    id: UUID = Field(default_factory=new_id)
    patient_id: UUID


class EditRelatedPerson(RelatedPersonDetails):
    id: UUID
    version: int


class EndRelatedPerson(BaseModel):
    """They are no longer the patient's contact; the history stays."""

    model_config = _COMMAND

    id: UUID
    version: int
