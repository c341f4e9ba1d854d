"""Which versions of visits one's own acts made: the next act builds on them, and a toast undoes only its own."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from meditrack_desktop.domain.scheduling import Appointment


class OwnVersions:
    """Written where changes run, one after another; so an act that waits there knows all before it."""

    def __init__(self) -> None:
        self._known: dict[UUID, int] = {}
        self._acts: dict[UUID, list[int]] = {}

    def of(self, visit: Appointment) -> int:
        """The version the person saw, or the later one that their own last act made of it."""
        return max(visit.version, self._known.get(visit.id, 0))

    def after_act(self, *visits: Appointment) -> None:
        """An act made these; telling it again is no harm."""
        for visit in visits:
            self._known[visit.id] = self.of(visit)
            acts = self._acts.setdefault(visit.id, [])
            if not acts or acts[-1] < visit.version:
                acts.append(visit.version)

    def after_turn(self, before: Iterable[Appointment], now: Iterable[Appointment]) -> None:
        """A deed was undone or done again: what it was undone from is the newest act no more."""
        for visit in before:
            acts = self._acts.get(visit.id)
            if acts and acts[-1] == visit.version:
                acts.pop()
        for visit in now:
            self._known[visit.id] = self.of(visit)

    def is_newest(self, visit_id: UUID, version: int) -> bool:
        """Whether no act that still stands came after the one that made this version of a visit."""
        acts = self._acts.get(visit_id)
        return not acts or acts[-1] <= version
