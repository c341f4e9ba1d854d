"""Measurements and results (FHIR Observation): one value each, with its unit and the range it is compared with.

Several taken together (a blood pressure, a blood panel) share a `panel_id`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from meditrack_desktop.domain.chart import (
    COMMAND,
    CodeSystem,
    CodeText,
    Coding,
    EntryText,
    Recorded,
    RemarkText,
    ShortText,
)
from meditrack_desktop.domain.errors import FieldProblem
from meditrack_desktop.domain.ids import new_id

LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"

Amount = Annotated[Decimal, Field(max_digits=26, decimal_places=12, allow_inf_nan=False)]


class ObservationStatus(StrEnum):
    PRELIMINARY = "preliminary"
    FINAL = "final"
    AMENDED = "amended"
    ENTERED_IN_ERROR = "entered-in-error"


class Interpretation(StrEnum):
    """A value beside its range; `unknown` where there is no range or no number."""

    LOW = "low"
    IN_RANGE = "in-range"
    HIGH = "high"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Observation:
    """`value` is exact, as it was entered. `text_value` is a result in words ("negative"). `taken_at` in UTC.

    `low` and `high` are in the value's `unit` (UCUM where it came coded); either may be unknown.
    """

    id: UUID
    version: int
    patient_id: UUID
    panel_id: UUID | None
    panel: str
    name: str
    coding: Coding
    value: Decimal | None
    text_value: str
    unit: str
    low: Decimal | None
    high: Decimal | None
    status: ObservationStatus
    taken_at: datetime
    source: str
    note: str
    recorded: Recorded

    @property
    def kind(self) -> str:
        """What it is one of a series of: its code, or its name where it has none."""
        return self.coding.code or self.name

    @property
    def interpretation(self) -> Interpretation:
        if self.value is None or (self.low is None and self.high is None):
            return Interpretation.UNKNOWN
        if self.low is not None and self.value < self.low:
            return Interpretation.LOW
        if self.high is not None and self.value > self.high:
            return Interpretation.HIGH
        return Interpretation.IN_RANGE


@dataclass(frozen=True, slots=True)
class FormerValue:
    """What a measurement said until it was corrected at `replaced_at` (UTC)."""

    observation_id: UUID
    version: int
    value: Decimal | None
    text_value: str
    unit: str
    status: ObservationStatus
    taken_at: datetime
    replaced_at: datetime
    replaced_by_name: str


@dataclass(frozen=True, slots=True)
class ObservationHistory:
    """One kind of measurement through the years, newest first; `former` are the values that were corrected."""

    patient_id: UUID
    kind: str
    values: tuple[Observation, ...]
    former: tuple[FormerValue, ...]


class ObservationInput(BaseModel):
    """One value of a panel: `value` or `text_value` has to be there."""

    model_config = COMMAND

    id: UUID = Field(default_factory=new_id)
    name: EntryText
    system: CodeSystem = ""
    code: CodeText = ""
    value: Amount | None = None
    text_value: ShortText = ""
    unit: Annotated[ShortText, Field(max_length=40)] = ""
    low: Amount | None = None
    high: Amount | None = None
    note: RemarkText = ""


def problem_of(value: ObservationInput) -> dict[str, FieldProblem]:
    """Fields at fault: no value at all, or a range whose ends are the wrong way round."""
    if value.value is None and not value.text_value:
        return {"value": FieldProblem.REQUIRED}
    if value.low is not None and value.high is not None and value.low > value.high:
        return {"high": FieldProblem.OUT_OF_RANGE}
    return {}


def exact(number: Decimal) -> str:
    """The number as it is stored: every digit that was entered, no exponent."""
    return format(number, "f")


class RecordObservations(BaseModel):
    """Values taken at one time. Sent twice with the same ids, it adds them once."""

    model_config = COMMAND

    patient_id: UUID
    taken_at: AwareDatetime
    panel: ShortText = ""
    source: ShortText = ""
    values: Annotated[tuple[ObservationInput, ...], Field(min_length=1, max_length=100)]


class EditObservation(ObservationInput):
    """Correct one value; the former one stays in its history. `status` entered-in-error takes it out."""

    id: UUID
    version: int
    status: ObservationStatus = ObservationStatus.AMENDED
    taken_at: AwareDatetime


@dataclass(frozen=True, slots=True)
class Measurement:
    """A kind of everyday measurement a desk offers to enter: name, LOINC code, UCUM unit, usual adult range."""

    key: str
    name: str
    code: str
    unit: str
    low: Decimal | None = None
    high: Decimal | None = None


MEASUREMENTS: tuple[Measurement, ...] = (
    Measurement("systolic", "Systolic blood pressure", "8480-6", "mm[Hg]", Decimal(90), Decimal(140)),
    Measurement("diastolic", "Diastolic blood pressure", "8462-4", "mm[Hg]", Decimal(60), Decimal(90)),
    Measurement("pulse", "Heart rate", "8867-4", "/min", Decimal(50), Decimal(100)),
    Measurement("weight", "Body weight", "29463-7", "kg"),
    Measurement("height", "Body height", "8302-2", "cm"),
    Measurement("temperature", "Body temperature", "8310-5", "Cel", Decimal("35.5"), Decimal("37.8")),
    Measurement("oxygen", "Oxygen saturation", "59408-5", "%", Decimal(94), Decimal(100)),
    Measurement("breathing", "Respiratory rate", "9279-1", "/min", Decimal(12), Decimal(20)),
)
"""LOINC codes of the vital signs profile of FHIR R4; the ranges are the usual ones of adults at rest."""
