"""What a receptionist types for a birth date: taken, asked about or refused, the same everywhere."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.errors import FieldProblem
from meditrack_desktop.domain.typed_birth_dates import UNKNOWN, Doubt, TypedBirthDate, read_birth_date

TODAY = date(2026, 11, 21)
SAMPLES = Path(__file__).parents[3] / "shared" / "samples" / "text" / "birth-dates.json"


def samples() -> list[dict[str, Any]]:
    return json.loads(SAMPLES.read_text("utf-8")) if SAMPLES.exists() else []


def of_test(text: str) -> str:
    """TODAY in a sample is the test's day; `TODAY+1` a day later, `TODAY-125y` so many years before."""
    if not text.startswith("TODAY"):
        return text
    if text.endswith("y"):
        return TODAY.replace(year=TODAY.year - int(text[6:-1])).isoformat()
    return date.fromordinal(TODAY.toordinal() + int(text[5:] or 0)).isoformat()


@pytest.mark.skipif(not SAMPLES.exists(), reason="the shared samples are not here")
@pytest.mark.parametrize("sample", samples(), ids=lambda sample: f"{sample['input']!r} {sample['why']}")
def test_each_sample_meets_its_expectation(sample: dict[str, Any]) -> None:
    expected = sample["expect"]
    read = read_birth_date(of_test(sample["input"]), TODAY, "GB")
    if expected is None:
        assert read.born is None and read.problem is not None
    elif expected == "ask":
        assert read.born is not None and read.doubt is not None and read.problem is None
    elif expected == "unknown":
        assert read == UNKNOWN
    else:
        assert read == TypedBirthDate(BirthDate.parse(of_test(expected)))


def test_born_today_may_be_typed_as_a_letter() -> None:
    assert read_birth_date("t", TODAY, "GB").born == BirthDate.of(TODAY)


@pytest.mark.parametrize(
    ("typed", "region", "born", "doubt"),
    [
        ("4.3.1971", "DE", "1971-03-04", None),
        ("4.3.71", "DE", "1971-03-04", Doubt.TWO_DIGIT_YEAR),
        ("04031971", "GB", "1971-03-04", None),
        ("04031971", "US", "1971-04-03", None),
        ("19710304", "GB", "1971-03-04", None),
        ("040371", "GB", "1971-03-04", Doubt.TWO_DIGIT_YEAR),
        ("03/04/1971", "US", "1971-03-04", None),
        ("03/04/1971", "GB", "1971-04-03", None),
        ("03-04-1971", "US", "1971-03-04", None),
        ("3.4.1971", "US", "1971-04-03", None),
        ("71.3.4", "JP", "1971-03-04", Doubt.TWO_DIGIT_YEAR),
        ("1971年3月4日", "JP", "1971-03-04", None),
        ("1971/03/04", "JP", "1971-03-04", None),
        ("4 Mar 1971", "US", "1971-03-04", None),
        ("Mar 4, 1971", "GB", "1971-03-04", None),
        ("4th of March 1971", "GB", "1971-03-04", None),
        ("5 Apr 30", "GB", "1930-04-05", Doubt.TWO_DIGIT_YEAR),
        ("22 Nov 26", "GB", "1926-11-22", Doubt.TWO_DIGIT_YEAR),
        ("21 Nov 26", "GB", "2026-11-21", Doubt.TWO_DIGIT_YEAR),
        ("02/03/04", "GB", "2004-03-02", Doubt.TWO_DIGIT_YEAR),
        ("Mar 1971", "GB", "1971-03", None),
        ("3/1971", "US", "1971-03", None),
        ("1971", "GB", "1971", None),
        ("١٩٧١", "GB", "1971", Doubt.LOOSE),
        ("4 mars 1971", "FR", "1971-03-04", None),
        ("1885", "GB", "1885", Doubt.VERY_OLD),
    ],
)
def test_forms_of_the_region(typed: str, region: str, born: str, doubt: Doubt | None) -> None:
    read = read_birth_date(typed, TODAY, region, {"mars": 3})
    assert read == TypedBirthDate(BirthDate.parse(born), doubt)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("29-Feb-2025", FieldProblem.NOT_A_DATE),
        ("29/02/2025", FieldProblem.NOT_A_DATE),
        ("13/1988", FieldProblem.NOT_A_DATE),
        ("0001-01-01", FieldProblem.TOO_OLD),
        ("0001", FieldProblem.TOO_OLD),
        ("9999", FieldProblem.IN_THE_FUTURE),
        ("22/11/2026", FieldProblem.IN_THE_FUTURE),
        ("tomorrow", FieldProblem.NOT_A_DATE),
        ("-3d", FieldProblem.NOT_A_DATE),
        ("5 Apr", FieldProblem.NOT_A_DATE),
        ("1971-00", FieldProblem.NOT_A_DATE),
        ("½/1/1971", FieldProblem.NOT_A_DATE),
        ("soon", FieldProblem.NOT_A_DATE),
    ],
)
def test_what_cannot_be_right_is_refused(typed: str, problem: FieldProblem) -> None:
    assert read_birth_date(typed, TODAY, "GB") == TypedBirthDate(problem=problem)


@given(st.text(max_size=30), st.sampled_from(["GB", "US", "JP"]))
def test_any_text_is_answered(typed: str, region: str) -> None:
    read = read_birth_date(typed, TODAY, region)
    assert read.problem is None or read.born is None


@given(st.dates(date(1900, 1, 1), TODAY), st.sampled_from(["GB", "US", "JP", "DE"]))
def test_a_day_written_out_is_read_as_itself(day: date, region: str) -> None:
    month = day.strftime("%b")
    for typed in (day.isoformat(), f"{day.day} {month} {day.year}", f"{month} {day.day}, {day.year}"):
        assert read_birth_date(typed, TODAY, region) == TypedBirthDate(BirthDate.of(day))
    written = f"{day:%m/%d/%Y}" if region == "US" else f"{day:%d/%m/%Y}"
    assert read_birth_date(written, TODAY, region).born == BirthDate.of(day)
