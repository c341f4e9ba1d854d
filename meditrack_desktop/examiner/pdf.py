"""PDF: pages, text, the first page small, and what it could do elsewhere."""

from __future__ import annotations

import ctypes
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pypdfium2
from pypdfium2 import raw

from meditrack_desktop.domain.documents import MediaType
from meditrack_desktop.domain.errors import ErrorCode, Invalid
from meditrack_desktop.domain.examination import Examination
from meditrack_desktop.domain.named_in_text import document_date, named_person
from meditrack_desktop.examiner.images import thumbnail_of
from meditrack_desktop.examiner.limits import Limits
from meditrack_desktop.examiner.pdf_dangers import dangers

LONGEST_SIDE = 144_000
"""Points, 50 metres: ten times what the format knows."""
READING_SECONDS = 8
_MORE_THAN_A_LOGO = 0.1
_SMALLEST_SCALE = 1e-4


@contextmanager
def opened(data: memoryview) -> Iterator[pypdfium2.PdfDocument]:
    """The document. Invalid FILE_UNREADABLE, FILE_ASKS_PASSWORD."""
    held = (ctypes.c_ubyte * len(data)).from_buffer(data)
    try:
        document = pypdfium2.PdfDocument(held)
    except pypdfium2.PdfiumError as error:
        asks = getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD
        raise Invalid(ErrorCode.FILE_ASKS_PASSWORD if asks else ErrorCode.FILE_UNREADABLE) from None
    try:
        yield document
    finally:
        document.close()


def look(data: memoryview, limits: Limits) -> Examination:
    """Open it, read every page's text and draw the first one small."""
    try:
        with opened(data) as document:
            return _look(document, data, limits)
    except Invalid as refusal:
        if refusal.code is ErrorCode.FILE_ASKS_PASSWORD:
            return Examination(MediaType.PDF, 1, asks_password=True, inert=dangers(data, None))
        raise


def _look(document: pypdfium2.PdfDocument, data: memoryview, limits: Limits) -> Examination:
    pages = len(document)
    if pages > limits.pdf_pages:
        raise Invalid(ErrorCode.FILE_TOO_LARGE, limit=limits.pdf_pages)
    thumbnail, readable, text, scanned, left = b"", 0, [], [], limits.text
    began = time.monotonic()
    for number in range(1, pages + 1):
        try:
            page = document[number - 1]
        except pypdfium2.PdfiumError:
            text.append("")
            continue
        readable += 1
        width, height = page.get_size()
        if max(width, height) > LONGEST_SIDE:
            raise Invalid(ErrorCode.FILE_TOO_LARGE, limit=LONGEST_SIDE)
        # A book of a thousand pages is kept, and searched as far as there was time to read it.
        in_time = time.monotonic() - began < READING_SECONDS
        found = _text(page, left) if in_time else ""
        left -= len(found)
        text.append(found)
        if in_time and not found.strip() and _is_picture(page, width * height):
            scanned.append(number)
        if number == 1:
            thumbnail = _thumbnail(page, limits)
        page.close()
    if not readable:
        raise Invalid(ErrorCode.FILE_UNREADABLE)
    whole = "\n".join(text[:3])
    return Examination(
        MediaType.PDF,
        pages,
        thumbnail,
        text=tuple(text),
        scanned_pages=tuple(scanned),
        inert=dangers(data, document),
        named=named_person(whole),
        document_date=document_date(whole),
    )


def _text(page: pypdfium2.PdfPage, most: int) -> str:
    if most <= 0:
        return ""
    try:
        reader = page.get_textpage()
    except pypdfium2.PdfiumError:
        return ""
    try:
        count = min(reader.count_chars(), most)
        found = reader.get_text_range(0, count) if count > 0 else ""
    finally:
        reader.close()
    found = found.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return found.replace("\r\n", "\n").replace("￾", "")[:most]


def _is_picture(page: pypdfium2.PdfPage, area: float) -> bool:
    """Whether pictures cover more of it than a logo does, as on a page from a scanner; one may come in strips."""
    covered = 0.0
    for item in page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=3):
        left, bottom, right, top = item.get_bounds()
        covered += abs(right - left) * abs(top - bottom)
    return covered >= _MORE_THAN_A_LOGO * area


def _thumbnail(page: pypdfium2.PdfPage, limits: Limits) -> bytes:
    width, height = page.get_size()
    longer = max(width, height)
    if longer <= 0:
        return b""
    scale = max(_SMALLEST_SCALE, min(2.0, 2 * limits.thumbnail / longer))
    try:
        return thumbnail_of(page.render(scale=scale, may_draw_forms=False).to_pil(), limits.thumbnail)
    except (pypdfium2.PdfiumError, ValueError):
        return b""
