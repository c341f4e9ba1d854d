"""The pages of a sheet that was just made, drawn in the read lane."""

from __future__ import annotations

from functools import partial

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.documents.page_view import PageView
from meditrack_desktop.ui.documents.pages import PageSize
from meditrack_desktop.ui.documents.pdf_pages import PdfPages


class PdfInMemory:
    """Bytes as the page drawing takes them."""

    refusal: ClinicError | None = None

    def __init__(self, pdf: bytes) -> None:
        self._pdf = pdf
        self.size = len(pdf)

    def read_at(self, position: int, size: int) -> bytes:
        return self._pdf[position : position + size]


class SheetPreview(PageView):
    """`show_pdf` replaces what was shown."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._pdf: bytes = b""
        self._drawing = False
        self.wanted.connect(self._draw_next)
        self.setAccessibleName(self.tr("Preview"))

    def show_pdf(self, pdf: bytes) -> None:
        """Measure it and begin to draw."""
        self._pdf, self._drawing = pdf, False
        self.clear()
        self._desk.tasks.query(
            self, partial(_sizes, pdf), lambda sizes: self._begin(pdf, sizes), replaces="sizes"
        )

    def _begin(self, pdf: bytes, sizes: list[PageSize]) -> None:
        if pdf is self._pdf:
            self.begin(sizes, "page", 2.0)

    def _draw_next(self) -> None:
        wanted = None if self._drawing or not self._pdf else self.next_wanted()
        if wanted is None:
            return
        (page, width), pdf = wanted, self._pdf
        self._drawing = True
        self._desk.tasks.query(
            self,
            partial(_draw, pdf, page, width),
            lambda image: self._drawn_page(pdf, page, width, image),
        )

    def _drawn_page(self, pdf: bytes, page: int, width: int, image: QImage) -> None:
        if pdf is self._pdf:
            self._drawing = False
            self.put(page, width, image)
            self._draw_next()


def _sizes(pdf: bytes) -> list[PageSize]:
    pages = PdfPages(PdfInMemory(pdf))
    try:
        return pages.sizes()
    finally:
        pages.close()


def _draw(pdf: bytes, page: int, width: int) -> QImage:
    pages = PdfPages(PdfInMemory(pdf))
    try:
        return pages.draw(page, width)
    finally:
        pages.close()
