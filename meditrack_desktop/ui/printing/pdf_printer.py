"""Puts a finished PDF on paper: each page is drawn by the program's own PDF engine and handed to the printer."""

from __future__ import annotations

import pypdfium2
from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QWidget

from meditrack_desktop.services.pdf_engine import PDFIUM

_POINTS_AN_INCH = 72
_MOST_DOTS = 600


def ask_printer(parent: QWidget, title: str) -> QPrinter | None:
    """The printer somebody chose in the system's dialog; None if they did not."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(title)
    dialog = QPrintDialog(printer, parent)
    dialog.setWindowTitle(title)
    return printer if dialog.exec() == QDialog.DialogCode.Accepted else None


def print_pdf(pdf: bytes, printer: QPrinter) -> bool:
    """Whether the pages went to the printer. Drawn in memory, a page at a time; nothing is spooled by us."""
    painter = QPainter()
    with PDFIUM:
        document = pypdfium2.PdfDocument(pdf)
        try:
            for number in range(len(document)):
                image, size = _drawn(document, number, min(printer.resolution(), _MOST_DOTS))
                printer.setPageSize(QPageSize(size, QPageSize.Unit.Point))
                printer.setFullPage(True)
                begun = printer.newPage() if number else painter.begin(printer)
                if not begun:
                    painter.end()
                    return False
                painter.drawImage(_paper(printer), image)
        finally:
            document.close()
    return painter.end()


def _paper(printer: QPrinter) -> QRectF:
    """The whole sheet in the printer's dots; some drivers know only the part they can reach."""
    if printer.pageLayout().fullRect(QPageLayout.Unit.Point).isEmpty():
        return QRectF(0, 0, printer.width(), printer.height())
    return QRectF(printer.pageLayout().fullRectPixels(printer.resolution()))


def _drawn(document: pypdfium2.PdfDocument, number: int, dots: int) -> tuple[QImage, QSizeF]:
    page = document[number]
    try:
        width, height = page.get_size()
        bitmap = page.render(scale=dots / _POINTS_AN_INCH, grayscale=True)
        buffer = bytes(bitmap.buffer)
        image = QImage(
            buffer, bitmap.width, bitmap.height, bitmap.stride, QImage.Format.Format_Grayscale8
        ).copy()
        bitmap.close()
    finally:
        page.close()
    return image, QSizeF(width, height)
