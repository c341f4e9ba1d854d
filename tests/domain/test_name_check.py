"""Whom a file names and the patient: order, case, accents and writing do not count, a real difference does."""

from __future__ import annotations

import random
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.documents import NameCheck
from meditrack_desktop.domain.examination import NamedPerson
from meditrack_desktop.domain.name_check import Difference, KnownPerson, compare

MARA = KnownPerson(("Fictanova Mara",), BirthDate(1971, 3, 4), ("000-0007", "ABC-12"))
WORDS = st.text(
    st.characters(min_codepoint=0x41, max_codepoint=0x24F, categories=("Lu", "Ll")), min_size=2, max_size=12
)
NAMES = st.lists(WORDS, min_size=2, max_size=4)


def _differences(name: str, *names: str) -> tuple[Difference, ...]:
    return compare(NamedPerson(name), KnownPerson(names, None)).differences


@given(NAMES, st.randoms(use_true_random=False))
def test_the_same_name_however_it_is_written(words: list[str], chance: random.Random) -> None:
    shuffled = list(words)
    chance.shuffle(shuffled)
    for written in (
        " ".join(shuffled),
        "^".join(shuffled).upper(),
        ", ".join(shuffled).lower(),
        unicodedata.normalize("NFD", " ".join(shuffled)),
    ):
        assert _differences(written, " ".join(words)) == ()


@given(NAMES, NAMES)
def test_either_way_round_it_is_the_same_answer(one: list[str], other: list[str]) -> None:
    first, second = " ".join(one), " ".join(other)
    assert _differences(first, second) == _differences(second, first)


@given(NAMES, NAMES)
def test_one_part_in_common_is_enough(one: list[str], other: list[str]) -> None:
    """A patient who married, and a file that knows the name before."""
    assert _differences(" ".join([*one, "Exampleton"]), " ".join(["Exampleton", *other])) == ()


@given(st.dates(date(1900, 1, 1), date(2026, 1, 1)), st.dates(date(1900, 1, 1), date(2026, 1, 1)))
def test_another_birth_date_is_a_difference_and_unknown_parts_are_none(ours: date, theirs: date) -> None:
    def found(known: BirthDate) -> bool:
        return bool(compare(NamedPerson(birth_date=theirs), KnownPerson((), known)).differences)

    assert found(BirthDate(ours.year, ours.month, ours.day)) == (ours != theirs)
    assert found(BirthDate(ours.year, ours.month)) == ((ours.year, ours.month) != (theirs.year, theirs.month))
    assert found(BirthDate(ours.year)) == (ours.year != theirs.year)


@pytest.mark.parametrize(
    ("named", "known"),
    [
        ("Müller, Jörg", "Mueller Joerg"),
        ("VANDERBERG^ANNA", "van der Berg Anna"),
        ("O'Brien Pat", "Obrien Pat"),
        ("Łukasz Wójcik", "Wojcik Lukasz"),
        ("Anna-Lena Schmidt-Meier", "Meier Anna"),
        ("山田太郎", "山田 太郎"),
        ("太郎 山田", "山田太郎"),
        ("김철수", "김 철수"),
        ("Yamada^Tarou=山田^太郎", "山田 太郎"),
        ("Dr. med. Mara Fictanova", "Fictanova Mara"),
    ],
)
def test_spellings_of_one_name(named: str, known: str) -> None:
    assert _differences(named, known) == ()
    assert compare(NamedPerson(named), KnownPerson((known,), None)).check is NameCheck.MATCHES


@pytest.mark.parametrize(
    ("named", "known"),
    [
        ("Bruno Exampleton", "Fictanova Mara"),
        ("Martin Schmidt", "Novak Martina"),
        ("van Berg", "van der Hout Anna"),
        ("J. Smith", "Doe John"),
        ("Dr. Smith", "Dr. Doe"),
        ("张伟", "李 娜"),
        ("Иван Петров", "Анна Сидорова"),
        ("Hansen Per", "Jansen Ole"),
    ],
)
def test_names_without_a_part_in_common(named: str, known: str) -> None:
    assert _differences(named, known) == (Difference.NAME,)


@pytest.mark.parametrize(
    ("named", "known"),
    [
        ("Иванов", "Ivanov"),
        ("", "Fictanova"),
        ("Anonymous", "Fictanova"),
        ("ANON^REMOVED", "Fictanova"),
        ("J.", "Fictanova"),
        ("12345", "Fictanova"),
        ("Mr", "Fictanova"),
    ],
)
def test_what_cannot_be_compared_contradicts_nothing_and_matches_nothing(named: str, known: str) -> None:
    found = compare(NamedPerson(named), KnownPerson((known,), None))
    assert (found.differences, found.check) == ((), NameCheck.UNKNOWN)


def test_every_name_that_a_patient_goes_by_counts() -> None:
    known = KnownPerson(("Fictanova Mara", "Exampleton Mara", "Mimi"), None)
    for name in ("Exampleton", "MIMI", "Fictanova"):
        assert compare(NamedPerson(name), known).differences == ()


def test_numbers() -> None:
    def found(*numbers: str, others: tuple[str, ...] = ()) -> tuple[Difference, ...]:
        return compare(NamedPerson(numbers=numbers), MARA, others).differences

    assert found("000-0007") == found("0000007") == found("abc12") == ()
    assert found("77") == ()
    assert found("000-0009", others=("000-0009",)) == (Difference.NUMBER,)
    # A file that tells both: one number of theirs is enough, as on a letter about two people.
    assert found("000-0009", "000-0007", others=("000-0009",)) == ()


def test_one_difference_is_told_though_the_rest_agrees() -> None:
    named = NamedPerson("Mara Fictanova", date(1972, 3, 4), ("000-0007",))
    assert compare(named, MARA).differences == (Difference.BIRTH_DATE,)


TWIN = KnownPerson(("Fictanova Mara", "Mimi"), BirthDate(1971, 3, 4), ("000-0007",), given=("Mara", "Mimi"))


@pytest.mark.parametrize("named", ["Mira Fictanova", "FICTANOVA^BRUNO", "Fictanova, Anna Lena"])
def test_a_twin_or_a_child_has_the_family_name_and_perhaps_the_birth_date(named: str) -> None:
    assert compare(NamedPerson(named, date(1971, 3, 4)), TWIN).differences == (Difference.NAME,)


@pytest.mark.parametrize(
    "named",
    [
        "Mara Fictanova",
        "Mara Exampleton",
        "FICTANOVAMARA",
        "Mimi Fictanova",
        "Fictanova",
        "M. Fictanova",
        "Frau Fictanova",
        "Fictanova, Anna Mara",
        "Fictanova, Maragret",
        "Fictanova Мара",
    ],
)
def test_who_is_named_by_less_or_otherwise_is_not_taken_for_a_twin(named: str) -> None:
    assert compare(NamedPerson(named), TWIN).differences == ()
