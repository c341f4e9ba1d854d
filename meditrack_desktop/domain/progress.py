"""How far a long run is. Loads nothing: windows need it before anybody has signed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long run is: `done` of `total` (None while unknown)."""

    done: int
    total: int | None


OnProgress = Callable[[Progress], None]
"""Called often from the working thread. Raise `Stopped` from it to end the run at the next safe point."""
