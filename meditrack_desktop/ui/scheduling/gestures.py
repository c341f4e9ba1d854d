"""What a drag means: moving a visit, pulling its end, or drawing a new one. Plain numbers, no Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from meditrack_desktop.domain.scheduling import LONGEST_MINUTES, SHORTEST_MINUTES, SLOT_MINUTES, Appointment
from meditrack_desktop.domain.working_time import DAY_MINUTES
from meditrack_desktop.ui.scheduling.day_model import minutes_of
from meditrack_desktop.ui.scheduling.layout import Box, CalendarLayout, Hit, held_in_day, slot_at, snap

DRAG_THRESHOLD = 4
GestureKind = Literal["move", "resize", "select"]


@dataclass(frozen=True, slots=True)
class Ghost:
    """Where something would be. `visit` is None for a new one; `refused` says why it may not be there."""

    visit: Appointment | None
    column: int
    starts: int
    minutes: int
    refused: str = ""

    def box(self, layout: CalendarLayout) -> Box:
        return layout.cell(self.column, self.starts, self.minutes)


class Gesture:
    """One press of the mouse until its release. `begun` once the pointer has moved far enough to mean it."""

    def __init__(self, layout: CalendarLayout, hit: Hit, x: float, y: float) -> None:
        self._layout = layout
        self._hit = hit
        self._from = (x, y)
        self.begun = False
        self.kind: GestureKind = "select"
        if hit.block is not None:
            self.kind = "resize" if hit.kind == "edge" else "move"
        self._grab = 0.0
        self.start = self._first_ghost(y)
        self.ghost = self.start

    @property
    def changed(self) -> bool:
        """Whether letting go now would change anything."""
        return self.begun and (self.ghost != self.start or self.kind == "select")

    def move_to(self, x: float, y: float, *, fine: bool = False) -> Ghost:
        """The ghost for the pointer at this point; `fine` snaps to 5 minutes instead of 15."""
        if max(abs(x - self._from[0]), abs(y - self._from[1])) >= DRAG_THRESHOLD:
            self.begun = True
        if self.begun:
            self.ghost = self._moved(x, y, fine)
        return self.ghost

    def _first_ghost(self, y: float) -> Ghost:
        block = self._hit.block
        if block is None:
            return Ghost(None, self._hit.column, slot_at(self._hit.minute), SLOT_MINUTES)
        starts, _ = minutes_of(block.visit)
        self._grab = _minute(self._layout, y) - starts
        return Ghost(block.visit, block.column, starts, block.visit.minutes)

    def _moved(self, x: float, y: float, fine: bool) -> Ghost:
        minute = _minute(self._layout, y)
        if self.kind == "move":
            starts = held_in_day(snap(minute - self._grab, fine), self.start.minutes)
            return replace(self.start, column=self._layout.column_at(x), starts=starts)
        if self.kind == "resize":
            shortest = SHORTEST_MINUTES if fine else min(SLOT_MINUTES, self.start.minutes)
            length = snap(minute, fine) - self.start.starts
            return replace(self.start, minutes=longest_here(self.start.starts, max(shortest, length)))
        here, origin = slot_at(int(minute)), self.start.starts
        starts, ends = min(here, origin), max(here, origin) + SLOT_MINUTES
        starts = max(0, starts)
        return replace(self.start, starts=starts, minutes=longest_here(starts, ends - starts))


def longest_here(starts: int, minutes: int) -> int:
    """`minutes`, but no longer than a visit may be and not past midnight."""
    return min(minutes, LONGEST_MINUTES, DAY_MINUTES - starts)


def _minute(layout: CalendarLayout, y: float) -> float:
    return layout.model.first + (y - layout.measures.top) * 60 / layout.measures.hour_height
