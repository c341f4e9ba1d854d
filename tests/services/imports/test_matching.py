"""Who is taken for whom: the rule that keeps two people with one number apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.imports import OnDifferent
from meditrack_desktop.domain.patients import (
    Address,
    Gender,
    Identifier,
    IdentifierInput,
    Patient,
    Phone,
    PhoneInput,
    RegisterPatient,
)
from meditrack_desktop.services.imports import matching
from meditrack_desktop.services.imports.identity import ROW
from meditrack_desktop.services.imports.matching import Same, compare
from tests.makers.people import a_patient

KNOWN = Patient(
    id=new_id(),
    version=3,
    mrn="001-0204",
    family="Beispiel",
    given="Greta",
    birth_date=BirthDate(1980, 1, 2),
    gender=Gender.FEMALE,
    phones=(Phone("0151 496 0050", "+441514960050"),),
    email="greta@example.org",
    address=Address("1 High St", "Leeds", "LS1", "GB"),
    language="en",
    note="prefers mornings",
    identifiers=(Identifier("urn:x", "7"),),
    deceased=False,
    archived_at=None,
    archive_reason="",
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
    created_by=new_id(),
)
BY_NUMBER = (IdentifierInput(system="urn:x", value="7"),)


def found(family: str = "Beispiel", given: str = "Greta", born: str | None = "1980-01-02", **more: object):  # type: ignore[no-untyped-def]
    more.setdefault("identifiers", BY_NUMBER)
    return a_patient(family, given, birth_date=born, **more)


@pytest.mark.parametrize(
    ("known", "person", "same"),
    [
        (KNOWN, found(), True),
        (KNOWN, found("BEISPIEL ", "gréta"), True),
        (KNOWN, found("Neuname"), True),
        (KNOWN, found(given="Greta Maria"), True),
        (KNOWN, found(born=None), True),
        (KNOWN, found(born="1980"), True),
        (KNOWN, found(born="1980-01"), True),
        (replace(KNOWN, birth_date=None), found(), True),
        (KNOWN, found(gender=Gender.MALE), True),
        (KNOWN, found(born="1980-01-03"), False),
        (KNOWN, found(born="1981"), False),
        (KNOWN, found(given="Bea"), False),
        (KNOWN, found("Neuname", "Bea"), False),
        (KNOWN, found("Neuname", born=None), False),
        (KNOWN, found("Neuname", born="1980"), False),
        (KNOWN, found(born=None, gender=Gender.MALE), False),
        (KNOWN, found("Greta", "Beispiel"), False),
        (replace(KNOWN, given=""), found("Neuname", ""), False),
    ],
)
def test_who_is_the_same(known: Patient, person: RegisterPatient, same: bool) -> None:
    verdict = compare(known, person)
    assert isinstance(verdict, Same) is same
    if not same:
        assert verdict == matching.OTHER_PERSON


def test_what_only_the_clinic_knows_stays() -> None:
    assert compare(KNOWN, found(gender=Gender.UNKNOWN)) == Same(None)


def test_the_files_words_win_where_it_has_any_if_the_person_said_so() -> None:
    person = found(email="new@example.org", note="needs ramp", language="de", deceased=True)
    verdict = compare(KNOWN, person, OnDifferent.FILE_WINS)
    assert isinstance(verdict, Same) and verdict.kept == ()
    assert isinstance(verdict, Same)
    assert verdict.details is not None
    assert verdict.details.email == "new@example.org"
    assert verdict.details.note == "prefers mornings\nneeds ramp"
    assert (verdict.details.language, verdict.details.deceased) == ("de", True)
    assert verdict.details.address.street == "1 High St"
    assert [phone.value for phone in verdict.details.phones] == ["0151 496 0050"]


def test_nobody_comes_back_to_life() -> None:
    assert compare(replace(KNOWN, deceased=True), found()) == Same(None)


def test_a_whole_birth_date_is_not_lost_to_a_partial_one() -> None:
    assert compare(KNOWN, found(born="1980")) == Same(None)
    verdict = compare(replace(KNOWN, birth_date=BirthDate(1980)), found())
    assert isinstance(verdict, Same)
    assert verdict.details is not None
    assert verdict.details.birth_date == BirthDate(1980, 1, 2)


def test_a_name_alone_is_no_proof() -> None:
    by_row = (IdentifierInput(system=ROW, value="digest"),)
    known = replace(KNOWN, birth_date=None, phones=(), email="", note="", address=Address(), language="")
    alike = found(born=None, identifiers=by_row)
    assert compare(known, alike) == Same(None)
    other = found(born=None, identifiers=by_row, note="allergic")
    assert compare(known, other) == matching.OTHER_PERSON


def test_an_archived_patient_is_not_changed() -> None:
    archived = replace(KNOWN, archived_at=datetime(2026, 2, 2, tzinfo=UTC))
    assert compare(archived, found()) == Same(None)
    assert compare(archived, found(email="new@example.org")) == matching.ARCHIVED


@given(
    st.lists(st.sampled_from(["0151 496 0050", "0161 1", "0161 2", "nobody's"]), max_size=4),
    st.text(max_size=5),
)
def test_taking_the_same_data_again_changes_nothing(numbers: list[str], note: str) -> None:
    try:
        person = a_patient(
            "Beispiel", "Greta", *numbers, birth_date="1980-01-02", identifiers=BY_NUMBER, note=note
        )
    except ValueError:
        return  # not every text may stand in a field
    verdict = compare(KNOWN, person, OnDifferent.FILE_WINS)
    assert isinstance(verdict, Same)
    if verdict.details is None:
        return
    phones = tuple(Phone(phone.value, None, phone.use) for phone in verdict.details.phones)
    changed = replace(KNOWN, phones=phones, note=verdict.details.note)
    for whose in OnDifferent:
        assert compare(changed, person, whose) == Same(None)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ({"city": "Leeds"}, ("1 High St", "Leeds", "LS1", "GB")),
        ({"street": "2 Low Rd", "city": "York"}, ("2 Low Rd", "York", "", "")),
        ({}, ("1 High St", "Leeds", "LS1", "GB")),
    ],
)
def test_a_file_with_part_of_the_address_erases_no_other_part(
    written: dict[str, str], kept: tuple[str, ...]
) -> None:
    same = compare(KNOWN, found(address=written, note="new"), OnDifferent.FILE_WINS)
    assert isinstance(same, Same) and same.details is not None
    assert tuple(same.details.address.model_dump().values()) == kept


def test_an_old_file_takes_back_no_correction_and_says_what_differs() -> None:
    person = ringing(
        found(
            email="old@example.org",
            address={"street": "9 Old Rd"},
            language="de",
            note="old words",
            deceased=True,
        )
    )
    verdict = compare(KNOWN, person)
    assert verdict == Same(None, ("phones", "email", "address", "language", "note", "deceased"))


def ringing(person: RegisterPatient) -> RegisterPatient:
    return person.model_copy(update={"phones": (PhoneInput(value="0161 496 0000"),)})


def test_a_new_family_name_is_reported_and_ours_stays() -> None:
    verdict = compare(KNOWN, found("Neuname"))
    assert verdict == Same(None, ("family",))
    taken = compare(KNOWN, found("Neuname"), OnDifferent.FILE_WINS)
    assert isinstance(taken, Same) and taken.details is not None
    assert taken.details.family == "Neuname"


def test_capitals_and_accents_are_no_difference() -> None:
    assert compare(KNOWN, found("BEISPIEL", "gréta")) == Same(None)


def test_a_file_fills_what_the_clinic_does_not_know() -> None:
    bare = replace(
        KNOWN, birth_date=BirthDate(1980), phones=(), email="", language="", note="", gender=Gender.UNKNOWN
    )
    person = ringing(found(email="new@example.org", language="de", note="needs ramp"))
    verdict = compare(bare, person)
    assert isinstance(verdict, Same) and verdict.details is not None
    assert verdict.kept == ()
    filled = verdict.details
    assert filled.birth_date == BirthDate(1980, 1, 2)
    assert (filled.email, filled.language, filled.note) == ("new@example.org", "de", "needs ramp")
    assert [phone.value for phone in filled.phones] == ["0161 496 0000"]
    assert filled.gender is person.gender
