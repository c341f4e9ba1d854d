"""The type of printed pages: Inter, and for letters it lacks a font that has them, so that no name prints as boxes.

Letters of Arabic and Indian scripts are joined (reportlab's shaping); a run of words written from right to left is
shaped as one piece, which puts its words in order.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import groupby
from xml.sax.saxutils import escape

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from meditrack_desktop.config import resource_path

TEXT, STRONG = "MediTrack-Text", "MediTrack-Strong"
_INTER = {TEXT: "Inter-Regular.ttf", STRONG: "Inter-SemiBold.ttf"}
_OTHERS = (
    "NotoSansArabic-Regular",
    "NotoSansHebrew-Regular",
    "NotoSansDevanagari-Regular",
    "NotoSansBengali-Regular",
    "NotoSansTamil-Regular",
    "NotoSansThai-Regular",
    "NotoSansArmenian-Regular",
    "NotoSansGeorgian-Regular",
    "DroidSansFallback",
)
_UNJOINED = frozenset({*_INTER, "DroidSansFallback"})
"""Fonts whose letters stand side by side as they are."""
_NO_BREAK = "\u00a0"
_JOINERS = "\u200c\u200d"
_NOBODY_HAS_IT = "\u25a1"
"""A square: better than a gap that nobody sees."""


class _Unjoined(TTFont):  # type: ignore[misc]  # reportlab says nothing of its types
    """A font whose words are never shaped: reportlab would take all of a mixed word from this font."""

    def hbFont(self, *_: object) -> object:  # noqa: N802  # the name reportlab asks for
        raise AttributeError("unshaped")


def know_fonts() -> None:
    """Make `TEXT` and `STRONG` known to reportlab; the others are read when a letter needs them."""
    for name, file in _INTER.items():
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(_Unjoined(name, str(resource_path("fonts", file))))


def markup(text: str, font: str = TEXT) -> str:
    """`text` for a reportlab Paragraph in `font`: everything typed by people is text, never markup.

    Lines stay lines. A letter that no font here has prints as its replacement sign.
    """
    return "<br/>".join(_line(line, font) for line in text.split("\n"))


def _line(line: str, font: str) -> str:
    know_fonts()
    line = unicodedata.normalize("NFC", line)
    parts: list[str] = []
    joined_before = False
    for name, characters in groupby(_spread(line, font), key=lambda pair: pair[0]):
        piece = "".join(character for _, character in characters)
        joined = name not in _UNJOINED
        if parts and (joined or joined_before) and not (parts[-1].endswith(" ") or piece.startswith(" ")):
            parts.append(" ")  # a word is shaped by the font of its first letter alone
        joined_before = joined
        if name == font:
            parts.append(escape(piece))
            continue
        core = piece.strip(" ")
        before, _, after = piece.partition(core)
        if _is_rightwards(core):
            core = re.sub(r" +", _NO_BREAK, core)
        parts.append(f'{before}<font name="{name}">{escape(core)}</font>{after}')
    return "".join(parts)


def _spread(line: str, font: str) -> list[tuple[str, str]]:
    """Each character with its font; a space or a mark stays with what stands before it, if that has it."""
    spread: list[tuple[str, str]] = []
    for character in line:
        if unicodedata.category(character) == "Cf" and character not in _JOINERS:
            continue  # it turns the direction of what follows, and has no sign of its own
        before = spread[-1][0] if spread else font
        joins = character.isspace() or unicodedata.category(character)[0] == "M" or character in _JOINERS
        if joins and before != font and (character.isspace() or _has(before, character)):
            spread.append((before, character))
        else:
            name = _font_of(character, font)
            spread.append((name, character) if name else (font, _NOBODY_HAS_IT))
    return spread


@lru_cache(maxsize=4096)
def _font_of(character: str, font: str) -> str:
    if _has(font, character):
        return font
    return next((name for name in _OTHERS if _has(name, character)), "")


@lru_cache(maxsize=8192)
def _has(name: str, character: str) -> bool:
    if name not in pdfmetrics.getRegisteredFontNames():
        path = resource_path("fonts", "print", f"{name}.ttf")
        pdfmetrics.registerFont(_Unjoined(name, str(path)) if name in _UNJOINED else TTFont(name, str(path)))
    return ord(character) in pdfmetrics.getFont(name).face.charToGlyph


def _is_rightwards(text: str) -> bool:
    return any(unicodedata.bidirectional(character) in ("R", "AL") for character in text)
