"""Small painted marks: tag, badge, key cap, status pill and avatar."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.theme import FontRole, draw_icon
from meditrack_desktop.ui.widgets import painting
from meditrack_desktop.ui.widgets.status import STATUS_ICONS, status_word

# tone -> (fill token, ink token)
TONES: dict[str, tuple[str, str]] = {
    "neutral": ("surface3", "text2"),
    "accent": ("accent_soft", "on_accent_soft"),
    "danger": ("danger_soft", "on_danger_soft"),
    "warn": ("warn_soft", "on_warn_soft"),
    "ok": ("ok_soft", "on_ok_soft"),
    "info": ("info_soft", "on_info_soft"),
}


class _Mark(QWidget):
    """A painted, unfocusable mark of fixed size."""

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.current().changed.connect(self._on_theme)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _on_theme(self) -> None:
        self.updateGeometry()
        self.update()


class Tag(_Mark):
    """An icon and a word on a soft ground; `tone` is one of neutral accent danger warn ok info."""

    def __init__(
        self, text: str, tone: str = "neutral", *, icon: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._text, self._tone, self._icon = text, tone, icon
        self.setAccessibleName(text)

    def set_tag(self, text: str, tone: str = "", icon: str = "") -> None:
        """Change words, tone and icon."""
        self._text, self._tone, self._icon = text, tone or self._tone, icon or self._icon
        self.setAccessibleName(text)
        self._on_theme()

    def sizeHint(self) -> QSize:
        return tag_size(self._text, self._icon)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painting.start_mirrored(self)
        paint_tag(painter, QRectF(self.rect()), self._text, self._tone, self._icon)
        painter.end()


def tag_size(text: str, icon: str = "") -> QSize:
    """Size of a tag, for delegates which paint one."""
    current = theme.current()
    width = painting.text_width(text, current.font("small_medium")) + 16
    return QSize(width + (current.px(13) + (6 if text else 0) if icon else 0), current.px(22))


def paint_tag(painter: QPainter, rect: QRectF, text: str, tone: str, icon: str = "") -> None:
    """Paint a tag into `rect`."""
    current = theme.current()
    fill, ink = (current.colour(name) for name in TONES[tone])
    painting.box(painter, rect, 5, fill)
    _icon_and_text(painter, rect, text, "small_medium", ink, icon)


def _icon_and_text(
    painter: QPainter,
    rect: QRectF,
    text: str,
    role: FontRole,
    ink: QColor,
    icon: str,
    *,
    struck: bool = False,
) -> None:
    current = theme.current()
    x = rect.left() + 8
    if icon:
        size = current.px(13)
        draw_icon(painter, x, rect.center().y() - size / 2, icon, size, ink)
        x += size + 6
    font = current.font(role)
    font.setStrikeOut(struck)
    painting.line_text(painter, QRectF(x, rect.top(), rect.right() - 7 - x, rect.height()), text, font, ink)


class Badge(_Mark):
    """A count in a pill; `tone` as for tags."""

    def __init__(self, text: str, tone: str = "neutral", *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._tone = text, tone
        self.setAccessibleName(text)

    def set_text(self, text: str, tone: str = "") -> None:
        """Change the count."""
        self._text, self._tone = text, tone or self._tone
        self.setAccessibleName(text)
        self._on_theme()

    def sizeHint(self) -> QSize:
        current = theme.current()
        height = current.px(20)
        return QSize(max(height, painting.text_width(self._text, current.font("small_strong")) + 12), height)

    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        fill, ink = (current.colour(name) for name in TONES[self._tone])
        painter = painting.start_mirrored(self)
        painting.box(painter, QRectF(self.rect()), self.height() / 2, fill)
        font = current.font("micro")
        font.setWeight(font.Weight.DemiBold)
        painting.line_text(painter, self.rect(), self._text, font, ink, painting.CENTRE)
        painter.end()


class KeyCap(_Mark):
    """The picture of a key, such as "Ctrl K"."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = text
        self.setAccessibleName(text)

    def sizeHint(self) -> QSize:
        return QSize(painting.key_cap_width(self._text), theme.current().px(20))

    def paintEvent(self, event: QPaintEvent) -> None:
        t = theme.current().tokens
        painter = painting.start_mirrored(self)
        painting.key_cap(
            painter, self.width(), self.height() / 2, self._text, t.text2, t.line_mid, t.surface2
        )
        painter.end()


