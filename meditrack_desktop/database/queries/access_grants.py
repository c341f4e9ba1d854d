"""Questions about temporary access."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, exists, select
from sqlalchemy.orm import Session, aliased

from meditrack_desktop.database.tables.accounts import AccountRow
from meditrack_desktop.database.tables.patients import PatientRow
from meditrack_desktop.database.tables.privacy import AccessGrantRow
from meditrack_desktop.domain.access_grants import AccessGrant, Colleague, OwnAccess
from meditrack_desktop.domain.errors import ChangedMeanwhile, ErrorCode, NotFound
from meditrack_desktop.domain.names import display_name

MOST = 500
_giver = aliased(AccountRow)


def is_live(session: Session, account_id: UUID, patient_id: UUID, now: datetime) -> bool:
    """Whether somebody let this person read this patient's documents, and the time is not over."""
    live = exists().where(
        AccessGrantRow.account_id == account_id,
        AccessGrantRow.patient_id == patient_id,
        AccessGrantRow.ended_at.is_(None),
        AccessGrantRow.given_at <= now,
        AccessGrantRow.expires_at > now,
    )
    return bool(session.execute(select(live)).scalar())


def patients_open_to(session: Session, account_id: UUID, now: datetime) -> frozenset[UUID]:
    """Every patient of whom `is_live` is true."""
    query = select(AccessGrantRow.patient_id).where(
        AccessGrantRow.account_id == account_id,
        AccessGrantRow.ended_at.is_(None),
        AccessGrantRow.given_at <= now,
        AccessGrantRow.expires_at > now,
    )
    return frozenset(session.scalars(query))


def find(session: Session, grant_id: UUID) -> AccessGrant | None:
    found = session.execute(_records().where(AccessGrantRow.id == grant_id)).first()
    return _record(found) if found else None


def row(session: Session, grant_id: UUID, version: int) -> AccessGrantRow:
    """The row to change. NotFound; ChangedMeanwhile if `version` is not the newest."""
    found = session.get(AccessGrantRow, grant_id)
    if found is None:
        raise NotFound(ErrorCode.ACCESS_GRANT_NOT_FOUND)
    if found.version != version:
        raise ChangedMeanwhile()
    return found


def of_patient(session: Session, patient_id: UUID) -> tuple[AccessGrant, ...]:
    """All that were ever given for a patient, newest first, at most 500."""
    query = _records().where(AccessGrantRow.patient_id == patient_id)
    ordered = query.order_by(AccessGrantRow.given_at.desc(), AccessGrantRow.id).limit(MOST)
    return tuple(_record(found) for found in session.execute(ordered))


def colleagues(session: Session, but: UUID) -> tuple[Colleague, ...]:
    """Everybody who may sign in, by name, `but` one of them."""
    query = (
        select(AccountRow.id, AccountRow.name, AccountRow.username)
        .where(AccountRow.active, AccountRow.id != but)
        .order_by(AccountRow.name, AccountRow.id)
        .limit(MOST)
    )
    return tuple(Colleague(*found) for found in session.execute(query))


def live_of(session: Session, account_id: UUID, now: datetime) -> tuple[OwnAccess, ...]:
    """What somebody was given and is not over, the first to end first."""
    query = (
        select(AccessGrantRow, PatientRow, _giver.name)
        .join(PatientRow, PatientRow.id == AccessGrantRow.patient_id)
        .join(_giver, _giver.id == AccessGrantRow.given_by)
        .where(
            AccessGrantRow.account_id == account_id,
            AccessGrantRow.ended_at.is_(None),
            AccessGrantRow.given_at <= now,
            AccessGrantRow.expires_at > now,
        )
        .order_by(AccessGrantRow.expires_at, AccessGrantRow.id)
        .limit(MOST)
    )
    return tuple(
        OwnAccess(
            patient_id=grant.patient_id,
            patient_name=display_name(patient.family, patient.given),
            patient_mrn=patient.mrn,
            given_by_name=giver,
            reason=grant.reason,
            expires_at=grant.expires_at,
        )
        for grant, patient, giver in session.execute(query)
    )


def _records() -> Select[*tuple[Any, ...]]:
    return (
        select(AccessGrantRow, AccountRow.name, _giver.name)
        .join(AccountRow, AccountRow.id == AccessGrantRow.account_id)
        .join(_giver, _giver.id == AccessGrantRow.given_by)
    )


def _record(found: Row[*tuple[Any, ...]]) -> AccessGrant:
    grant, name, giver_name = found
    return AccessGrant(
        id=grant.id,
        version=grant.version,
        account_id=grant.account_id,
        account_name=name,
        patient_id=grant.patient_id,
        reason=grant.reason,
        given_at=grant.given_at,
        given_by=grant.given_by,
        given_by_name=giver_name,
        expires_at=grant.expires_at,
        ended_at=grant.ended_at,
    )
