"""The calendar on real databases: what is booked, refused, announced and written to the trail."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest

from meditrack_desktop.domain.accounts import Actor, SetAccountActive
from meditrack_desktop.domain.changes import Change, ChangeSet
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import (
    ChangedMeanwhile,
    ClinicError,
    Conflict,
    ErrorCode,
    Invalid,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    OutsideHours,
    SlotTaken,
)
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patients import ArchivePatient
from meditrack_desktop.domain.practitioners import SetPractitionerActive, WorkingHoursInput
from meditrack_desktop.domain.scheduling import (
    AppointmentStatus,
    BookAppointment,
    CalendarRange,
    CancelAppointment,
    CancelledBy,
    ChangeAppointmentLength,
    Confirmation,
    SetAppointmentStatus,
    SetConfirmation,
)
from meditrack_desktop.services.clinic import Clinic
from tests.makers.people import a_doctor, a_patient
from tests.makers.visits import Room, a_move, a_room

TODAY, THURSDAY = "2026-11-18", "2026-11-19"
SUMMER_ENDS = "2026-10-25"
EVERY_HOUR = tuple(
    WorkingHoursInput(weekday=weekday, starts=time(0), ends=time(23, 59)) for weekday in range(7)
)


@pytest.fixture
def room(clinic: Clinic, reception: Actor, admin: Actor) -> Room:
    return a_room(clinic, reception, admin)


def status(room: Room, visit_id: UUID, version: int, to: AppointmentStatus):
    command = SetAppointmentStatus(id=visit_id, version=version, status=to)
    return room.clinic.scheduling.set_status(room.desk, command)


def cancel(room: Room, visit_id: UUID, version: int):
    command = CancelAppointment(id=visit_id, version=version, reason="cannot come")
    return room.clinic.scheduling.cancel(room.desk, command)


def refused(code: ErrorCode, kind: type[ClinicError] = ClinicError):
    return pytest.raises(kind, match=f"^{code.value}$")


class TestBooking:
    def test_the_record_says_everything_a_card_shows(self, room: Room, clock: FixedClock) -> None:
        visit = room.book(f"{THURSDAY} 09:30", 45, visit_type="Check-up", reason="cough")
        assert visit == room.clinic.scheduling.get(room.desk, visit.id)
        assert visit.patient_name == "Greta Beispiel"
        assert visit.patient_phone == "+44 20 7946 0958"
        assert visit.patient_mrn == room.patient.mrn
        assert visit.practitioner_name == "Dr. Ines Modelo"
        assert visit.starts_at == datetime(2026, 11, 19, 9, 30, tzinfo=UTC)
        assert visit.ends_at - visit.starts_at == timedelta(minutes=45)
        assert (visit.wall_start, visit.zone) == (datetime(2026, 11, 19, 9, 30), "Europe/London")
        assert (visit.status, visit.confirmation) == (AppointmentStatus.BOOKED, Confirmation.UNCONFIRMED)
        assert visit.created_at == clock.now()
        assert visit.created_by == room.desk.account_id
        assert not visit.overbooked
        assert visit.new_patient

    def test_summer_time_is_kept_apart_from_the_instant(self, room: Room) -> None:
        assert room.book("2026-07-16 09:30").starts_at == datetime(2026, 7, 16, 8, 30, tzinfo=UTC)

    def test_the_same_command_twice_books_once(self, room: Room) -> None:
        wanted = room.wants(f"{THURSDAY} 09:30")
        first = room.clinic.scheduling.book(room.desk, wanted)
        assert room.clinic.scheduling.book(room.desk, wanted) == first
        assert room.clinic.scheduling.of_patient(room.desk, room.patient.id) == (first,)

    def test_an_id_used_for_another_patient_is_refused(self, room: Room) -> None:
        wanted = room.wants(f"{THURSDAY} 09:30")
        room.clinic.scheduling.book(room.desk, wanted)
        other = room.clinic.patients.register(room.desk, a_patient("Anders"))
        with pytest.raises(ChangedMeanwhile):
            room.clinic.scheduling.book(room.desk, wanted.model_copy(update={"patient_id": other.id}))

    @pytest.mark.parametrize("when", ["09:00", "09:15", "09:45", "09:30"])
    def test_a_taken_time_is_refused(self, room: Room, when: str) -> None:
        room.book(f"{THURSDAY} 09:15", 45)
        with refused(ErrorCode.SLOT_NOT_AVAILABLE, SlotTaken):
            room.book(f"{THURSDAY} {when}", 30)

    def test_visits_may_touch(self, room: Room) -> None:
        room.book(f"{THURSDAY} 09:30", 30)
        room.book(f"{THURSDAY} 09:00", 30)
        room.book(f"{THURSDAY} 10:00", 30)

    @pytest.mark.parametrize("when", ["08:45", "12:45", "13:15", "16:45", "17:00"])
    def test_outside_hours_is_refused(self, room: Room, when: str) -> None:
        with refused(ErrorCode.DOCTOR_NOT_AVAILABLE, OutsideHours):
            room.book(f"{THURSDAY} {when}", 30)

    def test_overbooking_needs_a_reason_and_is_marked(self, room: Room) -> None:
        room.book(f"{THURSDAY} 09:30")
        over = room.book(f"{THURSDAY} 09:45", overbook_reason="fell in the street")
        outside = room.book(f"{THURSDAY} 18:00", overbook_reason="after work only")
        assert over.overbooked
        assert outside.overbooked

    def test_overbooking_that_is_not_needed_is_not_marked(self, room: Room) -> None:
        assert not room.book(f"{THURSDAY} 09:30", overbook_reason="just in case").overbooked

    def test_nobody_slips_in_under_an_overbooked_visit(self, room: Room) -> None:
        room.book(f"{THURSDAY} 09:30")
        room.book(f"{THURSDAY} 09:45", 60, overbook_reason="emergency")
        with pytest.raises(SlotTaken):
            room.book(f"{THURSDAY} 10:15")

    def test_a_visit_overbooked_over_can_still_go_on(self, room: Room) -> None:
        below = room.book(f"{THURSDAY} 09:30", 60)
        room.book(f"{THURSDAY} 09:45", overbook_reason="emergency")
        arrived = status(room, below.id, below.version, AppointmentStatus.ARRIVED)
        shorter = room.clinic.scheduling.change_length(
            room.desk, ChangeAppointmentLength(id=below.id, version=arrived.version, minutes=45)
        )
        assert (shorter.status, shorter.minutes) == (AppointmentStatus.ARRIVED, 45)
        with pytest.raises(SlotTaken):
            room.clinic.scheduling.change_length(
                room.desk, ChangeAppointmentLength(id=below.id, version=shorter.version, minutes=90)
            )

    def test_overbooking_needs_the_permission(self, clinic: Clinic, room: Room, doctor: Actor) -> None:
        with clinic.work.unsigned() as session:
            session.connection().exec_driver_sql("DELETE FROM role_permission WHERE permission = 'overbook'")
        room.book(f"{THURSDAY} 09:30")
        assert not room.book(f"{THURSDAY} 10:30", overbook_reason="not needed").overbooked
        with refused(ErrorCode.NOT_PERMITTED, NotAllowed):
            room.book(f"{THURSDAY} 09:30", overbook_reason="please")
        assert len(clinic.scheduling.of_patient(room.desk, room.patient.id)) == 2

    def test_unknown_doctor_and_patient(self, room: Room) -> None:
        with refused(ErrorCode.DOCTOR_NOT_FOUND, NotFound):
            room.book(f"{THURSDAY} 09:30", practitioner_id=new_id())
        with refused(ErrorCode.PATIENT_NOT_FOUND, NotFound):
            room.book(f"{THURSDAY} 09:30", patient_id=new_id())

    def test_an_inactive_doctor_takes_nobody(self, room: Room, admin: Actor) -> None:
        command = SetPractitionerActive(id=room.doctor.id, version=room.doctor.version, active=False)
        room.clinic.practitioners.set_active(admin, command)
        with refused(ErrorCode.DOCTOR_NOT_AVAILABLE, Invalid):
            room.book(f"{THURSDAY} 09:30", overbook_reason="even so")

    def test_an_archived_patient_is_not_booked(self, room: Room, admin: Actor) -> None:
        command = ArchivePatient(id=room.patient.id, version=room.patient.version, reason="moved away")
        room.clinic.patients.archive(admin, command)
        with refused(ErrorCode.PATIENT_ARCHIVED, Conflict):
            room.book(f"{THURSDAY} 09:30")

    def test_an_admin_does_not_book(self, room: Room, admin: Actor) -> None:
        with refused(ErrorCode.NOT_PERMITTED, NotAllowed):
            room.clinic.scheduling.book(admin, room.wants(f"{THURSDAY} 09:30"))
        [line] = [line for line in room.clinic.audit.list(admin) if line.outcome.value == "refused"]
        assert (line.action, line.detail) == ("permission.refused", "book_appointment")

    def test_only_the_first_visit_is_a_new_patients(self, room: Room) -> None:
        second = room.book(f"{THURSDAY} 11:00")
        first = room.book(f"{THURSDAY} 09:00")
        again = room.clinic.scheduling.get(room.desk, second.id)
        assert (first.new_patient, again.new_patient) == (True, False)
        cancel(room, first.id, first.version)
        assert room.clinic.scheduling.get(room.desk, second.id).new_patient


class TestClockChanges:
    @pytest.fixture
    def night(self, clinic: Clinic, reception: Actor, admin: Actor) -> Room:
        return a_room(clinic, reception, admin, hours=EVERY_HOUR)

    def test_a_skipped_time_is_refused(self, night: Room) -> None:
        with refused(ErrorCode.TIME_DOES_NOT_EXIST, Invalid):
            night.book("2027-03-28 01:30")

    def test_a_time_shown_twice_is_asked_for(self, night: Room) -> None:
        with refused(ErrorCode.TIME_IS_AMBIGUOUS, Invalid):
            night.book(f"{SUMMER_ENDS} 01:30")
        first = night.book(f"{SUMMER_ENDS} 01:30", fold=0)
        second = night.book(f"{SUMMER_ENDS} 01:30", fold=1)
        assert second.starts_at - first.starts_at == timedelta(hours=1)
        assert first.wall_start == second.wall_start

    def test_a_visit_over_the_change_keeps_its_length(self, night: Room) -> None:
        visit = night.book("2027-03-28 00:45", 30)
        assert visit.ends_at - visit.starts_at == timedelta(minutes=30)
        assert visit.wall_end == datetime(2027, 3, 28, 2, 15)

    def test_moving_asks_as_booking_does(self, night: Room) -> None:
        visit = night.book(f"{THURSDAY} 09:30")
        with refused(ErrorCode.TIME_DOES_NOT_EXIST, Invalid):
            night.move(visit, "2027-03-28 01:30")
        with refused(ErrorCode.TIME_IS_AMBIGUOUS, Invalid):
            night.move(visit, f"{SUMMER_ENDS} 01:00")
        assert night.move(visit, f"{SUMMER_ENDS} 01:00", fold=1).starts_at.hour == 1


class TestMoving:
    def test_to_another_time_and_doctor(self, room: Room, admin: Actor) -> None:
        other = room.clinic.practitioners.add(admin, a_doctor("Muster", "Jon"))
        visit = room.book(f"{THURSDAY} 09:30", 45)
        moved = room.move(visit, "2026-11-20 14:00", practitioner_id=other.id)
        assert (moved.practitioner_id, moved.minutes, moved.version) == (other.id, 45, 2)
        assert moved.starts_at == datetime(2026, 11, 20, 14, tzinfo=UTC)
        room.book(f"{THURSDAY} 09:30", 45)

    def test_a_little_onto_itself(self, room: Room) -> None:
        visit = room.book(f"{THURSDAY} 09:30", 60)
        assert room.move(visit, f"{THURSDAY} 09:45").wall_start.minute == 45

    def test_onto_another_visit_is_refused_and_changes_nothing(self, room: Room) -> None:
        room.book(f"{THURSDAY} 09:30")
        visit = room.book(f"{THURSDAY} 11:00")
        with pytest.raises(SlotTaken):
            room.move(visit, f"{THURSDAY} 09:45")
        assert room.clinic.scheduling.get(room.desk, visit.id) == visit

    def test_a_stale_version_is_refused(self, room: Room) -> None:
        visit = room.book(f"{THURSDAY} 09:30")
        room.move(visit, f"{THURSDAY} 10:30")
        with pytest.raises(ChangedMeanwhile):
            room.move(visit, f"{THURSDAY} 11:30")
        with pytest.raises(ChangedMeanwhile):
            cancel(room, visit.id, visit.version)

    def test_unknown_visit(self, room: Room) -> None:
        visit = room.book(f"{THURSDAY} 09:30")
        with refused(ErrorCode.APPOINTMENT_NOT_FOUND, NotFound):
            room.clinic.scheduling.move(
                room.desk, a_move(visit, f"{THURSDAY} 10:00").model_copy(update={"id": new_id()})
            )
        with refused(ErrorCode.DOCTOR_NOT_FOUND, NotFound):
            room.move(visit, f"{THURSDAY} 10:00", practitioner_id=new_id())

    def test_an_overbooking_no_longer_needed_is_dropped(self, room: Room) -> None:
        room.book(f"{THURSDAY} 09:30")
        over = room.book(f"{THURSDAY} 09:30", overbook_reason="emergency")
        assert not room.move(over, f"{THURSDAY} 11:00").overbooked

    def test_an_overbooked_visit_keeps_its_leave_where_it_is(self, room: Room) -> None:
        room.book(f"{THURSDAY} 09:30")
        over = room.book(f"{THURSDAY} 09:30", 30, overbook_reason="emergency")
        shorter = room.clinic.scheduling.change_length(
            room.desk, ChangeAppointmentLength(id=over.id, version=over.version, minutes=15)
        )
        assert shorter.overbooked
        with pytest.raises(SlotTaken):
            room.move(shorter, f"{THURSDAY} 09:45")

    def test_what_is_over_stays_where_it_was(self, room: Room) -> None:
        visit = room.book(f"{THURSDAY} 09:30")
        gone = cancel(room, visit.id, visit.version)
        with refused(ErrorCode.STATUS_NOT_ALLOWED, Invalid):
            room.move(gone, f"{THURSDAY} 10:30")

    def test_longer_and_shorter(self, room: Room) -> None:
        visit = room.book(f"{THURSDAY} 09:30", 30)
        room.book(f"{THURSDAY} 10:30", 30)
        longer = room.clinic.scheduling.change_length(
            room.desk, ChangeAppointmentLength(id=visit.id, version=1, minutes=60)
        )
        assert longer.ends_at - longer.starts_at == timedelta(hours=1)
        with pytest.raises(SlotTaken):
            room.clinic.scheduling.change_length(
                room.desk, ChangeAppointmentLength(id=visit.id, version=2, minutes=65)
            )
        shorter = room.clinic.scheduling.change_length(
            room.desk, ChangeAppointmentLength(id=visit.id, version=2, minutes=15)
        )
        assert (shorter.minutes, shorter.version) == (15, 3)


class TestStatus:
    def test_the_way_through_a_visit_is_stamped(self, room: Room, clock: FixedClock) -> None:
        visit = room.book(f"{THURSDAY} 09:30")
        stamps = []
        for to in (AppointmentStatus.ARRIVED, AppointmentStatus.CHECKED_IN, AppointmentStatus.FULFILLED):
            clock.advance(timedelta(minutes=10))
            visit = status(room, visit.id, visit.version, to)
            stamps.append(clock.now())
        assert [visit.arrived_at, visit.roomed_at, visit.left_at] == stamps

    def test_going_back_clears_what_came_later(self, room: Room) -> None:
        visit = room.book(f"{THURSDAY} 09:30")
        for to in (AppointmentStatus.ARRIVED, AppointmentStatus.CHECKED_IN, AppointmentStatus.FULFILLED):
            visit = status(room, visit.id, visit.version, to)
        visit = status(room, visit.id, visit.version, AppointmentStatus.CHECKED_IN)
        assert visit.roomed_at is not None
        assert visit.left_at is None
        visit = status(room, visit.id, visit.version, AppointmentStatus.BOOKED)
        assert (visit.arrived_at, visit.roomed_at, visit.left_at) == (None, None, None)

    def test_a_step_that_makes_no_sense(self, room: Room) -> None:
        visit = room.book(f"{THURSDAY} 09:30")
        with refused(ErrorCode.STATUS_NOT_ALLOWED, Invalid):
            status(room, visit.id, visit.version, AppointmentStatus.FULFILLED)
        with refused(ErrorCode.STATUS_NOT_ALLOWED, Invalid):
            status(room, visit.id, visit.version, AppointmentStatus.BOOKED)

    def test_cancelling_frees_the_time_and_keeps_the_visit(self, room: Room) -> None:
        visit = room.book(f"{THURSDAY} 09:30")
        command = CancelAppointment(id=visit.id, version=1, reason="ill", cancelled_by=CancelledBy.CLINIC)
        gone = room.clinic.scheduling.cancel(room.desk, command)
        assert (gone.status, gone.cancelled_by, gone.cancel_reason) == (
            AppointmentStatus.CANCELLED,
            CancelledBy.CLINIC,
            "ill",
        )
        room.book(f"{THURSDAY} 09:30")
        day = date(2026, 11, 19)
        shown = room.clinic.scheduling.calendar(room.desk, CalendarRange(first=day, last=day))
        kept = room.clinic.scheduling.calendar(
            room.desk, CalendarRange(first=day, last=day, include_cancelled=False)
        )
        assert (len(shown), len(kept)) == (2, 1)
        with refused(ErrorCode.STATUS_NOT_ALLOWED, Invalid):
            cancel(room, gone.id, gone.version)

    @pytest.mark.parametrize("lost", [AppointmentStatus.CANCELLED, AppointmentStatus.NOSHOW])
    def test_bringing_back_needs_the_time_to_be_free(self, room: Room, lost: AppointmentStatus) -> None:
        visit = room.book(f"{TODAY} 09:30")
        if lost is AppointmentStatus.CANCELLED:
            gone = cancel(room, visit.id, visit.version)
        else:
            gone = status(room, visit.id, visit.version, lost)
        other = room.book(f"{TODAY} 09:45")
        with pytest.raises(SlotTaken):
            status(room, gone.id, gone.version, AppointmentStatus.BOOKED)
        cancel(room, other.id, other.version)
        back = status(room, gone.id, gone.version, AppointmentStatus.BOOKED)
        assert (back.status, back.cancelled_by, back.cancel_reason) == (AppointmentStatus.BOOKED, None, "")
        with pytest.raises(SlotTaken):
            room.book(f"{TODAY} 09:30")

    @pytest.mark.parametrize(("start", "becomes"), [("10:40", "noshow"), ("10:45", None)])
    def test_nobody_has_missed_a_visit_that_has_not_begun(
        self, room: Room, start: str, becomes: str | None
    ) -> None:
        """It is 10:42. Its time would be somebody else's."""
        visit = room.book(f"{TODAY} {start}")
        if becomes:
            assert status(room, visit.id, visit.version, AppointmentStatus.NOSHOW).status == becomes
            return
        with refused(ErrorCode.STATUS_NOT_ALLOWED, Invalid):
            status(room, visit.id, visit.version, AppointmentStatus.NOSHOW)
        with pytest.raises(SlotTaken):
            room.book(f"{TODAY} {start}")

    def test_who_is_here_is_not_here_on_another_day(self, room: Room) -> None:
        visit = room.book(f"{TODAY} 10:00")
        visit = status(room, visit.id, visit.version, AppointmentStatus.ARRIVED)
        visit = status(room, visit.id, visit.version, AppointmentStatus.CHECKED_IN)
        later = room.move(visit, f"{TODAY} 11:00")
        assert (later.status, later.arrived_at) == (AppointmentStatus.CHECKED_IN, visit.arrived_at)
        elsewhere = room.move(later, f"{THURSDAY} 11:00")
        assert elsewhere.status is AppointmentStatus.BOOKED
        assert (elsewhere.arrived_at, elsewhere.roomed_at, elsewhere.seen_at) == (None, None, None)

    def test_what_was_confirmed_was_the_old_time(self, room: Room) -> None:
        visit = room.book(f"{THURSDAY} 10:00")
        said = SetConfirmation(id=visit.id, version=visit.version, confirmation=Confirmation.CONFIRMED)
        visit = room.clinic.scheduling.set_confirmation(room.desk, said)
        same = room.move(visit, f"{THURSDAY} 10:00")
        assert same.confirmation is Confirmation.CONFIRMED
        moved = room.move(same, f"{THURSDAY} 15:00")
        assert moved.confirmation is Confirmation.UNCONFIRMED
        room.clinic.deeds.undo(room.desk)
        assert room.clinic.scheduling.get(room.desk, visit.id).confirmation is Confirmation.CONFIRMED

    def test_an_overbooked_visit_brought_back_asks_again(self, room: Room) -> None:
        room.book(f"{THURSDAY} 09:30")
        over = room.book(f"{THURSDAY} 09:30", overbook_reason="emergency")
        gone = cancel(room, over.id, over.version)
        with pytest.raises(SlotTaken):
            status(room, gone.id, gone.version, AppointmentStatus.BOOKED)

    def test_confirmation_is_kept_apart(self, room: Room) -> None:
        visit = room.book(f"{THURSDAY} 09:30")
        command = SetConfirmation(id=visit.id, version=1, confirmation=Confirmation.CONFIRMED)
        said = room.clinic.scheduling.set_confirmation(room.desk, command)
        assert (said.confirmation, said.status) == (Confirmation.CONFIRMED, AppointmentStatus.BOOKED)


