"""Questions about groups of doctors that are shown together."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from meditrack_desktop.database.tables.practitioners import (
    DoctorGroupMemberRow,
    DoctorGroupRow,
    PractitionerRow,
)
from meditrack_desktop.domain.errors import ChangedMeanwhile, ErrorCode, NotFound
from meditrack_desktop.domain.practitioner_profiles import DoctorGroup
from meditrack_desktop.domain.search_terms import sort_name


def everything(session: Session) -> tuple[DoctorGroup, ...]:
    """Groups by their key, then name."""
    members = _members(session)
    found = [_record(row, members) for row in session.scalars(select(DoctorGroupRow))]
    return tuple(sorted(found, key=lambda one: (one.position, sort_name(one.name, ""), one.id)))


def find(session: Session, group_id: UUID) -> DoctorGroupRow | None:
    return session.scalars(select(DoctorGroupRow).where(DoctorGroupRow.id == group_id)).first()


def row(session: Session, group_id: UUID, version: int) -> DoctorGroupRow:
    """NotFound DOCTOR_GROUP_NOT_FOUND; ChangedMeanwhile if `version` is not the newest."""
    found = find(session, group_id)
    if found is None:
        raise NotFound(ErrorCode.DOCTOR_GROUP_NOT_FOUND)
    if found.version != version:
        raise ChangedMeanwhile()
    return found


def record(session: Session, row: DoctorGroupRow) -> DoctorGroup:
    return _record(row, _members(session))


def is_name_taken(session: Session, name: str, but: UUID) -> bool:
    """Whether another group than `but` is called so, capitals aside."""
    names = session.scalars(select(DoctorGroupRow.name).where(DoctorGroupRow.id != but))
    return name.casefold() in {one.casefold() for one in names}


def set_members(session: Session, group_id: UUID, practitioner_ids: Sequence[UUID]) -> bool:
    """Replace the members, in this order. Whether that changed anything. NotFound DOCTOR_NOT_FOUND."""
    wanted = tuple(dict.fromkeys(practitioner_ids))
    known = set(session.scalars(select(PractitionerRow.id).where(PractitionerRow.id.in_(wanted))))
    if known != set(wanted):
        raise NotFound(ErrorCode.DOCTOR_NOT_FOUND)
    if _members(session).get(group_id, ()) == wanted:
        return False
    remove_members(session, group_id)
    session.add_all(
        DoctorGroupMemberRow(group_id=group_id, practitioner_id=doctor, position=position)
        for position, doctor in enumerate(wanted)
    )
    return True


def remove_members(session: Session, group_id: UUID) -> None:
    session.execute(delete(DoctorGroupMemberRow).where(DoctorGroupMemberRow.group_id == group_id))


def _members(session: Session) -> dict[UUID, tuple[UUID, ...]]:
    table = DoctorGroupMemberRow.__table__.c
    rows = session.execute(
        select(table.group_id, table.practitioner_id).order_by(table.group_id, table.position)
    )
    found: dict[UUID, tuple[UUID, ...]] = {}
    for group_id, practitioner_id in rows:
        found[group_id] = (*found.get(group_id, ()), practitioner_id)
    return found


def _record(row: DoctorGroupRow, members: dict[UUID, tuple[UUID, ...]]) -> DoctorGroup:
    return DoctorGroup(row.id, row.version, row.name, row.position, members.get(row.id, ()))
