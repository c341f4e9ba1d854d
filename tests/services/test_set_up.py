"""Setting a clinic up, what a refusal leaves behind (nothing), and the recovery kit."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from pydantic import SecretStr

from meditrack_desktop.bootstrap import open_clinic, secret_store, set_up_clinic
from meditrack_desktop.domain.clinic import SetUpClinic
from meditrack_desktop.domain.errors import Conflict, ErrorCode, Invalid, NotAuthenticated, Unavailable
from meditrack_desktop.services.device import device_secret
from meditrack_desktop.services.key_slots import KeySlots
from meditrack_desktop.services.profile import Profile, write_durably
from tests.conftest import ClinicTemplate

PASSWORD = "slate-harbour-ninety-owls"


def _command(**changes: object) -> SetUpClinic:
    fields: dict[str, object] = {
        "name": "Example Street Clinic",
        "zone": "Europe/London",
        "region": "GB",
        "admin_name": "Ada Verwalter",
        "admin_password": SecretStr(PASSWORD),
    }
    return SetUpClinic(**{**fields, **changes})  # type: ignore[arg-type]


def _files(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()} if folder.exists() else set()


def test_an_existing_clinic_is_never_touched(sqlite_template: ClinicTemplate, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in sqlite_template.folder.rglob("*") if path.is_file()}
    with pytest.raises(Conflict) as refused:
        set_up_clinic(sqlite_template.folder, _command(), tmp_path / "kit.txt")
    assert refused.value.code is ErrorCode.CLINIC_EXISTS
    assert {p: p.read_bytes() for p in sqlite_template.folder.rglob("*") if p.is_file()} == before
    assert not (tmp_path / "kit.txt").exists()


def test_a_weak_password_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as weak:
        set_up_clinic(tmp_path / "p", _command(admin_password=SecretStr("clinic")), tmp_path / "kit.txt")
    assert weak.value.code is ErrorCode.WEAK_PASSWORD
    assert _files(tmp_path) == set()


def test_a_server_that_does_not_answer_leaves_nothing(tmp_path: Path) -> None:
    url = SecretStr("postgresql://someone:a-secret@127.0.0.1:1/clinic")
    with pytest.raises(Unavailable) as silent:
        set_up_clinic(tmp_path / "p", _command(postgres=url), tmp_path / "kit.txt")
    assert silent.value.code is ErrorCode.DATABASE_UNREACHABLE
    assert "a-secret" not in repr(silent.value) + str(silent.value.__context__)
    assert _files(tmp_path) == set()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Unavailable) as refused:
        set_up_clinic(tmp_path / "file" / "profile", _command())
    assert refused.value.code is ErrorCode.PROFILE_UNWRITABLE
    assert refused.value.parameters["folder"] == str(tmp_path / "file" / "profile")


def test_a_kit_that_cannot_be_written_stops_the_set_up(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as refused:
        set_up_clinic(tmp_path / "p", _command(), tmp_path / "no-such-folder" / "kit.txt")
    assert refused.value.code is ErrorCode.PROFILE_UNWRITABLE
    assert not Profile(tmp_path / "p").is_set_up


def test_set_up_may_run_again_after_it_was_killed(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    set_up_clinic(folder, _command())
    (folder / "clinic.json").unlink()  # as if killed before the last step
    set_up_clinic(folder, _command(name="Second try"))
    clinic = open_clinic(folder)
    try:
        actor = clinic.sessions.sign_in("admin", PASSWORD)
        assert clinic.settings.clinic(actor).name == "Second try"
    finally:
        clinic.close()


def test_a_set_up_over_a_clinic_that_lost_its_facts_destroys_nothing(tmp_path: Path) -> None:
    """A lost `clinic.json` looks like a set-up that was killed; the people in the database must survive it."""
    folder, kit = tmp_path / "p", tmp_path / "kit.txt"
    set_up_clinic(folder, _command(), kit)
    facts, former_kit = (folder / "clinic.json").read_bytes(), kit.read_text()
    database, slots = (folder / "clinic.db").read_bytes(), (folder / "slots.json").read_bytes()
    (folder / "clinic.json").unlink()
    set_up_clinic(folder, _command(name="Second try"), kit)
    [aside] = folder.glob("set-aside-*")
    assert (aside / "clinic.db").read_bytes() == database
    assert (aside / "slots.json").read_bytes() == slots
    assert [old.read_text() for old in tmp_path.glob("kit.txt.*.old")] == [former_kit]
    rescued = tmp_path / "rescued"
    aside.rename(rescued)
    (rescued / "clinic.json").write_bytes(facts)
    (rescued / "device.json").write_bytes((folder / "device.json").read_bytes())
    clinic = open_clinic(rescued)
    try:
        actor = clinic.sessions.sign_in("admin", PASSWORD)
        assert clinic.settings.clinic(actor).name == _command().name
    finally:
        clinic.close()


def test_a_small_file_is_written_whole_even_if_the_disk_takes_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: write(handle, bytes(data)[:7]))
    write_durably(tmp_path / "slots.json", b"0123456789" * 5)
    assert (tmp_path / "slots.json").read_bytes() == b"0123456789" * 5


def test_the_kit_opens_the_secrets_and_a_strangers_does_not(tmp_path: Path) -> None:
    for name in ("one", "two"):
        set_up_clinic(tmp_path / name, _command(), tmp_path / f"{name}.txt")
    profile = Profile(tmp_path / "one")
    slots = KeySlots(profile.slots, device_secret(profile.facts(), secret_store(profile)))

    def identity(name: str) -> str:
        lines = (tmp_path / f"{name}.txt").read_text().splitlines()
        return next(line for line in lines if line.startswith("AGE-SECRET-KEY-1"))

    opened = slots.open_recovery(identity("one"))
    assert opened is not None and opened == slots.open_person("admin", PASSWORD)
    assert slots.open_recovery(identity("two")) is None
    assert slots.open_recovery("AGE-SECRET-KEY-1NONSENSE") is None


def test_neither_password_nor_device_secret_alone_opens_a_slot(sqlite_template: ClinicTemplate) -> None:
    profile = Profile(sqlite_template.folder)
    right = device_secret(profile.facts(), secret_store(profile))
    assert KeySlots(profile.slots, right).open_person("admin", PASSWORD) is not None
    assert KeySlots(profile.slots, bytes(32)).open_person("admin", PASSWORD) is None
    assert KeySlots(profile.slots, right).open_person("admin", PASSWORD + " ") is None
    assert KeySlots(profile.slots, right).open_person("nobody", PASSWORD) is None


def test_nothing_in_the_profile_tells_a_secret(sqlite_template: ClinicTemplate) -> None:
    opened = sqlite_template.secrets
    needles = [opened.database_key, opened.pepper, opened.audit_key, opened.clinical_identity, PASSWORD]
    needles += [opened.administrative_identity, "Ontwerp"]
    for path in sqlite_template.folder.rglob("*"):
        # Staff names stand on the sign-in card before anybody is signed in.
        wanted = needles[:-1] if path.name == "clinic.json" else needles
        if path.is_file():
            content = path.read_bytes()
            for needle in wanted:
                assert needle.encode() not in content, f"{path.name} holds a secret"
            assert bytes.fromhex(opened.database_key) not in content


def test_the_database_is_no_plain_sqlite_file(sqlite_template: ClinicTemplate) -> None:
    head = (sqlite_template.folder / "clinic.db").read_bytes()[:16]
    assert head != b"SQLite format 3\x00"


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b'{"format": 1}', b"\xff\xfe", b'{"format": 1, "slots": []}']
)
def test_damaged_profile_files_are_named(tmp_path: Path, content: bytes) -> None:
    folder = tmp_path / "p"
    set_up_clinic(folder, _command())
    good = (folder / "clinic.json").read_bytes()
    (folder / "clinic.json").write_bytes(content)
    with pytest.raises(Unavailable) as damaged:
        open_clinic(folder)
    assert damaged.value.code is ErrorCode.PROFILE_DAMAGED
    assert damaged.value.parameters["file"] == "clinic.json"
    (folder / "clinic.json").write_bytes(good)
    (folder / "slots.json").write_bytes(content)
    clinic = open_clinic(folder)
    try:
        with pytest.raises((Unavailable, NotAuthenticated)) as damaged_slots:
            clinic.sessions.sign_in("admin", PASSWORD)
        assert damaged_slots.value.code in (ErrorCode.PROFILE_DAMAGED, ErrorCode.INVALID_CREDENTIALS)
    finally:
        clinic.close()


def test_a_profile_of_a_newer_program_is_refused(sqlite_template: ClinicTemplate, tmp_path: Path) -> None:
    facts = json.loads((sqlite_template.folder / "clinic.json").read_text())
    (tmp_path / "clinic.json").write_text(json.dumps({**facts, "format": 99}))
    with pytest.raises(Unavailable) as newer:
        open_clinic(tmp_path)
    assert newer.value.code is ErrorCode.DATABASE_NEWER


def test_an_empty_folder_is_no_clinic(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as empty:
        open_clinic(tmp_path)
    assert empty.value.code is ErrorCode.CLINIC_NOT_SET_UP
