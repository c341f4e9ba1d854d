"""Two records that look like one person: why, how surely, and what became of them."""

from __future__ import annotations

from enum import StrEnum


class TwinState(StrEnum):
    """Stored; never change a value."""

    OPEN = "open"
    DIFFERENT = "different"
    MERGED = "merged"
