"""Every patient file of the sample set: what is valid is taken whole, what is bad says where and why."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from meditrack_desktop.domain.errors import ErrorCode, Invalid
from meditrack_desktop.domain.imports import DateOrder, Skipped
from meditrack_desktop.domain.patients import RegisterPatient
from meditrack_desktop.services.imports.files import open_source
from meditrack_desktop.services.imports.items import Item, Note, Reading, Repeated, Taken

SAMPLES = Path(__file__).resolve().parents[3] / "../shared/samples"
TODAY = date(2026, 11, 21)
NAMELESS = {  # specification examples that name nobody, or two people under one id
    "Patient-infant-fetal.json": 0,
    "Bundle-bundle-references.json": 1,
}


def _index() -> list[dict[str, Any]]:
    index = SAMPLES / "index.json"
    if not index.is_file():
        return []
    files = json.loads(index.read_text(encoding="utf-8"))["files"]
    return [entry for entry in files if entry["path"].startswith("patients/")]


def _valid() -> list[Any]:
    bad = ("csv-bad", "fhir-bad", "fhir-xml", "fhir-other-version")
    return [pytest.param(entry, id=entry["path"]) for entry in _index() if entry["family"] not in bad]


def read(path: Path, order: DateOrder = DateOrder.ASK) -> list[Item]:
    return list(open_source(path).items(Reading(today=TODAY, date_order=order)))


def _expected(path: Path, facts: dict[str, Any]) -> tuple[int, int]:
    """(patients, doctors) that the facts promise."""
    if path.suffix == ".csv":
        count = facts.get("distinct_ids", facts["rows"])
        if path.name == "practitioners.csv":
            return 0, count
        is_list = path.name == "patients.csv" or "variants" in path.parent.name
        return (count if is_list else 0), 0
    if path.name in NAMELESS:
        return NAMELESS[path.name], 0
    if "resources" in facts:
        return facts["resources"].get("Patient", 0), facts["resources"].get("Practitioner", 0)
    if facts["resource"] == "Bundle":
        entries = json.loads(path.read_text(encoding="utf-8")).get("entry", [])
        kinds = Counter(entry.get("resource", {}).get("resourceType") for entry in entries)
        return kinds["Patient"], kinds["Practitioner"]
    lines = facts.get("lines", 1)
    return (
        lines if facts["resource"] == "Patient" else 0,
        lines if facts["resource"] == "Practitioner" else 0,
    )


@pytest.mark.parametrize("entry", _valid())
def test_valid_file_gives_everybody_in_it(entry: dict[str, Any], samples: Path) -> None:
    path = samples / entry["path"]
    items = read(path)
    commands = [item.command for item in items if isinstance(item, Taken)]
    patients = sum(isinstance(command, RegisterPatient) for command in commands)
    assert (patients, len(commands) - patients) == _expected(path, entry["facts"])
    if path.name not in NAMELESS:
        assert [item for item in items if isinstance(item, Skipped)] == []
    assert all(command.identifiers for command in commands)


def test_every_row_of_a_visit_list_is_accounted_for(samples: Path) -> None:
    items = read(samples / "patients/csv/clinosim-us/patients.csv")
    kinds = Counter(type(item) for item in items)
    assert (kinds[Taken], kinds[Repeated], kinds[Skipped]) == (757, 1757, 0)


def test_a_table_that_is_no_patient_list_is_named_politely(samples: Path) -> None:
    (note,) = read(samples / "patients/csv/clinosim-jp/encounters.csv")
    assert isinstance(note, Note)
    assert "601 rows of visits (encounters)" in note.text
    assert "nothing was taken" in note.text


# file -> (taken, [(where, part of the reason), ...]); the reasons in the file's order
CSV_BAD: dict[str, tuple[int, list[tuple[str, str]]]] = {
    "bad-utf8.csv": (18, [("row 20 (line 22)", "not readable text")]),
    "duplicate-header.csv": (4, []),
    "duplicate-ids.csv": (60, []),
    "excel-serial-dates.csv": (0, [(f"row {row}", "day number") for row in range(2, 10)]),
    "formula.csv": (7, []),
    "header-only.csv": (0, []),
    "huge-field.csv": (0, [("row 2", "too long")]),
    "mixed-newlines.csv": (26, [("row 28 (line 35)", "8 fields")]),
    "ragged.csv": (
        0,
        [
            ("row 2", "1 field,"),
            ("row 3", "3 fields"),
            ("row 4", "not a date"),
            ("row 5", "15 fields"),
            ("row 6", "40 fields"),
        ],
    ),
    "scientific-ids.csv": (2, [("row 2", "scientific notation")]),
    "two-digit-years.csv": (0, [(f"row {row}", "two digits") for row in range(2, 7)]),
    "unclosed-quote.csv": (10, [("row 2", "quotation marks")]),
}


@pytest.mark.parametrize("name", CSV_BAD)
def test_bad_csv_reports_rows(name: str, samples: Path) -> None:
    taken, expected = CSV_BAD[name]
    items = read(samples / "patients/csv-bad" / name)
    skipped = [item for item in items if isinstance(item, Skipped)]
    assert sum(isinstance(item, Taken) for item in items) == taken
    assert [item.where for item in skipped] == [where for where, _ in expected]
    for item, (_, part) in zip(skipped, expected, strict=True):
        assert part in item.reason
        assert item.file == name


def test_rows_with_nul_are_reported_not_repaired(samples: Path) -> None:
    items = read(samples / "patients/csv-bad/nul-bytes.csv")
    skipped = [item for item in items if isinstance(item, Skipped)]
    assert len(skipped) == 14
    assert all("NUL" in item.reason and item.where.startswith("row ") for item in skipped[:13])
    assert "3 fields" in skipped[13].reason  # where the damage ends the file


FHIR_BAD: dict[str, tuple[int, list[tuple[str, str]]]] = {
    "attachment-bad-base64.json": (0, []),
    "attachment-url.json": (0, []),
    "bad-birthdate.json": (0, [("Patient/s-1", "not a date")]),
    "big-int.json": (0, [("Patient/s-1", "too long")]),
    "circular-link.json": (1, []),
    "contained-loop.json": (0, [("Patient/s-1", "no name")]),
    "control-chars.json": (0, [("Patient/s-1", "control characters")]),
    "dangling-reference.json": (1, []),
    "deceased-and-active.json": (1, []),
    "duplicate-ids.json": (1, [("Patient/s-1", "earlier in this file")]),
    "duplicate-keys.json": (0, [("Patient/other", "stands twice")]),
    "future-birthdate.json": (0, [("Patient/s-1", "future")]),
    "gender-code.json": (0, [("Patient/s-1", "gender")]),
    "html-narrative.json": (1, []),
    "lone-surrogate.json": (0, [("Patient/s-1", "no text")]),
    "modifier-extension.json": (0, [("Patient/s-1", "modifier extension")]),
    "name-not-list.json": (0, [("Patient/s-1", "not a list")]),
    "nan-number.json": (0, [("Patient/s-1", "NaN")]),
    "partial-birthdate.json": (1, []),
    "r5-appointment.json": (0, []),
    "transaction-delete.json": (0, [("entry 1", "never does that")]),
    "utf16.json": (1, []),
    "utf8-bom.json": (1, []),
}


@pytest.mark.parametrize("name", FHIR_BAD)
def test_bad_fhir_names_the_resource(name: str, samples: Path) -> None:
    taken, expected = FHIR_BAD[name]
    items = read(samples / "patients/fhir-bad" / name)
    skipped = [item for item in items if isinstance(item, Skipped)]
    assert sum(isinstance(item, Taken) for item in items) == taken
    assert [item.where for item in skipped] == [where for where, _ in expected]
    assert all(part in item.reason for item, (_, part) in zip(skipped, expected, strict=True))


REFUSED = {
    "csv-bad/empty.csv": (ErrorCode.IMPORT_UNREADABLE, "empty"),
    "csv-bad/no-header.csv": (ErrorCode.IMPORT_NEEDS_MAPPING, "No header"),
    "fhir-bad/deep-nesting.json": (ErrorCode.IMPORT_UNREADABLE, "nested too deeply"),
    "fhir-bad/entity-expansion.xml": (ErrorCode.IMPORT_NOT_SUPPORTED, "XML is not supported"),
    "fhir-bad/external-entity.xml": (ErrorCode.IMPORT_NOT_SUPPORTED, "XML is not supported"),
    "fhir-bad/no-type.json": (ErrorCode.IMPORT_UNREADABLE, "resourceType"),
    "fhir-bad/not-json.json": (ErrorCode.IMPORT_UNREADABLE, "not valid JSON"),
    "fhir-bad/patient.xml": (ErrorCode.IMPORT_NOT_SUPPORTED, "the data as FHIR JSON"),
    "fhir-bad/trailing-comma.json": (ErrorCode.IMPORT_UNREADABLE, "line 1, column 38"),
    "fhir-bad/wrong-type.json": (ErrorCode.IMPORT_UNREADABLE, "no such type"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_unreadable_file_is_refused_with_its_name_and_a_reason(name: str, samples: Path) -> None:
    code, part = REFUSED[name]
    with pytest.raises(Invalid) as refusal:
        read(samples / "patients" / name)
    assert refusal.value.code is code
    assert part in str(refusal.value.parameters["reason"])
    assert refusal.value.parameters["file"] == Path(name).name


def test_no_bad_sample_is_left_out(samples: Path) -> None:
    known = {f"csv-bad/{name}" for name in CSV_BAD} | {f"fhir-bad/{name}" for name in FHIR_BAD}
    known |= set(REFUSED) | {"csv-bad/nul-bytes.csv"}
    there = {
        f"{path.parent.name}/{path.name}"
        for folder in ("csv-bad", "fhir-bad")
        for path in (samples / "patients" / folder).iterdir()
    }
    assert there == known


def test_other_fhir_releases_are_refused_knowingly(samples: Path) -> None:
    files = sorted((samples / "patients/fhir-other-versions").iterdir())
    assert len(files) == 8
    for path in files:
        with pytest.raises(Invalid) as refusal:
            read(path)
        assert refusal.value.code is ErrorCode.IMPORT_NOT_SUPPORTED
        assert re.search(r"FHIR (DSTU2|STU3)", str(refusal.value.parameters["reason"]))


def test_other_kinds_of_files_are_refused_with_a_sentence(samples: Path) -> None:
    for folder in ("calendars", "pdf", "images", "dicom"):
        files = [path for path in sorted((samples / folder).rglob("*")) if path.is_file()]
        assert files
        for path in files:
            with pytest.raises(Invalid) as refusal:
                read(path)
            assert str(refusal.value.parameters["reason"]).endswith("."), path


def test_windows_text_is_read_without_garbling(samples: Path) -> None:
    items = read(samples / "patients/csv-variants/semicolon-cp1252.csv")
    patients = [item.command for item in items if isinstance(item, Taken)]
    names = [f"{patient.family} {patient.given}" for patient in patients]
    assert any("ö" in name or "é" in name or "ü" in name for name in names)
    assert not any("Ã" in name or "\ufffd" in name for name in names)


def test_day_first_dates_equal_the_iso_file(samples: Path) -> None:
    def births(name: str) -> list[str]:
        items = read(samples / "patients/csv-variants" / name)
        return [str(item.command.birth_date) for item in items if isinstance(item, Taken)]  # type: ignore[union-attr]

    assert births("dates-dmy.csv") == births("utf8-bom-excel.csv") == births("utf16-tab.csv")
    assert births("pipe-quoteall-lf.csv") == births("foreign-headers.csv")


def test_japanese_names_are_taken_in_kanji(samples: Path) -> None:
    items = read(samples / "patients/fhir-ndjson/clinosim-jp/Patient.ndjson")
    first = next(item.command for item in items if isinstance(item, Taken))
    assert (first.family, first.given) == ("阿部", "信夫")
