"""Questions about kinds of visits, and about the rooms and devices they need."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from meditrack_desktop.database.tables.practitioners import PractitionerRow
from meditrack_desktop.database.tables.visit_types import (
    AssetRow,
    VisitTypeDoctorRow,
    VisitTypeNeedRow,
    VisitTypeRow,
)
from meditrack_desktop.domain.errors import ChangedMeanwhile, ErrorCode, NotFound
from meditrack_desktop.domain.search_terms import sort_name
from meditrack_desktop.domain.visit_types import Asset, VisitType


def everything(session: Session, *, include_inactive: bool) -> tuple[VisitType, ...]:
    """Kinds of visits by position, then name."""
    query = select(VisitTypeRow)
    if not include_inactive:
        query = query.where(VisitTypeRow.active)
    rows = session.scalars(query).all()
    needs, doctors = _needs(session), _doctors(session)
    found = [_record(row, needs.get(row.id, ()), doctors.get(row.id, ())) for row in rows]
    return tuple(sorted(found, key=lambda one: (one.position, sort_name(one.name, ""), one.id)))


def find(session: Session, visit_type_id: UUID) -> VisitTypeRow | None:
    return session.scalars(select(VisitTypeRow).where(VisitTypeRow.id == visit_type_id)).first()


def row(session: Session, visit_type_id: UUID, version: int | None) -> VisitTypeRow:
    """The row to change. NotFound VISIT_TYPE_NOT_FOUND; ChangedMeanwhile if `version` is not the newest."""
    found = find(session, visit_type_id)
    if found is None:
        raise NotFound(ErrorCode.VISIT_TYPE_NOT_FOUND)
    if found.version != version:
        raise ChangedMeanwhile()
    return found


def record(session: Session, visit_type_id: UUID) -> VisitType:
    """NotFound VISIT_TYPE_NOT_FOUND."""
    found = find(session, visit_type_id)
    if found is None:
        raise NotFound(ErrorCode.VISIT_TYPE_NOT_FOUND)
    needs, doctors = _needs(session, visit_type_id), _doctors(session, visit_type_id)
    return _record(found, needs.get(found.id, ()), doctors.get(found.id, ()))


def is_name_taken(session: Session, name: str, but: UUID) -> bool:
    """Whether another kind than `but` is called so, capitals aside."""
    names = session.scalars(select(VisitTypeRow.name).where(VisitTypeRow.id != but))
    return name.casefold() in {one.casefold() for one in names}


def set_parts(
    session: Session, visit_type_id: UUID, needs: Iterable[str], practitioner_ids: Iterable[UUID]
) -> bool:
    """Replace what it needs and who offers it; the kind itself must be stored. Whether that changed anything.

    NotFound DOCTOR_NOT_FOUND for an id that is nobody's.
    """
    wanted, doctors = set(needs), set(practitioner_ids)
    known = set(session.scalars(select(PractitionerRow.id).where(PractitionerRow.id.in_(doctors))))
    if known != doctors:
        raise NotFound(ErrorCode.DOCTOR_NOT_FOUND)
    same = (
        set(_needs(session, visit_type_id).get(visit_type_id, ())) == wanted
        and set(_doctors(session, visit_type_id).get(visit_type_id, ())) == doctors
    )
    if same:
        return False
    session.execute(delete(VisitTypeNeedRow).where(VisitTypeNeedRow.visit_type_id == visit_type_id))
    session.execute(delete(VisitTypeDoctorRow).where(VisitTypeDoctorRow.visit_type_id == visit_type_id))
    session.add_all(VisitTypeNeedRow(visit_type_id=visit_type_id, group=group) for group in sorted(wanted))
    session.add_all(
        VisitTypeDoctorRow(visit_type_id=visit_type_id, practitioner_id=doctor) for doctor in sorted(doctors)
    )
    return True


def assets(session: Session, *, include_inactive: bool) -> tuple[Asset, ...]:
    """Rooms and devices by group, then name."""
    query = select(AssetRow)
    if not include_inactive:
        query = query.where(AssetRow.active)
    found = [asset_record(row) for row in session.scalars(query)]
    return tuple(sorted(found, key=lambda one: (sort_name(one.group, one.name), one.id)))


def find_asset(session: Session, asset_id: UUID) -> AssetRow | None:
    return session.scalars(select(AssetRow).where(AssetRow.id == asset_id)).first()


def asset_row(session: Session, asset_id: UUID, version: int | None) -> AssetRow:
    """The row to change. NotFound ASSET_NOT_FOUND; ChangedMeanwhile if `version` is not the newest."""
    found = find_asset(session, asset_id)
    if found is None:
        raise NotFound(ErrorCode.ASSET_NOT_FOUND)
    if found.version != version:
        raise ChangedMeanwhile()
    return found


def is_asset_name_taken(session: Session, name: str, but: UUID) -> bool:
    names = session.scalars(select(AssetRow.name).where(AssetRow.id != but))
    return name.casefold() in {one.casefold() for one in names}


def asset_record(row: AssetRow) -> Asset:
    return Asset(row.id, row.version, row.name, row.kind, row.group, row.active)


def _needs(session: Session, visit_type_id: UUID | None = None) -> dict[UUID, tuple[str, ...]]:
    query = select(VisitTypeNeedRow.visit_type_id, VisitTypeNeedRow.group).order_by(VisitTypeNeedRow.group)
    if visit_type_id is not None:
        query = query.where(VisitTypeNeedRow.visit_type_id == visit_type_id)
    found: dict[UUID, tuple[str, ...]] = {}
    for of, group in session.execute(query):
        found[of] = (*found.get(of, ()), group)
    return found


def _doctors(session: Session, visit_type_id: UUID | None = None) -> dict[UUID, tuple[UUID, ...]]:
    query = select(VisitTypeDoctorRow.visit_type_id, VisitTypeDoctorRow.practitioner_id)
    if visit_type_id is not None:
        query = query.where(VisitTypeDoctorRow.visit_type_id == visit_type_id)
    found: dict[UUID, tuple[UUID, ...]] = {}
    for of, practitioner_id in session.execute(query.order_by(VisitTypeDoctorRow.practitioner_id)):
        found[of] = (*found.get(of, ()), practitioner_id)
    return found


def _record(row: VisitTypeRow, needs: tuple[str, ...], practitioner_ids: tuple[UUID, ...]) -> VisitType:
    return VisitType(
        id=row.id,
        version=row.version,
        name=row.name,
        minutes=row.minutes,
        price=row.price,
        buffer_before=row.buffer_before,
        buffer_after=row.buffer_after,
        preparation=row.preparation,
        for_new_patients=row.for_new_patients,
        needs=tuple(sorted(needs)),
        practitioner_ids=practitioner_ids,
        active=row.active,
        position=row.position,
    )
