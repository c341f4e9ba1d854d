"""Slowing down whoever guesses (D14): per person and desk, over all desks, and while a local clinic is shut."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from time import perf_counter

import pytest
from pydantic import SecretStr

from meditrack_desktop.bootstrap import open_clinic
from meditrack_desktop.database.queries import accounts as account_queries
from meditrack_desktop.database.queries import sign_in_tries
from meditrack_desktop.database.tables.accounts import SignInTryRow
from meditrack_desktop.database.tables.clinic import WorkstationRow
from meditrack_desktop.domain.accounts import Actor, ChangePassword
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import ErrorCode, NotAuthenticated
from meditrack_desktop.domain.sessions import CLOSED_AFTER, LONGEST_WAIT, wait_left
from meditrack_desktop.services import passwords
from meditrack_desktop.services.clinic import Clinic
from tests.conftest import MORNING, PASSWORDS, ClinicSite


def _refused(clinic: Clinic, username: str, password: str = "wrong") -> NotAuthenticated:
    with pytest.raises(NotAuthenticated) as refused:
        clinic.sessions.sign_in(username, password)
    return refused.value


def _fail(clinic: Clinic, actor: Actor, desk: str, times: int, at: datetime) -> None:
    """So many failures at a desk, without the time that checking a password takes."""
    with clinic.work.unsigned() as session:
        for _ in range(times):
            sign_in_tries.note_failure(session, actor.account_id, desk, at)


@pytest.fixture
def elsewhere(clinic: Clinic) -> Iterator[str]:
    """This process stands at another desk."""
    here = clinic.work.trail.chain
    clinic.work.trail.chain = "ws_elsewhere"
    yield here
    clinic.work.trail.chain = here


class TestOneDesk:
    def test_a_prankster_at_one_desk_does_not_lock_the_doctor_at_another(
        self, clinic: Clinic, doctor: Actor, elsewhere: str, clock: FixedClock
    ) -> None:
        here = elsewhere
        _fail(clinic, doctor, "ws_elsewhere", CLOSED_AFTER + 50, clock.now())
        assert _refused(clinic, "doctor", PASSWORDS["doctor"]).code is ErrorCode.SIGN_IN_CLOSED
        clinic.work.trail.chain = here
        clinic.sessions.sign_in("doctor", PASSWORDS["doctor"])

    def test_the_hundredth_failure_closes_it_until_an_administrator_opens_it(
        self, clinic: Clinic, admin: Actor, doctor: Actor, clock: FixedClock
    ) -> None:
        desk = clinic.work.trail.chain
        _fail(clinic, doctor, desk, CLOSED_AFTER - 1, clock.now())
        paused = _refused(clinic, "doctor", PASSWORDS["doctor"])
        assert paused.code is ErrorCode.TOO_MANY_TRIES and paused.parameters["seconds"] == 900
        clock.advance(LONGEST_WAIT)
        assert _refused(clinic, "doctor").code is ErrorCode.INVALID_CREDENTIALS
        clock.advance(timedelta(days=365))
        assert _refused(clinic, "doctor", PASSWORDS["doctor"]).code is ErrorCode.SIGN_IN_CLOSED
        fresh = clinic.sessions.sign_in("admin", PASSWORDS["admin"])
        clinic.accounts.open_sign_in(fresh, doctor.account_id)
        clinic.sessions.sign_in("doctor", PASSWORDS["doctor"])

    def test_two_processes_count_together(
        self, clinic: Clinic, site: ClinicSite, doctor: Actor, clock: FixedClock
    ) -> None:
        other = site.open(clock)
        try:
            for number in range(6):
                _fail(other if number % 2 else clinic, doctor, clinic.work.trail.chain, 1, clock.now())
        finally:
            other.close()
        with clinic.work.database.reading() as session:
            bucket = sign_in_tries.bucket(session, doctor.account_id, clinic.work.trail.chain)
        assert isinstance(bucket, SignInTryRow) and bucket.failures == 6


class TestAllDesks:
    def test_guessing_at_many_desks_closes_those_the_person_never_uses(
        self, clinic: Clinic, doctor: Actor, elsewhere: str, clock: FixedClock
    ) -> None:
        here = elsewhere
        for number in range(25):
            _fail(clinic, doctor, f"ws_{number:08}", 4, clock.now())
        assert _refused(clinic, "doctor", PASSWORDS["doctor"]).code is ErrorCode.SIGN_IN_CLOSED
        clinic.work.trail.chain = here
        clinic.sessions.sign_in("doctor", PASSWORDS["doctor"])

    def test_failures_at_a_desk_of_ones_own_do_not_count_there(
        self, clinic: Clinic, doctor: Actor, elsewhere: str, clock: FixedClock
    ) -> None:
        here = elsewhere
        _fail(clinic, doctor, here, 99, clock.now())
        _fail(clinic, doctor, "ws_00000001", 1, clock.now())
        clinic.sessions.sign_in("doctor", PASSWORDS["doctor"])

    def test_a_month_without_a_session_makes_a_desk_strange(
        self, clinic: Clinic, doctor: Actor, clock: FixedClock
    ) -> None:
        for number in range(25):
            _fail(clinic, doctor, f"ws_{number:08}", 4, clock.now())
        clock.advance(timedelta(days=29))
        clinic.sessions.sign_in("doctor", PASSWORDS["doctor"])
        clock.advance(timedelta(days=31))
        assert _refused(clinic, "doctor", PASSWORDS["doctor"]).code is ErrorCode.SIGN_IN_CLOSED


class TestNamesNobodyHas:
    def test_they_wait_as_known_ones_do_and_leave_no_row(self, clinic: Clinic, admin: Actor) -> None:
        answers: dict[str, list[tuple[str, object]]] = {}
        for name in ("nobody-here", "reception"):
            refusals = [_refused(clinic, name) for _ in range(5)]
            answers[name] = [(each.code.value, dict(each.parameters)) for each in refusals]
        assert answers["nobody-here"] == answers["reception"]
        with clinic.work.database.reading() as session:
            assert account_queries.by_username(session, "nobody-here") is None
        lines = [line.detail for line in clinic.audit.list(admin) if line.action == "session.refused"]
        assert sorted(line for line in lines if "unknown" in line) == [
            f"unknown name, {number} so far" for number in range(1, 5)
        ]
        assert not any("nobody-here" in repr(line) for line in clinic.audit.list(admin, limit=500))

    def test_an_unknown_name_takes_as_long_as_a_wrong_password(
        self, real_passwords: None, clinic: Clinic, reception: Actor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # Her password becomes one at the cost of a clinic.
        chosen = ChangePassword(
            current=SecretStr(PASSWORDS["reception"]), new=SecretStr("willow-cabinet-seven-moons")
        )
        clinic.accounts.change_password(reception, chosen)
        checks: list[str] = []
        real_check, real_waste = passwords.is_right, passwords.waste_time
        monkeypatch.setattr(passwords, "is_right", lambda *a: checks.append("check") or real_check(*a))
        monkeypatch.setattr(passwords, "waste_time", lambda *a: checks.append("check") or real_waste(*a))
        took = {}
        for name in ("reception", "nobody-here", "аdmin", "x" * 5000):
            begun = perf_counter()
            _refused(clinic, name)
            took[name] = perf_counter() - begun
            assert checks == ["check"], "each costs exactly one check"
            checks.clear()
        assert min(took.values()) > 0.1

    @pytest.mark.parametrize("site", ["sqlite"], indirect=True)
    def test_a_shut_clinic_answers_alike_too(self, site: ClinicSite, clock: FixedClock) -> None:
        clinic = open_clinic(site.folder, clock)
        answers = {}
        for name in ("nobody-here", "reception", "не-имя"):
            refusals = [_refused(clinic, name) for _ in range(5)]
            answers[name] = [(each.code.value, dict(each.parameters)) for each in refusals]
        clinic.close()
        assert len({repr(answer) for answer in answers.values()}) == 1


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
class TestBeforeALocalClinicIsOpen:
    def test_the_count_outlives_the_program(self, site: ClinicSite, clock: FixedClock) -> None:
        for _ in range(4):
            clinic = open_clinic(site.folder, clock)
            _refused(clinic, "doctor")
            clinic.close()
        clinic = open_clinic(site.folder, clock)
        paused = _refused(clinic, "doctor", PASSWORDS["doctor"])
        assert paused.code is ErrorCode.TOO_MANY_TRIES and paused.parameters["seconds"] == 2
        clinic.sessions.sign_in("reception", PASSWORDS["reception"])
        clinic.close()
        clock.advance(timedelta(seconds=2))
        clinic = open_clinic(site.folder, clock)
        clinic.sessions.sign_in("doctor", PASSWORDS["doctor"])
        clinic.close()

    def test_a_try_that_was_cut_short_counts(
        self, site: ClinicSite, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class PlugPulled(BaseException):
            pass

        def pulled(*_: object) -> None:
            raise PlugPulled

        for _ in range(4):
            clinic = open_clinic(site.folder, clock)
            with monkeypatch.context() as patched, pytest.raises(PlugPulled):
                patched.setattr(clinic.keys, "unlock", pulled)
                clinic.sessions.sign_in("doctor", "wrong")
        clinic = open_clinic(site.folder, clock)
        assert _refused(clinic, "doctor", PASSWORDS["doctor"]).code is ErrorCode.TOO_MANY_TRIES

    def test_a_hundred_close_it_until_an_administrator_opens_it(
        self, site: ClinicSite, clock: FixedClock
    ) -> None:
        clinic = open_clinic(site.folder, clock)
        tries = clinic.sessions._in._tries
        for _ in range(CLOSED_AFTER):
            tries.failed("doctor", clock.now())
        clock.advance(timedelta(days=400))
        assert _refused(clinic, "doctor", PASSWORDS["doctor"]).code is ErrorCode.SIGN_IN_CLOSED
        admin = clinic.sessions.sign_in("admin", PASSWORDS["admin"])
        clinic.accounts.open_sign_in(admin, site.actors["doctor"].account_id)
        clinic.close()
        clinic = open_clinic(site.folder, clock)
        clinic.sessions.sign_in("doctor", PASSWORDS["doctor"])
        clinic.close()

    def test_the_file_names_nobody_and_rewriting_it_costs_everybody_the_free_tries(
        self, site: ClinicSite, clock: FixedClock
    ) -> None:
        clinic = open_clinic(site.folder, clock)
        for _ in range(4):
            _refused(clinic, "doctor")
        file = clinic.profile.sign_in_tries
        text = file.read_text("utf-8")
        assert "doctor" not in text and "Modelo" not in text
        content = json.loads(text)
        for damaged in (
            json.dumps({**content, "tries": {key: [0, 0] for key in content["tries"]}}),
            json.dumps({**content, "seal": "0" * 64}),
            json.dumps({**content, "format": 99}),
            text[: len(text) // 2],
            "[]",
            "",
            '{"tries": {"x": ["a"]}, "seal": "", "format": 1}',
        ):
            file.write_text(damaged, "utf-8")
            for name in ("doctor", "reception"):
                paused = _refused(clinic, name, PASSWORDS[name])
                assert paused.code is ErrorCode.TOO_MANY_TRIES and paused.parameters["seconds"] == 2
            clock.advance(timedelta(seconds=2))
            clinic.sessions.sign_in("reception", PASSWORDS["reception"])
            clinic.keys.close()
        clinic.close()

    def test_names_tried_by_the_thousand_do_not_wash_a_known_one_away(
        self, site: ClinicSite, clock: FixedClock
    ) -> None:
        clinic = open_clinic(site.folder, clock)
        tries = clinic.sessions._in._tries
        for _ in range(20):
            tries.failed("doctor", clock.now())
        for number in range(600):
            clock.advance(timedelta(seconds=1))
            tries.failed(f"name{number}", clock.now())
        assert clinic.profile.sign_in_tries.stat().st_size < 60_000
        assert _refused(clinic, "doctor", PASSWORDS["doctor"]).code is ErrorCode.TOO_MANY_TRIES
        clinic.close()


def test_a_wait_is_never_longer_than_it_was_meant() -> None:
    for put_back in (timedelta(0), timedelta(days=1), timedelta(days=4000)):
        assert wait_left(10, MORNING + put_back, MORNING) <= wait_left(10, MORNING, MORNING)
    assert wait_left(10, MORNING, MORNING + timedelta(hours=1)) < timedelta(0)


def test_a_desk_that_was_shut_out_signs_nobody_in(
    clinic: Clinic, site: ClinicSite, clock: FixedClock
) -> None:
    with clinic.work.unsigned() as session:
        desk = session.get(WorkstationRow, clinic.work.trail.chain)
        assert desk is not None
        desk.revoked_at = clock.now()
        session.reported.add(desk)
    assert _refused(clinic, "doctor", PASSWORDS["doctor"]).code is ErrorCode.DESK_REVOKED
    assert _refused(clinic, "nobody-here").code is ErrorCode.DESK_REVOKED
    again = open_clinic(site.folder, clock)
    assert _refused(again, "doctor", PASSWORDS["doctor"]).code is ErrorCode.DESK_REVOKED
    again.close()
