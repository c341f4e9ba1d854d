"""Reading and writing the clinic's settings: one row for each that somebody changed."""

from __future__ import annotations

import json
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from meditrack_desktop.database.tables.clinic import ClinicSettingRow
from meditrack_desktop.domain.settings import ClinicSettings


def read(session: Session) -> ClinicSettings:
    """The settings as they are now. A name that is gone is ignored; a value that is not allowed is the default."""
    stored = {row.name: row.value for row in session.scalars(select(ClinicSettingRow))}
    values: dict[str, Any] = {}
    for name in ClinicSettings.model_fields.keys() & stored.keys():
        try:
            value = json.loads(stored[name])
            ClinicSettings.model_validate({name: value})
        except (ValueError, ValidationError, RecursionError):
            continue
        values[name] = value
    return ClinicSettings.model_validate(values)


def write(session: Session, settings: ClinicSettings) -> tuple[str, ...]:
    """Store what differs from what is stored; returns the names of the settings that changed."""
    before = read(session).model_dump(mode="json")
    now = settings.model_dump(mode="json")
    changed = tuple(sorted(name for name in now if now[name] != before[name]))
    for name in changed:
        row = session.get(ClinicSettingRow, name)
        if row is None:
            session.add(ClinicSettingRow(name=name, value=json.dumps(now[name])))
        else:
            row.value = json.dumps(now[name])
    return changed
