"""A visit keeps its wall-clock time across every change of the clocks, booked through the service on both databases."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.errors import ErrorCode, Invalid
from meditrack_desktop.domain.scheduling import BookAppointment, CalendarRange
from meditrack_desktop.domain.settings import EditClinic
from meditrack_desktop.services.clinic import Clinic
from tests.makers.visits import a_room

CASES = Path(__file__).resolve().parents[2] / "../shared/samples/timezones/dst-cases.json"
ZONES = (
    "Europe/London",
    "America/New_York",
    "Africa/Casablanca",  # its rules changed in 2026
    "Antarctica/Troll",  # two hours at once
    "Australia/Lord_Howe",  # half an hour
    "America/Havana",  # at midnight
    "Asia/Gaza",
    "Asia/Kolkata",  # never
)


def _told() -> dict[str, Any]:
    if not CASES.is_file():
        pytest.skip("the shared samples are not here")
    return json.loads(CASES.read_text("utf-8"))  # type: ignore[no-any-return]


def test_the_zones_whose_rules_are_new_are_among_them() -> None:
    assert set(_told()["zones_whose_rules_changed_in_2026_tzdata"]) <= set(ZONES) <= set(_told()["zones"])


@pytest.mark.parametrize("zone", ZONES)
def test_a_booked_visit_is_when_the_clocks_say(
    zone: str, clinic: Clinic, reception: Actor, admin: Actor
) -> None:
    """Skipped times are refused, times that come twice are asked about, and what is booked reads back as booked."""
    cases = [case for case in _told()["cases"] if case["zone"] == zone]
    clinic.settings.edit_clinic(admin, EditClinic(name="Example", zone=zone, region="GB"))
    room = a_room(clinic, reception, admin)
    booked: dict[str, tuple[datetime, datetime]] = {}
    for case in cases:
        wall = datetime.fromisoformat(case["local"])
        first, second = (datetime.fromisoformat(case[name]) for name in ("utc_fold0", "utc_fold1"))

        def wants(fold: int | None = None, wall: datetime = wall) -> BookAppointment:
            return room.wants(f"{wall}", 15, fold=fold, overbook_reason="the clocks' own hour")

        if case["kind"] == "plain":
            visit = clinic.scheduling.book(reception, wants())
            booked[str(visit.id)] = wall, first
            continue
        code = {"gap": ErrorCode.TIME_DOES_NOT_EXIST, "fold": ErrorCode.TIME_IS_AMBIGUOUS}[case["kind"]]
        with pytest.raises(Invalid) as refusal:
            clinic.scheduling.book(reception, wants())
        assert refusal.value.code is code
        if case["kind"] == "fold":
            for fold, instant in ((0, first), (1, second)):
                visit = clinic.scheduling.book(reception, wants(fold))
                booked[str(visit.id)] = wall, instant
    assert booked
    found = {
        str(visit.id): visit
        for wall in {wall.date() for wall, _ in booked.values()}
        for visit in clinic.scheduling.calendar(reception, CalendarRange(first=wall, last=wall))
    }
    for visit_id, (wall, instant) in booked.items():
        visit = found[visit_id]
        assert (visit.wall_start, visit.starts_at, visit.zone) == (wall, instant, zone)
        assert to_wall(visit.starts_at, ZoneInfo(zone)).replace(fold=0) == wall
