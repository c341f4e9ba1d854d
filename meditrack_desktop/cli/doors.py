"""What the command line is handed by `__main__`: the ways into the rest of the program it may not import."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from meditrack_desktop.domain.clock import Clock

OpenDesk = Callable[[Path, "tuple[str, str] | None"], int]
"""Open the windows on a profile; signed in at once if (user, password) is given. Returns the exit code."""

DrawScreens = Callable[[Path, Path, "Sequence[tuple[str, str]]", Clock], Sequence[Path]]
"""(profile, target folder, people as (user, password), clock): draw every window; returns the files written."""


@dataclass(frozen=True, slots=True)
class Doors:
    open_desk: OpenDesk
    draw_screens: DrawScreens
    take_call: Callable[[Path, str], int]
    """(profile, phone number): show who calls in the program that runs on the profile, or start it."""
    check_windows: Callable[[], list[tuple[str, str]]]
    """Checks of the graphical parts for self-test: (what, "" if fine or what is wrong)."""
