"""Why an image cannot be drawn."""

from __future__ import annotations

from enum import StrEnum


class WhyNot(StrEnum):
    NO_PIXELS = "no_pixels"
    """The file holds no picture: a plan, a report, a wrapped document."""
    UNKNOWN_FORMAT = "unknown_format"
    """Its pixels are packed in a way that nothing here unpacks."""
    VIDEO = "video"
    TOO_LARGE = "too_large"
    DAMAGED = "damaged"
    """The header and the pixels do not fit together, or the pixels cannot be unpacked."""


class Undrawable(Exception):
    """This image, or this one frame of it, cannot be drawn. The rest of its file is as good as it was."""

    def __init__(self, why: WhyNot) -> None:
        super().__init__(why.value)
        self.why = why
