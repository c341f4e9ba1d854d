"""The dates of visits that repeat, against python-dateutil and a calendar walked day by day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise
from uuid import uuid4

import pytest
from dateutil.rrule import DAILY, MONTHLY, WEEKLY, rrule
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from meditrack_desktop.domain.scheduling import BookAppointment
from meditrack_desktop.domain.series import (
    LONGEST_SERIES,
    LONGEST_SERIES_DAYS,
    BookSeries,
    Every,
    SeriesRule,
    date_of,
    dates,
    starts,
)

DAYS = st.dates(date(1999, 1, 1), date(2101, 12, 31))
INTERVALS = st.integers(1, 52)
COUNTS = st.integers(1, LONGEST_SERIES)
WEEKDAYS = st.sets(st.integers(0, 6)).map(tuple)


def by_dateutil(rule: SeriesRule, first: date) -> list[date]:
    """The same rule in the words of RFC 5545, as far as it has them."""
    frequency = {Every.DAY: DAILY, Every.WEEK: WEEKLY}.get(rule.every, MONTHLY)
    weekdays = None
    more: dict[str, object] = {}
    if rule.every is Every.WEEK:
        weekdays = rule.weekdays or (first.weekday(),)
    elif rule.every is Every.MONTH:
        # In months without that day the last one: of the days up to it, the latest.
        more = {"bymonthday": list(range(1, first.day + 1)), "bysetpos": -1}
    elif rule.every is Every.MONTH_WEEKDAY:
        weekdays = (first.weekday(),)
        # The fifth is the last.
        more = {"bysetpos": (first.day - 1) // 7 + 1 if first.day <= 28 else -1}
    found = rrule(
        frequency,
        dtstart=datetime.combine(first, datetime.min.time()),
        interval=rule.interval,
        byweekday=weekdays,
        until=datetime.combine(first + timedelta(days=LONGEST_SERIES_DAYS), datetime.min.time()),
        **more,
    )
    later = [one.date() for one in found if one.date() > first]
    if rule.until is not None:
        later = [one for one in later if one <= rule.until]
    return [first, *later][: rule.count or LONGEST_SERIES]


@given(first=DAYS, every=st.sampled_from(Every), interval=INTERVALS, weekdays=WEEKDAYS, count=COUNTS)
def test_as_many_as_asked_for(
    first: date, every: Every, interval: int, weekdays: tuple[int, ...], count: int
) -> None:
    rule = SeriesRule(every=every, interval=interval, weekdays=weekdays, count=count)
    assert list(dates(rule, first)) == by_dateutil(rule, first)


@given(
    first=DAYS,
    every=st.sampled_from(Every),
    interval=INTERVALS,
    weekdays=WEEKDAYS,
    days=st.integers(-9, 2000),
)
def test_none_after_the_last_day(
    first: date, every: Every, interval: int, weekdays: tuple[int, ...], days: int
) -> None:
    until = first + timedelta(days=days)
    rule = SeriesRule(every=every, interval=interval, weekdays=weekdays, until=until)
    found = dates(rule, first)
    assert list(found) == by_dateutil(rule, first)
    assert found[0] == first
    assert all(earlier < later <= until for earlier, later in pairwise(found))
    assert len(found) <= LONGEST_SERIES


@pytest.mark.parametrize(
    ("rule", "first", "expected"),
    [
        (SeriesRule(every=Every.MONTH, count=4), "2027-01-31", "2027-02-28 2027-03-31 2027-04-30"),
        (SeriesRule(every=Every.MONTH, count=3), "2028-01-30", "2028-02-29 2028-03-30"),
        (SeriesRule(every=Every.MONTH, interval=12, count=2), "2028-02-29", "2029-02-28"),
        (SeriesRule(every=Every.MONTH_WEEKDAY, count=3), "2026-11-10", "2026-12-08 2027-01-12"),
        (SeriesRule(every=Every.MONTH_WEEKDAY, count=3), "2026-11-30", "2026-12-28 2027-01-25"),
        (SeriesRule(every=Every.WEEK, weekdays=(0, 3), count=4), "2026-11-19", "2026-11-23 2026-11-26 2026-11-30"),
        (SeriesRule(every=Every.WEEK, weekdays=(0,), count=3), "2026-11-19", "2026-11-23 2026-11-30"),
        (SeriesRule(every=Every.WEEK, interval=2, weekdays=(0, 3), count=3), "2026-11-19", "2026-11-30 2026-12-03"),
        (SeriesRule(every=Every.DAY, count=3), "2026-12-31", "2027-01-01 2027-01-02"),
        (SeriesRule(every=Every.WEEK, until=date(2026, 12, 3)), "2026-11-19", "2026-11-26 2026-12-03"),
        (SeriesRule(every=Every.WEEK, until=date(2026, 11, 1)), "2026-11-19", ""),
    ],
)  # fmt: skip
def test_by_hand(rule: SeriesRule, first: str, expected: str) -> None:
    found = [day.isoformat() for day in dates(rule, date.fromisoformat(first))]
    assert found == [first, *expected.split()]


def test_the_clock_on_the_wall_stays() -> None:
    rule = SeriesRule(every=Every.WEEK, count=3)
    assert starts(rule, datetime(2027, 3, 21, 1, 30)) == (
        datetime(2027, 3, 21, 1, 30),
        datetime(2027, 3, 28, 1, 30),
        datetime(2027, 4, 4, 1, 30),
    )


def test_a_visit_at_another_time_of_its_day_is_still_that_date() -> None:
    planned = [datetime(2026, 11, 19, 9), datetime(2026, 11, 26, 9)]
    assert date_of(datetime(2026, 11, 26, 15), planned) == planned[1]
    assert date_of(datetime(2026, 11, 27, 9), planned) == datetime(2026, 11, 27, 9)


@pytest.mark.parametrize("rule", [{}, {"count": 3, "until": "2027-01-01"}, {"count": 105}, {"count": 0}])
def test_a_rule_ends_one_way(rule: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        SeriesRule.model_validate(rule)


@pytest.mark.parametrize(
    "starts",
    [
        ["2026-11-26T09:00"],
        ["2026-11-19T09:00", "2026-11-19T09:00"],
        ["2026-11-19T09:00", "2030-11-19T09:00"],
        ["2026-11-19T09:00", "2026-11-26T09:00:30"],
        ["2026-11-19T09:00", "2026-11-26T09:00Z"],
        [],
    ],
)
def test_starts_that_make_no_series(starts: list[str]) -> None:
    first = BookAppointment(patient_id=uuid4(), practitioner_id=uuid4(), wall_start=datetime(2026, 11, 19, 9))
    with pytest.raises(ValidationError):
        BookSeries.model_validate({"first": first, "rule": {"count": 2}, "starts": starts})
