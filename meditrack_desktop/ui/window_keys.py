"""The keys that work everywhere in the window. They rest while the desk is hidden or a layer is open."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.frame.history import Place
from meditrack_desktop.ui.theme import TEXT_SIZES

if TYPE_CHECKING:
    from meditrack_desktop.ui.desk import Desk
    from meditrack_desktop.ui.frame.desk_frame import DeskFrame
    from meditrack_desktop.ui.widgets import Toasts


class KeyedWindow(Protocol):
    """What the keys ask of the window."""

    toasts: Toasts

    def lock(self) -> None: ...
    def undo(self) -> None: ...
    def covered(self) -> bool: ...


def bind_keys(window: KeyedWindow, frame: DeskFrame, desk: Desk) -> None:
    """Bind the window's keys to a signed-in desk; they live and hide with its frame."""
    mac = sys.platform == "darwin"

    def bind(keys: str, then: Callable[[], object], *, always: bool = False) -> None:
        shortcut = QShortcut(QKeySequence(keys), frame)
        shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
        shortcut.activated.connect(lambda: then() if always or not window.covered() else None)

    bind("Ctrl+L", window.lock, always=True)
    bind("Ctrl+Z", window.undo, always=True)
    bind("F8", window.toasts.reach, always=True)
    bind("Ctrl+[" if mac else "Alt+Left", frame.back)
    bind("Ctrl+]" if mac else "Alt+Right", frame.forward)
    bind("Ctrl+,", lambda: desk.go.settings())
    bind("F5", frame.refresh)
    bind("F6", frame.next_pane)
    search = frame.top_bar.search
    if search is not None:
        bind("Ctrl+K", lambda: _focus(search))
    if desk.actor.may(Permission.BOOK_APPOINTMENT):
        bind("Ctrl+N", lambda: desk.go.book())
    if desk.actor.may(Permission.REGISTER_PATIENT):
        bind("Ctrl+Shift+N", lambda: _register(frame, desk))
    for number, page in enumerate(frame.sidebar.buttons, start=1):
        bind(f"Ctrl+{number}", lambda page=page: frame.open(Place(page)))  # type: ignore[misc]
    bind("Ctrl++", lambda: _text_size(1), always=True)
    bind("Ctrl+=", lambda: _text_size(1), always=True)
    bind("Ctrl+-", lambda: _text_size(-1), always=True)
    bind("Ctrl+0", lambda: theme.current().set(text_size=100), always=True)
    if sys.platform.startswith("linux"):
        bind("Shift+F10", _open_menu, always=True)  # X11 and Wayland know only the Menu key.


def _register(frame: DeskFrame, desk: Desk) -> None:
    """A page that can use somebody new where it stands says so."""
    own = getattr(frame.sheet.current(), "register", None)
    if callable(own):
        own()
    else:
        desk.go.register()


def _focus(field: QWidget) -> None:
    field.setFocus(Qt.FocusReason.ShortcutFocusReason)
    select = getattr(field, "selectAll", None)
    if callable(select):
        select()


def _open_menu() -> None:
    """Open the menu of whatever has the focus, as Windows does by itself."""
    widget = QApplication.focusWidget()
    if widget is not None:
        here = widget.rect().center()
        reason = QContextMenuEvent.Reason.Keyboard
        QApplication.sendEvent(widget, QContextMenuEvent(reason, here, widget.mapToGlobal(here)))


def _text_size(step: int) -> None:
    at = TEXT_SIZES.index(theme.current().text_size) if theme.current().text_size in TEXT_SIZES else 0
    theme.current().set(text_size=TEXT_SIZES[max(0, min(len(TEXT_SIZES) - 1, at + step))])
