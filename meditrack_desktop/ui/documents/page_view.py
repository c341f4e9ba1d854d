"""Shows pages: scrolls, zooms, turns, chooses letters, and says which page should be drawn next. Draws none itself."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QToolTip, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.documents.page_column import Zoom
from meditrack_desktop.ui.documents.page_ground import LINE_STEP, PageGround
from meditrack_desktop.ui.documents.page_painter import (
    paint_chosen,
    paint_hits,
    paint_page,
    place_of,
)
from meditrack_desktop.ui.documents.page_pictures import PagePictures
from meditrack_desktop.ui.documents.pages import MOST_DRAWN, Hit, PageSize, PageWords
from meditrack_desktop.ui.documents.text_selection import TextSelection
from meditrack_desktop.ui.widgets import painting
from meditrack_desktop.ui.widgets.tool_tip import plain_tip

KEPT_BYTES = 96 * 1024 * 1024
_Key = Qt.Key
_BY_KEYS = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class PageView(PageGround):
    """`wanted` comes when `next_wanted` may have something to draw; give it to `put`. So with `next_unread`.

    Letters and arrows work here only, while the view has the focus.
    """

    copyRequested = Signal()
    invertedChanged = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setAutoFillBackground(False)
        self.viewport().setMouseTracking(True)
        self._pictures = PagePictures(KEPT_BYTES)
        self.selection = TextSelection()
        self._choosing = False
        self._readable = self._inverted = False
        self._hits: Sequence[Hit] = ()
        self._hit = -1
        self._held: QPoint | None = None
        self._by_keys = False
        # The ring around the whole would lie on the neighbours; the edge is painted inside.
        self.setProperty("ownFocusEdge", True)
        self.setAutoFillBackground(True)
        self._dress()
        theme.current().changed.connect(self._dress)

    @property
    def kept_bytes(self) -> int:
        """Memory of the pages that are drawn."""
        return self._pictures.kept_bytes

    def drawn(self, page: int) -> QImage | None:
        """The picture of a page, if there is one."""
        return self._pictures.image(page)

    def begin(
        self,
        sizes: Sequence[PageSize],
        zoom: Zoom,
        limit: float,
        *,
        quarters: int = 0,
        readable: bool = False,
    ) -> None:
        """Show another document from its first page. Fitting never enlarges beyond `limit`; `readable` pages have
        letters to choose."""
        self.clear()
        self._readable = readable
        self.lay(sizes, zoom, limit, quarters)

    def clear(self) -> None:
        """Forget the document and every picture of it."""
        self._pictures.clear()
        self.selection.clear()
        self._choosing = self._readable = self._inverted = False
        self._hits, self._hit = (), -1
        self.take_away()

    @property
    def readable(self) -> bool:
        """Whether its pages have letters to choose."""
        return self._readable

    @property
    def inverted(self) -> bool:
        """Whether a picture is seen black for white."""
        return self._inverted

    def invert(self, on: bool) -> None:
        """Black for white, of pictures only: on a dark ground fine grey is told apart. Text stays as it came."""
        if on != self._inverted and not self._readable:
            self._inverted = on
            self.viewport().update()
            self.invertedChanged.emit(on)

    def show_hits(self, hits: Sequence[Hit], current: int = -1, *, bring: bool = True) -> None:
        """Mark these places, one of them as the current one, which `bring` brings into sight."""
        self._hits, self._hit = hits, current
        if bring and self._column is not None and 0 <= current < len(hits) and hits[current].boxes:
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
            if self._pictures.sharp(page, width):
                continue
            # A neighbour that would be forgotten again at once is not worth drawing.
            if page in seen or self.kept_bytes + self._bytes(page, width) < KEPT_BYTES * 0.9:
                return page, width
        return None

    def put(self, page: int, width: int, image: QImage) -> None:
        """A page as it was drawn for `width`; an empty image says that it cannot be drawn."""
        if page >= self.count:
            return
        self._pictures.put(page, width, image, self._seen())
        self.viewport().update()

    def next_unread(self) -> int | None:
        """A page that is seen or has chosen letters, and whose letters are not known; None if all are."""
        if not self._readable or not self.isVisible():
            return None
        unread = [page for page in self._seen() if not self.selection.knows(page)]
        return next(iter(unread or self.selection.unknown()), None)

    def put_words(self, page: int, words: PageWords) -> None:
        """The letters of a page."""
        seen = self._seen()
        self.selection.forget_but(range(seen.start - 4, seen.stop + 4))
        self.selection.learn(page, words)
        if self.selection:
            self.viewport().update()

    def choose_all(self) -> None:
        """Choose all letters of the document."""
        if self._readable:
            self.selection.drop()
            self.selection.all = True
            self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painting.start(self.viewport())
        t = theme.current().tokens
        painter.fillRect(event.rect(), t.surface3)
        if self._column is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.translate(-self._offset())
            for page in self._seen():
                paint_page(painter, self._column, page, self.drawn(page), self._quarters, self._inverted)
                paint_chosen(painter, self._column, page, self._quarters, self.selection.boxes(page))
                paint_hits(painter, self._column, page, self._quarters, self._hits, self._hit)
            painter.resetTransform()
        if self._by_keys and self.hasFocus():
            painting.box(painter, self.viewport().rect(), 0, None, t.focus, 2)
        painter.end()

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
            page, share = self._spot(event.position())
            chosen = bool(self.selection)
            self._choosing = self.selection.begin(page, share)
            if not self._choosing:
                self._held = event.position().toPoint()
                self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
            if chosen:
                self.viewport().update()
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._column is None:
            return
        if self._choosing:
            self.selection.reach(*self._spot(event.position()))
            edge = event.position().y() - min(max(event.position().y(), 0), self.viewport().height())
            if edge:
                self._scroll_by(0, round(edge))
            self.viewport().update()
        elif self._held is not None:
            now = event.position().toPoint()
            moved, self._held = now - self._held, now
            self._scroll_by(-moved.x(), -moved.y())
        elif self.selection.over_letters(*self._spot(event.position())):
            self.viewport().setCursor(Qt.CursorShape.IBeamCursor)
        else:
            self.viewport().unsetCursor()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held, self._choosing = None, False
        self.viewport().unsetCursor()

    def viewportEvent(self, event: QEvent) -> bool:
        # A link is words: where it would lead, never a way there.
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            address = ""
            if self._column is not None:
                address = self.selection.link_at(*self._spot(QPointF(event.pos())))
            words = self.tr("Link, not opened here: {address}").format(address=address)
            QToolTip.showText(event.globalPos(), plain_tip(words) if address else "", self)
            return True
        return super().viewportEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copyRequested.emit()
            return
        if event.matches(QKeySequence.StandardKey.SelectAll):
            self.choose_all()
            return
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier & ~Qt.KeyboardModifier.ShiftModifier:
            event.ignore()
            return
        self._by_keys = True
        event.setAccepted(self.act_on(Qt.Key(event.key())))

    def act_on(self, key: Qt.Key) -> bool:
        """Do what a key of the viewer means; False if it means nothing here."""
        if key in (_Key.Key_Right, _Key.Key_Left):
            self._go_sideways(1 if key == _Key.Key_Right else -1)
        elif key in (_Key.Key_Down, _Key.Key_Up):
            self._scroll_by(0, LINE_STEP if key == _Key.Key_Down else -LINE_STEP)
        elif key == _Key.Key_Home:
            self.go_to(0)
        elif key == _Key.Key_End:
            self.go_to(self.count - 1)
        elif key == _Key.Key_I and not self._readable:
            self.invert(not self._inverted)
        elif key == _Key.Key_R:
            self.turn()
        elif key == _Key.Key_0:
            self.fit()
        elif key == _Key.Key_Space:
            self._scroll_by(0, round(self.viewport().height() * 0.9))
        elif key in (_Key.Key_Plus, _Key.Key_Equal):
            self.step_zoom(1)
        elif key == _Key.Key_Minus:
            self.step_zoom(-1)
        else:
            return False
        return True

    def _dress(self) -> None:
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Window, theme.current().tokens.surface3)
        self.setPalette(palette)
        self.viewport().update()

    def _pixels_across(self, page: int) -> int:
        """How many pixels the unturned page should have across, for this screen."""
        size = self._sizes[page]
        scale = self._factor * self.devicePixelRatioF()
        scale = min(scale, (MOST_DRAWN / max(1.0, size.width * size.height)) ** 0.5)
        return max(1, int(size.width * scale + 0.5))

    def _bytes(self, page: int, width: int) -> float:
        size = self._sizes[page]
        return 4.0 * width * width * size.height / max(1.0, size.width)
