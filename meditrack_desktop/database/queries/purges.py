"""Requests to erase a patient, and the erasing itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, delete, or_, select, update
from sqlalchemy.orm import Session, aliased

from meditrack_desktop.database.queries import deeds, document_index, document_purges
from meditrack_desktop.database.tables.accounts import AccountRow
from meditrack_desktop.database.tables.around_patients import (
    ConsentRow,
    PatientMergeRow,
    PatientTwinRow,
    RecentPatientRow,
    RelatedPersonRow,
)
from meditrack_desktop.database.tables.care_team import CareTeamRow
from meditrack_desktop.database.tables.chart import (
    AllergyRow,
    ConditionRow,
    MedicationRow,
    NoteRow,
    ObservationRow,
    ObservationVersionRow,
)
from meditrack_desktop.database.tables.documents import DocumentRow, PatientKeyRow
from meditrack_desktop.database.tables.front_desk import DeskTaskRow, FollowUpRow, WaitlistRow
from meditrack_desktop.database.tables.patients import PatientRow
from meditrack_desktop.database.tables.privacy import (
    AccessGrantRow,
    DisclosureRow,
    EmergencyAccessRow,
    PurgeRequestRow,
)
from meditrack_desktop.database.tables.scheduling import AppointmentAssetRow, AppointmentRow
from meditrack_desktop.domain.errors import ChangedMeanwhile, ErrorCode, NotFound
from meditrack_desktop.domain.names import display_name
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


def same_person(session: Session, patient_id: UUID) -> list[UUID]:
    """The record and every one that was merged into it: they tell of one person, and are erased together."""
    found, newest = [patient_id], [patient_id]
    while newest:
        query = select(PatientRow.id).where(PatientRow.merged_into.in_(newest), PatientRow.id.not_in(found))
        newest = list(session.scalars(query))
        found += newest
    return found


def is_held(session: Session, patients: Sequence[UUID]) -> bool:
    """Whether the law keeps any of these records."""
    query = select(PatientRow.id).where(PatientRow.id.in_(patients), PatientRow.legal_hold != "")
    return session.scalars(query.limit(1)).first() is not None


def blobs_of(session: Session, patients: Sequence[UUID]) -> Sequence[UUID]:
    """Every file in the vault that tells of these records of one person, wherever it was filed by mistake."""
    return document_purges.files(session, patients)


def forget_keys(session: Session, patients: Sequence[UUID]) -> None:
    """Delete the wrapped keys: from here on the files are noise."""
    session.execute(delete(PatientKeyRow).where(PatientKeyRow.patient_id.in_(patients)))


def forget_parts(session: Session, patients: Sequence[UUID], now: datetime) -> None:
    """Delete or empty everything about these records of one person but their own rows, which say already that they
    are erased: the database lets no signed note of anybody else go. Visits stay, saying nothing of them."""
    document_index.remove_of_patients(session, patients)
    document_purges.forget(session, patients)
    measured = select(ObservationRow.id).where(ObservationRow.patient_id.in_(patients))
    session.execute(delete(ObservationVersionRow).where(ObservationVersionRow.observation_id.in_(measured)))
    for table in _DELETED:
        session.execute(delete(table).where(table.patient_id.in_(patients)))
    deeds.forget_of_patients(session, patients)
    twins = or_(PatientTwinRow.first_id.in_(patients), PatientTwinRow.second_id.in_(patients))
    session.execute(delete(PatientTwinRow).where(twins))
    # A merge, also one that was taken back, kept both records as they were.
    merged = or_(PatientMergeRow.kept_id.in_(patients), PatientMergeRow.gone_id.in_(patients))
    session.execute(
        update(PatientMergeRow)
        .where(merged)
        .values(snapshot="", reason="", version=PatientMergeRow.version + 1)
    )
    # What another patient's record says of its own contacts stays; that this was one of them does not.
    session.execute(
        update(RelatedPersonRow)
        .where(RelatedPersonRow.linked_patient_id.in_(patients))
        .values(linked_patient_id=None, version=RelatedPersonRow.version + 1)
    )
    to_come = (
        AppointmentRow.patient_id.in_(patients),
        AppointmentRow.starts_at > now,
        AppointmentRow.status.in_(sorted(CHANGEABLE)),
    )
    # First the rooms: they find their visits by what these still say.
    session.execute(
        update(AppointmentAssetRow)
        .where(AppointmentAssetRow.appointment_id.in_(select(AppointmentRow.id).where(*to_come)))
        .values(takes_time=False)
    )
    session.execute(
        update(AppointmentRow)
        .where(*to_come)
        .values(
            status=AppointmentStatus.CANCELLED,
            cancelled_by=CancelledBy.CLINIC,
            ics_sequence=AppointmentRow.ics_sequence + 1,
        )
    )
    session.execute(
        update(AppointmentRow)
        .where(AppointmentRow.patient_id.in_(patients))
        .values(
            reason="",
            visit_type="",
            foreign_id=None,
            overbook_reason="",
            cancel_reason="",
            version=AppointmentRow.version + 1,
        )
    )
    session.execute(
        update(DisclosureRow)
        .where(DisclosureRow.patient_id.in_(patients))
        .values(recipient="", address="", what="", purpose="")
    )
    session.execute(
        update(AccessGrantRow)
        .where(AccessGrantRow.patient_id.in_(patients))
        .values(reason="", version=AccessGrantRow.version + 1)
    )
    session.execute(
        update(EmergencyAccessRow)
        .where(EmergencyAccessRow.patient_id.in_(patients))
        .values(reason="", review_note="", version=EmergencyAccessRow.version + 1)
    )


_DELETED = (
    AllergyRow,
    ConditionRow,
    MedicationRow,
    ObservationRow,
    NoteRow,
    ConsentRow,
    RelatedPersonRow,
    RecentPatientRow,
    DocumentRow,
    CareTeamRow,
    WaitlistRow,
    FollowUpRow,
    DeskTaskRow,
)
"""Tables whose rows go with their patient, in an order that no foreign key minds."""

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
        patient_name=display_name(family, given),
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
