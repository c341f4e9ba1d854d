"""Documents: what is known of a file in the vault (FHIR DocumentReference; the bytes are its Binary)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patients import LineText
from meditrack_desktop.domain.text import several_lines, single_line

MEBIBYTE = 1024 * 1024
LARGEST_DOCUMENT = 100 * MEBIBYTE
"""The default of the clinic's setting `largest_document_mb`."""
LARGEST_STUDY = 500 * MEBIBYTE
"""The default of `largest_study_mb`: a DICOM file, or the files of a study together."""
THUMBNAIL_SIZE = 320
MOST_TEXT = 2_000_000
"""Characters kept of one document's text; the rest is not searched."""
MOST_STUDY_IMAGES = 5000
MOST_PIXELS = 60_000_000
MOST_PAGES = 2000
"""Of a TIFF or another picture."""
MOST_PDF_PAGES = 20_000


Reason = Annotated[str, Field(min_length=3, max_length=500), AfterValidator(several_lines)]
NoteText = Annotated[str, Field(max_length=2000), AfterValidator(several_lines)]


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
    HEIC = "image/heic"
    AVIF = "image/avif"
    WEBP = "image/webp"
    GIF = "image/gif"
    DICOM = "application/dicom"
    DICOM_STUDY = "application/dicom+zip"
    """Many DICOM files of one study, put together by us: a zip of stored, not compressed, entries."""

    @property
    def is_dicom(self) -> bool:
        return self in (MediaType.DICOM, MediaType.DICOM_STUDY)

    @property
    def is_image(self) -> bool:
        return self.value.startswith("image/")

    @property
    def ending(self) -> str:
        """What a file of this kind is called by, where it leaves the clinic, without a dot."""
        return _ENDINGS[self]


_ENDINGS = {
    MediaType.PDF: "pdf",
    MediaType.PNG: "png",
    MediaType.JPEG: "jpg",
    MediaType.TIFF: "tif",
    MediaType.HEIC: "heic",
    MediaType.AVIF: "avif",
    MediaType.WEBP: "webp",
    MediaType.GIF: "gif",
    MediaType.DICOM: "dcm",
    MediaType.DICOM_STUDY: "zip",
}


class ScanVerdict(StrEnum):
    """What a virus scanner said. Without a scanner a file is kept and marked, never called clean (D27).

    INFECTED is an answer of a scanner only: such a file is refused. A row holds it where the scanner learnt of it after
    the file was kept; then nobody opens it any more.
    """

    CLEAN = "clean"
    NOT_SCANNED = "not_scanned"
    INFECTED = "infected"


class NotScanned(StrEnum):
    """Why there is no verdict."""

    NO_SCANNER = "no_scanner"
    TOO_LARGE = "too_large"
    ENCRYPTED = "encrypted"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scanner said of some bytes: `engine` in its own words, `signatures_at` how old its knowledge is.

    `because` says why there is no verdict, `finding` what an infected file carries.
    """

    verdict: ScanVerdict
    engine: str = ""
    signatures_at: datetime | None = None
    scanned_at: datetime | None = None
    because: NotScanned | None = None
    finding: str = ""


class DocumentStatus(StrEnum):
    """FHIR DocumentReference.status. A newer version supersedes; one filed with the wrong patient is in error."""

    CURRENT = "current"
    SUPERSEDED = "superseded"
    ENTERED_IN_ERROR = "entered-in-error"


class PartKind(StrEnum):
    """What is made from a document and kept beside it in the vault, encrypted alike."""

    THUMBNAIL = "thumbnail"
    """A PNG, at most THUMBNAIL_SIZE on its longer side, upright."""
    TEXT = "text"
    """JSON: a list of the text of each page."""
    CONTENTS = "contents"
    """JSON of `examination.StudyContents`: the series and images of a DICOM document."""


class TextState(StrEnum):
    """Where a document's text comes from."""

    NONE = "none"
    """It has none, or none could be read yet."""
    OWN = "own"
    RECOGNISED = "recognised"
    """By optical recognition; may have mistakes."""
    WANTED = "wanted"
    """A picture of text that nobody has recognised yet."""


class Inert(StrEnum):
    """What a file could do in another program, and never does here."""

    SCRIPT = "script"
    LAUNCH = "launch"
    LINK = "link"
    EMBEDDED_FILE = "embedded_file"
    FORM = "form"
    SUBMIT = "submit"
    PREAMBLE = "preamble"
    """A DICOM file that begins like another kind of file."""


class NameCheck(StrEnum):
    """Whether a file names the patient it is filed with."""

    UNKNOWN = "unknown"
    """It names nobody."""
    MATCHES = "matches"
    CONFIRMED = "confirmed"
    """It names somebody else; a person looked and said that it is right."""


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
    status: DocumentStatus = DocumentStatus.CURRENT
    replaces_id: UUID | None = None
    note: str = ""
    turn: int = 0
    """Degrees clockwise by which every page is shown turned: 0, 90, 180 or 270."""
    asks_password: bool = False
    inert: frozenset[Inert] = frozenset()
    modality: str = ""
    """Of a DICOM document, as the file says ("CT"); `pages` counts its images."""
    body_part: str = ""
    study_id: str = ""
    scanned_at: datetime | None = None
    scanned_by: str = ""
    not_scanned_because: NotScanned | None = None
    name_check: NameCheck = NameCheck.UNKNOWN
    text_state: TextState = TextState.NONE
    reviewed_at: datetime | None = None
    reviewed_by_name: str = ""
    appointment_id: UUID | None = None
    """The visit it belongs to."""
    parts: frozenset[PartKind] = frozenset()


class Filing(BaseModel):
    """With whom a file is filed, and what is said of it there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    patient_id: UUID
    title: LineText = ""
    type: DocumentType = DocumentType.OTHER
    document_date: date | None = None
    source: LineText = ""
    note: NoteText = ""
    appointment_id: UUID | None = None
    replaces_id: UUID | None = None
    """The document of the same patient that this one supersedes."""
    other_name_confirmed: bool = False
    """A person compared the name in the file with the patient and wants it filed there."""


class AttachDocument(Filing):
    """File a document with a patient. The bytes travel beside the command, never inside it.

    `file_name` as the sender called it; an empty title becomes the cleaned file name without its ending.
    """

    id: UUID = Field(default_factory=new_id)
    file_name: Annotated[str, Field(max_length=4096)]


class EditDocument(BaseModel):
    """Change what is said about a document; None leaves a field as it is. The file itself never changes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    version: int
    title: LineText | None = None
    type: DocumentType | None = None
    document_date: date | None = None
    source: LineText | None = None
    note: NoteText | None = None
    appointment_id: UUID | None = None
    clear_date: bool = False


class Turning(BaseModel):
    """Show every page turned clockwise, for everybody."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    version: int
    turn: Literal[0, 90, 180, 270]


class TurnDocument(Turning):
    """Of a document, in its patient's chart."""


class ReviewDocument(BaseModel):
    """Say that a doctor has read it; `reviewed` False takes that back."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    version: int
    reviewed: bool = True


class ReassignDocument(BaseModel):
    """File a document with the patient it should have been filed with. `new_id` names it there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    version: int
    new_id: UUID = Field(default_factory=new_id)
    patient_id: UUID
    reason: Reason
    other_name_confirmed: bool = False


class DeleteDocument(BaseModel):
    """Put a document in the bin, with a reason. The file stays in the vault until the bin is emptied."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    version: int
    reason: Reason


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
