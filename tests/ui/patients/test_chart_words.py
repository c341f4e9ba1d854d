"""What a chart says of values, and where the lines of its small drawing lie."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QLocale

from meditrack_desktop.ui.patients.chart import words
from meditrack_desktop.ui.patients.chart.line_chart import round_marks


@pytest.fixture
def german() -> object:
    before = QLocale()
    QLocale.setDefault(QLocale("de_DE"))
    yield
    QLocale.setDefault(before)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("36.7", "36.7"),
        ("36,7", "36.7"),
        (" 120 ", "120"),
        ("-2", "-2"),
        ("\N{MINUS SIGN}2", "-2"),
        ("1,234.5", None),
        ("1.2.3", None),
        ("about 60", None),
        ("1e5", None),
        ("NaN", None),
        ("٣٦", None),
        ("", None),
        ("-", None),
    ],
)
def test_a_number_is_read_as_it_was_meant_or_not_at_all(typed: str, meant: str | None) -> None:
    assert words.read_number(typed) == (Decimal(meant) if meant is not None else None)


def test_a_value_keeps_its_digits_and_takes_the_locales_sign(german: object) -> None:
    assert words.number_text(Decimal("10.90")) == "10,90"
    assert words.read_number("10,90") == Decimal("10.90")


@given(st.decimals(min_value=-1000000, max_value=1000000, places=4))
def test_what_is_shown_is_read_back_exactly(value: Decimal) -> None:
    assert words.read_number(words.number_text(value)) == value


def test_units_read_as_people_write_them() -> None:
    assert [words.unit_text(unit) for unit in ("mm[Hg]", "Cel", "10*9/L", "kg")] == [
        "mmHg",
        "°C",
        "×10⁹/L",
        "kg",
    ]


@given(
    st.decimals(min_value=-1000000, max_value=1000000, places=4).map(float),
    st.decimals(min_value=0, max_value=1000000, places=4).map(float),
)
def test_the_lines_of_a_drawing_take_in_all_values_at_even_steps(lowest: float, span: float) -> None:
    highest = lowest + span
    marks = round_marks(lowest, highest)
    assert marks[0] <= lowest and marks[-1] >= highest
    assert 3 <= len(marks) <= 8
    steps = [second - first for first, second in pairwise(marks)]
    assert all(step > 0 for step in steps)
    assert max(steps) == pytest.approx(min(steps), rel=1e-3, abs=1e-9)


def test_round_marks_are_round() -> None:
    assert round_marks(63.4, 66.0) == [63.0, 64.0, 65.0, 66.0, 67.0]
