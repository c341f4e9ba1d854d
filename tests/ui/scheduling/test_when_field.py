"""Day and time as people type them at the desk."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from pytestqt.qtbot import QtBot

from meditrack_desktop.ui.scheduling.when_field import WhenField, parse_when
from meditrack_desktop.ui.scheduling.words import birth_text, clock_text, week_title
from tests.ui.scheduling import example_day

TODAY = date(2026, 11, 18)
NOW = datetime(2026, 11, 18, 11, 0)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("11:15", "2026-11-18 11:15"),
        ("1115", "2026-11-18 11:15"),
        ("9", "2026-11-18 09:00"),
        ("2:30 pm", "2026-11-18 14:30"),
        ("Wed 18 Nov, 11:00", "2026-11-18 11:00"),
        ("fri 9:30", "2026-11-20 09:30"),
        ("tomorrow 8.15", "2026-11-19 08:15"),
        ("+6w 1400", "2026-12-30 14:00"),
        ("24 Dec 2026, 10:00", "2026-12-24 10:00"),
        ("24/12/2026", "2026-12-24 11:00"),
        ("fri", "2026-11-20 11:00"),
        ("tomorrow 2:30 pm", "2026-11-19 14:30"),
    ],
)
def test_what_is_typed_is_understood(typed: str, meant: str) -> None:
    assert parse_when(typed, TODAY, NOW) == datetime.fromisoformat(meant)


@pytest.mark.parametrize("typed", ["", "soon", "25:00", "fri soon", "11:15 99 Nov", "   "])
def test_nonsense_means_nothing(typed: str) -> None:
    assert parse_when(typed, TODAY, NOW) is None


def test_the_field_keeps_the_last_time_it_understood(qtbot: QtBot) -> None:
    field = WhenField(NOW, lambda: TODAY)
    qtbot.addWidget(field)
    said: list[str] = []
    field.problem.connect(said.append)
    assert field.text() == "Wed 18 Nov, 11:00"
    field.setText("soon")
    assert not field.commit()
    assert field.when() == NOW and said[-1].startswith("This is not a time")
    field.setText("fri 9")
    with qtbot.waitSignal(field.whenChanged) as heard:
        assert field.commit()
    assert heard.args == [datetime(2026, 11, 20, 9, 0)]
    assert field.text() == "Fri 20 Nov, 09:00" and said[-1] == ""


def test_words_say_once_what_agrees() -> None:
    assert week_title(date(2026, 11, 16), date(2026, 11, 21)) == "16 to 21 November 2026"
    assert week_title(date(2026, 11, 30), date(2026, 12, 4)) == "30 November to 4 December 2026"
    assert week_title(date(2026, 12, 28), date(2027, 1, 1)) == "28 December 2026 to 1 January 2027"
    assert clock_text(24 * 60) == "24:00"


def test_a_birth_date_is_said_as_far_as_it_is_known() -> None:
    from meditrack_desktop.domain.birth_dates import BirthDate

    assert birth_text(BirthDate(1971, 3, 4), TODAY) == "4 Mar 1971 (55)"
    assert birth_text(BirthDate(1971, 3), TODAY) == "Mar 1971 (55)"
    assert birth_text(BirthDate(1971), TODAY) == "1971 (55)"
    assert birth_text(None, example_day.DAY) == "birth date unknown"
