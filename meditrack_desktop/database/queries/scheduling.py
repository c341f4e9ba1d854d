"""Questions about appointments: what a calendar shows, who is busy when, and who may be booked at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, exists, select
from sqlalchemy.orm import Session, aliased

from meditrack_desktop.database.tables.patients import PatientPhoneRow, PatientRow
from meditrack_desktop.database.tables.practitioners import PractitionerRow, WorkingHoursRow
from meditrack_desktop.database.tables.scheduling import AppointmentRow
from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.errors import ChangedMeanwhile, ErrorCode, NotFound
from meditrack_desktop.domain.practitioners import WorkingHours
from meditrack_desktop.domain.scheduling import LONGEST_MINUTES, Appointment, AppointmentStatus, Busy

TAKING_TIME = tuple(status for status in AppointmentStatus if status.takes_time)
LONGEST_VISIT = timedelta(minutes=LONGEST_MINUTES)


@dataclass(frozen=True, slots=True)
class Bookable:
    """What booking must know of a doctor: a live one, and the weekly hours."""

    id: UUID
    active: bool
    hours: tuple[WorkingHours, ...]


def _records() -> Select[*tuple[Any, ...]]:
    """One row for each appointment, in the order of `Appointment`'s making."""
    visit = AppointmentRow
    earlier = aliased(AppointmentRow)
    seen_before = exists().where(
        earlier.patient_id == visit.patient_id,
        earlier.starts_at < visit.starts_at,
        earlier.status.in_(TAKING_TIME),
    )
    return (
        select(
            visit.id,
            visit.version,
            visit.patient_id,
            PatientRow.given,
            PatientRow.family,
            PatientRow.birth_date,
            PatientRow.mrn,
            PatientPhoneRow.value,
            visit.practitioner_id,
            PractitionerRow.prefix,
            PractitionerRow.given,
            PractitionerRow.family,
            visit.starts_at,
            visit.ends_at,
            visit.wall_start,
            visit.zone,
            visit.minutes,
            visit.status,
            visit.confirmation,
            visit.visit_type,
            visit.reason,
            visit.overbooked,
            visit.created_at,
            visit.created_by,
            visit.arrived_at,
            visit.roomed_at,
            visit.left_at,
            visit.cancelled_by,
            visit.cancel_reason,
            seen_before.label("seen_before"),
        )
        .join(PatientRow, PatientRow.id == visit.patient_id)
        .join(PractitionerRow, PractitionerRow.id == visit.practitioner_id)
        .outerjoin(
            PatientPhoneRow,
            and_(PatientPhoneRow.patient_id == visit.patient_id, PatientPhoneRow.position == 0),
        )
    )


def _record(row: Row[*tuple[Any, ...]] | Sequence[Any]) -> Appointment:
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
    ) = row
    return Appointment(
        id_,
        version,
        patient_id,
        f"{given} {family}".strip(),
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
    )


@lru_cache(maxsize=20_000)
def _birth_date(text: str) -> BirthDate:
    return BirthDate.parse(text)


def record(session: Session, appointment_id: UUID) -> Appointment:
    """The appointment. NotFound."""
    row = session.execute(_records().where(AppointmentRow.id == appointment_id)).first()
    if row is None:
        raise NotFound(ErrorCode.APPOINTMENT_NOT_FOUND)
    return _record(row)


def find(session: Session, appointment_id: UUID) -> Appointment | None:
    row = session.execute(_records().where(AppointmentRow.id == appointment_id)).first()
    return _record(row) if row else None


def between(
    session: Session,
    begins: datetime,
    ends: datetime,
    practitioners: Sequence[UUID],
    include_cancelled: bool,
) -> list[Appointment]:
    """Visits that start in [begins, ends), by doctor's name, then start."""
    query = _records().where(AppointmentRow.starts_at >= begins, AppointmentRow.starts_at < ends)
    if practitioners:
        query = query.where(AppointmentRow.practitioner_id.in_(practitioners))
    if not include_cancelled:
        query = query.where(AppointmentRow.status != AppointmentStatus.CANCELLED)
    rows = session.execute(query).all()
    found = [_record(row) for row in rows]
    found.sort(key=lambda visit: (visit.practitioner_name, visit.practitioner_id, visit.starts_at, visit.id))
    return found


def of_patient(session: Session, patient_id: UUID) -> list[Appointment]:
    """All visits of one patient, newest first."""
    query = _records().where(AppointmentRow.patient_id == patient_id)
    rows = session.execute(query.order_by(AppointmentRow.starts_at.desc(), AppointmentRow.id))
    return [_record(row) for row in rows]


def holder(session: Session, appointment_id: UUID) -> UUID:
    """Whose calendar the appointment lies in. NotFound."""
    found = session.execute(
        select(AppointmentRow.practitioner_id).where(AppointmentRow.id == appointment_id)
    ).scalar()
    if found is None:
        raise NotFound(ErrorCode.APPOINTMENT_NOT_FOUND)
    return found


