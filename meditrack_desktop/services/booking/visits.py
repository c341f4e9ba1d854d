"""The deeds at a visit, each inside a `Work` that its caller began: booked, moved, longer, given up, gone through.

Whoever does several in one go (a series, a batch of moves) calls these one after the other in one `Work`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.database.queries import scheduling as queries
from meditrack_desktop.database.queries import settings as setting_queries
from meditrack_desktop.database.tables.scheduling import AppointmentRow
from meditrack_desktop.domain.audit import Step, told
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.errors import ChangedMeanwhile, Conflict, ErrorCode, Invalid
from meditrack_desktop.domain.scheduling import (
    CHANGEABLE,
    Appointment,
    AppointmentStatus,
    BookAppointment,
    CancelAppointment,
    ChangeAppointmentLength,
    Confirmation,
    MarkSeen,
    MoveAppointment,
    SetAppointmentStatus,
    SetConfirmation,
    Stamps,
    check_has_begun,
    check_next_status,
    is_late_cancel,
    span,
    stamps_after,
    stamps_seen,
)
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.booking import kinds, redeeming, rooms, taking_time
from meditrack_desktop.services.work import Look, Work


class OfSeries(NamedTuple):
    """Which series a visit belongs to, and which of its dates it is (the clinic's clock)."""

    series_id: UUID
    series_start: datetime


def book(work: Work, command: BookAppointment, series: OfSeries | None = None) -> Appointment:
    """Book a visit; the same command twice books once. Raises what `Scheduling.book` says."""
    live = queries.hold_patient(work.session, command.patient_id)
    doctor = queries.hold_doctors(work.session, [command.practitioner_id])[command.practitioner_id]
    if (before := queries.find(work.session, command.id)) is not None:
        return _repeated(work, command, before)
    if not live:
        raise Conflict(ErrorCode.PATIENT_ARCHIVED)
    zone = zone_of(work)
    kind = kinds.on_offer(work.session, command.visit_type_id)
    starts_at, ends_at = span(command.wall_start, command.minutes, zone, command.fold)
    row = AppointmentRow(
        id=command.id,
        patient_id=command.patient_id,
        practitioner_id=command.practitioner_id,
        starts_at=starts_at,
        ends_at=ends_at,
        busy_from=starts_at - timedelta(minutes=kind.buffer_before if kind else 0),
        busy_until=ends_at + timedelta(minutes=kind.buffer_after if kind else 0),
        wall_start=command.wall_start.replace(fold=0),
        zone=zone.key,
        minutes=command.minutes,
        status=AppointmentStatus.BOOKED,
        confirmation=Confirmation.UNCONFIRMED,
        visit_type=kind.name if kind else command.visit_type,
        visit_type_id=command.visit_type_id,
        series_id=series.series_id if series else None,
        series_start=series.series_start if series else None,
        reason=command.reason,
        created_at=work.now,
        created_by=work.actor.account_id,
    )
    choice = taking_time.take(
        work, row, doctor, command.overbook_reason, by_hand=command.asset_ids, stored=False
    )
    work.added(row, "appointment.booked", change(row), patient_id=row.patient_id, detail=_told_of(None, row))
    work.flush()
    rooms.keep(work, row, choice)
    redeeming.redeem(work, command, row)
    return written(work, row)


def move(work: Work, command: MoveAppointment) -> Appointment:
    """Move a visit to another time or doctor. Raises what `Scheduling.move` says."""
    row, doctors = held(work, command.id, command.version, command.practitioner_id)
    check_changeable(row)
    before, was = change(row), _Time.of(row)
    zone = zone_of(work)
    starts_at, ends_at = span(command.wall_start, row.minutes, zone, command.fold)
    doctor = doctors[command.practitioner_id or row.practitioner_id]
    stays = (row.practitioner_id, row.starts_at, row.ends_at) == (doctor.id, starts_at, ends_at)
    if starts_at != row.starts_at:
        _begin_anew(row, command.wall_start)
    row.practitioner_id = doctor.id
    taking_time.set_span(row, starts_at, ends_at)
    row.wall_start, row.zone = command.wall_start.replace(fold=0), zone.key
    choice = taking_time.take(work, row, doctor, command.overbook_reason, held=stays)
    if not stays:
        row.ics_sequence += 1
    work.changed(
        row, "appointment.moved", before, change(row), patient_id=row.patient_id, detail=_told_of(was, row)
    )
    work.flush()
    rooms.keep(work, row, choice)
    return written(work, row)


def _begin_anew(row: AppointmentRow, wall_start: datetime) -> None:
    """What is said of a visit's old time does not hold for the new one: that the patient will come then; and, on
    another day, that the patient is here."""
    row.confirmation = Confirmation.UNCONFIRMED
    if wall_start.date() != row.wall_start.date():
        row.status = AppointmentStatus.BOOKED
        _stamp(row, Stamps())


def change_length(work: Work, command: ChangeAppointmentLength) -> Appointment:
    """Make a visit longer or shorter. Raises what `Scheduling.change_length` says."""
    row, doctors = held(work, command.id, command.version)
    check_changeable(row)
    shrinks, was = command.minutes <= row.minutes, _Time.of(row)
    if command.minutes != row.minutes:
        row.ics_sequence += 1
    row.minutes = command.minutes
    taking_time.set_span(row, row.starts_at, row.starts_at + timedelta(minutes=command.minutes))
    choice = taking_time.take(work, row, doctors[row.practitioner_id], command.overbook_reason, held=shrinks)
    work.changed(
        row,
        "appointment.length_changed",
        change(row),
        patient_id=row.patient_id,
        detail=_told_of(was, row),
    )
    work.flush()
    rooms.keep(work, row, choice)
    return written(work, row)


def cancel(work: Work, command: CancelAppointment) -> Appointment:
    """Cancel a visit that has not ended. Raises what `Scheduling.cancel` says."""
    row, _ = held(work, command.id, command.version)
    check_changeable(row)
    was_status, row.status = row.status, AppointmentStatus.CANCELLED
    row.cancelled_by = command.cancelled_by
    row.cancel_reason = command.reason
    late_hours = setting_queries.read(work.session).late_cancel_hours
    row.late_cancel = is_late_cancel(row.starts_at, work.now, command.cancelled_by, late_hours)
    row.ics_sequence += 1
    late = [Step("late", "", "yes")] if row.late_cancel else []
    work.changed(
        row,
        "appointment.cancelled",
        change(row),
        patient_id=row.patient_id,
        detail=told(
            Step("status", was_status.value, row.status.value),
            Step("by", "", command.cancelled_by.value),
            *late,
        ),
    )
    work.flush()
    rooms.follow(work, row)
    return written(work, row)


def set_status(work: Work, command: SetAppointmentStatus) -> Appointment:
    """Go a step through a visit, or back. Raises what `Scheduling.set_status` says."""
    row, doctors = held(work, command.id, command.version, brings_back=command.status.takes_time)
    now, then = row.status, command.status
    check_next_status(now, then)
    check_has_begun(now, then, row.starts_at, work.now)
    row.status = then
    _stamp(row, stamps_after(_stamps(row), then, work.now))
    row.cancelled_by, row.cancel_reason, row.late_cancel = None, "", False
    choice: rooms.Choice | None = None
    if then.takes_time and not now.takes_time:
        choice = taking_time.take_again(work, row, doctors[row.practitioner_id])
        row.ics_sequence += 1
    _report_status(work, row, "appointment.status_changed", now)
    work.flush()
    if then.takes_time != now.takes_time:
        rooms.keep(work, row, choice)
    return written(work, row)


def mark_seen(work: Work, command: MarkSeen) -> Appointment:
    """The doctor has begun. Raises what `Scheduling.mark_seen` says."""
    row, _ = held(work, command.id, command.version)
    now = row.status
    if now not in (AppointmentStatus.ARRIVED, AppointmentStatus.CHECKED_IN) or row.seen_at is not None:
        raise Invalid(ErrorCode.STATUS_NOT_ALLOWED, now=now.value)
    row.status = AppointmentStatus.CHECKED_IN
    _stamp(row, stamps_seen(_stamps(row), work.now))
    _report_status(work, row, "appointment.seen", now)
    return written(work, row)


def set_confirmation(work: Work, command: SetConfirmation) -> Appointment:
    """Note whether the patient said they will come."""
    row, _ = held(work, command.id, command.version)
    was, row.confirmation = row.confirmation, command.confirmation
    work.changed(
        row,
        "appointment.confirmation_changed",
        change(row),
        patient_id=row.patient_id,
        detail=told(Step("confirmation", was.value, row.confirmation.value)),
    )
    return written(work, row)


def held(
    work: Work, appointment_id: UUID, version: int, target: UUID | None = None, *, brings_back: bool = False
) -> tuple[AppointmentRow, dict[UUID, queries.Bookable]]:
    """The row at that version, with its doctor (and the one it goes to) held before it. NotFound; ChangedMeanwhile.

    `brings_back`: a visit that was given up may take its time again; its patient is held first, as when one is booked,
    so that a merge of records and this never wait for each other.
    """
    holder = queries.holder(work.session, appointment_id)
    if brings_back and not holder.status.takes_time:
        queries.hold_patient(work.session, holder.patient_id)
    doctors = queries.hold_doctors(work.session, [holder.practitioner_id, target or holder.practitioner_id])
    return queries.row(work.session, appointment_id, version), doctors


def check_changeable(row: AppointmentRow) -> None:
    """Invalid STATUS_NOT_ALLOWED for a visit that is over or given up."""
    if row.status not in CHANGEABLE:
        raise Invalid(ErrorCode.STATUS_NOT_ALLOWED, now=row.status.value)


def change(row: AppointmentRow) -> Change:
    """Where the visit shows."""
    return Change("appointment", row.id, row.practitioner_id, row.wall_start.date(), row.patient_id)


def written(work: Work, row: AppointmentRow) -> Appointment:
    """Sent to the database, so that it speaks before anybody is told of success; then read back."""
    work.flush()
    return queries.record(work.session, row.id)


def zone_of(under_way: Work | Look) -> ZoneInfo:
    return ZoneInfo(clinic_queries.profile(under_way.session).zone)


def _stamps(row: AppointmentRow) -> Stamps:
    return Stamps(row.arrived_at, row.roomed_at, row.left_at, row.seen_at)


def _stamp(row: AppointmentRow, stamps: Stamps) -> None:
    row.arrived_at, row.roomed_at = stamps.arrived_at, stamps.roomed_at
    row.left_at, row.seen_at = stamps.left_at, stamps.seen_at


def _report_status(work: Work, row: AppointmentRow, action: str, was: AppointmentStatus) -> None:
    work.changed(
        row,
        action,
        change(row),
        patient_id=row.patient_id,
        detail=told(Step("status", was.value, row.status.value)),
    )


class _Time(NamedTuple):
    """What the trail tells of a visit: when, how long and with whom; nothing of the patient's."""

    start: str
    minutes: str
    doctor: str

    @classmethod
    def of(cls, row: AppointmentRow) -> _Time:
        return cls(row.wall_start.isoformat("T", "minutes"), str(row.minutes), row.practitioner_id.hex)


def _told_of(was: _Time | None, row: AppointmentRow) -> str:
    before = was or _Time("", "", "")
    now = _Time.of(row)
    return told(*(Step(what, a, b) for what, a, b in zip(_Time._fields, before, now, strict=True)))


def _repeated(work: Work, command: BookAppointment, before: Appointment) -> Appointment:
    if before.patient_id != command.patient_id:
        raise ChangedMeanwhile()
    work.noted(Line("appointment.booked", "appointment", before.id, before.patient_id, detail="repeated"))
    return before
