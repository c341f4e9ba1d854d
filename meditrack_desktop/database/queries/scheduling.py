"""Questions about appointments: what a calendar shows, who is busy when, and who may be booked at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, exists, select, type_coerce
from sqlalchemy.orm import Session

from meditrack_desktop.database.queries import appointment_assets as assets
from meditrack_desktop.database.queries.allergies import WARNING
from meditrack_desktop.database.tables.chart import AllergyRow
from meditrack_desktop.database.tables.patients import PatientPhoneRow, PatientRow
from meditrack_desktop.database.tables.practitioners import PractitionerRow
from meditrack_desktop.database.tables.scheduling import AppointmentRow
from meditrack_desktop.database.types import RepeatedInstant, RepeatedUuid
from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.errors import ChangedMeanwhile, Conflict, ErrorCode, NotFound
from meditrack_desktop.domain.names import display_name
from meditrack_desktop.domain.scheduling import Appointment, AppointmentStatus

TAKING_TIME = tuple(status for status in AppointmentStatus if status.takes_time)
LONGEST_VISIT = timedelta(days=2)
"""With its buffers; what the database holds every visit to."""


_visit = AppointmentRow.__table__.c
_earlier = AppointmentRow.__table__.alias().c
_patient = PatientRow.__table__.c
_phone = PatientPhoneRow.__table__.c
_allergy = AllergyRow.__table__.c
_MINUTE = timedelta(minutes=1)
_doctor = PractitionerRow.__table__.c


def _known(column: ColumnElement[Any]) -> ColumnElement[UUID]:
    """A column of ids that come again and again: making the same UUID 2,000 times costs more than the query."""
    return type_coerce(column, RepeatedUuid())


def _instant(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return type_coerce(column, RepeatedInstant())


@dataclass(frozen=True, slots=True)
class Bookable:
    """What booking must know of a doctor who is held: whether patients may be booked at all."""

    id: UUID
    active: bool


def _records() -> Select[*tuple[Any, ...]]:
    """One row for each appointment, in the order of `Appointment`'s making. Plain columns: a week is 2,000."""
    seen_before = exists().where(
        _earlier.patient_id == _visit.patient_id,
        _earlier.starts_at < _visit.starts_at,
        _earlier.status.in_(TAKING_TIME),
    )
    warned_about = exists().where(_allergy.patient_id == _visit.patient_id, *WARNING)
    return select(
        _visit.id,
        _visit.version,
        _known(_visit.patient_id),
        _patient.given,
        _patient.family,
        _patient.birth_date,
        _patient.mrn,
        _phone.value,
        _known(_visit.practitioner_id),
        _doctor.prefix,
        _doctor.given,
        _doctor.family,
        _instant(_visit.starts_at),
        _instant(_visit.ends_at),
        _visit.wall_start,
        _visit.zone,
        _visit.minutes,
        _visit.status,
        _visit.confirmation,
        _visit.visit_type,
        _visit.reason,
        _visit.overbooked,
        _instant(_visit.created_at),
        _known(_visit.created_by),
        _instant(_visit.arrived_at),
        _instant(_visit.roomed_at),
        _instant(_visit.left_at),
        _visit.cancelled_by,
        _visit.cancel_reason,
        seen_before.label("seen_before"),
        _patient.provisional,
        _known(_visit.visit_type_id),
        _instant(_visit.busy_from),
        _instant(_visit.busy_until),
        _instant(_visit.seen_at),
        _visit.late_cancel,
        _known(_visit.series_id),
        _visit.overbook_reason,
        warned_about.label("warned_about"),
    ).select_from(
        AppointmentRow.__table__.join(PatientRow.__table__, _patient.id == _visit.patient_id)
        .join(PractitionerRow.__table__, _doctor.id == _visit.practitioner_id)
        .outerjoin(
            PatientPhoneRow.__table__,
            and_(_phone.patient_id == _visit.patient_id, _phone.position == 0),
        )
    )


