"""Files to read: made on the spot, nobody in them is real."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

SECRET = b"ferritin-low-in-the-clear"
"""Stands uncompressed in every PDF made here; nothing outside the vault may ever hold it."""


def a_pdf(pages: int = 3, words: str = "Ferritin") -> bytes:
    """`words` on each page, once more on the last; the second page lies on its side."""
    target = BytesIO()
    paper = canvas.Canvas(target, pagesize=A4, pageCompression=0, invariant=1)
    for page in range(1, pages + 1):
        paper.setPageSize((A4[1], A4[0]) if page == 2 else A4)
        paper.drawString(72, 500, f"{words} on page {page}")
        paper.drawString(72, 450, SECRET.decode())
        if page == pages:
            paper.drawString(72, 400, f"{words} again")
        paper.showPage()
    paper.save()
    return target.getvalue()


def two_halves(width: int = 400, height: int = 200) -> Image.Image:
    """Left red, right blue."""
    image = Image.new("RGB", (width, height), "#FF0000")
    ImageDraw.Draw(image).rectangle((width // 2, 0, width, height), fill="#0000FF")
    return image


def a_png() -> bytes:
    target = BytesIO()
    two_halves().save(target, "PNG")
    return target.getvalue()


def a_turned_jpeg() -> bytes:
    """Stored lying, to be shown standing: EXIF orientation 6, a quarter turn clockwise."""
    target = BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    two_halves().save(target, "JPEG", quality=95, exif=exif)
    return target.getvalue()


def a_tiff() -> bytes:
    """Two pages: a red one, and a taller grey one of 16 bits."""
    target = BytesIO()
    first = Image.new("RGB", (300, 200), "#FF0000")
    half = 200 * 200
    pixels = (60_000).to_bytes(2, "little") * half + (30_000).to_bytes(2, "little") * half
    second = Image.frombytes("I;16", (200, 400), pixels)
    first.save(target, "TIFF", save_all=True, append_images=[second])
    return target.getvalue()
