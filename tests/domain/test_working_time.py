"""Doctors' days against a plain count of minutes: cycles of weeks, special days, closures, absences, odd nights."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.working_time import (
    DAY_MINUTES,
    Absence,
    AbsenceKind,
    AddAbsence,
    Closure,
    DoctorDay,
    OpenTime,
    SetClosure,
    SetSpecialDay,
    SpecialDay,
    TimeOfDay,
    WorkingTimes,
    absence_span,
    joined,
    minute_of_day,
    week_of_cycle,
    without,
)

LONDON = ZoneInfo("Europe/London")
DOCTOR = UUID(int=1)
MONDAY = date(2026, 11, 23)

minutes = st.integers(0, DAY_MINUTES)
stretches = st.lists(
    st.tuples(minutes, minutes).map(lambda two: OpenTime(min(two), max(two))), max_size=8
).map(tuple)
quarters = st.integers(0, 95).map(lambda quarter: time(quarter // 4, quarter % 4 * 15))
days = st.integers(-60, 60).map(lambda n: MONDAY + timedelta(days=n))
near = st.integers(0, 2).map(lambda n: MONDAY + timedelta(days=n))
"""Few days, so that what is drawn meets on one of them."""


def within(found: Any) -> set[int]:
    """The minutes that lie in any of these stretches."""
    return {minute for one in found for minute in range(one.starts, one.ends)}


@given(stretches)
def test_joined_are_the_same_minutes_in_order_with_gaps_between(some: tuple[OpenTime, ...]) -> None:
    found = joined(some)
    assert within(found) == within(some)
    assert all(one.minutes > 0 for one in found)
    assert all(earlier.ends < later.starts for earlier, later in pairwise(found)), "those that touch are one"


@given(stretches, stretches)
def test_without_takes_exactly_those_minutes(some: tuple[OpenTime, ...], taken: tuple[OpenTime, ...]) -> None:
    left = joined(some)
    for one in taken:
        left = without(left, one)
    assert within(left) == within(some) - within(taken)
    assert all(one.minutes > 0 for one in left)


@st.composite
def absences(draw: st.DrawFn) -> Absence:
    begins = datetime.combine(draw(near), draw(quarters))
    ends = begins + timedelta(minutes=draw(st.integers(1, 6 * DAY_MINUTES)))
    starts_at, ends_at = absence_span(begins, ends, LONDON)
    return Absence(new_id(), 1, DOCTOR, begins, ends, starts_at, ends_at, AbsenceKind.OTHER)


@st.composite
def closures(draw: st.DrawFn) -> Closure:
    opens, closes = draw(quarters), draw(quarters)
    shortened = draw(st.booleans()) and minute_of_day(opens) < minute_of_day(closes, ends=True)
    hours = (opens, closes) if shortened else (None, None)
    return Closure(new_id(), 1, draw(near), "Closed", *hours)


@st.composite
def worlds(draw: st.DrawFn) -> WorkingTimes:
    weeks = draw(st.integers(1, 6))
    weekly = draw(
        st.lists(st.tuples(st.integers(0, weeks - 1), st.integers(0, 3), stretches.filter(bool)), max_size=12)
    )
    special = draw(st.dictionaries(near, stretches, max_size=1))
    closed = draw(st.lists(closures(), max_size=3))
    return WorkingTimes(
        weekly={DOCTOR: [(week, weekday, one) for week, weekday, some in weekly for one in some]},
        cycles={DOCTOR: (weeks, draw(days) if weeks > 1 else None)},
        special={(DOCTOR, day): SpecialDay(DOCTOR, day, some) for day, some in special.items()},
        closures={closure.day: closure for closure in closed},
        absences={DOCTOR: draw(st.lists(absences(), max_size=3))},
    )


def works(world: WorkingTimes, moment: datetime) -> bool:
    """Whether the doctor works in this one minute, by the rules in plain words."""
    day, minute = moment.date(), moment.hour * 60 + moment.minute
    if any(one.wall_start <= moment < one.wall_end for one in world.absences[DOCTOR]):
        return False
    special = world.special.get((DOCTOR, day))
    if special is not None:
        return any(one.starts <= minute < one.ends for one in special.stretches)
    closure = world.closures.get(day)
    if closure is not None:
        if closure.opens is None or closure.closes is None:
            return False
        if not minute_of_day(closure.opens) <= minute < minute_of_day(closure.closes, ends=True):
            return False
    weeks, first = world.cycles[DOCTOR]
    week = 0
    if first is not None:
        # Walk there week by week, as on a wall calendar.
        monday = first - timedelta(days=first.weekday())
        while monday + timedelta(days=7) <= day:
            monday, week = monday + timedelta(days=7), (week + 1) % weeks
        while monday > day:
            monday, week = monday - timedelta(days=7), (week - 1) % weeks
    return any(
        in_week == week and weekday == day.weekday() and one.starts <= minute < one.ends
        for in_week, weekday, one in world.weekly[DOCTOR]
    )


@settings(max_examples=150, deadline=None)
@given(worlds(), near)
def test_a_day_is_what_a_count_of_its_minutes_says(world: WorkingTimes, day: date) -> None:
    found = world.day_of(DOCTOR, day)
    midnight = datetime.combine(day, time(0))
    counted = {n for n in range(DAY_MINUTES) if works(world, midnight + timedelta(minutes=n))}
    assert within(found.open) == counted
    assert list(found.open) == joined(found.open), "in order, none empty, none touching"
    assert found.closure == world.closures.get(day)
    assert found.special == world.special.get((DOCTOR, day))
    assert set(found.absences) == {one for one in world.absences[DOCTOR] if one.on(day)}


@given(worlds(), near, minutes, st.integers(1, 300))
def test_covers_means_every_minute(world: WorkingTimes, day: date, starts: int, length: int) -> None:
    found = world.day_of(DOCTOR, day)
    wanted = set(range(starts, starts + length))
    assert found.covers(starts, starts + length) == (wanted <= within(found.open))


@given(st.integers(1, 6), days, days)
def test_a_cycle_repeats_and_counts_every_week_once(weeks: int, first: date, day: date) -> None:
    assert 0 <= week_of_cycle(day, weeks, first) < weeks
    assert week_of_cycle(first, weeks, first) == 0
    round_ = [week_of_cycle(day + timedelta(days=7 * n), weeks, first) for n in range(weeks)]
    assert sorted(round_) == list(range(weeks))
    assert week_of_cycle(day + timedelta(days=7 * weeks), weeks, first) == round_[0]
    monday = day - timedelta(days=day.weekday())
    assert {week_of_cycle(monday + timedelta(days=n), weeks, first) for n in range(7)} == {round_[0]}


def test_without_a_beginning_every_week_is_the_first() -> None:
    assert week_of_cycle(MONDAY, 3, None) == week_of_cycle(MONDAY, 1, MONDAY) == 0


@pytest.mark.parametrize(
    ("value", "as_start", "as_end"),
    [(time(0), 0, DAY_MINUTES), (time(23, 59), 1439, DAY_MINUTES), (time(17, 30), 1050, 1050)],
)
def test_midnight_as_an_end(value: time, as_start: int, as_end: int) -> None:
    assert (minute_of_day(value), minute_of_day(value, ends=True)) == (as_start, as_end)


def test_a_special_day_beats_a_closure_and_an_absence_beats_both() -> None:
    world = WorkingTimes(
        special={(DOCTOR, MONDAY): SpecialDay(DOCTOR, MONDAY, (OpenTime(600, 720),))},
        closures={MONDAY: Closure(new_id(), 1, MONDAY, "Bank holiday")},
    )
    assert world.day_of(DOCTOR, MONDAY).open == (OpenTime(600, 720),)
    begins, ends = datetime(2026, 11, 23, 10, 30), datetime(2026, 11, 23, 11)
    away = Absence(new_id(), 1, DOCTOR, begins, ends, *absence_span(begins, ends, LONDON), AbsenceKind.OTHER)
    world = WorkingTimes(special=world.special, closures=world.closures, absences={DOCTOR: [away]})
    assert world.day_of(DOCTOR, MONDAY).open == (OpenTime(600, 630), OpenTime(660, 720))


@pytest.mark.parametrize(
    ("starts", "ends", "held"),
    [
        ("2026-11-23 09:00", "2026-11-23 09:30", True),
        ("2026-11-23 08:45", "2026-11-23 09:15", False),
        ("2026-11-23 12:45", "2026-11-23 13:15", False),
        ("2026-11-23 23:30", "2026-11-24 00:00", True),
        ("2026-11-23 23:30", "2026-11-24 00:15", False),
        ("2026-11-24 09:00", "2026-11-24 09:30", False),
        ("2026-11-23 22:40", "2026-11-23 22:10", True),
        ("2026-11-23 13:30", "2026-11-23 12:30", False),
    ],
)
def test_which_visits_a_day_holds(starts: str, ends: str, held: bool) -> None:
    day = DoctorDay(DOCTOR, MONDAY, (OpenTime(540, 780), OpenTime(1320, DAY_MINUTES)))
    assert day.holds(datetime.fromisoformat(starts), datetime.fromisoformat(ends)) is held


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("begins", "ends", "wanted"),
    [
        # 29 March 2026: clocks go from 01:00 to 02:00 at 01:00 UTC.
        ("2026-03-29 01:30", "2026-03-29 03:00", ("01:00", "02:00")),
        ("2026-03-28 23:00", "2026-03-29 01:30", ("23:00", "01:00")),
        ("2026-03-29 01:15", "2026-03-29 01:45", ("01:00", "01:30")),
        ("2026-03-29 01:30", "2026-03-29 02:00", ("01:00", "01:30")),
        # 25 October 2026: clocks go from 02:00 back to 01:00 at 01:00 UTC.
        ("2026-10-25 01:30", "2026-10-25 01:45", ("00:30", "01:45")),
        ("2026-10-25 00:30", "2026-10-25 01:30", ("23:30", "01:30")),
    ],
)
def test_an_absence_on_a_night_when_clocks_change(begins: str, ends: str, wanted: tuple[str, str]) -> None:
    starts_at, ends_at = absence_span(at(begins), at(ends), LONDON)
    assert (starts_at.strftime("%H:%M"), ends_at.strftime("%H:%M")) == wanted
    assert starts_at < ends_at


@pytest.mark.parametrize("zone", ["Europe/London", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia"])
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_an_absence_always_takes_time_and_covers_what_its_clock_says(zone: str, data: st.DataObject) -> None:
    info = ZoneInfo(zone)
    begins = datetime(2011, 1, 1) + timedelta(minutes=data.draw(st.integers(0, 366 * DAY_MINUTES)))
    ends = begins + timedelta(minutes=data.draw(st.integers(1, 3 * DAY_MINUTES)))
    starts_at, ends_at = absence_span(begins, ends, info)
    assert starts_at < ends_at
    moment = starts_at - timedelta(hours=30)
    while moment < ends_at + timedelta(hours=30):
        if begins <= to_wall(moment, info).replace(fold=0) < ends:
            assert starts_at <= moment < ends_at
        moment += timedelta(minutes=7)


def test_on_which_minutes_of_which_day_an_absence_lies() -> None:
    begins, ends = at("2026-11-23 15:00"), at("2026-11-25 10:00")
    away = Absence(
        new_id(), 1, DOCTOR, begins, ends, *absence_span(begins, ends, LONDON), AbsenceKind.SICK, "x"
    )
    lies = [away.on(MONDAY + timedelta(days=n)) for n in range(-1, 4)]
    assert lies == [None, OpenTime(900, 1440), OpenTime(0, 1440), OpenTime(0, 600), None]
    assert (away.discreet().kind, away.discreet().note) == (AbsenceKind.OTHER, "")


def test_commands_take_whole_minutes_and_refuse_what_makes_no_sense() -> None:
    now = AddAbsence(
        practitioner_id=DOCTOR, wall_start=at("2026-11-23 10:42:31"), wall_end=at("2026-11-23 17:00:01")
    )
    assert (now.wall_start, now.wall_end) == (at("2026-11-23 10:42"), at("2026-11-23 17:01"))
    for begins, ends in (
        ("2026-11-23 10:00", "2026-11-23 10:00"),
        ("2026-11-23 10:00", "2026-11-22 10:00"),
        ("2026-11-23 10:00", "2028-11-22 10:00"),
        ("2026-11-23 10:00+00:00", "2026-11-23 11:00+00:00"),
        ("0001-01-01 10:00", "0001-01-01 11:00"),
    ):
        with pytest.raises(ValidationError):
            AddAbsence(practitioner_id=DOCTOR, wall_start=at(begins), wall_end=at(ends))
    nine, noon = time(9), time(12)
    with pytest.raises(ValidationError):
        TimeOfDay(starts=noon, ends=nine)
    morning, overlapping = TimeOfDay(starts=nine, ends=noon), TimeOfDay(starts=time(11), ends=time(0))
    with pytest.raises(ValidationError):
        SetSpecialDay(practitioner_id=DOCTOR, day=MONDAY, stretches=(morning, overlapping))
    with pytest.raises(ValidationError):
        SetSpecialDay(practitioner_id=DOCTOR, day=date(1, 1, 1), stretches=())
    for opens, closes in ((nine, None), (None, nine), (noon, nine)):
        with pytest.raises(ValidationError):
            SetClosure(day=MONDAY, name="Closed", opens=opens, closes=closes)
