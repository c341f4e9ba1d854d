"""The theme in force: tokens, fonts and measures, and the signal that tells painted widgets to repaint."""

from functools import cache
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QIcon, QPalette, QPixmap, QStyleHints
from PySide6.QtWidgets import QApplication

from meditrack_desktop.ui.theme import icons
from meditrack_desktop.ui.theme.fonts import TYPE_SCALE, FontRole, load_fonts, make_font
from meditrack_desktop.ui.theme.stylesheet import build_stylesheet
from meditrack_desktop.ui.theme.tokens import SchemeName, Tokens, load_tokens

Scheme = Literal["system", "light", "dark"]
Density = Literal["comfortable", "compact"]
TEXT_SIZES = (100, 110, 125, 150, 175, 200)


class Theme(QObject):
    """What every control asks for its colours, fonts and sizes. Reach it through `theme.current()`."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.wanted: Scheme = "system"
        self.scheme: SchemeName = "light"
        self.density: Density = "comfortable"
        self.text_size = 100
        self.status_tints = True
        self.tokens: Tokens = load_tokens("light")
        self._motion = True
        self._fonts: dict[str, QFont] = {}
        self._app: QApplication | None = None
        self._hints: QStyleHints | None = None
        self._applying = False

    @property
    def scale(self) -> float:
        """Text size as a factor: 1.0 to 2.0."""
        return self.text_size / 100

    @property
    def control_height(self) -> int:
        """Height of buttons, in logical pixels."""
        return self.px(32 if self.density == "comfortable" else 28)

    @property
    def field_height(self) -> int:
        """Height of text fields and combos."""
        return self.px(34 if self.density == "comfortable" else 30)

    @property
    def row_height(self) -> int:
        """Height of a table row."""
        return self.px(40 if self.density == "comfortable" else 32)

    @property
    def dark(self) -> bool:
        return self.scheme == "dark"

    def px(self, value: float) -> int:
        """A measure of the design multiplied by the text size (type, control heights, column minimums)."""
        return round(value * self.scale)

    def font(self, role: FontRole) -> QFont:
        """The font of a role; a copy, so the caller may change it."""
        if role not in self._fonts:
            self._fonts[role] = make_font(role, self.scale)
        return QFont(self._fonts[role])

    def line_height(self, role: FontRole) -> int:
        """Line height of a role in logical pixels."""
        return self.px(TYPE_SCALE[role][1])

    @property
    def inverse(self) -> Tokens:
        """The other scheme's colours, for what stands on an inverted ground (the toast)."""
        return load_tokens("light" if self.dark else "dark")

    def colour(self, name: str) -> QColor:
        """Colour of a token by name, for example `"text2"`; `#RRGGBB` is passed through."""
        return self.tokens.colour(name)

    def icon(self, name: str, size: int = 16, colour: str = "text2") -> QIcon:
        """A QIcon of the current scheme. It does not follow a later change of theme."""
        return icons.make_icon(name, self.px(size), self.colour(colour), self.tokens.text_disabled)

    def pixmap(self, name: str, size: int = 16, colour: str = "text2") -> QPixmap:
        """The icon as a picture of `size` design pixels."""
        return icons.icon_pixmap(name, self.px(size), self.colour(colour))

    def motion(self, milliseconds: int) -> int:
        """Length of an animation: 0 where the desktop or `set_motion` asks for stillness."""
        return milliseconds if self._motion and not _reduced_motion(self._hints) else 0

    def set_motion(self, on: bool) -> None:
        """Switch animations off for tests and screenshots."""
        self._motion = on

    def start(self, app: QApplication) -> None:
        """Prepare the application once: style, fonts, and following the system's colour scheme."""
        if self._app is app:
            return
        self._app = app
        load_fonts()
        app.setStyle("Fusion")
        # The wrapper must outlive this call, or its sub-objects are destroyed under Qt.
        self._hints = app.styleHints()
        self._hints.colorSchemeChanged.connect(self._on_system_scheme)
        self._hints.accessibility().contrastPreferenceChanged.connect(self._on_system_scheme)

    def set(
        self,
        *,
        scheme: Scheme | None = None,
        density: Density | None = None,
        text_size: int | None = None,
        status_tints: bool | None = None,
    ) -> None:
        """Change any part of the theme at once, without restart. `text_size` is percent, 100 to 200."""
        if text_size is not None and not 100 <= text_size <= 200:
            raise ValueError(f"text size {text_size} is outside 100 to 200 percent")
        self.wanted = scheme or self.wanted
        self.density = density or self.density
        self.text_size = text_size or self.text_size
        self.status_tints = self.status_tints if status_tints is None else status_tints
        self._apply()

    def _on_system_scheme(self) -> None:
        if not self._applying:
            self._apply()

    def _apply(self) -> None:
        app, hints = self._app, self._hints
        if app is None or hints is None:
            raise RuntimeError("the theme was changed before apply_theme")
        self._applying = True
        try:
            self._dress(app, hints)
        finally:
            self._applying = False
        self.changed.emit()

    def _dress(self, app: QApplication, hints: QStyleHints) -> None:
        if self.wanted == "system":
            hints.unsetColorScheme()
            self.scheme = "dark" if hints.colorScheme() == Qt.ColorScheme.Dark else "light"
        else:
            hints.setColorScheme(Qt.ColorScheme.Dark if self.wanted == "dark" else Qt.ColorScheme.Light)
            self.scheme = self.wanted
        self.tokens = load_tokens(
            self.scheme, more_contrast=_more_contrast(hints), status_tints=self.status_tints
        )
        self._fonts.clear()
        app.setFont(self.font("body"))
        app.setPalette(build_palette(self.tokens))
        app.setStyleSheet(build_stylesheet(self.tokens, self.scale))


