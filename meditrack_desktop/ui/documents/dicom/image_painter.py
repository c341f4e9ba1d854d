"""Paints what lies over an image: the corners, the letters of the edges, the bar of centimetres, the measures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen

from meditrack_desktop.services.dicom_images import Letters
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.documents.dicom.place import Place, bar_length
from meditrack_desktop.ui.documents.dicom.words import bar_words
from meditrack_desktop.ui.theme import Tokens
from meditrack_desktop.ui.widgets import painting

GROUND = Qt.GlobalColor.black
MARGIN = 14
BAR = 92
_CROSS = 4


@dataclass(frozen=True, slots=True)
class Corners:
    """Lines of text at the corners, from the top down."""

    top_left: tuple[str, ...] = ()
    top_right: tuple[str, ...] = ()
    bottom_left: tuple[str, ...] = ()


@dataclass(slots=True)
class Measure:
    """A line between two pixels, and its length in words."""

    first: QPointF
    last: QPointF
    words: str = field(default="")


def on_black() -> Tokens:
    """The ground is black in both themes, so what lies on it has the dark one's colours."""
    current = theme.current()
    return current.tokens if current.dark else current.inverse


def paint_corners(painter: QPainter, area: QRectF, corners: Corners) -> None:
    """The names and numbers around the image."""
    inner = area.adjusted(MARGIN, MARGIN - 4, -MARGIN, -MARGIN + 4)
    half = inner.width() / 2 - 40
    _lines(painter, QRectF(inner.left(), inner.top(), half, 0), corners.top_left, painting.LEFT)
    _lines(painter, QRectF(inner.right() - half, inner.top(), half, 0), corners.top_right, painting.RIGHT)
    height = len(corners.bottom_left) * theme.current().line_height("body")
    place = QRectF(inner.left(), inner.bottom() - height, half, 0)
    _lines(painter, place, corners.bottom_left, painting.LEFT)


def paint_letters(painter: QPainter, area: QRectF, letters: Letters) -> None:
    """Where the edges point to."""
    height = theme.current().line_height("body")
    inner = area.adjusted(MARGIN, MARGIN - 4, -MARGIN, -MARGIN + 4)
    middle_y = area.center().y() - height / 2
    middle_x = area.center().x() - 40
    for text, rect, align in (
        (letters.left, QRectF(inner.left(), middle_y, 80, height), painting.LEFT),
        (letters.right, QRectF(inner.right() - 80, middle_y, 80, height), painting.RIGHT),
        (letters.top, QRectF(middle_x, inner.top(), 80, height), painting.CENTRE),
        (letters.bottom, QRectF(middle_x, inner.bottom() - height, 80, height), painting.CENTRE),
    ):
        _text(painter, rect, text, align)


def paint_bar(painter: QPainter, area: QRectF, points_a_mm: float) -> None:
    """How long a centimetre is, in fifths."""
    millimetres, width = bar_length(points_a_mm, theme.current().px(BAR))
    if not width:
        return
    height = theme.current().line_height("body")
    right, bottom = area.right() - MARGIN, area.bottom() - MARGIN + 4
    base = bottom - height - 3
    for colour, thickness in ((QColor(GROUND), 3.0), (on_black().text, 1.2)):
        painter.setPen(QPen(colour, thickness))
        painter.drawLine(QPointF(right - width, base), QPointF(right, base))
        for tick in range(6):
            x = right - width * tick / 5
            painter.drawLine(QPointF(x, base - (8 if tick in (0, 5) else 4)), QPointF(x, base))
    _text(painter, QRectF(right - 120, bottom - height, 120, height), bar_words(millimetres), painting.RIGHT)


def paint_measures(painter: QPainter, place: Place, measures: Sequence[Measure]) -> None:
    """Lines with crosses at their ends, and their lengths beside them."""
    colour = on_black().warn
    turn = place.transform()
    for measure in measures:
        first, last = turn.map(measure.first), turn.map(measure.last)
        for each, thickness in ((QColor(GROUND), 3.4), (colour, 1.6)):
            painter.setPen(QPen(each, thickness))
            painter.drawLine(first, last)
            for end in (first, last):
                painter.drawLine(end + QPointF(-_CROSS, -_CROSS), end + QPointF(_CROSS, _CROSS))
                painter.drawLine(end + QPointF(-_CROSS, _CROSS), end + QPointF(_CROSS, -_CROSS))
        _label(painter, place, first, last, measure.words, colour)


def paint_cross(painter: QPainter, point: QPointF) -> None:
    """Where the next end of a measure would be put by key."""
    for colour, thickness in ((QColor(GROUND), 3.0), (on_black().accent, 1.2)):
        painter.setPen(QPen(colour, thickness))
        painter.drawLine(point + QPointF(-9, 0), point + QPointF(9, 0))
        painter.drawLine(point + QPointF(0, -9), point + QPointF(0, 9))


def _label(
    painter: QPainter, place: Place, first: QPointF, last: QPointF, words: str, colour: QColor
) -> None:
    if not words:
        return
    current = theme.current()
    font = current.font("small_strong")
    size = (painting.text_width(words, font) + 20, current.line_height("small_strong") + 4)
    end = last if last.x() >= first.x() else first
    x = min(max(end.x() + 8, 2), place.area.width() - size[0] - 2)
    y = min(max(end.y() - size[1] / 2 - 2, 2), place.area.height() - size[1] - 2)
    rect = QRectF(x, y, *size)
    painting.box(painter, rect, 4, QColor(GROUND), colour, 1)
    painting.line_text(painter, rect, words, font, colour, painting.CENTRE)


def _lines(painter: QPainter, head: QRectF, lines: Sequence[str], align: Qt.AlignmentFlag) -> None:
    height = theme.current().line_height("body")
    for number, text in enumerate(lines):
        _text(painter, QRectF(head.left(), head.top() + number * height, head.width(), height), text, align)


def _text(painter: QPainter, rect: QRectF, text: str, align: Qt.AlignmentFlag) -> None:
    """Light with a dark edge, since a bright image may lie under it."""
    if not text:
        return
    font = theme.current().font("body")
    shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, int(rect.width()))
    for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        painting.line_text(painter, rect.translated(dx, dy), shown, font, QColor(GROUND), align)
    painting.line_text(painter, rect, shown, font, on_black().text, align)
