"""Wall clocks, zones, and the two hours a year that are not like the others."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meditrack_desktop.domain.clock import (
    ClinicClock,
    FixedClock,
    SystemClock,
    steady_seconds,
    to_instant,
    to_wall,
    today,
)
from meditrack_desktop.domain.errors import ErrorCode, Invalid

LONDON = ZoneInfo("Europe/London")
KIRITIMATI = ZoneInfo("Pacific/Kiritimati")
NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)


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


class TestTheClinicsTime:
    """Put back, the machine's clock moves nothing; a server's clock moves everything (D32)."""

    def _made(self) -> tuple[FixedClock, list[float], ClinicClock]:
        machine, steady = FixedClock(NOON), [0.0]
        return machine, steady, ClinicClock(machine, lambda: steady[0])

    def test_it_is_the_machines_as_long_as_that_goes_forward(self) -> None:
        machine, _steady, clock = self._made()
        for hours in (0, 1, 24, 24 * 365):
            machine.advance(timedelta(hours=hours))
            assert clock.now() == machine.now() and clock.behind == timedelta(0)

    def test_put_back_it_goes_on_by_steady_seconds(self) -> None:
        machine, steady, clock = self._made()
        assert clock.now() == NOON
        machine.advance(timedelta(days=-1))
        steady[0] = 90.0
        assert clock.now() == NOON + timedelta(seconds=90)
        assert clock.behind == timedelta(days=1, seconds=90)
        machine.set(NOON + timedelta(hours=1))
        assert clock.now() == NOON + timedelta(hours=1)

    def test_what_the_file_has_seen_is_past(self) -> None:
        _machine, _steady, clock = self._made()
        clock.was_seen(NOON + timedelta(hours=5))
        clock.was_seen(NOON - timedelta(hours=5))
        assert clock.now() == NOON + timedelta(hours=5)
        clock.trust_the_machine()
        assert clock.now() == NOON and clock.behind == timedelta(0)

    def test_a_server_decides_between_its_words_too(self) -> None:
        machine, steady, clock = self._made()
        for shown in (timedelta(days=-400), timedelta(days=400)):
            clock.server_says(NOON + shown)
            machine.advance(timedelta(days=7))
            steady[0] += 10.0
            assert clock.now() == NOON + shown + timedelta(seconds=10)

    def test_steady_seconds_never_go_back(self) -> None:
        seen = [steady_seconds() for _ in range(1000)]
        assert seen == sorted(seen)
