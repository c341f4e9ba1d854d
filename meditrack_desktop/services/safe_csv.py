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
    """`text` as a spreadsheet shows it, never as it would compute it. `unguarded` gives it back."""
    kept = text.replace("\0", "")
    return f"'{kept}" if kept and _looks_computed(kept) else kept


def unguarded(cell: str) -> str:
    """A cell without the apostrophe that only keeps it from being computed; all others as they are."""
    return cell[1:] if cell[:1] == "'" and _looks_computed(cell) else cell


def _looks_computed(text: str) -> bool:
    # A text that has such apostrophes itself gets one more, so that taking one away gives back what was meant.
    bare = text.lstrip("'")
    return bare[:1] in _BEGINS or bare.lstrip()[:1] in _BEGINS


class SafeCsv:
    """Writes rows to an open text file (made with newline="", UTF-8). Lines end as RFC 4180 says."""

    def __init__(self, file: TextIO) -> None:
        file.write(BYTE_ORDER_MARK)
        self._writer = csv.writer(file, lineterminator="\r\n")

    def row(self, cells: Iterable[str]) -> None:
        self._writer.writerow([safe_cell(cell) for cell in cells])
