"""Every phone number of some patients, the first one first."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from meditrack_desktop.database.tables.patients import PatientPhoneRow


def phones_of(session: Session, patient_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """By patient; who has none is missing. For lists of a few hundred."""
    query = (
        select(PatientPhoneRow.patient_id, PatientPhoneRow.value)
        .where(PatientPhoneRow.patient_id.in_(patient_ids))
        .order_by(PatientPhoneRow.patient_id, PatientPhoneRow.position)
    )
    found: dict[UUID, list[str]] = {}
    for row in session.execute(query):
        found.setdefault(row.patient_id, []).append(row.value)
    return found
