"""meditrack backup, verify and restore, as a person at a terminal meets them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from uuid import uuid4

import pytest

from meditrack_desktop.vault.s3_place import S3Place
from tests.cli.test_front_doors import as_admin, meditrack, refused
from tests.conftest import PASSWORDS, ClinicTemplate
from tests.vault.s3_servers import ACCESS, moto_server, raw_client

ADMIN = PASSWORDS["admin"]


@pytest.fixture
def profile(sqlite_template: ClinicTemplate, tmp_path: Path) -> Path:
    folder = tmp_path / "profile"
    shutil.copytree(sqlite_template.folder, folder)
    return folder


@pytest.fixture
def kit(sqlite_template: ClinicTemplate) -> Path:
    return sqlite_template.folder.with_suffix(".kit.txt")


@pytest.fixture
def stick(profile: Path, tmp_path: Path) -> Path:
    """A folder with one backup."""
    folder = tmp_path / "stick"
    made = meditrack("backup", *as_admin(profile), "--to", folder, password=ADMIN)
    assert made.returncode == 0, made.stderr
    found = json.loads(made.stdout)
    assert (found["outcome"], found["documents"]) == ("verified", 0)
    return folder


def test_backup_verify_and_restore(profile: Path, stick: Path) -> None:
    again = meditrack("backup", *as_admin(profile), password=ADMIN)
    assert again.returncode == 0, "the folder is remembered"
    checked = meditrack("verify", *as_admin(profile), "--backup", "all", password=ADMIN)
    found = json.loads(checked.stdout)
    assert checked.returncode == 0 and found["whole"] and len(found["backups"]) == 2
    told = meditrack("restore", *as_admin(profile), password=ADMIN)
    assert told.returncode == 1 and json.loads(told.stdout)["restored"] is False
    done = meditrack("restore", *as_admin(profile), "--yes", password=ADMIN)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["restored"] and found["saved_as"]
    checked = meditrack("verify", *as_admin(profile), "--backup", found["saved_as"], password=ADMIN)
    assert checked.returncode == 0, checked.stdout


def test_verify_names_what_is_wrong(profile: Path, stick: Path) -> None:
    (backup,) = [path for path in stick.iterdir() if path.name[0].isdigit()]
    database = backup / "database.age"
    data = bytearray(database.read_bytes())
    data[5000] ^= 1
    database.write_bytes(data)
    plain = ("--profile", profile, "--user", "admin", "--password-stdin")
    checked = meditrack("verify", *plain, "--backup", "latest", password=ADMIN)
    assert checked.returncode == 1
    assert f"{backup.name}/database.age is damaged" in checked.stdout
    assert "Something is wrong" in checked.stdout
    assert "database.age" in refused(meditrack("restore", *plain, "--yes", password=ADMIN))
    (stick / backup.name / "manifest.age").write_bytes(b"gone")
    everything = meditrack("verify", *plain, "--backup", "all", password=ADMIN)
    assert everything.returncode == 1 and f"{backup.name}/manifest.age is damaged" in everything.stdout


def test_a_new_computer_needs_the_folder_and_the_kit(stick: Path, kit: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    told = meditrack("restore", "--profile", new, "--from", stick, "--kit", kit)
    assert told.returncode == 1 and "Example Street Clinic" in told.stdout
    assert "Nothing was restored" in told.stdout
    done = meditrack("restore", *as_admin(new), "--from", stick, "--kit", kit, "--yes", password=ADMIN)
    assert done.returncode == 0, done.stderr
    checked = meditrack("verify", *as_admin(new), "--backup", "all", password=ADMIN)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_documents_in_a_store_need_its_key_on_a_new_computer(
    profile: Path, stick: Path, kit: Path, tmp_path: Path
) -> None:
    """Standard input: the password, the store's key, the kit."""
    with moto_server() as address:
        place = S3Place(f"clinic-{uuid4().hex[:12]}", "north", address)
        raw_client(place).create_bucket(Bucket=place.bucket)
        key = f"{ACCESS.key_id} {ACCESS.secret}"
        moved = meditrack("move-vault", *as_admin(profile), str(place), password=f"{ADMIN}\n{key}")
        assert moved.returncode == 0, moved.stderr
        assert meditrack("backup", *as_admin(profile), password=ADMIN).returncode == 0
        new = tmp_path / "new"
        told = meditrack("restore", "--profile", new, "--from", stick, "--kit", kit)
        assert str(place) in told.stdout and "--store-key-stdin" in told.stdout
        onto = ("restore", *as_admin(new), "--from", stick, "--yes")
        asked = refused(meditrack(*onto, "--kit", kit, "--vault", str(place), password=ADMIN))
        assert "vault_access is missing" in asked
        done = meditrack(
            *onto, "--kit", "-", "--store-key-stdin", password=f"{ADMIN}\n{key}\n{kit.read_text()}"
        )
        assert done.returncode == 0, done.stderr
        assert key not in done.stdout + done.stderr and not (new / "vault").exists()
        (new / "device.json").unlink()
        lost = refused(meditrack("recover", "--profile", new, "--kit", kit, "--vault"))
        assert "give --store-key-stdin" in lost
        person = ("recover", "--profile", new, "--user", "admin", "--password-stdin", "--kit", kit)
        without = meditrack(*person, password="willow-cabinet-seven-moons")
        assert without.returncode == 0 and "No document opens here" in without.stdout, without.stderr
        again = meditrack(*person, "--store-key-stdin", password=f"juniper-satchel-five-clouds\n{key}")
        assert again.returncode == 0 and "No document" not in again.stdout, again.stderr
        checked = meditrack("verify", *as_admin(new), password="juniper-satchel-five-clouds")
        assert checked.returncode == 0, checked.stdout + checked.stderr


def test_refusals_are_one_sentence(profile: Path, stick: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("AGE-SECRET-KEY-1" + "Q" * 58)
    assert "recovery key" in refused(
        meditrack("restore", "--profile", new, "--from", stick, "--kit", wrong, "--yes")
    )
    assert "--from" in refused(meditrack("restore", "--profile", new, "--kit", wrong, "--yes"))
    inside = profile / "backups"
    assert "cannot be used" in refused(
        meditrack("backup", *as_admin(profile), "--to", inside, password=ADMIN)
    )
    assert "no such backup" in refused(
        meditrack("verify", *as_admin(profile), "--backup", "20200101T000000Z-abcdef", password=ADMIN)
    )
