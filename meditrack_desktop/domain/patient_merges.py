"""Two records of one person made into one, and made two again (FHIR Patient.link replaces / replaced-by).

The kept record goes on; the gone one is archived, points to it, and is written to no more. Everything that hung
on the gone one hangs on the kept one. See docs/decisions/0014.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patients import Address, Patient
from meditrack_desktop.domain.text import several_lines

_COMMAND = ConfigDict(frozen=True, extra="forbid")

FORMER_RECORD_NUMBER = "urn:meditrack:former-record-number"
"""The system of the identifier under which a kept record remembers the record number of one that went."""


class MergeField(StrEnum):
    """What only one of the two records can be right about."""

    FAMILY = "family"
    GIVEN = "given"
    PREFERRED_NAME = "preferred_name"
    BIRTH_DATE = "birth_date"
    GENDER = "gender"
    EMAIL = "email"
    ADDRESS = "address"
    LANGUAGE = "language"
    NOTE = "note"
    DECEASED = "deceased"
    CONTACT_BY = "contact_by"
    INTERPRETER = "interpreter"
    PREFERENCES = "preferences"
    PHOTO = "photo"


class MergeChoice(StrEnum):
    """Whose value the kept record has afterwards. `BOTH`, one under the other, only for `JOINABLE`."""

    KEPT = "kept"
    GONE = "gone"
    BOTH = "both"


JOINABLE = frozenset({MergeField.NOTE, MergeField.PREFERENCES})


class MergePart(StrEnum):
    """What hangs on a record and is re-attached, for counting."""

    APPOINTMENTS = "appointments"
    DOCUMENTS = "documents"
    CARE_TEAM = "care-team"
    ALLERGIES = "allergies"
    CONDITIONS = "conditions"
    MEDICATIONS = "medications"
    OBSERVATIONS = "observations"
    NOTES = "notes"
    RELATED_PERSONS = "related-persons"
    CONSENTS = "consents"
    DISCLOSURES = "disclosures"
    ACCESS = "access"
    PHONES = "phones"
    IDENTIFIERS = "identifiers"
    WAITLIST = "waitlist"
    FOLLOW_UPS = "follow-ups"
    TASKS = "tasks"


class MergeWarning(StrEnum):
    """What somebody should know before merging; none of it forbids it."""

    OTHER_BIRTH_DATE = "other-birth-date"
    OTHER_GENDER = "other-gender"
    OTHER_NAME = "other-name"
    OVERLAPPING_VISITS = "overlapping-visits"
    DECIDED_DIFFERENT = "decided-different"
    ALLERGIES_DIFFER = "allergies-differ"
    LEGAL_HOLD = "legal-hold"


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """One line of the preview; `suggested` is what a careful person would most likely choose."""

    field: MergeField
    suggested: MergeChoice
    differs: bool


@dataclass(frozen=True, slots=True)
class MergePreview:
    """Both records, what is to be chosen, and how much of each part comes over from the gone one.

    `fields` has every field of which at least one record says something.
    """

    kept: Patient
    gone: Patient
    fields: tuple[FieldChoice, ...]
    parts: dict[MergePart, int]
    warnings: tuple[MergeWarning, ...]
    photos: tuple[UUID | None, UUID | None] = (None, None)


@dataclass(frozen=True, slots=True)
class PatientMerge:
    """A merge as it stands. Times in UTC. `added_since`: entries made on the kept record since the merge, which
    stay there if it is undone. `reversible` is False once either record was erased or a later merge builds on it.
    """

    id: UUID
    version: int
    kept_id: UUID
    gone_id: UUID
    kept_name: str
    kept_mrn: str
    gone_name: str
    gone_mrn: str
    reason: str
    merged_at: datetime
    merged_by_name: str
    undone_at: datetime | None
    undone_by_name: str
    reversible: bool
    moved: dict[MergePart, int] = field(default_factory=dict)
    added_since: int = 0


class PreviewMerge(BaseModel):
    """Ask what merging `gone_id` into `kept_id` would mean; nothing is changed."""

    model_config = _COMMAND

    kept_id: UUID
    gone_id: UUID


class MergePatients(BaseModel):
    """Make one record of two, at the versions that were looked at. Fields not named keep the kept record's value.

    Sent twice with one `id`, it merges once.
    """

    model_config = _COMMAND

    id: UUID = Field(default_factory=new_id)
    kept_id: UUID
    kept_version: int
    gone_id: UUID
    gone_version: int
    choices: dict[MergeField, MergeChoice] = Field(default_factory=dict)
    reason: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=3, max_length=500),
        AfterValidator(several_lines),
    ]


class UndoMerge(BaseModel):
    """Make two records of one again."""

    model_config = _COMMAND

    id: UUID
    version: int


def suggested(kept: Patient, gone: Patient, chosen: MergeField) -> MergeChoice:
    """The fuller value, the kept record's where neither is: nothing that somebody wrote is lost unasked."""
    mine, other = value_of(kept, chosen), value_of(gone, chosen)
    if chosen in JOINABLE and mine and other and mine != other:
        return MergeChoice.BOTH
    if not says(other) or mine == other:
        return MergeChoice.KEPT
    if not says(mine):
        return MergeChoice.GONE
    if chosen is MergeField.BIRTH_DATE and kept.birth_date and gone.birth_date:
        fuller = gone.birth_date.is_whole and not kept.birth_date.is_whole
        return MergeChoice.GONE if fuller else MergeChoice.KEPT
    if gone.verified_at is not None and kept.verified_at is None:
        return MergeChoice.GONE
    return MergeChoice.KEPT


def value_of(patient: Patient, chosen: MergeField) -> object:
    if chosen is MergeField.PHOTO:
        return patient.photo_id
    value: object = getattr(patient, chosen.value)
    return value


def says(value: object) -> bool:
    """Whether a field holds anything worth choosing."""
    if isinstance(value, Address):
        return any((value.street, value.city, value.postcode, value.country))
    return bool(value) and value not in ("unknown", "any")
