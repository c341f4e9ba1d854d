"""Two or three large tiles of which one is chosen: where data lives, when backups begin."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QBoxLayout, QButtonGroup, QSizePolicy, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.theme import draw_icon
from meditrack_desktop.ui.widgets import painting

_ARROWS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}
_SIDE_BY_SIDE = 560


class Tile(QAbstractButton):
    """One choice: icon, words, a second line and the mark of a radio button."""

    def __init__(self, value: str, icon: str, text: str, second: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.value, self._icon, self._words, self._second = value, icon, text, second
        self.setCheckable(True)
        self.setAccessibleName(text)
        self.setAccessibleDescription(second)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.current().changed.connect(self._on_theme)

    def sizeHint(self) -> QSize:
        return QSize(theme.current().px(296), theme.current().px(66))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.current().px(120), self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if Qt.Key(event.key()) in _ARROWS:
            event.ignore()  # the row moves the choice
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        t, chosen = current.tokens, self.isChecked()
        painter = painting.start_mirrored(self)
        ground = t.accent_soft if chosen else t.surface2 if self.underMouse() else t.surface
        painting.box(
            painter, QRectF(self.rect()), 8, ground, t.accent if chosen else t.line_mid, 2 if chosen else 1
        )
        ink = t.accent if chosen else t.text2
        draw_icon(painter, current.px(15), current.px(15), self._icon, current.px(22), ink)
        x, mark = current.px(49), current.px(16)
        room = self.width() - x - mark - current.px(22)
        line = QRectF(x, current.px(15), room, current.line_height("strong"))
        painting.line_text(painter, line, self._words, current.font("strong"), t.text)
        line = QRectF(x, current.px(35), self.width() - x - 12, current.line_height("small"))
        ink = t.on_accent_soft if chosen else t.text2
        painting.line_text(painter, line, self._second, current.font("small"), ink)
        place = QRectF(self.width() - mark - current.px(14), current.px(15), mark, mark)
        painting.box(
            painter,
            place,
            mark / 2,
            t.accent if chosen else t.surface,
            None if chosen else t.line_strong,
            1.2,
        )
        if chosen:
            inset = mark * 0.31
            painting.box(painter, place.adjusted(inset, inset, -inset, -inset), mark, t.on_accent)
        painter.end()

    def _on_theme(self) -> None:
        self.updateGeometry()
        self.update()


class Tiles(QWidget):
    """Tiles side by side, one tab stop, arrows choose. `chosen` carries the value, also of a choice by code."""

    chosen = Signal(str)

    def __init__(self, name: str, tiles: Sequence[Tile], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._row = row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        self.tiles = list(tiles)
        self._group = QButtonGroup(self)
        for tile in self.tiles:
            self._group.addButton(tile)
            row.addWidget(tile, 1)
        self._group.buttonClicked.connect(lambda tile: self.choose(tile.value))

    @property
    def value(self) -> str:
        """The chosen value; empty while nothing is."""
        return next((tile.value for tile in self.tiles if tile.isChecked()), "")

    def choose(self, value: str) -> None:
        """Choose by value; what is not there changes nothing."""
        for tile in self.tiles:
            if tile.value == value:
                tile.setChecked(True)
                self.chosen.emit(value)
        self._one_tab_stop()

    def first(self) -> QWidget:
        """Where the focus goes when the row is entered."""
        return next((tile for tile in self.tiles if tile.isChecked()), self.tiles[0])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # With large letters the second lines would be cut: then one below the other.
        narrow = self.width() < theme.current().px(_SIDE_BY_SIDE)
        self._row.setDirection(
            QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _ARROWS.get(Qt.Key(event.key()), 0)
        if not step or event.modifiers() != Qt.KeyboardModifier.NoModifier:
            super().keyPressEvent(event)
            return
        here = next((n for n, tile in enumerate(self.tiles) if tile.hasFocus()), 0)
        tile = self.tiles[(here + step) % len(self.tiles)]
        tile.setFocus(Qt.FocusReason.TabFocusReason)
        self.choose(tile.value)

    def _one_tab_stop(self) -> None:
        for tile in self.tiles:
            stop = tile.isChecked() or not self.value
            tile.setFocusPolicy(Qt.FocusPolicy.StrongFocus if stop else Qt.FocusPolicy.ClickFocus)
