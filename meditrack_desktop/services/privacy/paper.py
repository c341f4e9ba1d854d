"""Pages about one patient, to hand out: headings, facts and tables in a type that has the world's letters."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from meditrack_desktop.config import resource_path

TEXT, STRONG = "MediTrack-Privacy-Text", "MediTrack-Privacy-Strong"
_WIDTH = A4[0] - 36 * mm


class Paper:
    """A4 pages, made in memory. Everything typed by people is text here, never markup."""

    def __init__(self, title: str, under: str) -> None:
        _know_fonts()
        self._title = title
        self._body = ParagraphStyle("body", fontName=TEXT, fontSize=9, leading=12.5)
        self._cell = ParagraphStyle("cell", fontName=TEXT, fontSize=8, leading=10.5)
        self._head = ParagraphStyle("head", fontName=STRONG, fontSize=8, leading=10.5)
        self._heading = ParagraphStyle(
            "heading", fontName=STRONG, fontSize=12, leading=16, spaceBefore=12, spaceAfter=4
        )
        big = ParagraphStyle("big", fontName=STRONG, fontSize=17, leading=22)
        self._story: list[Flowable] = [self._text(title, big), self._text(under, self._body)]

    def heading(self, text: str) -> None:
        self._story.append(self._text(text, self._heading))

    def line(self, text: str) -> None:
        self._story.append(self._text(text, self._body))

    def facts(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Name and value, one below the other; empty ones are left out."""
        rows = [
            (self._text(name, self._head), self._text(value, self._cell)) for name, value in pairs if value
        ]
        if rows:
            self._story.append(
                Table(rows, colWidths=[42 * mm, _WIDTH - 42 * mm], style=_PLAIN, hAlign="LEFT")
            )

    def table(self, heads: Sequence[str], shares: Sequence[float], rows: Sequence[Sequence[str]]) -> None:
        """A table whose columns take these shares of the width; a line that says "None." if there is nothing."""
        if not rows:
            self.line("None.")
            return
        cells = [[self._text(head, self._head) for head in heads]]
        cells += [[self._text(cell, self._cell) for cell in row] for row in rows]
        widths = [_WIDTH * share / sum(shares) for share in shares]
        self._story.append(Table(cells, colWidths=widths, repeatRows=1, style=_RULED, hAlign="LEFT"))

    def pdf(self) -> bytes:
        """The finished file."""
        out = BytesIO()
        document = SimpleDocTemplate(
            out,
            pagesize=A4,
            leftMargin=18 * mm,
            rightMargin=18 * mm,
            topMargin=16 * mm,
            bottomMargin=18 * mm,
            title=self._title,
            author="MediTrack Desktop",
        )
        document.build([*self._story, Spacer(1, 1)], onFirstPage=_foot, onLaterPages=_foot)
        return out.getvalue()

    @staticmethod
    def _text(text: str, style: ParagraphStyle) -> Paragraph:
        return Paragraph(escape(text).replace("\n", "<br/>"), style)


def _foot(page: Canvas, document: SimpleDocTemplate) -> None:
    page.setFont(TEXT, 8)
    page.drawRightString(A4[0] - 18 * mm, 10 * mm, f"Page {document.page}")


def _know_fonts() -> None:
    for name, file in ((TEXT, "Inter-Regular.ttf"), (STRONG, "Inter-SemiBold.ttf")):
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, str(resource_path("fonts", file))))


_PLAIN = TableStyle(
    [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 1.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
    ]
)
_RULED = TableStyle(
    [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, 0), 0.8, colors.black),
        ("LINEBELOW", (0, 1), (-1, -1), 0.25, colors.black),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ]
)
