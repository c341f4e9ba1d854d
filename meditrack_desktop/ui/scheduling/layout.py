"""Where everything of a calendar lies: rectangles of visits, hit testing, snapping. Plain numbers, no Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple
from uuid import UUID

from meditrack_desktop.domain.holds import Hold
from meditrack_desktop.domain.scheduling import SLOT_MINUTES, Appointment
from meditrack_desktop.domain.working_time import DAY_MINUTES
from meditrack_desktop.ui.scheduling.closed_time import Closed, closed_in
from meditrack_desktop.ui.scheduling.day_model import Column, DayModel, minutes_of, minutes_of_hold

FINE_MINUTES = 5
SMALLEST_BLOCK = 18
RESIZE_EDGE = 6


class Box(NamedTuple):
    """A rectangle in whole pixels; `x + width` and `y + height` are just outside."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height

    def contains(self, x: float, y: float) -> bool:
        return self.x <= x < self.right and self.y <= y < self.bottom

    def meets(self, other: Box) -> bool:
        """Whether the two share any pixel."""
        return (
            self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom
        )


@dataclass(frozen=True, slots=True)
class Measures:
    """Sizes in logical pixels. `top` is the room above the first line, where its label needs it."""

    column_width: float
    hour_height: int = 72
    top: int = 9
    bottom: int = 12
    inset_left: int = 4
    inset_right: int = 8
    lane_gap: int = 3
    smallest_block: int = SMALLEST_BLOCK


@dataclass(frozen=True, slots=True)
class Block:
    """A visit in its place. `lane` of `lanes` where several share the column."""

    visit: Appointment
    column: int
    lane: int
    lanes: int
    box: Box


@dataclass(frozen=True, slots=True)
class Held:
    """A hold in its place."""

    hold: Hold
    column: int
    box: Box


HitKind = Literal["visit", "edge", "held", "free", "none"]


@dataclass(frozen=True, slots=True)
class Hit:
    """What lies under a point: a visit, its lower edge, a hold, or time (`minute` is not snapped)."""

    kind: HitKind
    column: int = -1
    minute: int = 0
    block: Block | None = None
    held: Held | None = None


