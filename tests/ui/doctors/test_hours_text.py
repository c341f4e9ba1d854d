"""Hours of a day as people type them."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meditrack_desktop.ui.doctors.hours_text import (
    MIDNIGHT,
    format_stretches,
    hours_words,
    minutes,
    parse_stretches,
)
from tests.ui.doctors.sight import AFTERNOON, EVENING, MORNING, NOON


@pytest.mark.parametrize(
    ("text", "stretches"),
    [
        ("", ()),
        ("closed", ()),
        ("  -  ", ()),
        ("8-12", ((MORNING, NOON),)),
        ("0800 to 1200, 12:45 to 16.00", ((MORNING, NOON), (AFTERNOON, EVENING))),
        ("12:45 – 4 pm and 8 to 12", ((MORNING, NOON), (AFTERNOON, EVENING))),
        ("8 to 12; 12 until 16", ((MORNING, NOON), (NOON, EVENING))),
        ("8-12 1245-16", ((MORNING, NOON), (AFTERNOON, EVENING))),
        ("8:00-12:00 12.45-16h", ((MORNING, NOON), (AFTERNOON, EVENING))),
        ("8am-12pm 12:45pm-4pm", ((MORNING, NOON), (AFTERNOON, EVENING))),
        ("8 am - 12 pm / 12:45 pm - 4 pm", ((MORNING, NOON), (AFTERNOON, EVENING))),
        ("from 8 to 12 & 12h45 till 16h", ((MORNING, NOON), (AFTERNOON, EVENING))),
        ("8-12 + 12:45-16:00", ((MORNING, NOON), (AFTERNOON, EVENING))),
        ("12:45-4 pm", ((AFTERNOON, EVENING),)),
        ("1-5 pm", ((time(13), time(17)),)),
        ("8-4 pm", ((MORNING, EVENING),)),
        ("16-24", ((EVENING, MIDNIGHT),)),
        ("16:00 to 00:00", ((EVENING, MIDNIGHT),)),
        ("4 pm to midnight", ((EVENING, MIDNIGHT),)),
        ("off", ()),
    ],
)
def test_hours_are_read_as_people_type_them(text: str, stretches: tuple[tuple[time, time], ...]) -> None:
    assert parse_stretches(text) == stretches


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("8", "not_a_time"),
        ("8 to", "not_a_time"),
        ("8 to noon", "not_a_time"),
        ("8-12-16", "not_a_time"),
        ("8-12 13", "not_a_time"),
        ("8-12 x", "not_a_time"),
        ("8 to 12 to 16", "not_a_time"),
        ("25 to 26", "not_a_time"),
        ("12 to 8", "out_of_range"),
        ("8 to 8", "out_of_range"),
        ("8 to 12, 11:30 to 16", "out_of_range"),
        (", ".join(f"{hour} to {hour}:30" for hour in range(8, 15)), "out_of_range"),
    ],
)
def test_what_is_no_day_is_refused_with_its_reason(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        parse_stretches(text)


@given(st.lists(st.integers(0, 24 * 60 - 1), min_size=0, max_size=12, unique=True))
def test_what_is_written_is_read_again(cuts: list[int]) -> None:
    ordered = sorted(cuts)[: len(cuts) // 2 * 2]
    moments = [time(cut // 60, cut % 60) for cut in ordered]
    stretches = tuple(zip(moments[::2], moments[1::2], strict=True))
    assert parse_stretches(format_stretches(stretches)) == stretches
    assert minutes(stretches) == sum(b - a for a, b in zip(ordered[::2], ordered[1::2], strict=True))


def test_hours_a_week_in_words() -> None:
    assert hours_words(31 * 60) == "31 h"
    assert hours_words(31 * 60 + 5) == "31 h 05"


def test_the_end_of_a_day_is_said_as_midnight_and_read_again() -> None:
    assert format_stretches(((EVENING, MIDNIGHT),)) == "16:00 to 24:00"
    assert parse_stretches("16:00 to 24:00") == ((EVENING, MIDNIGHT),)
