"""What a patient agreed to or refused (FHIR Consent). A new answer follows the old one; none is overwritten."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patients import LineText


class ConsentKind(StrEnum):
    TREATMENT = "treatment"
    PRIVACY_NOTICE = "privacy-notice"
    MESSAGES = "messages"
    DATA_SHARING = "data-sharing"
    PHOTO = "photo"
    RESEARCH = "research"


class ConsentAnswer(StrEnum):
    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Consent:
    """`answered_on` is the clinic's calendar date, `recorded_at` in UTC. `document_id`: the signed sheet."""

    id: UUID
    patient_id: UUID
    kind: ConsentKind
    answer: ConsentAnswer
    answered_on: date
    document_id: UUID | None
    note: str
    recorded_at: datetime
    recorded_by_name: str


class RecordConsent(BaseModel):
    """The newest answer of a kind is the one that counts. Sent twice with one `id`, it adds one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID = Field(default_factory=new_id)
    patient_id: UUID
    kind: ConsentKind
    answer: ConsentAnswer
    answered_on: date
    document_id: UUID | None = None
    note: LineText = ""


def counting(consents: Iterable[Consent]) -> dict[ConsentKind, Consent]:
    """The answer of each kind that counts: the one given last, of one day's the one written down last."""
    newest: dict[ConsentKind, Consent] = {}
    for consent in consents:
        before = newest.get(consent.kind)
        if before is None or (before.answered_on, before.recorded_at, before.id) < (
            consent.answered_on,
            consent.recorded_at,
            consent.id,
        ):
            newest[consent.kind] = consent
    return newest
