"""Questions about conditions."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from meditrack_desktop.database.queries import chart_entries as entries
from meditrack_desktop.database.tables.chart import ConditionRow
from meditrack_desktop.domain.conditions import Condition, present_first


def of_patient(session: Session, patient_id: UUID) -> tuple[Condition, ...]:
    """Present ones first, newest first; those entered in error last."""
    rows = entries.all_of(session, ConditionRow, patient_id)
    called = entries.names(session, {row.created_by for row in rows})
    return present_first(record(row, called) for row in rows)


def record_of(session: Session, row: ConditionRow) -> Condition:
    return record(row, entries.names(session, [row.created_by]))


def record(row: ConditionRow, called: dict[UUID, str]) -> Condition:
    return Condition(
        id=row.id,
        version=row.version,
        patient_id=row.patient_id,
        text=row.text,
        coding=entries.coding(row),
        status=row.status,
        verification=row.verification,
        onset=entries.partial(row.onset),
        abated=entries.partial(row.abated),
        note=row.note,
        recorded=entries.recorded(row, called),
    )
