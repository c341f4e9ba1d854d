"""The optional second factor: digits of an authenticator app, each good once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pyotp
import pytest

from meditrack_desktop.database.queries import accounts as queries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import ErrorCode, NotAllowed, NotAuthenticated
from meditrack_desktop.domain.settings import ChangeSettings
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.services.second_factor import seal, step_of, unseal
from tests.conftest import MORNING, PASSWORDS, ClinicSite

STEP = timedelta(seconds=30)


def _digits(secret: str, at: datetime) -> str:
    return pyotp.TOTP(secret).at(at)


@pytest.fixture
def secret(clinic: Clinic, doctor: Actor, clock: FixedClock) -> str:
    """The doctor's second factor, on; its first digits are used up."""
    offer = clinic.second_factor.begin(doctor)
    clinic.second_factor.enable(doctor, _digits(offer.secret, clock.now()))
    clock.advance(2 * STEP)
    return offer.secret


def _refused(clinic: Clinic, code: str) -> ErrorCode:
    with pytest.raises(NotAuthenticated) as refused:
        clinic.sessions.sign_in("doctor", PASSWORDS["doctor"], code)
    return refused.value.code


def test_nothing_is_on_before_digits_of_the_offer_were_typed(
    clinic: Clinic, doctor: Actor, clock: FixedClock
) -> None:
    offer = clinic.second_factor.begin(doctor)
    assert offer.uri.startswith("otpauth://totp/") and offer.secret in offer.uri
    assert offer.secret not in repr(offer)
    with pytest.raises(NotAuthenticated) as wrong:
        clinic.second_factor.enable(doctor, "000000")
    assert wrong.value.code is ErrorCode.SECOND_FACTOR_WRONG
    clinic.sessions.sign_in("doctor", PASSWORDS["doctor"])
    clock.advance(timedelta(minutes=10))
    with pytest.raises(NotAuthenticated):
        clinic.second_factor.enable(doctor, _digits(offer.secret, clock.now()))


def test_an_offer_is_of_one_session(
    clinic: Clinic, doctor: Actor, reception: Actor, clock: FixedClock
) -> None:
    offer = clinic.second_factor.begin(doctor)
    with pytest.raises(NotAuthenticated):
        clinic.second_factor.enable(reception, _digits(offer.secret, clock.now()))


def test_signing_in_needs_both(clinic: Clinic, secret: str, clock: FixedClock) -> None:
    assert _refused(clinic, "") is ErrorCode.SECOND_FACTOR_NEEDED
    assert _refused(clinic, "123456") is ErrorCode.SECOND_FACTOR_WRONG
    with pytest.raises(NotAuthenticated) as wrong:
        clinic.sessions.sign_in("doctor", "not the password", _digits(secret, clock.now()))
    assert wrong.value.code is ErrorCode.INVALID_CREDENTIALS
    typed = _digits(secret, clock.now())
    clinic.sessions.sign_in("doctor", PASSWORDS["doctor"], f" {typed[:3]} {typed[3:]} ")


def test_digits_are_good_once_at_any_desk(
    clinic: Clinic, secret: str, site: ClinicSite, clock: FixedClock
) -> None:
    digits = _digits(secret, clock.now())
    clinic.sessions.sign_in("doctor", PASSWORDS["doctor"], digits)
    assert _refused(clinic, digits) is ErrorCode.SECOND_FACTOR_WRONG
    other = site.open(clock)
    try:
        assert _refused(other, digits) is ErrorCode.SECOND_FACTOR_WRONG
        assert _refused(other, _digits(secret, clock.now() - STEP)) is ErrorCode.SECOND_FACTOR_WRONG
        clock.advance(STEP)
        other.sessions.sign_in("doctor", PASSWORDS["doctor"], _digits(secret, clock.now()))
    finally:
        other.close()


@pytest.mark.parametrize(("steps", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_one_step_around_the_present_counts(steps: int, good: bool) -> None:
    secret = pyotp.random_base32()
    assert (step_of(secret, _digits(secret, MORNING + steps * STEP), MORNING) is not None) == good


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "12 34 5", "１２３４５", "0" * 500])
def test_what_is_no_six_digits_is_wrong(typed: str) -> None:
    assert step_of(pyotp.random_base32(), typed, MORNING) is None


def test_digits_of_any_script_are_read() -> None:
    secret = pyotp.random_base32()
    arabic = _digits(secret, MORNING).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert step_of(secret, arabic, MORNING) is not None


