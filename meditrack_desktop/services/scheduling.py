"""The calendar: booking, moving and cancelling visits, what became of them, and where there is room.

Every change holds the doctors concerned first, so that what was checked is still true when it is written; the
database refuses an overlap on its own besides (security.md D30).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.database.queries import scheduling as queries
from meditrack_desktop.database.tables.scheduling import AppointmentRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.audit import Step, told
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.deeds import DeedKind
from meditrack_desktop.domain.errors import (
    ChangedMeanwhile,
    Conflict,
    ErrorCode,
    Invalid,
    OutsideHours,
    SlotTaken,
)
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.scheduling import (
    CHANGEABLE,
    LONGEST_MINUTES,
    SHORTEST_MINUTES,
    Appointment,
    AppointmentStatus,
    BookAppointment,
    CalendarRange,
    CancelAppointment,
    ChangeAppointmentLength,
    Confirmation,
    MoveAppointment,
    SetAppointmentStatus,
    SetConfirmation,
    Slot,
    Stamps,
    check_hours,
    check_next_status,
    day_bounds,
    free_starts,
    span,
    stamps_after,
    within_hours,
)
from meditrack_desktop.services import deeds
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.work import Look, Work, Works

LOOK_AHEAD_DAYS = 90
LONGEST_STEP_DAYS = 16
MOST_SLOTS = 500


class Scheduling:
    def __init__(self, work: Works) -> None:
        self.work = work

    def calendar(self, actor: Actor, wanted: CalendarRange) -> tuple[Appointment, ...]:
        """Visits that start on the wanted days, by doctor's name, then start."""
        with self.work.looking(actor, Permission.VIEW_CALENDAR) as look:
            begins, ends = day_bounds(wanted.first, wanted.last, _zone(look))
            found = queries.between(
                look.session, begins, ends, wanted.practitioners, wanted.include_cancelled
            )
            look.listed("appointment")
            return tuple(found)

    def get(self, actor: Actor, appointment_id: UUID) -> Appointment:
        """One visit. NotFound APPT_003."""
        with self.work.looking(actor, Permission.VIEW_CALENDAR) as look:
            found = queries.record(look.session, appointment_id)
            look.viewed("appointment", found.id, found.patient_id)
            return found

    def of_patient(self, actor: Actor, patient_id: UUID) -> tuple[Appointment, ...]:
        """All visits of a patient, past and coming, newest first. NotFound PAT_001."""
        with self.work.looking(actor, Permission.VIEW_CALENDAR) as look:
            queries.check_patient(look.session, patient_id)
            look.listed("appointment", patient_id, patient_id)
            return tuple(queries.of_patient(look.session, patient_id))

    def book(self, actor: Actor, command: BookAppointment) -> Appointment:
        """Book a visit; the same command twice books once.

        SlotTaken or OutsideHours if the doctor cannot take it then (unless overbooking is asked for and
        permitted); Invalid DOC_002 for an inactive doctor, Conflict PAT_003 for an archived patient, Invalid
        APPT_005 or APPT_006 for a time that clocks skip or show twice; NotFound.
        """
        with self.work(actor, Permission.BOOK_APPOINTMENT) as work:
            deeds.record(work, DeedKind.BOOKED)
            live = queries.hold_patient(work.session, command.patient_id)
            doctor = queries.hold_doctors(work.session, [command.practitioner_id])[command.practitioner_id]
            if (before := queries.find(work.session, command.id)) is not None:
                return _repeated(work, command, before)
            if not live:
                raise Conflict(ErrorCode.PATIENT_ARCHIVED)
            zone = _zone(work)
            starts_at, ends_at = span(command.wall_start, command.minutes, zone, command.fold)
            row = AppointmentRow(
                id=command.id,
                patient_id=command.patient_id,
                practitioner_id=command.practitioner_id,
                starts_at=starts_at,
                ends_at=ends_at,
                busy_from=starts_at,
                busy_until=ends_at,
                wall_start=command.wall_start.replace(fold=0),
                zone=zone.key,
                minutes=command.minutes,
                status=AppointmentStatus.BOOKED,
                confirmation=Confirmation.UNCONFIRMED,
                visit_type=command.visit_type,
                reason=command.reason,
                created_at=work.now,
                created_by=actor.account_id,
            )
            _take_time(work, row, doctor, command.overbook_reason)
            work.added(
                row, "appointment.booked", _change(row), patient_id=row.patient_id, detail=_told_of(None, row)
            )
            return _written(work, row)

    def move(self, actor: Actor, command: MoveAppointment) -> Appointment:
        """Move a visit to another time or doctor. Raises what `book` does; ChangedMeanwhile if it is stale."""
        with self.work(actor, Permission.MOVE_APPOINTMENT) as work:
            deeds.record(work, DeedKind.MOVED)
            row, doctors = _held(work, command.id, command.version, command.practitioner_id)
            _check_changeable(row)
            before, was = _change(row), _Time.of(row)
            zone = _zone(work)
            starts_at, ends_at = span(command.wall_start, row.minutes, zone, command.fold)
            doctor = doctors[command.practitioner_id or row.practitioner_id]
            held = (row.practitioner_id, row.starts_at, row.ends_at) == (doctor.id, starts_at, ends_at)
            row.practitioner_id = doctor.id
            _take_span(row, starts_at, ends_at)
            row.wall_start, row.zone = command.wall_start.replace(fold=0), zone.key
            _take_time(work, row, doctor, command.overbook_reason, held=held)
            work.changed(
                row,
                "appointment.moved",
                before,
                _change(row),
                patient_id=row.patient_id,
                detail=_told_of(was, row),
            )
            return _written(work, row)

    def change_length(self, actor: Actor, command: ChangeAppointmentLength) -> Appointment:
        """Make a visit longer or shorter; its start stays. Raises what `move` does. Shortening always fits."""
        with self.work(actor, Permission.MOVE_APPOINTMENT) as work:
            deeds.record(work, DeedKind.LENGTH_CHANGED)
            row, doctors = _held(work, command.id, command.version)
            _check_changeable(row)
            held, was = command.minutes <= row.minutes, _Time.of(row)
            row.minutes = command.minutes
            _take_span(row, row.starts_at, row.starts_at + timedelta(minutes=command.minutes))
            _take_time(work, row, doctors[row.practitioner_id], command.overbook_reason, held=held)
            work.changed(
                row,
                "appointment.length_changed",
                _change(row),
                patient_id=row.patient_id,
                detail=_told_of(was, row),
            )
            return _written(work, row)

    def cancel(self, actor: Actor, command: CancelAppointment) -> Appointment:
        """Cancel a visit that has not ended. It stays visible; its time is free again.

        Invalid APPT_004 if it is over or cancelled already; ChangedMeanwhile; NotFound.
        """
        with self.work(actor, Permission.CANCEL_APPOINTMENT) as work:
            deeds.record(work, DeedKind.CANCELLED)
            row, _ = _held(work, command.id, command.version)
            _check_changeable(row)
            was_status, row.status = row.status, AppointmentStatus.CANCELLED
            row.cancelled_by = command.cancelled_by
            row.cancel_reason = command.reason
            work.changed(
                row,
                "appointment.cancelled",
                _change(row),
                patient_id=row.patient_id,
                detail=told(
                    Step("status", was_status.value, row.status.value),
                    Step("by", "", command.cancelled_by.value),
                ),
            )
            return _written(work, row)

    def set_status(self, actor: Actor, command: SetAppointmentStatus) -> Appointment:
        """Arrived, in the room, finished, missed, or back again; stamps the time, going back clears later ones.

        Bringing back a cancelled or missed visit needs its time to be free still: SlotTaken; Conflict PAT_003;
        Invalid DOC_002. Invalid APPT_004 for a step that makes no sense; ChangedMeanwhile; NotFound.
        """
        with self.work(actor, Permission.SET_APPOINTMENT_STATUS) as work:
            deeds.record(work, DeedKind.STATUS_CHANGED)
            row, doctors = _held(work, command.id, command.version)
            now, then = row.status, command.status
            check_next_status(now, then)
            row.status = then
            stamps = stamps_after(Stamps(row.arrived_at, row.roomed_at, row.left_at), then, work.now)
            row.arrived_at, row.roomed_at, row.left_at = stamps.arrived_at, stamps.roomed_at, stamps.left_at
            row.cancelled_by, row.cancel_reason = None, ""
            if then.takes_time and not now.takes_time:
                _take_time_again(work, row, doctors[row.practitioner_id])
            work.changed(
                row,
                "appointment.status_changed",
                _change(row),
                patient_id=row.patient_id,
                detail=told(Step("status", now.value, then.value)),
            )
            return _written(work, row)

    def set_confirmation(self, actor: Actor, command: SetConfirmation) -> Appointment:
        """Note whether the patient said they will come. ChangedMeanwhile; NotFound."""
        with self.work(actor, Permission.SET_APPOINTMENT_STATUS) as work:
            deeds.record(work, DeedKind.CONFIRMATION_CHANGED)
            row, _ = _held(work, command.id, command.version)
            was, row.confirmation = row.confirmation, command.confirmation
            work.changed(
                row,
                "appointment.confirmation_changed",
                _change(row),
                patient_id=row.patient_id,
                detail=told(Step("confirmation", was.value, row.confirmation.value)),
            )
            return _written(work, row)

    def free_slots(self, actor: Actor, practitioner_id: UUID, day: date, minutes: int) -> tuple[Slot, ...]:
        """Every start on `day` where a doctor can take a visit of `minutes`; none for an inactive doctor.

        NotFound DOC_001; Invalid APPT_001 for a length that no visit has.
        """
        _check_minutes(minutes)
        with self.work.looking(actor, Permission.VIEW_CALENDAR) as look:
            [doctor] = queries.bookable(look.session, [practitioner_id])
            look.listed("slot", owner=practitioner_id)
            zone = _zone(look)
            begins, ends = day_bounds(day, day, zone)
            taken = queries.busy(look.session, [doctor.id], begins, ends).get(doctor.id, [])
            hours = doctor.hours if doctor.active else ()
            return tuple(free_starts(doctor.id, day, hours, taken, minutes, zone))

    def next_free(
        self,
        actor: Actor,
        practitioner_ids: tuple[UUID, ...],
        after: datetime,
        minutes: int,
        limit: int = 10,
    ) -> tuple[Slot, ...]:
        """The next starts from `after` (clinic's clock, naive) on, soonest first, 90 days ahead at most.

        No doctors means all active ones. NotFound DOC_001; Invalid APPT_001.
        """
        _check_minutes(minutes)
        if after.tzinfo is not None or not 1 <= limit <= MOST_SLOTS:
            raise Invalid(ErrorCode.INVALID_APPOINTMENT)
        with self.work.looking(actor, Permission.VIEW_CALENDAR) as look:
            doctors = [d for d in queries.bookable(look.session, practitioner_ids) if d.active and d.hours]
            look.listed("slot")
            return tuple(_search(look, doctors, after, minutes, _zone(look), limit))


