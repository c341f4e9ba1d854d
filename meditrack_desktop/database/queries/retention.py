"""When a patient was last in contact with the clinic, and whose record need not be kept any longer."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from meditrack_desktop.database.queries.documents import NOT_IN_ERROR
from meditrack_desktop.database.tables.chart import NoteRow
from meditrack_desktop.database.tables.documents import DocumentRow
from meditrack_desktop.database.tables.patients import PatientRow
from meditrack_desktop.database.tables.scheduling import AppointmentRow
from meditrack_desktop.domain.names import display_name
from meditrack_desktop.domain.privacy import RetentionDue, years_later
from meditrack_desktop.domain.scheduling import AppointmentStatus

MOST = 500

_newest_visit = (
    select(func.max(AppointmentRow.starts_at))
    .where(AppointmentRow.patient_id == PatientRow.id, AppointmentRow.status != AppointmentStatus.CANCELLED)
    .scalar_subquery()
)
_newest_document = (
    select(func.max(DocumentRow.created_at))
    .where(DocumentRow.patient_id == PatientRow.id, NOT_IN_ERROR)
    .scalar_subquery()
)

_newest_note = (
    select(func.max(NoteRow.signed_at)).where(NoteRow.patient_id == PatientRow.id).scalar_subquery()
)


def last_contact(session: Session, patient_id: UUID) -> datetime | None:
    """The newest of a visit that was not cancelled, a document, a signed note and the registration; None for
    nobody."""
    query: Select[*tuple[Any, ...]] = select(
        PatientRow.created_at, _newest_visit, _newest_document, _newest_note
    )
    found = session.execute(query.where(PatientRow.id == patient_id)).first()
    return max(moment for moment in found if moment is not None) if found else None


def due(session: Session, now: datetime, years: int) -> tuple[RetentionDue, ...]:
    """Patients without contact for so many years, the longest gone first, 500 at most. A record that was merged
    goes with the one that was kept."""
    before = years_later(now, -years)
    visited = exists().where(
        AppointmentRow.patient_id == PatientRow.id,
        AppointmentRow.status != AppointmentStatus.CANCELLED,
        AppointmentRow.starts_at > before,
    )
    filed = exists().where(
        DocumentRow.patient_id == PatientRow.id, DocumentRow.created_at > before, NOT_IN_ERROR
    )
    noted = exists().where(NoteRow.patient_id == PatientRow.id, NoteRow.signed_at > before)
    query: Select[*tuple[Any, ...]] = select(PatientRow, _newest_visit, _newest_document, _newest_note)
    query = query.where(
        PatientRow.purged_at.is_(None),
        PatientRow.merged_into.is_(None),
        PatientRow.created_at <= before,
        ~visited,
        ~filed,
        ~noted,
    )
    found = session.execute(query.order_by(PatientRow.created_at, PatientRow.id).limit(MOST))
    lines = [
        (row, max(moment for moment in (row.created_at, *others) if moment is not None))
        for row, *others in found
    ]
    return tuple(
        RetentionDue(
            patient_id=row.id,
            mrn=row.mrn,
            name=display_name(row.family, row.given),
            last_contact=contact,
            keep_until=years_later(contact, years),
            restricted=row.restricted_at is not None,
            legal_hold=bool(row.legal_hold),
        )
        for row, contact in sorted(lines, key=lambda line: (line[1], line[0].id))
    )
