"""Where this computer's secret lies: only keyrings of the system; each kind of trouble has its name (D22, F14)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from keyring.backends import chainer, fail, null
from keyring.errors import InitError, KeyringLocked, PasswordDeleteError, PasswordSetError

from meditrack_desktop.adapters import secret_stores
from meditrack_desktop.adapters.passphrase_file import FreshFile, PassphraseFile
from meditrack_desktop.adapters.secret_stores import (
    LONGEST_ENTRY,
    PrivateFile,
    SystemKeyring,
    system_keyring,
)
from meditrack_desktop.domain.errors import ErrorCode, Unavailable

PASSPHRASE, KEY, SECRET = "a lamp on the stairs", "clinic/ws_1", "ab" * 32


class Memory:
    """A keyring that works; its class says it is the system's."""

    __module__ = "keyring.backends.SecretService"

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.written: list[str] = []

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.written.append(username)
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError("not found")


class Locked(Memory):
    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("the collection is locked")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked("the collection is locked")


class Denied(Memory):
    """Reading is not allowed to this program."""

    def get_password(self, service: str, username: str) -> str | None:
        raise InitError("access denied")


class Full(Memory):
    def set_password(self, service: str, username: str, password: str) -> None:
        raise PasswordSetError("no room")


class Forgetful(Memory):
    """It takes what it is given and keeps nothing."""

    def set_password(self, service: str, username: str, password: str) -> None:
        return


class Cutting(Memory):
    """It keeps the beginning."""

    def set_password(self, service: str, username: str, password: str) -> None:
        super().set_password(service, username, password[:8])


class Plaintext(Memory):
    __module__ = "keyrings.alt.file"


def test_a_keyring_of_the_system_keeps_what_it_is_given() -> None:
    backend = Memory()
    store = SystemKeyring(backend)
    assert store.get(KEY) is None
    store.put(KEY, SECRET)
    assert SystemKeyring(backend).get(KEY) == SECRET
    store.delete(KEY)
    store.delete(KEY)
    assert store.get(KEY) is None and not backend.kept, "the probe is taken away again"


def test_it_is_proven_once_before_the_first_use() -> None:
    backend = Memory()
    store = SystemKeyring(backend)
    for _ in range(3):
        store.get(KEY)
    assert len(backend.written) == 1 and backend.written[0].startswith("probe-")


@pytest.mark.parametrize(
    "backend", [Locked, Denied, Full, Forgetful, Cutting], ids=lambda kind: kind.__name__
)
def test_one_that_does_not_work_says_so(backend: type[Memory]) -> None:
    for call in (lambda s: s.get(KEY), lambda s: s.put(KEY, SECRET)):
        with pytest.raises(Unavailable) as refused:
            call(SystemKeyring(backend()))
        assert refused.value.code is ErrorCode.KEYRING_UNUSABLE


def test_entries_are_short_in_both_directions() -> None:
    backend = Memory()
    store = SystemKeyring(backend)
    store.put(KEY, "x" * LONGEST_ENTRY)
    with pytest.raises(Unavailable) as long:
        store.put(KEY, "x" * (LONGEST_ENTRY + 1))
    assert long.value.code is ErrorCode.KEYRING_UNUSABLE
    assert store.get(KEY) == "x" * LONGEST_ENTRY, "what was there is there"
    backend.kept[secret_stores.SERVICE, KEY] = "x" * 2561
    with pytest.raises(Unavailable) as strange:
        store.get(KEY)
    assert strange.value.code is ErrorCode.KEYRING_UNUSABLE


def test_only_the_systems_are_accepted() -> None:
    assert system_keyring(Memory()) is not None
    for refused in (Plaintext(), null.Keyring(), fail.Keyring(), object()):
        assert system_keyring(refused) is None


def test_of_a_chain_only_the_systems_own_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """A chain asks the next one where the first has nothing, and writes where it can: that may be a plain file."""
    plain, own = Plaintext(), Memory()
    monkeypatch.setattr(chainer.ChainerBackend, "backends", [plain, own])
    found = system_keyring(chainer.ChainerBackend())
    assert found is not None
    found.put(KEY, SECRET)
    assert own.kept and not plain.kept
    plain.kept[secret_stores.SERVICE, "other"] = "theirs"
    assert found.get("other") is None
    monkeypatch.setattr(chainer.ChainerBackend, "backends", [plain])
    assert system_keyring(chainer.ChainerBackend()) is None