def _record(row: Row[*tuple[Any, ...]] | Sequence[Any], kept: Mapping[UUID, tuple[UUID, ...]]) -> Appointment:
    (
        id_,
        version,
        patient_id,
        given,
        family,
        birth_date,
        mrn,
        phone,
        practitioner_id,
        prefix,
        doctor_given,
        doctor_family,
        starts_at,
        ends_at,
        wall_start,
        zone,
        minutes,
        status,
        confirmation,
        visit_type,
        reason,
        overbooked,
        created_at,
        created_by,
        arrived_at,
        roomed_at,
        left_at,
        cancelled_by,
        cancel_reason,
        seen_before,
        provisional,
        visit_type_id,
        busy_from,
        busy_until,
        seen_at,
        late_cancel,
        series_id,
        overbook_reason,
        warned_about,
    ) = row
    return Appointment(
        id_,
        version,
        patient_id,
        display_name(family, given),
        _birth_date(birth_date) if birth_date else None,
        mrn,
        phone or "",
        practitioner_id,
        " ".join(part for part in (prefix, doctor_given, doctor_family) if part),
        starts_at,
        ends_at,
        wall_start,
        zone,
        minutes,
        status,
        confirmation,
        visit_type,
        reason,
        overbooked,
        created_at,
        created_by,
        arrived_at,
        roomed_at,
        left_at,
        cancelled_by,
        cancel_reason,
        not seen_before,
        provisional,
        visit_type_id,
        0 if busy_from == starts_at else (starts_at - busy_from) // _MINUTE,
        0 if busy_until == ends_at else (busy_until - ends_at) // _MINUTE,
        seen_at,
        late_cancel,
        series_id,
        kept.get(id_, ()),
        overbook_reason,
        warned_about,
    )


# Asked by every booking and move. Made once: putting such a statement together takes longer than running it.
_ONE = _records().where(_visit.id == bindparam("id"))
_ROW = select(AppointmentRow).where(AppointmentRow.id == bindparam("id"))
_HOLDER = select(_visit.practitioner_id, _visit.patient_id, _visit.status).where(_visit.id == bindparam("id"))
_PATIENT_HELD = (
    select(_patient.archived_at, _patient.purged_at, _patient.merged_into)
    .where(_patient.id == bindparam("id"))
    .with_for_update(read=True)
)
_DOCTORS_HELD = (
    select(_doctor.id, _doctor.active)
    .where(_doctor.id.in_(bindparam("ids", expanding=True)))
    .order_by(_doctor.id)
    .with_for_update(key_share=True)
)
_TAKEN = (
    select(_visit.id)
    .where(
        _visit.practitioner_id == bindparam("doctor"),
        _visit.busy_from > bindparam("looking_back"),
        _visit.busy_from < bindparam("ends"),
        _visit.busy_until > bindparam("begins"),
        _visit.status.in_(TAKING_TIME),
        _visit.id != bindparam("but"),
    )
    .limit(1)
)


@lru_cache(maxsize=20_000)
def _birth_date(text: str) -> BirthDate:
    return BirthDate.parse(text)


def record(session: Session, appointment_id: UUID) -> Appointment:
    """The appointment. NotFound."""
    found = session.execute(_ONE, {"id": appointment_id}).first()
    if found is None:
        raise NotFound(ErrorCode.APPOINTMENT_NOT_FOUND)
    return _record(found, assets.of_visit(session, appointment_id))


def find(session: Session, appointment_id: UUID) -> Appointment | None:
    """The appointment, if a command of that id was carried out before."""
    if session.execute(select(_visit.id).where(_visit.id == appointment_id)).first() is None:
        return None
    return record(session, appointment_id)


def between(
    session: Session,
    begins: datetime,
    ends: datetime,
    practitioners: Sequence[UUID],
    include_cancelled: bool,
) -> list[Appointment]:
    """Visits that start in [begins, ends), by doctor's name, then start."""
    query = _records().where(_visit.starts_at >= begins, _visit.starts_at < ends)
    if practitioners:
        query = query.where(_visit.practitioner_id.in_(practitioners))
    if not include_cancelled:
        query = query.where(_visit.status != AppointmentStatus.CANCELLED)
    kept = assets.of_visits_between(session, begins, ends)
    found = [_record(row, kept) for row in session.execute(query).all()]
    return _in_order(found)


def _in_order(visits: Iterable[Appointment]) -> list[Appointment]:
    return sorted(
        visits,
        key=lambda visit: (visit.practitioner_name, visit.practitioner_id, visit.starts_at, visit.id),
    )


