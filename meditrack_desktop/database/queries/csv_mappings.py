"""What was said about tables that were imported: one setting for each table with the same headings."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from meditrack_desktop.database.tables.clinic import ClinicSettingRow
from meditrack_desktop.domain.imports import CsvMapping

_PREFIX = "csv_mapping."


def all_of_them(session: Session) -> dict[str, CsvMapping]:
    """By fingerprint. What an older or newer program wrote and this one does not understand is left out."""
    query = select(ClinicSettingRow).where(ClinicSettingRow.name.startswith(_PREFIX, autoescape=True))
    found: dict[str, CsvMapping] = {}
    for row in session.scalars(query):
        try:
            found[row.name.removeprefix(_PREFIX)] = CsvMapping.model_validate_json(row.value)
        except ValidationError:
            continue
    return found


def remember(session: Session, mappings: Iterable[CsvMapping]) -> list[ClinicSettingRow]:
    """Rows that say these in the place of what was said of such tables before; the caller reports each."""
    rows: list[ClinicSettingRow] = []
    for mapping in mappings:
        name, value = _PREFIX + mapping.fingerprint, mapping.model_dump_json()
        row = session.get(ClinicSettingRow, name)
        if row is None:
            rows.append(ClinicSettingRow(name=name, value=value))
        elif row.value != value:
            row.value = value
            rows.append(row)
    return rows
