"""Pages about one patient, to hand out: headings, facts and tables in a type that has the world's letters."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from io import BytesIO

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from meditrack_desktop.services.print_type import STRONG, TEXT, know_fonts, markup

_EDGE = 18 * mm
_LINES_TOGETHER = 40


class Paper:
    """Pages made in memory, A4 unless another size is given. Everything typed by people is text here, never markup.

    `foot` stands at the left below each page, "Page 1 of 3" at the right.
    """

    def __init__(
        self, title: str, under: str, *, size: tuple[float, float] = A4, foot: str = "", head: str = ""
    ) -> None:
        know_fonts()
        self._title, self._size, self._foot = title, size, foot
        self._width = size[0] - 2 * _EDGE
        self._body = ParagraphStyle("body", fontName=TEXT, fontSize=9, leading=12.5, shaping=1)
        self._cell = ParagraphStyle("cell", fontName=TEXT, fontSize=8, leading=10.5, shaping=1)
        self._head = ParagraphStyle("head", fontName=STRONG, fontSize=8, leading=10.5, shaping=1)
        self._heading = ParagraphStyle(
            "heading", fontName=STRONG, fontSize=12, leading=16, spaceBefore=12, spaceAfter=4, shaping=1
        )
        self._subheading = ParagraphStyle(
            "subheading", fontName=STRONG, fontSize=9, leading=12.5, spaceBefore=6, shaping=1
        )
        big = ParagraphStyle("big", fontName=STRONG, fontSize=17, leading=22, shaping=1)
        self._story: list[Flowable] = [self._text(head, self._body)] if head else []
        self._story += [self._text(title, big), self._text(under, self._body)]

    def heading(self, text: str) -> None:
        self._story.append(self._text(text, self._heading))

    def subheading(self, text: str) -> None:
        self._story.append(self._text(text, self._subheading))

    def line(self, text: str) -> None:
        self._story += [self._text(part, self._body) for part in _parts(text)]

    def facts(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Name and value, one below the other; empty ones are left out."""
        rows = [
            (self._text(name, self._head), self._text(value, self._cell)) for name, value in pairs if value
        ]
        if rows:
            self._story.append(
                Table(rows, colWidths=[42 * mm, self._width - 42 * mm], style=_PLAIN, hAlign="LEFT")
            )

    def table(self, heads: Sequence[str], shares: Sequence[float], rows: Sequence[Sequence[str]]) -> None:
        """A table whose columns take these shares of the width; a line that says "None." if there is nothing."""
        if not rows:
            self.line("None.")
            return
        cells = [[self._text(head, self._head) for head in heads]]
        cells += [[self._text(cell, self._cell) for cell in row] for row in rows]
        widths = [self._width * share / sum(shares) for share in shares]
        # A remark may be longer than a page.
        self._story.append(
            Table(cells, colWidths=widths, repeatRows=1, style=_RULED, hAlign="LEFT", splitInRow=1)
        )

    def pdf(self) -> bytes:
        """The finished file."""
        out = BytesIO()
        document = SimpleDocTemplate(
            out,
            pagesize=self._size,
            leftMargin=_EDGE,
            rightMargin=_EDGE,
            topMargin=16 * mm,
            bottomMargin=18 * mm,
            title=self._title,
            author="MediTrack Desktop",
        )
        document.build([*self._story, Spacer(1, 1)], canvasmaker=partial(_Numbered, self._foot))
        return out.getvalue()

    @staticmethod
    def _text(text: str, style: ParagraphStyle) -> Paragraph:
        return Paragraph(markup(text, style.fontName), style)


def _parts(text: str) -> list[str]:
    """A long text in parts of some lines: of one paragraph the whole rest is broken into lines anew on each page."""
    parts: list[list[str]] = [[]]
    for line in text.split("\n"):
        # Never beside an empty line, which at the edge of a paragraph would have no height.
        if len(parts[-1]) >= _LINES_TOGETHER and line and parts[-1][-1]:
            parts.append([])
        parts[-1].append(line)
    return ["\n".join(part) for part in parts]


class _Numbered(Canvas):  # type: ignore[misc]  # reportlab says nothing of its types
    """Draws the foot of every page once it is known how many there are."""

    def __init__(self, foot: str, *given: object, **named: object) -> None:
        super().__init__(*given, **named)
        self._foot = foot
        self._pages: list[dict[str, object]] = []

    def showPage(self) -> None:  # noqa: N802  # the name reportlab calls
        self._pages.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        for number, state in enumerate(self._pages, 1):
            self.__dict__.update(state)
            self.setFont(TEXT, 8)
            self.drawRightString(self._pagesize[0] - _EDGE, 10 * mm, f"Page {number} of {len(self._pages)}")
            if self._foot:
                foot = Paragraph(markup(self._foot), _FOOT)
                foot.wrapOn(self, self._pagesize[0] - 2 * _EDGE - 30 * mm, 10 * mm)
                foot.drawOn(self, _EDGE, 9 * mm)
            super().showPage()
        super().save()


_FOOT = ParagraphStyle("foot", fontName=TEXT, fontSize=8, leading=10, shaping=1)
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
