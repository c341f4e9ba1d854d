"""Rooms that a desk is about to use: kept from other desks as the doctor's time is, by the database's own rule too."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Barrier

import pytest

from meditrack_desktop.database.tables.scheduling import HoldAssetRow, HoldRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import ClinicError, Conflict, ErrorCode, NotFound
from meditrack_desktop.domain.free_time import FreeTimeOfDay
from meditrack_desktop.domain.holds import HOLD_FOR, Hold, PlaceHold
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.permissions import Role
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.domain.scheduling import Appointment, CancelAppointment
from meditrack_desktop.domain.visit_types import Asset, SaveAsset, SaveVisitType, VisitType
from meditrack_desktop.services.clinic import Clinic
from tests.conftest import ClinicSite
from tests.makers.people import a_doctor
from tests.makers.visits import Room, a_room
from tests.services.doors import person

DAY = date(2026, 11, 19)


@pytest.fixture
def room(clinic: Clinic, reception: Actor, admin: Actor) -> Room:
    return a_room(clinic, reception, admin)


@pytest.fixture
def other(clinic: Clinic, admin: Actor) -> Practitioner:
    return clinic.practitioners.add(admin, a_doctor("Muster", "Jon"))


@pytest.fixture
def rooms(clinic: Clinic, admin: Actor) -> tuple[Asset, Asset]:
    one, two = (clinic.assets.save(admin, SaveAsset(name=f"Room {n}", group="Scans")) for n in (1, 2))
    return one, two


@pytest.fixture
def scan(clinic: Clinic, admin: Actor, rooms: tuple[Asset, Asset]) -> VisitType:
    return clinic.visit_types.save(admin, SaveVisitType(name="Scan", buffer_after=15, needs=("Scans",)))


@pytest.fixture
def elsewhere(site: ClinicSite, clock: FixedClock) -> Iterator[Clinic]:
    """Another program at the same clinic."""
    opened = site.open(clock)
    yield opened
    opened.close()


def slot(doctor: Practitioner, scan: VisitType, when: str = "10:00", **details: object) -> PlaceHold:
    start = datetime.fromisoformat(f"{DAY} {when}")
    return PlaceHold(practitioner_id=doctor.id, wall_start=start, visit_type_id=scan.id, **details)


def test_a_room_that_one_desk_holds_is_not_another_desks(
    room: Room,
    other: Practitioner,
    rooms: tuple[Asset, Asset],
    scan: VisitType,
    doctor: Actor,
    admin: Actor,
    elsewhere: Clinic,
    clock: FixedClock,
) -> None:
    """Two rooms of a group: the third desk is told who has them, and nothing of it is offered to it."""
    clinic, desk = room.clinic, room.desk

    def free_of(actor: Actor, asset: Asset | None = None) -> list[datetime]:
        wanted = FreeTimeOfDay(
            day=DAY,
            practitioner_ids=(other.id,),
            visit_type_id=scan.id,
            asset_id=asset.id if asset else None,
        )
        return [one.wall_start for one in elsewhere.free_time.of_day(actor, wanted)]

    def book(actor: Actor, when: str = "10:00", **details: object) -> Appointment:
        wants = room.wants(f"{DAY} {when}", practitioner_id=other.id, visit_type_id=scan.id, **details)
        return elsewhere.scheduling.book(actor, wants)

    ten = datetime(2026, 11, 19, 10)
    mine = clinic.holds.place(desk, slot(room.doctor, scan))
    assert ten in free_of(doctor) and ten not in free_of(doctor, rooms[0]), "the second room is free"
    assert ten in free_of(desk, rooms[0]), "nobody is in their own way"
    with pytest.raises(Conflict) as refused:
        book(doctor, "10:30", asset_ids=(rooms[0].id,))
    assert refused.value.code is ErrorCode.ROOM_TAKEN, "the buffer counts"
    assert refused.value.parameters == {"name": "Room 1", "who": "Rosa Ontwerp", "desk": mine.desk_name}

    elsewhere.holds.place(doctor, slot(other, scan))
    third = clinic.practitioners.add(admin, a_doctor("Dritter", "Ada"))
    last = person(clinic, "third", frozenset({Role.RECEPTIONIST}))
    assert ten not in [
        one.wall_start
        for one in clinic.free_time.of_day(
            last, FreeTimeOfDay(day=DAY, practitioner_ids=(third.id,), visit_type_id=scan.id)
        )
    ]
    for attempt in (
        lambda: clinic.holds.place(last, slot(third, scan)),
        lambda: clinic.scheduling.book(
            last, room.wants(f"{DAY} 10:00", practitioner_id=third.id, visit_type_id=scan.id)
        ),
    ):
        with pytest.raises(Conflict) as refused:
            attempt()
        assert refused.value.code is ErrorCode.ROOM_TAKEN and set(refused.value.parameters) >= {"who", "desk"}

    # What was held is what is taken, and ends with it; what the first desk lets go is free at once.
    assert book(doctor).asset_ids == (rooms[1].id,)
    with pytest.raises(Conflict):
        clinic.holds.place(last, slot(third, scan))
    clinic.holds.release(desk)
    clinic.holds.place(last, slot(third, scan))
    clock.advance(HOLD_FOR)
    again = clinic.scheduling.book(desk, room.wants(f"{DAY} 10:00", visit_type_id=scan.id))
    assert again.asset_ids == (rooms[0].id,), "what has run out keeps nothing"


def test_a_room_that_somebody_holds_is_not_taken_back_by_undo(
    room: Room, other: Practitioner, rooms: tuple[Asset, Asset], scan: VisitType, doctor: Actor
) -> None:
    clinic, desk = room.clinic, room.desk
    visit = room.book(f"{DAY} 10:00", visit_type_id=scan.id, asset_ids=(rooms[0].id,))
    clinic.scheduling.cancel(desk, CancelAppointment(id=visit.id, version=visit.version, reason="ill"))
    clinic.holds.place(doctor, slot(other, scan, asset_ids=(rooms[0].id,)))
    with pytest.raises(Conflict) as refused:
        clinic.deeds.undo(desk)
    assert refused.value.code is ErrorCode.ROOM_TAKEN and refused.value.parameters["name"] == "Room 1"
    clinic.holds.release(doctor)
    clinic.deeds.undo(desk)
    assert clinic.scheduling.get(desk, visit.id).asset_ids == (rooms[0].id,)
    with pytest.raises(NotFound) as unknown:
        clinic.holds.place(doctor, slot(other, scan, "12:00", asset_ids=(new_id(),)))
    assert unknown.value.code is ErrorCode.ASSET_NOT_FOUND


def test_the_database_itself_lets_no_two_holds_keep_a_room_at_one_time(
    room: Room, other: Practitioner, rooms: tuple[Asset, Asset], scan: VisitType, doctor: Actor
) -> None:
    """Whatever the program forgot to ask; and a hold that ended with its session is in nobody's way."""
    clinic = room.clinic
    clinic.holds.place(room.desk, slot(room.doctor, scan, asset_ids=(rooms[0].id,)))
    theirs = clinic.holds.place(doctor, slot(other, scan, asset_ids=(rooms[1].id,)))

    def keep_too(beside: timedelta) -> None:
        with clinic.work.database.writing() as session:
            [held] = session.query(HoldRow).filter(HoldRow.id != theirs.id)
            times = {"busy_from": held.busy_from + beside, "busy_until": held.busy_until + beside}
            session.add(HoldAssetRow(hold_id=theirs.id, asset_id=rooms[0].id, **times))

    for minutes in (0, 44):
        with pytest.raises(Conflict) as refused:
            keep_too(timedelta(minutes=minutes))
        assert refused.value.code is ErrorCode.ROOM_TAKEN
    keep_too(timedelta(minutes=45))
    clinic.sessions.sign_out(room.desk)
    clinic.holds.place(doctor, slot(other, scan, asset_ids=(rooms[0].id,)))


