"""Several desks at once (security.md F10, F11): one winner a slot, nobody's change silently lost."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from functools import partial
from itertools import pairwise
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import event

from meditrack_desktop.database.queries import scheduling as queries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import ChangedMeanwhile, ClinicError, ErrorCode, SlotTaken
from meditrack_desktop.domain.holds import PlaceHold
from meditrack_desktop.domain.permissions import Role
from meditrack_desktop.domain.scheduling import (
    Appointment,
    AppointmentStatus,
    CalendarRange,
    CancelAppointment,
    Confirmation,
    MoveAppointment,
    SetAppointmentStatus,
    SetConfirmation,
)
from meditrack_desktop.domain.visit_types import SaveAsset, SaveVisitType
from meditrack_desktop.services.clinic import Clinic
from tests.conftest import ClinicSite
from tests.makers.people import a_doctor
from tests.makers.visits import Room, a_room
from tests.services.doors import person

DAYS = [date(2026, 11, 19) + timedelta(days=7 * week) for week in range(8)]
RACES = 50


@pytest.fixture
def desks(site: ClinicSite, clock: FixedClock) -> Iterator[list[Clinic]]:
    """Eight desks, each with a database connection of its own."""
    opened = [site.open(clock) for _ in range(8)]
    yield opened
    for desk in opened:
        desk.close()


@pytest.fixture
def room(desks: list[Clinic], reception: Actor, admin: Actor) -> Room:
    return a_room(desks[0], reception, admin)


def at_once(actions: list[Callable[[], Any]]) -> list[Any]:
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


def everything(room: Room) -> list[Appointment]:
    return [
        visit
        for day in DAYS
        for visit in room.clinic.scheduling.calendar(room.desk, CalendarRange(first=day, last=day))
    ]


def overlaps(visits: list[Appointment]) -> list[tuple[Appointment, Appointment]]:
    live = sorted((v for v in visits if v.status.takes_time), key=lambda v: v.starts_at)
    return [(a, b) for a, b in pairwise(live) if b.starts_at < a.ends_at]


def test_fifty_races_for_one_slot(desks: list[Clinic], room: Room, admin: Actor) -> None:
    lengths = random.Random(1)
    for race in range(RACES):
        day = DAYS[0] + timedelta(weeks=race)
        commands = [
            room.wants(f"{day} 09:{lengths.choice(['00', '15'])}", lengths.choice([30, 45])) for _ in range(2)
        ]
        results = at_once(
            [
                lambda desk=desk, command=command: desk.scheduling.book(room.desk, command)
                for desk, command in zip(desks[:2], commands, strict=True)
            ]
        )
        won = [result for result in results if isinstance(result, Appointment)]
        lost = [result for result in results if isinstance(result, SlotTaken)]
        assert (len(won), len(lost)) == (1, 1), results
        kept = room.clinic.scheduling.calendar(room.desk, CalendarRange(first=day, last=day))
        assert [visit.id for visit in kept] == [won[0].id]
    assert room.clinic.audit.check(admin).whole


def test_the_database_refuses_an_overlap_on_its_own(
    desks: list[Clinic], room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "is_taken", lambda *_: False)
    for race in range(10):
        day = DAYS[0] + timedelta(weeks=race)
        results = at_once(
            [
                partial(desk.scheduling.book, room.desk, room.wants(f"{day} {when}", 30))
                for desk, when in zip(desks[:2], ("09:00", "09:15"), strict=True)
            ]
        )
        assert sorted(type(result).__name__ for result in results) == ["Appointment", "SlotTaken"]
        later = room.book(f"{day} 11:00")
        with pytest.raises(SlotTaken):
            room.move(later, f"{day} 09:15")
    assert overlaps(everything(room)) == []


def test_one_command_sent_from_two_desks_books_once(desks: list[Clinic], room: Room) -> None:
    for race in range(20):
        command = room.wants(f"{DAYS[0] + timedelta(weeks=race)} 09:00")
        results = at_once([partial(desk.scheduling.book, room.desk, command) for desk in desks[:2]])
        assert [r.id for r in results if isinstance(r, Appointment)] == [command.id] * 2, results


def test_eight_desks_book_random_ranges(desks: list[Clinic], room: Room) -> None:
    def busy_desk(number: int, desk: Clinic) -> int:
        choice = random.Random(number)
        booked = 0
        for _ in range(25):
            start = datetime.combine(choice.choice(DAYS), datetime.min.time()) + timedelta(
                minutes=9 * 60 + 5 * choice.randrange(40)
            )
            try:
                desk.scheduling.book(room.desk, room.wants(str(start), 5 * choice.randrange(1, 10)))
                booked += 1
            except ClinicError as refusal:
                assert refusal.code in (ErrorCode.SLOT_NOT_AVAILABLE, ErrorCode.DOCTOR_NOT_AVAILABLE)
        return booked

    booked = at_once([lambda n=n, desk=desk: busy_desk(n, desk) for n, desk in enumerate(desks)])
    visits = everything(room)
    assert len(visits) == sum(booked)
    assert overlaps(visits) == []


def test_moving_cancelling_and_booking_at_once(desks: list[Clinic], room: Room) -> None:
    for day in DAYS:
        for hour in (9, 10, 11, 12):
            room.book(f"{day} {hour:02}:00", 30)
    allowed = {ErrorCode.SLOT_NOT_AVAILABLE, ErrorCode.CHANGED_MEANWHILE, ErrorCode.STATUS_NOT_ALLOWED}

    def busy_desk(number: int, desk: Clinic) -> int:
        choice = random.Random(number)
        done = 0
        for _ in range(15):
            day = choice.choice(DAYS)
            visits = desk.scheduling.calendar(room.desk, CalendarRange(first=day, last=day))
            visit = choice.choice(visits)
            start = datetime.combine(choice.choice(DAYS), datetime.min.time()) + timedelta(
                minutes=9 * 60 + 15 * choice.randrange(14)
            )
            try:
                match choice.randrange(4):
                    case 0:
                        desk.scheduling.book(room.desk, room.wants(str(start), 30))
                    case 1:
                        desk.scheduling.cancel(
                            room.desk, CancelAppointment(id=visit.id, version=visit.version, reason="later")
                        )
                    case 2:
                        back = SetAppointmentStatus(
                            id=visit.id,
                            version=visit.version,
                            status=AppointmentStatus.ARRIVED
                            if visit.status.takes_time
                            else AppointmentStatus.BOOKED,
                        )
                        desk.scheduling.set_status(room.desk, back)
                    case 3:
                        desk.scheduling.move(
                            room.desk, MoveAppointment(id=visit.id, version=visit.version, wall_start=start)
                        )
                done += 1
            except ClinicError as refusal:
                assert refusal.code in allowed, refusal
        return done

    done = at_once([lambda n=n, desk=desk: busy_desk(n, desk) for n, desk in enumerate(desks)])
    assert all(isinstance(count, int) for count in done), done
    assert sum(count for count in done if isinstance(count, int)) > 30
    assert overlaps(everything(room)) == []


def test_one_room_for_two_doctors_goes_to_one_of_two_desks(
    desks: list[Clinic], room: Room, admin: Actor
) -> None:
    other = room.clinic.practitioners.add(admin, a_doctor("Muster", "Jon"))
    only = room.clinic.assets.save(admin, SaveAsset(name="Room 1", group="Rooms"))
    scan = room.clinic.visit_types.save(admin, SaveVisitType(name="Scan", needs=("Rooms",)))
    for race in range(15):
        when = f"{DAYS[0] + timedelta(weeks=race)} 09:00"
        commands = [
            room.wants(when, practitioner_id=doctor, visit_type_id=scan.id)
            for doctor in (room.doctor.id, other.id)
        ]
        results = at_once(
            [
                partial(desk.scheduling.book, room.desk, command)
                for desk, command in zip(desks[:2], commands, strict=True)
            ]
        )
        won = [result for result in results if isinstance(result, Appointment)]
        lost = [result.code for result in results if isinstance(result, ClinicError)]
        assert ([visit.asset_ids for visit in won], lost) == ([(only.id,)], [ErrorCode.ROOM_TAKEN]), results


def test_holding_and_booking_at_once(desks: list[Clinic], room: Room) -> None:
    """What somebody holds when a booking of somebody else's begins is not booked, and nothing overlaps."""
    people = [person(room.clinic, f"desk{n}", frozenset({Role.RECEPTIONIST})) for n in range(4)]
    for race in range(15):
        start = datetime.combine(DAYS[0] + timedelta(weeks=race), datetime.min.time()) + timedelta(hours=9)

        def hold(number: int, start: datetime = start) -> Any:
            wanted = PlaceHold(
                practitioner_id=room.doctor.id, wall_start=start + timedelta(minutes=5 * number)
            )
            return desks[number].holds.place(people[number], wanted)

        def book(number: int, start: datetime = start) -> Any:
            when = str(start + timedelta(minutes=5 * number))
            return desks[number].scheduling.book(people[number], room.wants(when))

        results = at_once([partial(hold, 0), partial(hold, 1), partial(book, 2), partial(book, 3)])
        won = [result for result in results if not isinstance(result, ClinicError)]
        lost = {result.code for result in results if isinstance(result, ClinicError)}
        assert lost <= {ErrorCode.SLOT_HELD, ErrorCode.SLOT_NOT_AVAILABLE}, results
        assert len(won) == 1, results
        for number in range(4):
            desks[number].holds.release(people[number])
    assert overlaps(everything(room)) == []


