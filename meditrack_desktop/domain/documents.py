"""Documents: what is known of a file in the vault (FHIR DocumentReference; the bytes are its Binary)."""

from __future__ import annotations

import re
import unicodedata
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
    PORTRAIT = "portrait"
    """The patient's face, shown with their name; no report, so lists of documents leave it out."""
    OTHER = "other"

    @property
    def document_class(self) -> DocumentClass:
        return DocumentClass.ADMINISTRATIVE if self in _ADMINISTRATIVE else DocumentClass.CLINICAL


_ADMINISTRATIVE = frozenset(
    {DocumentType.CONSENT, DocumentType.IDENTITY, DocumentType.INSURANCE, DocumentType.PORTRAIT}
)


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


LONGEST_FILE_NAME = 120
UNNAMED = "unnamed"
_LONGEST_ENDING = 10
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])", re.IGNORECASE)
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_UNUSABLE = str.maketrans(dict.fromkeys('<>:"|?*', "_"))


def clean_file_name(value: str) -> str:
    """A name that no system trips over and that shows what it is (security.md H1-H9).

    The last part of a path only; invisible and direction-changing characters gone; not a device's name, no
    stream, no trailing dots or blanks; NFC; at most 120 characters with its ending kept; "unnamed" if nothing
    is left.
    """
    name = re.split(r"[/\\]", value)[-1]
    name = re.sub(r"^[A-Za-z]:", "", name).split("::$")[0]
    visible = "".join(c for c in name if unicodedata.category(c) not in _INVISIBLE)
    name = unicodedata.normalize("NFC", visible).translate(_UNUSABLE).strip().rstrip(". ")
    stem, dot, ending = name.rpartition(".")
    if not dot:
        stem, ending = name, ""
    if len(ending) > _LONGEST_ENDING or not ending.strip():
        stem, ending = name, ""
    stem = stem.lstrip(". ").rstrip()
    if _RESERVED.fullmatch(stem.partition(".")[0].rstrip()):
        stem = f"_{stem}"
    tail = f".{ending}" if ending else ""
    return (stem[: LONGEST_FILE_NAME - len(tail)].rstrip(". ") or UNNAMED) + tail


def file_ending(name: str) -> str:
    """The ending of a cleaned name, lower case, without its dot; "" if it has none."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def title_of(name: str) -> str:
    """A title from a cleaned file name: without its ending."""
    return single_line(name.rpartition(".")[0] or name)[:200]
