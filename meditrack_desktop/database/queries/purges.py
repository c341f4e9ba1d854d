"""Requests to erase a patient, and the erasing itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, delete, select, update
from sqlalchemy.orm import Session, aliased

from meditrack_desktop.database.tables.accounts import AccountRow
from meditrack_desktop.database.tables.care_team import CareTeamRow
from meditrack_desktop.database.tables.documents import DocumentRow, PatientKeyRow
from meditrack_desktop.database.tables.patients import PatientRow
from meditrack_desktop.database.tables.privacy import (
    AccessGrantRow,
    DisclosureRow,
    EmergencyAccessRow,
    PurgeRequestRow,
)
from meditrack_desktop.database.tables.scheduling import AppointmentRow
from meditrack_desktop.domain.errors import ChangedMeanwhile, ErrorCode, NotFound
from meditrack_desktop.domain.privacy import PurgeRequest
from meditrack_desktop.domain.scheduling import CHANGEABLE, AppointmentStatus, CancelledBy

MOST = 500
_asker, _approver = aliased(AccountRow), aliased(AccountRow)


def find(session: Session, request_id: UUID) -> PurgeRequest | None:
    found = session.execute(_records().where(PurgeRequestRow.id == request_id)).first()
    return _record(found) if found else None


def record(session: Session, request_id: UUID) -> PurgeRequest:
    """NotFound PURGE_NOT_FOUND."""
    found = find(session, request_id)
    if found is None:
        raise NotFound(ErrorCode.PURGE_NOT_FOUND)
    return found


def row(session: Session, request_id: UUID, version: int | None = None) -> PurgeRequestRow:
    """The row to change, held. NotFound, also for one that was withdrawn; ChangedMeanwhile."""
    found = session.scalars(
        select(PurgeRequestRow).where(PurgeRequestRow.id == request_id).with_for_update()
    ).first()
    if found is None or found.withdrawn_at is not None:
        raise NotFound(ErrorCode.PURGE_NOT_FOUND)
    if version is not None and found.version != version:
        raise ChangedMeanwhile()
    return found


def open_for(session: Session, patient_id: UUID) -> PurgeRequest | None:
    """The request about this patient that is neither withdrawn nor done."""
    found = session.execute(
        _records()
        .where(PurgeRequestRow.patient_id == patient_id, *_OPEN)
        .order_by(PurgeRequestRow.requested_at)
        .limit(1)
    ).first()
    return _record(found) if found else None


def all_of(session: Session, *, include_done: bool) -> tuple[PurgeRequest, ...]:
    """Requests that wait or were interrupted, the oldest first; or all, newest first."""
    query = _records().limit(MOST)
    if include_done:
        query = query.order_by(PurgeRequestRow.requested_at.desc(), PurgeRequestRow.id)
    else:
        query = query.where(*_OPEN).order_by(PurgeRequestRow.requested_at, PurgeRequestRow.id)
    return tuple(_record(found) for found in session.execute(query))


def held_patient(session: Session, patient_id: UUID) -> PatientRow:
    """The patient's row, held, purged or not. NotFound PAT_001."""
    found = session.scalars(
        select(PatientRow).where(PatientRow.id == patient_id).with_for_update(key_share=True)
    ).first()
    if found is None:
        raise NotFound(ErrorCode.PATIENT_NOT_FOUND)
    return found


def blobs_of(session: Session, patient_id: UUID) -> Sequence[UUID]:
    return session.scalars(select(DocumentRow.blob_id).where(DocumentRow.patient_id == patient_id)).all()


def forget_keys(session: Session, patient_id: UUID) -> None:
    """Delete the wrapped keys: from here on the files are noise."""
    session.execute(delete(PatientKeyRow).where(PatientKeyRow.patient_id == patient_id))


def forget_parts(session: Session, patient_id: UUID, now: datetime) -> None:
    """Delete or empty everything about the patient but their own row; visits stay, saying nothing of them."""
    for table in (DocumentRow, CareTeamRow):
        session.execute(delete(table).where(table.patient_id == patient_id))
    session.execute(
        update(AppointmentRow)
        .where(
            AppointmentRow.patient_id == patient_id,
            AppointmentRow.starts_at > now,
            AppointmentRow.status.in_(sorted(CHANGEABLE)),
        )
        .values(status=AppointmentStatus.CANCELLED, cancelled_by=CancelledBy.CLINIC)
    )
    session.execute(
        update(AppointmentRow)
        .where(AppointmentRow.patient_id == patient_id)
        .values(
            reason="",
            overbook_reason="",
            cancel_reason="",
            version=AppointmentRow.version + 1,
        )
    )
    session.execute(
        update(DisclosureRow)
        .where(DisclosureRow.patient_id == patient_id)
        .values(recipient="", address="", what="", purpose="")
    )
    session.execute(
        update(AccessGrantRow)
        .where(AccessGrantRow.patient_id == patient_id)
        .values(reason="", version=AccessGrantRow.version + 1)
    )
    session.execute(
        update(EmergencyAccessRow)
        .where(EmergencyAccessRow.patient_id == patient_id)
        .values(reason="", review_note="", version=EmergencyAccessRow.version + 1)
    )


_OPEN = (PurgeRequestRow.withdrawn_at.is_(None), PurgeRequestRow.done_at.is_(None))


def _records() -> Select[*tuple[Any, ...]]:
    return (
        select(
            PurgeRequestRow, PatientRow.given, PatientRow.family, PatientRow.mrn, _asker.name, _approver.name
        )
        .join(PatientRow, PatientRow.id == PurgeRequestRow.patient_id)
        .join(_asker, _asker.id == PurgeRequestRow.requested_by)
        .outerjoin(_approver, _approver.id == PurgeRequestRow.approved_by)
    )


def _record(found: Row[*tuple[Any, ...]]) -> PurgeRequest:
    request, given, family, mrn, asker, approver = found
    return PurgeRequest(
        id=request.id,
        version=request.version,
        patient_id=request.patient_id,
        patient_name=" ".join(part for part in (given, family) if part),
        mrn=mrn,
        reason=request.reason,
        requested_at=request.requested_at,
        requested_by=request.requested_by,
        requested_by_name=asker,
        approved_at=request.approved_at,
        approved_by_name=approver or "",
        withdrawn_at=request.withdrawn_at,
        done_at=request.done_at,
    )
