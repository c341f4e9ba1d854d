"""The pages of the document small, at the left of the large ones: a click goes there."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.documents.pages import PageSize
from meditrack_desktop.ui.documents.small_pages import SmallPages
from meditrack_desktop.ui.widgets import painting

WIDTH = 124
PICTURE = 84
STEP = 132
KEPT_BYTES = 12 * 1024 * 1024


class PageStrip(SmallPages):
    """One tab stop with arrows inside. `wanted` and `next_wanted` as the large view has them."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(KEPT_BYTES, parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._page = 0
        theme.current().changed.connect(self._dress)
        self._dress()

    def begin(self, sizes: Sequence[PageSize], quarters: int) -> None:
        """Show another document's pages."""
        self.clear()
        self._sizes, self._quarters = list(sizes), quarters
        self._set_range()
        self.wanted.emit()

    def clear(self) -> None:
        """Forget the document and every picture of it."""
        super().clear()
        self._sizes, self._page = [], 0
        self._set_range()
        self.viewport().update()

    def mark(self, page: int) -> None:
        """Show which page is in front, and bring it into sight."""
        self._page = page
        step, bar = self._step(), self.verticalScrollBar()
        top = page * step
        if top < bar.value():
            bar.setValue(top)
        elif top + step > bar.value() + self.viewport().height():
            bar.setValue(top + step - self.viewport().height())
        self._name()
        self.viewport().update()

    def next_wanted(self) -> tuple[int, int] | None:
        """As ever; nothing while the strip is hidden."""
        return super().next_wanted() if self.isVisible() else None

    def sizeHint(self) -> QSize:
        return QSize(theme.current().px(WIDTH), 200)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painting.start(self.viewport())
        t = theme.current().tokens
        painter.fillRect(event.rect(), t.surface2)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for page in self._seen():
            self._paint(painter, page)
        painter.end()

    def _paint(self, painter: QPainter, page: int) -> None:
        current = theme.current()
        t, step = current.tokens, self._step()
        row = QRectF(0, page * step - self.verticalScrollBar().value(), self.viewport().width(), step)
        words = current.line_height("micro")
        room = step - words - 12
        paper = self._paper(page, QRectF(0, row.top() + 6, row.width(), room))
        here = page == self._page
        self._paint_picture(painter, page, paper)
        edge = t.focus if here and self.hasFocus() else t.accent if here else t.line_mid
        painting.box(painter, paper.adjusted(-1, -1, 1, 1), 2, None, edge, 2 if here else 1)
        below = QRectF(row.left(), row.top() + 6 + room + 2, row.width(), words)
        font = current.font("micro")
        painting.line_text(painter, below, str(page + 1), font, t.text if here else t.text2, painting.CENTRE)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Left: -1}
        key, last = Qt.Key(event.key()), len(self._sizes) - 1
        if event.modifiers() & Qt.KeyboardModifier.AltModifier:
            event.ignore()
        elif key in steps:
            self._choose(self._page + steps[key])
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._choose(0 if key == Qt.Key.Key_Home else last)
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._sizes:
            self._choose(int((event.position().y() + self.verticalScrollBar().value()) // self._step()))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show:
            self.wanted.emit()
        return super().event(event)

    def _choose(self, page: int) -> None:
        if self._sizes:
            self.chosen.emit(max(0, min(len(self._sizes) - 1, page)))

    def _step(self) -> int:
        return theme.current().px(STEP)

    def _room(self) -> tuple[int, int]:
        current = theme.current()
        return current.px(PICTURE), current.px(STEP) - current.line_height("micro") - 18

    def _set_range(self) -> None:
        super()._set_range()
        self._name()

    def _name(self) -> None:
        words = self.tr("Pages, {page} of {count}")
        self.setAccessibleName(words.format(page=self._page + 1, count=len(self._sizes)))

    def _dress(self) -> None:
        self.setFixedWidth(theme.current().px(WIDTH))
        self._set_range()
        self.viewport().update()
