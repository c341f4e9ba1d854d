"""Questions of an absence's worklist: what it touched once, who was told, and which doctors could stand in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, insert, or_, select
from sqlalchemy.orm import Session, aliased

from meditrack_desktop.database.queries.scheduling import LONGEST_VISIT, TAKING_TIME
from meditrack_desktop.database.tables.accounts import AccountRow
from meditrack_desktop.database.tables.front_desk import AbsenceVisitRow
from meditrack_desktop.database.tables.practitioners import PractitionerRow, PractitionerSpecialtyRow
from meditrack_desktop.database.tables.scheduling import AppointmentRow
from meditrack_desktop.database.tables.visit_types import VisitTypeNeedRow, VisitTypeRow
from meditrack_desktop.database.tables.working_time import AbsenceRow
from meditrack_desktop.domain.absence_worklists import MOST_LISTED, AbsenceContact
from meditrack_desktop.domain.absences import HERE
from meditrack_desktop.domain.scheduling import CHANGEABLE

_visit = AppointmentRow.__table__.c


def remember(session: Session, absence_id: UUID, appointment_ids: Collection[UUID]) -> None:
    """Keep which visits an absence touched when it was entered."""
    if appointment_ids:
        rows = [{"absence_id": absence_id, "appointment_id": one} for one in sorted(appointment_ids)]
        session.execute(insert(AbsenceVisitRow), rows)


def remembered(session: Session, absence_id: UUID) -> dict[UUID, AbsenceContact | None]:
    """By visit that the absence ever touched: who told the patient, when."""
    rows = session.execute(
        select(AbsenceVisitRow, AccountRow.name)
        .outerjoin(AccountRow, AccountRow.id == AbsenceVisitRow.contacted_by)
        .where(AbsenceVisitRow.absence_id == absence_id)
    )
    return {
        row.appointment_id: (
            AbsenceContact(row.contacted_at, name or "", row.outcome)
            if row.outcome is not None and row.contacted_at is not None
            else None
        )
        for row, name in rows
    }


def row(session: Session, absence_id: UUID, appointment_id: UUID) -> AbsenceVisitRow | None:
    return session.scalars(
        select(AbsenceVisitRow)
        .where(AbsenceVisitRow.absence_id == absence_id, AbsenceVisitRow.appointment_id == appointment_id)
        .with_for_update()
    ).first()


def stand_ins(session: Session, practitioner_id: UUID) -> list[UUID]:
    """Other active doctors of one of this doctor's specialties; where none is recorded, of the same named one."""
    own, other = aliased(PractitionerSpecialtyRow), aliased(PractitionerSpecialtyRow)
    shared = (
        select(PractitionerRow.id)
        .distinct()
        .join(other, other.practitioner_id == PractitionerRow.id)
        .join(own, own.specialty_id == other.specialty_id)
        .where(
            own.practitioner_id == practitioner_id,
            PractitionerRow.id != practitioner_id,
            PractitionerRow.active,
        )
    )
    if found := list(session.scalars(shared)):
        return sorted(found)
    named = select(PractitionerRow.specialty).where(PractitionerRow.id == practitioner_id)
    specialty = session.scalar(named)
    if not specialty:
        return []
    alike = select(PractitionerRow.id).where(
        func.lower(PractitionerRow.specialty) == func.lower(specialty),
        PractitionerRow.id != practitioner_id,
        PractitionerRow.active,
    )
    return sorted(session.scalars(alike))


def kinds_in_use(session: Session, visit_type_ids: Collection[UUID]) -> set[UUID]:
    """Those of these kinds of visits that are still offered."""
    query = select(VisitTypeRow.id).where(VisitTypeRow.id.in_(list(visit_type_ids)), VisitTypeRow.active)
    return set(session.scalars(query))


def needs_of(session: Session, visit_type_ids: Collection[UUID]) -> dict[UUID, frozenset[str]]:
    """By kind of visit: the groups of rooms and devices that it needs."""
    found: dict[UUID, set[str]] = {}
    rows = session.execute(
        select(VisitTypeNeedRow.visit_type_id, VisitTypeNeedRow.group).where(
            VisitTypeNeedRow.visit_type_id.in_(list(visit_type_ids))
        )
    )
    for visit_type_id, group in rows:
        found.setdefault(visit_type_id, set()).add(group)
    return {visit_type_id: frozenset(groups) for visit_type_id, groups in found.items()}


def patients_busy(
    session: Session, patient_ids: Sequence[UUID], but: Collection[UUID], since: datetime
) -> dict[UUID, list[tuple[datetime, datetime]]]:
    """By patient: when they have other visits than these, from the instant `since` on."""
    rows = session.execute(
        select(_visit.patient_id, _visit.id, _visit.starts_at, _visit.ends_at).where(
            _visit.patient_id.in_(patient_ids), _visit.ends_at > since, _visit.status.in_(TAKING_TIME)
        )
    )
    found: dict[UUID, list[tuple[datetime, datetime]]] = {}
    for patient_id, visit_id, starts_at, ends_at in rows:
        if visit_id not in but:
            found.setdefault(patient_id, []).append((starts_at, ends_at))
    return found


def holders(session: Session, appointment_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """By visit: whose calendar it lies in."""
    query = select(_visit.id, _visit.practitioner_id).where(_visit.id.in_(appointment_ids))
    return {row.id: row.practitioner_id for row in session.execute(query)}


def left_to_do(session: Session, now: datetime) -> list[tuple[AbsenceRow, int]]:
    """Absences that are not over and the number of visits in each that need another place; the soonest first.

    The same visits as `domain.absences.is_affected` says.
    """
    to_come = and_(
        _visit.ends_at > now, _visit.starts_at < AbsenceRow.ends_at, _visit.ends_at > AbsenceRow.starts_at
    )
    still_here = and_(_visit.ends_at <= now, _visit.status.in_(sorted(HERE)), AbsenceRow.starts_at <= now)
    counted = (
        select(AbsenceRow, func.count(_visit.id))
        .join(
            AppointmentRow.__table__,
            and_(
                _visit.practitioner_id == AbsenceRow.practitioner_id,
                _visit.starts_at >= now - LONGEST_VISIT,
                _visit.status.in_(sorted(CHANGEABLE)),
                or_(to_come, still_here),
            ),
        )
        .where(AbsenceRow.ends_at > now)
        .group_by(*AbsenceRow.__table__.columns)
        .order_by(AbsenceRow.starts_at, AbsenceRow.id)
        .limit(MOST_LISTED)
    )
    return [(row, count) for row, count in session.execute(counted)]
