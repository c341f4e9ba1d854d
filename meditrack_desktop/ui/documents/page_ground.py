"""The ground that pages lie on: scrolled, zoomed and turned; which page is in front. Paints nothing itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from meditrack_desktop.ui.documents.page_column import (
    MARGIN,
    PageColumn,
    Zoom,
    fitting_zoom,
    lay_out,
    next_step,
)
from meditrack_desktop.ui.documents.page_painter import share_at
from meditrack_desktop.ui.documents.pages import PageSize

LINE_STEP = 48


@dataclass(frozen=True, slots=True)
class Spot:
    """A point of a turned page, as shares of it."""

    page: int
    across: float
    down: float


@dataclass(frozen=True, slots=True)
class Standing:
    """How pages lie before somebody; `middle` is in the middle of the window, unless the top of all is at its top."""

    zoom: Zoom
    quarters: int
    page: int
    middle: Spot
    at_top: bool


class PageGround(QAbstractScrollArea):
    """`wanted` comes when other pages are seen than before, or at another size.

    `moved` comes when somebody scrolled, zoomed or turned, for a ground beside it that follows.
    """

    wanted = Signal()
    pageChanged = Signal(int)
    zoomChanged = Signal()
    moved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sizes: list[PageSize] = []
        self._column: PageColumn | None = None
        self._laid_for = QSizeF()
        self._zoom: Zoom = "width"
        self._factor = self._limit = 1.0
        self._quarters = self._turned = 0
        self._page = 0
        self._moving = self._following = False

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

    def lay(self, sizes: Sequence[PageSize], zoom: Zoom, limit: float, quarters: int = 0) -> None:
        """Put other pages there and show the first. Fitting never enlarges beyond `limit`."""
        self._sizes, self._zoom, self._limit = list(sizes), zoom, limit
        self._quarters, self._turned = quarters % 4, 0
        self._arrange()
        self.zoomChanged.emit()
        self.go_to(0)

    def take_away(self) -> None:
        """Nothing lies there."""
        self._sizes, self._column = [], None
        self._quarters = self._page = self._turned = 0
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
        self._tell_moved()

    def step_zoom(self, direction: int) -> None:
        """The next larger (1) or smaller (-1) of the usual factors."""
        self.set_zoom(next_step(self._factor, direction))

    def fit(self) -> None:
        """Fit the width; once more, the whole page."""
        self.set_zoom("page" if self._zoom == "width" else "width")

    def turn(self, quarters: int = 1) -> None:
        """Turn all pages clockwise."""
        self._quarters = (self._quarters + quarters) % 4
        self._turned += quarters
        page = self._page
        self._arrange()
        self.go_to(page)
        self._tell_moved()

    def go_to(self, page: int) -> None:
        """Bring the head of a page to the top."""
        if self._column is None:
            return
        page = max(0, min(self.count - 1, page))
        rect = self._column.rect(page)
        self._scroll_to(None, rect.top() - min(MARGIN, self._column.tops[0]))
        self._set_page(page)

    def follow(self, other: PageGround) -> None:
        """Stand as another view does: its size on the paper, and the same share of the way down and across."""
        if self._column is None or other.count == 0:
            return
        self._following = True
        self._quarters = (self._quarters + other._turned - self._turned) % 4
        self._turned = other._turned
        if self._zoom != other._zoom:
            self._zoom = other._zoom
        self._arrange()
        for mine, theirs in (
            (self.verticalScrollBar(), other.verticalScrollBar()),
            (self.horizontalScrollBar(), other.horizontalScrollBar()),
        ):
            share = theirs.value() / theirs.maximum() if theirs.maximum() else 0.0
            mine.setValue(round(share * mine.maximum()))
        self._following = False
        self.zoomChanged.emit()

    def standing(self) -> Standing | None:
        """How the pages lie now; None where there are none."""
        middle = self._middle()
        if middle is None:
            return None
        at_top = self.verticalScrollBar().value() == 0
        return Standing(self._zoom, self._quarters, self._page, middle, at_top)

    def stand(self, standing: Standing) -> None:
        """Lie as before. A window of another size has the same in its middle."""
        if self._column is None:
            return
        turned = (standing.quarters - self._quarters) % 4
        self._quarters, self._turned = standing.quarters % 4, self._turned + turned
        self._zoom, self._page = standing.zoom, min(standing.page, self.count - 1)
        self._arrange()
        self._moving = True
        self._bring_to_middle(standing.middle, down=not standing.at_top)
        if standing.at_top:
            self._scroll_to(None, 0)
        self._moving = False
        self.pageChanged.emit(self._page)
        self.zoomChanged.emit()
        self.wanted.emit()
        self._tell_moved()

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
        self._tell_moved()

    def _go_sideways(self, step: int) -> None:
        """Over a page that is wider than the window; from its edge on to the next page."""
        bar = self.horizontalScrollBar()
        before = bar.value()
        if self._column is not None and self._column.rect(self._page).width() > self.viewport().width():
            self._scroll_by(step * LINE_STEP, 0)
        if bar.value() == before:
            self.go_to(self._page + step)

    def _arrange(self) -> None:
        """Lay out again; the point in the middle of the window stays, the top of all stays the top."""
        if not self._sizes:
            return
        middle, at_top = self._middle(), self.verticalScrollBar().value() == 0
        area = QSizeF(self.viewport().size())
        self._factor = fitting_zoom(self._zoom, self._sizes[self._page], self._quarters, area, self._limit)
        column = lay_out(self._sizes, self._factor, self._quarters, area)
        self._column, self._laid_for = column, area
        self._moving = True
        self._set_range(column)
        if middle is not None:
            self._bring_to_middle(middle, down=not at_top)
        else:
            self._scroll_to((column.width - area.width()) / 2, None)
        self._moving = False
        self.viewport().update()
        self.wanted.emit()

    def _middle(self) -> Spot | None:
        """What is in the middle of the window, or was before its size changed."""
        if self._column is None:
            return None
        middle = self._offset() + QPointF(self._laid_for.width() / 2, self._laid_for.height() / 2)
        page = self._column.page_at(middle.y())
        rect = self._column.rect(page)
        return Spot(
            page, (middle.x() - rect.left()) / rect.width(), (middle.y() - rect.top()) / rect.height()
        )

    def _bring_to_middle(self, spot: Spot, *, down: bool) -> None:
        """Have this in the middle of the window; without `down` only from side to side."""
        assert self._column is not None
        rect = self._column.rect(min(spot.page, self.count - 1))
        x = rect.left() + spot.across * rect.width() - self.viewport().width() / 2
        y = rect.top() + spot.down * rect.height() - self.viewport().height() / 2
        self._scroll_to(x, y if down else None)

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

    def _tell_moved(self) -> None:
        if not self._following:
            self.moved.emit()

    def _spot(self, point: QPointF) -> tuple[int, QPointF]:
        """The page under a point of the viewport, and the share of the unturned page there."""
        assert self._column is not None
        there = point + self._offset()
        page = self._column.page_at(there.y())
        return page, share_at(self._column, page, there, self._quarters)

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
