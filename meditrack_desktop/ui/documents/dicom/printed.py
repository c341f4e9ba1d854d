"""The image that is seen, on a sheet of paper: as it is windowed and turned, with its measures and whose it is."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter

from meditrack_desktop.services.dicom_images import Letters
from meditrack_desktop.ui.documents.dicom.image_painter import (
    GROUND,
    Corners,
    Measure,
    paint_bar,
    paint_letters,
    paint_measures,
)
from meditrack_desktop.ui.documents.dicom.place import Place
from meditrack_desktop.ui.documents.dicom.words import reference_words
from meditrack_desktop.ui.documents.pages import PageSize

SHEET = PageSize(210 / 25.4 * 96, 297 / 25.4 * 96)
"""A4 in logical pixels."""
_MARGIN = 54.0
_LINE = 18.0


@dataclass(frozen=True, slots=True)
class SeenImage:
    """What is seen of an image, and of whom it is."""

    image: QImage
    place: Place
    corners: Corners
    letters: Letters | None
    millimetres_right: float | None
    """How wide a pixel is."""
    measures: tuple[Measure, ...]
    font: QFont

    def draw(self, width: int) -> QImage:
        """The sheet, `width` dots wide."""
        scale = width / SHEET.width
        sheet = QImage(width, round(SHEET.height * scale), QImage.Format.Format_RGB32)
        sheet.fill(Qt.GlobalColor.white)
        painter = QPainter(sheet)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.scale(scale, scale)
        painter.setFont(self.font)
        room = QRectF(_MARGIN, _MARGIN, SHEET.width - 2 * _MARGIN, SHEET.height - 2 * _MARGIN)
        head = max(len(self.corners.top_left), len(self.corners.top_right))
        foot = len(self.corners.bottom_left) + 1
        self._lines(painter, room, self.corners.top_left, Qt.AlignmentFlag.AlignLeft)
        self._lines(painter, room, self.corners.top_right, Qt.AlignmentFlag.AlignRight)
        below = QRectF(room.left(), room.bottom() - foot * _LINE, room.width(), foot * _LINE)
        self._lines(
            painter, below, (*self.corners.bottom_left, reference_words()), Qt.AlignmentFlag.AlignLeft
        )
        self._picture(painter, room.adjusted(0, (head + 0.5) * _LINE, 0, -(foot + 0.5) * _LINE))
        painter.end()
        return sheet

    def _picture(self, painter: QPainter, area: QRectF) -> None:
        place = self.place.resized(QSizeF(area.size())).fitted()
        painter.save()
        painter.setClipRect(area)
        painter.translate(area.topLeft())
        ground = QRectF(0, 0, area.width(), area.height())
        painter.fillRect(ground, QColor(GROUND))
        painter.save()
        painter.setTransform(place.transform(), True)
        painter.drawImage(QRectF(0, 0, place.columns, place.rows), self.image)
        painter.restore()
        if self.letters is not None:
            paint_letters(painter, ground, place.letters(self.letters))
        if self.millimetres_right is not None:
            paint_bar(painter, ground, place.factor / self.millimetres_right)
        paint_measures(painter, place, self.measures)
        painter.restore()

    def _lines(self, painter: QPainter, area: QRectF, lines: tuple[str, ...], side: Qt.AlignmentFlag) -> None:
        painter.setPen(Qt.GlobalColor.black)
        metrics = QFontMetricsF(self.font)
        for number, text in enumerate(lines):
            rect = QRectF(area.left(), area.top() + number * _LINE, area.width(), _LINE)
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
            painter.drawText(
                rect, int(side | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute), shown
            )


class PrintedImage:
    """One page, drawn for a printer's dots, in any thread; until `close` lets go of the image and its words."""

    def __init__(self, seen: SeenImage) -> None:
        self._seen: SeenImage | None = seen

    @property
    def seen(self) -> SeenImage | None:
        """What is on it; None once it was let go of."""
        return self._seen

    @property
    def closed(self) -> bool:
        return self._seen is None

    def close(self) -> None:
        """Let go, as behind the lock; a sheet that is being drawn just then is finished and kept by nobody."""
        self._seen = None

    def sizes(self) -> list[PageSize]:
        return [SHEET]

    def draw(self, page: int, width: int) -> QImage:
        """The sheet, `width` dots wide; an empty image once it was let go of."""
        seen = self._seen
        return seen.draw(width) if seen is not None else QImage()
