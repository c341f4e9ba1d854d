"""The sample clinic's documents: a lab report as PDF and a photograph, made on the spot."""

from __future__ import annotations

from datetime import date
from io import BytesIO

from PIL import Image, ImageDraw
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from meditrack_desktop.domain.patients import Patient

_RESULTS = (
    ("Hemoglobin", "10.9", "g/dL", "12.0 to 15.5", "Low"),
    ("Hematocrit", "33.8", "%", "36 to 46", "Low"),
    ("Mean cell volume", "76", "fL", "80 to 100", "Low"),
    ("White cells", "6.1", "x10^9/L", "4.0 to 11.0", ""),
    ("Platelets", "342", "x10^9/L", "150 to 400", ""),
    ("Ferritin", "8", "ng/mL", "15 to 150", "Low"),
    ("C-reactive protein", "1.2", "mg/L", "below 5", ""),
    ("Vitamin B12", "412", "pg/mL", "200 to 900", ""),
    ("TSH", "1.9", "mIU/L", "0.4 to 4.0", ""),
)


def lab_report(patient: Patient, day: date, pages: int = 1) -> bytes:
    """A blood panel in the name of `patient`."""
    styles = getSampleStyleSheet()
    story: list[Flowable] = [
        Paragraph("Example Lab", styles["Title"]),
        Paragraph("Sample Road 12, Testville", styles["Normal"]),
        Spacer(1, 14),
        Paragraph(f"Patient: {patient.name}", styles["Normal"]),
        Paragraph(f"Born: {patient.birth_date or 'unknown'}   MRN: {patient.mrn}", styles["Normal"]),
        Paragraph(f"Collected: {day.isoformat()}", styles["Normal"]),
        Spacer(1, 18),
        Paragraph("Hematology and iron", styles["Heading2"]),
    ]
    table = Table(
        [("Test", "Result", "Unit", "Reference", "Flag"), *_RESULTS], colWidths=[150, 70, 80, 110, 60]
    )
    table.setStyle(
        TableStyle(
            [
                ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#F5F8FA")),
                ("FONTNAME", (0, 0), (-1, 0), "Helvetica-Bold"),
                ("LINEBELOW", (0, 0), (-1, -1), 0.5, colors.HexColor("#DBE2E9")),
                ("TOPPADDING", (0, 0), (-1, -1), 6),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 6),
                *[
                    ("TEXTCOLOR", (1, row), (1, row), colors.HexColor("#B42318"))
                    for row, result in enumerate(_RESULTS, start=1)
                    if result[4]
                ],
            ]
        )
    )
    story += [table, Spacer(1, 18), Paragraph("Synthetic report for demonstration.", styles["Normal"])]
    for page in range(2, pages + 1):
        story += [
            PageBreak(),
            Paragraph(f"Page {page}: method notes. Nothing here is real.", styles["Normal"]),
        ]
    target = BytesIO()
    SimpleDocTemplate(target, pagesize=A4, title="Blood panel", invariant=1).build(story)
    return target.getvalue()


def photograph(day: date) -> bytes:
    """A drawn stand-in for a photograph of a skin patch."""
    image = Image.new("RGB", (1200, 900), "#E8C9B0")
    draw = ImageDraw.Draw(image)
    for step in range(60):
        shade = (205 - step, 140 - step, 120 - step // 2)
        draw.ellipse((480 + step * 2, 330 + step * 2, 760 - step * 2, 570 - step * 2), fill=shade)
    draw.rectangle((60, 820, 260, 832), fill="#333333")
    draw.text((60, 836), f"2 cm   {day.isoformat()}", fill="#333333")
    target = BytesIO()
    image.save(target, "JPEG", quality=85)
    return target.getvalue()
