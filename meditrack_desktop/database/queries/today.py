"""Questions about one day at the front desk, one for each table whatever the number of doctors and visits."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Row, and_, exists, or_, select
from sqlalchemy.orm import Session

from meditrack_desktop.database.tables.patients import PatientRow
from meditrack_desktop.database.tables.practitioners import CredentialRow, PractitionerRow
from meditrack_desktop.database.tables.scheduling import AppointmentAssetRow, AppointmentRow
from meditrack_desktop.database.tables.visit_types import AssetRow, VisitTypeNeedRow
from meditrack_desktop.domain.scheduling import CHANGEABLE, AppointmentStatus
from meditrack_desktop.domain.search_terms import sort_name
from meditrack_desktop.domain.today import Attention, AttentionKind, DayDoctor

MOST_CREDENTIALS = 50

_visit = AppointmentRow.__table__.c
_kept = AppointmentAssetRow.__table__.c
_asset = AssetRow.__table__.c
_doctor = PractitionerRow.__table__.c
_patient = PatientRow.__table__.c
_need = VisitTypeNeedRow.__table__.c
_credential = CredentialRow.__table__.c


def doctors(session: Session, with_visits: Collection[UUID]) -> list[DayDoctor]:
    """Doctors who work here, and those whose visits are still in the calendar; in the order of all doctors."""
    rows = session.execute(
        select(_doctor.id, _doctor.prefix, _doctor.given, _doctor.family, _doctor.room).where(
            or_(_doctor.active, _doctor.id.in_(list(with_visits)))
        )
    ).all()
    in_order = sorted(rows, key=lambda row: (sort_name(row.family, row.given), row.id))
    return [DayDoctor(row.id, _called(row), row.room) for row in in_order]


def rooms(session: Session, begins: datetime, ends: datetime) -> dict[UUID, str]:
    """By visit that starts in [begins, ends): the names of what it keeps, rooms and devices."""
    rows = session.execute(
        select(_kept.appointment_id, _asset.name)
        .select_from(
            AppointmentAssetRow.__table__.join(AssetRow.__table__, _asset.id == _kept.asset_id).join(
                AppointmentRow.__table__, _visit.id == _kept.appointment_id
            )
        )
        .where(_visit.starts_at >= begins, _visit.starts_at < ends)
        .order_by(_kept.appointment_id, _asset.kind.desc(), _asset.name)
    )
    found: dict[UUID, list[str]] = {}
    for appointment_id, name in rows:
        found.setdefault(appointment_id, []).append(name)
    return {appointment_id: ", ".join(names) for appointment_id, names in found.items()}


def erased_and_open(session: Session, begins: datetime, ends: datetime) -> frozenset[UUID]:
    """Visits of [begins, ends) that nobody ended, of patients who were erased since: nobody comes to them."""
    query = (
        select(_visit.id)
        .join(PatientRow.__table__, _patient.id == _visit.patient_id)
        .where(
            _visit.starts_at >= begins,
            _visit.starts_at < ends,
            _visit.status.in_(sorted(CHANGEABLE)),
            _patient.purged_at.is_not(None),
        )
    )
    return frozenset(session.scalars(query))


def without_room(session: Session, begins: datetime, ends: datetime) -> frozenset[UUID]:
    """Booked visits of [begins, ends) whose kind needs a room or device of a group of which they keep none."""
    has_one = exists().where(
        _kept.appointment_id == _visit.id, _asset.id == _kept.asset_id, _asset.group_name == _need.group_name
    )
    rows = session.scalars(
        select(_visit.id)
        .distinct()
        .select_from(
            AppointmentRow.__table__.join(
                VisitTypeNeedRow.__table__, _need.visit_type_id == _visit.visit_type_id
            )
        )
        .where(
            _visit.starts_at >= begins,
            _visit.starts_at < ends,
            _visit.status == AppointmentStatus.BOOKED,
            ~has_one,
        )
    )
    return frozenset(rows)


def next_day_with_visits(session: Session, after: datetime, zone: ZoneInfo) -> date | None:
    """The clinic's day of the first visit that starts at the instant `after` or later and was not given up.

    By the clock of `zone`, the clinic's, whatever zone the visit was booked in.
    """
    starts_at = session.scalar(
        select(_visit.starts_at)
        .where(
            _visit.starts_at >= after,
            _visit.status.not_in([AppointmentStatus.CANCELLED, AppointmentStatus.NOSHOW]),
        )
        .order_by(_visit.starts_at)
        .limit(1)
    )
    return starts_at.astimezone(zone).date() if starts_at else None


def credentials_ending(session: Session, until: date) -> list[Attention]:
    """Credentials of doctors who work here that end by `until` or have ended, the earliest first."""
    rows = session.execute(
        select(
            _doctor.id,
            _doctor.prefix,
            _doctor.given,
            _doctor.family,
            _credential.name.label("what"),
            _credential.expires_on,
        )
        .select_from(
            CredentialRow.__table__.join(
                PractitionerRow.__table__, and_(_doctor.id == _credential.practitioner_id, _doctor.active)
            )
        )
        .where(_credential.expires_on <= until)
        .order_by(_credential.expires_on, _credential.id)
        .limit(MOST_CREDENTIALS)
    )
    return [
        Attention(
            AttentionKind.CREDENTIAL_EXPIRES,
            practitioner_id=row.id,
            practitioner_name=_called(row),
            day=row.expires_on,
            what=row.what,
        )
        for row in rows
    ]


def _called(row: Row[*tuple[object, ...]]) -> str:
    return " ".join(part for part in (row.prefix, row.given, row.family) if part)
