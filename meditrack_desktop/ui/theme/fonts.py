"""The type scale: Inter in eight roles, with tabular figures, at any text size."""

from functools import cache
from typing import Literal

from PySide6.QtGui import QFont, QFontDatabase

from meditrack_desktop.config import resource_path

FontRole = Literal[
    "display",
    "title",
    "heading",
    "section",
    "body",
    "emphasis",
    "strong",
    "small",
    "small_medium",
    "small_strong",
    "micro",
]

# role -> size in px, line height in px, weight, letter spacing in percent of the size
TYPE_SCALE: dict[str, tuple[int, int, QFont.Weight, float]] = {
    "display": (26, 32, QFont.Weight.DemiBold, -2.0),
    "title": (20, 26, QFont.Weight.DemiBold, -1.5),
    "heading": (16, 22, QFont.Weight.DemiBold, -0.5),
    "section": (15, 20, QFont.Weight.DemiBold, 0.0),
    "body": (13, 18, QFont.Weight.Normal, 0.0),
    "emphasis": (13, 18, QFont.Weight.Medium, 0.0),
    "strong": (13, 18, QFont.Weight.DemiBold, 0.0),
    "small": (12, 16, QFont.Weight.Normal, 0.0),
    "small_medium": (12, 16, QFont.Weight.Medium, 0.0),
    "small_strong": (12, 16, QFont.Weight.DemiBold, 0.0),
    "micro": (11, 15, QFont.Weight.Normal, 0.0),
}
FAMILY = "Inter"


@cache
def load_fonts() -> tuple[str, ...]:
    """Register the bundled cuts; needs an application object and must run before the first widget."""
    families: list[str] = []
    for cut in ("Regular", "Medium", "SemiBold", "Bold"):
        number = QFontDatabase.addApplicationFont(str(resource_path("fonts", f"Inter-{cut}.ttf")))
        families += QFontDatabase.applicationFontFamilies(number)
    return tuple(families)


def make_font(role: FontRole, scale: float) -> QFont:
    """The font of a role; `scale` is 1.0 for 100 %."""
    size, _, weight, spacing = TYPE_SCALE[role]
    pixels = round(size * scale)
    font = QFont()
    font.setFamilies([FAMILY])
    font.setPixelSize(pixels)
    font.setWeight(weight)
    font.setFeature(QFont.Tag("tnum"), 1)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if spacing:
        font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, pixels * spacing / 100)
    return font
