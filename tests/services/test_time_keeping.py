"""The clinic's time cannot be put back: expired stays expired whatever the computer's clock shows (D32, F12)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from meditrack_desktop.bootstrap import open_clinic
from meditrack_desktop.database.queries import sessions as session_queries
from meditrack_desktop.database.tables.accounts import SessionRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import ClinicClock, FixedClock
from meditrack_desktop.domain.errors import ErrorCode, NotAuthenticated
from meditrack_desktop.domain.sessions import SESSION_LENGTH
from meditrack_desktop.services.clinic import Clinic
from tests.conftest import MORNING, PASSWORDS, ClinicSite

DAY = timedelta(days=1)
TEN_YEARS = timedelta(days=3653)


class Computer:
    """A machine whose wall clock can be set while its steady seconds go on."""

    def __init__(self, shows: datetime) -> None:
        self.wall = FixedClock(shows)
        self.steady = 1000.0

    def pass_(self, time: timedelta) -> None:
        self.steady += time.total_seconds()
        self.wall.advance(time)

    def clock(self) -> ClinicClock:
        return ClinicClock(self.wall, lambda: self.steady)


@contextmanager
def running(site: ClinicSite, computer: Computer) -> Iterator[Clinic]:
    """The program, started once."""
    clinic = open_clinic(site.folder, computer.clock())
    try:
        yield clinic
    finally:
        clinic.close()


def _is_over(clinic: Clinic, actor: Actor) -> bool:
    try:
        clinic.settings.clinic(actor)
    except NotAuthenticated as refused:
        assert refused.code is ErrorCode.SESSION_EXPIRED
        return True
    return False


def _lines(clinic: Clinic, action: str) -> list[str]:
    admin = clinic.sessions.sign_in("admin", PASSWORDS["admin"])
    assert clinic.audit.check(admin).whole
    own = [line for line in clinic.audit.list(admin, limit=500) if line.chain == clinic.work.trail.chain]
    by_seq = sorted(own, key=lambda line: line.seq)
    assert [line.seq for line in by_seq] == list(range(by_seq[0].seq, by_seq[0].seq + len(by_seq)))
    return [line.detail for line in by_seq if line.action == action]


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
class TestALocalFile:
    @pytest.mark.parametrize("step", [-DAY, -TEN_YEARS, timedelta(minutes=-3)])
    def test_a_clock_put_back_in_a_session_gives_it_no_more_time(
        self, site: ClinicSite, step: timedelta
    ) -> None:
        computer = Computer(MORNING)
        with running(site, computer) as clinic:
            actor = clinic.sessions.sign_in("reception", PASSWORDS["reception"])
            computer.wall.advance(step)
            assert clinic.work.clock.now() == MORNING
            computer.pass_(SESSION_LENGTH - timedelta(seconds=1))
            assert not _is_over(clinic, actor)
            computer.pass_(timedelta(seconds=1))
            assert _is_over(clinic, actor)
            assert len(_lines(clinic, "clock.behind")) == 1

    @pytest.mark.parametrize("step", [-DAY, -TEN_YEARS])
    def test_expired_stays_expired_after_a_restart_with_the_clock_put_back(
        self, site: ClinicSite, step: timedelta
    ) -> None:
        computer = Computer(MORNING)
        with running(site, computer) as clinic:
            actor = clinic.sessions.sign_in("reception", PASSWORDS["reception"])
            computer.pass_(SESSION_LENGTH)
            assert _is_over(clinic, actor)
            clinic.sessions.sign_in("doctor", PASSWORDS["doctor"])
        computer.wall.advance(step)
        with running(site, computer) as clinic:
            clinic.sessions.sign_in("doctor", PASSWORDS["doctor"])
            assert clinic.work.clock.now() >= MORNING + SESSION_LENGTH
            assert _is_over(clinic, actor)
            (lag,) = _lines(clinic, "clock.behind")
            assert lag == f"{int(-step.total_seconds())} s"

    def test_ten_years_ahead_ends_sessions_for_good(self, site: ClinicSite) -> None:
        computer = Computer(MORNING)
        with running(site, computer) as clinic:
            actor = clinic.sessions.sign_in("reception", PASSWORDS["reception"])
            computer.wall.advance(TEN_YEARS)
            assert _is_over(clinic, actor)
            computer.wall.advance(-TEN_YEARS)
            assert _is_over(clinic, actor)
            clinic.sessions.sign_in("reception", PASSWORDS["reception"])
        with running(site, computer) as clinic:
            clinic.sessions.sign_in("doctor", PASSWORDS["doctor"])
            assert _is_over(clinic, actor), "the file remembers"
            assert clinic.work.clock.now() >= MORNING + TEN_YEARS

    def test_an_administrator_brings_the_present_back(self, site: ClinicSite) -> None:
        computer = Computer(MORNING)
        with running(site, computer) as clinic:
            computer.wall.advance(TEN_YEARS)
            astray = clinic.sessions.sign_in("reception", PASSWORDS["reception"])
            computer.wall.advance(-TEN_YEARS)
            admin = clinic.sessions.sign_in("admin", PASSWORDS["admin"])
            assert clinic.settings.clock_ahead(admin) == TEN_YEARS
            assert clinic.settings.accept_clock(admin) == TEN_YEARS
            assert clinic.settings.clock_ahead(admin) == timedelta(0)
            assert clinic.work.clock.now() == MORNING
            computer.pass_(SESSION_LENGTH)
            assert _is_over(clinic, astray) and _is_over(clinic, admin), "no session of ten years"
            assert len(_lines(clinic, "clock.accepted")) == 1
        with running(site, computer) as clinic:
            clinic.sessions.sign_in("doctor", PASSWORDS["doctor"])
            assert clinic.work.clock.now() == MORNING + SESSION_LENGTH

    def test_a_wait_is_no_shorter_with_the_clock_put_back_and_no_longer_either(
        self, site: ClinicSite
    ) -> None:
        computer = Computer(MORNING)
        with running(site, computer) as clinic:
            clinic.sessions.sign_in("reception", PASSWORDS["reception"])
            for _ in range(5):
                with pytest.raises(NotAuthenticated):
                    clinic.sessions.sign_in("doctor", "wrong")
                computer.pass_(timedelta(seconds=3))
            with pytest.raises(NotAuthenticated):
                clinic.sessions.sign_in("doctor", "wrong")
            computer.wall.advance(-DAY)
            with pytest.raises(NotAuthenticated) as paused:
                clinic.sessions.sign_in("doctor", PASSWORDS["doctor"])
            assert paused.value.code is ErrorCode.TOO_MANY_TRIES
            assert 1 <= int(paused.value.parameters["seconds"]) <= 8
            computer.pass_(timedelta(seconds=9))
            clinic.sessions.sign_in("doctor", PASSWORDS["doctor"])


@pytest.mark.parametrize("site", ["postgres"], indirect=True)
class TestAServer:
    @pytest.mark.parametrize("step", [-DAY, TEN_YEARS, -TEN_YEARS])
    def test_its_clock_decides_whatever_this_computer_shows(self, site: ClinicSite, step: timedelta) -> None:
        computer = Computer(datetime.now(UTC) + step)
        with running(site, computer) as clinic:
            actor = clinic.sessions.sign_in("reception", PASSWORDS["reception"])
            assert abs(clinic.work.clock.now() - datetime.now(UTC)) < timedelta(seconds=30)
            computer.wall.advance(-step)
            assert not _is_over(clinic, actor)
            computer.wall.advance(step)
            _expire(clinic, actor, datetime.now(UTC) - timedelta(seconds=1))
            assert _is_over(clinic, actor)
            computer.wall.advance(-DAY)
            assert _is_over(clinic, actor)
            _lines(clinic, "clock.behind")
            admin = clinic.sessions.sign_in("admin", PASSWORDS["admin"])
            newest = clinic.audit.list(admin, limit=1)[0]
            assert abs(newest.at - datetime.now(UTC)) < timedelta(seconds=30)
            assert clinic.settings.clock_ahead(admin) == timedelta(0)
            assert clinic.settings.accept_clock(admin) == timedelta(0)


def _expire(clinic: Clinic, actor: Actor, at: datetime) -> None:
    with clinic.work.unsigned() as session:
        row = session_queries.find(session, actor.session_id)
        assert isinstance(row, SessionRow)
        row.expires_at = at