def _search(
    look: Look, doctors: list[queries.Bookable], after: datetime, minutes: int, zone: ZoneInfo, limit: int
) -> list[Slot]:
    """A day, then two, four and so on: the next free time is nearly always near."""
    found: list[Slot] = []
    ids = [doctor.id for doctor in doctors]
    first, days = after.date(), 1
    end = first + timedelta(days=LOOK_AHEAD_DAYS)
    while first < end and ids:
        last = min(first + timedelta(days=days), end) - timedelta(days=1)
        taken = queries.busy(look.session, ids, *day_bounds(first, last, zone))
        while first <= last:
            of_day = [
                slot
                for doctor in doctors
                for slot in free_starts(
                    doctor.id, first, doctor.hours, taken.get(doctor.id, ()), minutes, zone
                )
                if slot.wall_start >= after
            ]
            found += sorted(of_day, key=lambda slot: (slot.starts_at, slot.practitioner_id))
            if len(found) >= limit:
                return found[:limit]
            first += timedelta(days=1)
        days = min(2 * days, LONGEST_STEP_DAYS)
    return found


def _zone(under_way: Work | Look) -> ZoneInfo:
    return ZoneInfo(clinic_queries.profile(under_way.session).zone)


def _held(
    work: Work, appointment_id: UUID, version: int, target: UUID | None = None
) -> tuple[AppointmentRow, dict[UUID, queries.Bookable]]:
    """The row at that version, with its doctor (and the one it goes to) held before it."""
    holder = queries.holder(work.session, appointment_id)
    doctors = queries.hold_doctors(work.session, [holder, target or holder])
    return queries.row(work.session, appointment_id, version), doctors


