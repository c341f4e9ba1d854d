"""Two records that look like one person: why, how surely, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.patients import AddressInput, Gender, NameText, PatientLine, PhoneInput
from meditrack_desktop.domain.text import single_line

_COMMAND = ConfigDict(frozen=True, extra="forbid")


class TwinState(StrEnum):
    """Stored; never change a value."""

    OPEN = "open"
    DIFFERENT = "different"
    MERGED = "merged"


class TwinReason(StrEnum):
    """What two records have in common, or what speaks against their being one person. Stored as JSON lists."""

    SAME_NAME = "same-name"
    ALIKE_NAME = "alike-name"
    SWAPPED_NAMES = "swapped-names"
    PREFERRED_NAME = "preferred-name"
    GIVEN_NAME_ONLY = "given-name-only"
    SAME_BIRTH_DATE = "same-birth-date"
    DAY_MONTH_SWAPPED = "day-month-swapped"
    BIRTH_DATE_ONE_DIGIT = "birth-date-one-digit"
    BIRTH_DATE_PART = "birth-date-part"
    SAME_PHONE = "same-phone"
    SAME_EMAIL = "same-email"
    SAME_ADDRESS = "same-address"
    SAME_IDENTIFIER = "same-identifier"
    OTHER_GENDER = "other-gender"
    OTHER_BIRTH_DATE = "other-birth-date"

    @property
    def against(self) -> bool:
        """Whether it speaks against their being one person."""
        return self in (TwinReason.OTHER_GENDER, TwinReason.OTHER_BIRTH_DATE, TwinReason.GIVEN_NAME_ONLY)


class Sureness(StrEnum):
    """How sure a score is. Nothing is certain: two people can share a name, a birth date and a home."""

    POSSIBLE = "possible"
    LIKELY = "likely"
    VERY_LIKELY = "very-likely"


LIKELY = 650
VERY_LIKELY = 850


def sureness(score: int) -> Sureness:
    if score >= VERY_LIKELY:
        return Sureness.VERY_LIKELY
    return Sureness.LIKELY if score >= LIKELY else Sureness.POSSIBLE


@dataclass(frozen=True, slots=True)
class PatientTwin:
    """A pair. `score` is 0 to 1000; `reasons` those for it first. Times in UTC."""

    id: UUID
    version: int
    first: PatientLine
    second: PatientLine
    score: int
    reasons: tuple[TwinReason, ...]
    state: TwinState
    found_at: datetime
    decided_at: datetime | None = None

    @property
    def sureness(self) -> Sureness:
        return sureness(self.score)


@dataclass(frozen=True, slots=True)
class TwinPage:
    """One page of the worklist; `total` counts all pairs in that state."""

    pairs: tuple[PatientTwin, ...]
    total: int


@dataclass(frozen=True, slots=True)
class LookAlike:
    """Somebody in the records who may be the person that is being typed in."""

    line: PatientLine
    score: int
    reasons: tuple[TwinReason, ...]

    @property
    def sureness(self) -> Sureness:
        return sureness(self.score)


@dataclass(frozen=True, slots=True)
class TwinSearch:
    """What a search through everybody did."""

    compared: int
    """Records looked at."""
    found: int
    """Pairs that are new in the worklist."""
    open: int
    """Pairs that wait there now."""


class ListTwins(BaseModel):
    """The worklist, the surest first; `state` DIFFERENT shows what was decided already."""

    model_config = _COMMAND

    state: TwinState = TwinState.OPEN
    patient_id: UUID | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 100
    offset: Annotated[int, Field(ge=0)] = 0


class FindLookAlikes(BaseModel):
    """What has been typed of a person so far; `but` is the record that is being edited."""

    model_config = _COMMAND

    family: NameText = ""
    given: NameText = ""
    preferred_name: NameText = ""
    birth_date: BirthDate | None = None
    gender: Gender = Gender.UNKNOWN
    phones: Annotated[tuple[PhoneInput, ...], Field(max_length=10)] = ()
    email: Annotated[str, Field(max_length=254), AfterValidator(single_line)] = ""
    address: AddressInput = AddressInput()
    but: UUID | None = None
    limit: Annotated[int, Field(ge=1, le=20)] = 3


class DecideTwins(BaseModel):
    """These two are different people: not shown again unless their records come to look much more alike."""

    model_config = _COMMAND

    id: UUID
    version: int
    state: Literal[TwinState.DIFFERENT, TwinState.OPEN] = TwinState.DIFFERENT
