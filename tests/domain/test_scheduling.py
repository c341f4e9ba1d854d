"""The rules of time, without a database: clock changes, the way through a visit."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from meditrack_desktop.domain.errors import ErrorCode, Invalid
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.scheduling import (
    CHANGEABLE,
    NEXT_STATUSES,
    AppointmentStatus,
    BookAppointment,
    CancelledBy,
    Stamps,
    check_next_status,
    day_bounds,
    is_late_cancel,
    span,
    stamps_after,
    stamps_seen,
)

LONDON = ZoneInfo("Europe/London")
DOCTOR = UUID(int=1)
S = AppointmentStatus


class TestClockChanges:
    """Against the list of every offset change of many zones, computed by another program."""

    def test_every_listed_case(self, samples: Path) -> None:
        cases = json.loads((samples / "timezones" / "dst-cases.json").read_text())["cases"]
        seen = {"gap": 0, "fold": 0, "plain": 0}
        for case in cases:
            zone, wall = ZoneInfo(case["zone"]), datetime.fromisoformat(case["local"])
            kind = case["kind"] if case["kind"] in seen else "plain"
            seen[kind] += 1
            first = datetime.fromisoformat(case["utc_fold0"])
            second = datetime.fromisoformat(case["utc_fold1"])
            if kind == "gap":
                for fold in (None, 0, 1):
                    with pytest.raises(Invalid, match=ErrorCode.TIME_DOES_NOT_EXIST.value):
                        span(wall, 30, zone, fold)
            elif kind == "fold":
                with pytest.raises(Invalid, match=ErrorCode.TIME_IS_AMBIGUOUS.value):
                    span(wall, 30, zone, None)
                assert span(wall, 30, zone, 0)[0] == first
                assert span(wall, 30, zone, 1)[0] == second
                assert first < second
            else:
                assert span(wall, 30, zone, None) == (first, first + timedelta(minutes=30))
        assert min(seen.values()) > 100, seen

    @pytest.mark.parametrize("zone", ["Asia/Beirut", "America/Havana", "Africa/Casablanca", "Asia/Gaza"])
    def test_days_join_without_gap_or_overlap_even_where_midnight_is_skipped(self, zone: str) -> None:
        first = date(2025, 1, 1)
        ends = None
        for offset in range(1200):
            day = first + timedelta(days=offset)
            begins, following = day_bounds(day, day, ZoneInfo(zone))
            assert ends in (None, begins)
            assert timedelta(hours=23) <= following - begins <= timedelta(hours=25)
            ends = following

    @pytest.mark.parametrize("year", [1, 1899, 2201, 9999])
    def test_years_nobody_books(self, year: int) -> None:
        with pytest.raises(Invalid):
            day_bounds(date(year, 12, 31), date(year, 12, 31), LONDON)
        with pytest.raises(Invalid):
            span(datetime(year, 12, 31, 9), 30, LONDON, None)


class TestStatus:
    def test_every_status_has_a_way_on_and_cancelling_is_apart(self) -> None:
        assert set(NEXT_STATUSES) == set(S)
        assert not any(S.CANCELLED in following for following in NEXT_STATUSES.values())
        assert all(status.takes_time for status in CHANGEABLE)

    def test_refused_steps_name_both_ends(self) -> None:
        with pytest.raises(Invalid) as refusal:
            check_next_status(S.BOOKED, S.FULFILLED)
        assert refusal.value.parameters == {"now": "booked", "then": "fulfilled"}

    def test_a_stamp_is_given_once(self) -> None:
        came, in_room, went = (datetime(2026, 11, 23, hour, tzinfo=UTC) for hour in (9, 10, 11))
        arrived = stamps_after(Stamps(), S.ARRIVED, came)
        roomed = stamps_after(arrived, S.CHECKED_IN, in_room)
        left = stamps_after(roomed, S.FULFILLED, went)
        assert left == Stamps(came, in_room, went)
        assert stamps_after(left, S.CHECKED_IN, went + timedelta(hours=1)) == roomed
        assert stamps_after(left, S.ARRIVED, went) == arrived
        assert stamps_after(left, S.BOOKED, went) == stamps_after(left, S.NOSHOW, went) == Stamps()

    def test_straight_into_the_room(self) -> None:
        now = datetime(2026, 11, 23, 9, tzinfo=UTC)
        assert stamps_after(Stamps(), S.CHECKED_IN, now) == Stamps(now, now)
        assert stamps_after(Stamps(now), S.FULFILLED, now) == Stamps(now, None, now)

    def test_seen_by_the_doctor(self) -> None:
        came, begun = (datetime(2026, 11, 23, hour, tzinfo=UTC) for hour in (9, 10))
        assert stamps_seen(Stamps(came), begun) == Stamps(came, begun, None, begun)
        seen = stamps_seen(Stamps(came, came), begun)
        assert seen == Stamps(came, came, None, begun)
        left = stamps_after(seen, S.FULFILLED, begun)
        assert left == Stamps(came, came, begun, begun)
        assert stamps_after(left, S.CHECKED_IN, begun) == seen
        assert stamps_after(left, S.ARRIVED, begun) == Stamps(came)

    @pytest.mark.parametrize(
        ("hours_before", "by", "late"),
        [
            (24, CancelledBy.PATIENT, False),
            (23.9, CancelledBy.PATIENT, True),
            (-1, CancelledBy.PATIENT, True),
            (1, CancelledBy.CLINIC, False),
        ],
    )
    def test_late_is_what_the_policy_says_and_never_the_clinics(
        self, hours_before: float, by: CancelledBy, late: bool
    ) -> None:
        start = datetime(2026, 11, 23, 9, tzinfo=UTC)
        assert is_late_cancel(start, start - timedelta(hours=hours_before), by, 24) is late


class TestCommands:
    @pytest.mark.parametrize("bad", [{"fold": 2}, {"fold": -1}, {"reason": "\x00"}, {"reason": "x" * 4001}])
    def test_malformed(self, bad: dict[str, object]) -> None:
        with pytest.raises(ValueError, match=next(iter(bad))):
            BookAppointment.model_validate(
                {
                    "patient_id": new_id(),
                    "practitioner_id": new_id(),
                    "wall_start": datetime(2026, 11, 23, 9),
                    **bad,
                }
            )

    def test_a_blank_reason_does_not_overbook(self) -> None:
        command = BookAppointment(
            patient_id=new_id(),
            practitioner_id=new_id(),
            wall_start=datetime(2026, 11, 23, 9),
            overbook_reason="  \n ",
        )
        assert command.overbook_reason == ""
