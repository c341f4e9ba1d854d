"""Values that break other programs, through the real services on both databases: kept as typed, or refused.

Numbers are those of the table of hostile inputs in the design (H47-H59). What is refused is refused by the
command, before any database sees it; what is accepted comes back byte for byte, is found, and goes out in a
list and in again without a difference.
"""

from __future__ import annotations

import json
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.errors import FieldProblem, Invalid
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patient_lists import ExportPatientList
from meditrack_desktop.domain.patients import (
    ArchivePatient,
    EditPatient,
    FindPatients,
    Patient,
    PhoneInput,
    RegisterPatient,
    TakeDownPatient,
)
from meditrack_desktop.domain.phones import shown
from meditrack_desktop.domain.related_persons import AddRelatedPerson
from meditrack_desktop.domain.typed_birth_dates import read_birth_date
from meditrack_desktop.services.clinic import Clinic
from tests.makers.people import a_patient, an_edit

KEPT_NAMES = {
    "H47 injection": "Robert'); DROP TABLE patient;--",
    "H47 wildcards": "100%_\\",
    "H49 markup": "<img src=file:///etc/passwd>",
    "H49 bold": "<b>Bold</b>",
    "H49 entity": "&lt;Amper&amp;sand",
    "H50 template": "{{7*7}} ${x}",
    "H50 format": "%s%n {0.__class__}",
    "H51 formula": '=HYPERLINK("http://x.example","y")',
    "H51 plus": "+1 555",
    "H51 minus": "-2+3",
    "H51 at": "@SUM(A1)",
    "H51 full width": "\uff1dcmd",
    "H51 apostrophe": "'=1",
    "H57 Turkish": "İçöz Işıl",
    "H57 sharp s": "Straße",
    "H57 Arabic": "عبد الرّحمن",
    "H57 Devanagari": "क्षत्रिय",
    "H57 Zalgo": "Z̮̞̠͙͔ͅḀ̗̞͈̻̗Ḷ͙͎̯̹̞͓G̻O̭̗̮",
    "H57 outside the BMP": "𠮷野",
    "word null": "Null",
    "emoji": "Zoë🌸",
}
REFUSED_NAMES = {
    "H54 line break": "Ann\r\nBcc: all@patients.example",
    "H55 NUL": "A\0B",
    "H55 lone surrogate": "A\ud800B",
    "H55 unpaired": "A\udc00",
    "H55 noncharacter": "A\uffffB",
    "H51 tab": "A\t=1+1",
    "direction override": "A\u202eB",
    "escape sequence": "A\x1b[31mB",
    "H56 too long": "A" * 201,
}


@pytest.fixture(params=sorted(KEPT_NAMES))
def name(request: pytest.FixtureRequest) -> str:
    return KEPT_NAMES[request.param]


def edited(patient: Patient, **changes: Any) -> EditPatient:
    return an_edit(patient, **changes)


def test_hostile_names_are_kept_found_and_carried_out_and_in(
    clinic: Clinic, reception: Actor, admin: Actor, tmp_path: Path
) -> None:
    made = {
        case: clinic.patients.register(
            reception,
            a_patient(
                value,
                f"Ann{number}",
                preferred_name=value,
                address={"street": value, "city": value},
                note=f"{value}\nsecond line",
                preferences=value,
                birth_date=f"{1950 + number}-01-02",
            ),
        )
        for number, (case, value) in enumerate(sorted(KEPT_NAMES.items()))
    }
    for case, value in KEPT_NAMES.items():
        patient = clinic.patients.get(reception, made[case].id)
        composed = unicodedata.normalize("NFC", value)
        assert (patient.family, patient.preferred_name) == (composed, composed), case
        assert (patient.address.street, patient.note, patient.preferences) == (
            value,
            f"{value}\nsecond line",
            value,
        ), case
        again = clinic.patients.edit(reception, edited(patient, given=value))
        assert again.given == composed, case
        found = {line.id for line in clinic.patients.find(reception, FindPatients(text=value)).lines}
        words = any(character.isalpha() for character in value)
        assert not words or patient.id in found, case
    assert clinic.patients.find(reception, FindPatients(limit=200)).total == len(KEPT_NAMES)
    target = tmp_path / "all.csv"
    clinic.patient_lists.export(admin, ExportPatientList(), target)
    for cells in target.read_text("utf-8-sig").split('"'):
        assert not cells.startswith(("=", "@SUM", "\uff1d"))
    report = clinic.imports.run(admin, [target])
    assert report.skipped == ()
    assert (report.unchanged, report.updated, report.added) == (len(KEPT_NAMES), 0, 0)
    assert report.kept_ours == ()