def of_patient(session: Session, patient_id: UUID) -> list[Appointment]:
    """All visits of one patient, newest first."""
    query = _records().where(_visit.patient_id == patient_id)
    rows = session.execute(query.order_by(_visit.starts_at.desc(), _visit.id))
    kept = assets.of_patients(session, [patient_id])
    return [_record(row, kept) for row in rows]


def of_patients(session: Session, patient_ids: Sequence[UUID]) -> list[Appointment]:
    """All visits of these patients, by id."""
    query = _records().where(_visit.patient_id.in_(patient_ids))
    kept = assets.of_patients(session, patient_ids)
    return [_record(row, kept) for row in session.execute(query.order_by(_visit.id))]


def of_ids(session: Session, appointment_ids: Sequence[UUID]) -> list[Appointment]:
    """These visits, by doctor's name, then start; who is no longer there is left out."""
    query = _records().where(_visit.id.in_(appointment_ids))
    kept = assets.of_visits(session, appointment_ids)
    return _in_order(_record(row, kept) for row in session.execute(query))


class Holder(NamedTuple):
    """Whose calendar a visit lies in, whose visit it is, and how it stands, before anything of it is held."""

    practitioner_id: UUID
    patient_id: UUID
    status: AppointmentStatus


def holder(session: Session, appointment_id: UUID) -> Holder:
    """Whom to hold before the visit itself is read. NotFound."""
    found = session.execute(_HOLDER, {"id": appointment_id}).first()
    if found is None:
        raise NotFound(ErrorCode.APPOINTMENT_NOT_FOUND)
    return Holder(*found)


def row(session: Session, appointment_id: UUID, version: int) -> AppointmentRow:
    """The row to change. NotFound; ChangedMeanwhile if `version` is not the newest."""
    found = session.scalars(_ROW, {"id": appointment_id}).first()
    if found is None:
        raise NotFound(ErrorCode.APPOINTMENT_NOT_FOUND)
    if found.version != version:
        raise ChangedMeanwhile()
    return found


def hold_patient(session: Session, patient_id: UUID) -> bool:
    """Whether the patient is live (not archived), kept so until the transaction ends. NotFound; Conflict
    PATIENT_MERGED."""
    found = session.execute(_PATIENT_HELD, {"id": patient_id}).first()
    if found is None:
        raise NotFound(ErrorCode.PATIENT_NOT_FOUND)
    if found.purged_at is not None:
        raise NotFound(ErrorCode.PATIENT_PURGED)
    if found.merged_into is not None:
        raise Conflict(ErrorCode.PATIENT_MERGED)
    return found.archived_at is None


def check_patient(session: Session, patient_id: UUID) -> None:
    """NotFound unless there is such a patient, PATIENT_PURGED for one that was erased."""
    found = session.execute(select(PatientRow.purged_at).where(PatientRow.id == patient_id)).first()
    if found is None:
        raise NotFound(ErrorCode.PATIENT_NOT_FOUND)
    if found.purged_at is not None:
        raise NotFound(ErrorCode.PATIENT_PURGED)


def hold_doctors(session: Session, practitioner_ids: Iterable[UUID]) -> dict[UUID, Bookable]:
    """Doctors whose calendars nobody else writes until the transaction ends. NotFound if one is unknown.

    Always taken in the same order and before any visit, so that two desks never wait for each other in a ring.
    """
    wanted = sorted(set(practitioner_ids))
    rows = session.execute(_DOCTORS_HELD, {"ids": wanted}).all()
    if len(rows) != len(wanted):
        raise NotFound(ErrorCode.DOCTOR_NOT_FOUND)
    return {row.id: Bookable(row.id, row.active) for row in rows}


def is_taken(
    session: Session, practitioner_id: UUID, starts_at: datetime, ends_at: datetime, but: UUID
) -> bool:
    """Whether another visit than `but` takes any of the doctor's time from `starts_at` to `ends_at`."""
    wanted = {
        "doctor": practitioner_id,
        "looking_back": starts_at - LONGEST_VISIT,
        "begins": starts_at,
        "ends": ends_at,
        "but": but,
    }
    return session.execute(_TAKEN, wanted).first() is not None
