"""What self-test checks of the windows: that Qt starts, draws with our fonts and icons, and reads a PDF."""

from __future__ import annotations

import os
from datetime import date
from io import BytesIO


def check_windows() -> list[tuple[str, str]]:
    """(what, problem) for each check; an empty problem means it works. Needs no display."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from meditrack_desktop.ui.theme import apply_theme
    from meditrack_desktop.ui.widgets.gallery import Gallery

    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    apply_theme(app)
    gallery = Gallery(date(2026, 11, 18))
    picture = gallery.grab().toImage()
    colours = {
        picture.pixel(x, y) for x in range(0, picture.width(), 7) for y in range(0, picture.height(), 7)
    }
    gallery.close()
    return [
        ("windows, fonts and icons", "" if len(colours) > 20 else "the controls were not drawn"),
        ("reading a PDF", _read_pdf()),
    ]


def _read_pdf() -> str:
    from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize
    from PySide6.QtPdf import QPdfDocument
    from reportlab.pdfgen.canvas import Canvas

    target = BytesIO()
    canvas = Canvas(target)
    canvas.drawString(100, 700, "self-test")
    canvas.save()
    buffer = QBuffer()
    buffer.setData(QByteArray(target.getvalue()))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document = QPdfDocument()
    document.load(buffer)
    drawn = document.pageCount() == 1 and not document.render(0, QSize(100, 140)).isNull()
    document.close()
    return "" if drawn else "a PDF page was not drawn"
