"""Colours, type, icons and the style sheet of the program.

from meditrack_desktop.ui import theme

theme.apply_theme(app, "system")            # once, before the first widget
t = theme.current()                         # Theme: .tokens .font(role) .px(n) .row_height ...
t.changed.connect(self.update)              # painted widgets repaint
t.set(scheme="dark", text_size=150)         # any time, without restart
theme.icon("calendar-plus", 16, "text2")    # QIcon; theme.draw_icon(painter, x, y, name, px, QColor)
"""

from meditrack_desktop.ui.theme.current import (
    TEXT_SIZES,
    Density,
    Scheme,
    Theme,
    apply_theme,
    current,
    icon,
)
from meditrack_desktop.ui.theme.fonts import FontRole
from meditrack_desktop.ui.theme.icons import draw_icon, icon_names, icon_pixmap
from meditrack_desktop.ui.theme.stylesheet import restyle
from meditrack_desktop.ui.theme.tokens import StatusColours, Tokens

__all__ = [
    "TEXT_SIZES",
    "Density",
    "FontRole",
    "Scheme",
    "StatusColours",
    "Theme",
    "Tokens",
    "apply_theme",
    "current",
    "draw_icon",
    "icon",
    "icon_names",
    "icon_pixmap",
    "restyle",
]
