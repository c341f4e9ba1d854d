"""What left the clinic about a patient."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from meditrack_desktop.database.tables.accounts import AccountRow
from meditrack_desktop.database.tables.privacy import DisclosureRow
from meditrack_desktop.domain.privacy import Disclosure

MOST = 5000


def of_patient(session: Session, patient_id: UUID) -> tuple[Disclosure, ...]:
    """Newest first."""
    query = (
        select(DisclosureRow, AccountRow.name)
        .join(AccountRow, AccountRow.id == DisclosureRow.account_id)
        .where(DisclosureRow.patient_id == patient_id)
        .order_by(DisclosureRow.at.desc(), DisclosureRow.id.desc())
        .limit(MOST)
    )
    return tuple(record(row, name) for row, name in session.execute(query))


def find(session: Session, disclosure_id: UUID) -> DisclosureRow | None:
    return session.get(DisclosureRow, disclosure_id)


def record(row: DisclosureRow, account_name: str) -> Disclosure:
    return Disclosure(
        id=row.id,
        at=row.at,
        patient_id=row.patient_id,
        document_id=row.document_id,
        account_name=account_name,
        workstation=row.workstation,
        kind=row.kind,
        recipient=row.recipient,
        address=row.address,
        what=row.what,
        purpose=row.purpose,
        treatment=row.treatment,
    )
