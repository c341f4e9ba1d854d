"""Doctors and their weekly hours."""

from __future__ import annotations

from datetime import date, time
from uuid import UUID

import pytest
from pydantic import ValidationError

from meditrack_desktop.domain.practitioners import (
    AddPractitioner,
    Practitioner,
    WorkingHours,
    WorkingHoursInput,
)


def stretch(weekday: int, starts: int, ends: int) -> WorkingHoursInput:
    return WorkingHoursInput(weekday=weekday, starts=time(starts), ends=time(ends))


def test_hours_are_put_in_order_and_may_touch() -> None:
    command = AddPractitioner(
        family="Modelo", hours=(stretch(1, 9, 12), stretch(0, 12, 15), stretch(0, 9, 12))
    )
    assert [(one.weekday, one.starts.hour) for one in command.hours] == [(0, 9), (0, 12), (1, 9)]


def test_overlap_and_backwards_hours_are_refused() -> None:
    with pytest.raises(ValidationError):
        AddPractitioner(family="Modelo", hours=(stretch(0, 9, 12), stretch(0, 11, 15)))
    for wrong in ((0, 9, 9), (0, 12, 9), (7, 9, 10), (-1, 9, 10)):
        with pytest.raises(ValidationError):
            stretch(*wrong)


@pytest.mark.parametrize("family", ["", "  ", "x" * 121, "a\nb"])
def test_family_name_is_required(family: str) -> None:
    with pytest.raises(ValidationError):
        AddPractitioner(family=family)
    assert AddPractitioner(family=" x ").family == "x"


def test_name_and_hours_of_a_day() -> None:
    monday = (WorkingHours(0, time(14), time(17)), WorkingHours(0, time(9), time(13)))
    doctor = Practitioner(
        UUID(int=1), 1, "Modelo", "Ines", "Dr.", "", "", True, (*monday, WorkingHours(2, time(9), time(10)))
    )
    assert doctor.name == "Dr. Ines Modelo"
    assert doctor.hours_on(date(2026, 11, 16)) == monday[::-1]
    assert doctor.hours_on(date(2026, 11, 17)) == ()
