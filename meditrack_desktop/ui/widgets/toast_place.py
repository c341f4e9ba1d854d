"""Where toasts lie: at the bottom in the middle, and where something to press or to type in is there, beside it."""

from collections.abc import Iterable, Iterator, Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QSlider,
    QWidget,
)

from meditrack_desktop.ui.widgets.layer import Layer

GAP = 8
_COVERED = 100_000
"""What lying over something firm costs, in pixels of way: more than any way in a window."""
_LOOSE = 160
"""What lying over something that can be scrolled away costs: a short way is gone, a long one is not."""


class Ground:
    """What toasts keep clear of, in window coordinates.

    `firm`: buttons and sliders that stay where they are, and the field that has the keyboard. `loose`: those of what
    scrolls, and the panel of a layer in front.
    """

    def __init__(self, firm: Iterable[QRect] = (), loose: Iterable[QRect] = ()) -> None:
        self.firm, self.loose = list(firm), list(loose)

    def covered_by(self, place: QRect) -> bool:
        """Whether something firm would lie under it, or closer than the gap."""
        near = place.adjusted(-GAP, -GAP, GAP, GAP)
        return any(near.intersects(one) for one in self.firm)

    def cost(self, place: QRect) -> int:
        """What lying there costs beside the way."""
        near = place.adjusted(-GAP, -GAP, GAP, GAP)
        loose = _LOOSE if any(near.intersects(one) for one in self.loose) else 0
        return loose + sum(_COVERED for one in self.firm if near.intersects(one))


def best_place(size: QSize, area: QRect, bottom: int, ground: Ground) -> QRect:
    """The nearest place to the middle of `area` above `bottom` (both of the window) that covers nothing firm.

    Where there is no such place, the one over the fewest.
    """
    home = QPoint(area.center().x() - size.width() // 2, bottom - size.height())
    best = QRect(home, size)
    if not (least := ground.cost(best)):
        return best
    known = [*ground.firm, *ground.loose]
    across = {home.x(), area.left() + GAP, area.right() + 1 - GAP - size.width()}
    across |= {one.left() - GAP - size.width() for one in known} | {one.right() + 1 + GAP for one in known}
    down = {home.y()} | {one.top() - GAP - size.height() for one in known}
    ways = sorted(
        (abs(x - home.x()) + abs(y - home.y()), x, y)
        for x in across
        if area.left() <= x <= area.right() + 1 - size.width()
        for y in down
        if area.top() <= y <= home.y()
    )
    for way, x, y in ways:
        if way >= least:
            break
        place = QRect(QPoint(x, y), size)
        if (cost := way + ground.cost(place)) < least:
            best, least = place, cost
    return best


def ground_of(window: QWidget, but: Sequence[QWidget] = ()) -> Ground:
    """What toasts over that window keep clear of now; `but` are the toasts themselves, its children."""
    ground = Ground()
    for root in _in_front(window, but):
        inside: list[QWidget] = [*root.findChildren(QAbstractButton), *root.findChildren(QSlider)]
        for button in [root, *inside] if isinstance(root, QAbstractButton | QSlider) else inside:
            if button.isVisible():
                seen, scrolls = _seen(button, window)
                (ground.loose if scrolls else ground.firm).append(seen)
        if isinstance(root, Layer):
            ground.loose.append(_rect(root.panel, window))
    focused = QApplication.focusWidget()
    if (
        focused is not None
        and window.isAncestorOf(focused)
        and not any(one.isAncestorOf(focused) for one in but)
    ):
        ground.firm.append(_typed_in(focused, window))
    ground.firm = [one for one in ground.firm if not one.isEmpty()]
    ground.loose = [one for one in ground.loose if not one.isEmpty()]
    return ground


def _in_front(window: QWidget, but: Sequence[QWidget]) -> Iterator[QWidget]:
    """What the mouse reaches: layers from the top down to one that takes all of it, or else the page too."""
    direct = Qt.FindChildOption.FindDirectChildrenOnly
    for child in reversed(window.findChildren(QWidget, options=direct)):
        if child in but or not child.isVisible() or child.isWindow():
            continue
        yield child
        if isinstance(child, Layer) and child.covers:
            return


def _typed_in(focused: QWidget, window: QWidget) -> QRect:
    """The field, or of something as large as a page the line where the cursor stands."""
    seen, _ = _seen(focused, window)
    if seen.height() * 3 <= window.height():
        return seen
    if isinstance(focused, QAbstractItemView):
        row = focused.visualRect(focused.currentIndex())
        return row.translated(focused.viewport().mapTo(window, QPoint(0, 0))) & seen
    cursor = focused.inputMethodQuery(Qt.InputMethodQuery.ImCursorRectangle)
    line = cursor.toRect() if hasattr(cursor, "toRect") else cursor
    return line.translated(focused.mapTo(window, QPoint(0, 0))) & seen if isinstance(line, QRect) else QRect()


def _seen(widget: QWidget, window: QWidget) -> tuple[QRect, bool]:
    """What is seen of a widget, and whether it can be scrolled away."""
    seen, scrolls = _rect(widget, window), False
    inside: QWidget = widget
    while inside is not window and (around := inside.parentWidget()) is not None:
        if isinstance(around, QAbstractScrollArea) and around.viewport() is inside:
            seen &= _rect(inside, window)
            bars = (around.verticalScrollBar(), around.horizontalScrollBar())
            scrolls = scrolls or any(bar.maximum() > bar.minimum() for bar in bars)
        inside = around
    return seen, scrolls


def _rect(widget: QWidget, window: QWidget) -> QRect:
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
