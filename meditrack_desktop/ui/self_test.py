"""Checks of the graphical parts of an installation: what a packaging mistake could leave out."""

import os
import sys
from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFontDatabase, QFontInfo, QImage
from PySide6.QtWidgets import QApplication

from meditrack_desktop.domain.clock import SystemClock
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.application import start_application
from meditrack_desktop.ui.widgets.gallery import Gallery


def check_windows() -> list[tuple[str, str]]:
    """(what, problem) for each check; no problem is "". Opens no window on the screen."""
    if QApplication.instance() is None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    start_application(sys.argv[:1])
    checks: tuple[tuple[str, Callable[[], str]], ...] = (
        ("window fonts", _fonts),
        ("window icons", _icons),
        ("every control paints", _controls),
    )
    return [(what, check()) for what, check in checks]


def _fonts() -> str:
    if "Inter" not in QFontDatabase.families():
        return "the font Inter was not loaded"
    found = QFontInfo(theme.current().font("body")).family()
    return "" if found == "Inter" else f"{found} is used instead of Inter"


def _icons() -> str:
    names = theme.icon_names()
    if not names:
        return "there are no icons"
    blank = [
        name
        for name in sorted(names)
        if _is_blank(theme.icon_pixmap(name, 16, QColor("black"), 1.0).toImage())
    ]
    return f"{len(blank)} icons paint nothing, the SVG part may be missing" if blank else ""


def _controls() -> str:
    sheet = Gallery(SystemClock().now().date())
    sheet.resize(QSize(1440, 900))
    sheet.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    sheet.show()
    picture = sheet.grab().toImage()
    sheet.hide()
    sheet.deleteLater()
    return "the picture is empty" if _is_blank(picture) else ""


def _is_blank(picture: QImage) -> bool:
    """Whether all sampled pixels are alike."""
    step = max(1, picture.width() // 96)
    colours = {
        picture.pixel(x, y) for x in range(0, picture.width(), step) for y in range(0, picture.height(), step)
    }
    return len(colours) < 2
