"""The recovery kit at work (F17): a lost keyring, a new computer, a lost database; a wrong kit changes nothing."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from meditrack_desktop import bootstrap
from meditrack_desktop.bootstrap import open_clinic, recover_clinic, set_up_clinic
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clinic import SetUpClinic
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.desks import DeskStatus
from meditrack_desktop.domain.errors import (
    ClinicError,
    ErrorCode,
    Invalid,
    NotAuthenticated,
    NotFound,
    Unavailable,
)
from meditrack_desktop.domain.settings import ChangeSettings
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.services.recovery import RecoverClinic, read_identity
from meditrack_desktop.services.shared_keys import desk_key
from meditrack_desktop.vault.keys import new_key_pair
from tests.conftest import PASSWORDS, ClinicSite
from tests.services.key_makers import assert_every_key_opens, file_documents

NEW = "willow-cabinet-seven-moons"
TEN_MINUTES = 600


@pytest.fixture
def another_kit(tmp_path: Path, clock: FixedClock) -> str:
    command = SetUpClinic(
        name="Elsewhere", admin_name="Otto Ander", admin_password=SecretStr(PASSWORDS["admin"])
    )
    return set_up_clinic(tmp_path / "elsewhere", command, clock=clock).identity


@pytest.fixture
def server(site: ClinicSite, clinic: Clinic) -> str:
    """What a person types who knows where the clinic's server is."""
    return desk_key(clinic.keys.slots).server if site.kind == "postgres" else ""


def _command(site: ClinicSite, server: str = "", **changes: str) -> RecoverClinic:
    values = {"identity": site.kit, "username": "admin", "password": NEW, "server": server}
    return RecoverClinic(**{**values, **changes})


def _files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith((".", "clinic.db"))
    }


def _signed_in(folder: Path, clock: FixedClock, username: str, password: str) -> Clinic:
    clinic = open_clinic(folder, clock)
    try:
        clinic.sessions.sign_in(username, password)
    except ClinicError:
        clinic.close()
        raise
    return clinic


class TestLostKeyring:
    @pytest.fixture
    def documents(self, site: ClinicSite, clinic: Clinic, server: str, reception: Actor) -> Iterator[int]:
        """Two patients with documents; then this computer's own secret is gone."""
        made = file_documents(clinic, reception, 2)
        clinic.close()
        (site.folder / "device.json").unlink()
        yield len(made)

    def test_with_the_kit_the_administrator_is_in_again(
        self, site: ClinicSite, clock: FixedClock, server: str, documents: int
    ) -> None:
        started = time.monotonic()
        with pytest.raises(Unavailable) as lost:
            _signed_in(site.folder, clock, "admin", PASSWORDS["admin"])
        assert lost.value.code is ErrorCode.DEVICE_SECRET_MISSING
        done = recover_clinic(site.folder, _command(site, server), clock)
        assert (done.person, done.new_device) == ("Ada Verwalter", True)
        clinic = _signed_in(site.folder, clock, "admin", NEW)
        try:
            assert assert_every_key_opens(clinic) == documents
            # The others come back by signing in once while the clinic is open.
            clinic.sessions.sign_in("reception", PASSWORDS["reception"])
            admin = clinic.sessions.sign_in("admin", NEW)
            assert clinic.audit.check(admin).whole
            assert "account.recovered" in [line.action for line in clinic.audit.list(admin)]
        finally:
            clinic.close()
        _signed_in(site.folder, clock, "reception", PASSWORDS["reception"]).close()
        with pytest.raises(NotAuthenticated):
            _signed_in(site.folder, clock, "admin", PASSWORDS["admin"])
        assert time.monotonic() - started < TEN_MINUTES

    def test_without_it_nobody_is(self, site: ClinicSite, clock: FixedClock, documents: int) -> None:
        for username, password in PASSWORDS.items():
            with pytest.raises(Unavailable) as refused:
                _signed_in(site.folder, clock, username, password)
            assert refused.value.code is ErrorCode.DEVICE_SECRET_MISSING

    def test_another_clinics_kit_or_a_mistyped_one_changes_nothing(
        self, site: ClinicSite, clock: FixedClock, server: str, documents: int, another_kit: str
    ) -> None:
        before = _files(site.folder)
        for wrong in (
            another_kit,
            new_key_pair().secret,
            site.kit[:-1] + ("Q" if site.kit[-1] != "Q" else "P"),
        ):
            with pytest.raises(Unavailable) as refused:
                recover_clinic(site.folder, _command(site, server, identity=wrong), clock)
            assert refused.value.code is ErrorCode.RECOVERY_KEY_WRONG
        assert _files(site.folder) == before

    @pytest.mark.parametrize(
        ("changes", "kind", "code"),
        [
            ({"username": "reception"}, NotFound, ErrorCode.ACCOUNT_NOT_FOUND),
            ({"username": "nobody"}, NotFound, ErrorCode.ACCOUNT_NOT_FOUND),
            ({"username": "\x00"}, NotFound, ErrorCode.ACCOUNT_NOT_FOUND),
            ({"password": "clinic"}, Invalid, ErrorCode.WEAK_PASSWORD),
        ],
    )
    def test_only_an_administrator_and_no_weak_password(
        self,
        site: ClinicSite,
        clock: FixedClock,
        server: str,
        documents: int,
        changes: dict[str, str],
        kind: type[ClinicError],
        code: ErrorCode,
    ) -> None:
        before = _files(site.folder)
        with pytest.raises(kind) as refused:
            recover_clinic(site.folder, _command(site, server, **changes), clock)
        assert refused.value.code is code
        assert _files(site.folder) == before

    def test_it_may_be_done_twice(
        self, site: ClinicSite, clock: FixedClock, server: str, documents: int
    ) -> None:
        for password in (NEW, "juniper-satchel-five-clouds"):
            recover_clinic(site.folder, _command(site, server, password=password), clock)
        clinic = _signed_in(site.folder, clock, "admin", "juniper-satchel-five-clouds")
        try:
            assert assert_every_key_opens(clinic) == documents
        finally:
            clinic.close()


