"""Signing in for a command: the password on the first line, the second factor's digits on the second."""

from __future__ import annotations

import io
import sys
from argparse import Namespace
from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from meditrack_desktop.bootstrap import open_clinic
from meditrack_desktop.cli.signing_in import signed_in
from meditrack_desktop.domain.errors import ErrorCode, NotAuthenticated
from tests.conftest import PASSWORDS, ClinicSite


@pytest.fixture
def secret(site: ClinicSite) -> str:
    """The doctor has a second factor; its digits of half a minute ago are used up."""
    clinic = open_clinic(site.folder)
    actor = clinic.sessions.sign_in("doctor", PASSWORDS["doctor"])
    offer = clinic.second_factor.begin(actor)
    clinic.second_factor.enable(
        actor, pyotp.TOTP(offer.secret).at(clinic.work.clock.now() - timedelta(seconds=30))
    )
    clinic.close()
    return offer.secret


def _typed(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_the_second_line_is_the_second_factor(
    site: ClinicSite, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    args = Namespace(profile=site.folder, user="doctor", password_stdin=True)
    for lines, code in (
        ((PASSWORDS["doctor"],), ErrorCode.SECOND_FACTOR_NEEDED),
        ((PASSWORDS["doctor"], "000000"), ErrorCode.SECOND_FACTOR_WRONG),
        (("wrong", "000000"), ErrorCode.INVALID_CREDENTIALS),
    ):
        _typed(monkeypatch, *lines)
        with pytest.raises(NotAuthenticated) as refused, signed_in(args):
            pass
        assert refused.value.code is code
    _typed(monkeypatch, PASSWORDS["doctor"], pyotp.TOTP(secret).at(datetime.now(UTC)))
    with signed_in(args) as (clinic, actor):
        assert clinic.accounts.own(actor).has_second_factor