class TestLooking:
    def test_the_calendar_is_ordered_by_doctor_and_start(self, room: Room, admin: Actor) -> None:
        other = room.clinic.practitioners.add(admin, a_doctor("Abacus", "Ana"))
        late = room.book(f"{THURSDAY} 11:00")
        early = room.book(f"{THURSDAY} 09:00")
        hers = room.book(f"{THURSDAY} 10:00", practitioner_id=other.id)
        room.book("2026-11-20 09:00")
        day = date(2026, 11, 19)
        found = room.clinic.scheduling.calendar(room.desk, CalendarRange(first=day, last=day))
        assert [visit.id for visit in found] == [hers.id, early.id, late.id]
        only = CalendarRange(first=day, last=day, practitioners=(other.id,))
        assert [visit.id for visit in room.clinic.scheduling.calendar(room.desk, only)] == [hers.id]

    def test_the_days_are_the_clinics(self, clinic: Clinic, reception: Actor, admin: Actor) -> None:
        night = a_room(clinic, reception, admin, hours=EVERY_HOUR)
        late = night.book("2026-07-16 23:15")
        early = night.book("2026-07-17 00:15")
        day = date(2026, 7, 16)
        found = clinic.scheduling.calendar(reception, CalendarRange(first=day, last=day))
        assert [visit.id for visit in found] == [late.id]
        assert early.starts_at.date() == day

    def test_a_patients_visits_are_newest_first(self, room: Room) -> None:
        first = room.book(f"{THURSDAY} 09:00")
        second = room.book("2026-11-20 09:00")
        found = room.clinic.scheduling.of_patient(room.desk, room.patient.id)
        assert [visit.id for visit in found] == [second.id, first.id]
        with refused(ErrorCode.PATIENT_NOT_FOUND, NotFound):
            room.clinic.scheduling.of_patient(room.desk, new_id())

    def test_unknown_visit(self, room: Room) -> None:
        with refused(ErrorCode.APPOINTMENT_NOT_FOUND, NotFound):
            room.clinic.scheduling.get(room.desk, new_id())

    def test_years_nobody_books(self, room: Room) -> None:
        for year in (1, 9999):
            day = date(year, 12, 31)
            with refused(ErrorCode.INVALID_APPOINTMENT, Invalid):
                room.clinic.scheduling.calendar(room.desk, CalendarRange(first=day, last=day))
            with refused(ErrorCode.INVALID_APPOINTMENT, Invalid):
                room.book(f"{year:04}-12-31 09:00")