class StatusPill(_Mark):
    """An appointment's status, readable without colour.

    `status` is a key of the tokens: booked confirmed arrived inroom completed noshow cancelled.
    `text` replaces the word ("In room 1, 10 min").
    """

    def __init__(self, status: str, text: str = "", *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._status, self._text = str(status), text
        self._name()

    def set_status(self, status: str, text: str = "") -> None:
        """Show another status."""
        self._status, self._text = str(status), text
        self._name()
        self._on_theme()

    def _name(self) -> None:
        self.setAccessibleName(self._text or status_word(self._status))

    def sizeHint(self) -> QSize:
        return status_pill_size(self._status, self._text)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painting.start_mirrored(self)
        paint_status_pill(painter, QRectF(self.rect()), self._status, self._text)
        painter.end()


def status_pill_size(status: str, text: str = "") -> QSize:
    """Size of a status pill, for delegates which paint one."""
    current = theme.current()
    width = painting.text_width(text or status_word(status), current.font("small_medium"))
    return QSize(width + 14 + current.px(13) + 6, current.px(20))


def paint_status_pill(painter: QPainter, rect: QRectF, status: str, text: str = "") -> None:
    """Paint a status pill into `rect`."""
    colours = theme.current().tokens.status[status]
    dashes = {"booked": Qt.PenStyle.DashLine, "cancelled": Qt.PenStyle.DotLine}
    if status in dashes:
        painting.box(painter, rect, 5, colours.fill, colours.mark, 1, dashes[status])
    else:
        painting.box(painter, rect, 5, colours.fill)
    if colours.hatch is not None:
        painting.hatching(painter, rect, 5, colours.hatch)
    _icon_and_text(
        painter,
        rect.adjusted(-1, 0, 1, 0),
        text or status_word(status),
        "small_medium",
        colours.text,
        STATUS_ICONS[status],
        struck=status == "cancelled",
    )


class Avatar(_Mark):
    """Initials: a circle for patients, a rounded square for staff. Decorative; the name stands beside it."""

    def __init__(
        self, name: str, *, staff: bool = False, size: int = 28, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._name, self._staff, self._size = name, staff, size

    def set_name(self, name: str) -> None:
        """Show another person's initials."""
        self._name = name
        self.update()

    def sizeHint(self) -> QSize:
        size = theme.current().px(self._size)
        return QSize(size, size)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painting.start_mirrored(self)
        paint_avatar(painter, QRectF(self.rect()), initials(self._name), staff=self._staff)
        painter.end()


def paint_avatar(
    painter: QPainter, rect: QRectF, letters: str, *, staff: bool = False, raised: bool = False
) -> None:
    """Paint initials into a square `rect`; `raised` where the ground has the colour of the staff's own."""
    current = theme.current()
    t = current.tokens
    painting.box(
        painter,
        rect,
        max(5, rect.width() * 0.18) if staff else rect.width() / 2,
        (t.surface if raised else t.accent_soft) if staff else t.surface3,
    )
    font = current.font("small_strong")
    font.setPixelSize(max(9, round(rect.width() * 0.38)))
    painting.line_text(painter, rect, letters, font, t.on_accent_soft if staff else t.text2, painting.CENTRE)


def initials(name: str) -> str:
    """Two letters of a name; titles such as "Dr." are left out. Two letters given are kept."""
    words = [word for word in name.split() if not word.endswith(".") and word[:1].isalpha()]
    if not words:
        return name[:2].upper()
    if len(words) == 1:
        return words[0][:2].upper() if len(words[0]) == 2 and words[0].isupper() else words[0][:1].upper()
    return (words[0][0] + words[-1][0]).upper()
