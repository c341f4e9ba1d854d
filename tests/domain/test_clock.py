"""Wall clocks, zones, and the two hours a year that are not like the others."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meditrack_desktop.domain.clock import FixedClock, SystemClock, to_instant, to_wall, today
from meditrack_desktop.domain.errors import ErrorCode, Invalid

LONDON = ZoneInfo("Europe/London")
KIRITIMATI = ZoneInfo("Pacific/Kiritimati")


def test_system_clock_is_aware_and_in_utc() -> None:
    assert SystemClock().now().tzinfo is UTC


def test_fixed_clock_stands_and_is_moved() -> None:
    clock = FixedClock(datetime(2026, 11, 18, 11, 42, tzinfo=timezone(timedelta(hours=1))))
    assert clock.now() == datetime(2026, 11, 18, 10, 42, tzinfo=UTC)
    clock.advance(timedelta(minutes=3))
    assert clock.now().minute == 45
    clock.set(datetime(2027, 1, 1, tzinfo=UTC))
    assert clock.now().year == 2027
    with pytest.raises(ValueError, match="aware"):
        FixedClock(datetime(2026, 1, 1))


def test_today_is_the_clinics() -> None:
    clock = FixedClock(datetime(2026, 7, 1, 23, 30, tzinfo=UTC))
    assert today(clock, LONDON) == date(2026, 7, 2)
    assert today(clock, KIRITIMATI) == date(2026, 7, 2)
    assert today(clock, ZoneInfo("UTC")) == date(2026, 7, 1)


def test_hour_skipped_in_spring_does_not_exist() -> None:
    with pytest.raises(Invalid) as refused:
        to_instant(datetime(2026, 3, 29, 1, 30), LONDON)
    assert refused.value.code is ErrorCode.TIME_DOES_NOT_EXIST


def test_hour_that_comes_twice_in_autumn_must_be_chosen() -> None:
    wall = datetime(2026, 10, 25, 1, 30)
    with pytest.raises(Invalid) as refused:
        to_instant(wall, LONDON)
    assert refused.value.code is ErrorCode.TIME_IS_AMBIGUOUS
    first, second = to_instant(wall, LONDON, 0), to_instant(wall, LONDON, 1)
    assert second - first == timedelta(hours=1)
    assert [to_wall(instant, LONDON).fold for instant in (first, second)] == [0, 1]


def test_wall_time_has_no_zone_and_lies_within_the_calendar() -> None:
    with pytest.raises(ValueError, match="zone"):
        to_instant(datetime(2026, 1, 1, tzinfo=UTC), LONDON)
    with pytest.raises(Invalid) as refused:
        to_instant(datetime(1, 1, 1), ZoneInfo("Asia/Tokyo"))
    assert refused.value.code is ErrorCode.INVALID_APPOINTMENT


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)),
    st.sampled_from(["Europe/London", "America/Sao_Paulo", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]),
)
def test_every_instant_has_one_wall_time_and_back(naive: datetime, name: str) -> None:
    zone, instant = ZoneInfo(name), naive.replace(tzinfo=UTC)
    wall = to_wall(instant, zone)
    assert to_instant(wall, zone, wall.fold) == instant
