"""Free minutes as bits, beside loops that know nothing of bits."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meditrack_desktop.domain.clock import to_instant, to_wall
from meditrack_desktop.domain.errors import Invalid
from meditrack_desktop.domain.free_masks import MARGIN, BusyDays, Day, fitting, offsets, runs
from meditrack_desktop.domain.working_time import OpenTime, joined

LONDON = ZoneInfo("Europe/London")
DAYS = ["2026-11-23", "2027-03-28", "2026-10-25"]
STRETCHES = st.lists(
    st.tuples(st.integers(0, 1439), st.integers(1, 1440)).map(
        lambda s: OpenTime(s[0], min(1440, s[0] + s[1]))
    ),
    max_size=3,
)
TAKEN = st.lists(st.tuples(st.integers(-300, 1700), st.integers(1, 400)), max_size=12)


@given(st.integers(0, 2**40), st.integers(1, 40))
def test_runs(free: int, minutes: int) -> None:
    expected = sum(1 << place for place in range(41) if all(free >> (place + i) & 1 for i in range(minutes)))
    assert runs(free, minutes) == expected


@given(STRETCHES, TAKEN, st.integers(5, 180), st.integers(0, 120), st.integers(0, 120), st.sampled_from(DAYS))
def test_what_is_offered_fits_and_nothing_that_fits_is_left_out(
    stretches: list[OpenTime], taken: list[tuple[int, int]], minutes: int, before: int, after: int, text: str
) -> None:
    day = Day(date.fromisoformat(text), LONDON)
    open_times = tuple(joined(stretches))
    spans = sorted((starts, starts + length) for starts, length in taken)
    [busy] = BusyDays([day], 0).masks(spans)
    offered = set(offsets(fitting(day.starts(open_times, minutes), busy, minutes, before, after)))
    expected = set()
    for stretch in open_times:
        for minute in range(stretch.starts, stretch.ends - minutes + 1, 15):
            wall = datetime.combine(day.day, time(0)) + timedelta(minutes=minute)
            try:
                starts_at = to_instant(wall, LONDON, 0)
            except Invalid:
                continue
            wall_end = to_wall(starts_at + timedelta(minutes=minutes), LONDON).replace(fold=0)
            offset = (starts_at - day.begins) // timedelta(minutes=1)
            inside = wall_end <= datetime.combine(day.day, time(0)) + timedelta(minutes=stretch.ends)
            free = all(
                until <= offset - before or offset + minutes + after <= begins for begins, until in spans
            )
            if inside and free:
                expected.add(offset)
    assert offered == expected


@given(st.lists(st.tuples(st.integers(-600, 5 * 1440), st.integers(1, 2880)), max_size=30))
def test_days_that_follow_one_another(taken: list[tuple[int, int]]) -> None:
    first = date(2026, 10, 23)
    days = [Day(first + timedelta(days=number), LONDON) for number in range(4)]
    spans = sorted((starts, starts + length) for starts, length in taken)
    masks = BusyDays(days, 0).masks(spans)
    for day, mask in zip(days, masks, strict=True):
        begins = (day.begins - days[0].begins) // timedelta(minutes=1)
        ends = (day.ends - days[0].begins) // timedelta(minutes=1)
        for minute in range(begins - 120, ends + 120, 7):
            is_taken = any(starts <= minute < until for starts, until in spans)
            assert bool(mask >> (minute - begins + MARGIN) & 1) == is_taken


@pytest.mark.parametrize(("text", "hours"), [("2026-11-23", 24), ("2027-03-28", 23), ("2026-10-25", 25)])
def test_a_days_own_clock(text: str, hours: int) -> None:
    day = Day(date.fromisoformat(text), LONDON)
    assert day.ends - day.begins == timedelta(hours=hours)
    for offset in range(0, hours * 60, 15):
        assert day.wall(offset) == to_wall(day.instant(offset), LONDON).replace(fold=0)


def test_clocks_that_go_forward_leave_no_room() -> None:
    day = Day(date(2027, 3, 28), LONDON)
    starts = offsets(day.starts((OpenTime(30, 130),), 15))
    # 01:00 to 01:59 is skipped, and 00:45 to 01:00 ends at 02:00 on the wall.
    assert [day.wall(offset).time() for offset in starts] == [time(0, 30), time(0, 45)]


def test_a_time_shown_twice_is_offered_once() -> None:
    day = Day(date(2026, 10, 25), LONDON)
    assert list(offsets(day.starts((OpenTime(60, 120),), 30))) == [60, 75, 90]
