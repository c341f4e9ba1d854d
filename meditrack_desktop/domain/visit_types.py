"""Kinds of visits, and the rooms and devices they need (FHIR HealthcareService, Location, Device)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.text import several_lines, single_line

LONGEST_BUFFER = 120


class AssetKind(StrEnum):
    ROOM = "room"
    EQUIPMENT = "equipment"


@dataclass(frozen=True, slots=True)
class Asset:
    """A room or a device that one visit at a time can use. Those of one `group` stand for each other."""

    id: UUID
    version: int
    name: str
    kind: AssetKind
    group: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class VisitType:
    """What a visit is booked as. `price` in minor units of the clinic's currency; None: not priced.

    `buffer_before`, `buffer_after`: minutes of the doctor's time beside the visit that nobody else is given.
    `needs`: groups of rooms or devices; one free member of each is taken with the visit.
    `practitioner_ids`: who offers it; empty means everybody.
    """

    id: UUID
    version: int
    name: str
    minutes: int
    price: int | None = None
    buffer_before: int = 0
    buffer_after: int = 0
    preparation: str = ""
    for_new_patients: bool = False
    needs: tuple[str, ...] = ()
    practitioner_ids: tuple[UUID, ...] = ()
    active: bool = True
    position: int = 0

    def offered_by(self, practitioner_id: UUID) -> bool:
        return not self.practitioner_ids or practitioner_id in self.practitioner_ids


class _Command(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


ShortName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120), AfterValidator(single_line)
]
GroupName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60), AfterValidator(single_line)
]
Buffer = Annotated[int, Field(ge=0, le=LONGEST_BUFFER)]


class SaveAsset(_Command):
    """Add a room or device, or change one (then with the `version` seen). Conflict if the name is in use."""

    id: UUID = Field(default_factory=new_id)
    version: int | None = None
    name: ShortName
    kind: AssetKind = AssetKind.ROOM
    group: GroupName
    active: bool = True


class SaveVisitType(_Command):
    """Add a kind of visit, or change one (then with the `version` seen). Conflict if the name is in use."""

    id: UUID = Field(default_factory=new_id)
    version: int | None = None
    name: ShortName
    minutes: Annotated[int, Field(ge=5, le=12 * 60)] = 30
    price: Annotated[int, Field(ge=0, le=100_000_000)] | None = None
    buffer_before: Buffer = 0
    buffer_after: Buffer = 0
    preparation: Annotated[str, Field(max_length=4000), AfterValidator(several_lines)] = ""
    for_new_patients: bool = False
    needs: Annotated[tuple[GroupName, ...], Field(max_length=6)] = ()
    practitioner_ids: Annotated[tuple[UUID, ...], Field(max_length=500)] = ()
    active: bool = True
    position: Annotated[int, Field(ge=0, le=10_000)] = 0
