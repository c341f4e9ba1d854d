"""Lists as files: what is written is read again as the same people, and nothing in it is ever computed."""

from __future__ import annotations

import csv
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
import vobject
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.errors import ErrorCode, Invalid
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.imports import Skipped
from meditrack_desktop.domain.patient_lists import RECORD_COLUMNS, ListColumn
from meditrack_desktop.domain.patients import Address, ContactBy, Gender, Patient, Phone, RegisterPatient
from meditrack_desktop.services.imports.files import open_source
from meditrack_desktop.services.imports.identity import PATIENT_ID, VCARD_UID
from meditrack_desktop.services.imports.items import Note, Reading, Taken
from meditrack_desktop.services.list_files import CELL_LENGTH, SHEET_ROWS, csv_table, workbook_table
from meditrack_desktop.services.patient_cards import card
from meditrack_desktop.services.patient_lists import cells_of, heads_of
from meditrack_desktop.services.safe_csv import safe_cell, unguarded

TODAY = date(2026, 11, 21)
FORMULAS = (
    '=HYPERLINK("http://127.0.0.1/","x")',
    "+1 555",
    "-2",
    "@SUM(A1)",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20x",
    "'=1",
    "''+1",
    "'t Hooft",
    "  =1".strip(),
)


def a_record(**changes: object) -> Patient:
    values: dict[str, object] = {
        "id": new_id(),
        "version": 1,
        "mrn": "001-0001",
        "family": "Beispiel",
        "given": "Greta",
        "birth_date": None,
        "gender": Gender.UNKNOWN,
        "phones": (),
        "email": "",
        "address": Address(),
        "language": "",
        "note": "",
        "identifiers": (),
        "deceased": False,
        "archived_at": None,
        "archive_reason": "",
        "created_at": datetime(2026, 1, 1, tzinfo=UTC),
        "created_by": new_id(),
    }
    return Patient(**{**values, **changes})  # type: ignore[arg-type]


def write_csv(path: Path, people: list[Patient]) -> None:
    path.touch()
    width = max((len(person.phones) for person in people), default=0)
    with csv_table(path, heads_of(RECORD_COLUMNS, width)) as table:
        for person in people:
            table.row(cells_of(person, RECORD_COLUMNS, width, UTC))


def write_cards(path: Path, people: list[Patient]) -> None:
    path.write_text("".join(map(card, people)), encoding="utf-8", newline="")


def read(path: Path) -> list[RegisterPatient]:
    items = list(open_source(path).items(Reading(today=TODAY)))
    assert not [item for item in items if isinstance(item, Skipped)], items
    return [item.command for item in items if isinstance(item, Taken)]  # type: ignore[misc]


def said(patient: Patient) -> RegisterPatient:
    """What the file must say of the patient."""
    return RegisterPatient.model_validate(
        {
            "id": patient.id,
            "family": patient.family,
            "given": patient.given,
            "preferred_name": patient.preferred_name,
            "birth_date": patient.birth_date,
            "gender": patient.gender,
            "phones": [{"value": phone.value, "use": phone.use} for phone in dict.fromkeys(patient.phones)],
            "email": patient.email,
            "address": {
                "street": patient.address.street,
                "city": patient.address.city,
                "postcode": patient.address.postcode,
                "country": patient.address.country,
            },
            "language": patient.language,
            "contact_by": patient.contact_by,
            "interpreter": patient.interpreter,
            "preferences": patient.preferences,
            "note": patient.note,
            "deceased": patient.deceased,
        }
    )


def details(command: RegisterPatient) -> dict[str, object]:
    return command.model_dump(exclude={"id", "identifiers", "mrn"})


_letters = st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp"), blacklist_characters="\ufffe\uffff")
line = st.one_of(st.sampled_from(FORMULAS), st.text(_letters, max_size=20)).map(str.strip)
several = st.lists(line, max_size=3).map("\n".join).map(str.strip)
born = st.one_of(
    st.none(),
    st.dates(date(1881, 1, 1), TODAY).map(BirthDate.of),
    st.builds(BirthDate, st.integers(1881, 2025), st.integers(1, 12)),
    st.builds(BirthDate, st.integers(1881, 2025)),
)
phone = st.builds(Phone, line.filter(bool), st.none(), st.sampled_from(["mobile", "home", "work", "other"]))


