"""meditrack import and export, as a script meets them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from meditrack_desktop.cli.import_commands import column_and_field
from meditrack_desktop.domain.imports import CsvField
from tests.cli.test_front_doors import as_admin, meditrack, profile, refused
from tests.conftest import PASSWORDS

__all__ = ["profile"]

STRANGE = "Kol1;Kol2;Kol3\n7;Fictanova Mara;03.04.1988\n8;Stubson Noah;05.06.1990\n"


def told(*arguments: str | Path) -> Any:
    done = meditrack(*map(str, arguments), password=PASSWORDS["admin"])
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_columns_are_named_and_tried_before_anything_is_written(profile: Path, tmp_path: Path) -> None:
    table = tmp_path / "strange.csv"
    table.write_text(STRANGE, "utf-8")
    unknown = meditrack("import", *as_admin(profile), table, password=PASSWORDS["admin"])
    assert unknown.returncode == 1
    assert "No header was found" in json.loads(unknown.stdout)["skipped"][0]["reason"]
    mapped = ("--map", "Kol1=id", "--map", "Kol2=name", "--map", "#3=Geburtsdatum", "--source", "Old program")
    tried = told("import", *as_admin(profile), table, *mapped, "--dry-run", "--dates", "day_first")
    assert (tried["new"], tried["known"], tried["refused"]) == (2, 0, [])
    taken = told("import", *as_admin(profile), table, *mapped, "--dates", "day_first")
    assert (taken["added"], taken["skipped"]) == (2, [])
    again = told("import", *as_admin(profile), table, *mapped, "--dry-run", "--dates", "day_first")
    assert (again["new"], again["known"]) == (0, 2)
    wrong = meditrack("import", *as_admin(profile), table, "--map", "Kol9=id", password=PASSWORDS["admin"])
    assert "no column Kol9" in json.loads(wrong.stdout)["skipped"][0]["reason"]


def test_a_list_goes_out_and_in_again(profile: Path, tmp_path: Path) -> None:
    table = tmp_path / "people.csv"
    table.write_text("family name,given name\nFictanova,Mara\nStubson,Noah\n", "utf-8")
    told("import", *as_admin(profile), table)
    for kind, name in (("csv", "out.csv"), ("xlsx", "out.xlsx"), ("vcard", "out.vcf")):
        out = tmp_path / name
        assert told("export", *as_admin(profile), kind, out) == {"patients": 2, "file": str(out)}
        assert out.stat().st_mode & 0o777 == 0o600
        there = meditrack("export", *as_admin(profile), kind, out, password=PASSWORDS["admin"])
        assert "could not be written" in refused(there)
    for name in ("out.csv", "out.vcf"):
        again = told("import", *as_admin(profile), tmp_path / name)
        assert (again["added"], again["unchanged"], again["skipped"]) == (0, 2, [])
    some = told("export", *as_admin(profile), "csv", tmp_path / "some.csv", "--find", "stubson")
    assert some["patients"] == 1


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Nachname=family name", ("Nachname", CsvField.FAMILY)),
        ("A=B=Vorname", ("A=B", CsvField.GIVEN)),
        ("#3=phone", ("#3", CsvField.PHONE)),
        ("Flag=", ("Flag", None)),
    ],
)
def test_a_column_and_its_field(typed: str, meant: tuple[str, CsvField | None]) -> None:
    assert column_and_field(typed) == meant


@pytest.mark.parametrize("typed", ["Nachname", "=family name", "Nachname=shoe size"])
def test_what_is_no_column_and_field(typed: str) -> None:
    with pytest.raises(ValueError, match=r"Nachname|family"):
        column_and_field(typed)
