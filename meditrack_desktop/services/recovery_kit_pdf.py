"""The recovery kit as one page of PDF: the key in letters and as a QR code, and what to do with the paper.

Drawn in memory: the key is on no disk until somebody prints or saves it.
"""

from __future__ import annotations

from io import BytesIO

import segno
from reportlab.lib.pagesizes import A4, LETTER
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from meditrack_desktop.config import resource_path
from meditrack_desktop.services.recovery_kit import RecoveryKit

LETTER_REGIONS = frozenset("US CA MX PH CL CO CR GT NI PA PR SV VE DO".split())
"""Countries whose printers hold Letter and not A4."""
TEXT, STRONG, KEY = "MediTrack-Text", "MediTrack-Strong", "Courier-Bold"
_EDGE = 22 * mm
_QR_SIDE = 52 * mm
_GROUPS_IN_A_LINE = 4
_OPENS = (
    "Every document and every backup of this clinic, without any password and without this computer.",
    "The clinic's data on a new computer, when this one is lost, stolen or broken.",
    "The clinic for an administrator who has forgotten the password.",
)
_KEEP = (
    "Keep the paper where you keep contracts and deeds: a safe, or an envelope at your bank or notary.",
    "A second copy in another building survives a fire. Do not photograph it, and send it to nobody.",
    "Whoever holds this paper can read everything. If it is lost or was seen, make a new kit in Settings; "
    "this one then opens nothing that is made later.",
    "Nobody can make it again for you. Without it, data cannot be recovered once passwords and computer are lost.",
)


def kit_pdf(kit: RecoveryKit, region: str) -> bytes:
    """The kit on one page, A4 or Letter as `region` (two letters) prints."""
    _know_fonts()
    out = BytesIO()
    width, height = LETTER if region in LETTER_REGIONS else A4
    page = Canvas(out, pagesize=(width, height), pageCompression=1, invariant=1)
    page.setTitle("MediTrack recovery kit")
    page.setAuthor("MediTrack Desktop")
    y = height - _EDGE
    page.setFont(STRONG, 20)
    page.drawString(_EDGE, y - 14, "MediTrack recovery kit")
    y -= 34
    y = _facts(page, kit, y, width)
    page.setLineWidth(0.6)
    page.line(_EDGE, y, width - _EDGE, y)
    y -= 22
    page.setFont(STRONG, 12)
    page.drawString(_EDGE, y, "The key")
    _qr(page, kit.identity, width - _EDGE - _QR_SIDE, y + 9 - _QR_SIDE)
    bottom = _key(page, kit, y - 24)
    y = min(bottom, y - _QR_SIDE) - 18
    y = _list(page, "What it opens", _OPENS, y, width)
    _list(page, "Where to keep it", _KEEP, y - 12, width)
    page.setFont(TEXT, 8)
    page.drawString(_EDGE, _EDGE - 8, "Page 1 of 1")
    page.drawRightString(width - _EDGE, _EDGE - 8, f"Clinic id {kit.clinic_id}")
    page.showPage()
    page.save()
    return out.getvalue()


def _know_fonts() -> None:
    for name, file in ((TEXT, "Inter-Regular.ttf"), (STRONG, "Inter-SemiBold.ttf")):
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, str(resource_path("fonts", file))))


def _facts(page: Canvas, kit: RecoveryKit, y: float, width: float) -> float:
    rows = (
        ("Clinic", kit.clinic_name),
        ("Clinic id", kit.clinic_id),
        ("Made", f"{kit.made_at.day} {kit.made_at:%b %Y}"),
    )
    for label, value in rows:
        page.setFont(TEXT, 10)
        page.drawString(_EDGE, y, label)
        for line in _wrapped(value, STRONG, 10, width - 2 * _EDGE - 26 * mm):
            page.setFont(STRONG, 10)
            page.drawString(_EDGE + 26 * mm, y, line)
            y -= 15
    return y - 2


def _key(page: Canvas, kit: RecoveryKit, y: float) -> float:
    """The key in groups: its fixed beginning on a line of its own, then four groups a line. Returns the next line."""
    beginning, *groups = kit.groups()
    page.setFont(KEY, 14)
    page.drawString(_EDGE, y, beginning)
    y -= 21
    for start in range(0, len(groups), _GROUPS_IN_A_LINE):
        page.drawString(_EDGE, y, " ".join(groups[start : start + _GROUPS_IN_A_LINE]))
        y -= 21
    page.setFont(TEXT, 9)
    page.drawString(_EDGE, y - 2, "Type it without the spaces, or read the square with a scanner.")
    return y - 14


def _qr(page: Canvas, text: str, x: float, y: float) -> None:
    """The square as filled boxes, one for each run of dark modules: sharp at any size."""
    rows = [bytes(row) for row in segno.make_qr(text, error="q").matrix]
    side = _QR_SIDE / len(rows)
    for number, row in enumerate(rows):
        top = y + _QR_SIDE - (number + 1) * side
        start = 0
        while start < len(row):
            if not row[start]:
                start += 1
                continue
            end = start
            while end < len(row) and row[end]:
                end += 1
            # A hair wider than the run: viewers draw a light seam between boxes that only touch.
            page.rect(x + start * side, top, (end - start) * side, side + 0.05, stroke=0, fill=1)
            start = end


def _list(page: Canvas, title: str, lines: tuple[str, ...], y: float, width: float) -> float:
    page.setFont(STRONG, 12)
    page.drawString(_EDGE, y, title)
    y -= 18
    page.setFont(TEXT, 10)
    for sentence in lines:
        for line in _wrapped(sentence, TEXT, 10, width - 2 * _EDGE):
            page.drawString(_EDGE, y, line)
            y -= 15
    return y


def _wrapped(text: str, font: str, size: float, width: float) -> list[str]:
    """The lines `text` needs; a word longer than a line is cut."""
    lines, line = [], ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and pdfmetrics.stringWidth(longer, font, size) > width:
            lines.append(line)
            longer = word
        while len(longer) > 1 and pdfmetrics.stringWidth(longer, font, size) > width:
            fits = next(
                n
                for n in range(len(longer), 0, -1)
                if pdfmetrics.stringWidth(longer[:n], font, size) <= width
            )
            lines.append(longer[:fits])
            longer = longer[fits:]
        line = longer
    return [*lines, line] if line else lines or [""]
