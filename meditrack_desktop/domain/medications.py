"""Medication: what a patient takes (FHIR MedicationStatement) or was prescribed (MedicationRequest)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, Field

from meditrack_desktop.domain.chart import (
    COMMAND,
    CodeSystem,
    CodeText,
    Coding,
    EntryText,
    PartialDate,
    Recorded,
    RemarkText,
    ShortText,
)
from meditrack_desktop.domain.ids import new_id


class MedicationStatus(StrEnum):
    ACTIVE = "active"
    ON_HOLD = "on-hold"
    COMPLETED = "completed"
    STOPPED = "stopped"
    ENTERED_IN_ERROR = "entered-in-error"


class MedicationIntent(StrEnum):
    """`statement`: the patient takes it, whoever ordered it. `order`: somebody here prescribed it."""

    STATEMENT = "statement"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class Medication:
    id: UUID
    version: int
    patient_id: UUID
    text: str
    coding: Coding
    dosage: str
    intent: MedicationIntent
    status: MedicationStatus
    started: PartialDate | None
    ended: PartialDate | None
    reason: str
    note: str
    recorded: Recorded


def taken_first(medications: Iterable[Medication]) -> tuple[Medication, ...]:
    """What is taken, what pauses, what was taken, newest first each; what was entered in error last."""
    order = (
        MedicationStatus.ACTIVE,
        MedicationStatus.ON_HOLD,
        MedicationStatus.COMPLETED,
        MedicationStatus.STOPPED,
        MedicationStatus.ENTERED_IN_ERROR,
    )
    newest = sorted(medications, key=lambda one: (one.recorded.at, one.id), reverse=True)
    return tuple(sorted(newest, key=lambda one: order.index(one.status)))


class MedicationDetails(BaseModel):
    model_config = COMMAND

    text: EntryText
    system: CodeSystem = ""
    code: CodeText = ""
    dosage: ShortText = ""
    intent: MedicationIntent = MedicationIntent.STATEMENT
    status: MedicationStatus = MedicationStatus.ACTIVE
    started: PartialDate | None = None
    ended: PartialDate | None = None
    reason: ShortText = ""
    note: RemarkText = ""


class RecordMedication(MedicationDetails):
    """A new entry. Sent twice with one `id`, it adds one."""

    id: UUID = Field(default_factory=new_id)
    patient_id: UUID


class EditMedication(MedicationDetails):
    id: UUID
    version: int
