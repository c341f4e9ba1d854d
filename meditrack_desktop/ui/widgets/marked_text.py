"""One painted line of text in which the parts that were typed are marked."""

import unicodedata
from collections.abc import Iterable

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QPainter

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.widgets import painting


def paint_marks(
    painter: QPainter, area: QRectF, text: str, font: QFont, marks: Iterable[tuple[int, int]]
) -> None:
    """Lay a ground under the parts (start, length) of `text`, which is painted over it in the same area."""
    for start, length in marks:
        before = painting.text_width(text[:start], font) - 1
        width = painting.text_width(text[start : start + length], font) - 1
        if painter.worldTransform().m11() < 0 and not _runs_right_to_left(text):
            before = painting.text_width(text, font) - 1 - before - width
        mark = QRectF(area.left() + before - 1, area.top(), width + 2, area.height())
        painting.box(
            painter, mark.intersected(area.adjusted(-1, 0, 0, 0)), 3, theme.current().tokens.warn_soft
        )


def _runs_right_to_left(text: str) -> bool:
    strong = (unicodedata.bidirectional(letter) for letter in text)
    return next((kind in ("R", "AL") for kind in strong if kind in ("L", "R", "AL")), False)
