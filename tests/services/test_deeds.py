"""Taking back what was done at the calendar: row for row, told, guarded, and only one's own."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from meditrack_desktop.database.tables.scheduling import DeedRow
from meditrack_desktop.domain.absence_worklists import ContactOutcome, MarkContacted
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.audit import AuditEvent
from meditrack_desktop.domain.changes import Change, ChangeSet
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.deeds import DeedKind, NextDeeds
from meditrack_desktop.domain.errors import ClinicError, ErrorCode
from meditrack_desktop.domain.holds import PlaceHold
from meditrack_desktop.domain.patient_merges import MergePatients
from meditrack_desktop.domain.patients import ArchivePatient, Patient
from meditrack_desktop.domain.permissions import Role
from meditrack_desktop.domain.practitioners import SetPractitionerActive
from meditrack_desktop.domain.privacy import AnswerPurge, AskForPurge, RestrictPatient
from meditrack_desktop.domain.scheduling import (
    AppointmentStatus,
    CancelAppointment,
    Confirmation,
    SetConfirmation,
)
from meditrack_desktop.domain.visit_types import SaveAsset, SaveVisitType
from meditrack_desktop.domain.working_time import AddAbsence
from meditrack_desktop.services.clinic import Clinic
from tests.conftest import PASSWORDS, ClinicSite
from tests.makers.calendar_rows import calendar_rows
from tests.makers.care import as_doctor, in_care
from tests.makers.charts import sign_note
from tests.makers.deeds import THURSDAY, at_nine, cancel, confirm, status, under_another
from tests.makers.people import a_doctor, a_patient
from tests.makers.visits import Room, a_room
from tests.services.doors import person

S = AppointmentStatus


@pytest.fixture
def room(clinic: Clinic, reception: Actor, admin: Actor) -> Room:
    clinic.practitioners.add(admin, a_doctor("Muster", "Jon"))
    return a_room(clinic, reception, admin)


def refused(code: ErrorCode) -> Any:
    return pytest.raises(ClinicError, match=f"^{code.value}$")


def lines_after(room: Room, admin: Actor, seq: int) -> list[AuditEvent]:
    lines = room.clinic.audit.list(admin, limit=50)
    return [line for line in reversed(lines) if line.seq > seq and line.action != "audit.listed"]


class TestWhatIsNext:
    def test_buttons_know_what_they_would_do(self, room: Room) -> None:
        assert room.clinic.deeds.next(room.desk) == NextDeeds()
        visit = at_nine(room)
        room.move(visit, "2026-11-20 14:00")
        told = room.clinic.deeds.next(room.desk)
        assert told.redo is None
        assert told.undo is not None
        assert (told.undo.action, told.undo.appointment_ids) == (DeedKind.MOVED, (visit.id,))
        assert (told.undo.day, told.undo.practitioner_id) == (date(2026, 11, 19), room.doctor.id)
        assert room.clinic.deeds.undo(room.desk) == told.undo
        again = room.clinic.deeds.next(room.desk)
        assert again.undo is not None
        assert again.redo is not None
        assert (again.undo.action, again.redo.action) == (DeedKind.BOOKED, DeedKind.MOVED)
        assert again.redo.day == date(2026, 11, 20)

    def test_nothing_to_take_back(self, room: Room) -> None:
        with refused(ErrorCode.NOTHING_TO_UNDO):
            room.clinic.deeds.undo(room.desk)
        with refused(ErrorCode.NOTHING_TO_UNDO):
            room.clinic.deeds.redo(room.desk)

    def test_back_to_the_beginning_and_forth_to_the_end(self, room: Room) -> None:
        moments = [calendar_rows(room.clinic)]
        visit = at_nine(room)
        moments.append(calendar_rows(room.clinic))
        visit = room.move(visit, f"{THURSDAY} 11:00")
        moments.append(calendar_rows(room.clinic))
        visit = status(room, visit, S.ARRIVED)
        moments.append(calendar_rows(room.clinic))
        cancel(room, visit)
        moments.append(calendar_rows(room.clinic))
        for moment in reversed(moments[:-1]):
            room.clinic.deeds.undo(room.desk)
            assert calendar_rows(room.clinic) == moment
        for moment in moments[1:]:
            room.clinic.deeds.redo(room.desk)
            assert calendar_rows(room.clinic) == moment
        with refused(ErrorCode.NOTHING_TO_UNDO):
            room.clinic.deeds.redo(room.desk)

    def test_a_new_deed_ends_what_could_be_done_again(self, room: Room) -> None:
        visit = at_nine(room)
        room.move(visit, f"{THURSDAY} 11:00")
        room.clinic.deeds.undo(room.desk)
        confirm(room, room.clinic.scheduling.get(room.desk, visit.id), Confirmation.CONFIRMED)
        with refused(ErrorCode.NOTHING_TO_UNDO):
            room.clinic.deeds.redo(room.desk)
        assert room.clinic.deeds.undo(room.desk).action is DeedKind.CONFIRMATION_CHANGED
        assert room.clinic.deeds.undo(room.desk).action is DeedKind.BOOKED

    def test_a_repeated_command_is_no_deed(self, room: Room) -> None:
        wanted = room.wants(f"{THURSDAY} 09:00")
        room.clinic.scheduling.book(room.desk, wanted)
        room.book(f"{THURSDAY} 11:00")
        room.clinic.scheduling.book(room.desk, wanted)
        confirm(room, room.clinic.scheduling.get(room.desk, wanted.id), Confirmation.UNCONFIRMED)
        assert kept(room) == [DeedKind.BOOKED, DeedKind.BOOKED]

    def test_only_ones_own(self, room: Room, doctor: Actor) -> None:
        visit = at_nine(room)
        with refused(ErrorCode.NOTHING_TO_UNDO):
            room.clinic.deeds.undo(doctor)
        assert room.clinic.deeds.next(doctor) == NextDeeds()
        assert room.clinic.scheduling.get(room.desk, visit.id) == visit

    def test_at_another_desk_of_the_same_person(
        self, room: Room, site: ClinicSite, clock: FixedClock
    ) -> None:
        at_nine(room)
        other = site.open(clock)
        try:
            actor = other.sessions.sign_in("reception", PASSWORDS["reception"])
            assert other.deeds.undo(actor).action is DeedKind.BOOKED
        finally:
            other.close()

    def test_for_twelve_hours(self, room: Room, clock: FixedClock, clinic: Clinic) -> None:
        at_nine(room)
        clock.advance(timedelta(hours=12, seconds=1))
        desk = clinic.sessions.sign_in("reception", PASSWORDS["reception"])
        assert clinic.deeds.next(desk) == NextDeeds()
        with refused(ErrorCode.NOTHING_TO_UNDO):
            clinic.deeds.undo(desk)

    def test_old_ones_go_as_new_ones_come(self, room: Room, clock: FixedClock, clinic: Clinic) -> None:
        at_nine(room)
        clock.advance(timedelta(hours=24, seconds=1))
        desk = clinic.sessions.sign_in("reception", PASSWORDS["reception"])
        clinic.scheduling.book(desk, room.wants(f"{THURSDAY} 14:00"))
        assert len(kept(room)) == 1

    def test_a_clock_that_went_back_keeps_the_order(self, room: Room, clock: FixedClock) -> None:
        visit = at_nine(room)
        clock.advance(timedelta(minutes=-30))
        room.move(visit, f"{THURSDAY} 11:00")
        assert room.clinic.deeds.undo(room.desk).action is DeedKind.MOVED
        assert room.clinic.deeds.undo(room.desk).action is DeedKind.BOOKED


class TestChangedSince:
    @pytest.mark.parametrize("redo", [False, True])
    def test_what_a_colleague_did_is_never_lost(self, room: Room, doctor: Actor, redo: bool) -> None:
        first = room.book(f"{THURSDAY} 14:00")
        visit = at_nine(room)
        moved = room.move(visit, f"{THURSDAY} 11:00")
        if redo:
            room.clinic.deeds.undo(room.desk)
            moved = room.clinic.scheduling.get(room.desk, visit.id)
        command = SetConfirmation(id=moved.id, version=moved.version, confirmation=Confirmation.CONFIRMED)
        room.clinic.scheduling.set_confirmation(doctor, command)
        before = calendar_rows(room.clinic, growing=True)
        with refused(ErrorCode.UNDO_STALE):
            (room.clinic.deeds.redo if redo else room.clinic.deeds.undo)(room.desk)
        assert calendar_rows(room.clinic, growing=True) == before
        if redo:
            with refused(ErrorCode.NOTHING_TO_UNDO):
                room.clinic.deeds.redo(room.desk)
        # It was told once; the deeds before it can be reached. The visit's own booking is stale as well.
        with refused(ErrorCode.UNDO_STALE):
            room.clinic.deeds.undo(room.desk)
        assert room.clinic.deeds.undo(room.desk).appointment_ids == (first.id,)

    def test_changed_and_changed_back_is_as_it_was(self, room: Room, doctor: Actor) -> None:
        visit = at_nine(room)
        for answer in (Confirmation.CONFIRMED, Confirmation.UNCONFIRMED):
            now = room.clinic.scheduling.get(doctor, visit.id)
            command = SetConfirmation(id=now.id, version=now.version, confirmation=answer)
            room.clinic.scheduling.set_confirmation(doctor, command)
        assert room.clinic.deeds.undo(room.desk).action is DeedKind.BOOKED

    def test_a_visit_that_a_note_names_stays(self, room: Room, admin: Actor, doctor: Actor) -> None:
        visit = at_nine(room)
        practitioner = as_doctor(room.clinic, admin, doctor)
        in_care(room.clinic, room.desk, practitioner, room.patient)
        again = room.clinic.sessions.sign_in("doctor", PASSWORDS["doctor"])
        sign_note(room.clinic, again, room.patient.id, "Feels better.", visit.id)
        with refused(ErrorCode.UNDO_STALE):
            room.clinic.deeds.undo(room.desk)
        assert room.clinic.scheduling.get(room.desk, visit.id) == visit

    def test_a_stale_deed_is_told_in_the_trail(self, room: Room, admin: Actor, doctor: Actor) -> None:
        visit = at_nine(room)
        command = SetConfirmation(id=visit.id, version=visit.version, confirmation=Confirmation.CONFIRMED)
        room.clinic.scheduling.set_confirmation(doctor, command)
        seq = room.clinic.audit.list(admin, limit=1)[0].seq
        with refused(ErrorCode.UNDO_STALE):
            room.clinic.deeds.undo(room.desk)
        [line] = lines_after(room, admin, seq)
        assert (line.action, line.detail) == ("calendar_deed.passed_over", "appointment.booked")


class TestGuards:
    def test_a_time_taken_meanwhile(self, room: Room, doctor: Actor) -> None:
        visit = at_nine(room)
        room.move(visit, f"{THURSDAY} 11:00")
        taken = room.clinic.scheduling.book(doctor, room.wants(f"{THURSDAY} 09:15"))
        before = calendar_rows(room.clinic, growing=True)
        with refused(ErrorCode.SLOT_NOT_AVAILABLE):
            room.clinic.deeds.undo(room.desk)
        assert calendar_rows(room.clinic, growing=True) == before
        # Once it is free again, it can be taken back.
        command = CancelAppointment(id=taken.id, version=taken.version, reason="moved away")
        room.clinic.scheduling.cancel(doctor, command)
        assert room.clinic.deeds.undo(room.desk).action is DeedKind.MOVED

    def test_overbooking_was_asked_for_over_one_visit_and_not_over_another(
        self, room: Room, doctor: Actor
    ) -> None:
        """Both lie outside the hours; that the first was let in there does not let it lie over the second."""
        late = room.book(f"{THURSDAY} 19:00", overbook_reason="after work")
        room.move(late, f"{THURSDAY} 11:00")
        room.clinic.scheduling.book(doctor, room.wants(f"{THURSDAY} 19:00", overbook_reason="too"))
        with refused(ErrorCode.SLOT_NOT_AVAILABLE):
            room.clinic.deeds.undo(room.desk)

    def test_an_overbooking_put_over_it_since_is_not_shared(self, room: Room, doctor: Actor) -> None:
        visit = at_nine(room)
        cancel(room, visit)
        room.clinic.scheduling.book(doctor, room.wants(f"{THURSDAY} 10:00"))
        room.clinic.scheduling.book(
            doctor, room.wants(f"{THURSDAY} 09:00", 90, overbook_reason="over ten o'clock")
        )
        before = calendar_rows(room.clinic, growing=True)
        with refused(ErrorCode.SLOT_NOT_AVAILABLE):
            room.clinic.deeds.undo(room.desk)
        assert calendar_rows(room.clinic, growing=True) == before

    def test_visits_that_lay_over_it_stay_there(self, room: Room) -> None:
        """Nobody's visit is touched by putting one back under it, not even its version."""
        visit = under_another(room)
        over = next(
            one for one in room.clinic.scheduling.of_patient(room.desk, room.patient.id) if one.overbooked
        )
        room.move(visit, "2026-11-20 14:00")
        room.clinic.deeds.undo(room.desk)
        assert room.clinic.scheduling.get(room.desk, over.id) == over

    def test_a_room_taken_meanwhile(self, room: Room, admin: Actor, doctor: Actor) -> None:
        clinic = room.clinic
        laser = clinic.assets.save(admin, SaveAsset(name="Laser", group="Laser"))
        kind = clinic.visit_types.save(admin, SaveVisitType(name="Laser", needs=("Laser",)))
        other = clinic.practitioners.add(admin, a_doctor("Muster", "Jon"))
        visit = room.book(f"{THURSDAY} 09:00", visit_type_id=kind.id)
        room.move(visit, f"{THURSDAY} 11:00")
        wanted = room.wants(f"{THURSDAY} 09:15", visit_type_id=kind.id, practitioner_id=other.id)
        clinic.scheduling.book(doctor, wanted)
        before = calendar_rows(clinic, growing=True)
        with refused(ErrorCode.ROOM_TAKEN) as caught:
            clinic.deeds.undo(room.desk)
        assert caught.value.parameters == {"name": laser.name}
        assert calendar_rows(clinic, growing=True) == before

    def test_a_time_that_somebody_holds(self, room: Room, doctor: Actor, clock: FixedClock) -> None:
        visit = at_nine(room)
        cancel(room, visit)
        hold = PlaceHold(practitioner_id=room.doctor.id, wall_start=visit.wall_start)
        room.clinic.holds.place(doctor, hold)
        with refused(ErrorCode.SLOT_HELD) as caught:
            room.clinic.deeds.undo(room.desk)
        assert caught.value.parameters["who"] == doctor.name
        clock.advance(timedelta(minutes=3))
        assert room.clinic.deeds.undo(room.desk).action is DeedKind.CANCELLED

    def test_ones_own_hold_is_no_obstacle(self, room: Room) -> None:
        visit = at_nine(room)
        cancel(room, visit)
        hold = PlaceHold(practitioner_id=room.doctor.id, wall_start=visit.wall_start)
        room.clinic.holds.place(room.desk, hold)
        assert room.clinic.deeds.undo(room.desk).action is DeedKind.CANCELLED

    def test_an_absence_whose_patients_were_called_stays(self, room: Room) -> None:
        visit = at_nine(room)
        added = room.clinic.absences.add(
            room.desk,
            AddAbsence(
                practitioner_id=room.doctor.id,
                wall_start=datetime(2026, 11, 19),
                wall_end=datetime(2026, 11, 20),
            ),
        )
        told = MarkContacted(
            absence_id=added.absence.id, appointment_id=visit.id, outcome=ContactOutcome.REACHED
        )
        room.clinic.absence_worklists.mark_contacted(room.desk, told)
        with refused(ErrorCode.UNDO_STALE):
            room.clinic.deeds.undo(room.desk)

    def test_an_absence_needs_what_it_needed(
        self, clinic: Clinic, room: Room, admin: Actor, doctor: Actor
    ) -> None:
        """A doctor's own: as long as they are that doctor."""
        own = as_doctor(clinic, admin, doctor)
        desk = clinic.sessions.sign_in("doctor", PASSWORDS["doctor"])
        away = AddAbsence(
            practitioner_id=own.id, wall_start=datetime(2026, 11, 19), wall_end=datetime(2026, 11, 20)
        )
        clinic.absences.add(desk, away)
        _take_away(clinic, "edit_own_hours")
        with refused(ErrorCode.NOT_PERMITTED):
            clinic.deeds.undo(desk)
        assert len(clinic.absences.list(admin, [own.id], date(2026, 11, 19), date(2026, 11, 19))) == 1

    def test_permissions_are_asked_for_again(self, clinic: Clinic, room: Room) -> None:
        at_nine(room)
        over = room.book(f"{THURSDAY} 09:15", overbook_reason="emergency")
        _take_away(clinic, "overbook")
        with refused(ErrorCode.NOT_PERMITTED):
            clinic.deeds.undo(room.desk)
        assert clinic.scheduling.get(room.desk, over.id) == over
        _take_away(clinic, "book_appointment")
        with refused(ErrorCode.NOT_PERMITTED):
            clinic.deeds.undo(room.desk)

    def test_a_doctor_who_left(self, room: Room, admin: Actor) -> None:
        visit = at_nine(room)
        cancel(room, visit)
        doctor = room.clinic.practitioners.get(admin, room.doctor.id)
        left = SetPractitionerActive(id=doctor.id, version=doctor.version, active=False)
        room.clinic.practitioners.set_active(admin, left)
        with refused(ErrorCode.DOCTOR_NOT_AVAILABLE):
            room.clinic.deeds.undo(room.desk)

    @pytest.mark.parametrize("closing", ["archived", "restricted", "merged", "erased"])
    def test_a_record_that_was_closed(self, room: Room, admin: Actor, clinic: Clinic, closing: str) -> None:
        """Nothing is changed for it, and the deed before, somebody else's visit, can be reached."""
        other = clinic.patients.register(room.desk, a_patient("Anders"))
        others = room.book(f"{THURSDAY} 14:00", patient_id=other.id)
        cancel(room, at_nine(room))
        _close(closing, room, admin, other)
        before = calendar_rows(clinic, growing=True)
        for code in CLOSED[closing]:
            with refused(code):
                clinic.deeds.undo(room.desk)
            assert calendar_rows(clinic, growing=True) == before
        assert clinic.deeds.undo(room.desk).appointment_ids == (others.id,)

    def test_erasing_forgets_the_deeds(self, room: Room, admin: Actor, clinic: Clinic) -> None:
        other = clinic.patients.register(room.desk, a_patient("Anders"))
        room.book(f"{THURSDAY} 14:00", patient_id=other.id)
        at_nine(room)
        _close("erased", room, admin, other)
        assert kept(room) == [DeedKind.BOOKED]
        with clinic.work.database.reading() as session:
            assert str(room.patient.id) not in session.query(DeedRow).one().rows

    def test_news_for_both_days(self, room: Room) -> None:
        visit = at_nine(room)
        room.move(visit, "2026-11-20 14:00")
        heard: list[ChangeSet] = []
        room.clinic.changes.subscribe(heard.append)
        room.clinic.deeds.undo(room.desk)
        room.clinic.deeds.undo(room.desk)
        here = Change("appointment", visit.id, room.doctor.id, date(2026, 11, 19), room.patient.id)
        there = Change("appointment", visit.id, room.doctor.id, date(2026, 11, 20), room.patient.id)
        assert [set(each.changes) for each in heard] == [{here, there}, {here}]

    def test_a_step_says_what_the_visit_says_again(self, room: Room, admin: Actor) -> None:
        visit = at_nine(room)
        room.move(visit, "2026-11-20 14:00")
        room.clinic.deeds.undo(room.desk)
        line = next(one for one in room.clinic.audit.list(admin) if one.action == "appointment.undone")
        assert line.detail == "appointment.moved; start 2026-11-20T14:00 to 2026-11-19T09:00"
        assert (line.object_id, line.patient_id) == (visit.id, room.patient.id)


