"""What is known of a doctor beside name and hours: a biography, credentials, languages, skills and specialties."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.search_terms import sort_name
from meditrack_desktop.domain.text import several_lines, single_line

EXPIRES_SOON_DAYS = 60


@dataclass(frozen=True, slots=True)
class Specialty:
    """One knot of the tree of specialties; `parent_id` None for a root."""

    id: UUID
    version: int
    name: str
    parent_id: UUID | None


class CredentialState(StrEnum):
    """What somebody has found out about a licence. Whether it has expired is told by its date."""

    SUBMITTED = "submitted"
    VERIFIED = "verified"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Credential:
    """A licence, board certificate or other qualification (FHIR Practitioner.qualification)."""

    id: UUID
    version: int
    practitioner_id: UUID
    name: str
    number: str
    issuer: str
    issued_on: date | None
    expires_on: date | None
    state: CredentialState
    checked_by: str
    checked_at: datetime | None

    def expired(self, today: date) -> bool:
        return self.expires_on is not None and self.expires_on < today

    def expires_soon(self, today: date) -> bool:
        """Within 60 days, and not yet over."""
        return self.expires_on is not None and 0 <= (self.expires_on - today).days <= EXPIRES_SOON_DAYS


@dataclass(frozen=True, slots=True)
class PractitionerProfile:
    """`languages` are BCP 47 codes; `education` and `skills` a line each; `completeness` 0 to 100."""

    practitioner_id: UUID
    version: int
    biography: str
    education: tuple[str, ...]
    skills: tuple[str, ...]
    languages: tuple[str, ...]
    specialties: tuple[Specialty, ...]
    credentials: tuple[Credential, ...]
    completeness: int
    missing: tuple[str, ...]
    """Names of what a full profile still wants: fields of this record, or "hours"."""


def what_is_missing(profile: PractitionerProfile, *, has_hours: bool, today: date) -> tuple[str, ...]:
    """Names of what a full profile still wants, in its order. Of credentials one must be verified and not expired."""
    there = {
        "biography": bool(profile.biography.strip()),
        "specialties": bool(profile.specialties),
        "credentials": any(
            one.state is CredentialState.VERIFIED and not one.expired(today) for one in profile.credentials
        ),
        "education": bool(profile.education),
        "languages": bool(profile.languages),
        "skills": bool(profile.skills),
        "hours": has_hours,
    }
    return tuple(name for name, is_there in there.items() if not is_there)


PARTS_OF_A_PROFILE = 7


def completeness(missing: Sequence[str]) -> int:
    """How much of a full profile is there, 0 to 100; every part counts alike."""
    return round(100 * (PARTS_OF_A_PROFILE - len(missing)) / PARTS_OF_A_PROFILE)


def below(tree: Iterable[Specialty], specialty_id: UUID) -> frozenset[UUID]:
    """The specialty and all that hang below it."""
    children: dict[UUID | None, list[UUID]] = {}
    for one in tree:
        children.setdefault(one.parent_id, []).append(one.id)
    found: set[UUID] = set()
    to_see = [specialty_id]
    while to_see:
        here = to_see.pop()
        if here not in found:
            found.add(here)
            to_see += children.get(here, ())
    return frozenset(found)


def in_tree_order(tree: Iterable[Specialty]) -> tuple[Specialty, ...]:
    """Every specialty after the one it hangs below, siblings by name."""
    children: dict[UUID | None, list[Specialty]] = {}
    for one in sorted(tree, key=lambda one: (sort_name(one.name, ""), one.id), reverse=True):
        children.setdefault(one.parent_id, []).append(one)
    found: list[Specialty] = []
    to_see = list(children.get(None, ()))
    while to_see:
        here = to_see.pop()
        found.append(here)
        to_see += children.get(here.id, ())
    return tuple(found)


class _Command(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(single_line)
]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]


class EditProfile(_Command):
    """`version` is the doctor's."""

    practitioner_id: UUID
    version: int
    biography: Annotated[str, Field(max_length=8000), AfterValidator(several_lines)] = ""
    education: Annotated[tuple[Line, ...], Field(max_length=40)] = ()
    skills: Annotated[tuple[Line, ...], Field(max_length=60)] = ()
    languages: Annotated[tuple[Language, ...], Field(max_length=30)] = ()
    specialty_ids: Annotated[tuple[UUID, ...], Field(max_length=20)] = ()


class SaveSpecialty(_Command):
    """Add or (with the version seen) rename or hang elsewhere. Invalid SPECIALTY_LOOP below itself."""

    id: UUID = Field(default_factory=new_id)
    version: int | None = None
    name: Line
    parent_id: UUID | None = None


class SaveCredential(_Command):
    """Add or (with the version seen) change; what was verified is submitted again when it is changed."""

    id: UUID = Field(default_factory=new_id)
    version: int | None = None
    practitioner_id: UUID
    name: Line
    number: Annotated[str, Field(max_length=80), AfterValidator(single_line)] = ""
    issuer: Annotated[str, Field(max_length=200), AfterValidator(single_line)] = ""
    issued_on: date | None = None
    expires_on: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> SaveCredential:
        if self.issued_on and self.expires_on and self.expires_on < self.issued_on:
            raise ValueError("out_of_range")
        return self


class CheckCredential(_Command):
    """Say what a check of it found."""

    id: UUID
    version: int
    state: CredentialState


class RemoveCredential(_Command):
    id: UUID
    version: int


@dataclass(frozen=True, slots=True)
class DoctorGroup:
    """Doctors shown together with one key; `position` 1 to 9 is the key."""

    id: UUID
    version: int
    name: str
    position: int
    practitioner_ids: tuple[UUID, ...]


class SaveDoctorGroup(_Command):
    id: UUID = Field(default_factory=new_id)
    version: int | None = None
    name: Line
    position: Annotated[int, Field(ge=1, le=9)]
    practitioner_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=100)]


class RemoveDoctorGroup(_Command):
    id: UUID
    version: int
