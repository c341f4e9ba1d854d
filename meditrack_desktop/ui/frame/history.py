"""Where the person has been, for back and forward. Knows nothing of pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

LONGEST = 50


@dataclass(frozen=True, slots=True)
class Place:
    """A page by its word, with the records it shows."""

    page: str
    ids: tuple[UUID, ...] = ()


@dataclass(slots=True)
class History:
    """The places behind and ahead of the present one."""

    present: Place | None = None
    behind: list[Place] = field(default_factory=list)
    ahead: list[Place] = field(default_factory=list)

    def go(self, place: Place) -> None:
        """Visit a place; what was ahead is forgotten. Visiting the present place changes nothing."""
        if place == self.present:
            return
        if self.present is not None:
            self.behind.append(self.present)
            del self.behind[:-LONGEST]
        self.present = place
        self.ahead.clear()

    def back(self) -> Place | None:
        """Step back; None if there is nothing behind."""
        if not self.behind or self.present is None:
            return None
        self.ahead.append(self.present)
        self.present = self.behind.pop()
        return self.present

    def forward(self) -> Place | None:
        """Step forward again; None if there is nothing ahead."""
        if not self.ahead or self.present is None:
            return None
        self.behind.append(self.present)
        self.present = self.ahead.pop()
        return self.present

    def forget(self, place: Place) -> None:
        """Drop a place that no longer exists from both sides."""
        self.behind = [other for other in self.behind if other != place]
        self.ahead = [other for other in self.ahead if other != place]
