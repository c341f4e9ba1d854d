"""When doctors work, day by day, as the services tell it and change it, on both databases."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import ChangeSet
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import (
    ChangedMeanwhile,
    Conflict,
    ErrorCode,
    Invalid,
    NotAllowed,
    NotFound,
)
from meditrack_desktop.domain.practitioners import Practitioner, SetWorkingHours, WorkingHoursInput
from meditrack_desktop.domain.scheduling import CancelAppointment
from meditrack_desktop.domain.working_time import (
    DoctorDay,
    OpenTime,
    RemoveClosure,
    SetClosure,
    SetSpecialDay,
    TimeOfDay,
)
from meditrack_desktop.services.clinic import Clinic
from tests.conftest import PASSWORDS
from tests.makers.care import as_doctor
from tests.makers.people import a_doctor
from tests.makers.visits import Room, a_room

MONDAY = date(2026, 11, 23)
OFFICE = (OpenTime(540, 780), OpenTime(840, 1020))


@pytest.fixture
def room(clinic: Clinic, reception: Actor, admin: Actor) -> Room:
    return a_room(clinic, reception, admin)


@pytest.fixture
def ines(room: Room) -> Practitioner:
    return room.doctor


@pytest.fixture
def heard(clinic: Clinic, room: Room) -> list[ChangeSet]:
    changes: list[ChangeSet] = []
    clinic.changes.subscribe(changes.append)
    return changes


def special(doctor: UUID, day: date, *hours: tuple[int, int], **more: Any) -> SetSpecialDay:
    stretches = tuple(TimeOfDay(starts=time(starts), ends=time(ends)) for starts, ends in hours)
    return SetSpecialDay(practitioner_id=doctor, day=day, stretches=stretches, **more)


def of(clinic: Clinic, actor: Actor, doctor: Practitioner, day: date) -> DoctorDay:
    return clinic.working_times.of_days(actor, [doctor.id], day, day)[0]


def cycle(doctor: Practitioner, begins: date, *weeks: tuple[int, int]) -> SetWorkingHours:
    """Mondays only, each week of the cycle with other hours."""
    hours = tuple(
        WorkingHoursInput(weekday=0, starts=time(starts), ends=time(ends), week=week)
        for week, (starts, ends) in enumerate(weeks)
    )
    return SetWorkingHours(
        id=doctor.id, version=doctor.version, hours=hours, cycle_weeks=len(weeks), cycle_from=begins
    )


def actions(clinic: Clinic, admin: Actor) -> list[str]:
    return [line.action for line in clinic.audit.list(admin, limit=30)]


def test_weekly_hours_make_days(clinic: Clinic, reception: Actor, ines: Practitioner) -> None:
    days = clinic.working_times.of_days(reception, [ines.id], MONDAY, date(2026, 11, 29))
    assert [day.day.day for day in days] == list(range(23, 30))
    assert [day.open for day in days] == [OFFICE] * 5 + [()] * 2


def test_every_second_week_is_another(clinic: Clinic, reception: Actor, ines: Practitioner) -> None:
    command = cycle(ines, date(2026, 11, 26), (8, 12), (13, 18))
    changed = clinic.practitioners.set_hours(reception, command)
    assert (changed.cycle_weeks, changed.cycle_from) == (2, MONDAY), "of the beginning only the week counts"
    assert changed.version == ines.version + 1
    assert clinic.practitioners.get(reception, ines.id) == changed
    days = clinic.working_times.of_days(reception, [ines.id], date(2026, 11, 16), date(2026, 12, 7))
    afternoon, morning = (OpenTime(780, 1080),), (OpenTime(480, 720),)
    assert {day.day: day.open for day in days if day.open} == {
        date(2026, 11, 16): afternoon,
        MONDAY: morning,
        date(2026, 11, 30): afternoon,
        date(2026, 12, 7): morning,
    }
    again = command.model_copy(update={"version": changed.version})
    assert clinic.practitioners.set_hours(reception, again) == changed, "the same again is no new version"
    turned = command.model_copy(update={"version": changed.version, "cycle_from": date(2026, 11, 30)})
    other = clinic.practitioners.set_hours(reception, turned)
    assert (other.version, other.cycle_from) == (changed.version + 1, date(2026, 11, 30))
    alike = SetWorkingHours(id=ines.id, version=other.version, hours=command.hours[:1], cycle_from=MONDAY)
    plain = clinic.practitioners.set_hours(reception, alike)
    assert (plain.cycle_weeks, plain.cycle_from, len(plain.hours)) == (1, None, 1)


def test_no_ids_are_all_active_doctors_in_name_order(
    clinic: Clinic, reception: Actor, admin: Actor, ines: Practitioner
) -> None:
    other = clinic.practitioners.add(admin, a_doctor("Álvarez", "Bea"))
    found = clinic.working_times.of_days(reception, [], MONDAY, MONDAY + timedelta(days=1))
    assert [day.practitioner_id for day in found] == [other.id, other.id, ines.id, ines.id]


def test_unknown_doctors_and_endless_ranges_are_refused(clinic: Clinic, reception: Actor) -> None:
    with pytest.raises(NotFound) as unknown:
        clinic.working_times.of_days(reception, [uuid4()], MONDAY, MONDAY)
    assert unknown.value.code is ErrorCode.DOCTOR_NOT_FOUND
    for first, last in (
        (MONDAY, date(2026, 11, 22)),
        (MONDAY, date(2028, 11, 23)),
        (date.max, date.max),
        (date.min, date.min),
    ):
        with pytest.raises(Invalid):
            clinic.working_times.of_days(reception, [], first, last)
        with pytest.raises(Invalid):
            clinic.working_times.closures(reception, first, last)


def test_a_special_day_counts_instead_of_the_week_until_it_is_forgotten(
    clinic: Clinic, reception: Actor, admin: Actor, ines: Practitioner, heard: list[ChangeSet]
) -> None:
    set_ = clinic.working_times.set_special_day
    day = set_(reception, special(ines.id, MONDAY, (18, 20), (7, 9), note="Swapped"))
    assert day.open == (OpenTime(420, 540), OpenTime(1080, 1200))
    assert day.special is not None and day.special.note == "Swapped"
    assert of(clinic, reception, ines, MONDAY) == day
    assert of(clinic, reception, ines, MONDAY + timedelta(days=1)).open == OFFICE
    change = heard[-1].changes[0]
    assert (change.entity, change.doctor, change.day) == ("practitioner", ines.id, MONDAY)
    longer = set_(reception, special(ines.id, MONDAY, (7, 10), seen=day.special))
    assert longer.open == (OpenTime(420, 600),)
    off = set_(reception, special(ines.id, MONDAY, seen=longer.special))
    assert off.open == (), "without any stretch: does not work"
    forget = SetSpecialDay(practitioner_id=ines.id, day=MONDAY, stretches=None, seen=off.special)
    assert set_(reception, forget).open == OFFICE
    assert set_(reception, forget).special is None
    told = actions(clinic, admin)
    assert (told.count("special_day.set"), told.count("special_day.deleted")) == (3, 2)
    with pytest.raises(NotFound):
        set_(reception, special(uuid4(), MONDAY))


def test_a_special_day_that_somebody_changed_meanwhile_is_not_written_over(
    clinic: Clinic, reception: Actor, admin: Actor, ines: Practitioner
) -> None:
    """Neither by who saw none, nor by who saw another; said twice alike it is said once."""
    set_ = clinic.working_times.set_special_day
    seen = set_(reception, special(ines.id, MONDAY, (7, 9), note="Swapped")).special
    for stale in (
        special(ines.id, MONDAY, (12, 14)),
        SetSpecialDay(practitioner_id=ines.id, day=MONDAY, stretches=None),
    ):
        with pytest.raises(ChangedMeanwhile):
            set_(admin, stale)
    assert set_(admin, special(ines.id, MONDAY, (7, 9), note="Swapped")).special == seen
    theirs = set_(admin, special(ines.id, MONDAY, (7, 9), note="On call", seen=seen)).special
    with pytest.raises(ChangedMeanwhile):
        set_(reception, special(ines.id, MONDAY, (8, 10), seen=seen))
    assert of(clinic, reception, ines, MONDAY).special == theirs


def test_a_doctor_sets_the_own_time_and_nobody_elses(
    clinic: Clinic, admin: Actor, doctor: Actor, ines: Practitioner
) -> None:
    with pytest.raises(NotAllowed):
        clinic.working_times.set_special_day(doctor, special(ines.id, MONDAY))
    own = as_doctor(clinic, admin, doctor, ines)
    assert clinic.working_times.set_special_day(doctor, special(own.id, MONDAY)).open == ()
    other = clinic.practitioners.add(admin, a_doctor("Ejemplo", "Omar"))
    with pytest.raises(NotAllowed):
        clinic.working_times.set_special_day(doctor, special(other.id, MONDAY))
    with pytest.raises(NotAllowed):
        clinic.working_times.set_closure(doctor, SetClosure(day=MONDAY, name="Closed"))
    assert of(clinic, admin, other, MONDAY).open == OFFICE


def test_a_closed_day_a_short_one_and_a_doctor_who_works_all_the_same(
    clinic: Clinic, reception: Actor, admin: Actor, ines: Practitioner, heard: list[ChangeSet]
) -> None:
    times = clinic.working_times
    closed = times.set_closure(reception, SetClosure(day=MONDAY, name="Bank holiday"))
    assert times.closures(reception, MONDAY, MONDAY) == (closed,)
    day = of(clinic, reception, ines, MONDAY)
    assert (day.open, day.closure) == ((), closed)
    assert (heard[-1].changes[0].entity, heard[-1].changes[0].day) == ("closure", MONDAY)
    short = times.set_closure(
        reception,
        SetClosure(
            id=closed.id, version=closed.version, day=MONDAY, name="Training", opens=time(10), closes=time(15)
        ),
    )
    assert short.version == closed.version + 1
    assert of(clinic, reception, ines, MONDAY).open == (OpenTime(600, 780), OpenTime(840, 900))
    on_call = times.set_special_day(reception, special(ines.id, MONDAY, (8, 18)))
    assert on_call.open == (OpenTime(480, 1080),), "a doctor's own day beats the clinic's"
    forget = SetSpecialDay(practitioner_id=ines.id, day=MONDAY, stretches=None, seen=on_call.special)
    times.set_special_day(reception, forget)
    times.remove_closure(reception, RemoveClosure(id=short.id, version=short.version))
    assert of(clinic, reception, ines, MONDAY).open == OFFICE
    assert times.closures(reception, MONDAY, MONDAY) == ()
    told = actions(clinic, admin)
    assert {"closure.added", "closure.edited", "closure.deleted"} <= set(told)


def test_one_closure_a_day_and_no_stale_one(
    clinic: Clinic, reception: Actor, admin: Actor, ines: Practitioner
) -> None:
    times = clinic.working_times
    command = SetClosure(day=MONDAY, name="Bank holiday")
    closed = times.set_closure(reception, command)
    assert times.set_closure(reception, command) == closed, "sent twice, set once"
    with pytest.raises(Conflict) as taken:
        times.set_closure(reception, SetClosure(day=MONDAY, name="Again"))
    assert taken.value.code is ErrorCode.CLOSURE_TAKEN
    other = times.set_closure(reception, SetClosure(day=date(2026, 12, 25), name="Christmas"))
    with pytest.raises(Conflict):
        moved = SetClosure(id=other.id, version=other.version, day=MONDAY, name="Christmas")
        times.set_closure(reception, moved)
    newer = times.set_closure(
        reception, SetClosure(id=closed.id, version=closed.version, day=MONDAY, name="Early May")
    )
    with pytest.raises(ChangedMeanwhile):
        times.set_closure(
            reception, SetClosure(id=closed.id, version=closed.version, day=MONDAY, name="Late May")
        )
    with pytest.raises(ChangedMeanwhile):
        times.remove_closure(reception, RemoveClosure(id=closed.id, version=closed.version))
    assert times.closures(admin, MONDAY, MONDAY) == (newer,)
    for unknown in (
        lambda: times.remove_closure(reception, RemoveClosure(id=uuid4(), version=1)),
        lambda: times.set_closure(
            reception, SetClosure(id=uuid4(), version=1, day=date(2027, 1, 1), name="New Year")
        ),
    ):
        with pytest.raises(NotFound) as missing:
            unknown()
        assert missing.value.code is ErrorCode.CLOSURE_NOT_FOUND


def test_new_hours_tell_which_visits_lie_outside_and_move_none(room: Room, clock: FixedClock) -> None:
    clinic, desk, ines = room.clinic, room.desk, room.doctor
    morning = room.book("2026-11-23 09:00")
    late = room.book("2026-11-23 16:30")
    tuesday = room.book("2026-11-24 09:00")
    cancelled = room.book("2026-11-23 16:00")
    clinic.scheduling.cancel(
        desk, CancelAppointment(id=cancelled.id, version=cancelled.version, reason="ill")
    )
    room.book("2026-11-23 20:00", overbook_reason="asked for")  # outside on purpose: nobody is surprised
    room.book("2026-11-18 16:30")  # today, still to come, but a Wednesday
    mornings = cycle(ines, MONDAY, (9, 12))
    wednesday = WorkingHoursInput(weekday=2, starts=time(9), ends=time(17))
    wanted = mornings.model_copy(update={"hours": (*mornings.hours, wednesday), "cycle_from": None})
    affected = clinic.working_times.affected_by_hours(desk, wanted)
    assert [visit.id for visit in affected] == [late.id, tuesday.id]
    clinic.practitioners.set_hours(desk, wanted)
    assert clinic.scheduling.get(desk, late.id) == late, "no visit is moved"
    newest = clinic.practitioners.get(desk, ines.id)
    again = wanted.model_copy(update={"version": newest.version})
    assert [visit.id for visit in clinic.working_times.affected_by_hours(desk, again)] == [
        late.id,
        tuesday.id,
    ], "saved or not, they still need a place"
    clock.set(datetime.fromisoformat("2026-11-23 16:31+00:00"))
    desk = clinic.sessions.sign_in("reception", PASSWORDS["reception"])
    assert [visit.id for visit in clinic.working_times.affected_by_hours(desk, again)] == [
        late.id,
        tuesday.id,
    ], "what is under way is not over"
    clock.set(datetime.fromisoformat("2026-11-23 17:00+00:00"))
    assert [visit.id for visit in clinic.working_times.affected_by_hours(desk, again)] == [tuesday.id]
    assert morning.id not in {visit.id for visit in affected}


def test_a_cycle_of_weeks_and_special_days_count_for_what_lies_outside(room: Room) -> None:
    this_week, next_week = room.book("2026-11-23 09:00"), room.book("2026-11-30 09:00")
    third = room.book("2026-12-07 09:00")
    times = room.clinic.working_times
    times.set_special_day(room.desk, special(room.doctor.id, date(2026, 12, 7), (9, 10)))
    every_second = cycle(room.doctor, MONDAY, (9, 12), (13, 17))
    assert [v.id for v in times.affected_by_hours(room.desk, every_second)] == [next_week.id]
    other_way = cycle(room.doctor, date(2026, 11, 30), (9, 12), (13, 17))
    assert [v.id for v in times.affected_by_hours(room.desk, other_way)] == [this_week.id]
    none_left = SetWorkingHours(id=room.doctor.id, version=room.doctor.version, hours=())
    assert third.id not in {v.id for v in times.affected_by_hours(room.desk, none_left)}
    with pytest.raises(NotFound):
        times.affected_by_hours(room.desk, none_left.model_copy(update={"id": uuid4()}))


def test_a_special_day_and_a_closure_tell_which_visits_lie_outside(
    room: Room, admin: Actor, clock: FixedClock
) -> None:
    times, ines = room.clinic.working_times, room.doctor
    early, late = room.book("2026-11-23 09:00"), room.book("2026-11-23 16:30")
    evening = room.book("2026-11-23 20:00", overbook_reason="asked for")
    shorter = special(ines.id, MONDAY, (9, 12))
    assert [v.id for v in times.affected_by_special_day(room.desk, shorter)] == [late.id]
    closed = SetClosure(day=MONDAY, name="Bank holiday")
    assert [v.id for v in times.affected_by_closure(room.desk, closed)] == [early.id, late.id, evening.id]
    half = SetClosure(day=MONDAY, name="Half day", opens=time(8), closes=time(12))
    assert [v.id for v in times.affected_by_closure(room.desk, half)] == [late.id, evening.id]
    assert times.closures(room.desk, MONDAY, MONDAY) == (), "asking saves nothing"
    times.set_special_day(room.desk, special(ines.id, MONDAY, (8, 18)))
    assert times.affected_by_closure(room.desk, closed) == (), "a day of their own stays"
    times.set_closure(room.desk, closed)
    forget = SetSpecialDay(practitioner_id=ines.id, day=MONDAY, stretches=None)
    assert [v.id for v in times.affected_by_special_day(room.desk, forget)] == [early.id, late.id]
    with pytest.raises(NotFound):
        times.affected_by_special_day(room.desk, special(uuid4(), MONDAY))
    clock.set(datetime.fromisoformat("2026-11-24 08:00+00:00"))
    desk = room.clinic.sessions.sign_in("reception", PASSWORDS["reception"])
    assert times.affected_by_closure(desk, closed) == ()
