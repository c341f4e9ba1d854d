"""meditrack recover, rotate-keys and new-kit, as a person at a terminal meets them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.test_front_doors import as_admin, meditrack, profile, refused
from tests.conftest import PASSWORDS, ClinicTemplate

__all__ = ["profile"]

NEW = "willow-cabinet-seven-moons"


@pytest.fixture
def kit(sqlite_template: ClinicTemplate, tmp_path: Path) -> Path:
    file = tmp_path / "kit.txt"
    file.write_text(f"MediTrack Desktop recovery kit\n\n{sqlite_template.kit}\n\nKeep this on paper.\n")
    return file


def _recover(profile: Path, *arguments: str | Path, password: str = NEW) -> object:
    done = meditrack("recover", "--profile", profile, "--user", "admin", "--password-stdin", "--json", *arguments,
                     password=password)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert NEW not in done.stdout + done.stderr
    return json.loads(done.stdout)


def test_recover_with_the_kit_as_a_file_or_typed(profile: Path, kit: Path) -> None:
    (profile / "device.json").unlink()
    lost = refused(meditrack("rotate-keys", *as_admin(profile), password=PASSWORDS["admin"]))
    assert "meditrack recover" in lost
    done = _recover(profile, "--kit", kit)
    assert isinstance(done, dict) and done["new_device"] is True and done["user"] == "admin"
    typed = f"juniper-satchel-five-clouds\n{kit.read_text()}"
    again = _recover(profile, "--kit", "-", password=typed)
    assert isinstance(again, dict) and again["new_device"] is False
    rotated = meditrack("rotate-keys", *as_admin(profile), password="juniper-satchel-five-clouds")
    assert rotated.returncode == 0, rotated.stderr
    assert json.loads(rotated.stdout)["epoch"] == 2


def test_recover_refuses_another_kit_a_missing_one_and_a_stranger(
    profile: Path, kit: Path, tmp_path: Path
) -> None:
    person = ("--profile", profile, "--user", "admin", "--password-stdin")
    kit.write_text(kit.read_text().replace("AGE-SECRET-KEY-1", "AGE-SECRET-KEY-1Q")[:-20])
    wrong = "meditrack: That recovery key does not open this clinic."
    assert refused(meditrack("recover", *person, "--kit", kit, password=NEW)) == wrong
    assert refused(meditrack("recover", *person, "--kit", tmp_path / "none.txt", password=NEW)) == wrong
    assert "--user" in refused(meditrack("recover", "--profile", profile, "--kit", kit, password=NEW))
    assert "no clinic" in refused(meditrack("recover", "--profile", tmp_path / "empty", "--kit", kit,
                                            "--user", "admin", "--password-stdin", password=NEW))  # fmt: skip


def test_recover_counts_what_the_kit_opens(profile: Path, kit: Path) -> None:
    (profile / "clinic.db").unlink()
    counted = meditrack("recover", "--profile", profile, "--kit", kit, "--vault", "--json")
    assert counted.returncode == 0, counted.stderr
    assert json.loads(counted.stdout) == {"patient_keys": 0}


def test_a_new_kit_takes_the_place_of_the_former_one(profile: Path, kit: Path, tmp_path: Path) -> None:
    fresh = tmp_path / "new-kit.txt"
    fresh.write_text("another kit that lies in the way")
    made = meditrack("new-kit", *as_admin(profile), "--recovery-kit", fresh, password=PASSWORDS["admin"])
    assert made.returncode == 0, made.stderr
    assert "AGE-SECRET-KEY-1" in fresh.read_text() and "AGE-SECRET-KEY-1" not in made.stdout + made.stderr
    assert [old.read_text() for old in tmp_path.glob("new-kit.txt.*.old")] == [
        "another kit that lies in the way"
    ]
    person = ("--profile", profile, "--user", "admin", "--password-stdin")
    assert "does not open" in refused(meditrack("recover", *person, "--kit", kit, password=NEW))
    _recover(profile, "--kit", fresh)


def test_only_who_may_rotate_does(profile: Path) -> None:
    person = ("--profile", profile, "--user", "reception", "--password-stdin")
    assert "rotate_keys" in refused(meditrack("rotate-keys", *person, password=PASSWORDS["reception"]))
