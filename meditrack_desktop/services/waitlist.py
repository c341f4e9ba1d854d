"""The waitlist: who would come earlier, and whom a place that became free fits."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.database.queries import scheduling as visit_queries
from meditrack_desktop.database.queries import waitlist as queries
from meditrack_desktop.database.tables.front_desk import WaitlistRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.clock import to_instant
from meditrack_desktop.domain.deeds import DeedKind
from meditrack_desktop.domain.errors import ChangedMeanwhile, ErrorCode, Invalid, NotFound
from meditrack_desktop.domain.front_desk import (
    JoinWaitlist,
    LeaveWaitlist,
    SwapEarlier,
    WaitlistEntry,
    WaitState,
    fits,
)
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.scheduling import Appointment, AppointmentStatus, MoveAppointment
from meditrack_desktop.services import deeds
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.booking import visits
from meditrack_desktop.services.patient_standing import open_record
from meditrack_desktop.services.work import Look, Work, Works


class Waitlist:
    def __init__(self, work: Works) -> None:
        self.work = work

    def list(self, actor: Actor, practitioner_id: UUID | None = None) -> tuple[WaitlistEntry, ...]:
        """Who waits (for that doctor or for anybody), urgent ones first, then who has waited longest."""
        with self.work.looking(actor, Permission.VIEW_CALENDAR) as look:
            look.listed("waitlist_entry")
            return tuple(queries.waiting(look.session, practitioner_id))

    def join(self, actor: Actor, command: JoinWaitlist) -> WaitlistEntry:
        """Let a patient wait for a place; the same command twice joins once.

        With an `appointment_id` it is that visit they would swap for an earlier one: it has to be theirs and still
        to come, and its kind and length count. Conflict PATIENT_ARCHIVED, PATIENT_RESTRICTED or PATIENT_MERGED;
        Invalid DOC_002 for an inactive doctor, Invalid APPT_004 for a visit that is not to come; NotFound.
        """
        with self.work(actor, Permission.BOOK_APPOINTMENT) as work:
            deeds.record(work, DeedKind.WAITLIST_JOINED)
            visit_queries.hold_patient(work.session, command.patient_id)
            if (before := queries.find(work.session, command.id)) is not None:
                return _repeated(work, command, before)
            open_record(work.session, command.patient_id)
            _check_doctor(work, command.practitioner_id)
            visit = _visit_to_swap(work, command)
            if visit is None and command.visit_type_id is not None:
                _check_type(work, command.visit_type_id)
            row = WaitlistRow(
                id=command.id,
                patient_id=command.patient_id,
                practitioner_id=command.practitioner_id,
                visit_type_id=visit.visit_type_id if visit else command.visit_type_id,
                minutes=visit.minutes if visit else command.minutes,
                urgency=command.urgency,
                first_day=command.first_day,
                last_day=command.last_day,
                weekdays="".join(str(day) for day in sorted(set(command.weekdays))),
                from_time=command.from_time,
                until_time=command.until_time,
                note=command.note,
                state=WaitState.WAITING,
                appointment_id=command.appointment_id,
                created_at=work.now,
                created_by=actor.account_id,
            )
            work.added(row, "waitlist_entry.added", _change(row), patient_id=row.patient_id)
            work.flush()
            return queries.record(work.session, row.id)

    def leave(self, actor: Actor, command: LeaveWaitlist) -> WaitlistEntry:
        """Somebody waits no more. ChangedMeanwhile, also if the wait is over already; NotFound DESK_010."""
        with self.work(actor, Permission.BOOK_APPOINTMENT) as work:
            deeds.record(work, DeedKind.WAITLIST_LEFT)
            row = waiting_row(work, command.id, command.version)
            row.state = WaitState.REMOVED
            work.changed(row, "waitlist_entry.ended", _change(row), patient_id=row.patient_id)
            work.flush()
            return queries.record(work.session, row.id)

    def swap(self, actor: Actor, command: SwapEarlier) -> Appointment:
        """Move the visit of somebody who waits for an earlier one to a place that became free; the wait is over.

        Both or nothing. ChangedMeanwhile if wait or visit are stale, or the wait is over or names no visit; else
        what `Scheduling.move` raises. Overbooking is not for this.
        """
        with self.work(actor, Permission.MOVE_APPOINTMENT) as work:
            deeds.record(work, DeedKind.MOVED)
            found = queries.record(work.session, command.id)
            if found.appointment_id is None:
                raise ChangedMeanwhile()
            moved = visits.move(
                work,
                MoveAppointment(
                    id=found.appointment_id,
                    version=command.appointment_version,
                    practitioner_id=command.practitioner_id,
                    wall_start=command.wall_start,
                    fold=command.fold,
                ),
            )
            row = waiting_row(work, command.id, command.version)
            row.state = WaitState.BOOKED
            work.changed(row, "waitlist_entry.booked", _change(row), patient_id=row.patient_id)
            work.flush()
            return moved

    def fitting(
        self,
        actor: Actor,
        practitioner_id: UUID,
        wall_start: datetime,
        minutes: int,
        but_patient_id: UUID | None = None,
    ) -> tuple[WaitlistEntry, ...]:
        """Whom a place of that doctor fits, urgent ones first, then who has waited longest; none for the past.

        Left out are patients who may not be booked or have another visit at that time, kinds of visits that the
        doctor does not offer, and visits to swap that would not begin earlier. `but_patient_id`: who just cancelled.
        Of a time that clocks show twice `wall_start.fold` says which; Invalid APPT_005 for one that they skip.
        """
        with self.work.looking(actor, Permission.VIEW_CALENDAR) as look:
            look.listed("waitlist_entry", owner=practitioner_id)
            zone = ZoneInfo(clinic_queries.profile(look.session).zone)
            starts_at = to_instant(wall_start, zone, wall_start.fold)
            if starts_at < look.now:
                return ()
            wanted = [
                entry
                for entry in queries.near(look.session, practitioner_id, wall_start.date(), minutes)
                if entry.patient_id != but_patient_id and fits(entry, practitioner_id, wall_start, minutes)
            ]
            return _possible(look, wanted, practitioner_id, starts_at)[: queries.MOST]


def waiting_row(work: Work, entry_id: UUID, version: int) -> WaitlistRow:
    """The row of somebody who waits. NotFound DESK_010; ChangedMeanwhile, also if the wait is over."""
    row = queries.row(work.session, entry_id, version)
    if row.state is not WaitState.WAITING:
        raise ChangedMeanwhile()
    return row


def _possible(
    look: Look, wanted: list[WaitlistEntry], practitioner_id: UUID, starts_at: datetime
) -> tuple[WaitlistEntry, ...]:
    """Without those whom something else keeps from coming then; three questions, however many wait."""
    if not wanted:
        return ()
    longest = starts_at + timedelta(minutes=max(entry.minutes for entry in wanted))
    patients = list({entry.patient_id for entry in wanted})
    elsewhere_then = queries.has_visit_then(look.session, patients, starts_at, longest)
    swaps = [entry.appointment_id for entry in wanted if entry.appointment_id is not None]
    later = queries.still_later(look.session, swaps, starts_at)
    types = {entry.visit_type_id for entry in wanted if entry.visit_type_id is not None}
    elsewhere = queries.not_offered_by(look.session, practitioner_id, types)
    return tuple(
        entry
        for entry in wanted
        if entry.visit_type_id not in elsewhere
        and (entry.appointment_id is None or entry.appointment_id in later)
        and not any(
            visit != entry.appointment_id and begins < starts_at + timedelta(minutes=entry.minutes)
            for visit, begins, _ in elsewhere_then.get(entry.patient_id, ())
        )
    )


def _visit_to_swap(work: Work, command: JoinWaitlist) -> Appointment | None:
    if command.appointment_id is None:
        return None
    visit = visit_queries.record(work.session, command.appointment_id)
    if visit.patient_id != command.patient_id:
        raise NotFound(ErrorCode.APPOINTMENT_NOT_FOUND)
    if visit.status is not AppointmentStatus.BOOKED or visit.starts_at <= work.now:
        raise Invalid(ErrorCode.STATUS_NOT_ALLOWED, now=visit.status.value)
    return visit


def _check_doctor(work: Work, practitioner_id: UUID | None) -> None:
    if practitioner_id is None:
        return
    if not visit_queries.hold_doctors(work.session, [practitioner_id])[practitioner_id].active:
        raise Invalid(ErrorCode.DOCTOR_NOT_AVAILABLE)


def _check_type(work: Work, visit_type_id: UUID) -> None:
    if not queries.offers_type(work.session, visit_type_id):
        raise NotFound(ErrorCode.VISIT_TYPE_NOT_FOUND)


def _repeated(work: Work, command: JoinWaitlist, before: WaitlistEntry) -> WaitlistEntry:
    if before.patient_id != command.patient_id:
        raise ChangedMeanwhile()
    work.noted(Line("waitlist_entry.added", "waitlist_entry", before.id, before.patient_id, "repeated"))
    return before


def _change(row: WaitlistRow) -> Change:
    return Change("waitlist_entry", row.id, row.practitioner_id, None, row.patient_id)
