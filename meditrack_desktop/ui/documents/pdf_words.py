"""The words of a PDF page: where they stand, what they are, and the links, which stay words.

Everything here is called with PDFium's lock held, for a page that is open.
"""

from __future__ import annotations

import ctypes
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium_c
from PySide6.QtCore import QRectF

from meditrack_desktop.ui.documents.pages import MOST_HITS, MOST_LETTERS, Hit, Link, PageWords

_GRID = 1 << 20
_MOST_LINKS = 500
_LONGEST_ADDRESS = 2000

Box = tuple[float, float, float, float]


def find_on(page: Any, number: int, words: str) -> list[Hit]:
    """The places on a page where `words` stand, upper and lower case alike."""
    text = page.get_textpage()
    try:
        shares = _Shares(page)
        searcher = text.search(words)
        try:
            hits: list[Hit] = []
            while len(hits) < MOST_HITS and (found := searcher.get_next()) is not None:
                boxes = [text.get_rect(at) for at in range(text.count_rects(*found))]
                hits.append(Hit(number, tuple(shares.of(box) for box in boxes)))
            return hits
        finally:
            searcher.close()
    except pypdfium2.PdfiumError:
        return []
    finally:
        text.close()


def text_on(page: Any) -> str:
    """All words of a page."""
    try:
        text = page.get_textpage()
    except pypdfium2.PdfiumError:
        return ""
    try:
        found: str = text.get_text_range(0, min(text.count_chars(), MOST_LETTERS))
        return found.replace("\r\n", "\n").replace("\x00", "")
    except pypdfium2.PdfiumError:
        return ""
    finally:
        text.close()


def words_on(document: Any, page: Any) -> PageWords:
    """The letters of a page with their boxes, and its links."""
    shares = _Shares(page)
    try:
        text = page.get_textpage()
    except pypdfium2.PdfiumError:
        return PageWords(links=_links(document, page, shares))
    try:
        letters: list[str] = []
        boxes: list[QRectF] = []
        for at in range(min(text.count_chars(), MOST_LETTERS)):
            code = pdfium_c.FPDFText_GetUnicode(text, at)
            # PDFium marks a hyphen at a line's end as 2 and ends lines with both of these.
            if code in (0, 13):
                continue
            letter = "-" if code == 2 else _letter(code)
            letters.append(letter)
            boxes.append(QRectF() if letter.isspace() else shares.of(_char_box(text, at)))
        return PageWords("".join(letters), tuple(boxes), _links(document, page, shares))
    finally:
        text.close()


class _Shares:
    """Turns the page's own coordinates into shares of what is shown, 0 to 1 from the top left."""

    def __init__(self, page: Any) -> None:
        self._page = page
        origin, across, up = self._at(0, 0), self._at(1000, 0), self._at(0, 1000)
        self._x0, self._y0 = origin
        self._xx, self._xy = (across[0] - origin[0]) / 1000, (across[1] - origin[1]) / 1000
        self._yx, self._yy = (up[0] - origin[0]) / 1000, (up[1] - origin[1]) / 1000

    def of(self, box: Box) -> QRectF:
        """A box of left, bottom, right and top."""
        left, bottom, right, top = box
        x1, y1 = self._point(left, bottom)
        x2, y2 = self._point(right, top)
        return QRectF(min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1))

    def _point(self, x: float, y: float) -> tuple[float, float]:
        return self._x0 + x * self._xx + y * self._yx, self._y0 + x * self._xy + y * self._yy

    def _at(self, x: float, y: float) -> tuple[float, float]:
        across, down = ctypes.c_int(), ctypes.c_int()
        pdfium_c.FPDF_PageToDevice(self._page, 0, 0, _GRID, _GRID, 0, x, y, across, down)
        return across.value / _GRID, down.value / _GRID


def _char_box(text: Any, at: int) -> Box:
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    pdfium_c.FPDFText_GetCharBox(text, at, left, right, bottom, top)
    return left.value, bottom.value, right.value, top.value


def _letter(code: int) -> str:
    try:
        letter = chr(code)
    except ValueError:
        return "\N{REPLACEMENT CHARACTER}"
    return letter if not 0xD800 <= code <= 0xDFFF else "\N{REPLACEMENT CHARACTER}"


def _links(document: Any, page: Any, shares: _Shares) -> tuple[Link, ...]:
    place, link = ctypes.c_int(0), pdfium_c.FPDF_LINK()
    found: list[Link] = []
    for _ in range(_MOST_LINKS):
        if not pdfium_c.FPDFLink_Enumerate(page, place, link):
            break
        box = pdfium_c.FS_RECTF()
        if pdfium_c.FPDFLink_GetAnnotRect(link, box):
            address = _address(document, link)
            if address:
                found.append(Link(shares.of((box.left, box.bottom, box.right, box.top)), address))
    return tuple(found)


def _address(document: Any, link: Any) -> str:
    action = pdfium_c.FPDFLink_GetAction(link)
    if not action or pdfium_c.FPDFAction_GetType(action) != pdfium_c.PDFACTION_URI:
        return ""
    length = min(pdfium_c.FPDFAction_GetURIPath(document, action, None, 0), _LONGEST_ADDRESS)
    if length < 2:
        return ""
    buffer = ctypes.create_string_buffer(length)
    pdfium_c.FPDFAction_GetURIPath(document, action, buffer, length)
    raw = buffer.raw.split(b"\0", 1)[0]
    return "".join(letter for letter in raw.decode("utf-8", "replace") if letter.isprintable())
