"""Documents: what is known of a file in the vault (FHIR DocumentReference; the bytes are its Binary)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patients import LineText
from meditrack_desktop.domain.text import several_lines, single_line

MEBIBYTE = 1024 * 1024
LARGEST_DOCUMENT = 100 * MEBIBYTE
MOST_PIXELS = 60_000_000
MOST_PAGES = 2000


class DocumentClass(StrEnum):
    """Who may open it: clinical for doctors in care, administrative for the front desk too."""

    CLINICAL = "clinical"
    ADMINISTRATIVE = "administrative"


class DocumentType(StrEnum):
    """What it is, in the front desk's words."""

    LAB_REPORT = "lab_report"
    IMAGING = "imaging"
    REFERRAL = "referral"
    LETTER = "letter"
    PHOTO = "photo"
    CONSENT = "consent"
    IDENTITY = "identity"
    INSURANCE = "insurance"
    OTHER = "other"

    @property
    def document_class(self) -> DocumentClass:
        administrative = {DocumentType.CONSENT, DocumentType.IDENTITY, DocumentType.INSURANCE}
        return DocumentClass.ADMINISTRATIVE if self in administrative else DocumentClass.CLINICAL


class MediaType(StrEnum):
    """What the bytes say the file is (security.md D26)."""

    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"
    TIFF = "image/tiff"


class ScanVerdict(StrEnum):
    """What a virus scanner said. Without a scanner a file is kept and marked, never called clean."""

    CLEAN = "clean"
    NOT_SCANNED = "not_scanned"


@dataclass(frozen=True, slots=True)
class StoredBlob:
    """What the database must remember of a file in the vault, to notice a swap or a flip."""

    blob_id: UUID
    size: int
    sha256: str
    ciphertext_size: int
    ciphertext_sha256: str


@dataclass(frozen=True, slots=True)
class Document:
    """One document of one patient. `created_at` is when it was added; `document_date` what it says itself."""

    id: UUID
    version: int
    patient_id: UUID
    title: str
    type: DocumentType
    document_class: DocumentClass
    media_type: MediaType
    file_name: str
    size: int
    pages: int
    document_date: date | None
    source: str
    verdict: ScanVerdict
    created_at: datetime
    created_by: UUID
    created_by_name: str
    deleted_at: datetime | None = None
    delete_reason: str = ""


class AttachDocument(BaseModel):
    """File a document with a patient. The bytes travel beside the command, never inside it.

    `file_name` as the sender called it; an empty title becomes the cleaned file name without its ending.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID = Field(default_factory=new_id)
    patient_id: UUID
    file_name: Annotated[str, Field(max_length=4096)]
    title: LineText = ""
    type: DocumentType = DocumentType.OTHER
    document_date: date | None = None
    source: LineText = ""


class DeleteDocument(BaseModel):
    """Put a document in the bin, with a reason. The file stays in the vault until the bin is emptied."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    version: int
    reason: Annotated[str, Field(min_length=3, max_length=500), AfterValidator(several_lines)]


class RestoreDocument(BaseModel):
    """Take a document out of the bin."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    version: int


def clean_title(value: str) -> str:
    """A title from a file name: one line, at most 200 characters."""
    return single_line(value)[:200]
