"""Questions about who looks after whom."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from meditrack_desktop.database.tables.care_team import CareTeamRow
from meditrack_desktop.database.tables.patients import PatientRow
from meditrack_desktop.database.tables.practitioners import PractitionerRow
from meditrack_desktop.domain.care_team import CareTeamMember
from meditrack_desktop.domain.errors import ChangedMeanwhile, ErrorCode, NotFound
from meditrack_desktop.domain.names import display_name
from meditrack_desktop.domain.search_terms import sort_name


def find(session: Session, member_id: UUID) -> CareTeamRow | None:
    return session.get(CareTeamRow, member_id)


def member(session: Session, member_id: UUID, version: int) -> CareTeamRow:
    """NotFound CARE_TEAM_NOT_FOUND; ChangedMeanwhile if `version` is not the newest."""
    row = find(session, member_id)
    if row is None:
        raise NotFound(ErrorCode.CARE_TEAM_NOT_FOUND)
    if row.version != version:
        raise ChangedMeanwhile()
    return row


def live(session: Session, patient_id: UUID, practitioner_id: UUID) -> CareTeamRow | None:
    """The membership of this doctor in this patient's team that has not ended."""
    return session.scalars(
        select(CareTeamRow).where(
            CareTeamRow.patient_id == patient_id,
            CareTeamRow.practitioner_id == practitioner_id,
            CareTeamRow.ended_at.is_(None),
        )
    ).first()


def usual(session: Session, patient_id: UUID) -> CareTeamRow | None:
    """The membership of the patient's usual doctor."""
    return session.scalars(
        select(CareTeamRow).where(
            CareTeamRow.patient_id == patient_id, CareTeamRow.ended_at.is_(None), CareTeamRow.usual
        )
    ).first()


def of_patient(session: Session, patient_id: UUID, *, include_ended: bool) -> tuple[CareTeamMember, ...]:
    """The usual doctor first, then by name; ended ones last."""
    query = _members(include_ended).where(CareTeamRow.patient_id == patient_id)
    found = sorted(
        session.execute(query).all(),
        key=lambda one: (
            one[0].ended_at is not None,
            not one[0].usual,
            sort_name(one[2].family, one[2].given),
            one[0].id,
        ),
    )
    return tuple(_record(*one) for one in found)


def of_practitioner(
    session: Session, practitioner_id: UUID, *, include_ended: bool
) -> tuple[CareTeamMember, ...]:
    """In the order of the patients' names; ended ones last. Archived patients are left out with the ended."""
    query = _members(include_ended).where(CareTeamRow.practitioner_id == practitioner_id)
    if not include_ended:
        query = query.where(PatientRow.archived_at.is_(None))
    found = sorted(
        session.execute(query).all(),
        key=lambda one: (one[0].ended_at is not None, one[1].sort_name, one[0].id),
    )
    return tuple(_record(*one) for one in found)


def record(session: Session, row: CareTeamRow) -> CareTeamMember:
    """The record of one membership, with both names."""
    patient = session.get_one(PatientRow, row.patient_id)
    practitioner = session.get_one(PractitionerRow, row.practitioner_id)
    return _record(row, patient, practitioner)


def _members(include_ended: bool) -> Select[CareTeamRow, PatientRow, PractitionerRow]:
    query = (
        select(CareTeamRow, PatientRow, PractitionerRow)
        .join(PatientRow, PatientRow.id == CareTeamRow.patient_id)
        .join(PractitionerRow, PractitionerRow.id == CareTeamRow.practitioner_id)
    )
    return query if include_ended else query.where(CareTeamRow.ended_at.is_(None))


def _record(row: CareTeamRow, patient: PatientRow, practitioner: PractitionerRow) -> CareTeamMember:
    return CareTeamMember(
        id=row.id,
        version=row.version,
        patient_id=row.patient_id,
        patient_name=display_name(patient.family, patient.given),
        practitioner_id=row.practitioner_id,
        practitioner_name=" ".join(
            part for part in (practitioner.prefix, practitioner.given, practitioner.family) if part
        ),
        usual=row.usual,
        part=row.part,
        started_at=row.started_at,
        ended_at=row.ended_at,
    )
