"""Hearing that the system locks, switches users or sleeps: one module per system behind `SystemLock`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from meditrack_desktop.ui.system_lock.watch import SystemLock

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

__all__ = ["SystemLock", "system_lock"]


def system_lock(window: QWidget) -> SystemLock:
    """The listener of the system this runs on."""
    if sys.platform == "win32":
        from meditrack_desktop.ui.system_lock.windows import WindowsLock

        return WindowsLock(window)
    if sys.platform == "darwin":
        from meditrack_desktop.ui.system_lock.macos import MacLock

        return MacLock(window)
    from meditrack_desktop.ui.system_lock.linux import LinuxLock

    return LinuxLock(window)
