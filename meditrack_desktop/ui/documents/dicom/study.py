"""One DICOM document being looked at: opened, read and closed beside the window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from meditrack_desktop.domain.examination import StudyContents
from meditrack_desktop.services.dicom_images import (
    DicomFrame,
    DicomImages,
    HeaderLine,
    ImageFacts,
    Picture,
    Undrawable,
    WhyNot,
    open_images,
)
from meditrack_desktop.ui.documents.held import Held

if TYPE_CHECKING:
    from meditrack_desktop.domain.accounts import Actor
    from meditrack_desktop.ui.documents.reading import Opens


@dataclass(frozen=True, slots=True)
class OpenedStudy:
    """How the document begins."""

    contents: StudyContents
    wraps_pdf: bool


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """One image: the frame, or why there is none; and what its file says."""

    frame: DicomFrame | None
    why: WhyNot | None
    facts: ImageFacts


class Study(Held):
    """The methods but `close` are for the lanes; after `close` they give nothing."""

    def __init__(self, documents: Opens, actor: Actor, document_id: UUID) -> None:
        super().__init__()
        self._documents, self._actor, self._document_id = documents, actor, document_id
        self._images: DicomImages | None = None

    def open(self) -> OpenedStudy | None:
        """Open it; None if it was closed meanwhile. Raises what `Documents.open` does."""
        with self._using() as alive:
            if not alive:
                return None
            opened = self._documents.open(self._actor, self._document_id)
            self._source = opened.source
            contents = self._documents.contents(self._actor, self._document_id)
            self._images = open_images(opened.source, contents)
            return OpenedStudy(contents, bool(contents.series) and self._wraps_pdf(self._images))

    def image(self, series: int, index: int) -> Shown | None:
        """One image, drawable or not; Unavailable if the vault found damage."""
        with self._using() as alive:
            if not alive or self._images is None:
                return None
            frame, why = None, None
            try:
                frame = self._images.frame(series, index)
            except Undrawable as refused:
                why = refused.why
            try:
                facts = self._images.facts(series, index)
            except Undrawable as refused:
                why, facts = refused.why, ImageFacts()
            return Shown(frame, why, facts)

    def thumbnail(self, series: int, longest: int) -> Picture | None:
        """The middle of a series, small; None if it cannot be drawn."""
        with self._using() as alive:
            if not alive or self._images is None:
                return None
            try:
                return self._images.thumbnail(series, longest)
            except Undrawable:
                return None

    def header(self, series: int, index: int) -> tuple[HeaderLine, ...]:
        with self._using() as alive:
            if not alive or self._images is None:
                return ()
            try:
                return self._images.header(series, index)
            except Undrawable:
                return ()

    def _wraps_pdf(self, images: DicomImages) -> bool:
        try:
            return images.wrapped_pdf(0, 0) is not None
        except Undrawable:
            return False

    def _close_content(self) -> None:
        images, self._images = self._images, None
        if images is not None:
            images.close()
