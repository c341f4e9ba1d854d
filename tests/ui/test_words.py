"""Words that several rooms say: a date is written in one way, whoever writes it and whatever the system is set to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QLocale

from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.ui import words
from meditrack_desktop.ui.admin import words as admin
from meditrack_desktop.ui.audit import words as audit
from meditrack_desktop.ui.patients import words as patients
from meditrack_desktop.ui.scheduling import words as calendar
from meditrack_desktop.ui.widgets import DateField, format_date

TODAY = date(2026, 11, 18)
LONDON = ZoneInfo("Europe/London")


@pytest.fixture(params=["en_GB", "en_US", "C"])
def system(request: pytest.FixtureRequest) -> Iterator[str]:
    before = QLocale()
    QLocale.setDefault(QLocale(request.param))
    yield request.param
    QLocale.setDefault(before)


@pytest.mark.parametrize("month", range(1, 13))
def test_a_date_is_written_in_one_way(qapp: object, system: str, month: int) -> None:
    """Some systems shorten September to Sept, and June not at all."""
    day = date(1988, month, 27)
    whole, name = format_date(day), format_date(day).split()[1]
    assert len(name) == 3
    born, partly = BirthDate.of(day), BirthDate(1988, month)
    at = datetime(1988, month, 27, 12, tzinfo=UTC)
    said = [
        words.born_words(born),
        patients.date_text(day),
        audit.date_text(day),
        calendar.date_text(day),
        admin.moment_words(at, LONDON, datetime(2026, 11, 18, 12, tzinfo=UTC), with_time=False),
    ]
    assert set(said) == {whole}
    assert (
        words.birth_words(born, TODAY)
        == calendar.birth_text(born, TODAY)
        == f"{whole} ({born.age_on(TODAY)})"
    )
    assert words.birth_words(partly, TODAY) == calendar.birth_text(partly, TODAY)
    assert words.born_words(partly) == f"{name} 1988"
    assert calendar.week_title(day, day, short=True) == f"27 to {whole}"
    assert calendar.short_day(day).endswith(f" 27 {name}")
    assert patients.wall_text(datetime(1988, month, 27, 9), date(1988, month, 1)) == f"27 {name} 09:00"
    field = DateField(lambda: TODAY, name="Day")
    field.set_value(day)
    assert field.text() == whole and field.value() == day
    field.deleteLater()