def row(session: Session, appointment_id: UUID, version: int) -> AppointmentRow:
    """The row to change. NotFound; ChangedMeanwhile if `version` is not the newest."""
    found = session.scalars(select(AppointmentRow).where(AppointmentRow.id == appointment_id)).first()
    if found is None:
        raise NotFound(ErrorCode.APPOINTMENT_NOT_FOUND)
    if found.version != version:
        raise ChangedMeanwhile()
    return found


def hold_patient(session: Session, patient_id: UUID) -> bool:
    """Whether the patient is live (not archived), kept so until the transaction ends. NotFound."""
    found = session.execute(
        select(PatientRow.archived_at).where(PatientRow.id == patient_id).with_for_update(read=True)
    ).first()
    if found is None:
        raise NotFound(ErrorCode.PATIENT_NOT_FOUND)
    return found.archived_at is None


def check_patient(session: Session, patient_id: UUID) -> None:
    """NotFound unless there is such a patient."""
    if session.execute(select(PatientRow.id).where(PatientRow.id == patient_id)).first() is None:
        raise NotFound(ErrorCode.PATIENT_NOT_FOUND)


def hold_doctors(session: Session, practitioner_ids: Iterable[UUID]) -> dict[UUID, Bookable]:
    """Doctors whose calendars nobody else writes until the transaction ends. NotFound if one is unknown.

    Always taken in the same order and before any visit, so that two desks never wait for each other in a ring.
    """
    wanted = sorted(set(practitioner_ids))
    rows = session.execute(
        select(PractitionerRow.id, PractitionerRow.active)
        .where(PractitionerRow.id.in_(wanted))
        .order_by(PractitionerRow.id)
        .with_for_update(key_share=True)
    ).all()
    if len(rows) != len(wanted):
        raise NotFound(ErrorCode.DOCTOR_NOT_FOUND)
    hours = hours_of(session, wanted)
    return {row.id: Bookable(row.id, row.active, hours.get(row.id, ())) for row in rows}


def bookable(session: Session, practitioner_ids: Sequence[UUID]) -> list[Bookable]:
    """Doctors with their hours, all active ones if no id is given. NotFound if one is unknown."""
    query = select(PractitionerRow.id, PractitionerRow.active)
    if practitioner_ids:
        query = query.where(PractitionerRow.id.in_(practitioner_ids))
    else:
        query = query.where(PractitionerRow.active)
    rows = session.execute(query.order_by(PractitionerRow.id)).all()
    if practitioner_ids and len(rows) != len(set(practitioner_ids)):
        raise NotFound(ErrorCode.DOCTOR_NOT_FOUND)
    hours = hours_of(session, [row.id for row in rows])
    return [Bookable(row.id, row.active, hours.get(row.id, ())) for row in rows]


def hours_of(session: Session, practitioner_ids: Sequence[UUID]) -> dict[UUID, tuple[WorkingHours, ...]]:
    found: dict[UUID, list[WorkingHours]] = {}
    rows = session.execute(
        select(
            WorkingHoursRow.practitioner_id,
            WorkingHoursRow.weekday,
            WorkingHoursRow.starts,
            WorkingHoursRow.ends,
        ).where(WorkingHoursRow.practitioner_id.in_(practitioner_ids))
    )
    for practitioner_id, weekday, starts, ends in rows:
        found.setdefault(practitioner_id, []).append(WorkingHours(weekday, starts, ends))
    return {practitioner_id: tuple(sorted(hours)) for practitioner_id, hours in found.items()}


def is_taken(
    session: Session, practitioner_id: UUID, starts_at: datetime, ends_at: datetime, but: UUID
) -> bool:
    """Whether another visit than `but` takes any of the doctor's time from `starts_at` to `ends_at`."""
    query = (
        select(AppointmentRow.id)
        .where(
            AppointmentRow.practitioner_id == practitioner_id,
            AppointmentRow.starts_at > starts_at - LONGEST_VISIT,
            AppointmentRow.starts_at < ends_at,
            AppointmentRow.ends_at > starts_at,
            AppointmentRow.status.in_(TAKING_TIME),
            AppointmentRow.id != but,
        )
        .limit(1)
    )
    return session.execute(query).first() is not None


def busy(
    session: Session, practitioner_ids: Sequence[UUID], begins: datetime, ends: datetime
) -> dict[UUID, list[Busy]]:
    """The taken time of doctors that touches [begins, ends), by doctor, in order."""
    rows = session.execute(
        select(
            AppointmentRow.practitioner_id,
            AppointmentRow.id,
            AppointmentRow.starts_at,
            AppointmentRow.ends_at,
        )
        .where(
            AppointmentRow.practitioner_id.in_(practitioner_ids),
            AppointmentRow.starts_at > begins - LONGEST_VISIT,
            AppointmentRow.starts_at < ends,
            AppointmentRow.ends_at > begins,
            AppointmentRow.status.in_(TAKING_TIME),
        )
        .order_by(AppointmentRow.practitioner_id, AppointmentRow.starts_at)
    )
    found: dict[UUID, list[Busy]] = {}
    for practitioner_id, appointment_id, starts_at, ends_at in rows:
        found.setdefault(practitioner_id, []).append(Busy(appointment_id, starts_at, ends_at))
    return found