def as_kept(typed: Patient) -> Patient:
    """The record as a clinic keeps what was typed: without what nobody can see."""
    try:
        kept = said(typed)
    except ValidationError:
        reject()
    return a_record(
        id=typed.id,
        family=kept.family,
        given=kept.given,
        preferred_name=kept.preferred_name,
        birth_date=kept.birth_date,
        gender=kept.gender,
        phones=tuple(Phone(one.value, None, one.use) for one in kept.phones),
        email=kept.email,
        address=Address(**kept.address.model_dump()),
        language=kept.language,
        note=kept.note,
        deceased=kept.deceased,
        contact_by=kept.contact_by,
        interpreter=kept.interpreter,
        preferences=kept.preferences,
    )


@st.composite
def people(draw: st.DrawFn) -> Patient:
    typed = a_record(
        family=draw(line.filter(bool)),
        given=draw(line),
        preferred_name=draw(line),
        birth_date=draw(born),
        gender=draw(st.sampled_from(Gender)),
        phones=tuple(dict.fromkeys(draw(st.lists(phone, max_size=4)))),
        email=draw(st.sampled_from(["", "ann@example.org", "+x@example.org"])),
        address=Address(draw(line), draw(line), draw(line), draw(line)),
        language=draw(line),
        note=draw(several),
        deceased=draw(st.booleans()),
        contact_by=draw(st.sampled_from(ContactBy)),
        interpreter=draw(st.booleans()),
        preferences=draw(several),
    )
    return as_kept(typed)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=150)
