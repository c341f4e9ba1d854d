"""The pages of a sheet that was just made, drawn in the read lane and shown whole, one below the other."""

from __future__ import annotations

from functools import partial

import pypdfium2
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from meditrack_desktop.services.pdf_engine import PDFIUM
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.widgets import ScrollColumn

MOST_SHOWN = 20
_DOTS_A_POINT = 2.0
_GAP = 12


class SheetPreview(ScrollColumn):
    """`show_pdf` replaces what was shown."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(margins=(_GAP, _GAP, _GAP, _GAP))
        self._desk = desk
        self._pdf: bytes = b""
        self.pages: list[_Page] = []
        self.setAccessibleName(self.tr("Preview"))

    def show_pdf(self, pdf: bytes) -> None:
        """Begin to draw it; the former pages stay until then."""
        self._pdf = pdf
        self._desk.tasks.query(
            self, partial(_drawn, pdf), lambda images: self._show(pdf, images), replaces="pages"
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for page in self.pages:
            page.set_room(self._room())

    def _room(self) -> QSize:
        return self.viewport().size() - QSize(2 * _GAP, 2 * _GAP)

    def _show(self, pdf: bytes, images: list[QImage]) -> None:
        if pdf is not self._pdf:
            return
        for page in self.pages:
            page.hide()
            page.deleteLater()
        self.pages = [_Page(image, self._room(), self) for image in images]
        for number, page in enumerate(self.pages, 1):
            page.setAccessibleName(self.tr("Page {number}").format(number=number))
            self.body.addWidget(page, 0, Qt.AlignmentFlag.AlignHCenter)


class _Page(QWidget):
    """One page, white in every theme as paper is; as wide as there is room."""

    def __init__(self, image: QImage, room: QSize, parent: QWidget) -> None:
        super().__init__(parent)
        self._image = image
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_room(room)

    def set_room(self, room: QSize) -> None:
        natural = self._image.size() / _DOTS_A_POINT * (96 / 72)
        scale = min(max(1, room.width()) / max(1, natural.width()), theme.current().px(100) / 100)
        self.setFixedSize(natural * scale)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QRectF(self.rect()), self._image)
        painter.setPen(theme.current().tokens.line_mid)
        painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()


def _drawn(pdf: bytes) -> list[QImage]:
    with PDFIUM:
        document = pypdfium2.PdfDocument(pdf)
        try:
            return [_draw(document, number) for number in range(min(len(document), MOST_SHOWN))]
        finally:
            document.close()


def _draw(document: pypdfium2.PdfDocument, number: int) -> QImage:
    page = document[number]
    try:
        bitmap = page.render(scale=_DOTS_A_POINT, prefer_bgrx=True)
        image = QImage(
            bitmap.buffer, bitmap.width, bitmap.height, bitmap.stride, QImage.Format.Format_RGB32
        ).copy()
        bitmap.close()
        return image
    finally:
        page.close()
