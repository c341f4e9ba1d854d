"""Line icons: SVG files recoloured and rendered at the screen's pixel ratio, each drawn once."""

import re
from functools import cache, lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from meditrack_desktop.config import resource_path

_STROKE = re.compile(r'stroke-width="[^"]*"')


@cache
def icon_names() -> frozenset[str]:
    """Every icon that ships with the program."""
    return frozenset(path.stem for path in resource_path("icons").glob("*.svg"))


@cache
def _source(name: str) -> str:
    if name not in icon_names():
        raise KeyError(f"no icon named {name!r} in resources/icons")
    return resource_path("icons", f"{name}.svg").read_text(encoding="utf-8")


@lru_cache(maxsize=2048)
def _render(name: str, size: int, rgba: int, ratio: float) -> QPixmap:
    colour = QColor.fromRgba(rgba)
    # Small icons need a heavier line to stay legible; the file's view box is 24 units wide.
    stroke = 2.25 if size <= 13 else 1.75
    svg = _STROKE.sub(f'stroke-width="{stroke}"', _source(name)).replace("currentColor", colour.name())
    pixels = max(1, round(size * ratio))
    pixmap = QPixmap(QSize(pixels, pixels))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setOpacity(colour.alphaF())
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def icon_pixmap(name: str, size: int, colour: QColor, ratio: float = 0) -> QPixmap:
    """The icon, `size` logical pixels; `ratio` 0 takes the sharpest screen. KeyError if there is none."""
    return _render(name, size, colour.rgba(), ratio or _sharpest())


def draw_icon(painter: QPainter, x: float, y: float, name: str, size: int, colour: QColor) -> None:
    """Paint an icon with its top left corner at a whole pixel near `x`, `y`."""
    ratio = painter.device().devicePixelRatio()
    before = painter.worldTransform()
    if before.m11() >= 0:
        painter.drawPixmap(round(x), round(y), icon_pixmap(name, size, colour, ratio))
        return
    # A painter turned round for right-to-left: the place is mirrored, the picture only if it points sideways.
    place = before.mapRect(QRectF(round(x), round(y), size, size))
    for one, other in (("-left", "-right"), ("-right", "-left")):
        if name.endswith(one):
            name = name.removesuffix(one) + other
            break
    painter.resetTransform()
    painter.drawPixmap(place.topLeft(), icon_pixmap(name, size, colour, ratio))
    painter.setWorldTransform(before)


def make_icon(name: str, size: int, colour: QColor, disabled: QColor) -> QIcon:
    """A QIcon for menus and actions, with its disabled picture."""
    found = QIcon(icon_pixmap(name, size, colour))
    found.addPixmap(icon_pixmap(name, size, disabled), QIcon.Mode.Disabled)
    return found


def _sharpest() -> float:
    return max((screen.devicePixelRatio() for screen in QGuiApplication.screens()), default=1.0)
