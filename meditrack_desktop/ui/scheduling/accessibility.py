"""Shows the painted calendar to screen readers: a list for each column, with an item for each visit, hold, free gap
and closed stretch in order of time, and one for the free slot under the cursor.

The items look up what they stand for when they are asked, so they outlive any change of the visits. They are kept
for as long as the program runs: a screen reader may hold one longer than the calendar lives, and Qt keeps bare
pointers to them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import shiboken6
from PySide6.QtCore import QObject, QPoint, QRect
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget

from meditrack_desktop.ui.scheduling.accessible_part import NOBODY, AccessibleLeaf, AccessiblePart
from meditrack_desktop.ui.scheduling.closed_time import Closed
from meditrack_desktop.ui.scheduling.day_model import Period, minutes_of, minutes_of_hold
from meditrack_desktop.ui.scheduling.gaps import Gap, gaps_in
from meditrack_desktop.ui.scheduling.grid_painter import rect_of
from meditrack_desktop.ui.scheduling.layout import Block, Held
from meditrack_desktop.ui.scheduling.time_words import closed_word, spoken_gap, spoken_hold, spoken_slot
from meditrack_desktop.ui.scheduling.words import day_title, span_text, spoken_visit

if TYPE_CHECKING:
    from meditrack_desktop.ui.scheduling.grid import CalendarGrid

_Role = QAccessible.Role
_Interface = TypeVar("_Interface", bound=QAccessibleInterface)
_kept: list[QAccessibleInterface] = []
_installed: list[bool] = []


class GridAccessible(QAccessibleWidget):
    """The calendar; its children are the columns."""

    def __init__(self, grid: CalendarGrid) -> None:
        super().__init__(grid, _Role.Grouping)
        self._grid = grid
        self._columns: list[ColumnAccessible] = []

    def childCount(self) -> int:
        return len(self._grid.calendar.model.columns) if shiboken6.isValid(self._grid) else 0

    def child(self, index: int) -> QAccessibleInterface:
        return self.column(index) if 0 <= index < self.childCount() else NOBODY

    def column(self, number: int) -> ColumnAccessible:
        """The list of one column."""
        while len(self._columns) <= number:
            self._columns.append(_keep(ColumnAccessible(self, self._grid, len(self._columns))))
        return self._columns[number]

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return self._columns.index(child) if child in self._columns else -1

    def childAt(self, x: int, y: int) -> QAccessibleInterface:
        for number in range(self.childCount()):
            if self.column(number).rect().contains(x, y):
                return self.column(number)
        return NOBODY

    def focusChild(self) -> QAccessibleInterface:
        found = self.focused_item()
        return found if found is not None else self

    def focused_item(self) -> ItemAccessible | None:
        """The item on which the cursor stands."""
        cursor = self._grid.cursor_at if shiboken6.isValid(self._grid) else None
        if cursor is None or not 0 <= cursor.column < self.childCount():
            return None
        column = self.column(cursor.column)
        return next((item for item in column.items() if item.focused), None)


Thing = Block | Held | Gap | Closed


class ColumnAccessible(AccessiblePart):
    """One doctor's day: everything in it by time, and the free slot where the cursor stands."""

    def __init__(self, parent: GridAccessible, grid: CalendarGrid, number: int) -> None:
        super().__init__(grid)
        self._grid = grid
        self._parent, self._number = parent, number
        self._items: list[ItemAccessible] = []
        self._things: list[Thing] = []
        self._of: tuple[object, object] = (None, None)

    def isValid(self) -> bool:
        return super().isValid() and self._number < len(self._grid.calendar.model.columns)

    def things(self) -> list[Thing]:
        """What lies in the column, by its first minute."""
        if not self.isValid():
            return []
        grid, layout = self._grid, self._grid.calendar
        if self._of != (id(layout), grid.now_wall):
            found: list[Thing] = [*layout.blocks_in(self._number), *layout.held_in(self._number)]
            column = layout.model.columns[self._number]
            found += gaps_in(self._number, column, grid.now_wall)
            found += [shut for shut in layout.closed(self._number) if closed_word(shut, column.day)]
            self._things = sorted(found, key=lambda thing: span_of(thing)[0])
            self._of = id(layout), grid.now_wall
        return self._things

    def items(self) -> list[ItemAccessible]:
        """What lies in the column in order of time, and last the free slot under the cursor, if it is here."""
        wanted = self.childCount()
        while len(self._items) < wanted:
            self._items.append(_keep(ItemAccessible(self, self._grid, self._number, len(self._items))))
        return self._items[:wanted]

    def parent(self) -> QAccessibleInterface:
        return self._parent

    def childCount(self) -> int:
        if not self.isValid():
            return 0
        cursor = self._grid.cursor_at
        slot = cursor is not None and cursor.visit is None and cursor.column == self._number
        return len(self.things()) + slot

    def child(self, index: int) -> QAccessibleInterface:
        items = self.items()
        return items[index] if 0 <= index < len(items) else NOBODY

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return self._items.index(child) if child in self._items else -1

    def childAt(self, x: int, y: int) -> QAccessibleInterface:
        return next((item for item in self.items() if item.rect().contains(x, y)), NOBODY)

    def rect(self) -> QRect:
        layout = self._grid.calendar
        left = layout.column_x(self._number)
        width = layout.column_x(self._number + 1) - left
        return self.on_screen(QRect(QPoint(left, 0), QPoint(left + width - 1, self._grid.height() - 1)))

    def role(self) -> QAccessible.Role:
        return _Role.List

    def state(self) -> QAccessible.State:
        return QAccessible.State()

    def text(self, t: QAccessible.Text) -> str:
        if t != QAccessible.Text.Name or not self.isValid():
            return ""
        model = self._grid.calendar.model
        column = model.columns[self._number]
        return column.practitioner.name if model.period is Period.DAY else day_title(column.day)


