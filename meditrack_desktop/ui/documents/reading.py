"""One document being read: opened, drawn and closed beside the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from PySide6.QtGui import QImage

from meditrack_desktop.domain.documents import Document, MediaType
from meditrack_desktop.domain.errors import ErrorCode, Invalid
from meditrack_desktop.services.documents import DocumentBytes
from meditrack_desktop.services.pdf_engine import PDFIUM
from meditrack_desktop.ui.documents.held import Held
from meditrack_desktop.ui.documents.pages import (
    Hit,
    Pages,
    PageSize,
    PageWords,
    PasswordNeeded,
    Unshowable,
)

if TYPE_CHECKING:
    from meditrack_desktop.domain.accounts import Actor
    from meditrack_desktop.domain.examination import StudyContents
    from meditrack_desktop.services.documents import OpenDocument


@dataclass(frozen=True, slots=True)
class Opened:
    """How the document begins."""

    count: int
    first: PageSize
    searchable: bool
    fit_limit: float


@dataclass(frozen=True, slots=True)
class PasswordAsked:
    """It opens with a password of its own; `wrong` if one was given."""

    wrong: bool


@dataclass(frozen=True, slots=True)
class NotShown:
    """It is sound, and nothing here can draw it."""


Outcome = Opened | PasswordAsked | NotShown | None


class Opens(Protocol):
    """Whoever opens what is read: the patients' documents, or the inbox."""

    def open(self, actor: Actor, document_id: UUID) -> OpenDocument: ...

    def unlock(self, actor: Actor, document_id: UUID, password: str) -> OpenDocument: ...

    def contents(self, actor: Actor, document_id: UUID) -> StudyContents: ...


class Reading(Held):
    """The methods but `close` are for the lanes; after `close` they give nothing."""

    def __init__(
        self,
        documents: Opens,
        actor: Actor,
        document_id: UUID,
        later: Callable[[Callable[[], None]], None],
    ) -> None:
        """`later` runs what would hold up the window in a lane."""
        super().__init__()
        self._documents, self._actor, self._document_id = documents, actor, document_id
        self._later = later
        self._document: Document | None = None
        self._pages: Pages | None = None

    def open(self, password: str = "") -> Outcome:
        """Open it, or try another password; None if it was closed meanwhile. Raises what `Documents.open` does.

        With a password it is opened apart first, and only what was looked at there is drawn here.
        """
        with self._using() as alive:
            if not alive:
                return None
            try:
                source, document = self._opened(password)
                if document.media_type.is_dicom:
                    contents = self._documents.contents(self._actor, self._document_id)
                    self._pages = _wrapped(source, contents)
                else:
                    self._pages = _pages(source, document)
            except PasswordNeeded:
                return PasswordAsked(wrong=bool(password))
            except Unshowable:
                return NotShown()
            return Opened(self._pages.count, self._pages.first, self._pages.searchable, self._pages.fit_limit)

    def _opened(self, password: str) -> tuple[DocumentBytes, Document]:
        """What is open already, or is opened now; with a password, what that unlocks in its place. PasswordNeeded."""
        if password:
            try:
                opened = self._documents.unlock(self._actor, self._document_id, password)
            except Invalid as refusal:
                if refusal.code is not ErrorCode.FILE_ASKS_PASSWORD:
                    raise
                raise PasswordNeeded from None
            if self._source is not None:
                self._source.close()
        elif self._source is not None and self._document is not None:
            return self._source, self._document
        else:
            opened = self._documents.open(self._actor, self._document_id)
        self._source, self._document = opened.source, opened.document
        return opened.source, opened.document

    def sizes(self) -> list[PageSize]:
        with self._using() as alive:
            return self._pages.sizes() if alive and self._pages is not None else []

    def draw(self, page: int, width: int) -> QImage:
        with self._using() as alive:
            return self._pages.draw(page, width) if alive and self._pages is not None else QImage()

    def find(self, words: str, stopped: Callable[[], bool]) -> tuple[Hit, ...]:
        with self._using() as alive:
            if not alive or self._pages is None:
                return ()
            return self._pages.find(words, lambda: self._closed or stopped())

    def words(self, page: int) -> PageWords:
        with self._using() as alive:
            return self._pages.words(page) if alive and self._pages is not None else PageWords()

    def text(self) -> str:
        with self._using() as alive:
            return self._pages.text(lambda: self._closed) if alive and self._pages is not None else ""

    def _let_go(self) -> None:
        # Whoever draws holds the library: the window does not wait for that.
        if PDFIUM.acquire(blocking=False):
            try:
                self._drop()
            finally:
                PDFIUM.release()
        else:
            self._later(self._drop)

    def _close_content(self) -> None:
        pages, self._pages = self._pages, None
        if pages is not None:
            pages.close()


def _pages(source: DocumentBytes, document: Document) -> Pages:
    # Each format's library is loaded with the first document that needs it.
    if document.media_type is MediaType.PDF:
        from meditrack_desktop.ui.documents.pdf_pages import PdfPages

        return PdfPages(source)
    from meditrack_desktop.ui.documents.image_pages import ImagePages

    return ImagePages(source, document.media_type, document.pages)


def _wrapped(source: DocumentBytes, contents: StudyContents) -> Pages:
    """The pages of a PDF that a DICOM file wraps; one that asks for a password there is not shown."""
    from meditrack_desktop.services.dicom_images import Undrawable, open_images
    from meditrack_desktop.ui.documents.pdf_pages import PdfPages

    try:
        found = open_images(source, contents).wrapped_pdf(0, 0)
    except (Undrawable, LookupError):
        found = None
    if found is None:
        raise Unshowable
    try:
        return PdfPages(found)
    except PasswordNeeded:
        raise Unshowable from None
