"""Whom a place that became free fits."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from meditrack_desktop.domain.front_desk import (
    AddDeskTask,
    JoinWaitlist,
    Urgency,
    WaitlistEntry,
    WaitState,
    fits,
)
from meditrack_desktop.domain.ids import new_id

DOCTOR, OTHER = new_id(), new_id()
WEDNESDAY = datetime(2026, 11, 18, 9, 0)

ENTRY = WaitlistEntry(
    id=new_id(),
    version=1,
    patient_id=new_id(),
    patient_name="Greta Beispiel",
    patient_birth_date=None,
    patient_mrn="000-0001",
    patient_phone="",
    practitioner_id=None,
    visit_type_id=None,
    visit_type="",
    minutes=30,
    urgency=Urgency.ROUTINE,
    first_day=None,
    last_day=None,
    weekdays=(),
    from_time=None,
    until_time=None,
    note="",
    state=WaitState.WAITING,
    appointment_id=None,
    created_at=datetime(2026, 11, 1, tzinfo=UTC),
)


@pytest.mark.parametrize(
    ("wish", "yes"),
    [
        ({}, True),
        ({"practitioner_id": DOCTOR}, True),
        ({"practitioner_id": OTHER}, False),
        ({"minutes": 45}, False),
        ({"state": WaitState.BOOKED}, False),
        ({"state": WaitState.REMOVED}, False),
        ({"first_day": date(2026, 11, 18), "last_day": date(2026, 11, 18)}, True),
        ({"first_day": date(2026, 11, 19)}, False),
        ({"last_day": date(2026, 11, 17)}, False),
        ({"weekdays": (2,)}, True),
        ({"weekdays": (0, 1, 3)}, False),
        ({"from_time": time(9)}, True),
        ({"from_time": time(9, 1)}, False),
        ({"until_time": time(9, 30)}, True),
        ({"until_time": time(9, 29)}, False),
    ],
)
def test_each_wish_counts(wish: dict[str, object], yes: bool) -> None:
    assert fits(replace(ENTRY, **wish), DOCTOR, WEDNESDAY, 30) is yes


def test_a_visit_past_midnight_is_not_over_by_any_time() -> None:
    late = datetime(2026, 11, 18, 23, 45)
    assert fits(ENTRY, DOCTOR, late, 30)
    assert not fits(replace(ENTRY, until_time=time(23, 59)), DOCTOR, late, 30)


@given(
    wall_start=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(
        lambda moment: moment.replace(second=0, microsecond=0)
    ),
    minutes=st.integers(5, 120),
    place=st.integers(5, 120),
    weekdays=st.sets(st.integers(0, 6)),
    window=st.tuples(st.times(), st.times()),
    days=st.tuples(st.dates(date(2026, 1, 1), date(2027, 1, 1)), st.integers(0, 200)),
)
def test_whoever_fits_comes_within_every_wish(
    wall_start: datetime,
    minutes: int,
    place: int,
    weekdays: set[int],
    window: tuple[time, time],
    days: tuple[date, int],
) -> None:
    first, last = days[0], days[0] + timedelta(days=days[1])
    entry = replace(
        ENTRY,
        minutes=minutes,
        weekdays=tuple(sorted(weekdays)),
        from_time=min(window),
        until_time=max(window),
        first_day=first,
        last_day=last,
    )
    wall_end = wall_start + timedelta(minutes=minutes)
    wished = [
        minutes <= place,
        first <= wall_start.date() <= last,
        not weekdays or wall_start.weekday() in weekdays,
        min(window) <= wall_start.time(),
        wall_end.date() == wall_start.date() and wall_end.time() <= max(window),
    ]
    assert fits(entry, DOCTOR, wall_start, place) is all(wished)


def test_what_is_asked_for_makes_sense() -> None:
    with pytest.raises(ValidationError):
        JoinWaitlist(patient_id=new_id(), first_day=date(2026, 2, 2), last_day=date(2026, 2, 1))
    with pytest.raises(ValidationError):
        JoinWaitlist(patient_id=new_id(), from_time=time(9), until_time=time(9))
    with pytest.raises(ValidationError):
        AddDeskTask(text="x", due_at=datetime(2026, 2, 2, tzinfo=UTC))
    with pytest.raises(ValidationError):
        AddDeskTask(text="")
