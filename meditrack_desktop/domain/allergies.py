"""Allergies and intolerances (FHIR AllergyIntolerance): shown wherever anybody acts on a patient."""

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
    Verification,
)
from meditrack_desktop.domain.ids import new_id


class AllergyCategory(StrEnum):
    MEDICATION = "medication"
    FOOD = "food"
    ENVIRONMENT = "environment"
    BIOLOGIC = "biologic"
    OTHER = "other"


class Severity(StrEnum):
    """How bad the reaction is; `unknown` ranks between moderate and severe, because nobody knows."""

    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"
    UNKNOWN = "unknown"

    @property
    def rank(self) -> int:
        """Higher is worse."""
        return (Severity.MILD, Severity.MODERATE, Severity.UNKNOWN, Severity.SEVERE).index(self)


class AllergyStatus(StrEnum):
    ACTIVE = "active"
    INACTIVE = "inactive"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Allergy:
    id: UUID
    version: int
    patient_id: UUID
    substance: str
    coding: Coding
    category: AllergyCategory
    severity: Severity
    reaction: str
    status: AllergyStatus
    verification: Verification
    onset: PartialDate | None
    note: str
    recorded: Recorded

    @property
    def warns(self) -> bool:
        """Whether it stands in the patient's band: active, and neither refuted nor entered in error."""
        return stands_in_band(self.status, self.verification)


def stands_in_band(status: AllergyStatus, verification: Verification) -> bool:
    """Whether such an allergy warns whoever acts on the patient."""
    return status is AllergyStatus.ACTIVE and verification in (
        Verification.CONFIRMED,
        Verification.UNCONFIRMED,
    )


def worst_first(allergies: Iterable[Allergy]) -> tuple[Allergy, ...]:
    """Warning ones first, the worst of them first, confirmed before unconfirmed; what was entered in error last."""

    def place(allergy: Allergy) -> tuple[bool, bool, int, bool, str, str]:
        return (
            not allergy.warns,
            allergy.verification is Verification.ENTERED_IN_ERROR,
            -allergy.severity.rank,
            allergy.verification is not Verification.CONFIRMED,
            allergy.substance,
            allergy.id.hex,
        )

    return tuple(sorted(allergies, key=place))


@dataclass(frozen=True, slots=True)
class AllergyList:
    """All of a patient's allergies, warning ones first, the worst of them first.

    `none_known` says when somebody asked and there were none: an empty list alone means that nobody asked.
    """

    patient_id: UUID
    allergies: tuple[Allergy, ...]
    none_known: Recorded | None = None

    @property
    def warnings(self) -> tuple[Allergy, ...]:
        return tuple(allergy for allergy in self.allergies if allergy.warns)


class AllergyDetails(BaseModel):
    model_config = COMMAND

    substance: EntryText
    system: CodeSystem = ""
    code: CodeText = ""
    category: AllergyCategory = AllergyCategory.MEDICATION
    severity: Severity = Severity.UNKNOWN
    reaction: ShortText = ""
    status: AllergyStatus = AllergyStatus.ACTIVE
    verification: Verification = Verification.UNCONFIRMED
    onset: PartialDate | None = None
    note: RemarkText = ""


class RecordAllergy(AllergyDetails):
    """A new entry. Sent twice with one `id`, it adds one. It withdraws "none known"."""

    id: UUID = Field(default_factory=new_id)
    patient_id: UUID


class EditAllergy(AllergyDetails):
    id: UUID
    version: int


class SayNoneKnown(BaseModel):
    """The patient was asked and knows of no allergy. Refused while one warns."""

    model_config = COMMAND

    patient_id: UUID
