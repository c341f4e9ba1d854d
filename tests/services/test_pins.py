"""The PIN: six digits for one's own live session at the desk where it was begun, five tries."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import SecretStr

from meditrack_desktop.database.queries import accounts as queries
from meditrack_desktop.database.queries import sessions as session_queries
from meditrack_desktop.domain.accounts import Actor, SetAccountsActive
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import ErrorCode, FieldProblem, Invalid, NotAllowed, NotAuthenticated
from meditrack_desktop.domain.sessions import SESSION_LENGTH, SessionEnd, SetPin
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.services.pins import is_easy, read_pin
from tests.conftest import PASSWORDS, ClinicSite

PIN = "284159"


@pytest.fixture
def locked(clinic: Clinic, reception: Actor) -> Actor:
    """The receptionist, who has a PIN and has locked the desk."""
    clinic.pins.set(reception, SetPin(pin=SecretStr(PIN)))
    clinic.keys.drop()
    return reception


def _refused(clinic: Clinic, actor: Actor, pin: str) -> NotAuthenticated:
    with pytest.raises(NotAuthenticated) as refused:
        clinic.sessions.unlock_with_pin(actor, pin)
    return refused.value


def test_it_goes_on_with_the_same_session_and_the_vault_is_back(clinic: Clinic, locked: Actor) -> None:
    assert clinic.keys.dropped
    again = clinic.sessions.unlock_with_pin(locked, PIN)
    assert again.session_id == locked.session_id and not clinic.keys.dropped
    clinic.sessions.still_live(again)


def test_it_survives_signing_in_anew(clinic: Clinic, locked: Actor) -> None:
    fresh = clinic.sessions.unlock(locked, PASSWORDS["reception"])
    clinic.keys.drop()
    clinic.sessions.unlock_with_pin(fresh, PIN)
    assert not clinic.keys.dropped


def test_five_wrong_tries_end_the_session(clinic: Clinic, admin: Actor, locked: Actor) -> None:
    left = [_refused(clinic, locked, pin).parameters["left"] for pin in ("284158", "", "abc", "2841590", "1")]
    assert left == [4, 3, 2, 1, 0]
    assert _refused(clinic, locked, PIN).code is ErrorCode.SESSION_EXPIRED
    assert clinic.keys.dropped
    with clinic.work.database.reading() as session:
        row = session_queries.find(session, locked.session_id)
    assert row is not None and row.end_reason is SessionEnd.TOO_MANY_PINS
    actions = [line.action for line in clinic.audit.list(admin, limit=10)]
    assert actions.count("pin.refused") == 5 and "session.ended" in actions
    clinic.sessions.sign_in("reception", PASSWORDS["reception"])


def test_a_right_one_forgives_the_wrong_ones(clinic: Clinic, locked: Actor) -> None:
    for _ in range(3):
        for _ in range(4):
            _refused(clinic, locked, "284158")
        clinic.sessions.unlock_with_pin(locked, PIN)


def test_a_locked_desk_does_not_prove_the_password(clinic: Clinic, admin: Actor, clock: FixedClock) -> None:
    clinic.pins.set(admin, SetPin(pin=SecretStr(PIN)))
    clock.advance(timedelta(minutes=11))
    actor = clinic.sessions.unlock_with_pin(admin, PIN)
    with pytest.raises(NotAllowed) as again:
        clinic.accounts.open_sign_in(actor, actor.account_id)
    assert again.value.code is ErrorCode.PASSWORD_AGAIN


def test_it_is_good_at_this_desk_and_in_this_session_only(
    clinic: Clinic, locked: Actor, clock: FixedClock
) -> None:
    here, clinic.work.trail.chain = clinic.work.trail.chain, "ws_elsewhere"
    assert _refused(clinic, locked, PIN).code is ErrorCode.SESSION_EXPIRED
    clinic.work.trail.chain = here
    clock.advance(SESSION_LENGTH)
    assert _refused(clinic, locked, PIN).code is ErrorCode.SESSION_EXPIRED


def test_it_opens_nothing_for_somebody_deactivated_or_signed_out(
    clinic: Clinic, admin: Actor, locked: Actor, doctor: Actor
) -> None:
    clinic.accounts.set_active_of(admin, SetAccountsActive(ids=(locked.account_id,), active=False))
    assert _refused(clinic, locked, PIN).code is ErrorCode.SESSION_EXPIRED
    clinic.sessions.sign_out(doctor)
    assert _refused(clinic, doctor, PIN).code is ErrorCode.SESSION_EXPIRED


def test_nobody_elses_opens(clinic: Clinic, locked: Actor, doctor: Actor) -> None:
    assert _refused(clinic, doctor, PIN).parameters == {"left": 4}, "who has none is told the same"


def test_after_the_hard_lock_or_a_restart_only_the_password_opens(
    clinic: Clinic, locked: Actor, site: ClinicSite, clock: FixedClock
) -> None:
    clinic.keys.hard_lock()
    assert _refused(clinic, locked, PIN).code is ErrorCode.AUTHENTICATION_REQUIRED
    assert clinic.keys.opened is None or clinic.keys.dropped
    clinic.sessions.unlock(locked, PASSWORDS["reception"])


def test_without_one_there_is_none(clinic: Clinic, locked: Actor) -> None:
    fresh = clinic.sessions.unlock(locked, PASSWORDS["reception"])
    clinic.pins.clear(fresh)
    clinic.keys.drop()
    assert _refused(clinic, fresh, PIN).code is ErrorCode.PIN_WRONG


def test_choosing_one_needs_a_fresh_password(clinic: Clinic, reception: Actor, clock: FixedClock) -> None:
    clock.advance(timedelta(hours=1))
    with pytest.raises(NotAllowed) as again:
        clinic.pins.set(reception, SetPin(pin=SecretStr(PIN)))
    assert again.value.code is ErrorCode.PASSWORD_AGAIN


def test_what_is_kept_tells_nothing_and_two_people_may_have_the_same(
    clinic: Clinic, admin: Actor, reception: Actor, doctor: Actor
) -> None:
    for actor in (reception, doctor):
        clinic.pins.set(actor, SetPin(pin=SecretStr(PIN)))
    with clinic.work.database.reading() as session:
        kept = {queries.account(session, actor.account_id).pin_hash for actor in (reception, doctor)}
    assert len(kept) == 2 and not any(PIN in str(each) for each in kept)
    assert PIN not in repr(clinic.audit.list(admin, limit=500))


@pytest.mark.parametrize(
    "easy",
    "000000 111111 123456 654321 012345 987654 890123 121212 123123 112211 123321 696969 112233".split(),
)
def test_what_many_people_choose_is_refused(clinic: Clinic, reception: Actor, easy: str) -> None:
    assert is_easy(easy)
    with pytest.raises(Invalid) as weak:
        clinic.pins.set(reception, SetPin(pin=SecretStr(easy)))
    assert weak.value.fields == {"pin": FieldProblem.TOO_WEAK}


@pytest.mark.parametrize("typed", ["", "28415", "2841590", "28415a", "28 4159", "２８４１５９９", " 284159"])
def test_anything_but_six_digits_is_none(clinic: Clinic, reception: Actor, typed: str) -> None:
    assert read_pin(typed) is None
    with pytest.raises(Invalid) as malformed:
        clinic.pins.set(reception, SetPin(pin=SecretStr(typed)))
    assert malformed.value.fields == {"pin": FieldProblem.MALFORMED}


def test_full_width_digits_are_digits() -> None:
    assert read_pin("２８４１５９") == PIN
