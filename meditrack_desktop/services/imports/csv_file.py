"""A CSV file as rows of cells: its encoding, its delimiter, its header. Read again from the disk for each pass."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TextIO

from meditrack_desktop.domain.errors import ErrorCode, Invalid
from meditrack_desktop.domain.imports import CsvMapping
from meditrack_desktop.services.imports.csv_headers import KNOWN_WORDS, Columns, fold, key_of, understand
from meditrack_desktop.services.imports.csv_text import Record, delimiter_of, records
from meditrack_desktop.services.imports.encoding import encoding_of
from meditrack_desktop.services.imports.items import refused

_MOST_COLUMNS = 1_000
_NO_HEADER = (
    "No header was found in the first row. It must name the columns, such as family name, given name and"
    " birth date; or say which column is what."
)


class CsvFile:
    """Raises Invalid on making if the file is empty or no readable text. `cells` are those of its first row."""

    def __init__(self, path: Path) -> None:
        self.file = path.name
        self._path = path
        self.encoding = encoding_of(path)
        self._delimiter, self._skip_first = self._first_look()
        self.cells = self._first_row()

    def columns(self, mapping: CsvMapping | None) -> Columns:
        """Which column is which. Invalid IMPORT_NEEDS_MAPPING if that cannot be told, or is said of no column."""
        cells = self.header(mapping)
        if mapping is not None and not mapping.fingerprint:
            known = {key_of(cells, index) for index in range(len(cells))}
            known |= {f"#{index + 1}" for index in range(len(cells))}
            if missing := [key for key in mapping.columns if key not in known]:
                raise self._needs_mapping(f"The file has no column {', '.join(missing[:5])}.")
        columns = understand(cells, mapping)
        if columns is None:
            raise self._needs_mapping(_NO_HEADER)
        return columns

    def header(self, mapping: CsvMapping | None) -> list[str]:
        """The headings; nothing but places if the first row is somebody's already."""
        return [""] * len(self.cells) if mapping is not None and not mapping.header else self.cells

    def rows(self, *, header: bool = True) -> Iterator[Record]:
        """Every row below the header, or every row."""
        with self._text() as text:
            offset = 1 if self._skip_first else 0
            for record in islice(records(text, self._delimiter), 1 if header else 0, None):
                if offset:
                    record = Record(record.row + offset, record.line + offset, record.fields, record.problem)
                yield record

    def _needs_mapping(self, reason: str) -> Invalid:
        return Invalid(ErrorCode.IMPORT_NEEDS_MAPPING, file=self.file, reason=reason)

    @contextmanager
    def _text(self) -> Iterator[TextIO]:
        encoding = self.encoding
        with self._path.open(encoding=encoding.codec, errors=encoding.errors, newline="") as text:
            if self._skip_first:
                text.readline()
            yield text

    def _first_look(self) -> tuple[str, bool]:
        self._skip_first = False
        with self._text() as text:
            sample = text.read(65_536)
        first = sample.splitlines()[0] if sample else ""
        if first.lower().startswith("sep=") and len(first) == 5:
            return first[4], True
        return delimiter_of(sample.lstrip("\r\n"), KNOWN_WORDS, fold), False

    def _first_row(self) -> list[str]:
        with self._text() as text:
            first = next(records(text, self._delimiter), None)
        if first is None:
            raise refused(self.file, "The file is empty.")
        if first.problem:
            raise refused(self.file, f"The header cannot be read. {first.problem}")
        if len(first.fields) > _MOST_COLUMNS:
            raise refused(self.file, f"The header has more than {_MOST_COLUMNS:,} columns.")
        return first.fields
