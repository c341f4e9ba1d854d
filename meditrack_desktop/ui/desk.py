"""What every page is given: who is signed in, the clinic's services, and the mechanisms all pages share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol

from meditrack_desktop.domain import clock as clocks

if TYPE_CHECKING:
    from PySide6.QtCore import QSettings

    from meditrack_desktop.domain.accounts import Actor
    from meditrack_desktop.domain.clinic import ClinicProfile
    from meditrack_desktop.domain.clock import Clock
    from meditrack_desktop.services.clinic import Clinic
    from meditrack_desktop.ui.live import Live
    from meditrack_desktop.ui.navigation import Navigator
    from meditrack_desktop.ui.tasks import Tasks


class Say(Protocol):
    """The window's toast: what changed, and for 10 s the way back."""

    def __call__(self, text: str, undo: Callable[[], None] | None = None) -> None: ...


@dataclass(slots=True)
class Desk:
    """Services block: call them inside `tasks` only. `facts.tz` is the zone of every time shown.

    `has_pin`: whether six digits unlock this person's session. `remembered`: what this desk keeps between two
    starts, by account; None where nothing is kept.
    """

    clinic: Clinic
    actor: Actor
    facts: ClinicProfile
    tasks: Tasks
    live: Live
    go: Navigator
    clock: Clock
    say: Say
    has_pin: bool = False
    remembered: QSettings | None = None

    def today(self) -> date:
        """The clinic's calendar date now."""
        return clocks.today(self.clock, self.facts.tz)
