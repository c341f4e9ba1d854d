"""Puts pages that were drawn one by one on paper: a document's own, in its colours, each as large as its sheet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QMarginsF, QRectF, QSizeF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter, QTransform
from PySide6.QtPrintSupport import QPrinter

from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.ui.printing.printers import open_printer

MOST_DOTS = 600
POINTS_AN_INCH = 72


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """A picture, and how large it is on paper; `quarters` turn it clockwise."""

    image: QImage
    width_points: float
    height_points: float
    quarters: int = 0


class PagePrinter:
    """One run of one printer. Drawn in memory, a page at a time; for a working thread.

    Unavailable PRINTER_UNUSABLE if the printer is gone. `title` is what the system's queue shows: no patient's name.
    """

    def __init__(self, name: str, title: str) -> None:
        printer = open_printer(name)
        if printer is None:
            raise Unavailable(ErrorCode.PRINTER_UNUSABLE, printer=name)
        self._printer, self._name = printer, name
        printer.setDocName(title)

    @property
    def dots(self) -> int:
        """Dots an inch at which pages should be drawn."""
        return min(self._printer.resolution(), MOST_DOTS)

    def print(self, pages: Iterable[DrawnPage]) -> None:
        """Print them. Unavailable PRINTER_UNUSABLE if the printer refuses."""
        painter = QPainter()
        begun = False
        try:
            for page in pages:
                self._set_sheet(page)
                begun = self._printer.newPage() if begun else painter.begin(self._printer)
                if not begun:
                    raise Unavailable(ErrorCode.PRINTER_UNUSABLE, printer=self._name)
                _put(painter, self._printer, page)
        finally:
            ended = painter.end() if painter.isActive() else False
        if not ended:
            raise Unavailable(ErrorCode.PRINTER_UNUSABLE, printer=self._name)

    def _set_sheet(self, page: DrawnPage) -> None:
        """The sheet lies as the page does; what fits on the printer's own sheet is not asked to be another one."""
        width, height = page.width_points, page.height_points
        if page.quarters % 2:
            width, height = height, width
        lying = width > height
        layout = self._printer.pageLayout()
        own = layout.pageSize().size(QPageSize.Unit.Point)
        if own.isEmpty():
            layout.setPageSize(
                QPageSize(QSizeF(min(width, height), max(width, height)), QPageSize.Unit.Point)
            )
        layout.setOrientation(
            QPageLayout.Orientation.Landscape if lying else QPageLayout.Orientation.Portrait
        )
        layout.setMode(QPageLayout.Mode.FullPageMode)
        layout.setMargins(QMarginsF())
        self._printer.setPageLayout(layout)


def _put(painter: QPainter, printer: QPrinter, page: DrawnPage) -> None:
    """As large as it is, smaller where the sheet is smaller, in the middle."""
    image = page.image
    width, height = page.width_points, page.height_points
    if page.quarters % 4:
        image = image.transformed(QTransform().rotate(90 * page.quarters))
    if page.quarters % 2:
        width, height = height, width
    dots = printer.resolution() / POINTS_AN_INCH
    sheet = QRectF(printer.pageLayout().fullRectPixels(printer.resolution()))
    if sheet.isEmpty():
        sheet = QRectF(0, 0, printer.width(), printer.height())
    scale = min(1.0, sheet.width() / (width * dots), sheet.height() / (height * dots))
    place = QRectF(0, 0, width * dots * scale, height * dots * scale)
    place.moveCenter(sheet.center())
    painter.drawImage(place, image)
