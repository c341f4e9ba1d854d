"""Filter chips: a filter that is off opens its choices, one that is on shows its value and can be removed."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.theme import draw_icon
from meditrack_desktop.ui.widgets import painting


class FilterChip(QAbstractButton):
    """A filter. `clicked` opens its choices; `removed` comes from the cross or from Delete while it is on.

    `adds` paints the dashed chip that offers more filters.
    """

    removed = Signal()

    def __init__(
        self,
        text: str,
        *,
        icon: str = "",
        active: bool = False,
        adds: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon, self._adds, self.active = "plus" if adds else icon, adds, active
        self.setText(painting.literal(text))
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._name()
        theme.current().changed.connect(self._on_theme)

    def set_filter(self, text: str, *, active: bool) -> None:
        """Show a filter's name (off) or its value (on)."""
        self.setText(painting.literal(text))
        self.active = active
        self._name()
        self._on_theme()

    def sizeHint(self) -> QSize:
        current = theme.current()
        width = 22 + painting.text_width(painting.words_of(self), current.font("small_medium"))
        width += current.px(13) + 7 if self._icon else 0
        width += current.px(13) + 6 if not self._adds else 0
        return QSize(width, current.control_height)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.active:
            self.removed.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        spot = event.position()
        if painting.mirrored(self):
            spot.setX(self.width() - spot.x())
        on_cross = self.active and self._tail_rect().adjusted(-4, -8, 8, 8).contains(spot)
        if on_cross and self.isDown() and event.button() == Qt.MouseButton.LeftButton:
            self.setDown(False)
            self.removed.emit()
            return
        super().mouseReleaseEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        t = current.tokens
        painter = painting.start_mirrored(self)
        hover = self.underMouse() and self.isEnabled()
        fill, edge, ink = (t.surface3 if hover else t.surface), t.line_mid, t.text2
        if self.active:
            fill, edge, ink = t.accent_soft, t.accent, t.on_accent_soft
        style = Qt.PenStyle.DashLine if self._adds else Qt.PenStyle.SolidLine
        painting.box(painter, QRectF(self.rect()), 6, fill, edge, 1, style)
        size, x = current.px(13), 11.0
        if self._icon:
            draw_icon(painter, x, (self.height() - size) / 2, self._icon, size, ink)
            x += size + 7
        right = self.width() - 9.0
        if not self._adds:
            tail = self._tail_rect()
            draw_icon(painter, tail.left(), tail.top(), "x" if self.active else "chevron-down", size, ink)
            right = tail.left() - 4
        area = QRectF(x, 0, right - x, self.height())
        painting.line_text(painter, area, painting.words_of(self), current.font("small_medium"), ink)
        painter.end()

    def _tail_rect(self) -> QRectF:
        size = theme.current().px(13)
        return QRectF(self.width() - 10 - size, (self.height() - size) / 2, size, size)

    def _name(self) -> None:
        self.setAccessibleName(self.tr("Filter: {text}").format(text=painting.words_of(self)))
        self.setToolTip(self.tr("Delete removes the filter") if self.active else "")

    def _on_theme(self) -> None:
        self.updateGeometry()
        self.update()
