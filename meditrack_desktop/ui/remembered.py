"""What this desk remembers between two starts: how the window lay and how it was dressed. No secret, no patient.

A file that is not what it should be (half written, huge, another program's) is set aside and the defaults hold.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QWidget

from meditrack_desktop.ui import theme

FILE = "desk.ini"
ASIDE = "desk.ini.damaged"
LARGEST = 256 * 1024


def remembered_in(profile: Path) -> QSettings:
    """The file of a profile folder, the former one set aside if it could not be read."""
    path = profile / FILE
    if _is_unreadable(path):
        with suppress(OSError):  # where it cannot be moved it is not read either, and not written
            path.replace(profile / ASIDE)
    return QSettings(str(path), QSettings.Format.IniFormat)


def dress_as_before(remembered: QSettings) -> None:
    """Theme, text size, density and tints as they were; what is unknown or no choice has its default."""
    scheme = str(remembered.value("theme/scheme", "system"))
    size = str(remembered.value("theme/text_size", "100"))
    current = theme.current()
    if scheme == "light" or scheme == "dark":
        current.set(scheme="dark" if scheme == "dark" else "light")
    if size.isascii() and size.isdigit() and len(size) < 4 and int(size) in theme.TEXT_SIZES:
        current.set(text_size=int(size))
    if str(remembered.value("theme/density", "")) == "compact":
        current.set(density="compact")
    if str(remembered.value("theme/status_tints", "1")) == "0":
        current.set(status_tints=False)


def place_as_before(remembered: QSettings, window: QWidget) -> None:
    """Where the window lay when it was closed, if it can lie there."""
    geometry = remembered.value("window/geometry")
    if isinstance(geometry, QByteArray):
        window.restoreGeometry(geometry)


def keep_place(remembered: QSettings, window: QWidget) -> None:
    """Note where the window lies now."""
    remembered.setValue("window/geometry", window.saveGeometry())


def keep_looks(remembered: QSettings) -> None:
    """Note how the program is dressed now, and write the file."""
    current = theme.current()
    remembered.setValue("theme/scheme", current.wanted)
    remembered.setValue("theme/text_size", current.text_size)
    remembered.setValue("theme/density", current.density)
    remembered.setValue("theme/status_tints", "1" if current.status_tints else "0")
    remembered.sync()


def _is_unreadable(path: Path) -> bool:
    try:
        if path.stat().st_size > LARGEST:
            return True
    except OSError:
        return False
    return QSettings(str(path), QSettings.Format.IniFormat).status() is not QSettings.Status.NoError
