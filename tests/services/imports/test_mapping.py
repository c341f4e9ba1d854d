"""Saying which column is what: guesses, samples, what is remembered, and names spaces of ids."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.errors import ErrorCode, Invalid, Stopped
from meditrack_desktop.domain.imports import CsvField, CsvMapping, DateOrder, OnDifferent
from meditrack_desktop.domain.patients import FindPatients, RegisterPatient
from meditrack_desktop.domain.progress import Progress
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.services.imports.files import look_at, open_source
from meditrack_desktop.services.imports.items import Reading, Taken
from tests.services.imports.test_cards import TODAY

Write = Callable[[str], Path]


@pytest.fixture
def table(tmp_path: Path) -> Write:
    def write(content: str) -> Path:
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.csv"
        path.write_text(content, "utf-8")
        return path

    return write


def nothing(_fingerprint: str) -> None:
    return None


def people(path: Path, mapping: CsvMapping) -> list[RegisterPatient]:
    items = open_source(path, [mapping]).items(Reading(today=TODAY, date_order=DateOrder.DAY_FIRST))
    return [item.command for item in items if isinstance(item, Taken)]  # type: ignore[misc]


def test_a_look_guesses_and_shows_a_few_cells(table: Write) -> None:
    look = look_at(table("PatNr,Nachname,Vorname,Geburtsdatum,X\n" + "1,Ö,Anna,03/04/2001,?\n" * 9), nothing)
    assert [(each.key, each.guess) for each in look.columns] == [
        ("PatNr", None),
        ("Nachname", CsvField.FAMILY),
        ("Vorname", CsvField.GIVEN),
        ("Geburtsdatum", CsvField.BIRTH_DATE),
        ("X", None),
    ]
    assert look.columns[1].samples == ("Ö",) * 5
    assert (look.total, look.header, look.dates_ambiguous) == (9, True, True)


@pytest.mark.parametrize(
    ("dates", "ambiguous"), [(("03/04/2001", "13/04/2001"), False), (("2001-04-03",), False)]
)
def test_dates_that_prove_their_order_are_not_asked_about(
    table: Write, dates: tuple[str, ...], ambiguous: bool
) -> None:
    look = look_at(table("name,dob\n" + "".join(f"A,{day}\n" for day in dates)), nothing)
    assert look.dates_ambiguous is ambiguous


def test_a_first_row_that_is_somebodys_names_no_column(table: Write, samples: Path) -> None:
    look = look_at(table("Fictanova,Mara,1988-04-05,020 7946 0142\nStubson,Noah,1990-01-01,\n"), nothing)
    assert (look.header, look.total) == (False, 2)
    assert [each.key for each in look.columns] == ["#1", "#2", "#3", "#4"]
    mapping = CsvMapping(
        columns={"#1": CsvField.FAMILY, "#2": CsvField.GIVEN, "#3": CsvField.BIRTH_DATE}, header=False
    )
    path = table("Fictanova,Mara,1988-04-05,020 7946 0142\nStubson,Noah,1990-01-01,\n")
    assert [one.family for one in people(path, mapping)] == ["Fictanova", "Stubson"]
    assert not look_at(samples / "patients/csv-bad/no-header.csv", nothing).header


def test_the_persons_word_beats_the_guess(table: Write) -> None:
    path = table("name,vorname,telefon\nMara,Fictanova,Wien\n")
    mapping = CsvMapping(
        columns={"name": CsvField.GIVEN, "vorname": CsvField.FAMILY, "telefon": CsvField.CITY}
    )
    (one,) = people(path, mapping)
    assert (one.family, one.given, one.address.city, one.phones) == ("Fictanova", "Mara", "Wien", ())


def test_no_mapping_is_possible(table: Write) -> None:
    path = table("a,b\n1,2\n")
    for mappings in (
        [],
        [CsvMapping(columns={"a": CsvField.PHONE})],
        [CsvMapping(columns={"c": CsvField.FAMILY})],
    ):
        with pytest.raises(Invalid) as refusal:
            open_source(path, mappings)
        assert refusal.value.code is ErrorCode.IMPORT_NEEDS_MAPPING
        assert str(refusal.value.parameters["reason"]).endswith(".")


def test_ids_of_two_sources_are_two_name_spaces(clinic: Clinic, admin: Actor, table: Write) -> None:
    north = table("patient_id,family name,given name\nP1,Fictanova,Mara\n")
    south = table("patient_id,family name,given name\nP1,Stubson,Noah\n")
    first = clinic.imports.run(admin, [north], mappings=[CsvMapping(source="North")])
    second = clinic.imports.run(admin, [south], mappings=[CsvMapping(source="South")])
    assert (first.added, second.added, second.skipped) == (1, 1, ())
    # Without a source both are the same numbers, and the same number of two people is a conflict.
    plain = [clinic.imports.run(admin, [path]) for path in (north, south)]
    assert (plain[0].added, plain[1].added, len(plain[1].skipped)) == (1, 0, 1)
    again = clinic.imports.run(admin, [north], mappings=[CsvMapping(source="  NORTH ")])
    assert (again.added, again.unchanged) == (0, 1)


def test_a_preview_counts_what_the_run_then_does_and_writes_nothing(
    clinic: Clinic, admin: Actor, table: Write
) -> None:
    old = table("patient_id,family name,given name,birth date,city\nP1,Fictanova,Mara,1988-04-05,\n"
                "P2,Stubson,Noah,1990-01-01,Leeds\n")  # fmt: skip
    clinic.imports.run(admin, [old])
    new = table(
        "patient_id,family name,given name,birth date,city\nP1,Fictanova,Mara,1988-04-05,York\n"
        "P2,Stubson,Noah,1990-01-01,Hull\nP3,Ny,Ida,2000-01-01,\nP4,,,,\nP1,Other,Body,1970-01-01,\n"
    )
    for different in OnDifferent:
        before = clinic.audit.list(admin, limit=1)[0].seq
        preview = clinic.imports.preview(admin, [new], on_different=different)
        lines = clinic.audit.list(admin, limit=20)
        assert {line.action for line in lines if line.seq > before} <= {
            "clinic.viewed", "patient.listed", "audit.listed", "audit.viewed"
        }  # fmt: skip
        assert clinic.patients.find(admin, FindPatients()).total == 2
        changed = 2 if different is OnDifferent.FILE_WINS else 1
        assert (preview.new, preview.differing, preview.known) == (1, changed, 2 - changed)
        assert [row.where for row in preview.refused] == ["row 5", "row 6"]
    report = clinic.imports.run(admin, [new])
    assert (report.added, report.updated, report.unchanged, len(report.skipped)) == (1, 1, 1, 2)


def test_a_preview_can_be_stopped(clinic: Clinic, admin: Actor, table: Write) -> None:
    def stop(_progress: Progress) -> None:
        raise Stopped()

    preview = clinic.imports.preview(admin, [table("family name\nA\n")], progress=stop)
    assert not preview.complete and preview.new == 0


def test_what_was_said_is_remembered_for_the_same_headings(
    clinic: Clinic, admin: Actor, table: Write
) -> None:
    path = table("K1,K2\nMara,Fictanova\n")
    (look,) = clinic.imports.inspect(admin, [path])
    assert look.remembered is None and [each.guess for each in look.columns] == [None, None]
    mapping = CsvMapping(
        columns={"K1": CsvField.GIVEN, "K2": CsvField.FAMILY}, source="Old", fingerprint=look.fingerprint
    )
    assert clinic.imports.run(admin, [path], mappings=[mapping]).added == 1
    (again,) = clinic.imports.inspect(admin, [table("K1,K2\nNoah,Stubson\n")])
    assert again.remembered == mapping
    (other,) = clinic.imports.inspect(admin, [table("K2,K1\nStubson,Noah\n")])
    assert other.remembered is None
    assert clinic.audit.check(admin).whole


def test_a_mapping_of_one_table_says_nothing_of_another(clinic: Clinic, admin: Actor, table: Write) -> None:
    path = table("K1,K2\nMara,Fictanova\n")
    known = table("family name,given name\nStubson,Noah\n")
    (look,) = clinic.imports.inspect(admin, [path])
    mapping = CsvMapping(columns={"K1": None, "K2": CsvField.FAMILY}, fingerprint=look.fingerprint)
    report = clinic.imports.run(admin, [path, known], mappings=[mapping])
    names = {line.name for line in clinic.patients.find(admin, FindPatients()).lines}
    assert (report.added, names) == (2, {"Fictanova", "Noah Stubson"})
