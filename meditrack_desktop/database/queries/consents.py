"""Questions about what a patient agreed to."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from meditrack_desktop.database.tables.accounts import AccountRow
from meditrack_desktop.database.tables.around_patients import ConsentRow
from meditrack_desktop.domain.consents import Consent


def find(session: Session, consent_id: UUID) -> ConsentRow | None:
    return session.get(ConsentRow, consent_id)


def of_patient(session: Session, patient_id: UUID) -> tuple[Consent, ...]:
    """Every answer there ever was, the newest first: by the day it was given, then by when it was written down."""
    query = (
        select(ConsentRow, AccountRow.name)
        .outerjoin(AccountRow, AccountRow.id == ConsentRow.created_by)
        .where(ConsentRow.patient_id == patient_id)
        .order_by(ConsentRow.answered_on.desc(), ConsentRow.created_at.desc(), ConsentRow.id.desc())
    )
    return tuple(record_by(row, name) for row, name in session.execute(query))


def record(session: Session, row: ConsentRow) -> Consent:
    account = session.get(AccountRow, row.created_by)
    return record_by(row, account.name if account else None)


def record_by(row: ConsentRow, name: str | None) -> Consent:
    return Consent(
        id=row.id,
        patient_id=row.patient_id,
        kind=row.kind,
        answer=row.answer,
        answered_on=row.answered_on,
        document_id=row.document_id,
        note=row.note,
        recorded_at=row.created_at,
        recorded_by_name=name or "",
    )
