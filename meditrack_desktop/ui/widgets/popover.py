"""Popover beside what it is about, and the side sheet for longer forms."""

from typing import Literal

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.widgets.button import IconButton
from meditrack_desktop.ui.widgets.label import Label
from meditrack_desktop.ui.widgets.layer import Layer
from meditrack_desktop.ui.widgets.scrolling import GrowingScroll, wanted_height

Side = Literal["below", "beside"]


class _TitledLayer(Layer):
    """A layer with a title row (`head`), a `body` column and a `footer` row."""

    def __init__(
        self, host: QWidget, title: str, *, scrim: bool, covers: bool, level: int, margin: int
    ) -> None:
        super().__init__(host, scrim=scrim, covers=covers, level=level)
        column = QVBoxLayout(self.panel)
        column.setContentsMargins(margin, margin, margin, margin)
        column.setSpacing(12)
        self.heading: Label | None = None
        if title:
            self.setAccessibleName(title)
            row = self.head = QHBoxLayout()
            self.heading = Label(title, "heading")
            row.addWidget(self.heading, 1)
            close = IconButton("x", self.tr("Close"), key="Esc", extent=28)
            close.clicked.connect(self.dismiss)
            row.addWidget(close)
            column.addLayout(row)
        scroll = GrowingScroll()
        self.body = scroll.body
        column.addWidget(scroll, 1)
        self.footer = QHBoxLayout()
        self.footer.setSpacing(8)
        column.addLayout(self.footer)


class Popover(_TitledLayer):
    """A panel beside an anchor. Fill `body` and `footer`, then `open_at`.

    Escape and, with `covers`, a click outside close it. It is deleted when closed unless
    `keep_after_close` is set.
    """

    def __init__(
        self, host: QWidget, title: str = "", *, width: int = 360, covers: bool = True, margin: int = 16
    ) -> None:
        super().__init__(host, title, scrim=False, covers=covers, level=1, margin=margin)
        self._width = width
        self._anchor: QWidget | QRect = QRect()
        self._side: Side = "below"

    def open_at(self, anchor: QWidget | QRect, side: Side = "below") -> None:
        """Open next to a widget, or to a rectangle in the window's coordinates."""
        self._anchor, self._side = anchor, side
        self.open_layer()

    def panel_rect(self, area: QRect) -> QRect:
        anchor = self._anchor_rect()
        width = min(theme.current().px(self._width), area.width() - 16)
        size = QSize(width, min(wanted_height(self.panel, width), area.height() - 16))
        spot = _beside(anchor, size, area) if self._side == "beside" else _below(anchor, size, area)
        spot.setX(max(8, min(spot.x(), area.width() - size.width() - 8)))
        spot.setY(max(8, min(spot.y(), area.height() - size.height() - 8)))
        return QRect(spot, size)

    def _anchor_rect(self) -> QRect:
        if isinstance(self._anchor, QRect):
            return self._anchor
        return QRect(self._anchor.mapTo(self._window(), QPoint(0, 0)), self._anchor.size())


def _below(anchor: QRect, size: QSize, area: QRect) -> QPoint:
    fits_below = anchor.bottom() + 6 + size.height() <= area.height() - 8
    y = (
        anchor.bottom() + 7
        if fits_below or anchor.top() < size.height()
        else anchor.top() - 6 - size.height()
    )
    return QPoint(anchor.left(), y)


def _beside(anchor: QRect, size: QSize, area: QRect) -> QPoint:
    fits_right = anchor.right() + 8 + size.width() <= area.width() - 8
    x = anchor.right() + 9 if fits_right else anchor.left() - 8 - size.width()
    return QPoint(x, anchor.top() - 16)


class SideSheet(_TitledLayer):
    """A sheet along the far edge of the window for a longer form. Fill `body` and `footer`, then `open_layer`."""

    def __init__(self, host: QWidget, title: str, *, width: int = 420, scrim: bool = True) -> None:
        super().__init__(host, title, scrim=scrim, covers=True, level=2, margin=20)
        self._width = width
        self.light_dismiss = True

    def panel_rect(self, area: QRect) -> QRect:
        width = min(theme.current().px(self._width), area.width() - 48)
        right_to_left = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        x = 8 if right_to_left else area.width() - width - 8
        return QRect(x, 8, width, area.height() - 16)

    def slide_from(self) -> QPoint:
        return QPoint(-48 if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else 48, 0)