@pytest.mark.parametrize("case", sorted(REFUSED_NAMES))
def test_hostile_names_are_refused_before_any_database(case: str) -> None:
    value = REFUSED_NAMES[case]
    for make in (
        lambda: RegisterPatient(family=value),
        lambda: EditPatient(id=new_id(), version=1, family="A", preferred_name=value),
        lambda: TakeDownPatient(name=value * 2),
        lambda: AddRelatedPerson(patient_id=new_id(), name=value),
    ):
        with pytest.raises(ValidationError):
            make()


def test_only_known_orders_are_asked_of_a_database() -> None:
    """H48."""
    for order in ("name;--", "family", "name DESC", "1"):
        with pytest.raises(ValidationError):
            FindPatients(order=order)


@pytest.mark.parametrize(
    "email", ["a@b.c\r\nBcc: x@y.example", "a@b.c\nx", "a@b.c,x@y.example", "<a@b.c>", "a b@c.example", "a@"]
)
def test_an_address_that_could_carry_a_header_is_refused(email: str) -> None:
    """H53."""
    with pytest.raises(ValidationError):
        RegisterPatient(family="A", email=email)


@pytest.mark.parametrize("bad", ["\0", "\ud800", "\uffff", "\x1b"])
def test_what_databases_would_keep_differently_is_refused_everywhere(bad: str) -> None:
    """H55."""
    value = f"a{bad}b"
    for make in (
        lambda: RegisterPatient(family="A", note=value),
        lambda: RegisterPatient(family="A", preferences=value),
        lambda: RegisterPatient(family="A", language=value),
        lambda: RegisterPatient(family="A", phones=(PhoneInput(value=value),)),
        lambda: RegisterPatient(family="A", address={"city": value}),
        lambda: ArchivePatient(id=new_id(), version=1, reason=value * 3),
    ):
        with pytest.raises(ValidationError):
            make()


def test_a_megabyte_pasted_into_a_note_is_refused_by_its_length() -> None:
    """H56."""
    for field in ("note", "preferences"):
        with pytest.raises(ValidationError) as refused:
            RegisterPatient.model_validate({"family": "A", field: "a" * 1_000_000})
        assert [error["type"] for error in refused.value.errors()] == ["string_too_long"]


@pytest.mark.parametrize(
    ("kept", "typed"),
    [
        ("Işıl İçöz", "isil icoz"),
        ("Işıl İçöz", "IŞIL İÇÖZ"),
        ("Straße", "STRASSE"),
        ("عبد الرّحمن", "الرحمن"),
        ("क्षत्रिय", "क्षत्रिय"),
        ("Nguyễn", "Nguye\u0302\u0303n"),
        ("Zoë🌸", "zoe"),
        ("ʻOkina", "okina"),
    ],
)
def test_names_of_every_script_are_found(clinic: Clinic, reception: Actor, kept: str, typed: str) -> None:
    """H57."""
    made = clinic.patients.register(reception, a_patient(kept, "Ann"))
    clinic.patients.register(reception, a_patient("Anders", "Ben"))
    assert [line.id for line in clinic.patients.find(reception, FindPatients(text=typed)).lines] == [made.id]


@pytest.mark.parametrize(
    ("typed", "e164", "written"),
    [
        ("+1-800-FLOWERS", "+18003569377", "+1 800-356-9377"),
        ("٠٢٠ ٧٩٤٦ ٠٩٥٨", "+442079460958", "020 7946 0958"),
        ("020 7946 0958 ext. 12", "+442079460958", "020 7946 0958 x12"),
        ("n/a", None, "n/a"),
        ("999", None, "999"),
    ],
)
def test_phones_are_kept_as_typed_and_normalised(
    clinic: Clinic, reception: Actor, typed: str, e164: str | None, written: str
) -> None:
    """H58."""
    made = clinic.patients.register(reception, a_patient("Beispiel", "Greta", typed))
    assert [(phone.value, phone.e164) for phone in made.phones] == [(typed, e164)]
    assert shown(typed, "GB") == written
    if e164 is not None:
        lines = clinic.patients.find(reception, FindPatients(text=e164)).lines
        assert [line.id for line in lines] == [made.id]