class ItemAccessible(AccessibleLeaf):
    """A visit, a hold, a free gap, a closed stretch, or the free slot under the cursor."""

    def __init__(self, parent: ColumnAccessible, grid: CalendarGrid, column: int, number: int) -> None:
        super().__init__(grid)
        self._grid = grid
        self._parent, self._column, self._number = parent, column, number

    def isValid(self) -> bool:
        return super().isValid() and self._number < self._parent.childCount()

    @property
    def thing(self) -> Thing | None:
        """What it stands for; None for the slot under the cursor."""
        things = self._parent.things()
        return things[self._number] if self._number < len(things) else None

    @property
    def focused(self) -> bool:
        """Whether the cursor stands here."""
        cursor, thing = self._grid.cursor_at, self.thing
        if cursor is None or cursor.column != self._column:
            return False
        if thing is None:
            return cursor.visit is None
        return isinstance(thing, Block) and cursor.visit == thing.visit.id

    def parent(self) -> QAccessibleInterface:
        return self._parent

    def rect(self) -> QRect:
        thing, cursor, layout = self.thing, self._grid.cursor_at, self._grid.calendar
        if isinstance(thing, Block | Held):
            return self.on_screen(rect_of(thing.box))
        if thing is not None:
            starts, ends = span_of(thing)
            return self.on_screen(rect_of(layout.cell(self._column, starts, ends - starts)))
        if cursor is None:
            return QRect()
        return self.on_screen(rect_of(layout.cell(cursor.column, cursor.minute, cursor.minutes)))

    def role(self) -> QAccessible.Role:
        return _Role.StaticText if isinstance(self.thing, Closed) else _Role.ListItem

    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        if not self.isValid():
            state.invalid = True
            return state
        thing = self.thing
        if thing is None or isinstance(thing, Block):
            state.focusable = True
            state.selectable = True
            state.focused = self.focused and self._grid.hasFocus()
        state.selected = isinstance(thing, Block) and thing.visit.id == self._grid.chosen
        return state

    def text(self, t: QAccessible.Text) -> str:
        if t != QAccessible.Text.Name or not self.isValid():
            return ""
        thing, cursor, model = self.thing, self._grid.cursor_at, self._grid.calendar.model
        column = model.columns[self._column]
        if isinstance(thing, Block):
            return spoken_visit(thing.visit, self._grid.now)
        if isinstance(thing, Held):
            return spoken_hold(thing.hold, column.practitioner.name, self._grid.now)
        if isinstance(thing, Gap):
            return spoken_gap(column, thing.starts, thing.ends)
        if isinstance(thing, Closed):
            return f"{closed_word(thing, column.day)}, {span_text(thing.starts, thing.ends)}"
        if cursor is None:
            return ""
        return spoken_slot(model, self._column, cursor.minute, cursor.minute + cursor.minutes)


def span_of(thing: Thing) -> tuple[int, int]:
    """First and last minute of something in a column."""
    if isinstance(thing, Block):
        return minutes_of(thing.visit)
    return minutes_of_hold(thing.hold) if isinstance(thing, Held) else (thing.starts, thing.ends)


def _keep(made: _Interface) -> _Interface:
    _kept.append(made)
    return made


def install(kind: type[CalendarGrid]) -> None:
    """Have Qt ask here for what stands for a calendar of this class; asked again, it does nothing."""
    if _installed:
        return

    def made(_name: str, owner: QObject) -> QAccessibleInterface | None:
        return _keep(GridAccessible(owner)) if isinstance(owner, kind) else None

    _installed.append(True)
    QAccessible.installFactory(made)


def tell_focus(grid: CalendarGrid) -> None:
    """The cursor has moved: screen readers follow."""
    if not QAccessible.isActive():
        return
    found = QAccessible.queryAccessibleInterface(grid)
    item = found.focused_item() if isinstance(found, GridAccessible) else None
    if item is not None and grid.hasFocus():
        QAccessible.updateAccessibility(QAccessibleEvent(item, QAccessible.Event.Focus))
