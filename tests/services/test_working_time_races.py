"""A doctor's time changed at one desk while another books into it: the visit is refused, or it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from threading import Barrier, Event
from typing import Any

import pytest

from meditrack_desktop.database.queries import calendar_files as queries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.calendar_files import ImportClosures
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import ClinicError, Conflict, ErrorCode, Invalid
from meditrack_desktop.domain.practitioner_profiles import SaveSpecialty, below
from meditrack_desktop.domain.scheduling import Appointment
from meditrack_desktop.domain.working_time import AddAbsence, SetClosure, SetSpecialDay
from meditrack_desktop.services.clinic import Clinic
from tests.conftest import ClinicSite
from tests.makers.calendars import a_calendar, an_event
from tests.makers.visits import Room, a_room

MONDAY = date(2026, 11, 23)
ROUNDS = 12


@pytest.fixture
def desks(site: ClinicSite, clock: FixedClock) -> Iterator[list[Clinic]]:
    """Two desks, each with a database connection of its own."""
    opened = [site.open(clock) for _ in range(2)]
    yield opened
    for desk in opened:
        desk.close()


@pytest.fixture
def room(desks: list[Clinic], reception: Actor, admin: Actor) -> Room:
    return a_room(desks[0], reception, admin)


def at_once(*actions: Callable[[], Any]) -> list[Any]:
    """Start all at the same moment; what each returned, or the refusal it got. Any other error fails."""
    barrier = Barrier(len(actions))

    def run(action: Callable[[], Any]) -> Any:
        barrier.wait()
        try:
            return action()
        except ClinicError as refusal:
            return refusal

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def days() -> list[date]:
    """Weekdays, one for each round."""
    found = (MONDAY + timedelta(days=n) for n in range(200))
    return [day for day in found if day.weekday() < 5][:ROUNDS]


def test_a_visit_booked_while_its_doctor_goes_away_is_refused_or_told(
    desks: list[Clinic], room: Room
) -> None:
    for day in days():
        command = AddAbsence(
            practitioner_id=room.doctor.id,
            wall_start=datetime.combine(day, time(8)),
            wall_end=datetime.combine(day, time(18)),
        )
        booked, added = at_once(
            lambda day=day: room.book(f"{day} 10:00"),
            partial(desks[1].absences.add, room.desk, command),
        )
        if isinstance(booked, Appointment):
            assert [visit.id for visit in added.affected] == [booked.id]
        else:
            assert isinstance(booked, Invalid) and booked.code is ErrorCode.DOCTOR_NOT_AVAILABLE
            assert added.affected == ()


def test_a_visit_booked_while_the_day_is_closed_is_refused_or_among_the_affected(
    desks: list[Clinic], room: Room
) -> None:
    for day in days():
        closure = SetClosure(day=day, name="Closed")
        off = SetSpecialDay(practitioner_id=room.doctor.id, day=day, stretches=())
        set_ = (
            partial(desks[1].working_times.set_closure, room.desk, closure)
            if day.toordinal() % 2
            else partial(desks[1].working_times.set_special_day, room.desk, off)
        )
        booked, _ = at_once(lambda day=day: room.book(f"{day} 10:00"), set_)
        affected = (
            room.clinic.working_times.affected_by_closure(room.desk, closure)
            if day.toordinal() % 2
            else room.clinic.working_times.affected_by_special_day(room.desk, off)
        )
        if isinstance(booked, Appointment):
            assert [visit.id for visit in affected] == [booked.id]
        else:
            assert isinstance(booked, Invalid) and booked.code is ErrorCode.DOCTOR_NOT_AVAILABLE
            assert affected == ()


def test_nobody_books_into_a_day_that_a_file_closes_in_this_very_moment(
    desks: list[Clinic], room: Room, tmp_path: Path
) -> None:
    """A booking that began before waits for its answer until the days are closed, as with a day closed by hand."""
    file = a_calendar(tmp_path / "days.ics", an_event("one", f";VALUE=DATE:{MONDAY:%Y%m%d}"))
    at_work = Event()
    may_end = Event()
    close = queries.closed

    def slowly(*asked: Any) -> Any:
        found = close(*asked)
        at_work.set()
        may_end.wait(2)
        return found

    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(2) as pool:
        patch.setattr(queries, "closed", slowly)
        closing = pool.submit(desks[1].calendar_files.import_closures, room.desk, ImportClosures(), file)
        assert at_work.wait(10)
        booking = pool.submit(room.book, f"{MONDAY} 10:00")
        with suppress(TimeoutError):
            booking.result(0.5)
        may_end.set()
        assert closing.result().added == 1
        with pytest.raises(Invalid) as refused:
            booking.result()
    assert refused.value.code is ErrorCode.DOCTOR_NOT_AVAILABLE


def test_two_closures_of_one_day_are_one(desks: list[Clinic], room: Room) -> None:
    for day in days():
        answers = at_once(
            *(
                partial(desk.working_times.set_closure, room.desk, SetClosure(day=day, name=name))
                for desk, name in zip(desks, ("One", "Other"), strict=True)
            )
        )
        (refused,) = [one for one in answers if isinstance(one, ClinicError)]
        assert isinstance(refused, Conflict) and refused.code is ErrorCode.CLOSURE_TAKEN
        assert len(room.clinic.working_times.closures(room.desk, day, day)) == 1


def test_two_desks_never_hang_specialties_below_each_other(
    desks: list[Clinic], room: Room, admin: Actor
) -> None:
    save = room.clinic.practitioner_profiles.save_specialty
    for number in range(ROUNDS):
        one, two = (save(admin, SaveSpecialty(name=f"{name} {number}")) for name in ("A", "B"))
        answers = at_once(
            *(
                partial(
                    desk.practitioner_profiles.save_specialty,
                    admin,
                    SaveSpecialty(id=lower.id, version=1, name=lower.name, parent_id=upper.id),
                )
                for desk, lower, upper in ((desks[0], one, two), (desks[1], two, one))
            )
        )
        refused = [answer for answer in answers if isinstance(answer, ClinicError)]
        assert [refusal.code for refusal in refused] == [ErrorCode.SPECIALTY_LOOP]
    tree = room.clinic.practitioner_profiles.specialties(admin)
    assert len(tree) == 2 * ROUNDS, "every one is reached from a root"
    assert all(below(tree, each.id) for each in tree)
