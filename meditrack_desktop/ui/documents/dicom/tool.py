"""What dragging over an image does."""

from __future__ import annotations

from enum import StrEnum


class Tool(StrEnum):
    """One of them is in the hand at any time."""

    PAN = "pan"
    ZOOM = "zoom"
    WINDOW = "window"
    MEASURE = "measure"
