"""Rules that repeat, against walking through every day; and what no rule may do to us."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta
from typing import Any

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meditrack_desktop.services.calendar_files.repeating import Budget, NotUnderstood, TooMuch, starts_of

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
UNTIL = datetime(2029, 11, 21)
MANY = ",".join(map(str, range(60)))


def an_event(starts: datetime, rule: str, *more: str) -> Any:
    lines = ["BEGIN:VEVENT", "UID:x", f"DTSTART:{starts:%Y%m%dT%H%M%S}", f"RRULE:{rule}", *more, "END:VEVENT"]
    return icalendar.Event.from_ical("\r\n".join((*lines, "")))


def starts(begins: datetime, rule: str, *more: str, until: datetime = UNTIL) -> list[datetime]:
    found = starts_of(an_event(begins, rule, *more), begins, until, Budget(), lambda at, _zone: at)
    return list(found)


def week_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


BEGINS = st.datetimes(datetime(2020, 1, 1), datetime(2027, 12, 31)).map(
    lambda at: at.replace(second=0, microsecond=0)
)


@settings(max_examples=60, deadline=None)
@given(
    BEGINS, st.integers(1, 5), st.sets(st.sampled_from(range(7)), min_size=1), st.none() | st.integers(1, 90)
)
def test_weekly_rules(begins: datetime, interval: int, weekdays: set[int], count: int | None) -> None:
    names = ",".join(DAYS[day] for day in sorted(weekdays))
    rule = f"FREQ=WEEKLY;INTERVAL={interval};BYDAY={names}" + (f";COUNT={count}" if count else "")
    walked = []
    day = begins
    while day <= UNTIL:
        weeks = (week_of(day.date()) - week_of(begins.date())).days // 7
        if weeks % interval == 0 and day.weekday() in weekdays:
            walked.append(day)
        day += timedelta(days=1)
    assert starts(begins, rule) == sorted({begins, *walked[: count or None]})


@settings(max_examples=60, deadline=None)
@given(
    BEGINS,
    st.integers(1, 4),
    st.sampled_from((*range(1, 32), -1, -2)),
    st.datetimes(datetime(2024, 1, 1), UNTIL),
)
def test_monthly_rules(begins: datetime, interval: int, monthday: int, last: datetime) -> None:
    last = last.replace(microsecond=0)
    rule = f"FREQ=MONTHLY;INTERVAL={interval};BYMONTHDAY={monthday};UNTIL={last:%Y%m%dT%H%M%S}"
    walked = []
    day = begins
    while day <= min(UNTIL, last):
        months = (day.year - begins.year) * 12 + day.month - begins.month
        length = ((day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)).day
        if months % interval == 0 and day.day == (monthday if monthday > 0 else length + 1 + monthday):
            walked.append(day)
        day += timedelta(days=1)
    assert starts(begins, rule) == sorted({begins, *walked})


@settings(max_examples=40, deadline=None)
@given(BEGINS, st.integers(1, 40), st.sets(st.integers(0, 60), max_size=8))
def test_dates_are_left_out_and_added(begins: datetime, interval: int, skipped: set[int]) -> None:
    every = [begins + timedelta(days=interval * step) for step in range(30)]
    out = {begins + timedelta(days=interval * step) for step in skipped}
    extra = begins + timedelta(days=3, hours=1)
    more = [f"EXDATE:{','.join(f'{at:%Y%m%dT%H%M%S}' for at in sorted(out))}"] if out else []
    found = starts(begins, f"FREQ=DAILY;INTERVAL={interval};COUNT=30", *more, f"RDATE:{extra:%Y%m%dT%H%M%S}")
    assert found == sorted(at for at in {*every, extra} - out if at <= UNTIL)


def test_leap_days_come_every_four_years() -> None:
    begins = datetime(1996, 2, 29, 9)
    assert starts(begins, "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29")[-3:] == [
        datetime(2020, 2, 29, 9),
        datetime(2024, 2, 29, 9),
        datetime(2028, 2, 29, 9),
    ]


def test_a_period_has_its_own_length() -> None:
    begins = datetime(2026, 12, 1, 9)
    event = an_event(begins, "FREQ=DAILY;COUNT=2", "RDATE;VALUE=PERIOD:20261210T090000/PT3H")
    found = starts_of(event, begins, UNTIL, Budget(), lambda at, _zone: at)
    assert found[datetime(2026, 12, 10, 9)] == timedelta(hours=3)
    assert found[begins] is None


@pytest.mark.parametrize(
    ("rule", "refusal"),
    [
        ("FREQ=SECONDLY", TooMuch),
        ("FREQ=MINUTELY;COUNT=3", TooMuch),
        ("FREQ=DAILY;COUNT=5;X-EVERY=2", NotUnderstood),
        ("FREQ=YEARLY;RSCALE=CHINESE;BYMONTH=1", NotUnderstood),
        ("FREQ=DAILY;BYHOUR=77", NotUnderstood),
        ("FREQ=HOURLY;BYDAY=1MO;BYSETPOS=5", NotUnderstood),
        ("FREQ=HOURLY;BYMINUTE=0,5,10,15,20,25,30,35,40,45,50,55", TooMuch),
    ],
)
def test_what_no_calendar_needs_is_refused(rule: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        starts(datetime(2020, 1, 1, 9), rule)


@pytest.mark.parametrize("frequency", ["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY"])
def test_a_rule_that_never_comes_true_ends_soon(frequency: str) -> None:
    began = time.process_time()
    assert starts(datetime(2020, 1, 1, 9), f"FREQ={frequency};BYMONTH=2;BYMONTHDAY=30") == [
        datetime(2020, 1, 1, 9)
    ]
    assert time.process_time() - began < 5


def test_a_file_has_one_budget() -> None:
    budget = Budget()
    event = an_event(datetime(2020, 1, 1, 9), "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30")
    tries = 0
    with pytest.raises(TooMuch):
        while tries < 1000:
            starts_of(event, datetime(2020, 1, 1, 9), UNTIL, budget, lambda at, _zone: at)
            tries += 1
    assert tries <= 10


@pytest.mark.parametrize(
    "rule",
    [
        # Each has a date now and then, so that it never looks in vain; between them there are long walks.
        "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=29;BYHOUR=3",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29",
        f"FREQ=YEARLY;COUNT=1;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11;BYMINUTE={MANY};BYSECOND={MANY}",
    ],
)
def test_many_slow_rules_of_one_file_are_given_up(rule: str) -> None:
    budget, tries, first = Budget(Budget().left // 10), 0, datetime(1601, 1, 1, 9)
    with pytest.raises(TooMuch):
        while tries < 50:
            starts_of(an_event(first, rule), first, UNTIL, budget, lambda at, _zone: at)
            tries += 1
    assert tries < 10


@pytest.mark.parametrize("rule", ["FREQ=HOURLY;BYDAY=1MO;BYSETPOS=5", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"])
def test_a_begin_in_an_age_without_clocks_is_no_way_around(rule: str) -> None:
    began = time.process_time()
    with pytest.raises((TooMuch, NotUnderstood)):
        starts(datetime(2, 1, 1, 9), rule)
    assert time.process_time() - began < 1


def test_what_calendars_hold_fits_into_the_budget() -> None:
    """A thousand short series of days, and birthdays that began long ago."""
    budget = Budget()
    for number in range(1000):
        begins = datetime(2012, 1, 1, 9) + timedelta(days=number)
        starts_of(
            an_event(begins, "FREQ=DAILY;COUNT=5;BYDAY=MO,TU,WE,TH,FR"),
            begins,
            UNTIL,
            budget,
            lambda at, _z: at,
        )
    for _ in range(500):
        born = datetime(1904, 2, 29)
        assert len(starts_of(an_event(born, "FREQ=YEARLY"), born, UNTIL, budget, lambda at, _z: at)) > 20