def test_doctors_exchanged_from_two_desks_never_wait_for_each_other(
    desks: list[Clinic], room: Room, admin: Actor
) -> None:
    other = room.clinic.practitioners.add(admin, a_doctor("Muster", "Jon"))
    mine = room.book(f"{DAYS[0]} 09:00")
    theirs = room.book(f"{DAYS[0]} 10:00", practitioner_id=other.id)
    for _ in range(20):
        to_them = MoveAppointment(
            id=mine.id,
            version=mine.version,
            wall_start=mine.wall_start,
            practitioner_id=theirs.practitioner_id,
        )
        to_me = MoveAppointment(
            id=theirs.id,
            version=theirs.version,
            wall_start=theirs.wall_start,
            practitioner_id=mine.practitioner_id,
        )
        moved = at_once(
            [
                lambda command=to_them: desks[0].scheduling.move(room.desk, command),
                lambda command=to_me: desks[1].scheduling.move(room.desk, command),
            ]
        )
        assert all(isinstance(visit, Appointment) for visit in moved), moved
        mine, theirs = moved


def test_fifty_lost_updates(desks: list[Clinic], room: Room) -> None:
    visit = room.book(f"{DAYS[0]} 09:00")
    for race in range(RACES):
        words = [Confirmation.CONFIRMED, Confirmation.MESSAGE_LEFT]
        if race % 2:
            words = [Confirmation.UNCONFIRMED, Confirmation.MESSAGE_LEFT]
        words = [word for word in words if word is not visit.confirmation][:2]
        commands = [SetConfirmation(id=visit.id, version=visit.version, confirmation=w) for w in words * 2][
            :2
        ]
        results = at_once(
            [
                lambda desk=desk, command=command: desk.scheduling.set_confirmation(room.desk, command)
                for desk, command in zip(desks[:2], commands, strict=True)
            ]
        )
        won = [result for result in results if isinstance(result, Appointment)]
        assert len(won) == 1, results
        assert [type(r) for r in results if not isinstance(r, Appointment)] == [ChangedMeanwhile]
        visit = room.clinic.scheduling.get(room.desk, visit.id)
        assert visit == won[0]


@pytest.mark.parametrize("site", ["postgres"], indirect=True)
def test_bringing_back_holds_the_patient_before_the_doctor(room: Room) -> None:
    """As booking does, and a merge of two records: the other way round each would wait for the other."""
    visit = room.book(f"{DAYS[0]} 09:00")
    gone = room.clinic.scheduling.cancel(
        room.desk, CancelAppointment(id=visit.id, version=visit.version, reason="ill")
    )
    held: list[str] = []

    def look(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        words = statement.split()
        if "SELECT" in words and "FOR" in words:
            held.append(words[words.index("FROM") + 1])

    engine = room.clinic.work.database.engine
    event.listen(engine, "before_cursor_execute", look)
    try:
        back = SetAppointmentStatus(id=gone.id, version=gone.version, status=AppointmentStatus.BOOKED)
        room.clinic.scheduling.set_status(room.desk, back)
    finally:
        event.remove(engine, "before_cursor_execute", look)
    assert held.index("patient") < held.index("practitioner"), held
