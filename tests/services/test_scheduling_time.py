"""What decides whether a doctor can be booked beside other visits: days off, cycles of weeks, booking rules.

And what a booking ends, how a visit is seen, and what a late cancellation is.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.allergies import RecordAllergy
from meditrack_desktop.domain.booking_rules import BookingRuleInput, RuleKind, SetBookingRules
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import (
    ChangedMeanwhile,
    ClinicError,
    ErrorCode,
    Invalid,
    NotFound,
    OutsideHours,
)
from meditrack_desktop.domain.front_desk import AddFollowUp, FollowUpState, JoinWaitlist
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.practitioners import SetWorkingHours, WorkingHoursInput
from meditrack_desktop.domain.scheduling import (
    Appointment,
    AppointmentStatus,
    CancelAppointment,
    CancelledBy,
    ChangeAppointmentLength,
    MarkSeen,
    SetAppointmentStatus,
)
from meditrack_desktop.domain.settings import ChangeSettings
from meditrack_desktop.domain.visit_types import SaveVisitType
from meditrack_desktop.domain.working_time import AddAbsence, SetClosure, SetSpecialDay, TimeOfDay
from meditrack_desktop.services.clinic import Clinic
from tests.makers.people import a_patient
from tests.makers.visits import Room, a_room

THURSDAY = date(2026, 11, 19)
S = AppointmentStatus


@pytest.fixture
def room(clinic: Clinic, reception: Actor, admin: Actor) -> Room:
    return a_room(clinic, reception, admin)


def refused(code: ErrorCode, kind: type[ClinicError] = ClinicError):
    return pytest.raises(kind, match=f"^{code.value}$")


def closed():
    return refused(ErrorCode.DOCTOR_NOT_AVAILABLE, OutsideHours)


def status(room: Room, visit: Appointment, to: AppointmentStatus) -> Appointment:
    command = SetAppointmentStatus(id=visit.id, version=visit.version, status=to)
    return room.clinic.scheduling.set_status(room.desk, command)


def cancel(room: Room, visit: Appointment, by: CancelledBy = CancelledBy.PATIENT) -> Appointment:
    command = CancelAppointment(id=visit.id, version=visit.version, reason="ill", cancelled_by=by)
    return room.clinic.scheduling.cancel(room.desk, command)


class TestDaysOff:
    def test_an_absence(self, room: Room) -> None:
        away = AddAbsence(
            practitioner_id=room.doctor.id,
            wall_start=datetime(2026, 11, 19, 10),
            wall_end=datetime(2026, 11, 19, 11, 30),
        )
        room.clinic.absences.add(room.desk, away)
        for when in ("09:45", "10:00", "11:15"):
            with closed():
                room.book(f"{THURSDAY} {when}")
        visit = room.book(f"{THURSDAY} 09:30")
        with closed():
            room.move(visit, f"{THURSDAY} 10:15")
        assert room.book(f"{THURSDAY} 10:30", overbook_reason="asked the doctor").overbooked
        room.book(f"{THURSDAY} 11:30")

    def test_a_closed_clinic_and_one_that_closes_early(self, room: Room, admin: Actor) -> None:
        room.clinic.working_times.set_closure(admin, SetClosure(day=THURSDAY, name="Holiday"))
        short = SetClosure(day=date(2026, 11, 20), name="Party", opens=time(9), closes=time(11))
        room.clinic.working_times.set_closure(admin, short)
        with closed():
            room.book(f"{THURSDAY} 10:00")
        room.book("2026-11-20 10:00")
        with closed():
            room.book("2026-11-20 10:45")

    def test_a_doctors_own_day_beats_the_closure(self, room: Room, admin: Actor) -> None:
        room.clinic.working_times.set_closure(admin, SetClosure(day=THURSDAY, name="Holiday"))
        stretches = (TimeOfDay(starts=time(18), ends=time(20)),)
        own = SetSpecialDay(practitioner_id=room.doctor.id, day=THURSDAY, stretches=stretches)
        room.clinic.working_times.set_special_day(admin, own)
        room.book(f"{THURSDAY} 19:30")
        with closed():
            room.book(f"{THURSDAY} 10:00")

    def test_a_cycle_of_two_weeks(self, room: Room, admin: Actor) -> None:
        hours = SetWorkingHours(
            id=room.doctor.id,
            version=room.doctor.version,
            hours=(WorkingHoursInput(weekday=3, starts=time(9), ends=time(12), week=1),),
            cycle_weeks=2,
            cycle_from=date(2026, 11, 16),
        )
        room.clinic.practitioners.set_hours(admin, hours)
        for weeks in (1, 3):
            room.book(f"{THURSDAY + timedelta(weeks=weeks)} 10:00")
        for weeks in (0, 2):
            with closed():
                room.book(f"{THURSDAY + timedelta(weeks=weeks)} 10:00")


class TestRules:
    def rule(self, room: Room, admin: Actor, kind: RuleKind, **details: object) -> None:
        doctor = room.clinic.practitioners.get(admin, room.doctor.id)
        rules = (BookingRuleInput(kind=kind, **details),)
        command = SetBookingRules(practitioner_id=doctor.id, version=doctor.version, rules=rules)
        room.clinic.booking_rules.set(admin, command)

    def broken(self, kind: RuleKind):
        return refused(ErrorCode.RULE_BROKEN, Invalid)

    def test_most_a_day(self, room: Room, admin: Actor) -> None:
        self.rule(room, admin, RuleKind.MOST_PER_DAY, most=2)
        first = room.book(f"{THURSDAY} 09:00")
        second = room.book(f"{THURSDAY} 10:00")
        with self.broken(RuleKind.MOST_PER_DAY) as refusal:
            room.book(f"{THURSDAY} 11:00")
        assert refusal.value.parameters == {"rule": "most_per_day"}
        room.move(second, f"{THURSDAY} 12:00")
        other = room.book("2026-11-20 09:00")
        with self.broken(RuleKind.MOST_PER_DAY):
            room.move(other, f"{THURSDAY} 15:00")
        over = room.book(f"{THURSDAY} 11:00", overbook_reason="asked the doctor")
        assert (over.overbooked, over.overbook_reason) == (True, "asked the doctor")
        cancel(room, first)
        cancel(room, over)
        room.book(f"{THURSDAY} 11:00")

    def test_most_a_session(self, room: Room, admin: Actor) -> None:
        self.rule(room, admin, RuleKind.MOST_PER_SESSION, most=1)
        room.book(f"{THURSDAY} 09:00")
        room.book(f"{THURSDAY} 14:00")
        for when in ("10:00", "15:00"):
            with self.broken(RuleKind.MOST_PER_SESSION):
                room.book(f"{THURSDAY} {when}")

    def test_most_of_a_kind(self, room: Room, admin: Actor) -> None:
        scan = room.clinic.visit_types.save(admin, SaveVisitType(name="Scan"))
        self.rule(room, admin, RuleKind.MOST_OF_TYPE, most=1, visit_type_id=scan.id)
        room.book(f"{THURSDAY} 09:00", visit_type_id=scan.id)
        with self.broken(RuleKind.MOST_OF_TYPE):
            room.book(f"{THURSDAY} 10:00", visit_type_id=scan.id)
        room.book(f"{THURSDAY} 10:00")

    def test_no_new_patients_in_the_afternoon(self, room: Room, admin: Actor, clock: FixedClock) -> None:
        self.rule(room, admin, RuleKind.NO_NEW_PATIENTS, after=time(14))
        room.book(f"{THURSDAY} 09:00")
        with self.broken(RuleKind.NO_NEW_PATIENTS):
            room.book(f"{THURSDAY} 14:00")
        room.book("2026-11-17 09:00")
        assert room.book(f"{THURSDAY} 14:00")
        stranger = room.clinic.patients.register(room.desk, a_patient("Anders"))
        gone = room.book("2026-11-17 11:00", patient_id=stranger.id)
        status(room, gone, S.NOSHOW)
        with self.broken(RuleKind.NO_NEW_PATIENTS):
            room.book(f"{THURSDAY} 15:00", patient_id=stranger.id)

    def test_notice(self, room: Room, admin: Actor) -> None:
        self.rule(room, admin, RuleKind.LATEST_NOTICE, most=120)
        # It is 10:42.
        with self.broken(RuleKind.LATEST_NOTICE):
            room.book("2026-11-18 12:30")
        room.book("2026-11-18 14:00")

    def test_only_on_some_weekdays(self, room: Room, admin: Actor) -> None:
        self.rule(room, admin, RuleKind.MOST_PER_DAY, most=0, weekdays=(4,))
        room.book(f"{THURSDAY} 09:00")
        with self.broken(RuleKind.MOST_PER_DAY):
            room.book("2026-11-20 09:00")


class TestWhatABookingEnds:
    def test_a_wait(self, room: Room) -> None:
        wait = room.clinic.waitlist.join(room.desk, JoinWaitlist(patient_id=room.patient.id))
        room.book(f"{THURSDAY} 10:00", waitlist_id=wait.id)
        assert room.clinic.waitlist.list(room.desk) == ()
        with pytest.raises(ChangedMeanwhile):
            room.book(f"{THURSDAY} 11:00", waitlist_id=wait.id)
        with refused(ErrorCode.WAITLIST_NOT_FOUND, NotFound):
            room.book(f"{THURSDAY} 11:00", waitlist_id=new_id())
        assert len(room.clinic.scheduling.of_patient(room.desk, room.patient.id)) == 1

    def test_never_anothers_wait(self, room: Room) -> None:
        other = room.clinic.patients.register(room.desk, a_patient("Anders"))
        wait = room.clinic.waitlist.join(room.desk, JoinWaitlist(patient_id=other.id))
        with pytest.raises(ChangedMeanwhile):
            room.book(f"{THURSDAY} 10:00", waitlist_id=wait.id)
        assert [one.id for one in room.clinic.waitlist.list(room.desk)] == [wait.id]
        assert room.clinic.scheduling.of_patient(room.desk, room.patient.id) == ()

    def test_a_follow_up_and_again_when_its_visit_was_given_up(self, room: Room) -> None:
        due = room.clinic.follow_ups.add(room.desk, AddFollowUp(patient_id=room.patient.id, due_on=THURSDAY))
        visit = room.book(f"{THURSDAY} 10:00", follow_up_id=due.id)
        with pytest.raises(ChangedMeanwhile):
            room.book(f"{THURSDAY} 11:00", follow_up_id=due.id)
        cancel(room, visit)
        room.book(f"{THURSDAY} 11:00", follow_up_id=due.id)
        with refused(ErrorCode.FOLLOW_UP_NOT_FOUND, NotFound):
            room.book(f"{THURSDAY} 12:00", follow_up_id=new_id())
        assert FollowUpState.DUE not in {
            one.state for one in room.clinic.follow_ups.due(room.desk, THURSDAY, THURSDAY)
        }


class TestTheVisitsLife:
    def test_seen_by_the_doctor(self, room: Room, clock: FixedClock) -> None:
        visit = room.book("2026-11-18 11:00")
        with refused(ErrorCode.STATUS_NOT_ALLOWED, Invalid):
            room.clinic.scheduling.mark_seen(room.desk, MarkSeen(id=visit.id, version=visit.version))
        visit = status(room, visit, S.ARRIVED)
        came = clock.now()
        clock.advance(timedelta(minutes=7))
        seen = room.clinic.scheduling.mark_seen(room.desk, MarkSeen(id=visit.id, version=visit.version))
        assert (seen.status, seen.arrived_at, seen.roomed_at, seen.seen_at) == (
            S.CHECKED_IN,
            came,
            clock.now(),
            clock.now(),
        )
        with refused(ErrorCode.STATUS_NOT_ALLOWED, Invalid):
            room.clinic.scheduling.mark_seen(room.desk, MarkSeen(id=seen.id, version=seen.version))
        with pytest.raises(ChangedMeanwhile):
            room.clinic.scheduling.mark_seen(room.desk, MarkSeen(id=seen.id, version=visit.version))
        left = status(room, seen, S.FULFILLED)
        assert left.seen_at == seen.seen_at
        assert status(room, left, S.ARRIVED).seen_at is None

    def test_what_is_late_is_the_clinics_to_say(self, room: Room, admin: Actor) -> None:
        soon, later = room.book(f"{THURSDAY} 10:00"), room.book(f"{THURSDAY} 11:00")
        assert cancel(room, soon).late_cancel
        back = status(room, room.clinic.scheduling.get(room.desk, soon.id), S.BOOKED)
        assert not back.late_cancel
        assert not cancel(room, back, CancelledBy.CLINIC).late_cancel
        assert not cancel(room, later).late_cancel
        room.clinic.settings.change(admin, ChangeSettings(late_cancel_hours=48))
        assert cancel(room, room.book(f"{THURSDAY} 11:00")).late_cancel

    def test_calendars_elsewhere_hear_of_each_change(self, room: Room) -> None:
        def sequence(visit: Appointment) -> int:
            with room.clinic.work.database.reading() as session:
                statement = "SELECT ics_sequence FROM appointment"
                return int(session.connection().exec_driver_sql(statement).scalar_one())

        visit = room.book(f"{THURSDAY} 10:00")
        numbers = [sequence(visit)]
        visit = room.move(visit, f"{THURSDAY} 11:00")
        numbers.append(sequence(visit))
        longer = ChangeAppointmentLength(id=visit.id, version=visit.version, minutes=45)
        visit = room.clinic.scheduling.change_length(room.desk, longer)
        numbers.append(sequence(visit))
        visit = cancel(room, visit)
        numbers.append(sequence(visit))
        visit = status(room, visit, S.BOOKED)
        numbers.append(sequence(visit))
        visit = status(room, visit, S.ARRIVED)
        numbers.append(sequence(visit))
        assert numbers == [0, 1, 2, 3, 4, 4]

    def test_an_allergy_shows_on_the_card(self, room: Room, doctor: Actor) -> None:
        visit = room.book(f"{THURSDAY} 10:00")
        assert not visit.allergies
        room.clinic.allergies.record(
            room.desk, RecordAllergy(patient_id=room.patient.id, substance="Penicillin")
        )
        assert room.clinic.scheduling.get(room.desk, visit.id).allergies
