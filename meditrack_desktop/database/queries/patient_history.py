"""What hangs on a patient's record: whether anything would be missed if it went, and the visits still open."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from meditrack_desktop.database.tables.around_patients import ConsentRow, RelatedPersonRow
from meditrack_desktop.database.tables.chart import (
    AllergyRow,
    ConditionRow,
    MedicationRow,
    NoteRow,
    ObservationRow,
)
from meditrack_desktop.database.tables.documents import DocumentRow
from meditrack_desktop.database.tables.patients import PatientRow
from meditrack_desktop.database.tables.scheduling import AppointmentRow
from meditrack_desktop.domain.scheduling import AppointmentStatus

_KEPT = (
    AllergyRow,
    ConditionRow,
    MedicationRow,
    ObservationRow,
    NoteRow,
    RelatedPersonRow,
    ConsentRow,
)
_HERE = (AppointmentStatus.ARRIVED, AppointmentStatus.CHECKED_IN)


def hold(session: Session, *patient_ids: UUID) -> None:
    """Keep others from booking for these patients, or changing them, until the transaction ends."""
    query = select(PatientRow.id).where(PatientRow.id.in_(patient_ids)).order_by(PatientRow.id)
    session.execute(query.with_for_update(key_share=True)).all()


def is_missed(session: Session, patient_id: UUID) -> bool:
    """Whether anything but visits that never took place hangs on this record."""
    papers = exists().where(DocumentRow.patient_id == patient_id, DocumentRow.deleted_at.is_(None))
    seen = exists().where(
        AppointmentRow.patient_id == patient_id, AppointmentRow.status == AppointmentStatus.FULFILLED
    )
    kept = [exists().where(table.patient_id == patient_id) for table in _KEPT]
    return bool(session.scalar(select(or_(papers, seen, *kept))))


def is_here(session: Session, patient_id: UUID) -> bool:
    """Whether the patient has arrived for a visit that is not over."""
    return bool(
        session.scalar(
            select(exists().where(AppointmentRow.patient_id == patient_id, AppointmentRow.status.in_(_HERE)))
        )
    )


def open_visits(session: Session, patient_id: UUID) -> Sequence[AppointmentRow]:
    """The visits that are neither over nor given up, by time; held."""
    return session.scalars(
        select(AppointmentRow)
        .where(
            AppointmentRow.patient_id == patient_id,
            AppointmentRow.status.in_((AppointmentStatus.BOOKED, *_HERE)),
        )
        .order_by(AppointmentRow.starts_at, AppointmentRow.id)
        .with_for_update()
    ).all()
