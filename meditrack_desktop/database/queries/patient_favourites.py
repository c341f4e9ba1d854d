"""Today's patients and those an account opened lately: what a search ranks by, and keeping the latter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import String, bindparam, delete, func, select, text, type_coerce
from sqlalchemy.orm import Session

from meditrack_desktop.database.tables.around_patients import RecentPatientRow
from meditrack_desktop.database.tables.patients import PatientRow
from meditrack_desktop.database.tables.scheduling import AppointmentRow
from meditrack_desktop.database.types import UtcDateTime
from meditrack_desktop.domain.favourites import Favourite
from meditrack_desktop.domain.scheduling import AppointmentStatus
from meditrack_desktop.domain.suggestions import Near

KEPT = 50
"""How many of the charts an account opened are remembered."""

_TAKES_TIME = [status for status in AppointmentStatus if status.takes_time]


@dataclass(frozen=True, slots=True)
class Favourites:
    """Everybody who ranks first, each once; and the recent ones, newest first, whether or not they visit today."""

    ranked: tuple[Favourite, ...]
    recent: tuple[Favourite, ...]


def favourites(session: Session, account_id: UUID, day_begins: datetime, day_ends: datetime) -> Favourites:
    """Who has a visit that takes time between the two instants, and whom the account opened lately."""
    today: dict[Any, Favourite] = {}
    visits = (
        select(*_COMPARED, func.min(AppointmentRow.starts_at))
        .join_from(AppointmentRow, PatientRow, PatientRow.id == AppointmentRow.patient_id)
        .where(
            AppointmentRow.starts_at >= day_begins,
            AppointmentRow.starts_at < day_ends,
            AppointmentRow.status.in_(_TAKES_TIME),
            *_SHOWN,
        )
        .group_by(*_COMPARED)
    )
    for name, id_, searched, birth_date, archived_at, starts_at in session.execute(visits):
        today[id_] = Favourite(
            Near.TODAY, name, id_, searched, birth_date, archived_at is not None, starts_at
        )
    opened = (
        select(*_COMPARED)
        .join_from(RecentPatientRow, PatientRow, PatientRow.id == RecentPatientRow.patient_id)
        .where(RecentPatientRow.account_id == account_id, *_SHOWN)
        .order_by(RecentPatientRow.opened_at.desc(), PatientRow.id)
        .limit(KEPT)
    )
    recent = tuple(
        today.get(id_) or Favourite(Near.RECENT, name, id_, searched, birth_date, archived_at is not None)
        for name, id_, searched, birth_date, archived_at in session.execute(opened)
    )
    others = (one for one in recent if one.id not in today)
    return Favourites((*today.values(), *others), recent)


def remember(session: Session, account_id: UUID, patient_id: UUID, at: datetime) -> None:
    """The account opened this chart now; all but its last 50 are forgotten."""
    session.execute(_OPENED, {"account_id": account_id, "patient_id": patient_id, "opened_at": at})
    oldest = session.scalars(
        select(RecentPatientRow.opened_at)
        .where(RecentPatientRow.account_id == account_id)
        .order_by(RecentPatientRow.opened_at.desc())
        .limit(1)
        .offset(KEPT - 1)
    ).first()
    if oldest is not None:
        session.execute(
            delete(RecentPatientRow).where(
                RecentPatientRow.account_id == account_id, RecentPatientRow.opened_at < oldest
            )
        )


_COMPARED = (
    PatientRow.sort_name,
    type_coerce(PatientRow.id, String).label("id"),
    PatientRow.search_text,
    PatientRow.birth_date,
    PatientRow.archived_at,
)
_SHOWN = (PatientRow.purged_at.is_(None), PatientRow.merged_into.is_(None))
_OPENED = text(
    "INSERT INTO recent_patient (account_id, patient_id, opened_at) VALUES (:account_id, :patient_id, :opened_at)"
    " ON CONFLICT (account_id, patient_id) DO UPDATE SET opened_at = excluded.opened_at"
).bindparams(
    bindparam("account_id", type_=RecentPatientRow.__table__.c.account_id.type),
    bindparam("patient_id", type_=RecentPatientRow.__table__.c.patient_id.type),
    bindparam("opened_at", type_=UtcDateTime()),
)
