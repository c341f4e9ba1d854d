"""A label for a folder or a tube: who it is, by three identifiers, and the record number for a scanner.

The bars are Code 128, which every desk scanner reads. A name too long for the label is set smaller, then cut at its
end with a sign that says so; birth date and record number never give way.
"""

from __future__ import annotations

from datetime import date
from io import BytesIO

from reportlab.graphics import renderPDF
from reportlab.graphics.barcode import createBarcodeDrawing
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.printing import LabelSize
from meditrack_desktop.services.print_type import STRONG, TEXT, know_fonts, markup
from meditrack_desktop.services.printing.plain_words import born_text

_EDGE = 2.5 * mm
_NAME_SIZES = (13, 11, 9, 7.5)
_CUT = "\u2026"
_BAR_HEIGHT = 8 * mm
_BARE = 0.25 * mm
"""The narrowest bar that a label printer of 203 dots an inch prints sharply."""


def label_pdf(patient: Patient, size: LabelSize, today: date) -> bytes:
    """One label, one page of the roll's size."""
    know_fonts()
    width, height = (side * mm for side in size.millimetres)
    out = BytesIO()
    page = Canvas(out, pagesize=(width, height), pageCompression=1, invariant=1)
    page.setTitle("Label")
    inner = width - 2 * _EDGE
    bars = _BAR_HEIGHT if height >= 34 * mm else 6 * mm
    lines = 9 if height >= 34 * mm else 8
    facts = (born_text(patient, today), f"MRN {patient.mrn}")
    below = _EDGE + bars + 1.2 * mm
    for text in reversed(facts):
        below += _put(page, text, TEXT, lines, inner, below)
    _name(page, patient.name, inner, below + 0.5 * mm, height - _EDGE)
    _bars(page, patient.mrn, inner, bars)
    page.showPage()
    page.save()
    return out.getvalue()


def _put(page: Canvas, text: str, font: str, size: float, width: float, y: float) -> float:
    paragraph = _paragraph(text, font, size)
    _, height = paragraph.wrapOn(page, width, 10 * mm)
    paragraph.drawOn(page, _EDGE, y)
    return float(height)


def _name(page: Canvas, name: str, width: float, bottom: float, top: float) -> None:
    """The name as large as it fits between `bottom` and `top`."""
    text = name
    for size in _NAME_SIZES:
        paragraph = _paragraph(text, STRONG, size)
        _, height = paragraph.wrapOn(page, width, top - bottom)
        if height <= top - bottom:
            paragraph.drawOn(page, _EDGE, top - height)
            return
    while len(text) > 1:
        text = text[:-1]
        paragraph = _paragraph(text.rstrip() + _CUT, STRONG, _NAME_SIZES[-1])
        _, height = paragraph.wrapOn(page, width, top - bottom)
        if height <= top - bottom:
            paragraph.drawOn(page, _EDGE, top - height)
            return


def _paragraph(text: str, font: str, size: float) -> Paragraph:
    style = ParagraphStyle(
        "label", fontName=font, fontSize=size, leading=size * 1.22, shaping=1, splitLongWords=1
    )
    return Paragraph(markup(text, font), style)


def _bars(page: Canvas, mrn: str, width: float, height: float) -> None:
    """Left out if the number is too long to be scanned from this label, or has signs that the bars do not know."""
    if not (mrn.isascii() and mrn.isprintable()):
        return
    drawing = createBarcodeDrawing("Code128", value=mrn, barHeight=height, barWidth=0.33 * mm, quiet=False)
    if drawing.width > width:
        drawing = createBarcodeDrawing("Code128", value=mrn, barHeight=height, barWidth=_BARE, quiet=False)
    if drawing.width <= width:
        renderPDF.draw(drawing, page, _EDGE, _EDGE)
