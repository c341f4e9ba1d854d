"""Slots that a desk is about to book: seen by others, in nobody's own way, and gone by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Barrier

import pytest

from meditrack_desktop.database.queries import holds as queries
from meditrack_desktop.database.tables.accounts import SessionRow
from meditrack_desktop.database.tables.clinic import WorkstationRow
from meditrack_desktop.database.tables.scheduling import HoldRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import Change, ChangeSet
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import ClinicError, Conflict, ErrorCode, Invalid, NotFound, SlotTaken
from meditrack_desktop.domain.free_time import FreeTimeOfDay
from meditrack_desktop.domain.holds import HOLD_FOR, Hold, PlaceHold
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.practitioners import SetPractitionerActive
from meditrack_desktop.domain.scheduling import (
    AppointmentStatus,
    CancelAppointment,
    ChangeAppointmentLength,
    SetAppointmentStatus,
)
from meditrack_desktop.domain.visit_types import SaveVisitType
from meditrack_desktop.services.clinic import Clinic
from tests.conftest import ClinicSite
from tests.makers.people import a_doctor
from tests.makers.visits import Room, a_room

DAY = date(2026, 11, 19)


@pytest.fixture
def room(clinic: Clinic, reception: Actor, admin: Actor) -> Room:
    return a_room(clinic, reception, admin)


@pytest.fixture
def elsewhere(site: ClinicSite, clock: FixedClock) -> Iterator[Clinic]:
    """Another program at the same clinic."""
    opened = site.open(clock)
    yield opened
    opened.close()


def slot(room: Room, when: str = "10:00", minutes: int = 30, **details: object) -> PlaceHold:
    start = datetime.fromisoformat(f"{DAY} {when}")
    details.setdefault("practitioner_id", room.doctor.id)
    return PlaceHold(wall_start=start, minutes=minutes, **details)


def held(code: ErrorCode = ErrorCode.SLOT_HELD, kind: type[ClinicError] = Conflict):
    return pytest.raises(kind, match=f"^{code.value}$")


def of_day(clinic: Clinic, actor: Actor) -> tuple[Hold, ...]:
    return clinic.holds.of_days(actor, DAY, DAY)


class TestPlacing:
    def test_other_desks_see_who_where_and_how_long(
        self, room: Room, doctor: Actor, elsewhere: Clinic, clock: FixedClock
    ) -> None:
        mine = room.clinic.holds.place(room.desk, slot(room))
        assert (mine.mine, mine.account_name) == (True, "Rosa Ontwerp")
        assert mine.expires_at == clock.now() + timedelta(minutes=2)
        [theirs] = of_day(elsewhere, doctor)
        assert (theirs.mine, theirs.id, theirs.expires_at) == (False, mine.id, mine.expires_at)
        assert (theirs.account_name, theirs.desk_name) == ("Rosa Ontwerp", mine.desk_name)
        assert mine.desk_name
        assert elsewhere.holds.of_days(doctor, DAY + timedelta(days=1), DAY + timedelta(days=1)) == ()

    def test_the_same_id_again_extends_or_moves_it(
        self, room: Room, doctor: Actor, clock: FixedClock
    ) -> None:
        first = room.clinic.holds.place(room.desk, slot(room))
        clock.advance(timedelta(seconds=100))
        again = room.clinic.holds.place(room.desk, slot(room, id=first.id))
        assert (again.id, again.expires_at) == (first.id, clock.now() + HOLD_FOR)
        moved = room.clinic.holds.place(room.desk, slot(room, "11:00", id=first.id))
        [shown] = of_day(room.clinic, doctor)
        assert (shown.id, shown.wall_start.hour) == (moved.id, 11)

    def test_a_session_holds_one_slot(self, room: Room, doctor: Actor) -> None:
        room.clinic.holds.place(room.desk, slot(room))
        second = room.clinic.holds.place(room.desk, slot(room, "11:00"))
        assert [hold.id for hold in of_day(room.clinic, doctor)] == [second.id]

    def test_anothers_hold_a_visit_and_buffers_are_in_the_way(
        self, room: Room, admin: Actor, doctor: Actor
    ) -> None:
        kind = room.clinic.visit_types.save(admin, SaveVisitType(name="Long", buffer_after=30))
        room.clinic.holds.place(room.desk, slot(room, visit_type_id=kind.id))
        for when in ("09:45", "10:15", "10:45"):
            with held() as refusal:
                room.clinic.holds.place(doctor, slot(room, when))
            assert set(refusal.value.parameters) == {"who", "desk"}
            assert refusal.value.parameters["who"] == "Rosa Ontwerp"
        room.clinic.holds.place(doctor, slot(room, "11:00"))
        room.clinic.holds.release(doctor)
        room.book(f"{DAY} 11:00")
        with pytest.raises(SlotTaken):
            room.clinic.holds.place(doctor, slot(room, "11:15"))
        assert len(of_day(room.clinic, doctor)) == 1

    def test_doctors_and_kinds_that_take_nobody(self, room: Room, admin: Actor) -> None:
        with held(ErrorCode.DOCTOR_NOT_FOUND, NotFound):
            room.clinic.holds.place(room.desk, slot(room, practitioner_id=new_id()))
        with held(ErrorCode.VISIT_TYPE_NOT_FOUND, NotFound):
            room.clinic.holds.place(room.desk, slot(room, visit_type_id=new_id()))
        other = room.clinic.practitioners.add(admin, a_doctor("Muster", "Jon"))
        kind = room.clinic.visit_types.save(admin, SaveVisitType(name="His", practitioner_ids=(other.id,)))
        with held(ErrorCode.DOCTOR_NOT_AVAILABLE, Invalid):
            room.clinic.holds.place(room.desk, slot(room, visit_type_id=kind.id))
        off = SetPractitionerActive(id=room.doctor.id, version=room.doctor.version, active=False)
        room.clinic.practitioners.set_active(admin, off)
        with held(ErrorCode.DOCTOR_NOT_AVAILABLE, Invalid):
            room.clinic.holds.place(room.desk, slot(room))

    def test_an_id_that_is_another_sessions(self, room: Room, doctor: Actor) -> None:
        mine = room.clinic.holds.place(room.desk, slot(room))
        with held(ErrorCode.CHANGED_MEANWHILE):
            room.clinic.holds.place(doctor, slot(room, "15:00", id=mine.id))
        assert [hold.id for hold in of_day(room.clinic, room.desk) if hold.mine] == [mine.id]

    def test_it_is_announced_and_has_no_line(self, room: Room, admin: Actor) -> None:
        heard: list[ChangeSet] = []
        room.clinic.changes.subscribe(heard.append)
        before = room.clinic.audit.list(admin, limit=1)[0].seq
        mine = room.clinic.holds.place(room.desk, slot(room))
        room.clinic.holds.release(room.desk)
        change = Change("hold", mine.id, room.doctor.id, DAY)
        assert [each.changes for each in heard if each.changes] == [(change,), (change,)]
        lines = [line for line in room.clinic.audit.list(admin) if line.seq > before]
        assert {line.object_type for line in lines} <= {"audit"}


class TestBookingOverAHold:
    def test_nobody_else_books_moves_lengthens_or_comes_back_into_it(self, room: Room, doctor: Actor) -> None:
        visit = room.book(f"{DAY} 09:00")
        gone = room.book(f"{DAY} 10:15")
        cancelled = room.clinic.scheduling.cancel(
            room.desk, CancelAppointment(id=gone.id, version=gone.version, reason="ill")
        )
        room.clinic.holds.place(doctor, slot(room))
        with held():
            room.book(f"{DAY} 10:15")
        with held():
            room.move(visit, f"{DAY} 09:45")
        with held():
            room.clinic.scheduling.change_length(
                room.desk, ChangeAppointmentLength(id=visit.id, version=visit.version, minutes=75)
            )
        with held():
            room.clinic.scheduling.set_status(
                room.desk,
                SetAppointmentStatus(id=gone.id, version=cancelled.version, status=AppointmentStatus.BOOKED),
            )
        wanted = FreeTimeOfDay(day=DAY, practitioner_ids=(room.doctor.id,))
        starts = [s.wall_start.strftime("%H:%M") for s in room.clinic.free_time.of_day(room.desk, wanted)]
        assert "09:30" in starts and "10:30" in starts
        assert not {"09:45", "10:00", "10:15"} & set(starts)

    def test_overbooking_with_a_reason_passes(self, room: Room, doctor: Actor) -> None:
        room.clinic.holds.place(doctor, slot(room))
        assert room.book(f"{DAY} 10:15", overbook_reason="emergency").overbooked

    def test_ones_own_is_never_in_ones_way_and_is_redeemed(
        self, room: Room, doctor: Actor, elsewhere: Clinic
    ) -> None:
        mine = room.clinic.holds.place(room.desk, slot(room))
        wanted = FreeTimeOfDay(day=DAY, practitioner_ids=(room.doctor.id,))
        assert any(s.wall_start == mine.wall_start for s in room.clinic.free_time.of_day(room.desk, wanted))
        heard: list[ChangeSet] = []
        room.clinic.changes.subscribe(heard.append)
        visit = room.book(f"{DAY} 10:00", hold_id=mine.id)
        assert not visit.overbooked
        assert of_day(elsewhere, doctor) == ()
        [told] = heard
        assert {change.entity for change in told.changes} == {"appointment", "hold"}

    def test_a_booking_that_is_refused_keeps_the_hold(self, room: Room) -> None:
        room.book(f"{DAY} 12:00")
        mine = room.clinic.holds.place(room.desk, slot(room))
        with pytest.raises(SlotTaken):
            room.book(f"{DAY} 12:00", hold_id=mine.id)
        assert [hold.id for hold in of_day(room.clinic, room.desk)] == [mine.id]

    def test_a_hold_that_is_gone_does_not_lose_the_booking(self, room: Room, clock: FixedClock) -> None:
        mine = room.clinic.holds.place(room.desk, slot(room))
        clock.advance(HOLD_FOR)
        assert room.book(f"{DAY} 10:00", hold_id=mine.id).wall_start.hour == 10

    def test_nobody_redeems_anothers_hold(self, room: Room, doctor: Actor) -> None:
        theirs = room.clinic.holds.place(doctor, slot(room))
        with held():
            room.book(f"{DAY} 10:00", hold_id=theirs.id)
        room.book(f"{DAY} 11:00", hold_id=theirs.id)
        assert [hold.id for hold in of_day(room.clinic, doctor)] == [theirs.id]


class TestEnding:
    def test_by_the_clock_to_the_second(self, room: Room, doctor: Actor, clock: FixedClock) -> None:
        room.clinic.holds.place(doctor, slot(room))
        clock.advance(HOLD_FOR - timedelta(seconds=1))
        with held():
            room.book(f"{DAY} 10:00")
        clock.advance(timedelta(seconds=1))
        assert of_day(room.clinic, room.desk) == ()
        room.book(f"{DAY} 10:00")

    def test_a_program_that_died_leaves_nothing_after_two_minutes(
        self, room: Room, doctor: Actor, elsewhere: Clinic, clock: FixedClock
    ) -> None:
        """Killed, it tells nobody: the row stays, and counts no longer."""
        elsewhere.holds.place(doctor, slot(room))
        elsewhere.close()
        clock.advance(HOLD_FOR)
        room.clinic.holds.place(room.desk, slot(room))
        room.book(f"{DAY} 10:00")

    def test_signing_out_ends_it_at_once(self, room: Room, doctor: Actor) -> None:
        room.clinic.holds.place(doctor, slot(room))
        room.clinic.sessions.sign_out(doctor)
        assert of_day(room.clinic, room.desk) == ()
        room.book(f"{DAY} 10:00")

    @pytest.mark.parametrize("how", ["ended", "expired", "desk revoked", "account off"])
    def test_so_does_whatever_ends_the_session(
        self, room: Room, doctor: Actor, clock: FixedClock, how: str
    ) -> None:
        room.clinic.holds.place(doctor, slot(room))
        with room.clinic.work.unsigned() as session:
            row = session.get(SessionRow, doctor.session_id)
            assert row is not None
            if how == "ended":
                row.ended_at = clock.now()
            elif how == "expired":
                row.expires_at = clock.now()
            elif how == "account off":
                session.connection().exec_driver_sql("UPDATE account SET active = false")
            else:
                desk = session.get(WorkstationRow, row.workstation)
                assert desk is not None
                desk.revoked_at = clock.now()
                session.reported.add(desk)
            session.reported.add(row)
        with room.clinic.work.database.reading() as session:
            begins = datetime.fromisoformat(f"{DAY} 00:00+00:00")
            found = queries.between(
                session, (), begins, begins + timedelta(days=1), clock.now(), room.desk.session_id
            )
        assert found == []

    def test_released(self, room: Room, doctor: Actor) -> None:
        room.clinic.holds.place(doctor, slot(room))
        room.clinic.holds.release(doctor)
        room.clinic.holds.release(doctor)
        assert of_day(room.clinic, room.desk) == ()

    def test_what_has_expired_is_swept_away(self, room: Room, doctor: Actor, clock: FixedClock) -> None:
        for number in range(3):
            room.clinic.holds.place((room.desk, doctor)[number % 2], slot(room, f"1{number}:00"))
            clock.advance(HOLD_FOR)
        room.clinic.holds.place(room.desk, slot(room, "15:00"))
        with room.clinic.work.database.reading() as session:
            assert session.query(HoldRow).count() == 1


def test_two_desks_at_one_slot_one_of_them_holds_it(
    room: Room, doctor: Actor, elsewhere: Clinic, clock: FixedClock
) -> None:
    for race in range(15):
        start = datetime(2026, 11, 23, 9) + timedelta(days=7 * race)
        barrier = Barrier(2)

        def attempt(
            clinic: Clinic, actor: Actor, start: datetime = start, barrier: Barrier = barrier
        ) -> object:
            barrier.wait()
            try:
                return clinic.holds.place(actor, PlaceHold(practitioner_id=room.doctor.id, wall_start=start))
            except ClinicError as refusal:
                return refusal.code

        with ThreadPoolExecutor(2) as pool:
            results = [
                answer.result()
                for answer in (
                    pool.submit(attempt, room.clinic, room.desk),
                    pool.submit(attempt, elsewhere, doctor),
                )
            ]
        assert sorted(type(result).__name__ for result in results) == ["ErrorCode", "Hold"], results
        assert ErrorCode.SLOT_HELD in results
