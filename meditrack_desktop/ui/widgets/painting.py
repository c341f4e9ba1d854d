"""Strokes shared by every painted control: rounded boxes, one line of text, shadows, hatching."""

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QAbstractButton, QWidget

from meditrack_desktop.ui import theme

SHADOW_MARGIN = 24

Align = Qt.AlignmentFlag
LEFT = Align.AlignLeft | Align.AlignVCenter
RIGHT = Align.AlignRight | Align.AlignVCenter
CENTRE = Align.AlignHCenter | Align.AlignVCenter


def start(widget: QWidget) -> QPainter:
    """An antialiasing painter on a widget."""
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    return painter


def start_mirrored(widget: QWidget) -> QPainter:
    """A painter in which "left" is where reading begins: turned round where the layout runs right to left.

    Boxes are turned by the painter; `line_text` and `draw_icon` turn places, but never letters.
    """
    painter = start(widget)
    if mirrored(widget):
        turn_round(painter, widget.rect())
    return painter


def start_on(picture: QPixmap, widget: QWidget) -> QPainter:
    """As `start_mirrored`, on a picture that is shown in place of `widget`."""
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    if mirrored(widget):
        turn_round(painter, widget.rect())
    return painter


def turn_round(painter: QPainter, rect: QRect) -> None:
    """Mirror what is painted into `rect`, for delegates of mirrored views."""
    painter.translate(rect.left() + rect.right() + 1, 0)
    painter.scale(-1, 1)


def box(
    painter: QPainter,
    rect: QRectF | QRect,
    radius: float,
    fill: QColor | None,
    edge: QColor | None = None,
    width: float = 1,
    style: Qt.PenStyle = Qt.PenStyle.SolidLine,
) -> None:
    """A rounded rectangle whose edge lies wholly inside `rect`."""
    outer = QRectF(rect)
    painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)
    if edge is None:
        painter.setPen(Qt.PenStyle.NoPen)
    else:
        pen = QPen(edge, width, style)
        if style is Qt.PenStyle.DashLine:
            pen.setDashPattern([3, 2])
        if style is Qt.PenStyle.DotLine:
            pen.setDashPattern([1, 1.6])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        outer = outer.adjusted(width / 2, width / 2, -width / 2, -width / 2)
        radius -= width / 2
    radius = max(0.0, min(radius, outer.height() / 2, outer.width() / 2))
    painter.drawRoundedRect(outer, radius, radius)


def side_box(
    painter: QPainter, rect: QRectF, radius: float, fill: QColor | None, edge: QColor | None, sides: str
) -> None:
    """A box rounded only on one side: `sides` is "left", "right", "none" or "all"."""
    if sides == "all":
        box(painter, rect, radius, fill, edge)
        return
    path = QPainterPath()
    inset = 0.0 if edge is None else 0.5
    r = rect.adjusted(inset, inset, -inset, -inset)
    grown = QRectF(r)
    if sides != "left":
        grown.setLeft(r.left() - radius - 1)
    if sides != "right":
        grown.setRight(r.right() + radius + 1)
    path.addRoundedRect(grown, radius, radius)
    square = QPainterPath()
    square.addRect(r)
    path = path.intersected(square)
    painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(edge, 1) if edge is not None else Qt.PenStyle.NoPen)
    painter.drawPath(path)


def line_text(
    painter: QPainter,
    rect: QRectF | QRect,
    text: str,
    font: QFont,
    colour: QColor,
    align: Qt.AlignmentFlag = LEFT,
) -> None:
    """One line of text, shortened with an ellipsis where it does not fit."""
    area = QRectF(rect)
    metrics = QFontMetrics(font)
    shown = text
    if metrics.horizontalAdvance(text) > area.width() + 0.5:
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(area.width()))
    painter.setFont(font)
    painter.setPen(colour)
    turned = painter.worldTransform().m11() < 0
    before = painter.worldTransform()
    if turned:
        area = before.mapRect(area)
        painter.resetTransform()
        if align & Align.AlignLeft:
            align = RIGHT
        elif align & Align.AlignRight:
            align = LEFT
    # The words decide in which direction they run; the place is already settled.
    painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    painter.drawText(area, int(align | Align.AlignAbsolute) | int(Qt.TextFlag.TextSingleLine), shown)
    if turned:
        painter.setWorldTransform(before)


def text_width(text: str, font: QFont) -> int:
    """Width of one line in logical pixels, rounded up so that it is never cut."""
    return QFontMetrics(font).horizontalAdvance(text) + 1


def hatching(painter: QPainter, rect: QRectF, radius: float, colour: QColor, step: float = 6) -> None:
    """Diagonal lines clipped to a rounded box: the mark of absence and of no-show."""
    painter.save()
    clip = QPainterPath()
    clip.addRoundedRect(rect, radius, radius)
    painter.setClipPath(clip, Qt.ClipOperation.IntersectClip)
    painter.setPen(QPen(colour, 1.4))
    x = rect.left() - rect.height()
    while x < rect.right():
        painter.drawLine(QPointF(x, rect.bottom()), QPointF(x + rect.height(), rect.top()))
        x += step
    painter.restore()


def shadow(painter: QPainter, rect: QRectF, radius: float, level: int = 1) -> None:
    """A soft shadow under `rect`, painted as stacked boxes; level 1 = popover, 2 = dialog."""
    dark = theme.current().dark
    strength = (0.55 if dark else 0.18 if level == 1 else 0.28) * 0.62
    steps, spread, drop = 20, float(SHADOW_MARGIN - 4), 5.0 if level == 1 else 7.0
    painter.setPen(Qt.PenStyle.NoPen)
    for step in range(steps):
        grow = spread * (1 - step / steps)
        # The layers add up to `strength` under the panel's edge, fading outwards as a square.
        alpha = strength * 2 * (step + 1) / (steps * (steps + 1))
        painter.setBrush(
            QColor.fromRgbF(0.04, 0.08, 0.13, alpha) if not dark else QColor.fromRgbF(0, 0, 0, alpha)
        )
        area = rect.adjusted(-grow, -grow, grow, grow).translated(0, drop)
        painter.drawRoundedRect(area, radius + grow, radius + grow)


def literal(text: str) -> str:
    """Text for a Qt button with "&" as itself, not as the mark of a key."""
    return text.replace("&", "&&")


def words_of(button: QAbstractButton) -> str:
    """The words of a button as a person reads them."""
    return button.text().replace("&&", "&")


def key_cap_width(key: str) -> int:
    """Width of a key cap with this text."""
    current = theme.current()
    return max(text_width(key, current.font("micro")) + current.px(11), current.px(20))


def key_cap(
    painter: QPainter, right: float, middle: float, key: str, text: QColor, edge: QColor, fill: QColor | None
) -> float:
    """A key cap ending at `right`, centred on `middle`; returns its left edge."""
    current = theme.current()
    height, width = current.px(20), key_cap_width(key)
    rect = QRectF(right - width, round(middle - height / 2), width, height)
    box(painter, rect, 4, fill, edge)
    line_text(painter, rect, key, current.font("micro"), text, CENTRE)
    return rect.left()


def mirrored(widget: QWidget) -> bool:
    """Whether the layout runs right to left."""
    return widget.layoutDirection() == Qt.LayoutDirection.RightToLeft