class TestPrivateFile:
    def test_it_keeps_values_for_this_account_only(self, tmp_path: Path) -> None:
        store = PrivateFile(tmp_path / "device.json")
        store.put(KEY, SECRET)
        store.put("other", "x")
        assert PrivateFile(tmp_path / "device.json").get(KEY) == SECRET
        assert (tmp_path / "device.json").stat().st_mode & 0o077 == 0
        store.delete(KEY)
        store.delete("other")
        assert not (tmp_path / "device.json").exists()

    @pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff"])
    def test_a_damaged_one_is_a_lost_secret(self, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "device.json").write_bytes(content)
        with pytest.raises(Unavailable) as damaged:
            PrivateFile(tmp_path / "device.json").get(KEY)
        assert damaged.value.code is ErrorCode.DEVICE_SECRET_MISSING


class TestPassphraseFile:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        PassphraseFile(tmp_path / "device.json", PASSPHRASE).put(KEY, SECRET)
        return tmp_path / "device.json"

    def test_the_passphrase_opens_it(self, path: Path) -> None:
        store = PassphraseFile(path, PASSPHRASE)
        store.put("other", "x")
        assert (store.get(KEY), store.get("other"), store.get("none")) == (SECRET, "x", None)
        assert SECRET.encode() not in path.read_bytes() and KEY.encode() not in path.read_bytes()
        assert path.stat().st_mode & 0o077 == 0
        store.delete("other")
        assert PassphraseFile(path, PASSPHRASE).get("other") is None

    def test_without_it_or_with_another_one_it_says_so(self, path: Path) -> None:
        content = path.read_bytes()
        for given, code in (
            ("", ErrorCode.DEVICE_PASSPHRASE_NEEDED),
            ("a lamp", ErrorCode.DEVICE_PASSPHRASE_WRONG),
        ):
            for call in (lambda s: s.get(KEY), lambda s: s.put(KEY, "x")):
                with pytest.raises(Unavailable) as refused:
                    call(PassphraseFile(path, given))
                assert refused.value.code is code
        assert path.read_bytes() == content

    def test_it_may_be_given_later_and_a_wrong_one_changes_nothing(self, path: Path) -> None:
        store = PassphraseFile(path)
        with pytest.raises(Unavailable):
            store.unlock("a lamp")
        with pytest.raises(Unavailable) as needed:
            store.get(KEY)
        assert needed.value.code is ErrorCode.DEVICE_PASSPHRASE_NEEDED
        store.unlock(PASSPHRASE)
        with pytest.raises(Unavailable):
            store.unlock("a lamp")
        assert store.get(KEY) == SECRET

    @pytest.mark.parametrize("field", ["salt", "nonce", "sealed"])
    def test_a_damaged_one_opens_nothing(self, path: Path, field: str) -> None:
        content = json.loads(path.read_text())
        path.write_text(json.dumps({**content, field: "no base64"}))
        with pytest.raises(Unavailable) as damaged:
            PassphraseFile(path, PASSPHRASE).get(KEY)
        assert damaged.value.code is ErrorCode.DEVICE_SECRET_MISSING

    def test_it_is_told_from_a_bare_one(self, path: Path, tmp_path: Path) -> None:
        assert PassphraseFile.lies_in(path)
        PrivateFile(tmp_path / "bare.json").put(KEY, SECRET)
        assert not PassphraseFile.lies_in(tmp_path / "bare.json")
        assert not PassphraseFile.lies_in(tmp_path / "none.json")

    def test_a_bare_one_is_taken_over_only_where_that_is_asked(self, tmp_path: Path) -> None:
        bare = tmp_path / "bare.json"
        PrivateFile(bare).put(KEY, SECRET)
        with pytest.raises(Unavailable):
            PassphraseFile(bare, PASSPHRASE).get(KEY)
        store = PassphraseFile(bare, PASSPHRASE, takes_over=True)
        assert store.get(KEY) == SECRET
        store.put("other", "x")
        assert PassphraseFile(bare, PASSPHRASE).get(KEY) == SECRET and SECRET not in bare.read_text()


class TestFreshFile:
    """A new secret where the one before is lost: nothing that lies there is deleted."""

    def test_what_cannot_be_opened_is_set_aside(self, tmp_path: Path) -> None:
        path = tmp_path / "device.json"
        PassphraseFile(path, "forgotten words").put(KEY, "lost")
        before = path.read_bytes()
        for number, passphrase in enumerate(("", PASSPHRASE)):
            FreshFile(path, passphrase).put(KEY, SECRET)
            assert FreshFile(path, passphrase).get(KEY) == SECRET
            aside = [old.read_bytes() for old in tmp_path.glob("device.json.*.old")]
            assert before in aside and len(aside) == 1, number

    def test_what_can_be_read_is_kept(self, tmp_path: Path) -> None:
        path = tmp_path / "device.json"
        PrivateFile(path).put("another clinic", "x")
        FreshFile(path).put(KEY, SECRET)
        assert PrivateFile(path).get("another clinic") == "x"
