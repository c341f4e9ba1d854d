"""A first look at a table: what its columns seem to be, with a few cells of each, for a person to confirm."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from meditrack_desktop.domain.imports import ColumnLook, CsvField, CsvMapping, FileLook
from meditrack_desktop.services.imports.csv_file import CsvFile
from meditrack_desktop.services.imports.csv_headers import Columns, fingerprint, fold, key_of, understand
from meditrack_desktop.services.imports.csv_values import DateColumn

SAMPLES = 5
_LONGEST_SAMPLE = 60


def print_of(file: CsvFile) -> str:
    """By which a mapping of this table is remembered; of a table without a header by its number of columns."""
    return fingerprint(file.cells) if _is_header(file.cells) else fingerprint([""] * len(file.cells))


def look(file: CsvFile, remembered: CsvMapping | None) -> FileLook:
    """Reads the file once: every date is looked at, a few rows are shown."""
    header = remembered.header if remembered is not None else _is_header(file.cells)
    cells = file.cells if header else [""] * len(file.cells)
    columns = understand(cells)
    guesses = _guesses(columns, len(cells))
    samples = [record.fields for record in islice(file.rows(header=header), SAMPLES)]
    births = [index for index, guess in enumerate(guesses) if guess is CsvField.BIRTH_DATE]
    if remembered is not None:
        births = [
            i for i in range(len(cells)) if _said(remembered, cells, i) is CsvField.BIRTH_DATE
        ] or births
    dates, total = DateColumn(), 0
    for record in file.rows(header=header):
        total += 1
        # Without a known column of births, any column may turn out to be it.
        for index in births or range(len(record.fields)):
            if index < len(record.fields):
                dates.see(record.fields[index])
    return FileLook(
        file=file.file,
        total=total,
        columns=tuple(
            ColumnLook(key_of(cells, index), guesses[index], _cells(samples, index))
            for index in range(len(cells))
        ),
        fingerprint=print_of(file),
        header=header,
        dates_ambiguous=dates.ambiguous,
        remembered=remembered,
    )


def _guesses(columns: Columns | None, width: int) -> list[CsvField | None]:
    found: list[CsvField | None] = [None] * width
    if columns is not None:
        for field, places in columns.places.items():
            for place in places:
                found[place] = field
    return found


def _said(mapping: CsvMapping, cells: Sequence[str], index: int) -> CsvField | None:
    return mapping.columns.get(key_of(cells, index), mapping.columns.get(f"#{index + 1}"))


def _cells(rows: Sequence[Sequence[str]], index: int) -> tuple[str, ...]:
    return tuple(" ".join(row[index].split())[:_LONGEST_SAMPLE] if index < len(row) else "" for row in rows)


def _is_header(cells: Sequence[str]) -> bool:
    """Headings are words: a row with a number, a date or an address of e-mail in it is somebody's."""
    return understand(cells) is not None or not any(
        "@" in cell or sum(map(str.isdecimal, cell)) > max(2, len(cell) // 3) for cell in cells if fold(cell)
    )
