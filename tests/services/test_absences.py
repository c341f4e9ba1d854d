"""Doctors who are away: adding it, ending it, what it touches, who reads why, and taking it back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import ChangeSet
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import ChangedMeanwhile, ErrorCode, Invalid, NotAllowed, NotFound
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.domain.scheduling import AppointmentStatus, SetAppointmentStatus
from meditrack_desktop.domain.working_time import (
    Absence,
    AbsenceKind,
    AddAbsence,
    EndAbsence,
    OpenTime,
    SetSpecialDay,
)
from meditrack_desktop.services.clinic import Clinic
from tests.makers.care import as_doctor
from tests.makers.people import a_doctor, a_patient
from tests.makers.visits import Room, a_room

TODAY, MONDAY = date(2026, 11, 18), date(2026, 11, 23)


@pytest.fixture
def room(clinic: Clinic, reception: Actor, admin: Actor) -> Room:
    return a_room(clinic, reception, admin)


@pytest.fixture
def heard(clinic: Clinic, room: Room) -> list[ChangeSet]:
    changes: list[ChangeSet] = []
    clinic.changes.subscribe(changes.append)
    return changes


def away(doctor: Practitioner, begins: str, ends: str, **more: Any) -> AddAbsence:
    starts, over = datetime.fromisoformat(begins), datetime.fromisoformat(ends)
    return AddAbsence(practitioner_id=doctor.id, wall_start=starts, wall_end=over, **more)


def ended(absence: Absence) -> EndAbsence:
    return EndAbsence(id=absence.id, version=absence.version)


def test_an_absence_takes_the_doctors_time_and_tells_which_visits_lie_in_it(
    room: Room, admin: Actor, heard: list[ChangeSet]
) -> None:
    before = room.book("2026-11-23 09:00")
    into, inside = room.book("2026-11-23 10:45"), room.book("2026-11-24 09:00")
    after = room.book("2026-11-25 12:00")
    other = room.clinic.practitioners.add(admin, a_doctor("Ejemplo", "Omar"))
    room.book("2026-11-24 09:00", practitioner_id=other.id, patient_id=_somebody_else(room))
    command = away(room.doctor, "2026-11-23 11:00", "2026-11-25 12:00", note="Course")
    asked = room.clinic.absences.affected_by(room.desk, command)
    assert room.clinic.absences.list(room.desk, [], TODAY, date(2027, 1, 1)) == (), "asking saves nothing"
    added = room.clinic.absences.add(room.desk, command)
    assert [visit.id for visit in added.affected] == [into.id, inside.id]
    assert asked == added.affected
    for visit in (before, into, inside, after):
        assert room.clinic.scheduling.get(room.desk, visit.id) == visit, "no visit is moved"
    assert (added.absence.starts_at, added.absence.ends_at) == (
        datetime(2026, 11, 23, 11, tzinfo=UTC),
        datetime(2026, 11, 25, 12, tzinfo=UTC),
    )
    days = room.clinic.working_times.of_days(room.desk, [room.doctor.id], MONDAY, date(2026, 11, 25))
    assert [day.open for day in days] == [
        (OpenTime(540, 660),),
        (),
        (OpenTime(720, 780), OpenTime(840, 1020)),
    ]
    assert days[0].absences == (added.absence,)
    change = heard[-1].changes[0]
    assert (change.entity, change.id, change.doctor, change.day) == (
        "absence",
        added.absence.id,
        room.doctor.id,
        MONDAY,
    )
    line = next(line for line in room.clinic.audit.list(admin) if line.action == "absence.added")
    assert (line.object_id, line.account_id) == (added.absence.id, room.desk.account_id)
    assert line.detail == f"start 2026-11-23T11:00; doctor {room.doctor.id.hex}", "whose and when, not why"


def _somebody_else(room: Room) -> Any:
    return room.clinic.patients.register(room.desk, a_patient("Vzorek", "Jan")).id


def test_nobody_is_booked_into_an_absence_without_a_reason(room: Room) -> None:
    room.clinic.absences.add(room.desk, away(room.doctor, "2026-11-23 11:00", "2026-11-23 12:00"))
    with pytest.raises(Invalid) as refused:
        room.book("2026-11-23 11:15")
    assert refused.value.code is ErrorCode.DOCTOR_NOT_AVAILABLE
    assert room.book("2026-11-23 11:15", overbook_reason="comes in for it").overbooked
    assert room.book("2026-11-23 12:00").status is AppointmentStatus.BOOKED


def test_sent_twice_it_is_added_once(room: Room, admin: Actor, heard: list[ChangeSet]) -> None:
    command = away(room.doctor, "2026-11-23 11:00", "2026-11-23 12:00")
    first = room.clinic.absences.add(room.desk, command)
    assert room.clinic.absences.add(room.desk, command) == first
    assert room.clinic.absences.list(room.desk, [], MONDAY, MONDAY) == (first.absence,)
    other = room.clinic.practitioners.add(admin, a_doctor("Ejemplo", "Omar"))
    with pytest.raises(ChangedMeanwhile):
        room.clinic.absences.add(room.desk, command.model_copy(update={"practitioner_id": other.id}))


def test_whoever_waits_when_the_doctor_must_go_is_told_too(room: Room, clock: FixedClock) -> None:
    """Today, 10:42. Late patients sit here though their time is past; finished ones are nobody's worry."""
    clock.set(datetime(2026, 11, 18, 8, 30, tzinfo=UTC))
    visits = {
        name: room.book(f"2026-11-18 {at}", patient_id=_named(room, name))
        for name, at in (
            ("over", "09:00"),
            ("unresolved", "09:30"),
            ("waits", "10:00"),
            ("inside", "10:30"),
            ("next", "11:00"),
            ("evening", "16:00"),
        )
    }
    for name, status in (
        ("over", AppointmentStatus.ARRIVED),
        ("over", AppointmentStatus.FULFILLED),
        ("waits", AppointmentStatus.ARRIVED),
        ("inside", AppointmentStatus.CHECKED_IN),
    ):
        visits[name] = room.clinic.scheduling.set_status(
            room.desk,
            SetAppointmentStatus(id=visits[name].id, version=visits[name].version, status=status),
        )
    clock.set(datetime(2026, 11, 18, 10, 42, 31, tzinfo=UTC))
    out = away(room.doctor, "2026-11-18 10:42:31", "2026-11-18 13:00", kind=AbsenceKind.OUT_NOW)
    told = room.clinic.absences.add(room.desk, out)
    names = {visit.id: name for name, visit in visits.items()}
    assert [names[visit.id] for visit in told.affected] == ["waits", "inside", "next"]
    later = away(room.doctor, "2026-11-18 15:00", "2026-11-18 17:00")
    affected = room.clinic.absences.affected_by(room.desk, later)
    assert [names[visit.id] for visit in affected] == ["evening"], "an absence to come leaves who is here"