@pytest.mark.parametrize(
    ("born", "problem"),
    [
        (BirthDate(1, 1, 1), FieldProblem.TOO_OLD),
        (BirthDate(9999, 12, 31), FieldProblem.IN_THE_FUTURE),
        (BirthDate(2026, 11, 19), FieldProblem.IN_THE_FUTURE),
    ],
)
def test_births_nobody_had_are_refused(
    clinic: Clinic, reception: Actor, born: BirthDate, problem: FieldProblem
) -> None:
    """H59, by services; as typed, in the field's own tests."""
    with pytest.raises(Invalid) as refused:
        clinic.patients.register(reception, a_patient(birth_date=born))
    assert refused.value.fields == {"birth_date": problem}
    known = clinic.patients.register(reception, a_patient())
    with pytest.raises(Invalid):
        clinic.patients.edit(reception, edited(known, birth_date=born))
    assert clinic.patients.get(reception, known.id) == known


def test_births_that_could_be_read_two_ways_are_asked_about() -> None:
    """H59: 02/03/04."""
    read = read_birth_date("02/03/04", date(2026, 11, 18), "GB")
    assert read.born == BirthDate(2004, 3, 2) and read.doubt is not None
    assert read_birth_date("29-Feb-2025", date(2026, 11, 18), "GB").problem is FieldProblem.NOT_A_DATE


def test_naughty_strings_come_back_byte_for_byte_or_are_refused_by_the_command(
    clinic: Clinic, reception: Actor, samples: Path
) -> None:
    """The expected answer is the command's own, so both databases give the same one."""
    strings: list[str] = json.loads((samples / "text" / "naughty-strings.json").read_text("utf-8"))
    refused = []
    for naughty in strings:
        try:
            command = RegisterPatient(
                family=naughty[:200] or "X", given="Ann", note=naughty, preferences=naughty[:500]
            )
        except ValidationError:
            refused.append(naughty)
            continue
        made = clinic.patients.register(reception, command)
        read = clinic.patients.get(reception, made.id)
        assert (read.family, read.note) == (command.family, command.note), ascii(naughty)
        assert (read.note, read.preferences) == (naughty.strip(), naughty[:500].strip()), ascii(naughty)
    turning = {chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}
    for naughty in refused:
        controls = {c for c in naughty if unicodedata.category(c) == "Cc"}
        breaks = {c for c in naughty if c in "\u2028\u2029"}
        assert controls or breaks or not turning.isdisjoint(naughty), ascii(naughty)
    assert len(refused) < len(strings) / 10


def test_sample_names_are_kept_composed_and_found_in_either_form(
    clinic: Clinic, reception: Actor, samples: Path
) -> None:
    entries: list[dict[str, str]] = json.loads((samples / "text" / "names.json").read_text("utf-8"))
    for entry in entries:
        family, given = entry["family"], entry["given"]
        try:
            command = RegisterPatient(family=family, given=given)
        except ValidationError:
            assert entry["expect"].startswith("refused"), entry
            continue
        made = clinic.patients.register(reception, command)
        if entry["expect"].startswith("refused"):
            assert made.family == "", entry
            continue
        assert made.family == unicodedata.normalize("NFC", family), entry
        assert made.given == unicodedata.normalize("NFC", given), entry
        if not (family + given).isascii():
            other = unicodedata.normalize("NFD", f"{family[:90]} {given}")
            page = clinic.patients.find(reception, FindPatients(text=other, limit=200))
            assert made.id in {line.id for line in page.lines}, entry


def test_sample_phones_are_kept_and_normalised_as_expected(
    clinic: Clinic, reception: Actor, samples: Path
) -> None:
    """Those that mean the same wherever they are typed, and those of this clinic's region, ten a patient."""
    entries: list[dict[str, Any]] = json.loads((samples / "text" / "phones.json").read_text("utf-8"))
    here = [
        entry
        for entry in entries
        if entry["input"].strip() and (entry["default_region"] == "GB" or entry["input"].startswith("+"))
    ]
    assert len(here) > 800
    for start in range(0, len(here), 10):
        portion = here[start : start + 10]
        made = clinic.patients.register(
            reception, a_patient("Beispiel", "Greta", *(entry["input"] for entry in portion))
        )
        read = clinic.patients.get(reception, made.id)
        assert [(phone.value, phone.e164) for phone in read.phones] == [
            (entry["input"].strip(), entry["e164"]) for entry in portion
        ]
