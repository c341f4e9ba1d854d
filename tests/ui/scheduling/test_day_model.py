"""Columns, hours and looks as the calendar shows them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from meditrack_desktop.domain.practitioners import WorkingHours
from meditrack_desktop.domain.scheduling import AppointmentStatus, Confirmation
from meditrack_desktop.domain.working_time import OpenTime
from meditrack_desktop.ui.scheduling.closed_time import Shut, closed_in
from meditrack_desktop.ui.scheduling.day_model import (
    day_of_doctors,
    look_of,
    minutes_of,
    usual_day,
    waited_minutes,
    week_of_doctor,
)
from tests.ui.scheduling import example_day

INES, TOM, MEI, LUKAS, AISHA, OMAR = example_day.doctors()


def test_a_day_has_a_column_for_each_doctor_in_the_order_given() -> None:
    model = day_of_doctors([OMAR, INES], example_day.DAY, example_day.visits())
    assert [column.practitioner for column in model.columns] == [OMAR, INES]
    assert [len(column.visits) for column in model.columns] == [5, 14]


def test_closed_time_says_why() -> None:
    model = day_of_doctors([TOM, OMAR], example_day.DAY, ())
    assert [(c.starts, c.ends, c.why) for c in closed_in(model, 0)] == [
        (480, 510, Shut.BEFORE),
        (750, 795, Shut.LUNCH),
        (1020, 1080, Shut.CLOSED),
    ]
    assert [c.why for c in closed_in(model, 1)] == [Shut.BEFORE]


def test_a_break_in_the_evening_is_no_lunch_and_a_day_off_is_closed() -> None:
    hours = (WorkingHours(2, time(8), time(16)), WorkingHours(2, time(17), time(20)))
    evening = replace(INES, hours=hours)
    model = day_of_doctors([evening, replace(INES, hours=())], example_day.DAY, ())
    assert [c.why for c in closed_in(model, 0)] == [Shut.BREAK]
    assert [c.why for c in closed_in(model, 1)] == [Shut.CLOSED]
    assert model.last == 20 * 60


def test_adjoining_stretches_are_one() -> None:
    hours = (WorkingHours(2, time(8), time(12)), WorkingHours(2, time(12), time(23, 59)))
    assert usual_day(replace(INES, hours=hours), example_day.DAY).open == (OpenTime(480, 1440),)


def test_a_week_shows_saturday_only_if_something_is_on() -> None:
    assert len(week_of_doctor(TOM, example_day.DAY, ()).columns) == 5
    assert len(week_of_doctor(INES, example_day.DAY, ()).columns) == 6
    sunday = date(2026, 11, 22)
    assert week_of_doctor(TOM, sunday, ()).columns[-1].day == sunday


def test_the_grid_reaches_visits_outside_hours() -> None:
    early = replace(example_day.visits()[0], wall_start=example_day.visits()[0].wall_start.replace(hour=6))
    assert day_of_doctors([INES], example_day.DAY, [early]).first == 360


@pytest.mark.parametrize(
    ("status", "confirmation", "look"),
    [
        (AppointmentStatus.BOOKED, Confirmation.UNCONFIRMED, "booked"),
        (AppointmentStatus.BOOKED, Confirmation.MESSAGE_LEFT, "booked"),
        (AppointmentStatus.BOOKED, Confirmation.CONFIRMED, "confirmed"),
        (AppointmentStatus.ARRIVED, Confirmation.UNCONFIRMED, "arrived"),
        (AppointmentStatus.CHECKED_IN, Confirmation.CONFIRMED, "inroom"),
        (AppointmentStatus.FULFILLED, Confirmation.CONFIRMED, "completed"),
        (AppointmentStatus.NOSHOW, Confirmation.CONFIRMED, "noshow"),
        (AppointmentStatus.CANCELLED, Confirmation.CONFIRMED, "cancelled"),
    ],
)
def test_looks(status: AppointmentStatus, confirmation: Confirmation, look: str) -> None:
    visit = replace(example_day.visits()[0], status=status, confirmation=confirmation)
    assert look_of(visit) == look


def test_counts_and_hiding_what_was_cancelled() -> None:
    model = day_of_doctors(example_day.doctors(), example_day.DAY, example_day.visits())
    assert model.counts() == {
        "booked": 8, "confirmed": 25, "arrived": 4, "inroom": 3, "completed": 16, "noshow": 1, "cancelled": 1
    }  # fmt: skip
    assert model.without_cancelled().counts()["cancelled"] == 0


def test_waiting_is_counted_from_arrival() -> None:
    waiting = next(v for v in example_day.visits() if v.patient_name == "Piotr Przykład")
    assert waited_minutes(waiting, example_day.NOW) == 9
    assert waited_minutes(waiting, example_day.NOW - timedelta(hours=1)) == 0
    assert waited_minutes(example_day.visits()[0], example_day.NOW) is None


def test_free_time_ends_at_the_next_visit_or_the_break() -> None:
    column = day_of_doctors([INES], example_day.DAY, example_day.visits()).columns[0]
    assert column.free_from(13 * 60 + 45, 30) == 15
    assert column.free_from(11 * 60 + 5) == 0
    assert column.free_from(12 * 60 + 15) == 0
    assert column.covers(9 * 60, 12 * 60) and not column.covers(11 * 60, 13 * 60)


def test_a_visit_past_midnight_ends_with_the_day() -> None:
    late = example_day.visits()[0]
    late = replace(late, wall_start=late.wall_start.replace(hour=23, minute=30), minutes=90)
    assert minutes_of(late) == (1410, 1440)
