"""What is found out about a file before it is kept: by a process of its own, which may die of it (security.md D28)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from meditrack_desktop.domain.documents import Inert, MediaType


@dataclass(frozen=True, slots=True)
class NamedPerson:
    """Whom a file names, as it stands there; any part may be missing."""

    name: str = ""
    birth_date: date | None = None
    numbers: tuple[str, ...] = ()
    """Record numbers: from a DICOM PatientID, a barcode, or beside a word for them in the text."""

    def __bool__(self) -> bool:
        return bool(self.name or self.birth_date or self.numbers)


@dataclass(frozen=True, slots=True)
class StudyImage:
    """One DICOM file of a document: where its bytes lie in the document's, and what it is."""

    offset: int
    size: int
    frames: int = 1
    instance_number: int | None = None
    slice_position: float | None = None
    rows: int = 0
    columns: int = 0
    drawable: bool = True
    """Whether its pixels could be decoded."""


@dataclass(frozen=True, slots=True)
class StudySeries:
    """One series of a study, its images in the order in which they are looked through."""

    uid: str
    number: int | None
    description: str
    modality: str
    images: tuple[StudyImage, ...]
    slice_thickness_mm: float | None = None

    @property
    def frames(self) -> int:
        return sum(image.frames for image in self.images)


@dataclass(frozen=True, slots=True)
class StudyContents:
    """The series of a DICOM document. A document of one file has one series with one image at offset 0."""

    study_uid: str
    study_at: datetime | None
    """As the scanner's clock said, without a zone."""
    description: str
    body_part: str
    referring: str
    series: tuple[StudySeries, ...]
    duplicates: int = 0
    """Files that came twice, the same to the last byte, and are kept once."""


@dataclass(frozen=True, slots=True)
class Examination:
    """What a file is. `pages` counts pages of a PDF or TIFF and images of a DICOM document.

    `thumbnail` is a PNG or empty; `text` one string a page, empty where a page has none. `scanned_pages` are
    the pages that are pictures without text, which recognition could read. `warnings` in words are nobody's.
    """

    media_type: MediaType
    pages: int
    thumbnail: bytes = b""
    text: tuple[str, ...] = ()
    scanned_pages: tuple[int, ...] = ()
    asks_password: bool = False
    inert: frozenset[Inert] = frozenset()
    named: NamedPerson = NamedPerson()
    document_date: date | None = None
    contents: StudyContents | None = None
