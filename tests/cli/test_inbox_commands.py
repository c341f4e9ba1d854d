"""meditrack inbox, as a scanner's script meets it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from meditrack_desktop.cli.inbox_arguments import STATES, TYPES
from meditrack_desktop.domain.documents import DocumentType
from meditrack_desktop.domain.incoming import IncomingState
from tests.cli.test_front_doors import as_admin, meditrack, profile
from tests.conftest import PASSWORDS
from tests.makers.dicom_files import a_slice
from tests.makers.documents import a_report

__all__ = ["profile"]


def call(profile: Path, deed: str, *arguments: object, user: str = "reception") -> Any:
    person = ("--profile", profile, "--user", user, "--password-stdin", "--json")
    return meditrack("inbox", deed, *person, *map(str, arguments), password=PASSWORDS[user])


def told(profile: Path, deed: str, *arguments: object, user: str = "reception") -> Any:
    done = call(profile, deed, *arguments, user=user)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_words_are_the_domains() -> None:
    assert set(STATES) == {state.value for state in IncomingState}
    assert set(TYPES) == {kind.value for kind in DocumentType} - {DocumentType.PORTRAIT.value}


def test_taken_listed_and_filed(profile: Path, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("patient_id,family_name,given_name,birth_date\nX1,Beispiel,Lukas,1980-01-02\n", "utf-8")
    assert meditrack("import", *as_admin(profile), people, password=PASSWORDS["admin"]).returncode == 0
    report = tmp_path / "scan.pdf"
    report.write_bytes(a_report("Lukas Beispiel", "1980-01-02"))
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(b"MZ" + bytes(100))
    done = call(profile, "take", report, bad)
    assert done.returncode == 1
    assert "bad.pdf: " in done.stderr
    (one,) = json.loads(done.stdout)["files"]
    assert (one["file"], one["state"], one["names"]) == ("scan.pdf", "waiting", "Lukas Beispiel · 1980-01-02")
    assert told(profile, "list") == {"files": [one]}
    filed = told(profile, "file", one["id"], "--sure", "--type", "lab_report")
    assert (filed["title"], filed["type"]) == ("scan", "lab_report")
    assert told(profile, "list") == {"files": []}
    (ended,) = told(profile, "list", "--state", "filed")["files"]
    assert ended["document"] == filed["document"]
    assert call(profile, "file", one["id"], "--patient", "0").returncode == 1


def test_a_scan_folder_and_a_study(profile: Path, tmp_path: Path) -> None:
    assert told(profile, "folder") == {"folder": None}
    assert told(profile, "collect")["folder"] is None
    scans = tmp_path / "scans"
    scans.mkdir()
    assert told(profile, "folder", "--set", scans) == {"folder": str(scans)}
    (scans / "a.pdf").write_bytes(a_report())
    (scans / "b.pdf").write_bytes(b"")
    collected = told(profile, "collect")
    assert [one["file"] for one in collected["files"]] == ["a.pdf"]
    assert [one["refusal"] for one in collected["refused"]] == ["FILE_005"]
    assert [path.name for path in scans.iterdir()] == ["b.pdf"]
    assert told(profile, "folder", "--none", user="admin") == {"folder": None}
    disc = tmp_path / "disc"
    disc.mkdir()
    for number in (1, 2):
        (disc / f"IM{number}").write_bytes(a_slice(number, 5.0 * number))
    (study,) = told(profile, "take", disc)["files"]
    assert (study["file"], study["pages"], study["type"]) == ("disc", 2, "imaging")
