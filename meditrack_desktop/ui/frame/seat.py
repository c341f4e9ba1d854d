"""One person's place at this desk: what they had open, and how it leaves sight and comes back untouched."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget
from shiboken6 import isValid

from meditrack_desktop.ui.widgets import Layer
from meditrack_desktop.ui.widgets.layer import AWAY

if TYPE_CHECKING:
    from meditrack_desktop.ui.desk import Desk
    from meditrack_desktop.ui.frame.desk_frame import DeskFrame


@dataclass(slots=True)
class Seat:
    """Survives the lock and, with drafts in it, a switch of user. `away` while it is out of sight."""

    desk: Desk
    frame: DeskFrame
    away: bool = False
    _layers: list[Layer] = field(default_factory=list)
    _focus: QWidget | None = None

    def leave_sight(self, window: QWidget) -> None:
        """Hide what floats over the page, menus and dialogs of the system; the caller hides the page itself."""
        if self.away:
            return
        self.away = True
        self._focus = QApplication.focusWidget()
        self._layers = open_layers(window)
        self.frame.setProperty(AWAY, True)
        for layer in self._layers:
            layer.set_aside()
        self.frame.own_windows.leave_sight(window)
        for other in QApplication.topLevelWidgets():
            if other is not window and other.isVisible():
                other.close()

    def come_back(self) -> None:
        """Show again what was open, focus where it was. The page must be in sight already."""
        self.frame.setProperty(AWAY, False)
        self.frame.own_windows.come_back()
        layers = self._all_layers(self.frame.window())
        for layer in layers:
            if not layer.late:
                layer.bring_back()
        focus = self._focus if self._focus is not None and isValid(self._focus) else self.frame
        # Whoever typed a password has hands on the keys, and sees where they are again. In a field the cursor shows
        # it; coming by Tab would mark all of its text, and the next letter replace it.
        typing = isinstance(focus, QLineEdit | QPlainTextEdit | QTextEdit)
        reason = Qt.FocusReason
        if not typing:
            focus.clearFocus()  # the stack of pages may have given it the focus already, for no reason one could see
        focus.setFocus(reason.OtherFocusReason if typing else reason.TabFocusReason)
        self.away, self._layers, self._focus = False, [], None
        for layer in layers:
            layer.bring_back()  # those which came late take the focus
        self.frame.tick()

    def has_unsaved(self, window: QWidget) -> bool:
        """Whether a page or a layer holds something typed that would be lost."""
        layers = self._all_layers(window)
        dirty = any(layer.dirty is not None and layer.dirty() for layer in layers)
        return dirty or bool(self.frame.sheet.blocking()) or self.frame.own_windows.has_unsaved()

    def clear(self, window: QWidget) -> None:
        """Throw everything away that this person had open."""
        for layer in self._all_layers(window):
            layer.hide()
            layer.deleteLater()
        self.frame.own_windows.clear()
        self.frame.setProperty(AWAY, True)
        self.frame.hide()
        self.frame.deleteLater()

    def _all_layers(self, window: QWidget) -> list[Layer]:
        """What is open; while away, what was, and what has asked to open since."""
        if not self.away:
            return open_layers(window)
        before = [layer for layer in self._layers if isValid(layer) and layer.aside]
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        since = [
            layer
            for layer in window.findChildren(Layer, options=direct)
            if layer.aside and layer not in before and belongs_to(layer, self.frame)
        ]
        return before + since


def belongs_to(layer: Layer, frame: QWidget) -> bool:
    """Whether a layer was opened from something within `frame`, or from a layer that was."""
    found: QObject | None = layer
    while found is not None and isValid(found):
        if found is frame:
            return True
        found = found.host if isinstance(found, Layer) else found.parent()
    return False


def open_layers(window: QWidget) -> list[Layer]:
    """The layers that float over a window now."""
    direct = Qt.FindChildOption.FindDirectChildrenOnly
    return [layer for layer in window.findChildren(Layer, options=direct) if layer.isVisible()]