def _named(room: Room, name: str) -> Any:
    return room.clinic.patients.register(room.desk, a_patient(f"Beispiel-{name}", "Greta")).id


def test_back_earlier_ends_it_now_and_what_was_to_come_is_taken_away(room: Room, admin: Actor) -> None:
    absences = room.clinic.absences
    under_way = absences.add(room.desk, away(room.doctor, "2026-11-18 09:00", "2026-11-20 17:00")).absence
    to_come = absences.add(room.desk, away(room.doctor, "2026-12-01 09:00", "2026-12-02 17:00")).absence
    over = absences.end(room.desk, ended(under_way))
    assert over is not None
    assert (over.wall_end, over.ends_at) == (
        datetime(2026, 11, 18, 10, 42),
        datetime(2026, 11, 18, 10, 42, tzinfo=UTC),
    )
    assert absences.end(room.desk, ended(to_come)) is None
    assert absences.list(room.desk, [], TODAY, date(2027, 1, 1)) == (over,)
    lines = [line for line in room.clinic.audit.list(admin) if line.action == "absence.ended"]
    assert {line.object_id for line in lines} == {under_way.id, to_come.id}


def test_a_stale_or_unknown_one_is_refused(room: Room) -> None:
    absences = room.clinic.absences
    one = absences.add(room.desk, away(room.doctor, "2026-11-18 09:00", "2026-11-20 17:00")).absence
    absences.end(room.desk, ended(one))
    with pytest.raises(ChangedMeanwhile):
        absences.end(room.desk, ended(one))
    with pytest.raises(NotFound) as missing:
        absences.end(room.desk, EndAbsence(id=uuid4(), version=1))
    assert missing.value.code is ErrorCode.ABSENCE_NOT_FOUND
    unknown = away(room.doctor, "2026-11-18 09:00", "2026-11-20 17:00").model_copy(
        update={"practitioner_id": uuid4()}
    )
    for call in (absences.add, absences.affected_by):
        with pytest.raises(NotFound) as nobody:
            call(room.desk, unknown)
        assert nobody.value.code is ErrorCode.DOCTOR_NOT_FOUND
    with pytest.raises(NotFound):
        absences.list(room.desk, [uuid4()], TODAY, TODAY)