@given(someone=st.lists(people(), min_size=1, max_size=4))
def test_a_table_is_read_again_as_the_same_people(
    someone: list[Patient], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("list") / "patients.csv"
    write_csv(path, someone)
    found = read(path)
    assert [details(each) for each in found] == [details(said(each)) for each in someone]
    assert [each.identifiers[0].value for each in found] == [str(each.id) for each in someone]
    assert {each.identifiers[0].system for each in found} == {PATIENT_ID}


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=150)
@given(someone=st.lists(people(), min_size=1, max_size=4))
def test_cards_are_read_again_as_the_same_people(
    someone: list[Patient], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("list") / "patients.vcf"
    write_cards(path, someone)
    found = read(path)
    assert [details(each) for each in found] == [details(said(each)) for each in someone]
    assert [(each.identifiers[0].system, each.identifiers[0].value) for each in found] == [
        (VCARD_UID, f"urn:uuid:{each.id}") for each in someone
    ]


@settings(deadline=None)
@given(text=st.one_of(st.sampled_from(FORMULAS), st.text(max_size=30)))
def test_no_cell_is_computed_and_each_is_given_back(text: str) -> None:
    text = text.replace("\0", "")
    cell = safe_cell(text)
    assert unguarded(cell) == text
    assert cell.lstrip()[:1] not in set("=+-@\uff1d\uff0b\uff0d\uff20") or not cell
    assert cell[:1] not in set("\t\r\n")


def test_a_spreadsheet_computes_nothing_of_a_csv(tmp_path: Path) -> None:
    path = tmp_path / "patients.csv"
    write_csv(path, [a_record(family=value, note=f"\t{value}") for value in FORMULAS])
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert len(rows) == len(FORMULAS) + 1
    assert not [cell for row in rows for cell in row if cell.strip()[:1] in set("=+-@＝＋－＠") and cell]


def sheets(path: Path) -> dict[str, list[ElementTree.Element]]:
    """The rows of each sheet."""
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with zipfile.ZipFile(path) as book:
        names = sorted(name for name in book.namelist() if name.startswith("xl/worksheets/sheet"))
        return {name: list(ElementTree.fromstring(book.read(name)).iter(f"{space}row")) for name in names}


def texts(row: ElementTree.Element) -> list[str]:
    return ["".join(cell.itertext()) for cell in row]


def test_every_cell_of_a_workbook_is_text(tmp_path: Path) -> None:
    path = tmp_path / "patients.xlsx"
    path.touch()
    with workbook_table(path, ["Family name", "Link"]) as table:
        for value in FORMULAS:
            table.row([value, "http://127.0.0.1/"])
        table.row(["12345", "2026-01-02"])
    (rows,) = sheets(path).values()
    assert [texts(row) for row in rows[1:-1]] == [[value, "http://127.0.0.1/"] for value in FORMULAS]
    cells = [cell for row in rows for cell in row]
    assert {cell.get("t") for cell in cells} == {"inlineStr"}
    with zipfile.ZipFile(path) as book:
        assert not [name for name in book.namelist() if "rels" in name and "worksheet" in name]
    assert [each.name for each in tmp_path.iterdir()] == ["patients.xlsx"]


def test_a_cell_too_long_for_a_sheet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "patients.xlsx"
    path.touch()
    with workbook_table(path, ["Note"]) as table:
        table.row(["x" * CELL_LENGTH])
        with pytest.raises(Invalid) as refusal:
            table.row(["x" * (CELL_LENGTH + 1)])
        with pytest.raises(Invalid):
            table.row(["\U0001f600" * (CELL_LENGTH // 2 + 1)])
    assert refusal.value.code is ErrorCode.EXPORT_CELL_TOO_LONG
    assert refusal.value.parameters == {"count": CELL_LENGTH + 1}


def test_what_one_sheet_does_not_hold_goes_on_in_the_next(tmp_path: Path) -> None:
    path = tmp_path / "patients.xlsx"
    path.touch()
    with workbook_table(path, ["Name"], sheet_rows=4) as table:
        for number in range(8):
            table.row([str(number)])
    found = [[texts(row)[0] for row in rows] for rows in sheets(path).values()]
    assert found == [["Name", "0", "1", "2"], ["Name", "3", "4", "5"], ["Name", "6", "7"]]


@pytest.mark.exhaustive
def test_more_rows_than_a_sheet_has(tmp_path: Path) -> None:
    """1.1 million rows (H52)."""
    path = tmp_path / "patients.xlsx"
    path.touch()
    with workbook_table(path, ["Name"]) as table:
        for number in range(1_100_000):
            table.row([str(number)])
    with zipfile.ZipFile(path) as book:
        ends = [
            book.read(f"xl/worksheets/sheet{sheet}.xml").decode().rpartition("<row r=")[2][:12]
            for sheet in (1, 2)
        ]
    assert ends[0].startswith(f'"{SHEET_ROWS}"') and ends[1].startswith(
        f'"{1_100_000 - (SHEET_ROWS - 1) + 1}"'
    )


def test_other_programs_read_the_cards(tmp_path: Path) -> None:
    someone = a_record(
        family="Müller; von",
        given="Jörg, Ann",
        birth_date=BirthDate(1971, 3, 4),
        phones=(Phone("+49 30 901820", None, "work"), Phone("0151 4960050")),
        note="first\nsecond; third " + "ü" * 200,
    )
    text = card(someone)
    assert all(len(each.encode()) <= 75 for each in text.split("\r\n"))
    known = vobject.readOne(text.replace("VERSION:4.0", "VERSION:3.0"))
    assert (known.n.value.family, known.n.value.given) == ("Müller; von", "Jörg, Ann")
    assert [tel.value for tel in known.contents["tel"]] == ["+49 30 901820", "0151 4960050"]
    assert known.note.value == someone.note


def test_columns_that_a_file_lacks_are_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "patients.csv"
    path.touch()
    columns = (ListColumn.FAMILY, ListColumn.USUAL_DOCTOR, ListColumn.NEXT_VISIT)
    with csv_table(path, heads_of((*columns, ListColumn.GENDER), 0)) as table:
        table.row(["Beispiel", "Dr. Mei Shili", "2026-11-20 09:00", "female"])
    items = list(open_source(path).items(Reading(today=TODAY)))
    assert [item.command.family for item in items if isinstance(item, Taken)] == ["Beispiel"]
    assert any("Usual doctor, Next visit" in item.text for item in items if isinstance(item, Note))
