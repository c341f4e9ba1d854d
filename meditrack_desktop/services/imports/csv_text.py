"""CSV as text: which character parts the fields, and records with the row numbers a person sees.

A quote that is opened and never closed costs its own row, not the rest of the file: the reader goes back and
takes up again on the next line.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TextIO

LONGEST_RECORD = 200_000
"""Characters of one record, all fields together."""

TOO_LONG = "The row is too long: one field holds more text than a patient's record can."
BROKEN_QUOTES = "The quotation marks of this row do not match: one is opened and not closed properly."
DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True, slots=True)
class Record:
    """`row` counts as a spreadsheet does, from 1; `line` as a text editor does. `problem`: unreadable, why."""

    row: int
    line: int
    fields: list[str]
    problem: str = ""

    @property
    def where(self) -> str:
        return f"row {self.row}" if self.row == self.line else f"row {self.row} (line {self.line})"


class _TooLong(Exception):
    pass


class _Lines:
    """Physical lines, one at a time, with the way back for a record that turned out broken."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._again: deque[str] = deque()
        self._given: list[str] = []
        self._size = 0
        self.number = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else self._read()
        if not line:
            raise StopIteration
        self._given.append(line)
        self._size += len(line)
        self.number += 1
        if self._size > LONGEST_RECORD:
            raise _TooLong
        return line

    def begin(self) -> None:
        self._given = []
        self._size = 0

    def go_back(self) -> bool:
        """Return to just after the record's first line; whether there was more than that one."""
        later = self._given[1:]
        self._again.extendleft(reversed(later))
        self.number -= len(later)
        return bool(later)

    def _read(self) -> str:
        line = self._text.readline(LONGEST_RECORD + 1)
        rest = line
        while len(rest) > LONGEST_RECORD and not rest.endswith(("\n", "\r")):
            rest = self._text.readline(LONGEST_RECORD + 1)
        return line


def records(text: TextIO, delimiter: str) -> Iterator[Record]:
    """Every record of `text` (opened with newline=""), empty lines left out but counted."""
    lines = _Lines(text)
    parser = csv.reader(lines, delimiter=delimiter, strict=True)
    row = 0
    while True:
        lines.begin()
        first_line = lines.number + 1
        row += 1
        try:
            fields = next(parser)
        except StopIteration:
            return
        except _TooLong:
            problem = BROKEN_QUOTES if lines.go_back() else TOO_LONG
            yield Record(row, first_line, [], problem)
        except csv.Error:
            lines.go_back()
            yield Record(row, first_line, [], BROKEN_QUOTES)
        else:
            if any(fields):
                yield Record(row, first_line, fields)


def delimiter_of(sample: str, header_words: frozenset[str], fold: Callable[[str], str]) -> str:
    """The delimiter whose first record knows the most header words, then that parts lines most evenly."""
    best, best_score = ",", (-1, -1, -1)
    lines = sample.splitlines()[:30]
    for delimiter in DELIMITERS:
        counts = [line.count(delimiter) for line in lines if line.strip()]
        header = next(csv.reader(lines[:1], delimiter=delimiter), []) if lines else []
        known = sum(1 for cell in header if fold(cell) in header_words)
        even = sum(1 for count in counts if count and count == counts[0])
        score = (known, even, counts[0] if counts else 0)
        if score > best_score:
            best, best_score = delimiter, score
    return best
