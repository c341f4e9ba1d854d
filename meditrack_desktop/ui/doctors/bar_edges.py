"""What the keys and the mouse do to the bars of a day. Pure: minutes from midnight, no Qt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import time

from meditrack_desktop.domain.scheduling import SLOT_MINUTES
from meditrack_desktop.domain.working_time import OpenTime
from meditrack_desktop.domain.working_time import without as cut
from meditrack_desktop.ui.doctors.hours_text import MIDNIGHT, MOST_STRETCHES, Stretch, minute

DAY_END = 24 * 60
FIRST_HOURS = (8 * 60, 12 * 60)
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Edges:
    """The spans of a day in order, and the number of the edge that is marked: 0 is the first one's start."""

    spans: tuple[Span, ...]
    marked: int = 0

    def moment(self) -> int | None:
        """Where the marked edge stands; None on a closed day."""
        if not self.spans:
            return None
        at = min(self.marked, 2 * len(self.spans) - 1)
        return self.spans[at // 2][at % 2]

    def next(self, step: int) -> Edges:
        """Mark the edge after or before."""
        return Edges(self.spans, (self._at + step) % max(1, 2 * len(self.spans)))

    def moved(self, step: int) -> Edges:
        """The marked edge one slot later or earlier, onto the slots' grid; it stops at its neighbours."""
        now = self.moment()
        if now is None:
            return self
        slot = now // SLOT_MINUTES * SLOT_MINUTES
        if step < 0 and slot < now:
            step += 1  # back onto the grid is a step of its own
        return self._put(slot + step * SLOT_MINUTES)

    def put(self, moment: int) -> Edges:
        """The marked edge where the mouse is, on the slots' grid."""
        return self._put(round(moment / SLOT_MINUTES) * SLOT_MINUTES)

    def begun_at(self, moment: int) -> Edges | None:
        """A new span of one slot at a moment where there is none, its end marked; None where there is no room."""
        ends = moment + SLOT_MINUTES
        if len(self.spans) >= MOST_STRETCHES or ends > DAY_END:
            return None
        if any(starts < ends and moment < until for starts, until in self.spans):
            return None
        spans = tuple(sorted((*self.spans, (moment, ends))))
        return Edges(spans, 2 * spans.index((moment, ends)) + 1)

    def with_one_more(self) -> Edges:
        """Another stretch: 8 to 12 on a closed day, else an hour, half an hour after the last one."""
        if not self.spans:
            return Edges((FIRST_HOURS,), 0)
        starts = self.spans[-1][1] + 30
        if len(self.spans) >= MOST_STRETCHES or starts + SLOT_MINUTES > DAY_END:
            return self
        return Edges((*self.spans, (starts, min(starts + 60, DAY_END))), 2 * len(self.spans))

    def without_marked(self) -> Edges:
        """The stretch of the marked edge goes."""
        if not self.spans:
            return self
        gone = self._at // 2
        return Edges(self.spans[:gone] + self.spans[gone + 1 :], max(0, 2 * gone - 2))

    @property
    def _at(self) -> int:
        return min(self.marked, max(0, 2 * len(self.spans) - 1))

    def _put(self, moment: int) -> Edges:
        if not self.spans:
            return self
        which, side = divmod(self._at, 2)
        starts, ends = self.spans[which]
        if side == 0:
            least = self.spans[which - 1][1] if which else 0
            span = (min(max(moment, least), ends - SLOT_MINUTES), ends)
        else:
            most = self.spans[which + 1][0] if which + 1 < len(self.spans) else DAY_END
            span = (starts, max(min(moment, most), starts + SLOT_MINUTES))
        if span[1] <= span[0] or span[0] < 0 or span[1] > DAY_END:
            return self
        return Edges((*self.spans[:which], span, *self.spans[which + 1 :]), self._at)


def spans_of(stretches: Iterable[Stretch]) -> tuple[Span, ...]:
    """Stretches as minutes; the last minute of a day means midnight."""
    return tuple(
        (minute(starts), DAY_END if ends == MIDNIGHT else minute(ends)) for starts, ends in stretches
    )


def stretches_of(spans: Iterable[Span]) -> tuple[Stretch, ...]:
    """The way back."""
    return tuple((_time(starts), MIDNIGHT if ends >= DAY_END else _time(ends)) for starts, ends in spans)


def without(spans: Sequence[Span], taken: Sequence[Span]) -> tuple[Span, ...]:
    """The parts of `spans` that lie in none of `taken`."""
    left = [OpenTime(*span) for span in spans]
    for span in taken:
        left = cut(left, OpenTime(*span))
    return tuple((part.starts, part.ends) for part in left)


def _time(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)
