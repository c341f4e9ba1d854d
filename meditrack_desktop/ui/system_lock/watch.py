"""What every system's module offers: one signal before the screen is taken from the person."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget


class SystemLock(QObject):
    """`locking` comes when the system locks its screen, gives it to another user, or is about to sleep.

    It is emitted within the system's own message, so that whoever hears it directly has hidden everything before
    the system goes on. This one hears nothing: for systems that have no way to tell.
    """

    locking = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.window = window

    def begin(self) -> None:
        """Listen from now on; the window must have been shown."""

    def end(self) -> None:
        """Listen no more."""
