"""Shows pages: scrolls, zooms, turns, and says which page should be drawn next. Draws none itself."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.documents.page_column import (
    MARGIN,
    PageColumn,
    Zoom,
    fitting_zoom,
    lay_out,
    next_step,
)
from meditrack_desktop.ui.documents.page_painter import paint_hits, paint_page, place_of
from meditrack_desktop.ui.documents.pages import MOST_DRAWN, Hit, PageSize
from meditrack_desktop.ui.widgets import painting

KEPT_BYTES = 96 * 1024 * 1024
LINE_STEP = 48
_Key = Qt.Key
_BY_KEYS = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class PageView(QAbstractScrollArea):
    """`wanted` comes when `next_wanted` may have something to draw; give it to `put`.

    Letters and arrows work here only, while the view has the focus.
    """

    wanted = Signal()
    pageChanged = Signal(int)
    zoomChanged = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setAutoFillBackground(False)
        self._sizes: list[PageSize] = []
        self._column: PageColumn | None = None
        self._drawn: dict[int, tuple[int, QImage]] = {}
        self._hits: Sequence[Hit] = ()
        self._hit = -1
        self._zoom: Zoom = "width"
        self._factor = 1.0
        self._limit = 1.0
        self._quarters = 0
        self._page = 0
        self._held: QPoint | None = None
        self._moving = False
        self._by_keys = False
        # The ring around the whole would lie on the neighbours; the edge is painted inside.
        self.setProperty("ownFocusEdge", True)
        self.setAutoFillBackground(True)
        self._dress()
        theme.current().changed.connect(self._dress)

    @property
    def page(self) -> int:
        """The page in front, from 0."""
        return self._page

    @property
    def count(self) -> int:
        return len(self._sizes)

    @property
    def zoom(self) -> Zoom:
        """What was asked for: a factor, or "width" or "page"."""
        return self._zoom

    @property
    def factor(self) -> float:
        """What it comes to: 1.0 is 100 %."""
        return self._factor

    @property
    def quarters(self) -> int:
        """Quarter turns clockwise, 0 to 3."""
        return self._quarters

    @property
    def kept_bytes(self) -> int:
        """Memory of the pages that are drawn."""
        return sum(image.sizeInBytes() for _, image in self._drawn.values())

    def drawn(self, page: int) -> QImage | None:
        """The picture of a page, if there is one."""
        found = self._drawn.get(page)
        return None if found is None else found[1]

    def begin(self, sizes: Sequence[PageSize], zoom: Zoom, limit: float) -> None:
        """Show another document from its first page. Fitting never enlarges beyond `limit`."""
        self.clear()
        self._sizes, self._zoom, self._limit = list(sizes), zoom, limit
        self._arrange()
        self.zoomChanged.emit()
        self.go_to(0)

    def clear(self) -> None:
        """Forget the document and every picture of it."""
        self._sizes, self._column = [], None
        self._drawn.clear()
        self._hits, self._hit = (), -1
        self._quarters = self._page = 0
        self.verticalScrollBar().setRange(0, 0)
        self.horizontalScrollBar().setRange(0, 0)
        self.viewport().update()

    def set_sizes(self, sizes: Sequence[PageSize]) -> None:
        """The pages' true sizes; what is in front stays in front."""
        if list(sizes) != self._sizes and len(sizes) == len(self._sizes):
            self._sizes = list(sizes)
            self._arrange()

    def set_zoom(self, zoom: Zoom) -> None:
        """A factor, or "width" or "page" to fit. The middle of what is seen stays there."""
        self._zoom = zoom
        self._arrange()
        self.zoomChanged.emit()

    def step_zoom(self, direction: int) -> None:
        """The next larger (1) or smaller (-1) of the usual factors."""
        self.set_zoom(next_step(self._factor, direction))

    def fit(self) -> None:
        """Fit the width; once more, the whole page."""
        self.set_zoom("page" if self._zoom == "width" else "width")

    def turn(self, quarters: int = 1) -> None:
        """Turn all pages clockwise."""
        self._quarters = (self._quarters + quarters) % 4
        page = self._page
        self._arrange()
        self.go_to(page)

    def go_to(self, page: int) -> None:
        """Bring the head of a page to the top."""
        if self._column is None:
            return
        page = max(0, min(self.count - 1, page))
        rect = self._column.rect(page)
        self._scroll_to(None, rect.top() - min(MARGIN, self._column.tops[0]))
        self._set_page(page)

    def show_hits(self, hits: Sequence[Hit], current: int = -1) -> None:
        """Mark these places, one of them as the current one, which is brought into sight."""
        self._hits, self._hit = hits, current
        if self._column is not None and 0 <= current < len(hits) and hits[current].boxes:
            hit = hits[current]
            place = place_of(self._column, hit.page, hit.boxes[0], self._quarters)
            window = self._window()
            if not window.contains(place):
                self._scroll_to(
                    place.center().x() - window.width() / 2, place.center().y() - window.height() / 3
                )
            self._set_page(hit.page)
        self.viewport().update()

    def next_wanted(self) -> tuple[int, int] | None:
        """(page, pixels across) that is seen and not drawn sharply; then the neighbours; None if all is there."""
        if self._column is None or not self.isVisible():
            return None
        seen = self._seen()
        order = sorted(seen, key=lambda page: (page != self._page, page))
        for page in [*order, seen.stop, seen.start - 1]:
            if not 0 <= page < self.count:
                continue
            width = self._pixels_across(page)
            have = self._drawn.get(page)
            if have is not None and have[0] == width:
                continue
            # A neighbour that would be forgotten again at once is not worth drawing.
            if page in seen or self.kept_bytes + self._bytes(page, width) < KEPT_BYTES * 0.9:
                return page, width
        return None

    def put(self, page: int, width: int, image: QImage) -> None:
        """A page as it was drawn for `width`; an empty image says that it cannot be drawn."""
        if page >= self.count:
            return
        self._drawn[page] = (width, image)
        self._forget_far_pages()
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painting.start(self.viewport())
        t = theme.current().tokens
        painter.fillRect(event.rect(), t.surface3)
        if self._column is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.translate(-self._offset())
            for page in self._seen():
                paint_page(painter, self._column, page, self.drawn(page), self._quarters)
                paint_hits(painter, self._column, page, self._quarters, self._hits, self._hit)
            painter.resetTransform()
        if self._by_keys and self.hasFocus():
            painting.box(painter, self.viewport().rect(), 0, None, t.focus, 2)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()
        if not self._moving and self._column is not None:
            bar = self.verticalScrollBar()
            if bar.value() >= bar.maximum() > 0:
                self._set_page(self.count - 1)
            else:
                self._set_page(self._column.page_at(self._window().top() + self.viewport().height() / 3))
        self.wanted.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in _BY_KEYS:
            self._by_keys = True
        elif event.reason() == Qt.FocusReason.MouseFocusReason:
            self._by_keys = False
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if event.angleDelta().y():
                self.step_zoom(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
            return
        super().wheelEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._column is not None:
            self._held = event.position().toPoint()
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            now = event.position().toPoint()
            moved, self._held = now - self._held, now
            self._scroll_by(-moved.x(), -moved.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = None
        self.viewport().unsetCursor()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier & ~Qt.KeyboardModifier.ShiftModifier:
            event.ignore()
            return
        self._by_keys = True
        event.setAccepted(self.act_on(Qt.Key(event.key())))

    def act_on(self, key: Qt.Key) -> bool:
        """Do what a key of the viewer means; False if it means nothing here."""
        if key in (_Key.Key_PageDown, _Key.Key_PageUp):
            self.go_to(self._page + (1 if key == _Key.Key_PageDown else -1))
        elif key in (_Key.Key_Right, _Key.Key_Left):
            self._go_sideways(1 if key == _Key.Key_Right else -1)
        elif key in (_Key.Key_Down, _Key.Key_Up):
            self._scroll_by(0, LINE_STEP if key == _Key.Key_Down else -LINE_STEP)
        elif key == _Key.Key_Home:
            self.go_to(0)
        elif key == _Key.Key_End:
            self.go_to(self.count - 1)
        elif key == _Key.Key_R:
            self.turn()
        elif key == _Key.Key_0:
            self.fit()
        elif key in (_Key.Key_Plus, _Key.Key_Equal):
            self.step_zoom(1)
        elif key == _Key.Key_Minus:
            self.step_zoom(-1)
        else:
            return False
        return True

    def _go_sideways(self, step: int) -> None:
        """Over a page that is wider than the window; from its edge on to the next page."""
        bar = self.horizontalScrollBar()
        before = bar.value()
        if self._column is not None and self._column.rect(self._page).width() > self.viewport().width():
            self._scroll_by(step * LINE_STEP, 0)
        if bar.value() == before:
            self.go_to(self._page + step)

    def _dress(self) -> None:
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Window, theme.current().tokens.surface3)
        self.setPalette(palette)
        self.viewport().update()

    def _arrange(self) -> None:
        """Lay out again; the point in the middle of the window stays, the top of all stays the top."""
        if not self._sizes:
            return
        before, window, page = self._column, self._window(), self._page
        anchor = None
        if before is not None and self.verticalScrollBar().value() > 0:
            middle = window.center()
            on = before.page_at(middle.y())
            rect = before.rect(on)
            anchor = on, (middle.y() - rect.top()) / rect.height(), (middle.x() - rect.left()) / rect.width()
        area = QSizeF(self.viewport().size())
        self._factor = fitting_zoom(self._zoom, self._sizes[page], self._quarters, area, self._limit)
        column = lay_out(self._sizes, self._factor, self._quarters, area)
        self._column = column
        self._moving = True
        self._set_range(column)
        if anchor is not None:
            rect = column.rect(anchor[0])
            middle = QPointF(rect.left() + anchor[2] * rect.width(), rect.top() + anchor[1] * rect.height())
            self._scroll_to(middle.x() - area.width() / 2, middle.y() - area.height() / 2)
        elif column.width > area.width():
            self._scroll_to((column.width - area.width()) / 2, None)
        self._moving = False
        self.viewport().update()
        self.wanted.emit()

    def _set_range(self, column: PageColumn) -> None:
        for bar, whole, part in (
            (self.verticalScrollBar(), column.height, self.viewport().height()),
            (self.horizontalScrollBar(), column.width, self.viewport().width()),
        ):
            bar.setRange(0, max(0, round(whole - part)))
            bar.setPageStep(part)
            bar.setSingleStep(LINE_STEP)

    def _scroll_to(self, x: float | None, y: float | None) -> None:
        was, self._moving = self._moving, True
        if x is not None:
            self.horizontalScrollBar().setValue(round(x))
        if y is not None:
            self.verticalScrollBar().setValue(round(y))
        self._moving = was

    def _scroll_by(self, x: int, y: int) -> None:
        self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() + x)
        self.verticalScrollBar().setValue(self.verticalScrollBar().value() + y)

    def _set_page(self, page: int) -> None:
        if page != self._page:
            self._page = page
            self.pageChanged.emit(page)
        self.wanted.emit()

    def _offset(self) -> QPointF:
        return QPointF(self.horizontalScrollBar().value(), self.verticalScrollBar().value())

    def _window(self) -> QRectF:
        """What is seen, in the column's measure."""
        return QRectF(self._offset(), QSizeF(self.viewport().size()))

    def _seen(self) -> range:
        if self._column is None:
            return range(0)
        window = self._window()
        return self._column.pages_between(window.top(), window.bottom())

    def _pixels_across(self, page: int) -> int:
        """How many pixels the unturned page should have across, for this screen."""
        size = self._sizes[page]
        scale = self._factor * self.devicePixelRatioF()
        scale = min(scale, (MOST_DRAWN / max(1.0, size.width * size.height)) ** 0.5)
        return max(1, int(size.width * scale + 0.5))

    def _bytes(self, page: int, width: int) -> float:
        size = self._sizes[page]
        return 4.0 * width * width * size.height / max(1.0, size.width)

    def _forget_far_pages(self) -> None:
        seen = self._seen()
        middle = (seen.start + seen.stop - 1) / 2
        for page in sorted(self._drawn, key=lambda page: -abs(page - middle)):
            if self.kept_bytes <= KEPT_BYTES or page in seen:
                return
            del self._drawn[page]