class TestFreeTime:
    def test_free_slots_of_a_day(self, room: Room) -> None:
        room.book(f"{THURSDAY} 09:30", 30)
        slots = room.clinic.scheduling.free_slots(room.desk, room.doctor.id, date(2026, 11, 19), 60)
        starts = [slot.wall_start.strftime("%H:%M") for slot in slots]
        assert starts[:2] == ["10:00", "10:15"]
        assert starts[-1] == "16:00"
        assert "12:15" not in starts
        assert not room.clinic.scheduling.free_slots(room.desk, room.doctor.id, date(2026, 11, 21), 60)

    def test_every_offered_slot_can_be_booked(self, room: Room) -> None:
        room.book(f"{THURSDAY} 10:20", 25)
        slots = room.clinic.scheduling.free_slots(room.desk, room.doctor.id, date(2026, 11, 19), 30)
        taken_until = datetime(2026, 11, 19)
        for slot in slots:
            if slot.wall_start >= taken_until:
                room.book(slot.wall_start.isoformat(sep=" "), slot.minutes)
                taken_until = slot.wall_start + timedelta(minutes=slot.minutes)
        assert not room.clinic.scheduling.free_slots(room.desk, room.doctor.id, date(2026, 11, 19), 30)

    def test_next_free_looks_over_weeks_and_doctors(self, room: Room, admin: Actor) -> None:
        monday = (WorkingHoursInput(weekday=0, starts=time(9), ends=time(10)),)
        rare = room.clinic.practitioners.add(admin, a_doctor("Selten", "Sam", hours=monday))
        for week in range(3):
            day = date(2026, 11, 23) + timedelta(weeks=week)
            room.book(f"{day} 09:00", 60, practitioner_id=rare.id)
        after = datetime(2026, 11, 18, 10, 42)
        [slot] = room.clinic.scheduling.next_free(room.desk, (rare.id,), after, 60, 1)
        assert slot.wall_start == datetime(2026, 12, 14, 9)
        both = room.clinic.scheduling.next_free(room.desk, (), after, 60, 3)
        assert [s.practitioner_id for s in both] == [room.doctor.id] * 3
        assert both[0].wall_start == datetime(2026, 11, 18, 10, 45)
        assert list(both) == sorted(both, key=lambda s: s.starts_at)

    def test_next_free_gives_up_after_ninety_days(self, room: Room, admin: Actor) -> None:
        idle = room.clinic.practitioners.add(admin, a_doctor("Idle", "Ida", hours=()))
        after = datetime(2026, 11, 18, 10, 42)
        assert room.clinic.scheduling.next_free(room.desk, (idle.id,), after, 60, 1) == ()

    @pytest.mark.parametrize("minutes", [0, -5, 4, 721, 10**9])
    def test_a_length_no_visit_has(self, room: Room, minutes: int) -> None:
        with refused(ErrorCode.INVALID_APPOINTMENT, Invalid):
            room.clinic.scheduling.free_slots(room.desk, room.doctor.id, date(2026, 11, 19), minutes)
        with refused(ErrorCode.INVALID_APPOINTMENT, Invalid):
            room.clinic.scheduling.next_free(room.desk, (), datetime(2026, 11, 19), minutes)

    def test_unknown_and_inactive_doctors(self, room: Room, admin: Actor) -> None:
        with refused(ErrorCode.DOCTOR_NOT_FOUND, NotFound):
            room.clinic.scheduling.free_slots(room.desk, new_id(), date(2026, 11, 19), 30)
        with refused(ErrorCode.DOCTOR_NOT_FOUND, NotFound):
            room.clinic.scheduling.next_free(room.desk, (new_id(),), datetime(2026, 11, 19), 30)
        command = SetPractitionerActive(id=room.doctor.id, version=room.doctor.version, active=False)
        room.clinic.practitioners.set_active(admin, command)
        assert not room.clinic.scheduling.free_slots(room.desk, room.doctor.id, date(2026, 11, 19), 30)
        assert not room.clinic.scheduling.next_free(room.desk, (), datetime(2026, 11, 19), 30)


