"""Paints one page where the column has it: paper, picture, edge, and the places that were found."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QImage, QPainter, QPen

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.documents.page_column import PageColumn
from meditrack_desktop.ui.documents.pages import Hit
from meditrack_desktop.ui.theme import Tokens
from meditrack_desktop.ui.widgets import painting

_PAPER = Qt.GlobalColor.white


def paint_page(
    painter: QPainter,
    column: PageColumn,
    page: int,
    image: QImage | None,
    quarters: int,
    inverted: bool = False,
) -> None:
    """The page with its picture turned; without one the bare paper, with an empty one the reason."""
    rect = column.rect(page)
    painter.fillRect(rect, _PAPER)
    if image is not None and not image.isNull():
        paint_turned(painter, rect, image, quarters)
        if inverted:
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Difference)
            painter.fillRect(rect, _PAPER)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
    elif image is not None:
        words = QCoreApplication.translate(
            "Documents", "This page cannot be shown. The file is kept as it came."
        )
        font = theme.current().font("body")
        painting.line_text(painter, rect, words, font, _light().text2, painting.CENTRE)
    painter.setPen(QPen(theme.current().tokens.line_mid, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(rect)


def paint_hits(
    painter: QPainter, column: PageColumn, page: int, quarters: int, hits: Sequence[Hit], current: int
) -> None:
    """Mark the places found on a page; the current one has an edge as well."""
    light = _light()
    for number, hit in enumerate(hits):
        if hit.page != page:
            continue
        for box in hit.boxes:
            place = place_of(column, page, box, quarters).adjusted(-2, -2, 2, 2)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
            painter.fillRect(place, light.warn_soft)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
            if number == current:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(light.warn, 2))
                painter.drawRect(place)


def paint_chosen(
    painter: QPainter, column: PageColumn, page: int, quarters: int, boxes: Sequence[QRectF]
) -> None:
    """Mark the letters that are chosen."""
    painter.setOpacity(0.28)
    for box in boxes:
        painter.fillRect(place_of(column, page, box, quarters), _light().focus)
    painter.setOpacity(1)


def share_at(column: PageColumn, page: int, point: QPointF, quarters: int) -> QPointF:
    """Which share of the unturned page lies at a point of the turned column: the way back of `place_of`."""
    rect = column.rect(page)
    x = (point.x() - rect.left()) / rect.width()
    y = (point.y() - rect.top()) / rect.height()
    for _ in range(quarters):
        x, y = y, 1 - x
    return QPointF(x, y)


def place_of(column: PageColumn, page: int, share: QRectF, quarters: int) -> QRectF:
    """Where a box of the unturned page (shares of it) lies in the turned column."""
    rect = column.rect(page)
    x, y, w, h = share.x(), share.y(), share.width(), share.height()
    for _ in range(quarters):
        x, y, w, h = 1 - y - h, x, h, w
    return QRectF(
        rect.left() + x * rect.width(), rect.top() + y * rect.height(), w * rect.width(), h * rect.height()
    )


def paint_turned(painter: QPainter, rect: QRectF, image: QImage, quarters: int) -> None:
    """The picture of an unturned page, turned, in the place of the turned one."""
    painter.save()
    painter.translate(rect.center())
    painter.rotate(90 * quarters)
    size, corner = QSizeF(rect.size()), QPointF(-rect.width() / 2, -rect.height() / 2)
    if quarters % 2:
        size.transpose()
        corner = corner.transposed()
    own = QSizeF(image.size()) / painter.device().devicePixelRatio()
    if abs(own.width() - size.width()) < 1.01 and abs(own.height() - size.height()) < 1.01:
        size = own  # drawn for this very size: pixel on pixel
    painter.drawImage(QRectF(corner, size), image)
    painter.restore()


def _light() -> Tokens:
    """Paper is white in both themes, so what is written on it has the light one's colours."""
    current = theme.current()
    return current.inverse if current.dark else current.tokens
