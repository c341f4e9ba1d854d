"""The merges of two records into one, and what speaks for or against one."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, aliased

from meditrack_desktop.database.queries.patient_parts import added_since
from meditrack_desktop.database.tables.accounts import AccountRow
from meditrack_desktop.database.tables.around_patients import PatientMergeRow, PatientTwinRow
from meditrack_desktop.database.tables.chart import AllergyRow
from meditrack_desktop.database.tables.patients import PatientRow
from meditrack_desktop.database.tables.privacy import PurgeRequestRow
from meditrack_desktop.database.tables.scheduling import AppointmentRow
from meditrack_desktop.domain.allergies import AllergyStatus
from meditrack_desktop.domain.chart import Verification
from meditrack_desktop.domain.errors import ChangedMeanwhile, ErrorCode, NotFound
from meditrack_desktop.domain.names import display_name
from meditrack_desktop.domain.patient_merges import PatientMerge
from meditrack_desktop.domain.patient_twins import TwinState
from meditrack_desktop.domain.scheduling import CHANGEABLE

MOST = 500


def hold(session: Session, *patient_ids: UUID) -> None:
    """Keep others from writing to these patients, or adding to them, until the transaction ends."""
    ordered = sorted(patient_ids)
    session.execute(
        select(PatientRow.id).where(PatientRow.id.in_(ordered)).order_by(PatientRow.id).with_for_update()
    ).all()


def visits_overlap(session: Session, kept: UUID, gone: UUID) -> bool:
    """Whether a visit to come of one stands at the time of a visit to come of the other."""
    other = aliased(AppointmentRow)
    query = (
        select(AppointmentRow.id)
        .join(other, and_(other.starts_at < AppointmentRow.ends_at, AppointmentRow.starts_at < other.ends_at))
        .where(
            AppointmentRow.patient_id == kept,
            other.patient_id == gone,
            AppointmentRow.status.in_(sorted(CHANGEABLE)),
            other.status.in_(sorted(CHANGEABLE)),
        )
        .limit(1)
    )
    return session.scalar(query) is not None


def allergies(session: Session, patient_id: UUID) -> frozenset[str]:
    """The substances of a patient's allergies that hold, folded."""
    query = select(AllergyRow.substance).where(
        AllergyRow.patient_id == patient_id,
        AllergyRow.status == AllergyStatus.ACTIVE,
        AllergyRow.verification.not_in((Verification.REFUTED, Verification.ENTERED_IN_ERROR)),
    )
    return frozenset(name.casefold() for name in session.scalars(query))


def erasing_is_asked(session: Session, *patient_ids: UUID) -> bool:
    query = select(PurgeRequestRow.id).where(
        PurgeRequestRow.patient_id.in_(patient_ids),
        PurgeRequestRow.withdrawn_at.is_(None),
        PurgeRequestRow.done_at.is_(None),
    )
    return session.scalar(query.limit(1)) is not None


def decided_different(session: Session, one: UUID, other: UUID) -> bool:
    lower, higher = sorted((one, other))
    query = select(PatientTwinRow.id).where(
        PatientTwinRow.first_id == lower,
        PatientTwinRow.second_id == higher,
        PatientTwinRow.state == TwinState.DIFFERENT,
    )
    return session.scalar(query) is not None


def all_ids(session: Session, patient_id: UUID) -> frozenset[UUID]:
    """The patient and every record that was merged into theirs: under these ids something may stand of them."""
    merged = session.scalars(select(PatientRow.id).where(PatientRow.merged_into == patient_id))
    return frozenset((patient_id, *merged))


def row(session: Session, merge_id: UUID, version: int | None = None) -> PatientMergeRow:
    """The merge, held. NotFound MERGE_NOT_FOUND; ChangedMeanwhile."""
    found = session.scalars(
        select(PatientMergeRow).where(PatientMergeRow.id == merge_id).with_for_update()
    ).first()
    if found is None:
        raise NotFound(ErrorCode.MERGE_NOT_FOUND)
    if version is not None and found.version != version:
        raise ChangedMeanwhile()
    return found


