"""Paints visits as blocks, each once into a picture that is kept until something about it changes."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPixmap

from meditrack_desktop.domain.scheduling import Appointment
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.scheduling.day_model import look_of, minutes_of
from meditrack_desktop.ui.scheduling.words import clock_text, length_text
from meditrack_desktop.ui.theme import draw_icon
from meditrack_desktop.ui.widgets import STATUS_ICONS, painting

KEPT_PICTURES = 2000
RADIUS = 5
ONE_LINE_BELOW = 24
THREE_LINES_FROM = 50
_BAR = {"confirmed": 3, "arrived": 5, "completed": 2, "noshow": 3}
_EDGE = {"booked": Qt.PenStyle.DashLine, "cancelled": Qt.PenStyle.DotLine}


@dataclass(frozen=True, slots=True)
class Face:
    """How a block looks at one moment. `waits`: minutes, or None for who does not wait."""

    visit: Appointment
    waits: int | None = None
    hover: bool = False
    minutes: int | None = None
    starts: int | None = None
    refused: str = ""

    @property
    def begins(self) -> int:
        return minutes_of(self.visit)[0] if self.starts is None else self.starts

    @property
    def lasts(self) -> int:
        return self.visit.minutes if self.minutes is None else self.minutes


_Key = tuple[UUID, int, int, int, int | None, bool, float]


class BlockPictures:
    """Pictures of visits, by version, size and state. `forget` when the theme changes."""

    def __init__(self) -> None:
        self._kept: OrderedDict[_Key, QPixmap] = OrderedDict()
        self.painted = 0

    def forget(self) -> None:
        """Drop every picture."""
        self._kept.clear()

    def picture(self, face: Face, width: int, height: int, ratio: float) -> QPixmap:
        """The block, `width` x `height` logical pixels."""
        visit = face.visit
        key = (visit.id, visit.version, width, height, face.waits, face.hover, ratio)
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
            return found
        self.painted += 1
        made = QPixmap(QSize(max(1, round(width * ratio)), max(1, round(height * ratio))))
        made.setDevicePixelRatio(ratio)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_block(painter, QRectF(0, 0, width, height), face)
        painter.end()
        self._kept[key] = made
        if len(self._kept) > KEPT_PICTURES:
            self._kept.popitem(last=False)
        return made


def paint_block(painter: QPainter, place: QRectF, face: Face) -> None:
    """Paint one visit into the whole of its time; the block itself leaves 1 px above and below."""
    current = theme.current()
    look = look_of(face.visit)
    colours = current.tokens.status[look]
    rect = place.adjusted(0, 1, 0, -1)
    fill, mark, ink = colours.fill, colours.mark, colours.text
    if face.refused:
        t = current.tokens
        fill, ink = t.danger_soft, t.on_danger_soft
        painting.box(painter, rect, RADIUS, fill)
    elif look in _EDGE:
        # Its own dash: the common one is too coarse for the short sides of a block.
        painting.box(painter, rect, RADIUS, fill, mark, 1.1, _EDGE[look])
    else:
        painting.box(painter, rect, RADIUS, fill)
    if colours.hatch is not None and not face.refused:
        painting.hatching(painter, rect, RADIUS, colours.hatch, 7)
    if face.hover and not face.refused:
        painting.box(painter, rect, RADIUS, None, mark, 1)
    if look in _BAR and not face.refused:
        _bar(painter, rect, _BAR[look], mark)
    _content(painter, rect, face, look, ink)


def _bar(painter: QPainter, rect: QRectF, width: int, colour: QColor) -> None:
    painter.save()
    clip = QPainterPath()
    clip.addRoundedRect(rect, RADIUS, RADIUS)
    painter.setClipPath(clip)
    painter.fillRect(QRectF(rect.left(), rect.top(), width, rect.height()), colour)
    painter.restore()


def _content(painter: QPainter, rect: QRectF, face: Face, look: str, ink: QColor) -> None:
    current = theme.current()
    visit = face.visit
    struck = look == "cancelled"
    name_font = current.font("small_medium" if look == "completed" else "small_strong")
    name_font.setStrikeOut(struck)
    small = current.font("micro")
    left, right = rect.left() + 10, rect.right() - 6
    one_line = rect.height() < current.px(ONE_LINE_BELOW)
    icon = current.px(13)
    icons = [STATUS_ICONS[look]]
    if visit.new_patient and not one_line:
        icons.insert(0, "sparkles")
    # A narrow block keeps its status icon and gives up its flags, then the icon, before its name.
    while icons and right - len(icons) * (icon + 3) - left < current.px(44):
        icons.pop(0)
    middle = rect.center().y() if one_line else rect.top() + 4 + current.px(15) / 2
    for name in reversed(icons):
        right -= icon
        draw_icon(painter, right, middle - icon / 2, name, icon, ink)
        right -= 3
    right -= 1
    name_line, small_line = current.px(15), current.px(14)
    if one_line:
        _one_line(painter, rect, left, right, face, (name_font, small, ink), struck)
        return
    top = rect.top() + 3
    painting.line_text(
        painter, QRectF(left, top, right - left, name_line), visit.patient_name, name_font, ink
    )
    top += name_line
    wide = QRectF(left, top, rect.right() - 6 - left, small_line)
    if top + small_line <= rect.bottom() + 2:
        _second_line(painter, wide, face, small, ink)
    top += small_line
    if rect.height() + 2 >= current.px(THREE_LINES_FROM) and top + small_line <= rect.bottom() + 1:
        words = [length_text(face.lasts)]
        if visit.new_patient:
            words.append(_tr("new patient"))
        painting.line_text(painter, QRectF(left, top, wide.width(), small_line), ", ".join(words), small, ink)


def _one_line(
    painter: QPainter,
    rect: QRectF,
    left: float,
    right: float,
    face: Face,
    style: tuple[QFont, QFont, QColor],
    struck: bool,
) -> None:
    name_font, small, ink = style
    visit, kind = face.visit, face.refused or face.visit.visit_type
    room = right - left
    name_width = QFontMetricsF(name_font).horizontalAdvance(visit.patient_name) + 1
    kind_width = QFontMetricsF(small).horizontalAdvance(kind) + 1
    gap = 6
    if not kind or room < theme.current().px(70):
        kind_width, gap = 0, 0
    if name_width + gap + kind_width > room:
        share = 0.35 if face.refused else 0.52
        name_width = min(name_width, max(room * share, room - gap - kind_width))
        kind_width = max(0, room - gap - name_width)
    painting.line_text(
        painter, QRectF(left, rect.top(), name_width, rect.height()), visit.patient_name, name_font, ink
    )
    if kind_width > 12:
        plain = QFont(small)
        plain.setStrikeOut(struck)
        area = QRectF(left + name_width + gap, rect.top(), kind_width, rect.height())
        painting.line_text(painter, area, kind, plain, ink)


def _second_line(painter: QPainter, area: QRectF, face: Face, font: QFont, ink: QColor) -> None:
    begin = clock_text(face.begins)
    if face.refused:
        painting.line_text(painter, area, face.refused, font, ink)
        return
    kind = face.visit.visit_type
    if face.waits is None:
        painting.line_text(painter, area, f"{begin} {kind}".strip(), font, ink)
        return
    bold = QFont(font)
    bold.setWeight(QFont.Weight.DemiBold)
    x = area.left()
    for text, each in (
        (f"{begin} ", font),
        (_tr("waits {time}").format(time=length_text(face.waits)), bold),
        (f", {kind}" if kind else "", font),
    ):
        width = QFontMetricsF(each).horizontalAdvance(text)
        room = area.right() - x
        if room <= 4 or not text:
            break
        painting.line_text(
            painter, QRectF(x, area.top(), min(width + 1, room), area.height()), text, each, ink
        )
        x += width


def paint_ring(painter: QPainter, rect: QRectF, colour: QColor, ground: QColor) -> None:
    """The ring of the chosen visit: 2 px, outside the block, with the ground showing between."""
    inner = rect.adjusted(-1, 0, 1, 0)
    painting.box(painter, inner, RADIUS + 1, None, ground, 2)
    painting.box(painter, rect.adjusted(-3, -2, 3, 2), RADIUS + 3, None, colour, 2)


def paint_grip(painter: QPainter, rect: QRectF, colour: QColor) -> None:
    """A short stroke on the lower edge: it can be pulled."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    middle = QPointF(rect.center().x(), rect.bottom() - 3)
    painter.drawRoundedRect(QRectF(middle.x() - 8, middle.y() - 1, 16, 2), 1, 1)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Calendar", text)