class TestTelling:
    def test_every_change_is_announced_where_it_shows(self, room: Room) -> None:
        heard: list[ChangeSet] = []
        room.clinic.changes.subscribe(heard.append)
        visit = room.book(f"{THURSDAY} 09:30")
        room.move(visit, "2026-11-20 09:30")
        here = Change("appointment", visit.id, room.doctor.id, date(2026, 11, 19), room.patient.id)
        there = Change("appointment", visit.id, room.doctor.id, date(2026, 11, 20), room.patient.id)
        assert [set(each.changes) for each in heard] == [{here}, {here, there}]

    def test_a_refused_change_is_not_announced(self, room: Room) -> None:
        room.book(f"{THURSDAY} 09:30")
        heard: list[ChangeSet] = []
        room.clinic.changes.subscribe(heard.append)
        with pytest.raises(SlotTaken):
            room.book(f"{THURSDAY} 09:30")
        assert heard == []

    def test_every_change_has_its_line(self, room: Room, admin: Actor) -> None:
        visit = room.book(f"{THURSDAY} 09:30", reason="secret cough")
        visit = room.move(visit, f"{THURSDAY} 10:30")
        visit = status(room, visit.id, visit.version, AppointmentStatus.ARRIVED)
        visit = cancel(room, visit.id, visit.version)
        lines = [
            line
            for line in room.clinic.audit.list(admin, patient_id=room.patient.id)
            if line.object_id == visit.id
        ]
        assert [line.action for line in reversed(lines)] == [
            "appointment.booked",
            "appointment.moved",
            "appointment.status_changed",
            "appointment.cancelled",
        ]
        assert "booked to arrived" in lines[1].detail
        assert not any("cough" in line.detail for line in lines)
        assert room.clinic.audit.check(admin).whole

    def test_a_session_that_ended_books_nothing(self, room: Room, admin: Actor, clock: FixedClock) -> None:
        clock.advance(timedelta(hours=13))
        with refused(ErrorCode.SESSION_EXPIRED, NotAuthenticated):
            room.book(f"{THURSDAY} 09:30")

    def test_a_disabled_person_books_nothing(self, room: Room, admin: Actor) -> None:
        [account] = [a for a in room.clinic.accounts.list(admin) if a.id == room.desk.account_id]
        room.clinic.accounts.set_active(
            admin, SetAccountActive(id=account.id, version=account.version, active=False)
        )
        with refused(ErrorCode.SESSION_EXPIRED, NotAuthenticated):
            room.book(f"{THURSDAY} 09:30")


class TestBadCommands:
    """security.md H60: a visit of no time, of ten years, that ends before it begins."""

    @pytest.mark.parametrize("minutes", [0, -30, 4, 721, 5_256_000, 2**63])
    def test_impossible_lengths(self, minutes: int) -> None:
        with pytest.raises(ValueError, match="minutes"):
            BookAppointment(
                patient_id=new_id(),
                practitioner_id=new_id(),
                wall_start=datetime(2026, 11, 19, 9, 30),
                minutes=minutes,
            )

    @pytest.mark.parametrize("when", [f"{THURSDAY} 09:30:30", f"{THURSDAY}T09:30:00Z"])
    def test_times_that_are_not_on_the_wall(self, when: str) -> None:
        with pytest.raises(ValueError, match="wall_start"):
            BookAppointment(
                patient_id=new_id(), practitioner_id=new_id(), wall_start=datetime.fromisoformat(when)
            )

    def test_a_range_that_ends_before_it_begins(self) -> None:
        with pytest.raises(ValueError, match="out_of_range"):
            CalendarRange(first=date(2026, 11, 19), last=date(2026, 11, 18))
        with pytest.raises(ValueError, match="out_of_range"):
            CalendarRange(first=date(2026, 1, 1), last=date(2026, 12, 31))
