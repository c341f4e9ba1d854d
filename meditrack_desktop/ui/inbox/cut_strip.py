"""The pages of a file under each other, small, with a place to cut between any two."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.documents.pages import PageSize
from meditrack_desktop.ui.documents.small_pages import SmallPages
from meditrack_desktop.ui.inbox.words import tr
from meditrack_desktop.ui.theme import draw_icon
from meditrack_desktop.ui.widgets import painting

PICTURE_WIDTH = 96
PICTURE = 118
GAP = 30
KEPT_BYTES = 16 * 1024 * 1024


class CutStrip(SmallPages):
    """Arrows go from cut to cut, Space or a click makes or takes away one. `wanted`: pages are seen that are not
    drawn; `changed`: the cuts did."""

    changed = Signal()
    ahead = 2

    def __init__(self, pages: int, quarters: int, parent: QWidget | None = None) -> None:
        """`quarters`: how far every page is turned clockwise."""
        super().__init__(KEPT_BYTES, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        self._sizes = [PageSize(210, 297)] * pages
        self._quarters = quarters
        self._cuts: set[int] = set()
        self._at = 2
        theme.current().changed.connect(self._set_range)
        self._name()

    @property
    def cuts(self) -> tuple[int, ...]:
        """The pages, from 1, at which a new file begins."""
        return tuple(sorted(self._cuts))

    @property
    def at(self) -> int:
        """The page, from 1, before which the keys would cut."""
        return self._at

    def go_to(self, page: int) -> None:
        """Stand before this page, from 1."""
        self._at = max(2, min(len(self._sizes), page))
        top, step, bar = (self._at - 2) * self._step(), self._step(), self.verticalScrollBar()
        if top < bar.value() or top + 2 * step > bar.value() + self.viewport().height():
            bar.setValue(max(0, top - (self.viewport().height() - 2 * step) // 2))
        self._name()
        self.viewport().update()

    def toggle(self, page: int) -> None:
        """Cut before this page, or no more."""
        if 2 <= page <= len(self._sizes):
            self._cuts ^= {page}
            self.go_to(page)
            self.changed.emit()

    def cut_everywhere(self) -> None:
        """Each page by itself."""
        self._cuts = set(range(2, len(self._sizes) + 1))
        self.viewport().update()
        self.changed.emit()

    def sizeHint(self) -> QSize:
        return QSize(theme.current().px(220), theme.current().px(400))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painting.start(self.viewport())
        painter.fillRect(event.rect(), theme.current().tokens.surface)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for page in self._seen():
            self._paint_page(painter, page)
            if page:
                self._paint_gap(painter, page)
        painter.end()

    def _paint_page(self, painter: QPainter, page: int) -> None:
        current = theme.current()
        t = current.tokens
        top = self._top(page)
        across, room = self._room()
        paper = self._paper(page, QRectF(12, top, across, room))
        self._paint_picture(painter, page, paper)
        painting.box(painter, paper.adjusted(-1, -1, 1, 1), 2, None, t.line_mid)
        number = 1 + sum(cut <= page + 1 for cut in self._cuts)
        beside = 12 + across + 16
        line = current.line_height("strong")
        middle = top + room / 2 - line
        width = self.viewport().width() - beside - 12
        words = tr("Page {page}").format(page=page + 1)
        painting.line_text(
            painter, QRectF(beside, middle, width, line), words, current.font("strong"), t.text
        )
        words = tr("goes to file {number}").format(number=number)
        small = QRectF(beside, middle + line, width, current.line_height("small"))
        painting.line_text(painter, small, words, current.font("small"), t.text2)

    def _paint_gap(self, painter: QPainter, page: int) -> None:
        """The place before this page, from 0."""
        current = theme.current()
        t = current.tokens
        gap = current.px(GAP)
        top = self._top(page) - gap
        cut, here = page + 1 in self._cuts, page + 1 == self._at
        area = QRectF(4, top + 3, self.viewport().width() - 8, gap - 6)
        if here:
            edge = t.focus if self.hasFocus() else t.line_mid
            painting.box(painter, area, 5, t.accent_soft if cut else None, edge, 2 if self.hasFocus() else 1)
        ink = t.accent if cut else t.text3
        middle = top + gap / 2
        size = current.px(15)
        draw_icon(painter, 12, middle - size / 2, "scissors", size, ink)
        words = tr("a new file begins") if cut else tr("Space cuts here") if here else ""
        width = painting.text_width(words, current.font("small"))
        painter.setPen(QPen(ink, 2 if cut else 1, Qt.PenStyle.SolidLine if cut else Qt.PenStyle.DashLine))
        right = self.viewport().width() - 14 - (width + 10 if words else 0)
        painter.drawLine(int(12 + size + 8), int(middle), int(right), int(middle))
        if words:
            line = QRectF(right + 10, top, width + 2, gap)
            painting.line_text(painter, line, words, current.font("small"), t.accent if cut else t.text2)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Left: -1}
        if key in steps:
            self.go_to(self._at + steps[key])
        elif key == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.toggle(self._at)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.go_to(2 if key == Qt.Key.Key_Home else len(self._sizes))
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click between two pages or on the later one: a new file begins there."""
        if event.button() == Qt.MouseButton.LeftButton:
            y = event.position().y() + self.verticalScrollBar().value() + theme.current().px(GAP)
            self.toggle(int(y // self._step()) + 1)

    def _top(self, page: int) -> int:
        return page * self._step() - self.verticalScrollBar().value() + 4

    def _step(self) -> int:
        return theme.current().px(PICTURE) + theme.current().px(GAP)

    def _room(self) -> tuple[int, int]:
        return theme.current().px(PICTURE_WIDTH), theme.current().px(PICTURE)

    def _length(self) -> int:
        return super()._length() - theme.current().px(GAP) + 8

    def _name(self) -> None:
        cut = tr("cut") if self._at in self._cuts else tr("not cut")
        words = tr("Between page {before} and page {page}: {cut}. Space changes it.")
        self.setAccessibleName(words.format(before=self._at - 1, page=self._at, cut=cut))
