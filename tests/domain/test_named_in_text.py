"""Whom a text names: only behind a word for it, and never one of two."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from meditrack_desktop.domain.dates_in_text import Order, date_at_start
from meditrack_desktop.domain.examination import NamedPerson
from meditrack_desktop.domain.named_in_text import MOST_READ, document_date, named_person
from meditrack_desktop.domain.words_for_a_person import LABEL

BORN = date(1980, 3, 4)


@pytest.mark.parametrize(
    ("text", "name", "birth_date", "numbers"),
    [
        ("Patient: Mara Fictanova  DOB: 1980-03-04 MRN: 12345", "Mara Fictanova", BORN, ("12345",)),
        ("Name: Fictanova, Mara\nBorn: 4 March 1980\nRecord no.: MT-0123", "Fictanova, Mara", BORN, ("MT-0123",)),
        ("Patient's name: O'Brien-Smith, Ann", "O'Brien-Smith, Ann", None, ()),
        ("Patient ID: 4711 Patient Name: Doe, John Sex: M", "Doe, John", None, ("4711",)),
        ("Last name: Fictanova\nFirst name: Mara", "Mara Fictanova", None, ()),
        ("Patient:\nMara Fictanova\nDate of birth:\nMarch 4, 1980", "Mara Fictanova", BORN, ()),
        ("Patientin: Frau Mara Müller, geb. 04.03.1980, Pat.-Nr. 77-1", "Mara Müller", BORN, ("77-1",)),
        ("Nachname: Müller Vorname: Mara Geburtsdatum: 04/03/1980", "Mara Müller", BORN, ()),
        ("Nom : DUPONT Prénom : Jean\nNé le 4 mars 1980\nN° de dossier : 889", "Jean DUPONT", BORN, ("889",)),
        ("Nombre: Juan Apellidos: García López\nFecha de nacimiento: 4 de marzo de 1980\nNHC: 5566",
         "Juan García López", BORN, ("5566",)),
        ("Patient: Mara Page", "Mara Page", None, ()),
        ("Patient: 王 小明", "王 小明", None, ()),
        ("Patient: مرا فيكتا", "مرا فيكتا", None, ()),
        ("Patient: Mara de la Cruz", "Mara de la Cruz", None, ()),
    ],
)  # fmt: skip
def test_what_stands_behind_a_word_for_it(
    text: str, name: str, birth_date: date | None, numbers: tuple[str, ...]
) -> None:
    assert named_person(text) == NamedPerson(name, birth_date, numbers)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Mara Fictanova",
        "Patient: Mara Fictanova\nPatient: John Doe",
        "File name: report.pdf",
        "Doctor name: House",
        "Name: Mara",
        "Dear patient: please come at ten",
        "Patient: 12345",
        "The patient was born in a small town and has no record of it.",
        "Patient has no pain.",
        "DOB: 03/04/1980",
        "DOB: 31.02.1980",
    ],
)
def test_nobody_is_named_by_a_guess(text: str) -> None:
    assert not named_person(text)


def test_two_birth_dates_are_none_and_one_twice_is_one() -> None:
    assert named_person("DOB: 1980-03-04\nBorn: 1981-03-04").birth_date is None
    assert named_person("DOB: 1980-03-04\nGeburtsdatum: 04.03.1980").birth_date == BORN


def test_a_patient_is_believed_before_a_mere_name() -> None:
    text = "Name: Anna Lehmann\nPatient: Mara Fictanova\nNext of kin\nName: John Doe"
    assert named_person(text).name == "Mara Fictanova"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Date of report: 12.05.2026 Date: 13.05.2026", date(2026, 5, 12)),
        ("Date of birth: 1980-03-04\nDate: 2026-01-02", date(2026, 1, 2)),
        ("Date of birth: 1980-03-04", None),
        ("Date: 2026-01-02\nDate: 2026-01-03", None),
        ("Befund vom 12. Mai 2026", date(2026, 5, 12)),
        ("Fecha del informe: 02/05/2026", date(2026, 5, 2)),
        ("up to date: 2026-01-02", None),
    ],
)
def test_the_day_of_a_document(text: str, day: date | None) -> None:
    assert document_date(text) == day


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_a_written_date_is_read_back_or_left_alone(day: date) -> None:
    assert date_at_start(day.isoformat()) == day
    assert date_at_start(f"{day:%d.%m.%Y}") == day
    assert date_at_start(f"{day:%d/%m/%Y}", Order.DAY_FIRST) == day
    assert date_at_start(f"{day.day} {day:%B} {day.year}") == day
    assert date_at_start(f"{day:%B} {day.day}, {day.year}") == day
    clear = day.day > 12 or day.day == day.month
    assert date_at_start(f"{day:%m/%d/%Y}") == (day if clear else None)


NAME = st.from_regex(r"[A-Z][a-z]{2,10}(-[A-Z][a-z]{2,8})?", fullmatch=True)
LABELS = st.sampled_from(
    ["Patient:", "Patient name:", "Patient's name :", "Patientin:", "Paciente:", "Nom du patient :"]
)


NUMBER = st.from_regex(r"([A-Z]{1,3}-?)?[0-9]{3,8}", fullmatch=True)
GAPS = st.sampled_from([" ", "\n", "   ", "; "])


@given(NAME, NAME, st.dates(date(1900, 1, 1), date(2020, 1, 1)), NUMBER, LABELS, GAPS)
def test_a_heading_is_read_however_it_is_set(
    given_name: str, family: str, born: date, number: str, label: str, gap: str
) -> None:
    assume(not LABEL.search(f"{given_name} {family}"))
    heading = f"{label} {given_name} {family}{gap}DOB: {born.isoformat()}{gap}MRN: {number}"
    found = named_person(f"General Hospital\n{heading}\nAll is well.")
    assert (found.birth_date, found.numbers) == (born, (number,))
    assert found.name == f"{given_name} {family}"


@given(st.text(max_size=2000))
def test_any_text_is_borne(text: str) -> None:
    found = named_person(text)
    document_date(text)
    assert len(found.name) <= 100


def test_a_megabyte_of_labels_takes_no_time() -> None:
    text = "Patient Name: " * 100_000
    assert not named_person(text)
    assert not named_person(" " * 1_000_000 + "Patient: Mara Fictanova"[:MOST_READ])
