"""Buttons: labelled, split and icon-only, painted so that every platform shows the same."""

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QMenu, QSizePolicy, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.theme import FontRole, draw_icon
from meditrack_desktop.ui.widgets import painting

ButtonKind = Literal["primary", "secondary", "quiet", "danger", "danger_secondary", "link"]
ButtonSize = Literal["normal", "small", "large"]
_HEIGHT: dict[str, int] = {"small": 26, "large": 40}
_PADDING: dict[str, int] = {"normal": 12, "small": 10, "large": 16}


class Button(QAbstractButton):
    """A labelled button. `key` shows a key cap ("Enter"); it does not bind the key.

    A busy button keeps its width, shows that work is going on and ignores clicks.
    """

    def __init__(
        self,
        text: str,
        kind: ButtonKind = "secondary",
        *,
        icon: str = "",
        key: str = "",
        size: ButtonSize = "normal",
        trailing_icon: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.kind: ButtonKind = kind
        self._icon, self._key, self._trailing, self._size = icon, key, trailing_icon, size
        self._busy = False
        self._default = False
        self._sides = "all"
        self.forced_state = ""
        self.setText(painting.literal(text))
        self.setAccessibleName(text)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor if kind == "link" else Qt.CursorShape.ArrowCursor)
        theme.current().changed.connect(self._on_theme)

    def set_icon(self, name: str) -> None:
        """Change the leading icon; an empty name removes it."""
        self._icon = name
        self.updateGeometry()
        self.update()

    def set_text(self, text: str) -> None:
        """Change the words, and the accessible name with them."""
        self.setText(painting.literal(text))
        self.setAccessibleName(text)
        self.updateGeometry()

    def set_kind(self, kind: ButtonKind) -> None:
        """Change the rank of the button, for example when its row becomes the selected one."""
        self.kind = kind
        self.update()

    @property
    def busy(self) -> bool:
        return self._busy

    def set_busy(self, busy: bool) -> None:
        """Show that the act is under way; the width stays and clicks do nothing."""
        self._busy = busy
        self.setAccessibleDescription(self.tr("Working") if busy else "")
        self.update()

    def set_default(self, default: bool = True) -> None:
        """Whether Enter presses this button while focus is in the same dialog or popover."""
        self._default = default

    @property
    def is_default(self) -> bool:
        return self._default

    def set_joined(self, sides: str) -> None:
        """Round only one side ("left" or "right"), for buttons which stand together."""
        self._sides = sides
        self.update()

    def sizeHint(self) -> QSize:
        current = theme.current()
        font = current.font(self._font_role())
        width = painting.text_width(painting.words_of(self), font) if self.text() else 0
        parts = [current.px(self._icon_size()) for name in (self._icon, self._trailing) if name]
        if self._key:
            parts.append(painting.key_cap_width(self._key))
        width += sum(parts) + 7 * (len(parts) - (0 if self.text() else 1))
        return QSize(max(width + 2 * self._padding(), self._height()), self._height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, position: QPoint) -> bool:
        return not self._busy and super().hitButton(position)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            if not self._busy:
                self.click()
            return
        if self._busy and event.key() == Qt.Key.Key_Space:
            return
        super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange:
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painting.start_mirrored(self)
        fill, edge, ink = self._colours()
        rect = QRectF(self.rect())
        if self._sides == "right" and edge is not None:
            rect.adjust(-1, 0, 0, 0)  # the left half already drew the line between them
        if fill is not None or edge is not None:
            painting.side_box(painter, rect, 6, fill, edge, self._sides)
        self._paint_content(painter, ink)
        painter.end()

    def _paint_content(self, painter: QPainter, ink: QColor) -> None:
        current = theme.current()
        icon_size = current.px(self._icon_size())
        font = current.font(self._font_role())
        leading = "hourglass" if self._busy else self._icon
        if self._busy and not self._icon:
            # Without an icon of its own the words give way, so that the width stays.
            x, y = (self.width() - icon_size) / 2, (self.height() - icon_size) / 2
            draw_icon(painter, x, y, leading, icon_size, ink)
            return
        text = painting.words_of(self)
        gap = 7
        widths = []
        if leading:
            widths.append(icon_size)
        if text:
            widths.append(min(painting.text_width(text, font), self._room_for_text(icon_size)))
        if self._key:
            widths.append(painting.key_cap_width(self._key))
        if self._trailing:
            widths.append(icon_size)
        total = sum(widths) + gap * (len(widths) - 1)
        x = (self.width() - total) / 2 if self.kind != "link" else 0.0
        middle = self.height() / 2
        if leading:
            draw_icon(painter, x, middle - icon_size / 2, leading, icon_size, ink)
            x += icon_size + gap
        if text:
            width = widths[1 if leading else 0]
            if self.kind == "link" and self._hovered():
                font.setUnderline(True)
            painting.line_text(painter, QRectF(x, 0, width, self.height()), text, font, ink)
            x += width + gap
        if self._key:
            cap = painting.key_cap_width(self._key)
            edge = current.tokens.line_mid if self.kind in ("secondary", "quiet") else ink
            fill = current.tokens.surface2 if self.kind == "quiet" else None
            painting.key_cap(painter, x + cap, middle, self._key, ink, edge, fill)
            x += cap + gap
        if self._trailing:
            draw_icon(painter, x, middle - icon_size / 2, self._trailing, icon_size, ink)

    def _room_for_text(self, icon_size: int) -> int:
        used = 2 * min(self._padding(), 6)
        for present, width in ((self._icon, icon_size), (self._trailing, icon_size)):
            used += width + 7 if present else 0
        used += painting.key_cap_width(self._key) + 7 if self._key else 0
        return max(8, self.width() - used)

    def _hovered(self) -> bool:
        return self.forced_state == "hover" or (self.underMouse() and self.isEnabled() and not self._busy)

    def _colours(self) -> tuple[QColor | None, QColor | None, QColor]:
        """Fill, edge and ink for the state of this moment."""
        t = theme.current().tokens
        hover = self._hovered()
        pressed = self.isDown() or self.forced_state == "pressed"
        if not self.isEnabled():
            filled = self.kind in ("primary", "danger")
            if filled:
                return t.surface3, None, t.text_disabled
            return (
                (t.surface2, t.line, t.text_disabled)
                if "secondary" in self.kind
                else (None, None, t.text_disabled)
            )
        if self.kind == "primary":
            return (t.accent_pressed if pressed else t.accent_hover if hover else t.accent), None, t.on_accent
        if self.kind == "danger":
            base = t.danger
            if hover or pressed:
                toward = 118 if theme.current().dark else 0
                base = (
                    base.lighter(106) if toward and not pressed else base.darker(115 if not pressed else 130)
                )
            return base, None, t.on_danger
        if self.kind in ("secondary", "danger_secondary"):
            ink = t.danger if self.kind == "danger_secondary" else t.text
            return (t.surface3 if hover or pressed else t.surface), t.line_mid, ink
        if self.kind == "link":
            return None, None, t.link
        fill = t.surface3 if hover or pressed else None
        return fill, None, t.text2 if not (hover or pressed) else t.text

    def _font_role(self) -> FontRole:
        if self._size == "small":
            return "small_strong" if self.kind in ("primary", "danger") else "small_medium"
        return "strong" if self.kind in ("primary", "danger") else "emphasis"

    def _icon_size(self) -> int:
        return 14 if self._size == "small" else 16

    def _padding(self) -> int:
        return 0 if self.kind == "link" else _PADDING[self._size]

    def _height(self) -> int:
        current = theme.current()
        if self.kind == "link":
            return max(24, current.px(20))
        return current.px(_HEIGHT[self._size]) if self._size in _HEIGHT else current.control_height

    def _on_theme(self) -> None:
        self.updateGeometry()
        self.update()