def find(session: Session, merge_id: UUID) -> PatientMerge | None:
    found = session.execute(_records().where(PatientMergeRow.id == merge_id)).first()
    return _record(session, *found) if found else None


def of_patient(session: Session, patient_id: UUID | None) -> tuple[PatientMerge, ...]:
    """The merges a patient had part in, or all; the newest first."""
    query = _records()
    if patient_id is not None:
        query = query.where(_has_part(patient_id))
    found = session.execute(
        query.order_by(PatientMergeRow.merged_at.desc(), PatientMergeRow.id.desc()).limit(MOST)
    )
    return tuple(_record(session, *row) for row in found)


def undone_since(
    now: Session, restored: Session, patients: Collection[UUID]
) -> list[tuple[PatientMergeRow, PatientMergeRow]]:
    """Merges of these patients that stand in `restored` and are taken back `now`, the newest first: both rows."""
    concerned = or_(PatientMergeRow.kept_id.in_(patients), PatientMergeRow.gone_id.in_(patients))
    today = {
        merge.id: merge
        for merge in now.scalars(
            select(PatientMergeRow).where(concerned, PatientMergeRow.undone_at.is_not(None))
        )
    }
    standing = restored.scalars(
        select(PatientMergeRow)
        .where(concerned, PatientMergeRow.undone_at.is_(None))
        .order_by(PatientMergeRow.merged_at.desc(), PatientMergeRow.id.desc())
    )
    return [(merge, today[merge.id]) for merge in standing if merge.id in today and merge.snapshot]


def is_built_on(session: Session, merge: PatientMergeRow) -> bool:
    """Whether a later merge that stands has part in either record: it has to be taken back first."""
    query = select(PatientMergeRow.id).where(
        or_(_has_part(merge.kept_id), _has_part(merge.gone_id)),
        PatientMergeRow.undone_at.is_(None),
        PatientMergeRow.id != merge.id,
        or_(
            PatientMergeRow.merged_at > merge.merged_at,
            and_(PatientMergeRow.merged_at == merge.merged_at, PatientMergeRow.id > merge.id),
        ),
    )
    return session.scalar(query.limit(1)) is not None


_kept, _gone, _merger, _undoer = (
    aliased(PatientRow),
    aliased(PatientRow),
    aliased(AccountRow),
    aliased(AccountRow),
)


def _has_part(patient_id: UUID) -> ColumnElement[bool]:
    return or_(PatientMergeRow.kept_id == patient_id, PatientMergeRow.gone_id == patient_id)


def _records() -> Any:
    return (
        select(PatientMergeRow, _kept, _gone, _merger.name, _undoer.name)
        .join(_kept, _kept.id == PatientMergeRow.kept_id)
        .join(_gone, _gone.id == PatientMergeRow.gone_id)
        .join(_merger, _merger.id == PatientMergeRow.merged_by)
        .outerjoin(_undoer, _undoer.id == PatientMergeRow.undone_by)
    )


def _record(
    session: Session,
    merge: PatientMergeRow,
    kept: PatientRow,
    gone: PatientRow,
    by: str,
    undone_by: str | None,
) -> PatientMerge:
    stands = merge.undone_at is None
    erased = not merge.snapshot or kept.purged_at is not None or gone.purged_at is not None
    return PatientMerge(
        id=merge.id,
        version=merge.version,
        kept_id=kept.id,
        gone_id=gone.id,
        kept_name=display_name(kept.family, kept.given),
        kept_mrn=kept.mrn,
        gone_name=display_name(gone.family, gone.given),
        gone_mrn=gone.mrn,
        reason=merge.reason,
        merged_at=merge.merged_at,
        merged_by_name=by,
        undone_at=merge.undone_at,
        undone_by_name=undone_by or "",
        reversible=stands and not erased and not is_built_on(session, merge),
        added_since=added_since(session, kept.id, merge.merged_at) if stands and not erased else 0,
    )
