"""This computer's own secret, from set-up to sign-in: exact words for each trouble, and never another store (F14)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from keyring.errors import KeyringLocked
from pydantic import SecretStr

from meditrack_desktop import bootstrap
from meditrack_desktop.adapters import secret_stores
from meditrack_desktop.adapters.passphrase_file import PassphraseFile
from meditrack_desktop.adapters.secret_stores import NoKeyring, PrivateFile, SystemKeyring
from meditrack_desktop.bootstrap import open_clinic, secret_store, set_up_clinic
from meditrack_desktop.domain.clinic import SetUpClinic
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.services.profile import Profile

PASSWORD, PASSPHRASE = "slate-harbour-ninety-owls", "a lamp on the stairs"


class Wallet:
    """A keyring of the system, as far as the `keyring` package tells."""

    __module__ = "keyring.backends.SecretService"
    locked = False

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        self._check()
        return self.kept.get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self._check()
        self.kept[username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._check()
        self.kept.pop(username, None)

    def _check(self) -> None:
        if self.locked:
            raise KeyringLocked("locked")

    @property
    def entry(self) -> str:
        [name] = [name for name in self.kept if re.fullmatch(r"[0-9a-f-]{36}/ws_[0-9a-f]{8}", name)]
        return name


@pytest.fixture
def wallet(monkeypatch: pytest.MonkeyPatch) -> Iterator[Wallet]:
    made = Wallet()
    monkeypatch.setattr(secret_stores.keyring, "get_keyring", lambda: made)
    yield made


def _command(**changes: object) -> SetUpClinic:
    fields = {"name": "Example Street", "admin_name": "Ada Verwalter", "admin_password": SecretStr(PASSWORD)}
    return SetUpClinic(**{**fields, **changes})  # type: ignore[arg-type]


def _refused(folder: Path) -> ErrorCode:
    """How signing in with the right password is refused."""
    clinic = open_clinic(folder)
    try:
        with pytest.raises(Unavailable) as refused:
            clinic.sessions.sign_in("admin", PASSWORD)
        assert clinic.keys.opened is None
        return refused.value.code
    finally:
        clinic.close()


def _works(folder: Path) -> str:
    """Sign in; returns where the secret lies."""
    clinic = open_clinic(folder)
    try:
        clinic.sessions.sign_in("admin", PASSWORD)
        return clinic.keys.secret_store
    finally:
        clinic.close()


class TestKeyring:
    @pytest.fixture
    def folder(self, tmp_path: Path, wallet: Wallet) -> Path:
        set_up_clinic(tmp_path / "p", _command())
        return tmp_path / "p"

    def test_it_is_used_where_there_is_one(self, folder: Path, wallet: Wallet) -> None:
        assert _works(folder) == "keyring"
        assert Profile(folder).facts().secret_store == "keyring"
        assert not (folder / "device.json").exists() and len(wallet.kept[wallet.entry]) == 64

    def test_locked(self, folder: Path, wallet: Wallet) -> None:
        wallet.locked = True
        assert _refused(folder) is ErrorCode.KEYRING_UNUSABLE
        wallet.locked = False
        assert _works(folder) == "keyring", "unlocked again, it goes on"

    @pytest.mark.parametrize(
        ("kept", "code"),
        [
            (None, ErrorCode.DEVICE_SECRET_MISSING),
            ("", ErrorCode.DEVICE_SECRET_MISSING),
            ("ab" * 31, ErrorCode.DEVICE_SECRET_MISSING),
            ("no hex" * 11, ErrorCode.DEVICE_SECRET_MISSING),
            ("x" * 2561, ErrorCode.KEYRING_UNUSABLE),
        ],
        ids=["missing", "empty", "cut", "something else", "2561 characters"],
    )
    def test_what_it_holds_is_not_the_secret(
        self, folder: Path, wallet: Wallet, kept: str | None, code: ErrorCode
    ) -> None:
        if kept is None:
            del wallet.kept[wallet.entry]
        else:
            wallet.kept[wallet.entry] = kept
        assert _refused(folder) is code

    def test_another_computers_secret_opens_nothing(self, folder: Path, wallet: Wallet) -> None:
        wallet.kept[wallet.entry] = "cd" * 32
        clinic = open_clinic(folder)
        try:
            with pytest.raises(Exception) as wrong:
                clinic.sessions.sign_in("admin", PASSWORD)
            assert getattr(wrong.value, "code", None) is ErrorCode.INVALID_CREDENTIALS
        finally:
            clinic.close()

    @pytest.mark.parametrize("lying_there", [True, False])
    def test_gone_it_is_never_replaced_by_a_file(
        self, folder: Path, wallet: Wallet, monkeypatch: pytest.MonkeyPatch, lying_there: bool
    ) -> None:
        """Also not if somebody puts one there."""
        if lying_there:
            (folder / "device.json").write_text(json.dumps({wallet.entry: wallet.kept[wallet.entry]}))
        monkeypatch.setattr(secret_stores.keyring, "get_keyring", object)
        assert isinstance(secret_store(Profile(folder)), NoKeyring)
        assert _refused(folder) is ErrorCode.KEYRING_UNUSABLE

    def test_plaintext_keyrings_count_as_none(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        plain = type("PlaintextKeyring", (Wallet,), {"__module__": "keyrings.alt.file"})()
        monkeypatch.setattr(secret_stores.keyring, "get_keyring", lambda: plain)
        set_up_clinic(tmp_path / "q", _command())
        assert _works(tmp_path / "q") == "file" and not plain.kept

    def test_a_locked_one_stops_the_set_up(self, tmp_path: Path, wallet: Wallet) -> None:
        wallet.locked = True
        with pytest.raises(Unavailable) as refused:
            set_up_clinic(tmp_path / "q", _command())
        assert refused.value.code is ErrorCode.KEYRING_UNUSABLE
        assert not Profile(tmp_path / "q").is_set_up and not (tmp_path / "q" / "slots.json").exists()


class TestPassphrase:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        set_up_clinic(tmp_path / "p", _command(device_passphrase=SecretStr(PASSPHRASE)))
        return tmp_path / "p"

    def test_it_is_asked_for_and_may_be_given_once(self, folder: Path) -> None:
        assert isinstance(secret_store(Profile(folder)), PassphraseFile)
        assert _refused(folder) is ErrorCode.DEVICE_PASSPHRASE_NEEDED
        clinic = open_clinic(folder)
        try:
            with pytest.raises(Unavailable) as wrong:
                clinic.keys.give_device_passphrase("a lamp")
            assert wrong.value.code is ErrorCode.DEVICE_PASSPHRASE_WRONG
            clinic.keys.give_device_passphrase(PASSPHRASE)
            clinic.sessions.sign_in("admin", PASSWORD)
        finally:
            clinic.close()

    def test_it_may_come_from_the_environment(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(bootstrap.PASSPHRASE_VARIABLE, PASSPHRASE)
        assert _works(folder) == "passphrase"
        monkeypatch.setenv(bootstrap.PASSPHRASE_VARIABLE, "a lamp")
        assert _refused(folder) is ErrorCode.DEVICE_PASSPHRASE_WRONG

    def test_a_bare_file_in_its_place_is_refused(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(bootstrap.PASSPHRASE_VARIABLE, PASSPHRASE)
        facts = Profile(folder).facts()
        PrivateFile(folder / "bare.json").put(f"{facts.clinic_id}/{facts.workstation}", "ab" * 32)
        (folder / "bare.json").replace(folder / "device.json")
        assert _refused(folder) is ErrorCode.DEVICE_SECRET_MISSING

    def test_a_keyring_is_better_than_a_passphrase(self, tmp_path: Path, wallet: Wallet) -> None:
        set_up_clinic(tmp_path / "q", _command(device_passphrase=SecretStr(PASSPHRASE)))
        assert isinstance(secret_store(Profile(tmp_path / "q")), SystemKeyring)
        assert not (tmp_path / "q" / "device.json").exists()


def test_a_bare_file_says_that_it_is_one(tmp_path: Path) -> None:
    set_up_clinic(tmp_path / "p", _command())
    assert _works(tmp_path / "p") == Profile(tmp_path / "p").facts().secret_store == "file"
    assert (tmp_path / "p" / "device.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"format": 1, "clinic_id": 5}', b"\xff" * 10, b"[" * 100_000, b"{" + b" " * 10_000_000],
    ids=["empty", "cut", "a list", "wrong types", "no text", "deep", "10 MB, half-written"],
)  # fmt: skip
def test_a_profile_file_that_is_none_is_named_and_kept(tmp_path: Path, content: bytes) -> None:
    """H80: nothing is guessed and nothing overwritten; the file that is wrong is named."""
    set_up_clinic(tmp_path / "p", _command())
    (tmp_path / "p" / "clinic.json").write_bytes(content)
    with pytest.raises(Unavailable) as damaged:
        open_clinic(tmp_path / "p")
    assert damaged.value.code is ErrorCode.PROFILE_DAMAGED
    assert damaged.value.parameters["file"] == "clinic.json"
    assert (tmp_path / "p" / "clinic.json").read_bytes() == content


def test_unknown_keys_in_it_do_no_harm_and_it_holds_no_secret(tmp_path: Path) -> None:
    set_up_clinic(tmp_path / "p", _command())
    file = tmp_path / "p" / "clinic.json"
    facts = json.loads(file.read_text())
    assert not [name for name in facts if "key" in name or "password" in name]
    file.write_text(json.dumps({**facts, "colour": "blue", "debug": True}))
    assert _works(tmp_path / "p") == "file"
