"""Conditions: diagnoses and problems (FHIR Condition)."""

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
    Verification,
)
from meditrack_desktop.domain.ids import new_id


class ConditionStatus(StrEnum):
    ACTIVE = "active"
    RECURRENCE = "recurrence"
    RELAPSE = "relapse"
    REMISSION = "remission"
    INACTIVE = "inactive"
    RESOLVED = "resolved"

    @property
    def present(self) -> bool:
        """Whether the patient has it now."""
        return self in (ConditionStatus.ACTIVE, ConditionStatus.RECURRENCE, ConditionStatus.RELAPSE)


@dataclass(frozen=True, slots=True)
class Condition:
    id: UUID
    version: int
    patient_id: UUID
    text: str
    coding: Coding
    status: ConditionStatus
    verification: Verification
    onset: PartialDate | None
    abated: PartialDate | None
    note: str
    recorded: Recorded


def present_first(conditions: Iterable[Condition]) -> tuple[Condition, ...]:
    """What the patient has now, then what they had, newest first each; what was entered in error last."""

    def place(condition: Condition) -> int:
        wrong = condition.verification in (Verification.ENTERED_IN_ERROR, Verification.REFUTED)
        return 2 if wrong else (0 if condition.status.present else 1)

    newest = sorted(conditions, key=lambda one: (one.recorded.at, one.id), reverse=True)
    return tuple(sorted(newest, key=place))


class ConditionDetails(BaseModel):
    model_config = COMMAND

    text: EntryText
    system: CodeSystem = ""
    code: CodeText = ""
    status: ConditionStatus = ConditionStatus.ACTIVE
    verification: Verification = Verification.CONFIRMED
    onset: PartialDate | None = None
    abated: PartialDate | None = None
    note: RemarkText = ""


class RecordCondition(ConditionDetails):
    """A new entry. Sent twice with one `id`, it adds one."""

    id: UUID = Field(default_factory=new_id)
    patient_id: UUID


class EditCondition(ConditionDetails):
    id: UUID
    version: int
