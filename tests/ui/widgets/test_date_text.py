"""Reading typed dates and times."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meditrack_desktop.ui.widgets.date_text import format_date, format_time, parse_date, parse_time

TODAY = date(2026, 11, 18)  # a Wednesday
DAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("t", TODAY),
        ("Today", TODAY),
        ("tomorrow", date(2026, 11, 19)),
        ("+6w", date(2026, 12, 30)),
        ("in 6 weeks", date(2026, 12, 30)),
        ("-3d", date(2026, 11, 15)),
        ("+2m", date(2027, 1, 18)),
        ("+1y", date(2027, 11, 18)),
        ("wed", date(2026, 11, 25)),
        ("Friday", date(2026, 11, 20)),
        ("2026-11-18", TODAY),
        ("18/11/2026", TODAY),
        ("18.11.26", TODAY),
        ("18-11-2026", TODAY),
        ("18 11 2026", TODAY),
        ("18/11", TODAY),
        ("18.11.", TODAY),
        ("18112026", TODAY),
        ("20261118", TODAY),
        ("181126", TODAY),
        ("18 Nov 2026", TODAY),
        ("18nov2026", TODAY),
        ("18 nov", TODAY),
        ("18 November 26", TODAY),
        ("Nov 18, 2026", TODAY),
        ("november 18th 2026", TODAY),
        ("Wed 18 Nov 2026", TODAY),
        ("11/18/2026", TODAY),  # only one order is a date
        ("5 Apr 88", date(1988, 4, 5)),
        ("01.02.36", date(2036, 2, 1)),
        ("01.02.37", date(1937, 2, 1)),
        ("29 Feb 2024", date(2024, 2, 29)),
    ],
)
def test_what_people_type_is_understood(typed: str, meant: date) -> None:
    assert parse_date(typed, TODAY) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "18",
        "31 Feb 2026",
        "29 Feb 2025",
        "0/0/0",
        "32.1.2026",
        "13/13/2026",
        "1 Nov 2 3",
        "soon",
        "+6",
        "+6x",
        "18 Nov 202",
        "12345",
        "2026-13-01",
        "1.1.1.1",
        "-9999y",
        "Nov",
        "18 Nov 18 Nov",
        "18/11/026",
    ],
)
def test_what_is_no_date_is_refused(typed: str) -> None:
    assert parse_date(typed, TODAY) is None


def test_the_locale_decides_what_three_four_means() -> None:
    assert parse_date("3/4/2026", TODAY, day_first=True) == date(2026, 4, 3)
    assert parse_date("3/4/2026", TODAY, day_first=False) == date(2026, 3, 4)


def test_month_names_of_the_locale_are_added() -> None:
    assert parse_date("3 mai 2026", TODAY, months={"mai": 5}) == date(2026, 5, 3)
    assert parse_date("3 févr 2026", TODAY, months={"févr.": 2}) == date(2026, 2, 3)


def test_a_month_from_the_thirty_first_ends_in_the_shorter_month() -> None:
    assert parse_date("+1m", date(2026, 1, 31)) == date(2026, 2, 28)


@given(DAYS, st.booleans())
def test_what_is_shown_is_read_back(day: date, day_first: bool) -> None:
    assert parse_date(format_date(day), TODAY, day_first) == day
    assert parse_date(day.isoformat(), TODAY, day_first) == day


@given(DAYS, st.booleans(), st.sampled_from("/.- "))
def test_numbers_in_the_order_of_the_locale_are_read_back(day: date, day_first: bool, mark: str) -> None:
    parts = (day.day, day.month) if day_first else (day.month, day.day)
    assert parse_date(f"{parts[0]:02d}{mark}{parts[1]:02d}{mark}{day.year}", TODAY, day_first) == day


@given(st.text(max_size=30), st.booleans(), DAYS)
def test_nothing_typed_can_break_the_reading(typed: str, day_first: bool, today: date) -> None:
    found = parse_date(typed, today, day_first)
    assert found is None or isinstance(found, date)


@given(st.text(alphabet="0123456789+-/. dwmynovt", max_size=14), DAYS)
def test_nothing_nearly_like_a_date_can_break_the_reading(typed: str, today: date) -> None:
    found = parse_date(typed, today)
    assert found is None or parse_date(format_date(found), today) == found


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1115", time(11, 15)),
        ("11:15", time(11, 15)),
        ("11.15", time(11, 15)),
        ("11h15", time(11, 15)),
        ("915", time(9, 15)),
        ("9", time(9)),
        ("11", time(11)),
        ("0", time(0)),
        ("2:30 pm", time(14, 30)),
        ("12am", time(0)),
        ("12 pm", time(12)),
        ("9a", time(9)),
        ("11h", time(11)),
    ],
)
def test_times_are_understood(typed: str, meant: time) -> None:
    assert parse_time(typed) == meant


@pytest.mark.parametrize(
    "typed", ["", "24", "2400", "11:60", "1160", "99", "13pm", "0 am", "11:1", "noon", "11:15:00"]
)
def test_what_is_no_time_is_refused(typed: str) -> None:
    assert parse_time(typed) is None


@given(st.times().map(lambda moment: moment.replace(second=0, microsecond=0, fold=0)))
def test_times_shown_are_read_back(moment: time) -> None:
    shown = format_time(moment)
    assert (
        parse_time(shown)
        == parse_time(shown.replace(":", ""))
        == parse_time(shown.replace(":", "."))
        == moment
    )


@given(st.text(max_size=12))
def test_nothing_typed_can_break_reading_a_time(typed: str) -> None:
    found = parse_time(typed)
    assert found is None or isinstance(found, time)