def _check_changeable(row: AppointmentRow) -> None:
    if row.status not in CHANGEABLE:
        raise Invalid(ErrorCode.STATUS_NOT_ALLOWED, now=row.status.value)


def _take_span(row: AppointmentRow, starts_at: datetime, ends_at: datetime) -> None:
    """Give the visit another time; its buffers go with it."""
    before, after = row.starts_at - row.busy_from, row.busy_until - row.ends_at
    row.starts_at, row.ends_at = starts_at, ends_at
    row.busy_from, row.busy_until = starts_at - before, ends_at + after


def _take_time(
    work: Work, row: AppointmentRow, doctor: queries.Bookable, overbook_reason: str, *, held: bool = False
) -> None:
    """Let the row have its time: free and within hours, or overbooked because somebody asked and may.

    `held`: the time was this visit's before, so nothing new is asked; an overbooking that is no longer
    needed is dropped.
    """
    if held and not row.overbooked:
        return
    kept = row.overbook_reason if held else ""
    row.overbooked, row.overbook_reason = False, ""
    if not held and not doctor.active:
        raise Invalid(ErrorCode.DOCTOR_NOT_AVAILABLE)
    try:
        if queries.is_taken(work.session, doctor.id, row.busy_from, row.busy_until, row.id):
            raise SlotTaken()
        check_hours(row.wall_start, _wall_end(row), doctor.hours)
    except (SlotTaken, OutsideHours):
        if not (kept or overbook_reason):
            raise
        if not kept:
            work.require(Permission.OVERBOOK)
        row.overbooked, row.overbook_reason = True, kept or overbook_reason


