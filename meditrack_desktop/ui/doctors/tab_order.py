"""Tab goes as the eye does: in the order in which things are laid out, also what was made later."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QScrollArea, QWidget


def order_tabs(root: QWidget) -> None:
    """Chain everything inside that takes the focus. A widget's `tab_stops` says its own order.

    Qt puts what is made later behind everything else in the window, the status strip included.
    """
    for before, after in pairwise(stops(root)):
        QWidget.setTabOrder(before, after)


def ask_order(widget: QWidget) -> None:
    """What stands in a page has changed: have the page order it, if it does that."""
    found: QWidget | None = widget
    while found is not None:
        order = getattr(found, "order_tabs", None)
        if callable(order):
            order()
            return
        found = found.parentWidget()


def stops(widget: QWidget) -> list[QWidget]:
    """What takes the focus in a widget, itself first, in the order of its layouts."""
    own = getattr(widget, "tab_stops", None)
    if callable(own):
        return list(own())
    takes = widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.focusProxy() is None
    found = [widget] if takes else []
    inner = widget.widget() if isinstance(widget, QScrollArea) else None
    if inner is not None:
        found += stops(inner)
    layout = widget.layout()
    return found + (_in_layout(layout) if layout is not None else [])


def _in_layout(layout: QLayout) -> list[QWidget]:
    found: list[QWidget] = []
    for number in range(layout.count()):
        item = layout.itemAt(number)
        widget = item.widget() if item is not None else None
        inner = item.layout() if item is not None else None
        if widget is not None:
            found += stops(widget)
        elif inner is not None:
            found += _in_layout(inner)
    return found
