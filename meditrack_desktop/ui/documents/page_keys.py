"""The keys of the page on which a document is read, wherever the focus is on it."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from meditrack_desktop.ui.documents.acts import DocumentActs
from meditrack_desktop.ui.documents.reading_pane import ReadingPane
from meditrack_desktop.ui.documents.review_box import REVIEW_KEY
from meditrack_desktop.ui.widgets import Combo

_Key, _Held = Qt.Key, Qt.KeyboardModifier
_ZOOMS = (_Key.Key_Plus, _Key.Key_Equal, _Key.Key_Minus, _Key.Key_0)


class KeyedPage(Protocol):
    """What the keys ask of the page."""

    @property
    def pane(self) -> ReadingPane: ...
    @property
    def acts(self) -> DocumentActs: ...
    def back_to_chart(self) -> None: ...
    def open_neighbour(self, step: int) -> None: ...


def act_on(page: KeyedPage, event: QKeyEvent) -> bool:
    """Do what a key means there; False if it means nothing."""
    key, plain = event.key(), event.modifiers() & ~_Held.KeypadModifier == _Held.NoModifier
    if key == _Key.Key_Escape:
        page.back_to_chart()
    elif zooms(event):
        if page.pane.view.count:
            page.pane.view.act_on(_Key(key))
    elif not plain:
        return False
    elif key in (_Key.Key_BracketRight, _Key.Key_BracketLeft):
        page.open_neighbour(1 if key == _Key.Key_BracketRight else -1)
    elif key in (_Key.Key_PageUp, _Key.Key_PageDown):
        # Somebody who walks through a list of sizes or windows means that list.
        if not isinstance(QApplication.focusWidget(), Combo):
            page.open_neighbour(1 if key == _Key.Key_PageDown else -1)
    elif key == _Key.Key_E:
        page.acts.edit()
    elif key == _Key[f"Key_{REVIEW_KEY}"]:
        page.acts.mark_reviewed()
    else:
        return False
    return True


def zooms(event: QKeyEvent) -> bool:
    """Whether these keys change a size; the window would mean that of its text."""
    return bool(event.modifiers() & _Held.ControlModifier) and event.key() in _ZOOMS
