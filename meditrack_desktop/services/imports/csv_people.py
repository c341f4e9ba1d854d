"""Patients and doctors from CSV: one row, one command. Reads the file twice and keeps no rows in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from pydantic import ValidationError

from meditrack_desktop.domain.imports import DateOrder, Skipped
from meditrack_desktop.domain.patients import IdentifierInput, RegisterPatient
from meditrack_desktop.domain.practitioners import AddPractitioner
from meditrack_desktop.services.imports.csv_headers import (
    KNOWN_WORDS,
    Columns,
    Field,
    Table,
    fold,
    understand,
)
from meditrack_desktop.services.imports.csv_text import Record, delimiter_of, records
from meditrack_desktop.services.imports.csv_values import (
    DateColumn,
    GenderColumn,
    check_not_scientific,
    check_readable,
    yes_or_no,
)
from meditrack_desktop.services.imports.encoding import encoding_of
from meditrack_desktop.services.imports.identity import (
    CSV_MRN,
    CSV_PATIENT,
    CSV_PRACTITIONER,
    Repetitions,
    row_identity,
)
from meditrack_desktop.services.imports.items import Command, Item, Note, Reading, Taken, Unusable, refused
from meditrack_desktop.services.imports.names import part_name
from meditrack_desktop.services.imports.reasons import check_birth_date, counted, reason_of

_MOST_COLUMNS = 1_000
_NO_HEADER = (
    "No header was found in the first row. It must name the columns, such as family name, given name and"
    " birth date."
)
_OF_A_DOCTOR = frozenset(
    {Field.PRACTITIONER_ID, Field.MRN, Field.FAMILY, Field.GIVEN, Field.MIDDLE, Field.FULL_NAME}
    | {Field.SPECIALTY, Field.ROOM, Field.PREFIX}
)
_PHONES = {Field.MOBILE: "mobile", Field.PHONE: "mobile", Field.HOME_PHONE: "home", Field.WORK_PHONE: "work"}


class CsvSource:
    """One CSV file. Raises Invalid on making if it is empty, has no header, or is no readable text."""

    def __init__(self, path: Path) -> None:
        self.file = path.name
        self.done = 0
        self.specialties: Mapping[str, str] = {}
        self._path = path
        self._encoding = encoding_of(path)
        self._dates = DateColumn()
        self._genders = GenderColumn()
        self._delimiter, self._skip_first = self._first_look()
        self._columns = self._header()
        self.total = self._survey()

    def items(self, reading: Reading) -> Iterator[Item]:
        yield from self._notes()
        if self._columns.table is Table.OTHER:
            self.done = self.total
            return
        repetitions = Repetitions(self.file)
        order = self._dates.order(reading.date_order)
        for record in self._rows():
            self.done += 1
            try:
                taken = Taken(record.where, self._command(record, reading, order))
            except Unusable as unusable:
                yield Skipped(self.file, record.where, str(unusable))
            except ValidationError as error:
                yield Skipped(self.file, record.where, reason_of(error))
            else:
                yield repetitions.sort(taken)

    def _notes(self) -> Iterator[Note]:
        columns = self._columns
        if self._encoding.note:
            yield Note(f"{self.file}: {self._encoding.note}")
        if columns.table is Table.OTHER:
            about = (
                f"rows of {columns.about}" if columns.about else "rows about patients, without their names"
            )
            yield Note(
                f"{self.file} holds {self.total:,} {about}. This version takes patients and doctors only;"
                " nothing was taken from it."
            )
            return
        if not self.total:
            yield Note(f"{self.file} has a header but no rows.")
        if columns.doubled:
            names = ", ".join(columns.doubled[:20])
            yield Note(f"{self.file}: these columns stand twice and were merged where they agree: {names}.")
        ignored = list(columns.ignored)
        if columns.table is Table.PRACTITIONERS:
            ignored += [field.value for field in columns.places if field not in _OF_A_DOCTOR]
        if ignored:
            names = ", ".join(ignored[:30])
            yield Note(f"{self.file}: these columns were not taken: {names}.")

    @contextmanager
    def _text(self) -> Iterator[TextIO]:
        encoding = self._encoding
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

    def _header(self) -> Columns:
        with self._text() as text:
            first = next(records(text, self._delimiter), None)
        if first is None:
            raise refused(self.file, "The file is empty.")
        if first.problem:
            raise refused(self.file, f"The header cannot be read. {first.problem}")
        if len(first.fields) > _MOST_COLUMNS:
            raise refused(self.file, f"The header has more than {_MOST_COLUMNS:,} columns.")
        columns = understand(first.fields)
        if columns is None:
            raise refused(self.file, _NO_HEADER)
        return columns

    def _rows(self) -> Iterator[Record]:
        with self._text() as text:
            offset = 1 if self._skip_first else 0
            for record in islice(records(text, self._delimiter), 1, None):
                yield Record(record.row + offset, record.line + offset, record.fields, record.problem)

    def _survey(self) -> int:
        """Count the rows and let the columns prove their date order and their words for genders."""
        dates = self._columns.places.get(Field.BIRTH_DATE, [])
        genders = self._columns.places.get(Field.GENDER, [])
        count = 0
        for record in self._rows():
            count += 1
            width = len(record.fields)
            for index in dates:
                if index < width:
                    self._dates.see(record.fields[index])
            for index in genders:
                if index < width:
                    self._genders.see(record.fields[index])
        return count

    def _command(self, record: Record, reading: Reading, order: DateOrder) -> Command:
        if record.problem:
            raise Unusable(record.problem)
        row = _Row(record.fields, self._columns)
        if self._encoding.errors == "replace" and "\ufffd" in "".join(record.fields):
            raise Unusable("The row holds bytes that are not readable text in this file's encoding.")
        if self._columns.table is Table.PRACTITIONERS:
            return _practitioner(row)
        return self._patient(row, reading, order)

    def _patient(self, row: _Row, reading: Reading, order: DateOrder) -> RegisterPatient:
        family, given = _name(row)
        birth_date = self._dates.read(row.one(Field.BIRTH_DATE), order)
        check_birth_date(birth_date, reading.today)
        phones = [(number, use) for field, use in _PHONES.items() for number in row.numbers(field)]
        email = row.one(Field.EMAIL)
        identifiers = _identifiers(row, CSV_PATIENT, Field.ID)
        if not identifiers:
            phone = phones[0][0] if phones else ""
            identifiers = [row_identity(family, given, birth_date, phone, email)]
        city = ", ".join(part for part in (row.flat(Field.CITY), row.flat(Field.STATE)) if part)
        return RegisterPatient.model_validate(
            {
                "family": family,
                "given": given,
                "preferred_name": row.one(Field.PREFERRED),
                "birth_date": birth_date,
                "gender": self._genders.read(row.one(Field.GENDER)),
                "phones": [{"value": number, "use": use} for number, use in dict(phones).items()],
                "email": email,
                "address": {
                    "street": row.flat(Field.STREET),
                    "city": city,
                    "postcode": row.number(Field.POSTCODE),
                    "country": row.one(Field.COUNTRY),
                },
                "language": row.one(Field.LANGUAGE),
                "note": row.lines(Field.NOTE),
                "deceased": yes_or_no(row.one(Field.DECEASED)),
                "identifiers": identifiers,
            }
        )


class _Row:
    """One row's cells by field. Raises Unusable if the row is not as wide as the header says."""

    def __init__(self, fields: list[str], columns: Columns) -> None:
        check_readable(fields)
        if len(fields) < columns.width or any(fields[columns.width :]):
            raise Unusable(
                f"The row has {counted(len(fields), 'field', 'fields')}, the header has {columns.width}."
            )
        self._fields = fields
        self._places = columns.places

    def all(self, field: Field) -> list[str]:
        values = (self._fields[index].strip() for index in self._places.get(field, ()))
        return list(dict.fromkeys(value for value in values if value))

    def one(self, field: Field) -> str:
        values = self.all(field)
        if len(values) > 1:
            raise Unusable(f"Two columns for the {field.value} hold different values.")
        return values[0] if values else ""

    def flat(self, field: Field) -> str:
        """Several columns or lines of an address as one."""
        return ", ".join(" ".join(value.split()) for value in self.all(field))

    def lines(self, field: Field) -> str:
        return "\n".join(self.all(field))

    def numbers(self, field: Field) -> list[str]:
        values = self.all(field)
        for value in values:
            check_not_scientific(field.value, value)
        return values

    def number(self, field: Field) -> str:
        self.numbers(field)
        return self.one(field)


def _name(row: _Row) -> tuple[str, str]:
    family, given = row.one(Field.FAMILY), row.one(Field.GIVEN)
    if not family and not given:
        family, given = part_name(row.one(Field.FULL_NAME))
    middle = row.one(Field.MIDDLE)
    return family, f"{given} {middle}".strip()


def _identifiers(row: _Row, system: str, field: Field) -> list[IdentifierInput]:
    found = [(system, row.number(field)), (CSV_MRN, row.number(Field.MRN))]
    return [IdentifierInput(system=system, value=value) for system, value in found if value]


def _practitioner(row: _Row) -> AddPractitioner:
    family, given = _name(row)
    details: dict[str, Any] = {
        "family": family or given,
        "given": given if family else "",
        "specialty": row.one(Field.SPECIALTY),
        "room": row.one(Field.ROOM),
        "identifiers": _identifiers(row, CSV_PRACTITIONER, Field.PRACTITIONER_ID)
        or [row_identity(family, given, None, row.one(Field.PHONE), row.one(Field.EMAIL))],
    }
    if prefix := row.one(Field.PREFIX):
        details["prefix"] = prefix
    return AddPractitioner.model_validate(details)
