"""An appointment card to take home, or a slip for one visit: whose, when, with whom, how to prepare.

It says what a stranger who finds it may read: no reason of a visit, no birth date, no record number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from uuid import UUID

from reportlab.lib.pagesizes import A6, A7, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer

from meditrack_desktop.domain.clinic import ClinicProfile
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.printing import CardSize
from meditrack_desktop.domain.scheduling import Appointment
from meditrack_desktop.services.print_type import STRONG, TEXT, know_fonts, markup
from meditrack_desktop.services.printing.plain_words import WEEKDAYS, day_text

_ROLL_WIDTH = 80 * mm
_LINE = 13
_ROLL_LETTERS, _ROLL_LINE = 36, 4
"""Letters in a line of a roll, and its height in millimetres."""


def card_pdf(
    patient: Patient,
    visits: Sequence[Appointment],
    clinic: ClinicProfile,
    size: CardSize,
    preparations: Mapping[UUID, str] | None = None,
) -> bytes:
    """The coming visits, the next one first, on as many cards as they need. Times on the clinic's clock.

    `preparations`: what to do before, by visit.
    """
    known = preparations or {}
    know_fonts()
    small = size is not CardSize.A6
    body, strong = _style(TEXT, 8.5 if small else 10), _style(STRONG, 10 if small else 12.5)
    story: list[Flowable] = [
        Paragraph(markup(clinic.name, STRONG), _style(STRONG, 9 if small else 11)),
        Paragraph(markup(f"Appointments of {patient.name}", TEXT), body),
        Spacer(1, 2 * mm if small else 4 * mm),
    ]
    if not visits:
        story.append(Paragraph(markup("No visit is booked."), body))
    for visit in visits:
        starts = visit.wall_start
        when = f"{WEEKDAYS[starts.weekday()]}, {day_text(starts.date())}, {starts:%H:%M}"
        lines = [
            Paragraph(markup(when, STRONG), strong),
            Paragraph(markup(f"{visit.practitioner_name}, {visit.minutes} minutes"), body),
            Spacer(1, 1.5 * mm if small else 2.5 * mm),
        ]
        if prepare := known.get(visit.id):
            # Longer than a card, it goes on on the next.
            story += [KeepTogether(lines[:2]), Paragraph(markup(f"Before: {prepare}"), body), lines[2]]
        else:
            story.append(KeepTogether(lines))
    story.append(Paragraph(markup("Cannot come? Tell us as early as you can."), body))
    edge = 4 * mm if small else 8 * mm
    out = BytesIO()
    SimpleDocTemplate(
        out,
        pagesize=_page(size, len(visits), sum(map(len, known.values()))),
        leftMargin=edge,
        rightMargin=edge,
        topMargin=edge,
        bottomMargin=edge,
        title="Appointment card",
        author="MediTrack Desktop",
        invariant=1,
    ).build(story)
    return out.getvalue()


def _page(size: CardSize, visits: int, letters: int) -> tuple[float, float]:
    if size is CardSize.A6:
        return landscape(A6)  # type: ignore[no-any-return]  # reportlab says nothing of its types
    if size is CardSize.A7:
        return landscape(A7)  # type: ignore[no-any-return]  # likewise
    lines = letters / _ROLL_LETTERS + visits if letters else 0
    return _ROLL_WIDTH, (40 + _LINE * max(1, visits) + 12 + _ROLL_LINE * lines) * mm


def _style(font: str, size: float) -> ParagraphStyle:
    return ParagraphStyle("card", fontName=font, fontSize=size, leading=size * 1.3, shaping=1)
