"""Questions about records that were opened in an emergency."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session, aliased

from meditrack_desktop.database.tables.accounts import AccountRow
from meditrack_desktop.database.tables.patients import PatientRow
from meditrack_desktop.database.tables.privacy import EmergencyAccessRow
from meditrack_desktop.domain.emergency_access import EmergencyAccess
from meditrack_desktop.domain.errors import ChangedMeanwhile, ErrorCode, NotFound
from meditrack_desktop.domain.names import display_name

MOST = 500


def find(session: Session, access_id: UUID) -> EmergencyAccess | None:
    found = session.execute(_records().where(EmergencyAccessRow.id == access_id)).first()
    return _record(found) if found else None


def record(session: Session, access_id: UUID) -> EmergencyAccess:
    """NotFound EMERGENCY_ACCESS_NOT_FOUND."""
    found = find(session, access_id)
    if found is None:
        raise NotFound(ErrorCode.EMERGENCY_ACCESS_NOT_FOUND)
    return found


def row(session: Session, access_id: UUID, version: int | None = None) -> EmergencyAccessRow:
    """The row to change. NotFound; ChangedMeanwhile if `version` is given and not the newest."""
    found = session.scalars(
        select(EmergencyAccessRow).where(EmergencyAccessRow.id == access_id).with_for_update()
    ).first()
    if found is None:
        raise NotFound(ErrorCode.EMERGENCY_ACCESS_NOT_FOUND)
    if version is not None and found.version != version:
        raise ChangedMeanwhile()
    return found


def live(session: Session, account_id: UUID, patient_id: UUID, now: datetime) -> EmergencyAccess | None:
    """The access of this person to this patient that has neither ended nor run out."""
    found = session.execute(
        _records()
        .where(
            EmergencyAccessRow.account_id == account_id,
            EmergencyAccessRow.patient_id == patient_id,
            EmergencyAccessRow.ended_at.is_(None),
            # One begun while the clinic's clock stood in a wrong year is over once that is put right.
            EmergencyAccessRow.started_at <= now,
            EmergencyAccessRow.expires_at > now,
        )
        .order_by(EmergencyAccessRow.expires_at.desc())
        .limit(1)
    ).first()
    return _record(found) if found else None


def patients_open_to(session: Session, account_id: UUID, now: datetime) -> frozenset[UUID]:
    """Every patient to whom this person has a `live` access."""
    query = select(EmergencyAccessRow.patient_id).where(
        EmergencyAccessRow.account_id == account_id,
        EmergencyAccessRow.ended_at.is_(None),
        EmergencyAccessRow.started_at <= now,
        EmergencyAccessRow.expires_at > now,
    )
    return frozenset(session.scalars(query))


def all_of(session: Session, *, include_reviewed: bool) -> tuple[EmergencyAccess, ...]:
    """Those nobody looked at yet, the longest waiting first; or all, newest first."""
    query = _records().limit(MOST)
    if include_reviewed:
        query = query.order_by(EmergencyAccessRow.started_at.desc(), EmergencyAccessRow.id)
    else:
        query = query.where(EmergencyAccessRow.reviewed_at.is_(None)).order_by(
            EmergencyAccessRow.review_due_at, EmergencyAccessRow.id
        )
    return tuple(_record(found) for found in session.execute(query))


_reviewer = aliased(AccountRow)


def _records() -> Select[*tuple[Any, ...]]:
    return (
        select(EmergencyAccessRow, AccountRow.name, PatientRow.given, PatientRow.family, _reviewer.name)
        .join(AccountRow, AccountRow.id == EmergencyAccessRow.account_id)
        .join(PatientRow, PatientRow.id == EmergencyAccessRow.patient_id)
        .outerjoin(_reviewer, _reviewer.id == EmergencyAccessRow.reviewed_by)
    )


def _record(found: Row[*tuple[Any, ...]]) -> EmergencyAccess:
    access, account_name, given, family, reviewer_name = found
    return EmergencyAccess(
        id=access.id,
        version=access.version,
        account_id=access.account_id,
        account_name=account_name,
        patient_id=access.patient_id,
        patient_name=display_name(family, given),
        reason=access.reason,
        started_at=access.started_at,
        expires_at=access.expires_at,
        ended_at=access.ended_at,
        review_due_at=access.review_due_at,
        reviewed_at=access.reviewed_at,
        reviewed_by_name=reviewer_name or "",
        review_note=access.review_note,
    )
