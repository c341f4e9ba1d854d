"""How the keyboard walks over a calendar: from slot to slot and from visit to visit. No Qt.

The cursor stands on free time of one column, a quarter of an hour unless it was stretched, or on a visit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from meditrack_desktop.domain.scheduling import LONGEST_MINUTES, SLOT_MINUTES
from meditrack_desktop.ui.scheduling.day_model import minutes_of
from meditrack_desktop.ui.scheduling.layout import Block, CalendarLayout, slot_at


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the keyboard is. `visit` is None on free time; `minute` then is where it begins, `minutes` how long."""

    column: int
    minute: int
    visit: UUID | None = None
    minutes: int = SLOT_MINUTES


def stand(layout: CalendarLayout, column: int, minute: int) -> Cursor:
    """The cursor at a minute: on the visit that lies there, or else on the slot."""
    columns = len(layout.model.columns)
    column = max(0, min(column, columns - 1))
    minute = slot_at(max(layout.model.first, min(minute, layout.model.last - 1)))
    block = _covering(layout, column, minute)
    if block is None:
        block = _starting_within(layout, column, minute)
    return on_block(block) if block is not None else Cursor(column, minute)


def on_block(block: Block) -> Cursor:
    """The cursor on a visit."""
    return Cursor(block.column, minutes_of(block.visit)[0], block.visit.id)


def stops(layout: CalendarLayout, column: int) -> list[Cursor]:
    """Everywhere the cursor can stand in a column, in order: every visit, and every slot free of visits."""
    found = [(minutes_of(block.visit)[0], block.lane, on_block(block)) for block in layout.blocks_in(column)]
    busy = [minutes_of(block.visit) for block in layout.blocks_in(column)]
    for minute in range(slot_at(layout.model.first), layout.model.last, SLOT_MINUTES):
        if not any(starts < minute + SLOT_MINUTES and minute < ends for starts, ends in busy):
            found.append((minute, 0, Cursor(column, minute)))
    return [cursor for *_, cursor in sorted(found, key=lambda stop: stop[:2])]


def down(layout: CalendarLayout, cursor: Cursor) -> Cursor:
    """To the next visit or free slot below."""
    return _along(layout, cursor, 1)


def up(layout: CalendarLayout, cursor: Cursor) -> Cursor:
    """To the visit or free slot above."""
    return _along(layout, cursor, -1)


def sideways(layout: CalendarLayout, cursor: Cursor, step: int) -> Cursor:
    """To the neighbouring lane of the same time, or else to the same time in the next column."""
    block = _block(layout, cursor)
    if block is not None:
        lane = block.lane + step
        for other in layout.blocks_in(block.column):
            beside = other.lane == lane and other.lanes == block.lanes
            if beside and other.box.y < block.box.bottom and block.box.y < other.box.bottom:
                return on_block(other)
    column = cursor.column + step
    if not 0 <= column < len(layout.model.columns):
        return cursor
    return stand(layout, column, cursor.minute)


def stretched(layout: CalendarLayout, cursor: Cursor, minutes: int) -> Cursor:
    """The chosen free time longer or shorter by so much, within the grid; a visit is not stretched here."""
    if cursor.visit is not None:
        return cursor
    longest = min(LONGEST_MINUTES, layout.model.last - cursor.minute)
    return replace(cursor, minutes=max(SLOT_MINUTES, min(cursor.minutes + minutes, longest)))


def first(layout: CalendarLayout, cursor: Cursor) -> Cursor:
    """The first slot in which the column's doctor works."""
    stretches = layout.model.columns[cursor.column].open
    return stand(layout, cursor.column, stretches[0].starts if stretches else layout.model.first)


def last(layout: CalendarLayout, cursor: Cursor) -> Cursor:
    """The last slot in which the column's doctor works."""
    stretches = layout.model.columns[cursor.column].open
    return stand(layout, cursor.column, (stretches[-1].ends if stretches else layout.model.last) - 1)


def kept(layout: CalendarLayout, cursor: Cursor) -> Cursor:
    """The same place after the calendar changed: it follows its visit, or stays at its time."""
    if cursor.visit is not None:
        block = layout.block_of(cursor.visit)
        if block is not None:
            return on_block(block)
    found = stand(layout, cursor.column, cursor.minute)
    return found if found.visit is not None else replace(found, minutes=cursor.minutes)


def _block(layout: CalendarLayout, cursor: Cursor) -> Block | None:
    return None if cursor.visit is None else layout.block_of(cursor.visit)


def _along(layout: CalendarLayout, cursor: Cursor, step: int) -> Cursor:
    ways = stops(layout, cursor.column)
    cursor = replace(cursor, minutes=SLOT_MINUTES)
    here = stand(layout, cursor.column, cursor.minute) if cursor not in ways else cursor
    at = (ways.index(here) if here in ways else 0) + step
    return ways[at] if 0 <= at < len(ways) else cursor


def _covering(layout: CalendarLayout, column: int, minute: int) -> Block | None:
    for block in layout.blocks_in(column):
        starts, ends = minutes_of(block.visit)
        if starts <= minute < ends:
            return block
    return None


def _starting_within(layout: CalendarLayout, column: int, minute: int) -> Block | None:
    for block in layout.blocks_in(column):
        if minute < minutes_of(block.visit)[0] < minute + SLOT_MINUTES:
            return block
    return None
