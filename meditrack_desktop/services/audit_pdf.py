"""An extract of the audit trail as pages to print: black on white, what is shown and who printed it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from meditrack_desktop.config import resource_path
from meditrack_desktop.domain.audit import ExtractWords

TEXT, STRONG = "MediTrack-Audit-Text", "MediTrack-Audit-Strong"
WIDTH, HEIGHT = landscape(A4)
_EDGE = 12 * mm
_TOP = HEIGHT - 26 * mm
_BOTTOM = 18 * mm
_SIZE, _LEADING, _GAP = 7.5, 9.5, 3.0
_MOST_ROWS_OF_TEXT = 12


def write_pdf(path: Path, words: ExtractWords, rows: Iterable[Sequence[str]]) -> None:
    """Write the rows under their heads into an empty file, as many pages as they need. OSError if that fails."""
    _know_fonts()
    with path.open("r+b") as file:
        page = _Pages(file, words)
        for cells in rows:
            page.row(cells)
        page.end()


class _Pages:
    """Pages of one table. They are kept until the end, because each names how many there are."""

    def __init__(self, file: object, words: ExtractWords) -> None:
        self._words = words
        self._canvas = Canvas(file, pagesize=(WIDTH, HEIGHT), pageCompression=1)
        self._canvas.setTitle(words.title)
        self._canvas.setAuthor("MediTrack Desktop")
        self._kept: list[dict[str, object]] = []
        shares = _shares(len(words.heads))
        room = WIDTH - 2 * _EDGE - _GAP * (len(shares) - 1)
        self._widths = [room * share for share in shares]
        self._y = 0.0
        self._begin()

    def row(self, cells: Sequence[str]) -> None:
        texts = [
            simpleSplit(cell, TEXT, _SIZE, width)[:_MOST_ROWS_OF_TEXT]
            for cell, width in zip(cells, self._widths, strict=True)
        ]
        height = max(max(len(text) for text in texts), 1) * _LEADING + 2 * _GAP
        if self._y - height < _BOTTOM:
            self._keep()
            self._begin()
        self._canvas.setFont(TEXT, _SIZE)
        x = _EDGE
        for text, width in zip(texts, self._widths, strict=True):
            for number, part in enumerate(text):
                self._canvas.drawString(x, self._y - _GAP - _SIZE - number * _LEADING, part)
            x += width + _GAP
        self._y -= height
        self._canvas.setLineWidth(0.25)
        self._canvas.line(_EDGE, self._y, WIDTH - _EDGE, self._y)

    def end(self) -> None:
        """Number the pages and write the file."""
        self._keep()
        for number, state in enumerate(self._kept, start=1):
            self._canvas.__dict__.update(state)
            self._foot(number, len(self._kept))
            self._canvas.showPage()
        self._canvas.save()

    def _begin(self) -> None:
        self._canvas.setFont(STRONG, 13)
        self._canvas.drawString(_EDGE, HEIGHT - 15 * mm, self._words.title)
        self._canvas.setFont(TEXT, 8.5)
        self._canvas.drawRightString(WIDTH - _EDGE, HEIGHT - 15 * mm, self._words.period)
        self._canvas.setFont(STRONG, _SIZE)
        x = _EDGE
        for head, width in zip(self._words.heads, self._widths, strict=True):
            self._canvas.drawString(x, _TOP + _GAP, head)
            x += width + _GAP
        self._canvas.setLineWidth(0.8)
        self._canvas.line(_EDGE, _TOP, WIDTH - _EDGE, _TOP)
        self._y = _TOP

    def _keep(self) -> None:
        self._kept.append(dict(self._canvas.__dict__))
        self._canvas._startPage()

    def _foot(self, number: int, pages: int) -> None:
        self._canvas.setFont(TEXT, 8)
        self._canvas.drawString(_EDGE, 10 * mm, self._words.printed)
        place = self._words.page_of.format(page=number, pages=pages)
        self._canvas.drawRightString(WIDTH - _EDGE, 10 * mm, place)


def _shares(columns: int) -> list[float]:
    """How wide each column is: the last ones hold the most text."""
    weights = [1.1] * (columns - 2) + [1.6, 2.0] if columns > 2 else [1.0] * columns
    return [weight / sum(weights) for weight in weights]


def _know_fonts() -> None:
    for name, file in ((TEXT, "Inter-Regular.ttf"), (STRONG, "Inter-SemiBold.ttf")):
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, str(resource_path("fonts", file))))
