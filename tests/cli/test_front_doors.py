"""The command line as a person at a terminal meets it: real processes, exit codes, one sentence a refusal."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import warm
from tests.conftest import PASSWORDS, ROOT, ClinicTemplate
from tests.postgres import PostgresServer

ENVIRONMENT = {
    **os.environ,
    "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    "QT_QPA_PLATFORM": "offscreen",
    "PYTHONPATH": str(ROOT),
}


def meditrack(*arguments: str | Path, password: str = "") -> subprocess.CompletedProcess[str]:
    """Run one command in a process of its own."""
    ended = warm.run(
        "meditrack_desktop", *map(str, arguments), input=(password + "\n").encode(), env=ENVIRONMENT
    )
    out, err = ended.stdout.decode(), ended.stderr.decode()
    return subprocess.CompletedProcess(ended.args, ended.returncode, out, err)


def refused(result: subprocess.CompletedProcess[str]) -> str:
    """The one sentence of a refusal: exit 1, nothing on stdout, one line on stderr, no traceback."""
    assert result.returncode == 1, result
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("meditrack: ") and result.stdout == ""
    return lines[0]


@pytest.fixture
def profile(sqlite_template: ClinicTemplate, tmp_path: Path) -> Path:
    folder = tmp_path / "profile"
    shutil.copytree(sqlite_template.folder, folder)
    return folder


def as_admin(folder: Path) -> tuple[str | Path, ...]:
    return ("--profile", folder, "--user", "admin", "--password-stdin", "--json")


def test_set_up_import_and_import_again(tmp_path: Path, samples: Path) -> None:
    folder, kit = tmp_path / "clinic", tmp_path / "kit.txt"
    made = meditrack(
        "init", "--profile", folder, "--clinic", "Example Street", "--admin", "Ada Verwalter", "--password-stdin",
        "--recovery-kit", kit, "--region", "GB", "--zone", "Europe/London", "--backup-later",
        password=PASSWORDS["admin"],
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    assert "AGE-SECRET-KEY-1" in kit.read_text() and "AGE-SECRET-KEY-1" not in made.stdout
    people = samples / "patients" / "csv-generated" / "patients.csv"
    first = meditrack("import", *as_admin(folder), people, password=PASSWORDS["admin"])
    assert first.returncode == 0, first.stderr
    report = json.loads(first.stdout)
    assert (report["added"], report["unchanged"], report["skipped"]) == (2040, 0, [])
    again = json.loads(meditrack("import", *as_admin(folder), people, password=PASSWORDS["admin"]).stdout)
    assert (again["added"], again["unchanged"], again["updated"]) == (0, 2040, 0)


@pytest.mark.parametrize("family", ["csv-bad", "fhir-bad"])
def test_bad_files_name_the_row_and_the_reason(profile: Path, samples: Path, family: str) -> None:
    files = sorted((samples / "patients" / family).iterdir())
    result = meditrack("import", *as_admin(profile), *files, password=PASSWORDS["admin"])
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    report = json.loads(result.stdout)
    assert len(report["skipped"]) > 10
    for skipped in report["skipped"]:
        assert skipped["where"] and len(skipped["reason"]) > 15 and skipped["reason"].endswith("."), skipped
        assert not {"Traceback", "Error", "please", "Please"} & set(skipped["reason"].split()), skipped


def test_nothing_but_unreadable_files_is_a_failure(profile: Path, samples: Path) -> None:
    bad = samples / "patients" / "fhir-bad" / "not-json.json"
    result = meditrack("import", *as_admin(profile), bad, password=PASSWORDS["admin"])
    assert result.returncode == 1
    [skipped] = json.loads(result.stdout)["skipped"]
    assert skipped["file"] == "not-json.json" and skipped["where"] == "file"


def test_all_or_none_takes_nobody_when_a_row_is_bad(profile: Path, samples: Path) -> None:
    mixed = samples / "patients" / "csv-bad" / "mixed-newlines.csv"
    arguments = ("import", *as_admin(profile), "--all-or-none", mixed)
    report = json.loads(meditrack(*arguments, password=PASSWORDS["admin"]).stdout)
    assert report["added"] == 0 and report["skipped"]
    kept = json.loads(meditrack("import", *as_admin(profile), mixed, password=PASSWORDS["admin"]).stdout)
    assert kept["added"] > 0


def test_a_missing_file_is_named(profile: Path, tmp_path: Path) -> None:
    arguments = ("import", *as_admin(profile), tmp_path / "not-there.csv")
    assert "not-there.csv" in refused(meditrack(*arguments, password=PASSWORDS["admin"]))


def test_a_wrong_password_a_lesser_role_and_no_password(profile: Path, tmp_path: Path) -> None:
    csv = tmp_path / "people.csv"
    csv.write_text("patient_id,family_name\n1,Vzorek\n")
    wrong = refused(meditrack("import", *as_admin(profile), csv, password="not it"))
    assert wrong == "meditrack: The name or the password is not right."
    arguments = ("import", "--profile", profile, "--user", "reception", "--password-stdin", csv)
    assert "import_patients" in refused(meditrack(*arguments, password=PASSWORDS["reception"]))
    assert "--password-stdin" in refused(meditrack("import", "--profile", profile, "--user", "admin", csv))


def test_no_clinic_an_existing_clinic_and_a_folder_that_cannot_be_written(
    profile: Path, tmp_path: Path
) -> None:
    csv = tmp_path / "people.csv"
    csv.write_text("patient_id,family_name\n1,Vzorek\n")
    nowhere = ("import", *as_admin(tmp_path / "nowhere"), csv)
    assert "no clinic" in refused(meditrack(*nowhere, password="x"))
    init = (
        "--clinic",
        "A",
        "--admin",
        "Bea Quist",
        "--password-stdin",
        "--recovery-kit",
        tmp_path / "kit.txt",
        "--backup-later",
    )
    existing = meditrack("init", "--profile", profile, *init, password=PASSWORDS["admin"])
    assert "already" in refused(existing)
    (tmp_path / "file").write_text("in the way")
    blocked = meditrack("init", "--profile", tmp_path / "file" / "p", *init, password=PASSWORDS["admin"])
    assert "cannot be written" in refused(blocked)
    assert not (tmp_path / "kit.txt").exists()


def test_a_database_of_another_key_or_a_newer_version_is_left_alone(
    profile: Path, sqlite_template: ClinicTemplate, tmp_path: Path
) -> None:
    csv = tmp_path / "people.csv"
    csv.write_text("patient_id,family_name\n1,Vzorek\n")
    database = profile / "clinic.db"
    good = database.read_bytes()
    database.write_bytes(os.urandom(len(good)))
    scrambled = database.read_bytes()
    sentence = refused(meditrack("import", *as_admin(profile), csv, password=PASSWORDS["admin"]))
    assert "key does not open" in sentence and database.read_bytes() == scrambled

    database.write_bytes(good)
    from sqlalchemy import text

    from meditrack_desktop.database.engine import SqliteTarget
    from meditrack_desktop.database.session import Database

    opened = Database(SqliteTarget(database))
    opened.unlock(bytes.fromhex(sqlite_template.secrets.database_key))
    with opened.engine.execution_options(writing=True).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    opened.lock()
    for command in (("import", *as_admin(profile), csv), ("migrate", *as_admin(profile))):
        assert "newer version" in refused(meditrack(*command, password=PASSWORDS["admin"]))


def test_a_server_that_does_not_answer(tmp_path: Path) -> None:
    url = "postgresql://someone:hush-hush@127.0.0.1:1/clinic"
    sentence = refused(
        meditrack(
            "init", "--profile", tmp_path / "p", "--clinic", "A", "--admin", "Bea Quist", "--password-stdin",
            "--recovery-kit", tmp_path / "kit.txt", "--backup-later", "--postgres", url, password=PASSWORDS["admin"],
        )
    )  # fmt: skip
    assert "does not answer" in sentence and "hush-hush" not in sentence
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_clinic_on_postgres(
    tmp_path: Path, postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgres_server.url(postgres_server.create())
    monkeypatch.setitem(ENVIRONMENT, "MEDITRACK_POSTGRES", url)
    made = meditrack(
        "init", "--profile", tmp_path / "p", "--clinic", "A", "--admin", "Bea Quist", "--password-stdin",
        "--recovery-kit", tmp_path / "kit.txt", "--backup-later", password=PASSWORDS["admin"],
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    assert not (tmp_path / "p" / "clinic.db").exists()
    csv = tmp_path / "people.csv"
    csv.write_text("patient_id,family_name\n1,Vzorek\n")
    report = meditrack("import", *as_admin(tmp_path / "p"), csv, password=PASSWORDS["admin"])
    assert json.loads(report.stdout)["added"] == 1
    second = meditrack(
        "init", "--profile", tmp_path / "q", "--clinic", "B", "--admin", "Cleo Rand", "--password-stdin",
        "--recovery-kit", tmp_path / "kit2.txt", "--backup-later", "--postgres", url, password=PASSWORDS["admin"],
    )  # fmt: skip
    assert "already" in refused(second), "one database holds one clinic"


def test_migrating_an_up_to_date_clinic_says_so(profile: Path) -> None:
    result = meditrack("migrate", *as_admin(profile), password=PASSWORDS["admin"])
    found = json.loads(result.stdout)
    assert found["before"] == found["after"]


@pytest.mark.parametrize("name", ["worker", "api"])
def test_what_comes_later_says_so(name: str) -> None:
    assert f"{name} is not in this version" in refused(meditrack(name))


def test_the_door_and_the_sign_in_card_load_no_database() -> None:
    """What the card does not need is loaded beside it, after it has painted."""
    heavy = ("sqlalchemy", "psycopg", "alembic", "reportlab", "pypdfium2", "cryptography", "pydantic")
    code = (
        "import sys, meditrack_desktop.__main__, meditrack_desktop.ui.application\n"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=ENVIRONMENT, check=True
    )
    assert result.stdout.strip() == "[]"


def test_wrong_usage_is_two_and_every_command_has_help() -> None:
    assert meditrack("bogus").returncode == 2
    assert meditrack("init").returncode == 2
    for name in ("", "demo", "init", "import", "migrate", "self-test", "screenshots", "backup"):
        result = meditrack(*([name] if name else []), "--help")
        assert result.returncode == 0 and result.stdout.startswith("usage: meditrack")


def test_self_test_passes_line_by_line() -> None:
    result = meditrack("self-test")
    assert result.returncode == 0, result.stdout + result.stderr
    assert len(result.stdout.splitlines()) >= 9
    assert all(line.startswith("ok ") for line in result.stdout.splitlines())


def test_the_demo_is_made_once_and_prints_its_accounts(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    first = meditrack("demo", "--no-window", "--profile", folder)
    assert first.returncode == 0, first.stderr
    accounts = dict(line.split(" ") for line in first.stdout.splitlines())
    assert set(accounts) == {"admin", "reception", "doctor"}
    made = (folder / "clinic.db").stat().st_mtime_ns
    second = meditrack("demo", "--no-window", "--profile", folder, "--json")
    assert json.loads(second.stdout)["accounts"] == accounts
    assert (folder / "clinic.db").stat().st_mtime_ns == made


def test_the_demo_never_fills_a_real_clinic(profile: Path) -> None:
    before = (profile / "clinic.db").read_bytes()
    assert "already" in refused(meditrack("demo", "--no-window", "--profile", profile))
    assert (profile / "clinic.db").read_bytes() == before
