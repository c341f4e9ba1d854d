"""Tables as files: CSV for any program, or an Excel workbook whose every cell is text and none a formula.

The workbook's working files lie in a private folder beside it, not where everybody's temporary files lie.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from meditrack_desktop.domain.errors import ErrorCode, Invalid
from meditrack_desktop.services.safe_csv import SafeCsv

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

SHEET_ROWS = 1_048_576
"""Rows of one sheet, its heading included. What is more goes on in a further sheet."""
CELL_LENGTH = 32_767
"""UTF-16 units that a cell takes."""
_WIDTHS = (8, 40)


class Table(Protocol):
    """Takes rows one after another; nothing is kept in memory."""

    def row(self, cells: Sequence[str]) -> None: ...


@contextmanager
def csv_table(path: Path, heads: Sequence[str]) -> Iterator[Table]:
    """A CSV file (UTF-8) at `path`, which exists and stays as private as it is."""
    with path.open("r+", encoding="utf-8", newline="") as file:
        table = SafeCsv(file)
        table.row(heads)
        yield table


@contextmanager
def workbook_table(
    path: Path, heads: Sequence[str], name: str = "Patients", sheet_rows: int = SHEET_ROWS
) -> Iterator[Table]:
    """An Excel workbook at `path`. Rows raise Invalid EXPORT_CELL_TOO_LONG with `count` for what no cell takes."""
    import xlsxwriter  # takes time to load

    folder = tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        workbook = xlsxwriter.Workbook(
            str(path),
            {
                "constant_memory": True,
                "tmpdir": folder,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "use_zip64": True,
            },
        )
        try:
            yield _Sheets(workbook, heads, name, sheet_rows)
        finally:
            workbook.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class _Sheets:
    def __init__(self, workbook: Workbook, heads: Sequence[str], name: str, rows: int) -> None:
        self._book = workbook
        self._heads = tuple(heads)
        self._name = name
        self._most = rows
        self._count = 0
        self._bold = workbook.add_format({"bold": True})
        self._text = workbook.add_format({"num_format": "@"})
        self._sheet = self._begin()

    def row(self, cells: Sequence[str]) -> None:
        _check(cells)
        if self._next == self._most:
            self._sheet = self._begin()
        write, format_ = self._sheet.write_string, self._text
        for column, cell in enumerate(cells):
            if cell:
                write(self._next, column, cell, format_)
        self._next += 1

    def _begin(self) -> Worksheet:
        self._count += 1
        name = self._name if self._count == 1 else f"{self._name} {self._count}"
        sheet: Worksheet = self._book.add_worksheet(name)
        for column, head in enumerate(self._heads):
            sheet.set_column(column, column, max(_WIDTHS[0], min(_WIDTHS[1], len(head) + 8)))
        sheet.freeze_panes(1, 0)
        for column, head in enumerate(self._heads):
            sheet.write_string(0, column, head, self._bold)
        self._next = 1
        return sheet


def _check(cells: Iterable[str]) -> None:
    for cell in cells:
        if len(cell) > CELL_LENGTH // 2:
            length = len(cell.encode("utf-16-le", "surrogatepass")) // 2
            if length > CELL_LENGTH:
                raise Invalid(ErrorCode.EXPORT_CELL_TOO_LONG, count=length)
