"""The model behind a record table: rows of records, and cells which say how they look."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

CELL_ROLE = Qt.ItemDataRole.UserRole + 2
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Column:
    """A column. `width` is in design px; the column with `stretch` takes what is left, `width` at least.

    Where the table is narrow, columns with the highest `priority` are dropped first; 0 always stays.
    """

    key: str
    title: str
    width: int = 110
    priority: int = 0
    stretch: bool = False
    align_right: bool = False
    sortable: bool = True


@dataclass(frozen=True)
class CellTag:
    """A tag inside a cell, as `Tag`."""

    text: str
    tone: str = "neutral"
    icon: str = ""


@dataclass(frozen=True)
class Cell:
    """What stands in a cell. `tone` is a text token; `avatar` is a name whose initials are shown.

    `mark` is an icon after the text with `mark_tone`; what it means is said in `mark_meaning`.
    """

    text: str = ""
    second: str = ""
    tone: str = "text"
    strong: bool = False
    struck: bool = False
    avatar: str = ""
    staff: bool = False
    icon: str = ""
    mark: str = ""
    mark_tone: str = "danger"
    mark_meaning: str = ""
    tags: tuple[CellTag, ...] = ()
    status: str = ""
    status_text: str = ""
    waiting: bool = False
    """The record has not come yet: a bar is painted in its place."""

    @property
    def plain(self) -> bool:
        """Whether nothing but one line of text is in it."""
        return not (
            self.second
            or self.avatar
            or self.icon
            or self.mark
            or self.tags
            or self.status
            or self.struck
            or self.waiting
        )

    def spoken(self) -> str:
        """The cell in words, for screen readers."""
        parts = (
            self.text,
            self.second,
            self.mark_meaning,
            self.status_text,
            *(tag.text for tag in self.tags),
        )
        return ", ".join(part for part in parts if part)


class RecordModel(QAbstractTableModel):
    """Records as rows; `cell(record, key)` says how a column shows one.

    With `total` above the number of records given, `moreWanted(offset)` asks for the next page when the
    view comes near the end; answer with `append`. With `checkable` each row has a check box.
    """

    moreWanted = Signal(int)
    checkedChanged = Signal()

    def __init__(
        self,
        columns: Sequence[Column],
        cell: Callable[[Any, str], Cell],
        *,
        identity: Callable[[Any], object] = id,
        checkable: bool = False,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.checkable = checkable
        self.columns = ([Column("", "", 40, sortable=False)] if checkable else []) + list(columns)
        self._cell, self._identity = cell, identity
        self._records: Sequence[Any] = ()
        self._total = 0
        self._asked = -1
        self._checked: set[object] = set()

    def set_records(self, records: Sequence[Any], total: int | None = None) -> None:
        """Show other records; `total` is how many there are in all."""
        self.beginResetModel()
        self._records = records
        self._total = len(records) if total is None else total
        self._asked = -1
        known = {self._identity(record) for record in records} if self._checked else set()
        gone = self._checked - known
        self._checked &= known
        self.endResetModel()
        if gone:
            self.checkedChanged.emit()

    def append(self, records: Sequence[Any]) -> None:
        """Add the next page."""
        if not records:
            self._total = len(self._records)
            return
        first = len(self._records)
        self.beginInsertRows(QModelIndex(), first, first + len(records) - 1)
        self._records = [*self._records, *records]
        self.endInsertRows()

    def record(self, row: int) -> Any:
        """The record in a row. IndexError if there is none."""
        return self._records[row]

    def cell_at(self, row: int, column: int) -> Cell:
        """How a cell looks."""
        return self._cell(self._records[row], self.columns[column].key)

    def row_of(self, identity: object) -> int:
        """Row of the record with this identity, or -1."""
        for row, record in enumerate(self._records):
            if self._identity(record) == identity:
                return row
        return -1

    def checked(self) -> list[Any]:
        """Records whose box is ticked, in the order of the rows."""
        return [record for record in self._records if self._identity(record) in self._checked]

    def toggle(self, row: int) -> None:
        """Tick or untick a row."""
        self._checked ^= {self._identity(self._records[row])}
        self.dataChanged.emit(self.index(row, 0), self.index(row, 0))
        self.checkedChanged.emit()

    def check_all(self, on: bool) -> None:
        """Tick or untick every loaded row."""
        self._checked = {self._identity(record) for record in self._records} if on else set()
        if self._records:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._records) - 1, 0))
        self.checkedChanged.emit()

    def check_state(self) -> Qt.CheckState:
        """State of the box in the head."""
        if not self._checked:
            return Qt.CheckState.Unchecked
        every = len(self._checked) >= len(self._records)
        return Qt.CheckState.Checked if every else Qt.CheckState.PartiallyChecked

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._records)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        record, key = self._records[index.row()], self.columns[index.column()].key
        if not key:
            if role == Qt.ItemDataRole.CheckStateRole:
                ticked = self._identity(record) in self._checked
                return Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked
            return None
        if role == CELL_ROLE:
            return self._cell(record, key)
        if role == Qt.ItemDataRole.DisplayRole:
            return self._cell(record, key).text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._cell(record, key).spoken()
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        return None

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and len(self._records) < self._total

    def fetchMore(self, parent: Index) -> None:
        if self._asked != len(self._records):
            self._asked = len(self._records)
            self.moreWanted.emit(len(self._records))