def test_a_forgotten_password_costs_nobody_else_theirs(
    site: ClinicSite, clinic: Clinic, clock: FixedClock
) -> None:
    clinic.close()
    done = recover_clinic(site.folder, _command(site), clock)
    assert not done.new_device
    for username, password in {**PASSWORDS, "admin": NEW}.items():
        _signed_in(site.folder, clock, username, password).close()


@pytest.mark.parametrize("site", ["postgres"], indirect=True)
def test_the_desk_that_lost_its_secret_is_shut_out(
    site: ClinicSite, clinic: Clinic, clock: FixedClock, server: str
) -> None:
    former = clinic.work.trail.chain
    clinic.close()
    (site.folder / "device.json").unlink()
    with pytest.raises(Unavailable) as nowhere:
        recover_clinic(site.folder, _command(site), clock)
    assert nowhere.value.code is ErrorCode.DEVICE_SECRET_MISSING, "nobody knows where the server is"
    recover_clinic(site.folder, _command(site, server), clock)
    again = open_clinic(site.folder, clock)
    try:
        admin = again.sessions.sign_in("admin", NEW)
        found = {desk.id: desk.status for desk in again.desks.list(admin)}
        assert found[former] is DeskStatus.REVOKED and found[again.work.trail.chain] is DeskStatus.ACTIVE
    finally:
        again.close()


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
class TestLocalClinic:
    def test_a_copied_profile_opens_on_a_new_computer(
        self, site: ClinicSite, clinic: Clinic, clock: FixedClock, reception: Actor, tmp_path: Path
    ) -> None:
        file_documents(clinic, reception, 1)
        clinic.close()
        moved = tmp_path / "new computer"
        shutil.copytree(site.folder, moved, ignore=shutil.ignore_patterns("device.json"))
        assert recover_clinic(moved, _command(site), clock).new_device
        again = _signed_in(moved, clock, "admin", NEW)
        try:
            assert assert_every_key_opens(again) == 2
        finally:
            again.close()
        assert _signed_in(site.folder, clock, "admin", PASSWORDS["admin"]).close() is None  # type: ignore[func-returns-value]

    def test_the_new_secret_may_be_sealed_with_a_passphrase(
        self, site: ClinicSite, clinic: Clinic, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        clinic.close()
        (site.folder / "device.json").unlink()
        recover_clinic(site.folder, _command(site), clock, passphrase="a lamp on the stairs")
        again = open_clinic(site.folder, clock)
        try:
            assert again.keys.secret_store == "passphrase"
            with pytest.raises(Unavailable) as needed:
                again.sessions.sign_in("admin", NEW)
            assert needed.value.code is ErrorCode.DEVICE_PASSPHRASE_NEEDED
            again.keys.give_device_passphrase("a lamp on the stairs")
            again.sessions.sign_in("admin", NEW)
        finally:
            again.close()
        monkeypatch.setenv(bootstrap.PASSPHRASE_VARIABLE, "a lamp on the stairs")
        _signed_in(site.folder, clock, "admin", NEW).close()

    def test_a_lost_database_leaves_the_keys_of_the_documents(
        self, site: ClinicSite, clinic: Clinic, reception: Actor, another_kit: str
    ) -> None:
        file_documents(clinic, reception, 3)
        clinic.close()
        for lost in site.folder.glob("clinic.db*"):
            lost.unlink()
        assert bootstrap.count_patient_keys(site.folder, site.kit) == 6
        with pytest.raises(Unavailable) as wrong:
            bootstrap.count_patient_keys(site.folder, another_kit)
        assert wrong.value.code is ErrorCode.RECOVERY_KEY_WRONG

    def test_lost_slots_are_named(self, site: ClinicSite, clinic: Clinic, clock: FixedClock) -> None:
        clinic.close()
        (site.folder / "slots.json").unlink()
        with pytest.raises(Unavailable) as damaged:
            recover_clinic(site.folder, _command(site), clock)
        assert damaged.value.code is ErrorCode.PROFILE_DAMAGED

    def test_a_new_kit_recovers_and_the_former_one_does_not(
        self, site: ClinicSite, clinic: Clinic, clock: FixedClock, admin: Actor
    ) -> None:
        kit = clinic.key_rotation.new_kit(admin)
        clinic.key_rotation.confirm_kit(admin, kit.identity[-8:])
        clinic.close()
        (site.folder / "device.json").unlink()
        with pytest.raises(Unavailable) as former:
            recover_clinic(site.folder, _command(site), clock)
        assert former.value.code is ErrorCode.RECOVERY_KEY_WRONG
        recover_clinic(site.folder, _command(site, identity=kit.identity), clock)
        _signed_in(site.folder, clock, "admin", NEW).close()

    def test_an_administrator_without_their_telephone_is_in_again(
        self, site: ClinicSite, clinic: Clinic, clock: FixedClock, admin: Actor
    ) -> None:
        import pyotp

        offer = clinic.second_factor.begin(admin)
        clinic.second_factor.enable(admin, pyotp.TOTP(offer.secret).at(clock.now()))
        clinic.close()
        with pytest.raises(NotAuthenticated) as needed:
            _signed_in(site.folder, clock, "admin", PASSWORDS["admin"])
        assert needed.value.code is ErrorCode.SECOND_FACTOR_NEEDED
        recover_clinic(site.folder, _command(site), clock)
        _signed_in(site.folder, clock, "admin", NEW).close()


class TestReadingTheKit:
    def test_it_is_found_in_the_text_however_it_is_grouped(self) -> None:
        secret = new_key_pair().secret
        grouped = " ".join(secret[at : at + 6] for at in range(0, len(secret), 6))
        for text in (
            secret,
            f"\n{secret.lower()}\n",
            f"Kit\n\n{grouped}\n\nKeep this on paper",
            grouped.replace(" ", "\n"),
        ):
            assert read_identity(text) == secret

    @pytest.mark.parametrize("text", ["", "AGE-SECRET-KEY-1", "age1abc", "AGE-SECRET-KEY-1" + "Q" * 40])
    def test_what_holds_none_is_refused(self, text: str) -> None:
        with pytest.raises(Unavailable) as refused:
            read_identity(text)
        assert refused.value.code is ErrorCode.RECOVERY_KEY_WRONG


def test_a_password_is_as_long_as_the_clinic_asks(
    site: ClinicSite, clinic: Clinic, admin: Actor, clock: FixedClock, server: str
) -> None:
    clinic.settings.change(admin, ChangeSettings(password_minimum=32))
    clinic.close()
    assert len(NEW) < 32
    with pytest.raises(Invalid) as refused:
        recover_clinic(site.folder, _command(site, server), clock)
    assert refused.value.code is ErrorCode.WEAK_PASSWORD and refused.value.parameters["least"] == 32