def build_palette(t: Tokens) -> QPalette:
    """The palette for everything that Fusion draws without the style sheet."""
    palette = QPalette()
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    for where, colour in (
        (role.Window, t.canvas),
        (role.WindowText, t.text),
        (role.Base, t.surface),
        (role.AlternateBase, t.surface2),
        (role.Text, t.text),
        (role.PlaceholderText, t.text3),
        (role.Button, t.surface),
        (role.ButtonText, t.text),
        (role.BrightText, t.danger),
        (role.Highlight, t.accent),
        (role.HighlightedText, t.on_accent),
        (role.Accent, t.accent),
        (role.Link, t.link),
        (role.LinkVisited, t.link),
        (role.ToolTipBase, t.text),
        (role.ToolTipText, t.surface),
        (role.Light, t.surface),
        (role.Midlight, t.surface2),
        (role.Mid, t.line_mid),
        (role.Dark, t.line_strong),
        (role.Shadow, t.scrim),
    ):
        palette.setColor(where, colour)
    for where in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(group.Disabled, where, t.text_disabled)
    return palette


@cache
def current() -> Theme:
    """The theme of this process."""
    return Theme()


def apply_theme(
    app: QApplication, scheme: Scheme = "system", *, density: Density = "comfortable", text_size: int = 100
) -> Theme:
    """Dress the application. Call it before the first widget; `current().set(...)` changes it later."""
    theme = current()
    theme.start(app)
    theme.set(scheme=scheme, density=density, text_size=text_size)
    return theme


def icon(name: str, size: int = 16, colour: str = "text2") -> QIcon:
    """Shorthand for `current().icon(...)`."""
    return current().icon(name, size, colour)


def _reduced_motion(hints: QStyleHints | None) -> bool:
    accessibility = None if hints is None else hints.accessibility()
    preference = getattr(accessibility, "motionPreference", None)
    return preference is not None and "Reduce" in str(preference())


def _more_contrast(hints: QStyleHints) -> bool:
    if QGuiApplication.platformName() == "offscreen":
        return False
    return hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast
