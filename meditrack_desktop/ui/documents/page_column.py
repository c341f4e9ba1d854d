"""Where the pages of a document lie on the ground under them: one below the other, each centred."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QRectF, QSizeF

from meditrack_desktop.ui.documents.pages import PageSize

MARGIN = 24
GAP = 16
SMALLEST_ZOOM, LARGEST_ZOOM = 0.1, 4.0
STEPS = (0.1, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0)

Zoom = float | Literal["width", "page"]


@dataclass(frozen=True, slots=True)
class PageColumn:
    """Pages laid out for one zoom, turn and window. All in logical pixels from the top left of the whole.

    Pages lie on whole pixels, or their letters would be blurred.
    """

    tops: tuple[float, ...]
    sizes: tuple[PageSize, ...]
    width: float
    height: float

    def rect(self, page: int) -> QRectF:
        size = self.sizes[page]
        return QRectF(float((self.width - size.width) // 2), self.tops[page], size.width, size.height)

    def page_at(self, y: float) -> int:
        """The page at a height; the one above for a gap."""
        return max(0, bisect_right(self.tops, y) - 1)

    def pages_between(self, top: float, bottom: float) -> range:
        """Pages of which something lies between two heights."""
        first = self.page_at(top)
        last = self.page_at(bottom)
        if first < last and self.tops[first] + self.sizes[first].height < top:
            first += 1
        return range(first, last + 1)


def lay_out(sizes: Sequence[PageSize], zoom: float, quarters: int, window: QSizeF) -> PageColumn:
    """Pages in a column; a single short page stands in the middle of the window."""
    shown = []
    for size in sizes:
        turned = size.turned(quarters)
        shown.append(PageSize(_whole(turned.width * zoom), _whole(turned.height * zoom)))
    inner = sum(size.height for size in shown) + GAP * (len(shown) - 1)
    height = max(inner + 2 * MARGIN, window.height())
    top = (height - inner) / 2
    tops = []
    for size in shown:
        tops.append(float(round(top)))
        top += size.height + GAP
    width = max(max(size.width for size in shown) + 2 * MARGIN, window.width())
    return PageColumn(tuple(tops), tuple(shown), width, height)


def fitting_zoom(zoom: Zoom, size: PageSize, quarters: int, window: QSizeF, limit: float) -> float:
    """The factor that a wish comes to; fitting never enlarges beyond `limit`."""
    if not isinstance(zoom, str):
        return min(LARGEST_ZOOM, max(SMALLEST_ZOOM, zoom))
    turned = size.turned(quarters)
    across = (window.width() - 2 * MARGIN) / turned.width
    down = (window.height() - 2 * MARGIN) / turned.height
    return max(0.01, min(limit, across if zoom == "width" else min(across, down)))


def next_step(zoom: float, direction: int) -> float:
    """The next of the usual factors above or below."""
    if direction > 0:
        return next((step for step in STEPS if step > zoom + 0.005), STEPS[-1])
    return next((step for step in reversed(STEPS) if step < zoom - 0.005), STEPS[0])


def _whole(length: float) -> float:
    return float(max(1, int(length + 0.5)))
