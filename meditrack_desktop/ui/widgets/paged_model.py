"""The model behind a very long list: it knows how many rows there are, and holds only pages that were looked at."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, Qt, QTimer, Signal

from meditrack_desktop.ui.widgets.record_model import CELL_ROLE, Cell, Column, Index, RecordModel

PAGE_ROWS = 256
PAGES_KEPT = 64
AHEAD_ROWS = 64
"""So near to the edge of a page, the next one is asked for before it is seen."""

WAITING = Cell(waiting=True)


class PagedModel(RecordModel):
    """Rows of which the view has seen few. `pageWanted(number)` asks for a page; answer with `give`.

    A row whose page has not come is painted as a bar; its `record` is None. At most two questions are open at
    a time, one for even and one for odd pages: a newer one takes the place of the older, so that a thumb
    dragged over a million rows asks for what is in sight at its end.
    """

    pageWanted = Signal(int)
    pageGiven = Signal(int)

    def __init__(
        self,
        columns: Sequence[Column],
        cell: Callable[[Any, str], Cell],
        *,
        identity: Callable[[Any], object] = id,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(columns, cell, identity=identity, parent=parent)
        self._rows = 0
        self._open_end = False
        self._pages: OrderedDict[int, Sequence[Any]] = OrderedDict()
        self._cells: dict[int, dict[tuple[int, int], Cell]] = {}
        self._stale: set[int] = set()
        self._under_way: dict[int, int] = {}
        self._wanted: dict[int, None] = {}
        self._ask = QTimer(self, singleShot=True, interval=0)
        self._ask.timeout.connect(self._ask_now)

    def begin(self, first: Sequence[Any], total: int | None) -> None:
        """Show another list, of which the first page is here. `total` None: nobody has counted it."""
        self.beginResetModel()
        self._forget()
        self._keep(0, first)
        self._open_end = total is None
        self._rows = self._counted(0, len(first)) if total is None else total
        self.endResetModel()

    def renew(self, total: int | None) -> None:
        """The same list may have changed: its rows stay in sight until their pages have come again."""
        self._stale = set(self._pages)
        self._under_way.clear()
        self._open_end = total is None
        if total is not None:
            self._stretch(total)
        self._repaint(0, self._rows - 1)

    def settle(self, total: int) -> None:
        """How many rows there are has been counted since."""
        self._open_end = False
        self._stretch(total)

    def give(self, number: int, records: Sequence[Any]) -> None:
        """Take a page that was asked for."""
        if self._under_way.get(number % 2) == number:
            del self._under_way[number % 2]
        self._keep(number, records)
        if self._open_end:
            self._stretch(max(self._counted(number, len(records)), 0))
        elif len(records) < PAGE_ROWS and number * PAGE_ROWS + len(records) < self._rows:
            # The list became shorter since it was counted.
            self._stretch(number * PAGE_ROWS + len(records))
        self._repaint(number * PAGE_ROWS, number * PAGE_ROWS + len(records) - 1)
        self.pageGiven.emit(number)

    def failed(self, number: int) -> None:
        """A page could not be had: it may be asked for again when its rows are next seen."""
        if self._under_way.get(number % 2) == number:
            del self._under_way[number % 2]

    def record(self, row: int) -> Any:
        """The record in a row, or None while its page has not come. IndexError if there is no such row."""
        if not 0 <= row < self._rows:
            raise IndexError(row)
        page = self._pages.get(row // PAGE_ROWS)
        at = row % PAGE_ROWS
        return page[at] if page is not None and at < len(page) else None

    def row_of(self, identity: object) -> int:
        """Row of the record with this identity among those held, or -1; as it is now, if that is known."""
        for number in sorted(self._pages, key=self._stale.__contains__):
            for at, record in enumerate(self._pages[number]):
                if self._identity(record) == identity:
                    return number * PAGE_ROWS + at
        return -1

    def held(self) -> list[Any]:
        """The records held, in the order of the rows."""
        return [record for number in sorted(self._pages) for record in self._pages[number]]

    @property
    def pages(self) -> list[int]:
        """The numbers of the pages held, the one used longest ago first."""
        return list(self._pages)

    def is_stale(self, number: int) -> bool:
        """Whether a page is shown as it was before `renew`."""
        return number in self._stale

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else self._rows

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role not in (CELL_ROLE, Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        cell = self.cell_at(index.row(), index.column())
        if role == CELL_ROLE:
            return cell
        return cell.text if role == Qt.ItemDataRole.DisplayRole else cell.spoken()

    def canFetchMore(self, parent: Index) -> bool:
        return False

    def cell_at(self, row: int, column: int) -> Cell:
        """How a cell looks; asks for its page, and for the next one where the edge is near."""
        number, at = divmod(row, PAGE_ROWS)
        page = self._pages.get(number)
        if page is None or at >= len(page):
            self._want(number)
            return WAITING
        if number in self._stale:
            self._want(number)
        elif at < AHEAD_ROWS or at >= PAGE_ROWS - AHEAD_ROWS:
            beside = number + (1 if at >= AHEAD_ROWS else -1)
            if beside not in self._pages and 0 <= beside * PAGE_ROWS < self._rows:
                self._want(beside)
        self._pages.move_to_end(number)
        cells = self._cells.setdefault(number, {})
        cell = cells.get((at, column))
        if cell is None:
            cell = cells[at, column] = self._cell(page[at], self.columns[column].key)
        return cell

    def _want(self, number: int) -> None:
        if self._under_way.get(number % 2) != number:
            self._wanted[number] = None
            self._ask.start()

    def _ask_now(self) -> None:
        wanted, self._wanted = self._wanted, {}
        # The last ones painted are those in sight.
        for number in [*wanted][-2:]:
            if self._under_way.get(number % 2) != number:
                self._under_way[number % 2] = number
                self.pageWanted.emit(number)

    def _keep(self, number: int, records: Sequence[Any]) -> None:
        self._cells.pop(number, None)
        self._pages[number] = records
        self._pages.move_to_end(number)
        self._stale.discard(number)
        while len(self._pages) > PAGES_KEPT:
            old, _ = self._pages.popitem(last=False)
            self._cells.pop(old, None)
            self._stale.discard(old)

    def forget_cells(self) -> None:
        """What cells say has changed, for example because a new day began."""
        self._cells.clear()
        self._repaint(0, self._rows - 1)

    def _forget(self) -> None:
        self._pages.clear()
        self._cells.clear()
        self._stale.clear()
        self._under_way.clear()
        self._wanted.clear()

    def _counted(self, number: int, records: int) -> int:
        """Rows of a list with an open end once this page has come: a page more where it was full."""
        known = number * PAGE_ROWS + records
        if records == PAGE_ROWS:
            return max(self._rows, known + PAGE_ROWS)
        return known

    def _stretch(self, rows: int) -> None:
        """Rows come and go at the end, so that nothing in sight jumps."""
        if rows > self._rows:
            self.beginInsertRows(QModelIndex(), self._rows, rows - 1)
            self._rows = rows
            self.endInsertRows()
        elif rows < self._rows:
            self.beginRemoveRows(QModelIndex(), rows, self._rows - 1)
            self._rows = rows
            for number in [page for page in self._pages if page * PAGE_ROWS >= rows]:
                self._cells.pop(number, None)
                del self._pages[number]
            self.endRemoveRows()

    def _repaint(self, first: int, last: int) -> None:
        last = min(last, self._rows - 1)
        if 0 <= first <= last:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))
