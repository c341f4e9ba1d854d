"""Patients and doctors from CSV: one row, one command. Reads the file twice and keeps no rows in memory."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from meditrack_desktop.domain.imports import CsvField as Field
from meditrack_desktop.domain.imports import CsvMapping, DateOrder, Skipped
from meditrack_desktop.domain.patients import ContactBy, IdentifierInput, RegisterPatient
from meditrack_desktop.domain.practitioners import AddPractitioner
from meditrack_desktop.services.imports.csv_file import CsvFile
from meditrack_desktop.services.imports.csv_headers import Columns, Table
from meditrack_desktop.services.imports.csv_text import Record
from meditrack_desktop.services.imports.csv_values import (
    DateColumn,
    GenderColumn,
    check_not_scientific,
    check_readable,
    yes_or_no,
)
from meditrack_desktop.services.imports.identity import (
    CSV_MRN,
    CSV_PATIENT,
    CSV_PRACTITIONER,
    PATIENT_ID,
    Repetitions,
    of_source,
    row_identity,
)
from meditrack_desktop.services.imports.items import Command, Item, Note, Reading, Taken, Unusable
from meditrack_desktop.services.imports.names import part_name
from meditrack_desktop.services.imports.reasons import check_birth_date, counted, reason_of
from meditrack_desktop.services.safe_csv import unguarded

_OF_A_DOCTOR = frozenset(
    {Field.PRACTITIONER_ID, Field.MRN, Field.FAMILY, Field.GIVEN, Field.MIDDLE, Field.FULL_NAME}
    | {Field.SPECIALTY, Field.ROOM, Field.PREFIX}
)
_USES = frozenset({"mobile", "home", "work", "other"})
_PHONES = {Field.MOBILE: "mobile", Field.PHONE: "mobile", Field.HOME_PHONE: "home", Field.WORK_PHONE: "work"}


class CsvSource:
    """One CSV file, its columns understood as `mapping` says and guessed otherwise. Raises Invalid on making:
    empty, no readable text, or IMPORT_NEEDS_MAPPING."""

    def __init__(self, path: Path, mapping: CsvMapping | None = None) -> None:
        self.file = path.name
        self.done = 0
        self.specialties: Mapping[str, str] = {}
        self._csv = CsvFile(path)
        self._dates = DateColumn()
        self._genders = GenderColumn()
        self._has_header = mapping is None or mapping.header
        self._systems = of_source(mapping.source if mapping is not None else "")
        self._columns = self._csv.columns(mapping)
        self.total = self._survey()

    def items(self, reading: Reading) -> Iterator[Item]:
        yield from self._notes()
        if self._columns.table is Table.OTHER:
            self.done = self.total
            return
        repetitions = Repetitions(self.file)
        order = self._dates.order(reading.date_order)
        for record in self._csv.rows(header=self._has_header):
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
        if self._csv.encoding.note:
            yield Note(f"{self.file}: {self._csv.encoding.note}")
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

    def _survey(self) -> int:
        """Count the rows and let the columns prove their date order and their words for genders."""
        dates = self._columns.places.get(Field.BIRTH_DATE, [])
        genders = self._columns.places.get(Field.GENDER, [])
        count = 0
        for record in self._csv.rows(header=self._has_header):
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
        if self._csv.encoding.errors == "replace" and "\ufffd" in "".join(record.fields):
            raise Unusable("The row holds bytes that are not readable text in this file's encoding.")
        if self._columns.table is Table.PRACTITIONERS:
            return _practitioner(row, self._systems[CSV_PRACTITIONER], self._systems[CSV_MRN])
        return self._patient(row, reading, order)

    def _patient(self, row: _Row, reading: Reading, order: DateOrder) -> RegisterPatient:
        family, given = _name(row)
        birth_date = self._dates.read(row.one(Field.BIRTH_DATE), order)
        check_birth_date(birth_date, reading.today)
        phones = row.phones()
        email = row.one(Field.EMAIL)
        identifiers = self._identifiers(row)
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
                "phones": [{"value": number, "use": use} for number, use in phones],
                "email": email,
                "address": {
                    "street": row.flat(Field.STREET),
                    "city": city,
                    "postcode": row.number(Field.POSTCODE),
                    "country": row.one(Field.COUNTRY),
                },
                "language": row.one(Field.LANGUAGE),
                "contact_by": _contact_by(row.one(Field.CONTACT_BY)),
                "interpreter": yes_or_no(row.one(Field.INTERPRETER), "an interpreter is needed"),
                "preferences": row.lines(Field.PREFERENCES),
                "note": row.lines(Field.NOTE),
                "deceased": yes_or_no(row.one(Field.DECEASED)),
                "identifiers": identifiers,
            }
        )

    def _identifiers(self, row: _Row) -> list[IdentifierInput]:
        if own := row.one(Field.OWN_ID):
            return [IdentifierInput(system=PATIENT_ID, value=own)]
        return _numbers(row, self._systems[CSV_PATIENT], Field.ID, self._systems[CSV_MRN])


_LINE_ENDS = re.compile(r"[ \t]*[\r\n]+[ \t]*")


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
        places = self._places.get(field)
        if places is None:
            return []
        if len(places) == 1:
            value = self._cell(places[0])
            return [value] if value else []
        return list(dict.fromkeys(value for index in places if (value := self._cell(index))))

    def one(self, field: Field) -> str:
        places = self._places.get(field)
        if places is None:
            return ""
        if len(places) == 1:
            return self._cell(places[0])
        values = self.all(field)
        if len(values) > 1:
            raise Unusable(f"Two columns for the {field.value} hold different values.")
        return values[0] if values else ""

    def flat(self, field: Field) -> str:
        """Several columns or lines of an address as one."""
        if field not in self._places:
            return ""
        return ", ".join(_LINE_ENDS.sub(" ", value) for value in self.all(field))

    def lines(self, field: Field) -> str:
        return "\n".join(self.all(field))

    def numbers(self, field: Field) -> list[str]:
        if field not in self._places:
            return []
        values = self.all(field)
        if Field.OWN_ID not in self._places:  # what we wrote no spreadsheet has shortened
            for value in values:
                check_not_scientific(field.value, value)
        return values

    def number(self, field: Field) -> str:
        self.numbers(field)
        return self.one(field)

    def phones(self) -> list[tuple[str, str]]:
        """Numbers with their use. A column "Phone 2 use" speaks of the column before it."""
        uses = self._places.get(Field.PHONE_USE)
        if uses is None:
            plain = [(number, use) for field, use in _PHONES.items() for number in self.numbers(field)]
            return list(dict(plain).items())
        found: dict[tuple[str, str], None] = {}
        for field, use in _PHONES.items():
            self.numbers(field)
            for index in self._places.get(field, ()):
                said = self._cell(index + 1).casefold() if index + 1 in uses else ""
                if number := self._cell(index):
                    found[number, said if said in _USES else use] = None
        return list(found)

    def _cell(self, index: int) -> str:
        text = self._fields[index].strip()
        return unguarded(text).strip() if text[:1] == "'" else text


def _name(row: _Row) -> tuple[str, str]:
    family, given = row.one(Field.FAMILY), row.one(Field.GIVEN)
    if not family and not given:
        family, given = part_name(row.one(Field.FULL_NAME))
    middle = row.one(Field.MIDDLE)
    return family, f"{given} {middle}".strip()


def _numbers(row: _Row, system: str, field: Field, mrn_system: str) -> list[IdentifierInput]:
    found = [(system, row.number(field)), (mrn_system, row.number(Field.MRN))]
    return [IdentifierInput(system=system, value=value) for system, value in found if value]


def _contact_by(text: str) -> ContactBy:
    word = text.casefold()
    if not word:
        return ContactBy.ANY
    try:
        return ContactBy(word)
    except ValueError:
        raise Unusable("How the patient wants to be reached is none of the ways that are known.") from None


def _practitioner(row: _Row, system: str, mrn_system: str) -> AddPractitioner:
    family, given = _name(row)
    details: dict[str, Any] = {
        "family": family or given,
        "given": given if family else "",
        "specialty": row.one(Field.SPECIALTY),
        "room": row.one(Field.ROOM),
        "identifiers": _numbers(row, system, Field.PRACTITIONER_ID, mrn_system)
        or [row_identity(family, given, None, row.one(Field.PHONE), row.one(Field.EMAIL))],
    }
    if prefix := row.one(Field.PREFIX):
        details["prefix"] = prefix
    return AddPractitioner.model_validate(details)