_E = ErrorCode
CLOSED = {
    "archived": [_E.PATIENT_ARCHIVED, _E.UNDO_STALE],
    "restricted": [_E.PATIENT_RESTRICTED, _E.PATIENT_RESTRICTED],
    "merged": [_E.PATIENT_MERGED, _E.PATIENT_MERGED],
    "erased": [],
}
"""What taking back the cancelling and then the booking is answered with, by how the record was closed."""


def _close(how: str, room: Room, admin: Actor, other: Patient) -> None:
    clinic, patient = room.clinic, room.clinic.patients.get(admin, room.patient.id)
    if how == "archived":
        command = ArchivePatient(id=patient.id, version=patient.version, reason="moved away")
        clinic.patients.archive(admin, command)
    elif how == "restricted":
        clinic.restrictions.restrict(admin, RestrictPatient(patient_id=patient.id, reason="asked for it"))
    elif how == "merged":
        clinic.patient_merges.merge(
            admin,
            MergePatients(
                kept_id=other.id,
                kept_version=clinic.patients.get(admin, other.id).version,
                gone_id=patient.id,
                gone_version=patient.version,
                reason="registered twice",
            ),
        )
    else:
        second = person(clinic, "second", frozenset({Role.ADMIN}))
        asked = clinic.purges.ask(
            second, AskForPurge(patient_id=patient.id, reason="the patient asked for it", overrule=True)
        )
        clinic.purges.approve(admin, AnswerPurge(id=asked.id, version=asked.version))
        clinic.purges.carry_out(admin, asked.id)


def kept(room: Room) -> list[DeedKind]:
    with room.clinic.work.database.reading() as session:
        rows = session.query(DeedRow).order_by(DeedRow.done_at).all()
        return [DeedKind(row.action) for row in rows]


def _take_away(clinic: Clinic, permission: str) -> None:
    with clinic.work.unsigned() as session:
        session.connection().exec_driver_sql(f"DELETE FROM role_permission WHERE permission = '{permission}'")
