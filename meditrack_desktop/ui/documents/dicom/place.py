"""Where an image lies on the screen: fitted, enlarged, moved, turned and mirrored. Plain sums, nothing painted."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import floor, log10

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QTransform

from meditrack_desktop.services.dicom_images import Letters

SMALLEST, LARGEST = 0.02, 32.0
STEP = 1.25
ROUND = 28
"""Points left free around a fitted image, for the letters at its edges."""


@dataclass(frozen=True, slots=True)
class Place:
    """`factor` is how many points of the screen a pixel is wide; `moved` is off the middle of the area."""

    columns: int
    rows: int
    aspect: float
    area: QSizeF
    factor: float = 1.0
    moved: QPointF = field(default_factory=QPointF)
    quarters: int = 0
    mirrored: bool = False
    fits: bool = True
    """Whether it follows the size of the area."""

    def fitted(self) -> Place:
        """As large as the area takes, in its middle."""
        across, down = float(self.columns), self.rows * self.aspect
        if self.quarters % 2:
            across, down = down, across
        width = self.area.width() - 2 * ROUND if self.area.width() > 10 * ROUND else self.area.width()
        height = self.area.height() - 2 * ROUND if self.area.height() > 10 * ROUND else self.area.height()
        factor = min(width / max(across, 1), height / max(down, 1))
        return replace(self, factor=_within(factor), moved=QPointF(), fits=True)

    def resized(self, area: QSizeF) -> Place:
        """In another area."""
        found = replace(self, area=area)
        return found.fitted() if self.fits else found

    def zoomed(self, factor: float, around: QPointF | None = None) -> Place:
        """At another size; the point of the area `around` (else the middle) keeps what it shows."""
        factor = _within(factor)
        middle = QPointF(self.area.width() / 2, self.area.height() / 2)
        point = (middle if around is None else around) - middle
        share = factor / self.factor
        return replace(self, factor=factor, moved=point + (self.moved - point) * share, fits=False)

    def panned(self, by: QPointF) -> Place:
        """Moved, but never wholly out of sight."""
        x, y = self.moved.x() + by.x(), self.moved.y() + by.y()
        room_x = self.area.width() / 2 + self.columns * self.factor / 2 - 24
        room_y = self.area.height() / 2 + self.rows * self.aspect * self.factor / 2 - 24
        room_x, room_y = max(0.0, room_x), max(0.0, room_y)
        moved = QPointF(max(-room_x, min(room_x, x)), max(-room_y, min(room_y, y)))
        return replace(self, moved=moved, fits=False)

    def turned(self) -> Place:
        """A quarter clockwise, as it is seen."""
        quarters = (self.quarters + (3 if self.mirrored else 1)) % 4
        found = replace(self, quarters=quarters, moved=QPointF(-self.moved.y(), self.moved.x()))
        return found.fitted() if self.fits else found

    def flipped(self) -> Place:
        """Left for right, as it is seen."""
        return replace(self, mirrored=not self.mirrored, moved=QPointF(-self.moved.x(), self.moved.y()))

    def for_image(self, columns: int, rows: int, aspect: float) -> Place:
        """The same look at another image of a series."""
        if (columns, rows, aspect) == (self.columns, self.rows, self.aspect):
            return self
        found = replace(self, columns=columns, rows=rows, aspect=aspect)
        return found.fitted() if self.fits else found

    def transform(self) -> QTransform:
        """From pixels of the image (column, row) to points of the area."""
        found = QTransform()
        found.translate(self.area.width() / 2 + self.moved.x(), self.area.height() / 2 + self.moved.y())
        found.scale(-1 if self.mirrored else 1, 1)
        found.rotate(90 * self.quarters)
        found.scale(self.factor, self.factor * self.aspect)
        found.translate(-self.columns / 2, -self.rows / 2)
        return found

    def in_image(self, point: QPointF) -> QPointF:
        """The pixel under a point of the area, kept within the image."""
        inverse, possible = self.transform().inverted()
        found = inverse.map(point) if possible else QPointF()
        return QPointF(min(max(found.x(), 0.0), self.columns), min(max(found.y(), 0.0), self.rows))

    def rect(self) -> QRectF:
        """What the image covers of the area, and beyond."""
        return self.transform().mapRect(QRectF(0, 0, self.columns, self.rows))

    def letters(self, letters: Letters) -> Letters:
        """The edges as they lie now."""
        around = [letters.top, letters.right, letters.bottom, letters.left]
        around = around[-self.quarters :] + around[: -self.quarters] if self.quarters else around
        if self.mirrored:
            around[1], around[3] = around[3], around[1]
        return Letters(left=around[3], right=around[1], top=around[0], bottom=around[2])


def bar_length(points_a_mm: float, most: float) -> tuple[float, float]:
    """A round number of millimetres (1, 2 or 5 times a power of ten) and its points; at most `most` points."""
    if points_a_mm <= 0:
        return 0.0, 0.0
    reach = most / points_a_mm
    power = 10.0 ** floor(log10(reach))
    length = next(power * each for each in (5, 2, 1) if power * each <= reach * 1.000001)
    return length, length * points_a_mm


def _within(factor: float) -> float:
    return min(max(factor, SMALLEST), LARGEST)
