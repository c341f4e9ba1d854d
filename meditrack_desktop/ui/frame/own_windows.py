"""Windows a person opened beside the desk's: they hide with the lock, and go when their person signs out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from shiboken6 import isValid

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.frame.brand import PROGRAM
from meditrack_desktop.ui.frame.sheet import as_page
from meditrack_desktop.ui.widgets import Layer, Toasts, painting
from meditrack_desktop.ui.widgets.focus_ring import FocusRing
from meditrack_desktop.ui.widgets.layer import AWAY

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

SMALLEST = (900, 600)


class OwnWindow(QWidget):
    """A window of its own around one page, which never changes. Its title names no patient.

    `leaving` comes before it closes; with something unsaved it stays, and the page says what.
    """

    leaving = Signal()

    def __init__(self, page: QWidget, word: str) -> None:
        super().__init__()
        self.page = page
        self.setWindowTitle(f"{word} - {PROGRAM}")
        self.setMinimumSize(*SMALLEST)
        self.toasts = Toasts(self, bottom=24)
        self.ring = FocusRing(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(page)
        theme.current().changed.connect(self.update)

    @property
    def unsaved(self) -> bool:
        """Whether the page or a layer over it holds something typed that would be lost."""
        dirty = any(layer.dirty is not None and layer.dirty() for layer in self.layers())
        return dirty or not as_page(self.page).can_leave()

    def layers(self) -> list[Layer]:
        """What floats over the page, also while the window itself is out of sight."""
        return [layer for layer in self.findChildren(Layer) if not layer.isHidden()]

    def follow_actor(self) -> None:
        """Somebody unlocked the desk: their session may be another one."""

    def closeEvent(self, event: QCloseEvent) -> None:
        dirty = next((layer for layer in self.layers() if layer.dirty is not None and layer.dirty()), None)
        if dirty is not None:
            event.ignore()
            dirty.dismiss()
            return
        if not as_page(self.page).can_leave():
            event.ignore()
            return
        event.accept()
        self.leaving.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painting.start(self)
        painter.fillRect(event.rect(), theme.current().tokens.surface)
        painter.end()


class OwnWindows(QObject):
    """Those of one person at this desk, by what each shows. `opened` comes with a window that is now in front."""

    opened = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._shown: dict[object, OwnWindow] = {}
        self._away = False

    @property
    def windows(self) -> list[OwnWindow]:
        """All that are open, hidden ones included."""
        return [window for window in self._shown.values() if isValid(window)]

    @property
    def toasts(self) -> list[Toasts]:
        """The toasts of all that can be seen."""
        return [window.toasts for window in self.windows if window.isVisible()]

    def find(self, key: object) -> OwnWindow | None:
        """The window of this, if it is open."""
        window = self._shown.get(key)
        return window if window is not None and isValid(window) else None

    def add(self, key: object, window: OwnWindow, beside: QWidget) -> None:
        """Show a window; at most one for each key. While its person is away it waits unseen."""
        self._shown[key] = window
        window.leaving.connect(lambda: self._forget(key))
        size = beside.size()
        window.resize(max(SMALLEST[0], size.width() - 120), max(SMALLEST[1], size.height() - 80))
        if self._away:
            window.setProperty(AWAY, True)
            return
        window.show()
        window.raise_()
        window.activateWindow()
        self.opened.emit(window)

    def leave_sight(self, main: QWidget) -> None:
        """Hide them all at once: the desk locks, or somebody else takes it. `main` takes the keyboard."""
        self._away = True
        if self.toasts:
            main.raise_()
            main.activateWindow()
        for window in self.windows:
            window.setProperty(AWAY, True)
            window.toasts.clear()
            window.hide()

    def come_back(self) -> None:
        """Show them again as they were, behind the desk's window."""
        self._away = False
        for window in self.windows:
            window.setProperty(AWAY, False)
            window.follow_actor()
            # The desk's window keeps the keyboard.
            window.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
            window.show()
            for layer in window.findChildren(Layer):
                if layer.late:
                    layer.bring_back()
            self.opened.emit(window)

    def has_unsaved(self) -> bool:
        """Whether anything typed in one of them would be lost."""
        return any(window.unsaved for window in self.windows)

    def clear(self) -> None:
        """Throw them away with everything in them."""
        for window in self.windows:
            window.setProperty(AWAY, True)
            window.hide()
            window.deleteLater()
        self._shown.clear()

    def _forget(self, key: object) -> None:
        window = self._shown.pop(key, None)
        if window is not None and isValid(window):
            window.deleteLater()


def warn_of_lock(all_toasts: Iterable[Toasts], stay: Callable[[], object]) -> None:
    """Say in every window that the desk is about to lock; `stay` says that somebody is there."""
    for toasts in all_toasts:
        text = toasts.tr("This desk locks in 20 s. Move the mouse to stay.")
        toasts.say(text, stay, action=toasts.tr("Stay"), icon="lock")
