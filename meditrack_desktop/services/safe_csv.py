"""Writes tables for spreadsheet programs, with nothing in them that such a program would take for a formula.

What begins with = + - @, a tab, a line end or a full-width form of these gets an apostrophe before it (security.md
D39), and so does what comes after spaces; NUL is left out. Quotes and line ends inside a cell are CSV's own matter.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import TextIO

_BEGINS = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")  # the full-width forms of = + - @
BYTE_ORDER_MARK = "\ufeff"
"""Written first, so that spreadsheet programs read the file as UTF-8."""


def safe_cell(text: str) -> str:
    """`text` as a spreadsheet shows it, never as it would compute it."""
    kept = text.replace("\0", "")
    begins = kept[:1] in _BEGINS or kept.lstrip()[:1] in _BEGINS
    return f"'{kept}" if kept and begins else kept


class SafeCsv:
    """Writes rows to an open text file (made with newline="", UTF-8). Lines end as RFC 4180 says."""

    def __init__(self, file: TextIO) -> None:
        file.write(BYTE_ORDER_MARK)
        self._writer = csv.writer(file, lineterminator="\r\n")

    def row(self, cells: Iterable[str]) -> None:
        self._writer.writerow([safe_cell(cell) for cell in cells])
