"""PDF pages through PDFium, fed from the vault's reader: no whole copy in memory, nothing on the disk.

PDFium here has no script engine, and no action, link or launch of the document is ever passed to it. Every
use, closing included, holds the one lock: the library is not safe in several threads.
"""

from __future__ import annotations

import ctypes
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pypdfium2
from PySide6.QtGui import QImage

from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.services.documents import DocumentBytes
from meditrack_desktop.services.pdf_engine import PDFIUM
from meditrack_desktop.ui.documents.pages import (
    MOST_COPIED,
    MOST_DRAWN,
    MOST_HITS,
    Hit,
    PageSize,
    PageWords,
    PasswordNeeded,
    Unshowable,
)
from meditrack_desktop.ui.documents.pdf_words import find_on, text_on, words_on

PIXELS_A_POINT = 96 / 72
_PASSWORD_WRONG = 4
_A4 = PageSize(595 * PIXELS_A_POINT, 842 * PIXELS_A_POINT)
# It tells whoever reads the log how to install another build when a form is of the XFA kind.
logging.getLogger("pypdfium2._helpers.document").setLevel(logging.ERROR)


class PdfPages:
    """PasswordNeeded, Unshowable, or Unavailable with the vault's code."""

    searchable = True
    fit_limit = 2.0

    def __init__(self, source: DocumentBytes) -> None:
        self._source = source
        with PDFIUM:
            try:
                self._pdf = pypdfium2.PdfDocument(_Feed(source))
            except pypdfium2.PdfiumError as error:
                self._check_source()
                if getattr(error, "err_code", None) == _PASSWORD_WRONG:
                    raise PasswordNeeded from None
                raise Unshowable from None
            try:
                # Without it the filled-in fields of a form would stay invisible.
                self._pdf.init_forms()
                self.count = len(self._pdf)
                self.first = self._size(0)
                self._check_source()
                if not self.count:
                    raise Unshowable
            except BaseException as error:
                self._pdf.close()
                if isinstance(error, pypdfium2.PdfiumError):
                    raise Unshowable from None
                raise

    def sizes(self) -> list[PageSize]:
        """Every page's size; asks the document page by page, so that others get a turn between."""
        found = []
        for page in range(self.count):
            with PDFIUM:
                found.append(self._size(page))
        self._check_source()
        return found

    def draw(self, page: int, width: int) -> QImage:
        with PDFIUM, self._page(page) as found:
            if found is None:
                return QImage()
            across, down = max(1.0, found.get_width()), max(1.0, found.get_height())
            # PDFium's helper rounds up; the hair less keeps a page from being a pixel wider than asked.
            scale = min((width - 0.01) / across, (MOST_DRAWN / (across * down)) ** 0.5)
            try:
                bitmap = found.render(scale=scale, prefer_bgrx=True, limit_image_cache=True)
            except (pypdfium2.PdfiumError, ValueError, MemoryError):
                self._check_source()
                return QImage()
            try:
                self._check_source()
                form = QImage.Format.Format_RGB32
                # The copy owns its pixels; what PDFium drew into is freed below.
                return QImage(bitmap.buffer, bitmap.width, bitmap.height, bitmap.stride, form).copy()
            finally:
                bitmap.close()

    def find(self, words: str, stopped: Callable[[], bool]) -> tuple[Hit, ...]:
        """Where the words stand, upper and lower case alike; the first 1000 places."""
        hits: list[Hit] = []
        for page in range(self.count):
            if stopped() or len(hits) >= MOST_HITS:
                break
            with PDFIUM, self._page(page) as found:
                if found is not None:
                    hits += find_on(found, page, words)
        self._check_source()
        return tuple(hits[:MOST_HITS])

    def words(self, page: int) -> PageWords:
        with PDFIUM, self._page(page) as found:
            words = PageWords() if found is None else words_on(self._pdf, found)
        self._check_source()
        return words

    def text(self, stopped: Callable[[], bool]) -> str:
        pages: list[str] = []
        left = MOST_COPIED
        for page in range(self.count):
            if stopped() or left <= 0:
                break
            with PDFIUM, self._page(page) as found:
                words = "" if found is None else text_on(found)[:left]
            left -= len(words)
            pages.append(words.strip())
        self._check_source()
        return "\n\n".join(words for words in pages if words)

    def close(self) -> None:
        with PDFIUM:
            self._pdf.close()

    @contextmanager
    def _page(self, number: int) -> Iterator[Any]:
        try:
            page = self._pdf[number]
        except pypdfium2.PdfiumError:
            self._check_source()
            page = None
        try:
            yield page
        finally:
            if page is not None:
                page.close()

    def _size(self, page: int) -> PageSize:
        try:
            width, height = self._pdf.get_page_size(page)
        except pypdfium2.PdfiumError:
            return _A4
        if not (0 < width < 1e5 and 0 < height < 1e5):
            return _A4
        return PageSize(width * PIXELS_A_POINT, height * PIXELS_A_POINT)

    def _check_source(self) -> None:
        """PDFium goes on without bytes it could not get; the reader remembers what was wrong with them."""
        if self._source.refusal is not None:
            raise self._source.refusal


class _Feed:
    """The vault's reader as PDFium takes it. Nothing may be raised through the library's C code."""

    def __init__(self, source: DocumentBytes) -> None:
        self._source = source
        self._at = 0

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._source.size}[whence]
        self._at = start + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def read(self, size: int = -1) -> bytes:
        wanted = self._source.size - self._at if size < 0 else size
        try:
            data = self._source.read_at(self._at, max(0, wanted))
        except (ClinicError, ValueError, OSError):
            return b""
        self._at += len(data)
        return data

    def readinto(self, buffer: Any) -> int:
        data = self.read(ctypes.sizeof(buffer))
        ctypes.memmove(buffer, data, len(data))
        return len(data)
