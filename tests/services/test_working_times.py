"""When doctors work, day by day, as the services tell it, on both databases."""

from __future__ import annotations

from datetime import date, time
from uuid import uuid4

import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.errors import ErrorCode, Invalid, NotFound
from meditrack_desktop.domain.practitioners import Practitioner, SetWorkingHours, WorkingHoursInput
from meditrack_desktop.domain.working_time import OpenTime
from meditrack_desktop.services.clinic import Clinic
from tests.makers.people import a_doctor

MONDAY = date(2026, 11, 23)


@pytest.fixture
def ines(clinic: Clinic, admin: Actor) -> Practitioner:
    return clinic.practitioners.add(admin, a_doctor("Modelo", "Ines"))


def test_weekly_hours_make_days(clinic: Clinic, reception: Actor, ines: Practitioner) -> None:
    days = clinic.working_times.of_days(reception, [ines.id], MONDAY, date(2026, 11, 29))
    assert [day.day.day for day in days] == list(range(23, 30))
    assert days[0].open == (OpenTime(540, 780), OpenTime(840, 1020))
    assert days[5].open == days[6].open == ()


def test_every_second_week_is_another(clinic: Clinic, reception: Actor, ines: Practitioner) -> None:
    odd = WorkingHoursInput(weekday=0, starts=time(8), ends=time(12), week=0)
    even = WorkingHoursInput(weekday=0, starts=time(13), ends=time(18), week=1)
    changed = clinic.practitioners.set_hours(
        reception,
        SetWorkingHours(
            id=ines.id, version=ines.version, hours=(odd, even), cycle_weeks=2, cycle_from=date(2026, 11, 26)
        ),
    )
    assert (changed.cycle_weeks, changed.cycle_from) == (2, MONDAY)
    assert clinic.practitioners.get(reception, ines.id) == changed
    days = clinic.working_times.of_days(reception, [ines.id], date(2026, 11, 16), date(2026, 12, 7))
    open_ = {day.day: day.open for day in days if day.open}
    afternoon, morning = (OpenTime(780, 1080),), (OpenTime(480, 720),)
    assert open_ == {
        date(2026, 11, 16): afternoon,
        MONDAY: morning,
        date(2026, 11, 30): afternoon,
        date(2026, 12, 7): morning,
    }


def test_no_ids_are_all_active_doctors(clinic: Clinic, reception: Actor, ines: Practitioner) -> None:
    assert {day.practitioner_id for day in clinic.working_times.of_days(reception, [], MONDAY, MONDAY)} == {
        ines.id
    }


def test_unknown_doctors_and_endless_ranges_are_refused(clinic: Clinic, reception: Actor) -> None:
    with pytest.raises(NotFound) as unknown:
        clinic.working_times.of_days(reception, [uuid4()], MONDAY, MONDAY)
    assert unknown.value.code is ErrorCode.DOCTOR_NOT_FOUND
    for last in (date(2026, 11, 22), date(2028, 11, 23)):
        with pytest.raises(Invalid):
            clinic.working_times.of_days(reception, [], MONDAY, last)
