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
    """Whether the pages went to the printer. Drawn in memory; nothing is spooled by us."""
    with PDFIUM:
        document = pypdfium2.PdfDocument(pdf)
        try:
            pages = [
                _drawn(document, number, min(printer.resolution(), _MOST_DOTS))
                for number in range(len(document))
            ]
        finally:
            document.close()
    painter = QPainter()
    for number, (image, size) in enumerate(pages):
        printer.setPageSize(QPageSize(size, QPageSize.Unit.Point))
        printer.setFullPage(True)
        if number == 0:
            if not painter.begin(printer):
                return False
        elif not printer.newPage():
            painter.end()
            return False
        paper = printer.pageLayout().fullRect(QPageLayout.Unit.Point).size()
        area = (
            QRectF(0, 0, printer.width(), printer.height())
            if paper.isEmpty()
            else QRectF(printer.pageLayout().fullRectPixels(printer.resolution()))
        )
        painter.drawImage(area, image)
    return painter.end()


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
