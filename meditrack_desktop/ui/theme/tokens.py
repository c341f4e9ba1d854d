"""The design tokens: every colour of the program, read from `resources/styles/tokens.json`."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any, Literal

from PySide6.QtGui import QColor

from meditrack_desktop.config import resource_path

SchemeName = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class StatusColours:
    """Fill, mark (bar or edge), text and optional hatching of one appointment status."""

    fill: QColor
    mark: QColor
    text: QColor
    hatch: QColor | None = None


@dataclass(frozen=True, slots=True)
class Tokens:
    """One colour scheme. Field names are those of `tokens.json` in snake case."""

    canvas: QColor
    surface: QColor
    surface2: QColor
    surface3: QColor
    selected: QColor
    closed: QColor
    hatch: QColor
    line: QColor
    line_mid: QColor
    line_strong: QColor
    text: QColor
    text2: QColor
    text3: QColor
    text_disabled: QColor
    accent: QColor
    accent_hover: QColor
    accent_pressed: QColor
    on_accent: QColor
    accent_soft: QColor
    on_accent_soft: QColor
    focus: QColor
    link: QColor
    now: QColor
    danger: QColor
    on_danger: QColor
    danger_soft: QColor
    on_danger_soft: QColor
    warn: QColor
    warn_soft: QColor
    on_warn_soft: QColor
    ok: QColor
    ok_soft: QColor
    on_ok_soft: QColor
    info: QColor
    info_soft: QColor
    on_info_soft: QColor
    chart1: QColor
    chart2: QColor
    chart3: QColor
    chart4: QColor
    scrim: QColor
    status: Mapping[str, StatusColours]

    def colour(self, name: str) -> QColor:
        """The colour of a token (`"text2"`, `"lineMid"` or `"line_mid"`) or of a `#RRGGBB` value."""
        if name.startswith("#"):
            return QColor(name)
        value = getattr(self, _snake(name))
        if not isinstance(value, QColor):
            raise KeyError(name)
        return value


def _snake(name: str) -> str:
    return re.sub(r"([A-Z])", lambda found: "_" + found.group(1).lower(), name)


@cache
def _document() -> dict[str, Any]:
    text = resource_path("styles", "tokens.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def load_tokens(scheme: SchemeName, *, more_contrast: bool = False, status_tints: bool = True) -> Tokens:
    """Read one scheme; `more_contrast` and `status_tints=False` apply the two reading aids."""
    document = _document()
    colours = {_snake(name): QColor(value) for name, value in document[scheme].items()}
    statuses = {
        name: StatusColours(
            QColor(entry["bg"]),
            QColor(entry["bar"]),
            QColor(entry["text"]),
            QColor(entry["hatch"]) if "hatch" in entry else None,
        )
        for name, entry in document["status"][scheme].items()
    }
    if not status_tints:
        statuses = {
            name: StatusColours(
                colours["surface"], entry.mark, colours["text"], entry.hatch and colours["line_mid"]
            )
            for name, entry in statuses.items()
        }
    known = {field.name for field in fields(Tokens)}
    tokens = Tokens(**{name: value for name, value in colours.items() if name in known}, status=statuses)
    if more_contrast:
        tokens = replace(tokens, line_mid=tokens.line_strong, text3=tokens.text2)
    return tokens
