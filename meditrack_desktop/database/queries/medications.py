"""Questions about medication."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from meditrack_desktop.database.queries import chart_entries as entries
from meditrack_desktop.database.tables.chart import MedicationRow
from meditrack_desktop.domain.medications import Medication, taken_first


def of_patient(session: Session, patient_id: UUID) -> tuple[Medication, ...]:
    """What is taken now first, newest first; what was entered in error last."""
    rows = entries.all_of(session, MedicationRow, patient_id)
    called = entries.names(session, {row.created_by for row in rows})
    return taken_first(record(row, called) for row in rows)


def record_of(session: Session, row: MedicationRow) -> Medication:
    return record(row, entries.names(session, [row.created_by]))


def record(row: MedicationRow, called: dict[UUID, str]) -> Medication:
    return Medication(
        id=row.id,
        version=row.version,
        patient_id=row.patient_id,
        text=row.text,
        coding=entries.coding(row),
        dosage=row.dosage,
        intent=row.intent,
        status=row.status,
        started=entries.partial(row.started),
        ended=entries.partial(row.ended),
        reason=row.reason,
        note=row.note,
        recorded=entries.recorded(row, called),
    )