def test_a_doctor_is_away_by_the_own_word_and_no_other_doctors(
    room: Room, admin: Actor, doctor: Actor
) -> None:
    own = as_doctor(room.clinic, admin, doctor)
    command = away(room.doctor, "2026-11-23 09:00", "2026-11-23 10:00")
    with pytest.raises(NotAllowed):
        room.clinic.absences.add(doctor, command)
    theirs = room.clinic.absences.add(room.desk, command).absence
    with pytest.raises(NotAllowed):
        room.clinic.absences.end(doctor, ended(theirs))
    mine = room.clinic.absences.add(doctor, away(own, "2026-11-23 09:00", "2026-11-23 10:00")).absence
    assert room.clinic.absences.end(doctor, ended(mine)) is None
    assert room.clinic.absences.list(room.desk, [], MONDAY, MONDAY) == (theirs,)


def test_why_a_doctor_is_away_is_told_to_whoever_sets_the_hours_and_to_the_doctor(
    room: Room, admin: Actor, doctor: Actor
) -> None:
    sick = room.clinic.absences.add(
        room.desk,
        away(room.doctor, "2026-11-23 09:00", "2026-11-23 12:00", kind=AbsenceKind.SICK, note="Flu"),
    ).absence
    assert (sick.kind, sick.note) == (AbsenceKind.SICK, "Flu")

    def told(actor: Actor) -> set[Absence]:
        day = room.clinic.working_times.of_days(actor, [room.doctor.id], MONDAY, MONDAY)[0]
        return {*room.clinic.absences.list(actor, [room.doctor.id], MONDAY, MONDAY), *day.absences}

    assert told(room.desk) == told(admin) == {sick}
    assert told(doctor) == {sick.discreet()}
    (seen,) = told(doctor)
    assert (seen.kind, seen.note, seen.wall_start) == (AbsenceKind.OTHER, "", sick.wall_start)
    later = date(2026, 11, 27)
    swapped = SetSpecialDay(practitioner_id=room.doctor.id, day=later, stretches=(), note="Dentist")
    room.clinic.working_times.set_special_day(room.desk, swapped)

    def note(actor: Actor) -> str:
        special = room.clinic.working_times.of_days(actor, [room.doctor.id], later, later)[0].special
        assert special is not None
        return special.note

    assert (note(room.desk), note(doctor)) == ("Dentist", "")
    as_doctor(room.clinic, admin, doctor, room.doctor)
    assert told(doctor) == {sick}
    assert note(doctor) == "Dentist"


def test_it_is_taken_back_and_done_again(room: Room) -> None:
    absences = room.clinic.absences
    one = absences.add(room.desk, away(room.doctor, "2026-11-18 09:00", "2026-11-20 17:00")).absence
    room.clinic.deeds.undo(room.desk)
    assert absences.list(room.desk, [], TODAY, MONDAY) == ()
    room.clinic.deeds.redo(room.desk)
    (again,) = absences.list(room.desk, [], TODAY, MONDAY)
    assert (again.id, again.wall_end) == (one.id, one.wall_end)
    absences.end(room.desk, ended(again))
    room.clinic.deeds.undo(room.desk)
    (back,) = absences.list(room.desk, [], TODAY, MONDAY)
    assert (back.wall_end, back.ends_at) == (one.wall_end, one.ends_at)
    assert back.version > again.version, "versions never go back"


def test_a_wall_clock_that_is_skipped_or_shown_twice_never_stops_an_absence(room: Room) -> None:
    add = room.clinic.absences.add
    spring = add(room.desk, away(room.doctor, "2027-03-27 12:00", "2027-03-28 01:30")).absence
    assert spring.ends_at == datetime(2027, 3, 28, 1, tzinfo=UTC)
    assert spring.wall_end == datetime(2027, 3, 28, 1, 30)
    autumn = add(room.desk, away(room.doctor, "2026-10-25 01:30", "2026-10-25 01:45")).absence
    assert autumn.ends_at - autumn.starts_at == timedelta(hours=1, minutes=15)
    days = room.clinic.absences.list(room.desk, [], date(2027, 3, 28), date(2027, 3, 28))
    assert days == (spring,)


def test_absences_of_a_range_are_those_that_take_any_of_it(room: Room) -> None:
    long = room.clinic.absences.add(room.desk, away(room.doctor, "2026-11-20 12:00", "2026-12-24 00:00"))
    for first, last, found in (
        (date(2026, 11, 19), date(2026, 11, 19), False),
        (date(2026, 11, 19), date(2026, 11, 20), True),
        (date(2026, 12, 1), date(2026, 12, 1), True),
        (date(2026, 12, 23), date(2026, 12, 30), True),
        (date(2026, 12, 24), date(2026, 12, 30), False),
    ):
        there = room.clinic.absences.list(room.desk, [room.doctor.id], first, last)
        assert there == ((long.absence,) if found else ()), (first, last)
