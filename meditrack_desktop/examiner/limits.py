"""How much of a stranger's file is looked at."""

from __future__ import annotations

from dataclasses import dataclass

from meditrack_desktop.domain.documents import (
    LARGEST_DOCUMENT,
    LARGEST_STUDY,
    MEBIBYTE,
    MOST_PAGES,
    MOST_PDF_PAGES,
    MOST_PIXELS,
    MOST_STUDY_IMAGES,
    MOST_TEXT,
    THUMBNAIL_SIZE,
    MediaType,
)

LONGEST_DRAWN = 6000
"""Dots of the longer side of a page that is drawn to be read by a machine."""
SECONDS = 20
"""Of processor time and of the clock on the wall, for one file (security.md D28)."""
MEMORY = 1024 * MEBIBYTE
"""Address space of the process that looks, beside the file itself."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What is kept at most. Sizes in bytes; `pixels` of one page; `text` in characters of the whole file."""

    largest_document: int = LARGEST_DOCUMENT
    largest_study: int = LARGEST_STUDY
    pages: int = MOST_PAGES
    pdf_pages: int = MOST_PDF_PAGES
    pixels: int = MOST_PIXELS
    text: int = MOST_TEXT
    thumbnail: int = THUMBNAIL_SIZE
    study_images: int = MOST_STUDY_IMAGES

    def largest(self, media_type: MediaType) -> int:
        """How many bytes a file of that type may have."""
        return self.largest_study if media_type.is_dicom else self.largest_document

    def most_pages(self, media_type: MediaType) -> int:
        """How many pages, or images of a study, a file of that type may have. DICOM may wrap a PDF."""
        if media_type.is_dicom:
            return max(self.study_images, self.pdf_pages)
        return self.pdf_pages if media_type is MediaType.PDF else self.pages
