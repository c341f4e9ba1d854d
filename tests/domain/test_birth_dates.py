"""Birth dates: whole, partial, impossible."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.patients import RegisterPatient

TODAY = date(2026, 11, 18)


@pytest.mark.parametrize("text", ["1971-03-04", "1971-03", "1971", "2024-02-29", "0001-01-01", "9999-12-31"])
def test_iso_is_read_and_written_alike(text: str) -> None:
    assert BirthDate.parse(text).iso() == text == str(BirthDate.parse(f" {text} "))


@pytest.mark.parametrize(
    "text",
    ["", "x", "2025-02-29", "1900-02-29", "1971-13", "1971-00", "1971-03-00", "0000", "1971-3-4", "71", "4.3.1971",
     "1971-03-04T00:00", "١٩٧١x", "1971-04-31"],
)  # fmt: skip
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not_a_date"):
        BirthDate.parse(text)


def test_a_day_without_a_month_is_no_date() -> None:
    with pytest.raises(ValueError, match="not_a_date"):
        BirthDate(1971, 0, 4)


@given(st.dates())
def test_every_day_there_is_can_be_kept(day: date) -> None:
    born = BirthDate.of(day)
    assert BirthDate.parse(born.iso()) == born
    assert born.is_whole


@given(st.dates(), st.dates())
def test_order_is_the_calendars(one: date, other: date) -> None:
    assert (BirthDate.of(one) < BirthDate.of(other)) == (one < other)


def test_unknown_parts_come_first_and_are_not_whole() -> None:
    assert BirthDate(1971) < BirthDate(1971, 1) < BirthDate(1971, 1, 1)
    assert not BirthDate(1971, 1).is_whole


@pytest.mark.parametrize(
    ("born", "age"),
    [("2000-11-18", 26), ("2000-11-19", 25), ("2000", 26), ("2000-12", 25), ("2026-11-18", 0)],
)
def test_age_in_completed_years(born: str, age: int) -> None:
    assert BirthDate.parse(born).age_on(TODAY) == age


@pytest.mark.parametrize(
    ("born", "problem"),
    [
        ("2026-11-18", None),
        ("2026-11-19", "in_the_future"),
        ("2026-12", "in_the_future"),
        ("2026-11", None),
        ("2027", "in_the_future"),
        ("1880", None),
        ("1879-12-31", "too_old"),
    ],
)
def test_who_can_have_been_born(born: str, problem: str | None) -> None:
    assert BirthDate.parse(born).problem_on(TODAY) == problem


def test_samples_in_iso(samples: Path) -> None:
    tried = 0
    for sample in json.loads((samples / "text" / "birth-dates.json").read_text("utf-8")):
        text, expected = sample["input"], sample["expect"]
        if sample["format"] != "iso" or expected == "ask":
            continue
        tried += 1
        try:
            born = BirthDate.parse(text)
        except ValueError:
            assert expected is None, sample
            continue
        if expected is None:
            assert born.problem_on(TODAY), sample
        else:
            assert born.iso() == expected
            assert born.problem_on(TODAY) is None
    assert tried >= 10


def test_commands_take_text_and_give_text() -> None:
    command = RegisterPatient.model_validate({"family": "A", "birth_date": "1971-03"})
    assert command.birth_date == BirthDate(1971, 3)
    assert json.loads(command.model_dump_json())["birth_date"] == "1971-03"