class CalendarLayout:
    """The places of one model at one size."""

    def __init__(self, model: DayModel, measures: Measures) -> None:
        self.model = model
        self.measures = measures
        placed = [_place(number, column, self) for number, column in enumerate(model.columns)]
        self._columns = [blocks for blocks, _ in placed]
        self._held = [held for _, held in placed]
        self.blocks: tuple[Block, ...] = tuple(block for blocks in self._columns for block in blocks)
        self.held: tuple[Held, ...] = tuple(each for held in self._held for each in held)
        self._by_id = {block.visit.id: block for block in self.blocks}
        self._closed: dict[int, list[Closed]] = {}

    def closed(self, column: int) -> list[Closed]:
        """The closed stretches of a column; worked out once."""
        if column not in self._closed:
            self._closed[column] = closed_in(self.model, column)
        return self._closed[column]

    @property
    def width(self) -> int:
        return self.column_x(len(self.model.columns))

    @property
    def height(self) -> int:
        lowest = max((block.box.bottom for block in self.blocks), default=0)
        return max(self.y_of(self.model.last), lowest) + self.measures.bottom

    def column_x(self, column: int) -> int:
        """Left edge of a column; of the one after the last, the right end of the grid."""
        return round(column * self.measures.column_width)

    def y_of(self, minute: float) -> int:
        """The line of a minute of the day."""
        return self.measures.top + round((minute - self.model.first) * self.measures.hour_height / 60)

    def minute_at(self, y: float) -> int:
        """The minute of the day at a height, kept within the grid."""
        # Lines lie on whole pixels, so half a pixel decides for the minute whose line this is.
        minute = self.model.first + int((y + 0.5 - self.measures.top) * 60 // self.measures.hour_height)
        return max(self.model.first, min(minute, self.model.last - 1))

    def column_at(self, x: float) -> int:
        """The column at `x`, kept within the grid; -1 without columns."""
        count = len(self.model.columns)
        return -1 if not count else max(0, min(int(x // self.measures.column_width), count - 1))

    def block_of(self, appointment_id: UUID) -> Block | None:
        return self._by_id.get(appointment_id)

    def blocks_in(self, column: int) -> Sequence[Block]:
        """The visits of a column, by time and then by lane."""
        return self._columns[column] if 0 <= column < len(self._columns) else ()

    def held_in(self, column: int) -> Sequence[Held]:
        """The holds of a column, by time."""
        return self._held[column] if 0 <= column < len(self._held) else ()

    def cell(self, column: int, starts: int, minutes: int) -> Box:
        """The place of a stretch of time over the whole column, as a single visit would take it."""
        left = self.column_x(column) + self.measures.inset_left
        right = self.column_x(column + 1) - self.measures.inset_right
        top = self.y_of(starts)
        height = max(self.y_of(starts + minutes) - top, self.measures.smallest_block)
        return Box(left, top, max(1, right - left), height)

    def hit(self, x: float, y: float) -> Hit:
        """What lies at a point of the grid."""
        column = self.column_at(x)
        if column < 0 or x < 0 or x >= self.width:
            return Hit("none")
        minute = self.minute_at(y)
        for block in self._columns[column]:
            if block.box.contains(x, y):
                edge = y >= block.box.bottom - min(RESIZE_EDGE, block.box.height // 3)
                return Hit("edge" if edge else "visit", column, minute, block)
        for held in self._held[column]:
            if held.box.contains(x, y) and not held.hold.mine:
                return Hit("held", column, minute, held=held)
        inside = self.measures.top <= y < self.y_of(self.model.last)
        return Hit("free" if inside else "none", column, minute)

    def opening_minute(self, now: int | None) -> int:
        """The minute that stands at the top when the calendar opens: an hour before now, or the first."""
        if now is None:
            return self.model.first
        return max(self.model.first, min(now - 60, self.model.last))


def snap(minute: float, fine: bool = False) -> int:
    """The nearest quarter of an hour, or the nearest 5 minutes where `fine`."""
    step = FINE_MINUTES if fine else SLOT_MINUTES
    return int((minute + step / 2) // step * step)


def slot_at(minute: int) -> int:
    """The quarter of an hour that holds this minute."""
    return minute // SLOT_MINUTES * SLOT_MINUTES


def held_in_day(starts: int, minutes: int) -> int:
    """`starts` moved so that a visit of `minutes` neither begins before midnight nor ends after it."""
    return max(0, min(starts, DAY_MINUTES - minutes))


_Thing = Appointment | Hold


def _place(column: int, shown: Column, layout: CalendarLayout) -> tuple[list[Block], list[Held]]:
    """Visits and holds of a column; those that overlap share it in lanes."""
    m = layout.measures
    left = layout.column_x(column) + m.inset_left
    right = layout.column_x(column + 1) - m.inset_right
    blocks: list[Block] = []
    held: list[Held] = []
    cluster: list[tuple[int, int, int, _Thing]] = []
    lanes: list[int] = []

    def close_cluster() -> None:
        for lane, top, bottom, thing in cluster:
            x, width = _lane(left, right, lane, len(lanes), m.lane_gap)
            box = Box(x, top, width, bottom - top)
            if isinstance(thing, Hold):
                held.append(Held(thing, column, box))
            else:
                blocks.append(Block(thing, column, lane, len(lanes), box))

    for top, bottom, thing in _spans(shown, layout):
        if lanes and top >= max(lanes):
            close_cluster()
            cluster, lanes = [], []
        lane = next((number for number, end in enumerate(lanes) if end <= top), len(lanes))
        if lane == len(lanes):
            lanes.append(bottom)
        else:
            lanes[lane] = bottom
        cluster.append((lane, top, bottom, thing))
    close_cluster()
    return blocks, held


def _spans(shown: Column, layout: CalendarLayout) -> list[tuple[int, int, _Thing]]:
    """Top, bottom and what it is, from above; none is too low to hit."""
    things: list[tuple[tuple[int, int], _Thing]] = [(minutes_of(visit), visit) for visit in shown.visits]
    things += [(minutes_of_hold(hold), hold) for hold in shown.holds]
    spans = []
    for (starts, ends), thing in things:
        top = layout.y_of(starts)
        spans.append((top, max(layout.y_of(ends), top + layout.measures.smallest_block), thing))
    spans.sort(key=lambda span: (span[0], -span[1], span[2].id))
    return spans


def _lane(left: int, right: int, lane: int, lanes: int, gap: int) -> tuple[int, int]:
    """Left edge and width of one lane of several beside each other."""
    room = max(lanes, right - left)
    begin = left + room * lane // lanes
    end = left + room * (lane + 1) // lanes
    if lane < lanes - 1 and end - begin > gap + 1:
        end -= gap
    return begin, max(1, end - begin)
