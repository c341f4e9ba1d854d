"""The calendar: booking, moving and cancelling visits, what became of them, and where there is room.

Every change holds the doctors concerned first, so that what was checked is still true when it is written; the
database refuses an overlap on its own besides (security.md D30). What each deed does is `booking.visits`'s.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from meditrack_desktop.database.queries import scheduling as queries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.deeds import DeedKind
from meditrack_desktop.domain.errors import ErrorCode, Invalid
from meditrack_desktop.domain.free_time import MOST_SLOTS, FindFreeTime, FreeTimeOfDay
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.scheduling import (
    LONGEST_MINUTES,
    SHORTEST_MINUTES,
    Appointment,
    BookAppointment,
    CalendarRange,
    CancelAppointment,
    ChangeAppointmentLength,
    MarkSeen,
    MoveAppointment,
    SetAppointmentStatus,
    SetConfirmation,
    Slot,
    day_bounds,
)
from meditrack_desktop.services import deeds
from meditrack_desktop.services.booking import visits
from meditrack_desktop.services.free_time import Search
from meditrack_desktop.services.work import Works


class Scheduling:
    def __init__(self, work: Works) -> None:
        self.work = work

    def calendar(self, actor: Actor, wanted: CalendarRange) -> tuple[Appointment, ...]:
        """Visits that start on the wanted days, by doctor's name, then start."""
        with self.work.looking(actor, Permission.VIEW_CALENDAR) as look:
            begins, ends = day_bounds(wanted.first, wanted.last, visits.zone_of(look))
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
        """Book a visit; the same command twice books once. A hold, a wait or a follow-up that it names ends with it.

        SlotTaken, OutsideHours (also for a day off), Conflict SLOT_HELD (who, desk) or ROOM_TAKEN (name), Invalid
        RULE_BROKEN (rule), unless overbooking is asked for and permitted. In any case: Invalid DOC_002 for a doctor
        who is inactive or does not offer that kind of visit, Conflict PAT_003 for an archived patient, Invalid
        APPT_005 or APPT_006 for a time that clocks skip or show twice, ChangedMeanwhile for a wait or follow-up that
        ended; NotFound, VISIT_TYPE_NOT_FOUND and ASSET_NOT_FOUND also for what is no longer in use.
        """
        with self.work(actor, Permission.BOOK_APPOINTMENT) as work:
            deeds.record(work, DeedKind.BOOKED)
            return visits.book(work, command)

    def move(self, actor: Actor, command: MoveAppointment) -> Appointment:
        """Move a visit to another time or doctor; its buffers and rooms go along, a room of a needed group may be
        exchanged for another. At another time nobody has confirmed it yet; on another day nobody is here for it.
        Raises what `book` does; ChangedMeanwhile if it is stale."""
        with self.work(actor, Permission.MOVE_APPOINTMENT) as work:
            deeds.record(work, DeedKind.MOVED)
            return visits.move(work, command)

    def change_length(self, actor: Actor, command: ChangeAppointmentLength) -> Appointment:
        """Make a visit longer or shorter; its start stays. Raises what `move` does. Shortening always fits."""
        with self.work(actor, Permission.MOVE_APPOINTMENT) as work:
            deeds.record(work, DeedKind.LENGTH_CHANGED)
            return visits.change_length(work, command)

    def cancel(self, actor: Actor, command: CancelAppointment) -> Appointment:
        """Cancel a visit that has not ended. It stays visible; its time is free again.

        A patient who cancels later than the clinic's settings allow has cancelled late. Invalid APPT_004 if it is
        over or cancelled already; ChangedMeanwhile; NotFound.
        """
        with self.work(actor, Permission.CANCEL_APPOINTMENT) as work:
            deeds.record(work, DeedKind.CANCELLED)
            return visits.cancel(work, command)

    def set_status(self, actor: Actor, command: SetAppointmentStatus) -> Appointment:
        """Arrived, in the room, finished, missed, or back again; stamps the time, going back clears later ones.

        Bringing back a cancelled or missed visit needs its time and a room to be free still: SlotTaken; Conflict
        SLOT_HELD, ROOM_TAKEN, PAT_003; Invalid DOC_002. Invalid APPT_004 for a step that makes no sense, as missing
        a visit that has not begun; ChangedMeanwhile; NotFound.
        """
        with self.work(actor, Permission.SET_APPOINTMENT_STATUS) as work:
            deeds.record(work, DeedKind.STATUS_CHANGED)
            return visits.set_status(work, command)

    def mark_seen(self, actor: Actor, command: MarkSeen) -> Appointment:
        """The doctor has begun; whoever waits is in the room from now on.

        Invalid APPT_004 unless the patient is here and has not been seen yet; ChangedMeanwhile; NotFound.
        """
        with self.work(actor, Permission.SET_APPOINTMENT_STATUS) as work:
            deeds.record(work, DeedKind.SEEN)
            return visits.mark_seen(work, command)

    def set_confirmation(self, actor: Actor, command: SetConfirmation) -> Appointment:
        """Note whether the patient said they will come. ChangedMeanwhile; NotFound."""
        with self.work(actor, Permission.SET_APPOINTMENT_STATUS) as work:
            deeds.record(work, DeedKind.CONFIRMATION_CHANGED)
            return visits.set_confirmation(work, command)

    def free_slots(self, actor: Actor, practitioner_id: UUID, day: date, minutes: int) -> tuple[Slot, ...]:
        """Every start on `day` where a doctor can take a visit of `minutes`; none for an inactive doctor.

        NotFound DOC_001; Invalid APPT_001 for a length that no visit has.
        """
        _check_minutes(minutes)
        wanted = FreeTimeOfDay(day=day, practitioner_ids=(practitioner_id,), minutes=minutes)
        with self.work.looking(actor, Permission.VIEW_CALENDAR) as look:
            look.listed("slot", owner=practitioner_id)
            return tuple(Search.of(look, wanted).between(day, day))

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
        wanted = FindFreeTime(after=after, practitioner_ids=practitioner_ids, minutes=minutes, limit=limit)
        with self.work.looking(actor, Permission.VIEW_CALENDAR) as look:
            look.listed("slot")
            return tuple(Search.of(look, wanted).next(after, limit))


def _check_minutes(minutes: int) -> None:
    if not SHORTEST_MINUTES <= minutes <= LONGEST_MINUTES:
        raise Invalid(ErrorCode.INVALID_APPOINTMENT)
