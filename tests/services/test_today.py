"""The day as the front desk sees it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.front_desk import AddDeskTask
from meditrack_desktop.domain.permission_grid import ChangeGrid
from meditrack_desktop.domain.permissions import Permission, Role
from meditrack_desktop.domain.practitioner_profiles import SaveCredential
from meditrack_desktop.domain.practitioners import SetPractitionerActive
from meditrack_desktop.domain.scheduling import Appointment, AppointmentStatus, SetAppointmentStatus
from meditrack_desktop.domain.settings import ChangeSettings
from meditrack_desktop.domain.today import AttentionKind, DoctorNow, RibbonRow, TodayBoard
from meditrack_desktop.domain.visit_types import SaveAsset, SaveVisitType
from meditrack_desktop.domain.working_time import (
    AbsenceKind,
    AddAbsence,
    OpenTime,
    SetClosure,
    SetSpecialDay,
    TimeOfDay,
)
from meditrack_desktop.services.clinic import Clinic
from tests.makers.people import a_doctor, a_patient
from tests.makers.visits import Room, a_room

TODAY = date(2026, 11, 18)  # a Wednesday; it is 10:42


@pytest.fixture
def room(clinic: Clinic, reception: Actor, admin: Actor) -> Room:
    return a_room(clinic, reception, admin, room="Room 1")


def shown(room: Room, day: date = TODAY) -> TodayBoard:
    return room.clinic.today.board(room.desk, day)


def row(room: Room, day: date = TODAY) -> RibbonRow:
    return next(one for one in shown(room, day).doctors if one.doctor.id == room.doctor.id)


def becomes(room: Room, visit: Appointment, *statuses: AppointmentStatus) -> Appointment:
    for status in statuses:
        command = SetAppointmentStatus(id=visit.id, version=visit.version, status=status)
        visit = room.clinic.scheduling.set_status(room.desk, command)
    return visit


def away(room: Room, begins: str, ends: str, **details: Any) -> None:
    command = AddAbsence(
        practitioner_id=room.doctor.id,
        wall_start=datetime.fromisoformat(begins),
        wall_end=datetime.fromisoformat(ends),
        **details,
    )
    room.clinic.absences.add(room.desk, command)


def test_the_clinic_says_what_a_long_wait_is(room: Room, admin: Actor, clock: FixedClock) -> None:
    room.clinic.settings.change(admin, ChangeSettings(long_wait_minutes=15))
    becomes(room, room.book("2026-11-18 11:00"), AppointmentStatus.ARRIVED)
    clock.advance(timedelta(minutes=14))
    assert shown(room).attention == () and shown(room).lanes.waiting[0].long_wait == 15
    clock.advance(timedelta(minutes=1))
    assert [one.kind for one in shown(room).attention] == [AttentionKind.LONG_WAIT]


def test_a_visit_goes_through_its_lanes(room: Room, clock: FixedClock) -> None:
    visit = room.book("2026-11-18 11:00")
    [card] = shown(room).lanes.due_next
    assert (card.visit, card.minutes, card.room) == (visit, 18, "Room 1")
    assert card.visit.patient_mrn and card.visit.patient_phone
    visit = becomes(room, visit, AppointmentStatus.ARRIVED)
    clock.advance(timedelta(minutes=14))
    board = shown(room)
    assert [(one.visit.id, one.minutes) for one in board.lanes.waiting] == [(visit.id, 14)]
    assert board.waits.longest == 14
    assert [one.kind for one in board.attention] == [AttentionKind.LONG_WAIT]
    visit = becomes(room, visit, AppointmentStatus.CHECKED_IN)
    assert row(room).now is DoctorNow.IN_ROOM and row(room).with_whom == visit.id
    clock.advance(timedelta(minutes=21))
    assert [one.minutes for one in shown(room).lanes.in_room] == [21]
    becomes(room, visit, AppointmentStatus.FULFILLED)
    board = shown(room)
    assert [one.visit.left_at for one in board.lanes.to_check_out] == [clock.now()]
    assert (board.counters.done, board.counters.visits) == (1, 1)


class TestDoctors:
    def test_who_works_is_away_or_has_visits(self, room: Room, admin: Actor) -> None:
        add = room.clinic.practitioners.add
        add(admin, a_doctor("Namuna", "Omar", hours=()))
        former = add(admin, a_doctor("Beispiel", "Lukas"))
        room.book("2026-11-18 11:00", practitioner_id=former.id)
        room.clinic.practitioners.set_active(
            admin, SetPractitionerActive(id=former.id, version=former.version, active=False)
        )
        assert [one.doctor.name for one in shown(room).doctors] == ["Dr. Lukas Beispiel", "Dr. Ines Modelo"]
        assert [one.doctor.name for one in shown(room, date(2026, 11, 22)).doctors] == []

    def test_in_the_order_of_every_other_list_of_doctors(self, room: Room, admin: Actor) -> None:
        for family in ("\u00c4gidius", "von Zimt", "zander", "Becker", "\u0141ukasz"):
            room.clinic.practitioners.add(admin, a_doctor(family, "Ida"))
        everybody = [one.id for one in room.clinic.practitioners.list(room.desk)]
        assert [one.doctor.id for one in shown(room).doctors] == everybody

    def test_hours_absences_and_what_is_right_now(self, room: Room) -> None:
        assert row(room).day.open == (OpenTime(540, 780), OpenTime(840, 1020))
        assert row(room).now is DoctorNow.FREE
        away(room, "2026-11-18 08:00", "2026-11-18 15:00")
        found = row(room)
        assert found.day.open == (OpenTime(900, 1020),)
        assert (found.now, found.until) == (DoctorNow.OUT, datetime(2026, 11, 18, 15, 0))
        assert len(found.day.absences) == 1

    def test_why_somebody_is_away_is_not_everybodys_business(self, room: Room) -> None:
        away(room, "2026-11-18 08:00", "2026-11-18 15:00", kind=AbsenceKind.SICK, note="migraine")
        [told] = row(room).day.absences
        assert (told.kind, told.note) == (AbsenceKind.SICK, "migraine"), "the desk has to say something"
        [colleague] = room.clinic.today.board(_a_doctor(room), TODAY).doctors
        assert colleague.day.absences[0].note == ""
        assert colleague.day.absences[0].kind is not AbsenceKind.SICK

    def test_why_somebody_works_at_another_time_is_not_everybodys_business(self, room: Room) -> None:
        special = SetSpecialDay(
            practitioner_id=room.doctor.id,
            day=TODAY,
            stretches=(TimeOfDay(starts=time(9), ends=time(11)),),
            note="radiotherapy",
        )
        room.clinic.working_times.set_special_day(room.desk, special)
        told = row(room).day.special
        assert told is not None and told.note == "radiotherapy"
        [colleague] = room.clinic.today.board(_a_doctor(room), TODAY).doctors
        assert colleague.day.special is not None and colleague.day.special.note == ""
        assert colleague.day.open == row(room).day.open

    def test_the_next_free_place(self, room: Room) -> None:
        assert row(room).next_free == datetime(2026, 11, 18, 10, 45)
        room.book("2026-11-18 10:45", 120)
        assert row(room).next_free == datetime(2026, 11, 18, 14, 0)
        away(room, "2026-11-18 13:00", "2026-11-20 09:30")
        assert row(room).next_free == datetime(2026, 11, 20, 9, 30)
        away(room, "2026-11-20 09:30", "2027-03-01 00:00")
        assert row(room).next_free is None

    def test_of_a_day_that_is_over_there_is_none(self, room: Room) -> None:
        assert row(room, date(2026, 11, 17)).next_free is None
        assert row(room, date(2026, 11, 19)).next_free == datetime(2026, 11, 19, 9, 0)

    def test_late(self, room: Room, clock: FixedClock) -> None:
        becomes(room, room.book("2026-11-18 10:45"), AppointmentStatus.ARRIVED)
        clock.advance(timedelta(minutes=23))
        assert row(room).late == 20
        told = [one for one in shown(room).attention if one.kind is AttentionKind.DOCTOR_LATE]
        assert [(one.practitioner_name, one.minutes) for one in told] == [("Dr. Ines Modelo", 20)]


class TestAttention:
    def kinds(self, room: Room, day: date = TODAY) -> list[AttentionKind]:
        return [one.kind for one in shown(room, day).attention]

    def test_a_visit_in_an_absence(self, room: Room) -> None:
        room.book("2026-11-18 15:00")
        assert self.kinds(room) == []
        away(room, "2026-11-18 14:00", "2026-11-18 16:00")
        assert self.kinds(room) == [AttentionKind.DOCTOR_AWAY]

    def test_tasks_overdue(self, room: Room) -> None:
        for at in (time(10, 41), time(10, 42), time(23)):
            due = datetime.combine(TODAY, at)
            room.clinic.desk_tasks.add(room.desk, AddDeskTask(text="Call", due_at=due))
        [told] = shown(room).attention
        assert (told.kind, told.count) == (AttentionKind.TASKS_OVERDUE, 1)

    def test_credentials_that_end(self, room: Room, admin: Actor) -> None:
        for name, ends in (("Licence", date(2026, 12, 1)), ("Board", date(2028, 1, 1))):
            room.clinic.practitioner_profiles.save_credential(
                admin, SaveCredential(practitioner_id=room.doctor.id, name=name, expires_on=ends)
            )
        [told] = shown(room).attention
        assert (told.kind, told.what, told.day, told.practitioner_id) == (
            AttentionKind.CREDENTIAL_EXPIRES,
            "Licence",
            date(2026, 12, 1),
            room.doctor.id,
        )

    def test_of_doctors_only_for_who_may_see_them(self, room: Room, admin: Actor) -> None:
        room.clinic.practitioner_profiles.save_credential(
            admin,
            SaveCredential(
                practitioner_id=room.doctor.id, name="Medical licence", expires_on=date(2026, 11, 30)
            ),
        )
        assert [one.what for one in shown(room).attention] == ["Medical licence"]
        change = ChangeGrid(role=Role.RECEPTIONIST, permission=Permission.VIEW_DOCTORS, allowed=False)
        room.clinic.permission_grid.change(admin, change)
        assert shown(room).attention == ()

    def test_a_kind_that_wants_a_room_and_has_none(self, room: Room, admin: Actor) -> None:
        kind = room.clinic.visit_types.save(admin, SaveVisitType(name="ECG", minutes=30))
        early, late = (room.book(f"2026-11-18 {at}", visit_type_id=kind.id) for at in ("11:00", "12:00"))
        room.clinic.assets.save(admin, SaveAsset(name="ECG 1", group="ECG"))
        room.clinic.visit_types.save(
            admin, SaveVisitType(id=kind.id, version=kind.version, name="ECG", minutes=30, needs=("ECG",))
        )
        kept = room.book("2026-11-18 15:00", visit_type_id=kind.id)
        board = shown(room)
        assert {one.appointment_id for one in board.attention} == {early.id, late.id}
        cards = shown(room, TODAY).lanes.due_next
        assert kept.id not in {one.visit.id for one in cards}

    def test_the_room_that_a_visit_keeps(self, room: Room, admin: Actor) -> None:
        room.clinic.assets.save(admin, SaveAsset(name="Room 4", group="Rooms"))
        kind = room.clinic.visit_types.save(admin, SaveVisitType(name="X", minutes=30, needs=("Rooms",)))
        room.book("2026-11-18 11:00", visit_type_id=kind.id)
        [card] = shown(room).lanes.due_next
        assert card.room == "Room 4"


class TestEmptyDays:
    def test_the_next_day_with_visits(self, room: Room) -> None:
        room.book("2026-11-23 09:00")
        board = shown(room)
        assert (board.counters.visits, board.next_day) == (0, date(2026, 11, 23))
        assert shown(room, date(2026, 11, 23)).next_day is None

    def test_the_clinic_is_closed(self, room: Room, admin: Actor) -> None:
        room.clinic.working_times.set_closure(admin, SetClosure(day=TODAY, name="Works outing"))
        board = shown(room)
        assert board.closure is not None and board.closure.name == "Works outing"
        assert board.doctors == ()


def test_as_many_questions_for_many_visits_as_for_few(room: Room, admin: Actor) -> None:
    patients = [
        room.clinic.patients.register(room.desk, a_patient(f"Fictanova{number}", "Mara")).id
        for number in range(4)
    ]
    counts = []
    shown(room)  # its line in the trail is kept now, not once more within the minute
    for doctors in (1, 4):
        for number in range(doctors):
            doctor = room.clinic.practitioners.add(admin, a_doctor(f"Modelo{doctors}{number}"))
            for hour, patient_id in enumerate(patients, start=9):
                room.book(f"2026-11-18 {hour:02}:00", practitioner_id=doctor.id, patient_id=patient_id)
        counts.append(_questions(room))
    assert counts[0] == counts[1]


def _questions(room: Room) -> int:
    asked: list[str] = []
    engine = room.clinic.work.database.engine

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        shown(room)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len([one for one in asked if one.lstrip().upper().startswith("SELECT")])


def _a_doctor(room: Room) -> Actor:
    return room.clinic.sessions.sign_in("doctor", "velvet-compass-four-pines")