def _take_time_again(work: Work, row: AppointmentRow, doctor: queries.Bookable) -> None:
    """Bring back a visit that had given its time away. Hours are not asked again: it was accepted once."""
    if not queries.hold_patient(work.session, row.patient_id):
        raise Conflict(ErrorCode.PATIENT_ARCHIVED)
    if not doctor.active:
        raise Invalid(ErrorCode.DOCTOR_NOT_AVAILABLE)
    if queries.is_taken(work.session, doctor.id, row.busy_from, row.busy_until, row.id):
        raise SlotTaken()
    if row.overbooked and within_hours(row.wall_start, _wall_end(row), doctor.hours):
        row.overbooked, row.overbook_reason = False, ""


def _wall_end(row: AppointmentRow) -> datetime:
    return to_wall(row.ends_at, ZoneInfo(row.zone)).replace(fold=0)


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


def _change(row: AppointmentRow) -> Change:
    return Change("appointment", row.id, row.practitioner_id, row.wall_start.date(), row.patient_id)


def _written(work: Work, row: AppointmentRow) -> Appointment:
    """Sent to the database, so that it speaks before anybody is told of success; then read back."""
    work.flush()
    return queries.record(work.session, row.id)


def _repeated(work: Work, command: BookAppointment, before: Appointment) -> Appointment:
    if before.patient_id != command.patient_id:
        raise ChangedMeanwhile()
    work.noted(Line("appointment.booked", "appointment", before.id, before.patient_id, detail="repeated"))
    return before


def _check_minutes(minutes: int) -> None:
    if not SHORTEST_MINUTES <= minutes <= LONGEST_MINUTES:
        raise Invalid(ErrorCode.INVALID_APPOINTMENT)
