"""Who looks like one person: measured on labelled pairs, with floors for what is found and what is found wrongly."""

from __future__ import annotations

from collections import Counter

import pytest

from meditrack_desktop.domain.patient_twins import Sureness, TwinReason, sureness
from meditrack_desktop.domain.patients import Gender
from meditrack_desktop.domain.twin_scoring import Person, blocks, compare, folded, home, shown_while_typing
from tests.makers.labelled_twins import LOOK_ALIKES, SLIPS, labelled

PAIRS = 400
FEWEST_FOUND = 0.97
"""Recall: of the pairs that are one person, how many are shown."""
FEWEST_RIGHT = 0.98
"""Precision: of the pairs that are shown, how many are one person, where there are as many of each kind."""


def person(
    family: str = "beispiel", given: str = "greta", born: str = "1971-03-04", **more: object
) -> Person:
    details = {"preferred": "", "gender": Gender.FEMALE, "phones": frozenset[str](), "email": "", "home": ""}
    return Person(family=family, given=given, born=born, **{**details, **more})  # type: ignore[arg-type]


def test_precision_and_recall_on_labelled_pairs() -> None:
    shown, wrong = Counter[str](), Counter[str]()
    for pair in labelled(PAIRS):
        if compare(pair.one, pair.other).shown:
            (shown if pair.same else wrong)[pair.kind] += 1
    recall = shown.total() / (PAIRS * len(SLIPS))
    precision = shown.total() / (shown.total() + wrong.total())
    for kind in SLIPS:
        print(f"found {shown[kind] / PAIRS:7.1%}  {kind}")
    for kind in LOOK_ALIKES:
        print(f"wrong {wrong[kind] / PAIRS:7.1%}  {kind}")
    print(
        f"recall {recall:.4f}, precision {precision:.4f} over {PAIRS * (len(SLIPS) + len(LOOK_ALIKES))} pairs"
    )
    assert recall >= FEWEST_FOUND
    assert precision >= FEWEST_RIGHT


@pytest.mark.parametrize("kind", LOOK_ALIKES)
def test_nobody_else_is_called_the_same_person_with_certainty(kind: str) -> None:
    surest = [compare(pair.one, pair.other) for pair in labelled(PAIRS) if pair.kind == kind]
    assert all(sureness(one.score) is not Sureness.VERY_LIKELY or not one.shown for one in surest)


def test_it_does_not_matter_who_is_first() -> None:
    for pair in labelled(50):
        assert compare(pair.one, pair.other).score == compare(pair.other, pair.one).score


def test_two_records_of_one_person_share_a_block_if_they_were_born_in_one_year() -> None:
    together = [pair for pair in labelled(200) if pair.same and pair.one.born[:4] == pair.other.born[:4]]
    missed = [pair for pair in together if not set(blocks(pair.one)) & set(blocks(pair.other))]
    assert len(missed) / len(together) < 0.01


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        (person(), person(), TwinReason.SAME_NAME),
        (person(), person(given="gretel ann", preferred="greta"), TwinReason.PREFERRED_NAME),
        (person("greta", "beispiel"), person(), TwinReason.SWAPPED_NAMES),
        (person(), person(born="1971-04-03", phones=frozenset({"1"})), TwinReason.DAY_MONTH_SWAPPED),
        (person(), person(born="1971-03-14"), TwinReason.BIRTH_DATE_ONE_DIGIT),
        (person(), person(born="1971-03", email="x"), TwinReason.BIRTH_DATE_PART),
        (person(gender=Gender.MALE), person(), TwinReason.OTHER_GENDER),
        (person(), person("vzorek", email="a"), TwinReason.GIVEN_NAME_ONLY),
    ],
)
def test_reasons(one: Person, other: Person, reason: TwinReason) -> None:
    assert reason in compare(one, other).reasons


def test_short_names_are_not_taken_for_each_other() -> None:
    """Of two letters or signs one other letter makes another name."""
    assert not compare(person("刘", "博"), person("刘", "健")).shown
    assert not compare(person("li", "bo"), person("li", "bei")).shown
    assert compare(person("刘", "博"), person("刘", "博")).shown


def test_twins_with_names_alike_but_of_other_gender_are_two_people() -> None:
    here = {"phones": frozenset({"201234567"}), "home": home("1 Test Lane", "TE1", "")}
    jan = person("vzorek", "paul", gender=Gender.MALE, **here)
    assert not compare(jan, person("vzorek", "paula", **here)).shown


def test_typing_warns_of_less_as_long_as_much_is_missing() -> None:
    known = person(phones=frozenset({"201234567"}))
    caller = person(given="", born="", phones=frozenset({"201234567"}))
    assert shown_while_typing(caller, compare(caller, known))
    named = person(born="")
    assert shown_while_typing(named, compare(named, known))
    other = person(born="1990-11-30")
    assert not shown_while_typing(other, compare(other, known))
    nothing = person("", "", "", gender=Gender.UNKNOWN)
    assert not shown_while_typing(nothing, compare(nothing, known))


def test_folding() -> None:
    assert folded("  Müller-Lüdenscheidt ") == "muller ludenscheidt"
    assert home("", "TE1", "Testville") == "" and home("1 Test Lane", "", "") == ""