def test_wrong_digits_count_as_failures(clinic: Clinic, secret: str, clock: FixedClock) -> None:
    for _ in range(4):
        assert _refused(clinic, "123456") is ErrorCode.SECOND_FACTOR_WRONG
    assert _refused(clinic, _digits(secret, clock.now())) is ErrorCode.TOO_MANY_TRIES


def test_unlocking_a_live_session_asks_for_the_password_alone(
    clinic: Clinic, doctor: Actor, secret: str, clock: FixedClock
) -> None:
    fresh = clinic.sessions.unlock(doctor, PASSWORDS["doctor"])
    clinic.sessions.sign_out(fresh)
    with pytest.raises(NotAuthenticated) as needed:
        clinic.sessions.unlock(fresh, PASSWORDS["doctor"])
    assert needed.value.code is ErrorCode.SECOND_FACTOR_NEEDED
    clinic.sessions.unlock(fresh, PASSWORDS["doctor"], _digits(secret, clock.now()))


def test_choosing_a_password_with_a_code_needs_it_too(
    clinic: Clinic, admin: Actor, doctor: Actor, secret: str, clock: FixedClock
) -> None:
    code = clinic.resets.issue(admin, doctor.account_id).code
    with pytest.raises(NotAuthenticated) as needed:
        clinic.sessions.choose_password("doctor", code, "juniper-satchel-five-clouds")
    assert needed.value.code is ErrorCode.SECOND_FACTOR_NEEDED
    digits = _digits(secret, clock.now())
    clinic.sessions.choose_password("doctor", code, "juniper-satchel-five-clouds", digits)


def test_switching_it_off_takes_the_password_or_an_administrator(
    clinic: Clinic, admin: Actor, doctor: Actor, secret: str
) -> None:
    with pytest.raises(NotAuthenticated):
        clinic.second_factor.disable(doctor, "not it")
    clinic.second_factor.disable(doctor, PASSWORDS["doctor"])
    clinic.sessions.sign_in("doctor", PASSWORDS["doctor"])
    with pytest.raises(NotAllowed) as own:
        clinic.second_factor.disable_of(admin, admin.account_id)
    assert own.value.code is ErrorCode.NOT_YOURSELF


def test_an_administrator_helps_somebody_who_lost_the_app(
    clinic: Clinic, admin: Actor, doctor: Actor, secret: str
) -> None:
    assert any(account.has_second_factor for account in clinic.accounts.list(admin))
    assert not clinic.second_factor.disable_of(admin, doctor.account_id).has_second_factor
    clinic.sessions.sign_in("doctor", PASSWORDS["doctor"])


def test_beginning_needs_a_fresh_password(clinic: Clinic, doctor: Actor, clock: FixedClock) -> None:
    clock.advance(timedelta(hours=1))
    with pytest.raises(NotAllowed) as again:
        clinic.second_factor.begin(doctor)
    assert again.value.code is ErrorCode.PASSWORD_AGAIN


def test_the_stored_secret_is_sealed_to_its_account_and_the_pepper(
    clinic: Clinic, doctor: Actor, reception: Actor, secret: str
) -> None:
    opened = clinic.keys.opened
    assert opened is not None
    pepper = bytes.fromhex(opened.pepper)
    with clinic.work.database.reading() as session:
        sealed = queries.account(session, doctor.account_id).totp_sealed
    assert sealed is not None and secret.encode() not in sealed
    assert unseal(sealed, doctor.account_id, pepper) == secret
    assert unseal(sealed, reception.account_id, pepper) is None
    assert unseal(sealed, doctor.account_id, bytes(32)) is None
    assert seal(secret, doctor.account_id, pepper) != sealed, "each sealing is another text"


def test_a_clinic_may_ask_its_administrators_for_one(
    clinic: Clinic, admin: Actor, doctor: Actor, clock: FixedClock
) -> None:
    clinic.settings.change(admin, ChangeSettings(second_factor_for_admins=True))
    with pytest.raises(NotAllowed) as missing:
        clinic.accounts.open_sign_in(admin, doctor.account_id)
    assert missing.value.code is ErrorCode.SECOND_FACTOR_MISSING and missing.value.parameters == {}
    clinic.accounts.list(admin)
    clinic.pins.clear(doctor)
    offer = clinic.second_factor.begin(admin)
    clinic.second_factor.enable(admin, _digits(offer.secret, clock.now()))
    clinic.accounts.open_sign_in(admin, doctor.account_id)
