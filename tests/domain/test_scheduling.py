"""The rules of time, without a database: clock changes, hours, free starts, the way through a visit."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meditrack_desktop.domain.errors import ErrorCode, Invalid, OutsideHours
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.practitioners import WorkingHours
from meditrack_desktop.domain.scheduling import (
    CHANGEABLE,
    NEXT_STATUSES,
    AppointmentStatus,
    BookAppointment,
    Busy,
    Stamps,
    check_hours,
    check_next_status,
    day_bounds,
    free_starts,
    joined,
    span,
    stamps_after,
    within_hours,
)

LONDON = ZoneInfo("Europe/London")
DOCTOR = UUID(int=1)
S = AppointmentStatus
MONDAY = date(2026, 11, 23)


def hours(*stretches: str, weekday: int = 0) -> tuple[WorkingHours, ...]:
    """`hours("09:00-13:00", "14:00-17:00")`."""
    pairs = (stretch.split("-") for stretch in stretches)
    return tuple(WorkingHours(weekday, time.fromisoformat(a), time.fromisoformat(b)) for a, b in pairs)


def at(text: str, day: date = MONDAY) -> datetime:
    return datetime.combine(day, time.fromisoformat(text))


class TestClockChanges:
    """Against the list of every offset change of many zones, computed by another program."""

    def test_every_listed_case(self, samples: Path) -> None:
        cases = json.loads((samples / "timezones" / "dst-cases.json").read_text())["cases"]
        seen = {"gap": 0, "fold": 0, "plain": 0}
        for case in cases:
            zone, wall = ZoneInfo(case["zone"]), datetime.fromisoformat(case["local"])
            kind = case["kind"] if case["kind"] in seen else "plain"
            seen[kind] += 1
            first = datetime.fromisoformat(case["utc_fold0"])
            second = datetime.fromisoformat(case["utc_fold1"])
            if kind == "gap":
                for fold in (None, 0, 1):
                    with pytest.raises(Invalid, match=ErrorCode.TIME_DOES_NOT_EXIST.value):
                        span(wall, 30, zone, fold)
            elif kind == "fold":
                with pytest.raises(Invalid, match=ErrorCode.TIME_IS_AMBIGUOUS.value):
                    span(wall, 30, zone, None)
                assert span(wall, 30, zone, 0)[0] == first
                assert span(wall, 30, zone, 1)[0] == second
                assert first < second
            else:
                assert span(wall, 30, zone, None) == (first, first + timedelta(minutes=30))
        assert min(seen.values()) > 100, seen

    @pytest.mark.parametrize("zone", ["Asia/Beirut", "America/Havana", "Africa/Casablanca", "Asia/Gaza"])
    def test_days_join_without_gap_or_overlap_even_where_midnight_is_skipped(self, zone: str) -> None:
        first = date(2025, 1, 1)
        ends = None
        for offset in range(1200):
            day = first + timedelta(days=offset)
            begins, following = day_bounds(day, day, ZoneInfo(zone))
            assert ends in (None, begins)
            assert timedelta(hours=23) <= following - begins <= timedelta(hours=25)
            ends = following

    @pytest.mark.parametrize("year", [1, 1899, 2201, 9999])
    def test_years_nobody_books(self, year: int) -> None:
        with pytest.raises(Invalid):
            day_bounds(date(year, 12, 31), date(year, 12, 31), LONDON)
        with pytest.raises(Invalid):
            span(datetime(year, 12, 31, 9), 30, LONDON, None)


class TestHours:
    OFFICE = hours("09:00-13:00", "14:00-17:00")

    @pytest.mark.parametrize(("a", "b"), [("09:00", "13:00"), ("09:00", "09:05"), ("14:00", "17:00")])
    def test_within(self, a: str, b: str) -> None:
        check_hours(at(a), at(b), self.OFFICE)

    @pytest.mark.parametrize(
        ("a", "b"),
        [("08:55", "09:05"), ("12:55", "13:05"), ("13:00", "14:00"), ("12:00", "15:00"), ("17:00", "17:05")],
    )
    def test_outside(self, a: str, b: str) -> None:
        with pytest.raises(OutsideHours):
            check_hours(at(a), at(b), self.OFFICE)

    def test_another_weekday(self) -> None:
        assert not within_hours(at("09:00", date(2026, 11, 24)), at("09:30", date(2026, 11, 24)), self.OFFICE)

    def test_over_midnight(self) -> None:
        late = hours("20:00-23:59")
        assert not within_hours(at("23:30"), at("00:00", date(2026, 11, 24)), late)

    def test_adjoining_stretches_are_one(self) -> None:
        two = hours("11:00-13:00", "09:00-11:00")
        assert within_hours(at("10:30"), at("11:30"), two)
        assert joined(two, 0) == [WorkingHours(0, time(9), time(13))]

    def test_a_visit_that_ends_before_it_began_on_the_wall(self) -> None:
        sunday = date(2026, 10, 25)
        start, end = at("01:30", sunday), at("01:00", sunday)
        assert within_hours(start, end, hours("00:00-03:00", weekday=6))
        assert not within_hours(start, end, hours("09:00-12:00", weekday=6))


class TestFreeStarts:
    def test_a_grid_from_each_stretch(self) -> None:
        slots = free_starts(DOCTOR, MONDAY, hours("09:10-10:00", "14:00-14:30"), (), 30, LONDON)
        assert [slot.wall_start for slot in slots] == [at("09:10"), at("09:25"), at("14:00")]

    def test_clocks_that_go_forward_leave_no_room(self) -> None:
        sunday = date(2027, 3, 28)
        slots = free_starts(DOCTOR, sunday, hours("00:30-02:10", weekday=6), (), 15, LONDON)
        # 01:00 to 01:59 is skipped, and 00:45 to 01:00 ends at 02:00 on the wall.
        assert [slot.wall_start.time() for slot in slots] == [time(0, 30), time(0, 45)]
        longer = free_starts(DOCTOR, sunday, hours("00:30-02:10", weekday=6), (), 30, LONDON)
        assert [slot.wall_start.time() for slot in longer] == [time(0, 30)]

    def test_a_time_shown_twice_is_offered_once(self) -> None:
        sunday = date(2026, 10, 25)
        slots = free_starts(DOCTOR, sunday, hours("01:00-02:00", weekday=6), (), 30, LONDON)
        assert [slot.starts_at for slot in slots] == [
            datetime(2026, 10, 25, 0, minute, tzinfo=UTC) for minute in (0, 15, 30)
        ]

    @given(
        st.lists(st.tuples(st.integers(0, 500), st.integers(5, 90)), max_size=12),
        st.integers(5, 120),
        st.sampled_from(["2026-11-23", "2027-03-28", "2026-10-25"]),
    )
    def test_what_is_offered_fits_and_nothing_that_fits_is_left_out(
        self, taken: list[tuple[int, int]], minutes: int, day_text: str
    ) -> None:
        day = date.fromisoformat(day_text)
        open_hours = hours("00:00-05:00", "05:00-09:00", weekday=day.weekday())
        midnight, _ = day_bounds(day, day, LONDON)
        busy = [
            Busy(midnight + timedelta(minutes=a), midnight + timedelta(minutes=a + length))
            for a, length in taken
        ]
        offered = {
            slot.wall_start: slot for slot in free_starts(DOCTOR, day, open_hours, busy, minutes, LONDON)
        }
        for quarter in range(0, 9 * 60, 15):
            wall = at("00:00", day) + timedelta(minutes=quarter)
            try:
                starts, ends = span(wall, minutes, LONDON, 0)
            except Invalid:
                fits = False
            else:
                wall_end = ends.astimezone(LONDON).replace(tzinfo=None)
                fits = wall + timedelta(minutes=minutes) <= at("09:00", day) and wall_end <= at("09:00", day)
                fits = fits and not any(b.starts_at < ends and starts < b.ends_at for b in busy)
            assert (wall in offered) == fits, wall


class TestStatus:
    def test_every_status_has_a_way_on_and_cancelling_is_apart(self) -> None:
        assert set(NEXT_STATUSES) == set(S)
        assert not any(S.CANCELLED in following for following in NEXT_STATUSES.values())
        assert all(status.takes_time for status in CHANGEABLE)

    def test_refused_steps_name_both_ends(self) -> None:
        with pytest.raises(Invalid) as refusal:
            check_next_status(S.BOOKED, S.FULFILLED)
        assert refusal.value.parameters == {"now": "booked", "then": "fulfilled"}

    def test_a_stamp_is_given_once(self) -> None:
        came, in_room, went = (datetime(2026, 11, 23, hour, tzinfo=UTC) for hour in (9, 10, 11))
        arrived = stamps_after(Stamps(), S.ARRIVED, came)
        roomed = stamps_after(arrived, S.CHECKED_IN, in_room)
        left = stamps_after(roomed, S.FULFILLED, went)
        assert left == Stamps(came, in_room, went)
        assert stamps_after(left, S.CHECKED_IN, went + timedelta(hours=1)) == roomed
        assert stamps_after(left, S.ARRIVED, went) == arrived
        assert stamps_after(left, S.BOOKED, went) == stamps_after(left, S.NOSHOW, went) == Stamps()

    def test_straight_into_the_room(self) -> None:
        now = datetime(2026, 11, 23, 9, tzinfo=UTC)
        assert stamps_after(Stamps(), S.CHECKED_IN, now) == Stamps(now, now)
        assert stamps_after(Stamps(now), S.FULFILLED, now) == Stamps(now, None, now)


class TestCommands:
    @pytest.mark.parametrize("bad", [{"fold": 2}, {"fold": -1}, {"reason": "\x00"}, {"reason": "x" * 4001}])
    def test_malformed(self, bad: dict[str, object]) -> None:
        with pytest.raises(ValueError, match=next(iter(bad))):
            BookAppointment.model_validate(
                {"patient_id": new_id(), "practitioner_id": new_id(), "wall_start": at("09:00"), **bad}
            )

    def test_a_blank_reason_does_not_overbook(self) -> None:
        command = BookAppointment(
            patient_id=new_id(), practitioner_id=new_id(), wall_start=at("09:00"), overbook_reason="  \n "
        )
        assert command.overbook_reason == ""
