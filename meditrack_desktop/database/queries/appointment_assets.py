"""Questions about the rooms and devices that visits keep: whose they are, and which are taken when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from meditrack_desktop.database.tables.scheduling import AppointmentAssetRow, AppointmentRow
from meditrack_desktop.database.tables.visit_types import AssetRow
from meditrack_desktop.domain.visit_types import Asset

LONGEST = timedelta(days=2)
"""A visit with its buffers; what the database holds every visit to."""

_kept = AppointmentAssetRow.__table__.c
_visit = AppointmentRow.__table__.c


# Made once: every booking and move asks, and putting such a statement together takes longer than running it.
_OF_VISIT = select(_kept.asset_id).where(_kept.appointment_id == bindparam("visit")).order_by(_kept.asset_id)
_ROWS = (
    select(AppointmentAssetRow)
    .where(AppointmentAssetRow.appointment_id == bindparam("visit"))
    .order_by(AppointmentAssetRow.asset_id)
)


def of_visit(session: Session, appointment_id: UUID) -> dict[UUID, tuple[UUID, ...]]:
    found = tuple(session.scalars(_OF_VISIT, {"visit": appointment_id}))
    return {appointment_id: found} if found else {}


def of_visits(session: Session, appointment_ids: Sequence[UUID]) -> dict[UUID, tuple[UUID, ...]]:
    return _by_visit(session, _pairs().where(_kept.appointment_id.in_(appointment_ids)))


def of_visits_between(session: Session, begins: datetime, ends: datetime) -> dict[UUID, tuple[UUID, ...]]:
    """By visit: what those keep that start in [begins, ends)."""
    return _by_visit(session, _joined().where(_visit.starts_at >= begins, _visit.starts_at < ends))


def of_patients(session: Session, patient_ids: Sequence[UUID]) -> dict[UUID, tuple[UUID, ...]]:
    return _by_visit(session, _joined().where(_visit.patient_id.in_(patient_ids)))


def _pairs() -> Select[*tuple[Any, ...]]:
    return select(_kept.appointment_id, _kept.asset_id)


def _joined() -> Select[*tuple[Any, ...]]:
    both = AppointmentAssetRow.__table__.join(AppointmentRow.__table__, _visit.id == _kept.appointment_id)
    return _pairs().select_from(both)


def _by_visit(session: Session, query: Select[*tuple[Any, ...]]) -> dict[UUID, tuple[UUID, ...]]:
    found: dict[UUID, tuple[UUID, ...]] = {}
    for appointment_id, asset_id in session.execute(query.order_by(_kept.appointment_id, _kept.asset_id)):
        found[appointment_id] = (*found.get(appointment_id, ()), asset_id)
    return found


def rows(session: Session, appointment_id: UUID) -> list[AppointmentAssetRow]:
    """What a visit keeps, to be changed."""
    return list(session.scalars(_ROWS, {"visit": appointment_id}))


def hold(session: Session, ids: Iterable[UUID], groups: Iterable[str]) -> dict[UUID, Asset]:
    """These rooms and devices and all of these groups, which no other visit takes until the transaction ends.

    Always taken in the same order and after doctors, so that two desks never wait for each other in a ring.
    """
    return _records(session, _named(ids, groups).with_for_update(key_share=True))


def find(session: Session, ids: Iterable[UUID], groups: Iterable[str]) -> dict[UUID, Asset]:
    """As `hold`, only to look."""
    return _records(session, _named(ids, groups))


def _named(ids: Iterable[UUID], groups: Iterable[str]) -> Select[AssetRow]:
    named = AssetRow.id.in_(list(ids)) | AssetRow.group.in_(list(groups))
    return select(AssetRow).where(named).order_by(AssetRow.id)


def _records(session: Session, query: Select[AssetRow]) -> dict[UUID, Asset]:
    return {
        row.id: Asset(row.id, row.version, row.name, row.kind, row.group, row.active)
        for row in session.scalars(query)
    }


def taken(
    session: Session, asset_ids: Iterable[UUID], busy_from: datetime, busy_until: datetime, but: UUID
) -> set[UUID]:
    """Which of them another visit than `but` keeps at any moment of [busy_from, busy_until)."""
    query = select(_kept.asset_id).where(
        _kept.asset_id.in_(list(asset_ids)),
        _kept.busy_from > busy_from - LONGEST,
        _kept.busy_from < busy_until,
        _kept.busy_until > busy_from,
        _kept.takes_time,
        _kept.appointment_id != but,
    )
    return set(session.scalars(query))