class IconButton(Button):
    """A square button with an icon alone; `name` is its tool tip and accessible name and is mandatory.

    `key` is named in the tool tip. A `dot` marks something new behind the button.
    """

    def __init__(
        self,
        icon: str,
        name: str,
        *,
        kind: ButtonKind = "quiet",
        key: str = "",
        icon_size: int = 16,
        extent: int = 32,
        checkable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        if not name.strip():
            raise ValueError("an icon button needs a name")
        self._own_icon_size, self._extent, self._dot = icon_size, extent, False
        super().__init__("", kind, icon=icon, parent=parent)
        self.setCheckable(checkable)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_name(name, key)

    def set_name(self, name: str, key: str = "") -> None:
        """What the button does, in words; shown as tool tip with its key."""
        self.setAccessibleName(name)
        self.setToolTip(f"{name} ({key})" if key else name)

    def set_dot(self, on: bool) -> None:
        """Mark that something new waits behind the button."""
        self._dot = on
        self.update()

    def sizeHint(self) -> QSize:
        extent = max(24, theme.current().px(self._extent))
        if self._extent == 32:
            extent = theme.current().control_height
        return QSize(extent, extent)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._dot:
            current = theme.current()
            painter = painting.start_mirrored(self)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(current.tokens.accent)
            middle, size = self.width() / 2, current.px(self._own_icon_size)
            painter.drawEllipse(QRectF(middle + size / 2 - 6, self.height() / 2 - size / 2 - 1, 7, 7))
            painter.end()

    def _colours(self) -> tuple[QColor | None, QColor | None, QColor]:
        fill, edge, ink = super()._colours()
        if self.isChecked() and self.isEnabled():
            t = theme.current().tokens
            return t.accent_soft, edge, t.on_accent_soft
        return fill, edge, ink

    def _icon_size(self) -> int:
        return self._own_icon_size


class SplitButton(QWidget):
    """A main act with a menu of related acts beside it. Fill `menu` with actions."""

    clicked = Signal()

    def __init__(
        self,
        text: str,
        kind: ButtonKind = "primary",
        *,
        icon: str = "",
        menu_name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.main = Button(text, kind, icon=icon)
        self.main.set_joined("left")
        self.arrow = IconButton("chevron-down", menu_name or self.tr("More choices"), kind=kind, icon_size=14)
        self.arrow.set_joined("right")
        self.menu = Menu(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(1 if kind in ("primary", "danger") else 0)
        row.addWidget(self.main)
        row.addWidget(self.arrow)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusProxy(self.main)
        self.main.clicked.connect(self.clicked)
        self.arrow.clicked.connect(self._open)

    def _open(self) -> None:
        below = self.mapToGlobal(QPoint(self.width() - self.menu.sizeHint().width(), self.height() + 4))
        self.menu.popup(below)


class Menu(QMenu):
    """A menu with rounded corners on every platform. It goes when `owner` goes."""

    def __init__(self, owner: QWidget | None = None) -> None:
        # A menu is a window; as a child it would cut its parent out of the tab order of the window above.
        super().__init__()
        if owner is not None:
            owner.destroyed.connect(self.deleteLater)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setWindowFlags(
            self.windowFlags() | Qt.WindowType.FramelessWindowHint | Qt.WindowType.NoDropShadowWindowHint
        )

    def add(self, text: str, then: Callable[[], object], *, icon: str = "", key: str = "") -> None:
        """One line of the menu; `key` is shown beside it."""
        action = self.addAction(f"{text}\t{key}" if key else text)
        if icon:
            action.setIcon(theme.icon(icon, 16, "text2"))
        action.triggered.connect(lambda _checked=False: then())
