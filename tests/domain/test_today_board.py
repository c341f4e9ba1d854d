"""What the board of a day says of visits and doctors."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.scheduling import Appointment, AppointmentStatus, Confirmation
from meditrack_desktop.domain.today import (
    AttentionKind,
    DayDoctor,
    DayFacts,
    DoctorNow,
    RibbonRow,
    TodayBoard,
)
from meditrack_desktop.domain.today_board import board, minutes_late, waiting_times
from meditrack_desktop.domain.working_time import Absence, AbsenceKind, DoctorDay, OpenTime

DAY = date(2026, 11, 18)
NOW = datetime(2026, 11, 18, 10, 42, tzinfo=UTC)  # London in winter: the clock on the wall says the same
DOCTOR = DayDoctor(new_id(), "Dr. Ines Modelo", "Room 1")
OPEN = (OpenTime(9 * 60, 13 * 60), OpenTime(14 * 60, 17 * 60))
BOOKED, ARRIVED, IN_ROOM, DONE, MISSED = (
    AppointmentStatus.BOOKED,
    AppointmentStatus.ARRIVED,
    AppointmentStatus.CHECKED_IN,
    AppointmentStatus.FULFILLED,
    AppointmentStatus.NOSHOW,
)


def clock(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-18T{text}:00+00:00")


def visit(start: str, status: AppointmentStatus = BOOKED, minutes: int = 30, **details: Any) -> Appointment:
    starts_at = clock(start)
    for stamp in ("arrived_at", "roomed_at", "left_at"):
        if isinstance(details.get(stamp), str):
            details[stamp] = clock(details[stamp])
    return Appointment(
        id=new_id(),
        version=1,
        patient_id=new_id(),
        patient_name=details.pop("name", "Greta Beispiel"),
        patient_birth_date=None,
        patient_mrn="000-0001",
        patient_phone="",
        practitioner_id=details.pop("doctor", DOCTOR.id),
        practitioner_name="Dr. Ines Modelo",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        wall_start=starts_at.replace(tzinfo=None),
        zone="Europe/London",
        minutes=minutes,
        status=status,
        confirmation=Confirmation.UNCONFIRMED,
        visit_type="",
        reason="",
        overbooked=False,
        created_at=NOW,
        created_by=new_id(),
        **details,
    )


def absence(begins: str, ends: str) -> Absence:
    starts_at, ends_at = clock(begins), clock(ends)
    wall = starts_at.replace(tzinfo=None), ends_at.replace(tzinfo=None)
    return Absence(new_id(), 1, DOCTOR.id, *wall, starts_at, ends_at, AbsenceKind.OTHER)


def shown(
    *visits: Appointment, now: datetime = NOW, day: DoctorDay | None = None, **facts: Any
) -> TodayBoard:
    day = day or DoctorDay(DOCTOR.id, DAY, OPEN)
    return board(DayFacts(DAY, now, now.replace(tzinfo=None), visits, [DOCTOR], {DOCTOR.id: day}, **facts))


def row(*visits: Appointment, **facts: Any) -> RibbonRow:
    [found] = shown(*visits, **facts).doctors
    return found


def test_counters() -> None:
    found = shown(
        visit("11:00"),
        visit("11:30"),
        visit("10:30", ARRIVED, arrived_at="10:20"),
        visit("10:00", IN_ROOM, arrived_at="09:55", roomed_at="10:01"),
        visit("09:00", DONE, left_at="09:30"),
        visit("09:30", MISSED),
        visit("12:00", AppointmentStatus.CANCELLED),
    ).counters
    assert (found.to_come, found.waiting, found.in_room, found.done, found.no_show) == (2, 1, 1, 1, 1)
    assert found.visits == 6


class TestLanes:
    def test_due_next_are_the_coming_hour_and_the_overdue_soonest_first(self) -> None:
        overdue, soon, edge, later = visit("09:15"), visit("10:45"), visit("11:42"), visit("11:43")
        found = shown(later, edge, soon, overdue).lanes.due_next
        assert [(card.visit.id, card.minutes) for card in found] == [
            (overdue.id, -87),
            (soon.id, 3),
            (edge.id, 60),
        ]

    def test_waiting_and_in_room_longest_first(self) -> None:
        short = visit("10:30", ARRIVED, arrived_at="10:39")
        long = visit("11:30", ARRIVED, arrived_at="10:28")
        found = shown(short, long).lanes.waiting
        assert [(card.visit.id, card.minutes) for card in found] == [(long.id, 14), (short.id, 3)]
        newer = visit("10:00", IN_ROOM, roomed_at="10:32")
        older = visit("10:30", IN_ROOM, roomed_at="10:15")
        found = shown(newer, older).lanes.in_room
        assert [(card.visit.id, card.minutes) for card in found] == [(older.id, 27), (newer.id, 10)]

    def test_to_check_out_who_left_last_first(self) -> None:
        first, last = visit("09:00", DONE, left_at="10:31"), visit("09:30", DONE, left_at="10:34")
        found = shown(first, last).lanes.to_check_out
        assert [(card.visit.id, card.minutes) for card in found] == [(last.id, 8), (first.id, 11)]

    def test_the_room_that_is_kept_or_the_doctors_own(self) -> None:
        kept, own = visit("10:45"), visit("11:00")
        found = shown(kept, own, rooms={kept.id: "Room 4, ECG"}).lanes.due_next
        assert [card.room for card in found] == ["Room 4, ECG", "Room 1"]

    def test_of_another_day_all_that_is_booked(self) -> None:
        far = visit("16:00")
        found = shown(far, now=NOW - timedelta(days=3)).lanes.due_next
        assert [card.visit.id for card in found] == [far.id]


class TestRightNow:
    def test_in_the_room(self) -> None:
        here = visit("10:15", IN_ROOM, name="Mara Fictanova", roomed_at="10:20")
        found = row(here, visit("10:30", ARRIVED, arrived_at="10:20"))
        assert (found.now, found.with_whom, found.patient_name) == (
            DoctorNow.IN_ROOM,
            here.id,
            "Mara Fictanova",
        )

    def test_somebody_waits(self) -> None:
        longest = visit("11:00", ARRIVED, arrived_at="10:30")
        found = row(visit("10:45", ARRIVED, arrived_at="10:41"), longest)
        assert (found.now, found.with_whom) == (DoctorNow.WAITING, longest.id)

    @pytest.mark.parametrize(
        ("at", "now", "until"),
        [
            ("08:59", DoctorNow.OUT, "09:00"),
            ("09:00", DoctorNow.FREE, ""),
            ("12:59", DoctorNow.FREE, ""),
            ("13:00", DoctorNow.OUT, "14:00"),
            ("17:00", DoctorNow.GONE, ""),
        ],
    )
    def test_by_the_hours(self, at: str, now: DoctorNow, until: str) -> None:
        found = row(now=clock(at))
        assert found.now is now
        assert (f"{found.until:%H:%M}" if found.until else "") == until

    def test_away_until_the_day_goes_on(self) -> None:
        day = DoctorDay(DOCTOR.id, DAY, (OpenTime(13 * 60, 17 * 60),), (absence("08:00", "13:00"),))
        found = row(day=day)
        assert (found.now, found.until) == (DoctorNow.OUT, datetime(2026, 11, 18, 13, 0))


class TestLate:
    @pytest.mark.parametrize(
        ("visits", "minutes"),
        [
            ([], 0),
            ([visit("10:00")], 0),  # the patient is not here: nobody can begin
            ([visit("10:22", ARRIVED, arrived_at="10:10")], 20),
            ([visit("10:00", ARRIVED, arrived_at="10:30")], 12),  # came late themselves
            ([visit("11:00", ARRIVED, arrived_at="10:00")], 0),  # too early
            ([visit("10:00", IN_ROOM, roomed_at="10:00"), visit("10:30")], 12),
            ([visit("10:30", IN_ROOM, roomed_at="10:35"), visit("10:00")], 0),  # forgotten, not late
            ([visit("10:00", DONE, left_at="10:40"), visit("10:30")], 0),
        ],
    )
    def test_since_when_somebody_should_have_been_seen(self, visits: list[Appointment], minutes: int) -> None:
        assert minutes_late(visits, NOW) == minutes

    def test_told_from_ten_minutes_on(self) -> None:
        nine, ten = visit("10:33", ARRIVED, arrived_at="10:30"), visit("10:32", ARRIVED, arrived_at="10:41")
        assert row(nine).late == 0
        ten = visit("10:32", ARRIVED, arrived_at="10:30")
        assert row(ten).late == 10


class TestAttention:
    def test_late_long_wait_away_and_no_room(self) -> None:
        late = visit("10:20", ARRIVED, arrived_at="10:20", name="Hana Mihon")
        away, without = visit("16:00"), visit("12:00")
        day = DoctorDay(DOCTOR.id, DAY, OPEN, (absence("15:30", "16:01"),))
        found = shown(late, away, without, day=day, without_room=frozenset({without.id})).attention
        assert [(one.kind, one.appointment_id, one.minutes) for one in found] == [
            (AttentionKind.DOCTOR_LATE, None, 22),
            (AttentionKind.LONG_WAIT, late.id, 22),
            (AttentionKind.DOCTOR_AWAY, away.id, 0),
            (AttentionKind.NO_ROOM, without.id, 0),
        ]

    def test_a_quiet_day_needs_nobody(self) -> None:
        assert shown(visit("11:00"), visit("10:40", ARRIVED, arrived_at="10:35")).attention == ()


def test_the_ribbon_spans_all_of_the_day() -> None:
    assert shown().shown == OpenTime(8 * 60, 18 * 60)
    assert shown(visit("06:30"), visit("19:45", minutes=30)).shown == OpenTime(6 * 60, 21 * 60)


def test_waiting_times() -> None:
    visits = [
        visit("09:00", DONE, arrived_at="08:50", roomed_at="09:00", left_at="09:30"),
        visit("09:30", IN_ROOM, arrived_at="09:30", roomed_at="10:00"),
        visit("10:00", ARRIVED, arrived_at="10:40"),
        visit("11:00"),
    ]
    found = waiting_times(visits, NOW)
    assert (found.patients, found.median, found.longest) == (3, 10, 30)
    assert waiting_times(visits, None).patients == 2
    back = visit("10:00", ARRIVED, arrived_at="10:50")
    assert waiting_times([back], NOW).longest == 0, "nobody waits a negative time"


STATUSES = st.sampled_from(list(AppointmentStatus))


@given(
    times=st.lists(st.tuples(st.integers(0, 23 * 60), STATUSES, st.integers(0, 90)), max_size=30),
    now=st.integers(0, 24 * 60 - 1),
)
def test_every_visit_is_counted_once_and_lies_in_its_lane(
    times: list[tuple[int, AppointmentStatus, int]], now: int
) -> None:
    midnight = clock("00:00")
    visits = []
    for start, status, before in times:
        stamp = midnight + timedelta(minutes=start - before)
        stamps = {"arrived_at": stamp, "roomed_at": stamp, "left_at": stamp}
        visits.append(visit(f"{start // 60:02}:{start % 60:02}", status, **stamps))
    moment = midnight + timedelta(minutes=now)
    found = shown(*visits, now=moment)
    living = [one for one in visits if one.status is not AppointmentStatus.CANCELLED]
    assert found.counters.visits == len(living) == len(found.doctors[0].visits)
    lanes = found.lanes
    assert _ids(lanes.waiting) == {one.id for one in visits if one.status is ARRIVED}
    assert _ids(lanes.in_room) == {one.id for one in visits if one.status is IN_ROOM}
    assert _ids(lanes.to_check_out) == {one.id for one in visits if one.status is DONE}
    assert _ids(lanes.due_next) == {
        one.id for one in visits if one.status is BOOKED and one.starts_at <= moment + timedelta(minutes=60)
    }
    assert all(card.minutes >= 0 for card in (*lanes.waiting, *lanes.in_room, *lanes.to_check_out))
    assert list(lanes.due_next) == sorted(lanes.due_next, key=lambda card: card.visit.starts_at)


def _ids(cards: Any) -> set[UUID]:
    return {card.visit.id for card in cards}
