"""Questions about the people around a patient."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from meditrack_desktop.database.tables.around_patients import RelatedPersonRow
from meditrack_desktop.domain.errors import ChangedMeanwhile, ErrorCode, NotFound
from meditrack_desktop.domain.related_persons import RelatedPerson
from meditrack_desktop.domain.search_terms import sort_name


def find(session: Session, person_id: UUID) -> RelatedPersonRow | None:
    return session.get(RelatedPersonRow, person_id)


def live(session: Session, person_id: UUID, version: int) -> RelatedPersonRow:
    """The row to change. NotFound RELATED_PERSON_NOT_FOUND, also for one that ended; ChangedMeanwhile."""
    row = find(session, person_id)
    if row is None:
        raise NotFound(ErrorCode.RELATED_PERSON_NOT_FOUND)
    if row.version != version:
        raise ChangedMeanwhile()
    if row.ended_at is not None:
        raise NotFound(ErrorCode.RELATED_PERSON_NOT_FOUND)
    return row


def of_patient(session: Session, patient_id: UUID, *, include_ended: bool) -> tuple[RelatedPerson, ...]:
    """Guardians first, then whom to call in an emergency, then by name; ended ones last."""
    query = select(RelatedPersonRow).where(RelatedPersonRow.patient_id == patient_id)
    if not include_ended:
        query = query.where(RelatedPersonRow.ended_at.is_(None))
    rows = sorted(
        session.scalars(query),
        key=lambda row: (
            row.ended_at is not None,
            not row.guardian,
            not row.emergency_contact,
            sort_name(row.name, ""),
            row.id,
        ),
    )
    return tuple(record(row) for row in rows)


def record(row: RelatedPersonRow) -> RelatedPerson:
    return RelatedPerson(
        id=row.id,
        version=row.version,
        patient_id=row.patient_id,
        name=row.name,
        relationship=row.relationship,
        guardian=row.guardian,
        emergency_contact=row.emergency_contact,
        phone=row.phone,
        phone_e164=row.phone_e164,
        email=row.email,
        note=row.note,
        linked_patient_id=row.linked_patient_id,
        ended_at=row.ended_at,
    )
