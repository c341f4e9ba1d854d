"""The audit trail's line (FHIR AuditEvent): who did what to which record, when, at which desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Outcome(StrEnum):
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One line. `detail` names changed fields, never their values; `seq` has no gaps within a `chain`."""

    chain: str
    seq: int
    at: datetime
    account_id: UUID | None
    account_name: str
    workstation: str
    action: str
    object_type: str
    object_id: UUID | None
    patient_id: UUID | None
    outcome: Outcome
    detail: str


@dataclass(frozen=True, slots=True)
class SealCheck:
    """Whether every line is as it was written. `broken` names the first bad line of each bad chain."""

    lines: int
    broken: tuple[tuple[str, int], ...]

    @property
    def whole(self) -> bool:
        return not self.broken
