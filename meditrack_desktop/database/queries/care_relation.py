"""Whether a patient is in somebody's care: what the reading rule asks (security.md D7)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from meditrack_desktop.database.tables.accounts import AccountRoleRow, AccountRow, RolePermissionRow
from meditrack_desktop.database.tables.care_team import CareTeamRow
from meditrack_desktop.database.tables.scheduling import AppointmentRow
from meditrack_desktop.domain.emergency_access import CARE_WINDOW
from meditrack_desktop.domain.permissions import Permission, Role
from meditrack_desktop.domain.scheduling import AppointmentStatus


def doctor_of(session: Session, account_id: UUID) -> UUID | None:
    """Which doctor of the calendar this person is now, whatever their session was told when it began."""
    return session.scalars(select(AccountRow.practitioner_id).where(AccountRow.id == account_id)).first()


def in_care(session: Session, account_id: UUID, patient_id: UUID, now: datetime) -> bool:
    """Whether this person is a doctor on the patient's team, or has a visit with them within 30 days of now.

    A cancelled visit does not count.
    """
    doctor = doctor_of(session, account_id)
    if doctor is None:
        return False
    member = select(CareTeamRow.id).where(
        CareTeamRow.patient_id == patient_id,
        CareTeamRow.practitioner_id == doctor,
        CareTeamRow.ended_at.is_(None),
    )
    visit = select(AppointmentRow.id).where(
        AppointmentRow.patient_id == patient_id,
        AppointmentRow.practitioner_id == doctor,
        AppointmentRow.status != AppointmentStatus.CANCELLED,
        AppointmentRow.starts_at.between(now - CARE_WINDOW, now + CARE_WINDOW),
    )
    return any(session.scalars(query.limit(1)).first() is not None for query in (member, visit))


def patients_in_care(session: Session, account_id: UUID, now: datetime) -> frozenset[UUID]:
    """Every patient of whom `in_care` is true."""
    doctor = doctor_of(session, account_id)
    if doctor is None:
        return frozenset()
    member = select(CareTeamRow.patient_id).where(
        CareTeamRow.practitioner_id == doctor, CareTeamRow.ended_at.is_(None)
    )
    visit = select(AppointmentRow.patient_id).where(
        AppointmentRow.practitioner_id == doctor,
        AppointmentRow.status != AppointmentStatus.CANCELLED,
        AppointmentRow.starts_at.between(now - CARE_WINDOW, now + CARE_WINDOW),
    )
    return frozenset((*session.scalars(member), *session.scalars(visit.distinct())))


def roles_holding(session: Session, account_id: UUID, permission: Permission) -> frozenset[Role]:
    """Through which of this person's roles the grid gives them the permission."""
    query = (
        select(RolePermissionRow.role)
        .join(AccountRoleRow, AccountRoleRow.role == RolePermissionRow.role)
        .where(AccountRoleRow.account_id == account_id, RolePermissionRow.permission == permission)
    )
    return frozenset(session.scalars(query))


def has_role(session: Session, account_id: UUID, role: Role) -> bool:
    query = select(AccountRoleRow.role).where(
        AccountRoleRow.account_id == account_id, AccountRoleRow.role == role
    )
    return session.scalars(query).first() is not None
