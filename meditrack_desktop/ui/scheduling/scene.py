"""The still part of the calendar, ground and visits, kept as one picture so that a frame is a copy of pixels.

It is painted again when the visits, the size, the minute, the theme or the screen's pixel ratio change; hover,
cursor and drags are painted over it.
"""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter, QPixmap

from meditrack_desktop.ui.scheduling.block_painter import BlockPictures, Face
from meditrack_desktop.ui.scheduling.day_model import waited_minutes
from meditrack_desktop.ui.scheduling.gaps import Gap, gaps_of
from meditrack_desktop.ui.scheduling.grid_painter import (
    paint_gaps,
    paint_ground,
    paint_now_dots,
    paint_now_line,
    rect_of,
)
from meditrack_desktop.ui.scheduling.layout import CalendarLayout

MOST_PIXELS = 12_000_000


class Scene:
    """Paints ground and visits of one layout. Call `forget` when anything it shows has changed."""

    def __init__(self) -> None:
        self.pictures = BlockPictures()
        self._kept: QPixmap | None = None
        self._gaps: tuple[Gap, ...] | None = None

    def forget(self, *, colours: bool = False) -> None:
        """The picture is out of date; with `colours` those of the visits are too."""
        self._kept = self._gaps = None
        if colours:
            self.pictures.forget()

    def paint(
        self,
        painter: QPainter,
        exposed: QRect,
        layout: CalendarLayout,
        size: QSize,
        now: datetime,
        wall: datetime | None,
    ) -> None:
        """Paint what is `exposed`; `size` is that of the widget, `wall` the clinic's clock."""
        ratio = painter.device().devicePixelRatio()
        pixels = size.width() * size.height() * ratio * ratio
        # Between whole pixels a copied picture would blur, and a huge one would only cost memory.
        if ratio != int(ratio) or pixels > MOST_PIXELS:
            self._draw(painter, exposed, layout, size.height(), now, wall, ratio)
            return
        kept = self._kept
        if kept is None or kept.size() != size * ratio:
            kept = QPixmap(size * ratio)
            kept.setDevicePixelRatio(ratio)
            inner = QPainter(kept)
            inner.setRenderHints(painter.renderHints())
            self._draw(
                inner, QRect(0, 0, size.width(), size.height()), layout, size.height(), now, wall, ratio
            )
            inner.end()
            self._kept = kept
        source = QRect(exposed.topLeft() * ratio, exposed.size() * ratio)
        painter.drawPixmap(exposed, kept, source)

    def _draw(
        self,
        painter: QPainter,
        exposed: QRect,
        layout: CalendarLayout,
        extent: int,
        now: datetime,
        wall: datetime | None,
        ratio: float,
    ) -> None:
        paint_ground(painter, layout, exposed, extent)
        if self._gaps is None:
            self._gaps = tuple(gaps_of(layout, wall))
        paint_gaps(painter, layout, exposed, self._gaps)
        if wall is not None:
            paint_now_line(painter, layout, wall)
        for block in layout.blocks:
            place = rect_of(block.box)
            if place.intersects(exposed):
                face = Face(block.visit, waited_minutes(block.visit, now))
                picture = self.pictures.picture(face, place.width(), place.height(), ratio)
                painter.drawPixmap(place.x(), place.y(), picture)
        if wall is not None:
            paint_now_dots(painter, layout, wall)
