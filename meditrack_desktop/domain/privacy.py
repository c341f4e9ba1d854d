"""What leaves the clinic, what may no longer be changed, and what is erased: the words of privacy (security.md D39)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.text import several_lines, single_line


class DisclosureKind(StrEnum):
    """How something about a patient left the clinic. Stored; never change a value."""

    EXPORT = "export"
    PRINT = "print"
    SAVED_COPY = "saved-copy"
    EMAIL = "email"
    OPENED_OUTSIDE = "opened-outside"


Reason = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=3, max_length=500), AfterValidator(several_lines)
]
ShortLine = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200), AfterValidator(single_line)
]
LongLine = Annotated[str, Field(max_length=300), AfterValidator(single_line)]
_COMMAND = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One line of the accounting (HIPAA 164.528): when, to whom and where, what, and why. `at` in UTC."""

    id: UUID
    at: datetime
    patient_id: UUID
    document_id: UUID | None
    account_name: str
    workstation: str
    kind: DisclosureKind
    recipient: str
    address: str
    what: str
    purpose: str
    treatment: bool


class RecordDisclosure(BaseModel):
    """Note that something about a patient left the clinic. `treatment`: for their care, which need not be
    listed to the patient."""

    model_config = _COMMAND

    id: UUID = Field(default_factory=new_id)
    patient_id: UUID
    document_id: UUID | None = None
    kind: DisclosureKind
    recipient: ShortLine
    address: LongLine = ""
    what: LongLine
    purpose: Annotated[LongLine, Field(min_length=3)]
    treatment: bool = False


class AccountingForm(StrEnum):
    """How the accounting of disclosures is handed out."""

    PDF = "pdf"
    CSV = "csv"


class ExportPatient(BaseModel):
    """Hand everything the actor may read about one patient to somebody, in an encrypted archive.

    `age_recipient` (age1...) seals it to that key; without one a passphrase is made.
    """

    model_config = _COMMAND

    id: UUID = Field(default_factory=new_id)
    patient_id: UUID
    recipient: ShortLine
    address: LongLine = ""
    purpose: Annotated[LongLine, Field(min_length=3)]
    treatment: bool = False
    age_recipient: Annotated[str, Field(max_length=100), AfterValidator(single_line)] = ""


@dataclass(frozen=True, slots=True)
class PatientExport:
    """What an export wrote. `passphrase` is shown once and kept nowhere; empty for a sealed age file.

    `left_out` counts documents that the actor may not read.
    """

    path: str
    passphrase: str
    documents: int
    left_out: int
    size: int


@dataclass(frozen=True, slots=True)
class PrivacyStanding:
    """Whether a patient's record is restricted, held, or on its way to being erased. Times in UTC."""

    patient_id: UUID
    restricted_at: datetime | None
    restrict_reason: str
    legal_hold: str
    last_contact: datetime
    keep_until: datetime
    purge: PurgeRequest | None


class RestrictPatient(BaseModel):
    """Let the record be read but not changed (GDPR 18), or keep it from being erased (a legal hold)."""

    model_config = _COMMAND

    patient_id: UUID
    reason: Reason


@dataclass(frozen=True, slots=True)
class RetentionDue:
    """A patient whose record need not be kept any longer: nothing happened for the clinic's years."""

    patient_id: UUID
    mrn: str
    name: str
    last_contact: datetime
    keep_until: datetime
    restricted: bool
    legal_hold: bool


class AskForPurge(BaseModel):
    """Ask that a patient be erased for good. `overrule`: although the record should still be kept."""

    model_config = _COMMAND

    id: UUID = Field(default_factory=new_id)
    patient_id: UUID
    reason: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=10, max_length=500),
        AfterValidator(several_lines),
    ]
    overrule: bool = False


class AnswerPurge(BaseModel):
    """Approve or withdraw a request to erase."""

    model_config = _COMMAND

    id: UUID
    version: int


@dataclass(frozen=True, slots=True)
class PurgeRequest:
    """A wish to erase one patient: who asked, who agreed, and whether it is done. Times in UTC."""

    id: UUID
    version: int
    patient_id: UUID
    patient_name: str
    mrn: str
    reason: str
    requested_at: datetime
    requested_by: UUID
    requested_by_name: str
    approved_at: datetime | None
    approved_by_name: str
    withdrawn_at: datetime | None
    done_at: datetime | None

    @property
    def waiting(self) -> bool:
        """Whether a second person may still agree."""
        return self.approved_at is None and self.withdrawn_at is None

    @property
    def interrupted(self) -> bool:
        """Whether it was agreed to and not carried to its end."""
        return self.approved_at is not None and self.done_at is None


def years_later(moment: datetime, years: int) -> datetime:
    """The same day so many years later (or earlier); 29 February becomes 28 February. Far ends stay in range."""
    year = min(max(moment.year + years, 1), 9999)
    try:
        return moment.replace(year=year)
    except ValueError:
        return moment.replace(year=year, day=28)


class HandOutDocument(BaseModel):
    """Let one document leave the clinic: on paper, or as a file that is no longer encrypted. `id` is the
    disclosure's, so that one deed is noted once."""

    model_config = _COMMAND

    id: UUID = Field(default_factory=new_id)
    document_id: UUID
    kind: DisclosureKind
    recipient: ShortLine
    address: LongLine = ""
    purpose: Annotated[LongLine, Field(min_length=3)]
    treatment: bool = False
