"""meditrack init: what it asks for, what it writes, and a desk that joins a clinic on a server."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pypdfium2
import pytest

from meditrack_desktop.services.profile import Profile
from tests.cli.test_front_doors import ENVIRONMENT, meditrack, refused
from tests.conftest import PASSWORDS
from tests.postgres import PostgresServer
from tests.tls import Relay, make_authority, server_side

PASSWORD = PASSWORDS["admin"]


def arguments(folder: Path, kit: Path, *more: str | Path) -> tuple[str | Path, ...]:
    return (
        "init", "--profile", folder, "--clinic", "Example Street", "--admin", "Ada Verwalter", "--password-stdin",
        "--recovery-kit", kit, *more,
    )  # fmt: skip


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ENVIRONMENT, "TZ", "Europe/Zurich")
    monkeypatch.setitem(ENVIRONMENT, "LC_ALL", "de_CH.UTF-8")


def test_a_backup_folder_or_an_explicit_later_must_be_said(tmp_path: Path) -> None:
    result = meditrack(*arguments(tmp_path / "p", tmp_path / "kit.txt"), password=PASSWORD)
    assert result.returncode == 2 and "--backup-later" in result.stderr
    both = meditrack(
        *arguments(tmp_path / "p", tmp_path / "kit.txt", "--backup", tmp_path / "b", "--backup-later"),
        password=PASSWORD,
    )
    assert both.returncode == 2
    assert not (tmp_path / "p").exists()


def test_zone_and_region_are_this_computers_and_the_kit_is_a_page(tmp_path: Path) -> None:
    folder, kit, backups = tmp_path / "p", tmp_path / "kit.pdf", tmp_path / "backups"
    made = meditrack(
        *arguments(folder, kit, "--backup", backups, "--desk", "Front desk 2", "--json"), password=PASSWORD
    )
    assert made.returncode == 0, made.stderr
    facts = Profile(folder).facts()
    assert (facts.workstation_name, facts.backup_folder, facts.backup_put_off) == (
        "Front desk 2",
        str(backups),
        False,
    )
    document = pypdfium2.PdfDocument(kit)
    text = document[0].get_textpage().get_text_range()
    assert "AGE-SECRET-KEY-1" in text and json.loads(made.stdout)["clinic_id"] in text
    assert [round(side) for side in document[0].get_size()] == [595, 842], (
        "A4, as printers in Switzerland hold"
    )
    document.close()
    if os.name == "posix":
        assert kit.stat().st_mode & 0o077 == 0, "readable by this person only"


def test_backups_inside_the_profile_are_refused(tmp_path: Path) -> None:
    result = meditrack(
        *arguments(tmp_path / "p", tmp_path / "kit.txt", "--backup", tmp_path / "p" / "backups"),
        password=PASSWORD,
    )
    assert "backup folder" in refused(result)
    assert not (tmp_path / "kit.txt").exists()


def test_a_passphrase_seals_this_computers_secret(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    made = meditrack(
        *arguments(folder, tmp_path / "kit.txt", "--backup-later", "--device-passphrase-stdin"),
        password=f"{PASSWORD}\nfour walls and a roof",
    )
    assert made.returncode == 0, made.stderr
    assert Profile(folder).facts().secret_store == "passphrase"
    csv = tmp_path / "people.csv"
    csv.write_text("patient_id,family_name\n1,Vzorek\n")
    bring = ("import", "--profile", folder, "--user", "admin", "--password-stdin", csv)
    assert "MEDITRACK_DEVICE_PASSPHRASE" in refused(meditrack(*bring, password=PASSWORD))
    ENVIRONMENT["MEDITRACK_DEVICE_PASSPHRASE"] = "four walls and a roof"
    try:
        assert meditrack(*bring, password=PASSWORD).returncode == 0
    finally:
        del ENVIRONMENT["MEDITRACK_DEVICE_PASSPHRASE"]
    empty = meditrack(
        *arguments(tmp_path / "q", tmp_path / "kit2.txt", "--backup-later", "--device-passphrase-stdin"),
        password=PASSWORD,
    )
    assert "device_passphrase is missing" in refused(empty)


def test_each_part_of_a_server_that_fails_is_named(postgres_server: PostgresServer, tmp_path: Path) -> None:
    relay = Relay(postgres_server.address)

    def tried(url: str, *more: str | Path) -> str:
        kit = tmp_path / "kit.txt"
        result = meditrack(
            *arguments(tmp_path / "p", kit, "--backup-later", "--postgres", url, *more), password=PASSWORD
        )
        assert not kit.exists() and not (tmp_path / "p" / "clinic.json").exists()
        sentence = refused(result)
        assert "hush-hush" not in sentence
        return sentence

    here, door = f"127.0.0.1:{relay.port}", "postgresql://postgres:hush-hush"
    assert "no-such-server.invalid" in tried(f"{door}@no-such-server.invalid/x")
    assert "does not answer on port 1" in tried(f"{door}@127.0.0.1:1/x")
    assert "offers no encrypted connection" in tried(f"{door}@{here}/x")
    assert "no database called nothing_here" in tried(f"{door}@{here}/nothing_here?sslmode=prefer")
    authority = make_authority(tmp_path)
    tls = Relay(postgres_server.address, server_side(*authority.sign(tmp_path, "another.example")))
    assert "certificate" in tried(f"{door}@127.0.0.1:{tls.port}/x", "--certificate", authority.file)
    assert "certificate" in tried(f"{door}@127.0.0.1:{tls.port}/x", "--certificate", tmp_path / "p")
    relay.close()
    tls.close()


def test_a_desk_joins_by_approval_and_another_with_the_kit(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    url = postgres_server.url(postgres_server.create())
    share, kit = tmp_path / "share", tmp_path / "kit.txt"
    made = meditrack(
        *arguments(tmp_path / "one", kit, "--backup-later", "--postgres", url, "--documents", share),
        password=PASSWORD,
    )
    assert made.returncode == 0, made.stderr
    join = ("--join", "--postgres", url, "--documents", share, "--json")
    asked = meditrack("init", "--profile", tmp_path / "two", *join, "--desk", "Back office")
    assert asked.returncode == 0, asked.stderr
    told = json.loads(asked.stdout)
    assert told["joined"] is False and len(told["words"]) == 6
    again = json.loads(meditrack("init", "--profile", tmp_path / "two", *join).stdout)
    assert again == told, "asking again shows the same words"

    from meditrack_desktop.bootstrap import open_clinic

    clinic = open_clinic(tmp_path / "one")
    try:
        admin = clinic.sessions.sign_in("admin", PASSWORD)
        [desk] = [each for each in clinic.desks.list(admin) if each.name == "Back office"]
        clinic.desks.approve(admin, desk.id)
    finally:
        clinic.close()
    assert json.loads(meditrack("init", "--profile", tmp_path / "two", *join).stdout) == {
        "joined": True,
        "clinic": "Example Street",
    }
    third = meditrack("init", "--profile", tmp_path / "three", *join, "--kit", kit)
    assert json.loads(third.stdout)["joined"] is True, third.stderr
    for folder in ("two", "three"):
        clinic = open_clinic(tmp_path / folder)
        try:
            assert clinic.sessions.sign_in("admin", PASSWORD).name == "Ada Verwalter"
        finally:
            clinic.close()


def test_joining_needs_a_server_and_a_folder(tmp_path: Path) -> None:
    result = meditrack("init", "--profile", tmp_path, "--join")
    assert result.returncode == 2 and "--postgres, --documents" in result.stderr
