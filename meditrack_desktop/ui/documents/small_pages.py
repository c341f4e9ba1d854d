"""Pages drawn small under each other: which are seen, how large each is, which pictures are wanted."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from meditrack_desktop.ui.documents.page_painter import paint_turned
from meditrack_desktop.ui.documents.page_pictures import PagePictures
from meditrack_desktop.ui.documents.pages import PageSize


class SmallPages(QAbstractScrollArea):
    """`wanted`: pages are seen that are not drawn. Whoever draws them asks `next_wanted` and gives them to `put`.

    A strip says how much room each page takes (`_step`, `_room`) and how long the whole is (`_length`).
    """

    wanted = Signal()
    ahead = 1
    """How many pages below the edge count as seen: what belongs to the next one may begin above it."""

    def __init__(self, kept_bytes: int, parent: QWidget | None = None) -> None:
        """`kept_bytes`: how much of pictures is kept."""
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setProperty("ownFocusEdge", True)
        self.viewport().setAutoFillBackground(False)
        self._sizes: list[PageSize] = []
        self._quarters = 0
        self._pictures = PagePictures(kept_bytes)

    @property
    def kept_bytes(self) -> int:
        return self._pictures.kept_bytes

    def set_sizes(self, sizes: Sequence[PageSize]) -> None:
        """How large the pages are, once that is known."""
        if len(sizes) == len(self._sizes):
            self._sizes = list(sizes)
            self.viewport().update()
            self.wanted.emit()

    def next_wanted(self) -> tuple[int, int] | None:
        """(page from 0, pixels across) that is seen here and not drawn; None if all is there."""
        for page in self._seen():
            width = self._across(page)
            if not self._pictures.sharp(page, width):
                return page, width
        return None

    def put(self, page: int, width: int, image: QImage) -> None:
        """A page was drawn."""
        if page < len(self._sizes):
            self._pictures.put(page, width, image, self._seen())
            self.viewport().update()

    def picture(self, page: int) -> QImage | None:
        """What was drawn of a page, from 0."""
        return self._pictures.image(page)

    def clear(self) -> None:
        """Forget every picture."""
        self._pictures.clear()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()
        self.wanted.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._set_range()
        self.wanted.emit()

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.viewport().update()
        return super().event(event)

    def _step(self) -> int:
        """From one page to the next, in pixels."""
        raise NotImplementedError

    def _room(self) -> tuple[int, int]:
        """(across, down) that a page's picture may take, in pixels."""
        raise NotImplementedError

    def _length(self) -> int:
        """All pages together, in pixels."""
        return len(self._sizes) * self._step()

    def _seen(self) -> range:
        step, top = self._step(), self.verticalScrollBar().value()
        last = (top + self.viewport().height()) // step + self.ahead
        return range(top // step, min(len(self._sizes), last))

    def _paper(self, page: int, area: QRectF) -> QRectF:
        """Where the picture of a page lies: in the middle of `area`."""
        size = self._sizes[page].turned(self._quarters)
        scale = self._scale(size)
        width, height = round(size.width * scale), round(size.height * scale)
        left = round(area.left() + (area.width() - width) / 2)
        return QRectF(left, area.top() + (round(area.height()) - height) // 2, width, height)

    def _paint_picture(self, painter: QPainter, page: int, paper: QRectF) -> None:
        painter.fillRect(paper, Qt.GlobalColor.white)
        image = self._pictures.image(page)
        if image is not None and not image.isNull():
            paint_turned(painter, paper, image, self._quarters)

    def _scale(self, turned: PageSize) -> float:
        across, down = self._room()
        return min(across / max(1.0, turned.width), down / max(1.0, turned.height))

    def _across(self, page: int) -> int:
        size = self._sizes[page]
        return max(1, round(size.width * self._scale(size.turned(self._quarters)) * self.devicePixelRatioF()))

    def _set_range(self) -> None:
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, self._length() - self.viewport().height()))
        bar.setPageStep(max(1, self.viewport().height()))
        bar.setSingleStep(self._step() // 2)
        self.viewport().update()
