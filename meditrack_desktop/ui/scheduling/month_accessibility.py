"""Shows the painted month to screen readers: a table whose cells say what the day is like.

Cells are kept for as long as the program runs, as those of the day are: see `accessibility`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject, QRect
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget

from meditrack_desktop.ui.scheduling.accessible_part import NOBODY, AccessibleLeaf
from meditrack_desktop.ui.scheduling.month_words import spoken_load

if TYPE_CHECKING:
    from meditrack_desktop.ui.scheduling.month_grid import MonthGrid

_kept: list[QAccessibleInterface] = []
_installed: list[bool] = []


class MonthAccessible(QAccessibleWidget):
    """The month; its children are the days in order."""

    def __init__(self, grid: MonthGrid) -> None:
        super().__init__(grid, QAccessible.Role.Table)
        self._grid = grid
        self._cells: list[DayAccessible] = []

    def childCount(self) -> int:
        return len(self._grid.model.days) if shiboken6.isValid(self._grid) else 0

    def child(self, index: int) -> QAccessibleInterface:
        return self.cell(index) if 0 <= index < self.childCount() else NOBODY

    def cell(self, number: int) -> DayAccessible:
        """The cell of the day with this number."""
        while len(self._cells) <= number:
            made = DayAccessible(self, self._grid, len(self._cells))
            _kept.append(made)
            self._cells.append(made)
        return self._cells[number]

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return self._cells.index(child) if child in self._cells else -1

    def childAt(self, x: int, y: int) -> QAccessibleInterface:
        cells = (self.cell(number) for number in range(self.childCount()))
        return next((cell for cell in cells if cell.rect().contains(x, y)), NOBODY)

    def focusChild(self) -> QAccessibleInterface:
        found = self.focused_cell()
        return found if found is not None else self

    def focused_cell(self) -> DayAccessible | None:
        """The cell on which the cursor stands."""
        if not shiboken6.isValid(self._grid) or self._grid.number < 0:
            return None
        return self.cell(self._grid.number)


class DayAccessible(AccessibleLeaf):
    """One day of the month."""

    def __init__(self, parent: MonthAccessible, grid: MonthGrid, number: int) -> None:
        super().__init__(grid)
        self._parent, self._grid, self._number = parent, grid, number

    def isValid(self) -> bool:
        return super().isValid() and self._number < len(self._grid.model.days)

    def parent(self) -> QAccessibleInterface:
        return self._parent

    def rect(self) -> QRect:
        if not self.isValid():
            return QRect()
        place = self._grid.cell(self._number)
        return self.on_screen(place)

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.Cell

    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        if not self.isValid():
            state.invalid = True
            return state
        here = self._grid.number == self._number
        state.focusable = True
        state.selectable = True
        state.selected = here
        state.focused = here and self._grid.hasFocus()
        return state

    def text(self, t: QAccessible.Text) -> str:
        if t != QAccessible.Text.Name or not self.isValid():
            return ""
        return spoken_load(self._grid.model.days[self._number])


def install(kind: type[MonthGrid]) -> None:
    """Have Qt ask here for what stands for a month; asked again, it does nothing."""
    if _installed:
        return

    def made(_name: str, owner: QObject) -> QAccessibleInterface | None:
        if not isinstance(owner, kind):
            return None
        found = MonthAccessible(owner)
        _kept.append(found)
        return found

    _installed.append(True)
    QAccessible.installFactory(made)


def tell_focus(grid: MonthGrid) -> None:
    """The cursor has moved: screen readers follow."""
    if not QAccessible.isActive():
        return
    found = QAccessible.queryAccessibleInterface(grid)
    cell = found.focused_cell() if isinstance(found, MonthAccessible) else None
    if cell is not None and grid.hasFocus():
        QAccessible.updateAccessibility(QAccessibleEvent(cell, QAccessible.Event.Focus))