def test_two_desks_at_the_last_room_one_of_them_holds_it(
    room: Room,
    other: Practitioner,
    rooms: tuple[Asset, Asset],
    scan: VisitType,
    doctor: Actor,
    elsewhere: Clinic,
) -> None:
    """With different doctors, so that only the room is between them; a booking and a hold race alike."""
    for race in range(8):
        start = datetime(2026, 11, 23, 9) + timedelta(days=7 * race)
        barrier = Barrier(2)

        def hold(start: datetime = start, barrier: Barrier = barrier) -> object:
            wanted = PlaceHold(
                practitioner_id=room.doctor.id,
                wall_start=start,
                visit_type_id=scan.id,
                asset_ids=(rooms[0].id,),
            )
            barrier.wait()
            try:
                return room.clinic.holds.place(room.desk, wanted)
            except ClinicError as refusal:
                return refusal.code

        def take(start: datetime = start, barrier: Barrier = barrier, race: int = race) -> object:
            details = {"practitioner_id": other.id, "visit_type_id": scan.id, "asset_ids": (rooms[0].id,)}
            barrier.wait()
            try:
                if race % 2:
                    return elsewhere.scheduling.book(doctor, room.wants(str(start), **details))
                return elsewhere.holds.place(doctor, PlaceHold(wall_start=start, **details))
            except ClinicError as refusal:
                return refusal.code

        with ThreadPoolExecutor(2) as pool:
            results = [answer.result() for answer in (pool.submit(hold), pool.submit(take))]
        assert sum(isinstance(result, Hold | Appointment) for result in results) == 1, results
        assert ErrorCode.ROOM_TAKEN in results
