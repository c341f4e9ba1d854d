"""The waitlist: who waits, in which order, and whom a place that became free fits."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from meditrack_desktop.database.queries import waitlist as queries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import (
    ChangedMeanwhile,
    Conflict,
    ErrorCode,
    Invalid,
    NotFound,
    SlotTaken,
)
from meditrack_desktop.domain.front_desk import (
    JoinWaitlist,
    LeaveWaitlist,
    SwapEarlier,
    Urgency,
    WaitlistEntry,
    WaitState,
)
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patients import ArchivePatient, Patient
from meditrack_desktop.domain.practitioners import SetPractitionerActive
from meditrack_desktop.domain.privacy import RestrictPatient
from meditrack_desktop.domain.scheduling import AppointmentStatus, CancelAppointment, SetAppointmentStatus
from meditrack_desktop.domain.visit_types import SaveVisitType
from meditrack_desktop.services.clinic import Clinic
from tests.makers.people import a_doctor, a_patient, an_edit
from tests.makers.visits import Room, a_room

FREED = datetime(2026, 11, 19, 9, 0)


@pytest.fixture
def room(clinic: Clinic, reception: Actor, admin: Actor) -> Room:
    return a_room(clinic, reception, admin)


def someone(room: Room, given: str) -> Patient:
    return room.clinic.patients.register(room.desk, a_patient("Fictanova", given, "+44 20 7946 0111"))


def waits(room: Room, patient: Patient | None = None, **wishes: Any) -> WaitlistEntry:
    patient = patient or room.patient
    return room.clinic.waitlist.join(room.desk, JoinWaitlist(patient_id=patient.id, **wishes))


def fitting(room: Room, at: datetime = FREED, minutes: int = 30, **details: Any) -> list[str]:
    found = room.clinic.waitlist.fitting(room.desk, room.doctor.id, at, minutes, **details)
    return [entry.patient_name for entry in found]


class TestJoining:
    def test_told_with_name_and_phone(self, room: Room) -> None:
        entry = waits(room, urgency=Urgency.SOON, weekdays=(4, 0, 0), note="any time")
        assert entry.patient_name == "Greta Beispiel"
        assert entry.patient_phone == "+44 20 7946 0958"
        assert entry.patient_mrn == room.patient.mrn
        assert entry.weekdays == (0, 4)
        assert room.clinic.waitlist.list(room.desk) == (entry,)

    def test_the_same_command_twice_joins_once(self, room: Room) -> None:
        command = JoinWaitlist(patient_id=room.patient.id)
        first = room.clinic.waitlist.join(room.desk, command)
        assert room.clinic.waitlist.join(room.desk, command) == first
        assert len(room.clinic.waitlist.list(room.desk)) == 1
        with pytest.raises(ChangedMeanwhile):
            other = command.model_copy(update={"patient_id": someone(room, "Mara").id})
            room.clinic.waitlist.join(room.desk, other)

    def test_urgent_ones_first_then_who_has_waited_longest(self, room: Room, clock: FixedClock) -> None:
        for given, urgency in (("A", "routine"), ("B", "soon"), ("C", "urgent"), ("D", "urgent")):
            waits(room, someone(room, given), urgency=urgency)
            clock.advance(timedelta(minutes=1))
        names = [entry.patient_name.split()[0] for entry in room.clinic.waitlist.list(room.desk)]
        assert names == ["C", "D", "B", "A"]

    def test_of_one_doctor_or_anybody(self, room: Room, admin: Actor) -> None:
        other = room.clinic.practitioners.add(admin, a_doctor("Namuna", "Omar"))
        anybody, mine = waits(room), waits(room, practitioner_id=room.doctor.id)
        waits(room, practitioner_id=other.id)
        found = room.clinic.waitlist.list(room.desk, room.doctor.id)
        assert {entry.id for entry in found} == {anybody.id, mine.id}

    def test_nobody_unknown_inactive_or_closed(self, room: Room, admin: Actor) -> None:
        with pytest.raises(NotFound):
            waits(room, practitioner_id=new_id())
        with pytest.raises(NotFound) as caught:
            waits(room, visit_type_id=new_id())
        assert caught.value.code is ErrorCode.VISIT_TYPE_NOT_FOUND
        with pytest.raises(NotFound):
            room.clinic.waitlist.join(room.desk, JoinWaitlist(patient_id=new_id()))
        room.clinic.practitioners.set_active(
            admin, SetPractitionerActive(id=room.doctor.id, version=room.doctor.version, active=False)
        )
        with pytest.raises(Invalid):
            waits(room, practitioner_id=room.doctor.id)
        room.clinic.patients.archive(
            admin, ArchivePatient(id=room.patient.id, version=room.patient.version, reason="moved away")
        )
        with pytest.raises(Conflict) as conflict:
            waits(room)
        assert conflict.value.code is ErrorCode.PATIENT_ARCHIVED

    def test_a_restricted_patient_joins_nothing(self, room: Room, admin: Actor) -> None:
        _restrict(room, admin, room.patient)
        with pytest.raises(Conflict) as caught:
            waits(room)
        assert caught.value.code is ErrorCode.PATIENT_RESTRICTED


class TestALongList:
    """However many wait, whoever a place fits is found: a list is cut at its end, not before it is searched."""

    @pytest.fixture(autouse=True)
    def short(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(queries, "MOST", 3)

    def test_those_who_wait_for_one_doctor(self, room: Room, admin: Actor) -> None:
        other = room.clinic.practitioners.add(admin, a_doctor("Namuna", "Omar"))
        for number in range(3):
            waits(room, someone(room, f"U{number}"), practitioner_id=other.id, urgency=Urgency.URGENT)
        mine = waits(room, practitioner_id=room.doctor.id)
        anybodys = waits(room)
        found = room.clinic.waitlist.list(room.desk, room.doctor.id)
        assert [entry.id for entry in found] == [mine.id, anybodys.id]

    def test_those_whom_a_place_fits(self, room: Room, admin: Actor) -> None:
        other = room.clinic.practitioners.add(admin, a_doctor("Namuna", "Omar"))
        day = FREED.date()
        for number, wishes in enumerate(
            (
                {"practitioner_id": other.id},
                {"first_day": day + timedelta(days=1)},
                {"last_day": day - timedelta(days=1)},
                {"weekdays": ((day.weekday() + 1) % 7,)},
                {"from_time": time(9, 1)},
                {"until_time": time(9, 29)},
            )
        ):
            waits(room, someone(room, f"U{number}"), urgency=Urgency.URGENT, **wishes)
        waits(room, someone(room, "Fits"), weekdays=(day.weekday(),), first_day=day, last_day=day)
        assert fitting(room) == ["Fits Fictanova"]


class TestLeaving:
    def test_it_is_over_once(self, room: Room) -> None:
        entry = waits(room)
        left = room.clinic.waitlist.leave(room.desk, LeaveWaitlist(id=entry.id, version=entry.version))
        assert left.state is WaitState.REMOVED
        assert room.clinic.waitlist.list(room.desk) == ()
        for version in (entry.version, left.version):
            with pytest.raises(ChangedMeanwhile):
                room.clinic.waitlist.leave(room.desk, LeaveWaitlist(id=entry.id, version=version))
        with pytest.raises(NotFound) as caught:
            room.clinic.waitlist.leave(room.desk, LeaveWaitlist(id=new_id(), version=1))
        assert caught.value.code is ErrorCode.WAITLIST_NOT_FOUND

    def test_the_trail_tells_of_it(self, room: Room, admin: Actor) -> None:
        entry = waits(room, note="mornings, please")
        room.clinic.waitlist.leave(room.desk, LeaveWaitlist(id=entry.id, version=entry.version))
        lines = room.clinic.audit.list(admin, limit=10)
        told = {line.action: line for line in lines if line.object_id == entry.id}
        assert told.keys() == {"waitlist_entry.added", "waitlist_entry.ended"}
        assert all(line.patient_id == room.patient.id for line in told.values())
        assert not any("mornings" in line.detail for line in lines)

    def test_leaving_is_taken_back(self, room: Room) -> None:
        entry = waits(room)
        room.clinic.waitlist.leave(room.desk, LeaveWaitlist(id=entry.id, version=entry.version))
        room.clinic.deeds.undo(room.desk)
        assert [one.id for one in room.clinic.waitlist.list(room.desk)] == [entry.id]


class TestFitting:
    def test_urgent_ones_first_and_only_who_fits(self, room: Room) -> None:
        waits(room, someone(room, "Long"), minutes=45)
        waits(room, someone(room, "Routine"))
        waits(room, someone(room, "Urgent"), urgency="urgent")
        waits(room, someone(room, "Later"), first_day=date(2026, 11, 20))
        assert fitting(room) == ["Urgent Fictanova", "Routine Fictanova"]
        assert fitting(room, minutes=45)[0] == "Urgent Fictanova"
        assert "Long Fictanova" in fitting(room, minutes=45)

    def test_who_just_cancelled_is_not_asked(self, room: Room) -> None:
        waits(room)
        assert fitting(room) == ["Greta Beispiel"]
        assert fitting(room, but_patient_id=room.patient.id) == []

    def test_who_has_another_visit_then_is_not_asked(self, room: Room, admin: Actor) -> None:
        other = room.clinic.practitioners.add(admin, a_doctor("Namuna", "Omar"))
        waits(room)
        room.book("2026-11-19 09:15", 30, practitioner_id=other.id)
        assert fitting(room) == []
        assert fitting(room, FREED.replace(hour=10)) == ["Greta Beispiel"]

    def test_a_visit_that_ends_or_begins_beside_it_is_in_nobodys_way(self, room: Room, admin: Actor) -> None:
        other = room.clinic.practitioners.add(admin, a_doctor("Namuna", "Omar"))
        waits(room)
        room.book("2026-11-19 09:30", 30, practitioner_id=other.id)
        assert fitting(room, minutes=60) == ["Greta Beispiel"]

    def test_a_cancelled_visit_is_in_nobodys_way(self, room: Room, admin: Actor) -> None:
        other = room.clinic.practitioners.add(admin, a_doctor("Namuna", "Omar"))
        waits(room)
        visit = room.book("2026-11-19 09:00", 30, practitioner_id=other.id)
        assert fitting(room) == []
        room.clinic.scheduling.cancel(
            room.desk, CancelAppointment(id=visit.id, version=visit.version, reason="ill")
        )
        assert fitting(room) == ["Greta Beispiel"]

    def test_nobody_for_the_past(self, room: Room) -> None:
        waits(room)
        assert fitting(room, datetime(2026, 11, 18, 10, 0)) == []

    def test_who_may_not_be_booked_is_never_asked(self, room: Room, admin: Actor) -> None:
        restricted, archived, deceased = (someone(room, name) for name in ("R", "A", "D"))
        for patient in (restricted, archived, deceased, room.patient):
            waits(room, patient)
        assert len(fitting(room)) == 4
        _restrict(room, admin, restricted)
        room.clinic.patients.archive(
            admin, ArchivePatient(id=archived.id, version=archived.version, reason="moved away")
        )
        room.clinic.patients.edit(room.desk, an_edit(deceased, deceased=True))
        assert fitting(room) == ["Greta Beispiel"]

    def test_a_kind_that_the_doctor_does_not_offer(self, room: Room, admin: Actor) -> None:
        other = room.clinic.practitioners.add(admin, a_doctor("Namuna", "Omar"))
        theirs = room.clinic.visit_types.save(
            admin, SaveVisitType(name="Laser", minutes=20, practitioner_ids=(other.id,))
        )
        everybodys = room.clinic.visit_types.save(admin, SaveVisitType(name="Check-up", minutes=20))
        waits(room, someone(room, "Laser"), visit_type_id=theirs.id, minutes=20)
        waits(room, someone(room, "Check"), visit_type_id=everybodys.id, minutes=20)
        assert fitting(room) == ["Check Fictanova"]
        found = room.clinic.waitlist.fitting(room.desk, other.id, FREED, 30)
        assert {entry.visit_type for entry in found} == {"Laser", "Check-up"}


class TestBookingFromIt:
    def test_the_wait_ends_with_the_visit(self, room: Room) -> None:
        entry = waits(room)
        visit = room.book("2026-11-19 09:00", waitlist_id=entry.id)
        assert room.clinic.waitlist.list(room.desk) == ()
        room.clinic.deeds.undo(room.desk)
        [again] = room.clinic.waitlist.list(room.desk)
        assert again.id == entry.id and again.appointment_id is None
        assert visit.id not in {
            one.id for one in room.clinic.scheduling.of_patient(room.desk, room.patient.id)
        }


class TestSwapping:
    def test_an_earlier_place_for_a_visit_they_have(self, room: Room) -> None:
        visit = room.book("2026-11-25 10:00", 45)
        entry = waits(room, appointment_id=visit.id)
        assert entry.minutes == 45
        assert fitting(room, minutes=45) == ["Greta Beispiel"]
        moved = room.clinic.waitlist.swap(room.desk, _swap(room, entry, visit.version))
        assert moved.id == visit.id and moved.wall_start == FREED and moved.minutes == 45
        assert room.clinic.waitlist.list(room.desk) == ()

    def test_a_later_place_is_none_for_them(self, room: Room) -> None:
        visit = room.book("2026-11-19 09:00")
        waits(room, appointment_id=visit.id)
        assert fitting(room, datetime(2026, 11, 19, 10, 0)) == []
        assert fitting(room, datetime(2026, 11, 18, 16, 0)) == ["Greta Beispiel"]

    def test_both_or_nothing(self, room: Room) -> None:
        visit = room.book("2026-11-25 10:00")
        entry = waits(room, appointment_id=visit.id)
        room.book("2026-11-19 09:00", patient_id=someone(room, "Mara").id)
        with pytest.raises(SlotTaken):
            room.clinic.waitlist.swap(room.desk, _swap(room, entry, visit.version))
        assert [one.id for one in room.clinic.waitlist.list(room.desk)] == [entry.id]
        stale = _swap(room, entry, visit.version).model_copy(
            update={"version": entry.version + 1, "wall_start": datetime(2026, 11, 19, 11, 0)}
        )
        with pytest.raises(ChangedMeanwhile):
            room.clinic.waitlist.swap(room.desk, stale)
        assert room.clinic.scheduling.get(room.desk, visit.id).wall_start == visit.wall_start

    def test_undo_puts_back_visit_and_wait(self, room: Room) -> None:
        visit = room.book("2026-11-25 10:00")
        entry = waits(room, appointment_id=visit.id)
        room.clinic.waitlist.swap(room.desk, _swap(room, entry, visit.version))
        room.clinic.deeds.undo(room.desk)
        assert room.clinic.scheduling.get(room.desk, visit.id).wall_start == visit.wall_start
        [again] = room.clinic.waitlist.list(room.desk)
        assert (again.id, again.state) == (entry.id, WaitState.WAITING)

    def test_only_ones_own_visit_that_is_to_come(self, room: Room) -> None:
        visit = room.book("2026-11-25 10:00")
        with pytest.raises(NotFound):
            waits(room, someone(room, "Mara"), appointment_id=visit.id)
        done = room.clinic.scheduling.set_status(
            room.desk,
            SetAppointmentStatus(id=visit.id, version=visit.version, status=AppointmentStatus.ARRIVED),
        )
        assert done.status is AppointmentStatus.ARRIVED
        with pytest.raises(Invalid):
            waits(room, appointment_id=visit.id)

    def test_a_wait_without_a_visit_has_nothing_to_swap(self, room: Room) -> None:
        entry = waits(room)
        with pytest.raises(ChangedMeanwhile):
            room.clinic.waitlist.swap(room.desk, _swap(room, entry, 1))


def _swap(room: Room, entry: WaitlistEntry, visit_version: int) -> SwapEarlier:
    return SwapEarlier(
        id=entry.id,
        version=entry.version,
        appointment_version=visit_version,
        practitioner_id=room.doctor.id,
        wall_start=FREED,
    )


def _restrict(room: Room, admin: Actor, patient: Patient) -> None:
    room.clinic.restrictions.restrict(admin, RestrictPatient(patient_id=patient.id, reason="asked to"))
