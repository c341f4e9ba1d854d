"""Where the focus goes when what had it may be gone."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def with_panes(focused: QWidget | None) -> tuple[QWidget, ...]:
    """What has the focus and, from inside out, what around it takes some: a page keeps its keys by it."""
    found: list[QWidget] = []
    widget = focused
    while widget is not None and not widget.isWindow():
        if widget is focused or widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
            found.append(widget)
        widget = widget.parentWidget()
    return tuple(found)
