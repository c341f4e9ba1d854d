"""What is accepted as a password (ruling 5, H64, H65), and that one look-alike name is one account (H66)."""

from __future__ import annotations

import pytest
from pydantic import SecretStr, ValidationError

from meditrack_desktop.domain.accounts import Actor, AddAccount
from meditrack_desktop.domain.errors import Conflict, ErrorCode, FieldProblem, Invalid, NotAuthenticated
from meditrack_desktop.domain.permissions import Role
from meditrack_desktop.domain.settings import ChangeSettings
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.services.passwords import COMMON, check_strength, common_passwords

FIFTEEN_EMOJI = "🐙🚲🌵🎻🧊🥝🦉🔧🎈🍄🛶🧭🪁🦔🎺"


def _problem(password: str, *about: str, least: int = 10) -> FieldProblem | None:
    try:
        check_strength(password, about, least=least)
    except Invalid as refused:
        assert refused.code is ErrorCode.WEAK_PASSWORD
        (problem,) = refused.fields.values()
        return problem
    return None


def _add(clinic: Clinic, admin: Actor, password: str, username: str = "noah") -> None:
    clinic.accounts.add(
        admin,
        AddAccount(
            username=username,
            name="Noah Stubson",
            roles=frozenset({Role.RECEPTIONIST}),
            password=SecretStr(password),
        ),
    )


@pytest.mark.parametrize(
    "good",
    [
        FIFTEEN_EMOJI,
        "correct horse battery staple",
        "  spaces at both ends count  ",
        "пирог-окно-девять-ламп",
        "薬局の窓に三羽の烏がいる",
        "willow-cabinet-seven-moons" + "x" * 102,
    ],
)
def test_these_are_accepted(good: str) -> None:
    assert _problem(good) is None


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        ("", FieldProblem.TOO_SHORT),
        ("🐙🚲🌵🎻🧊🥝🦉🔧🎈", FieldProblem.TOO_SHORT),
        ("willow-cabinet-seven-moons" + "x" * 103, FieldProblem.TOO_LONG),
        ("ﬃ" * 43, FieldProblem.TOO_LONG),
        ("willow\x00cabinet-seven", FieldProblem.CONTROL_CHARACTERS),
        ("willow\ud800cabinet-seven", FieldProblem.CONTROL_CHARACTERS),
        ("🐙🐙🐙🐙🐙🐙🐙🐙🐙🐙🐙🐙🐙🐙🐙", FieldProblem.TOO_WEAK),
        ("\u200b" * 12, FieldProblem.TOO_WEAK),
        ("qwertyuiop", FieldProblem.TOO_WEAK),
        ("Qwertyuiop ", FieldProblem.TOO_WEAK),
        ("1234567890", FieldProblem.TOO_WEAK),
        ("abcdefghijklmnop", FieldProblem.TOO_WEAK),
    ],
)
def test_these_are_refused_with_the_reason(bad: str, problem: FieldProblem) -> None:
    assert _problem(bad) is problem


def test_none_of_the_ten_thousand_most_used_is_accepted() -> None:
    listed = common_passwords()
    assert len(listed) == COMMON == 10_000
    accepted = [password for password in listed if _problem(password) is None]
    assert accepted == []
    long_ones = [password for password in listed if len(password) >= 10]
    assert len(long_ones) > 50, "some of them are refused for nothing but being known"
    for password in long_ones:
        assert _problem(password) is FieldProblem.TOO_WEAK
        assert _problem(password.upper()) is FieldProblem.TOO_WEAK


@pytest.mark.parametrize(
    "guessed",
    ["examplestreet", "ExampleStreet1", "example.street.2026", "Clinic-Example-1!", "stubson.noah.1"],
)
def test_words_about_the_clinic_and_the_person_do_not_count(
    clinic: Clinic, admin: Actor, guessed: str
) -> None:
    with pytest.raises(Invalid) as weak:
        _add(clinic, admin, guessed)
    assert weak.value.fields == {"password": FieldProblem.TOO_WEAK}


def test_a_clinic_raises_the_minimum_and_nobody_lowers_it_below_ten(clinic: Clinic, admin: Actor) -> None:
    clinic.settings.change(admin, ChangeSettings(password_minimum=15))
    with pytest.raises(Invalid) as short:
        _add(clinic, admin, "owl-tide-nine7")
    assert short.value.fields == {"password": FieldProblem.TOO_SHORT}
    assert short.value.parameters["least"] == 15
    _add(clinic, admin, "owl-tide-nine-77")
    with pytest.raises(ValidationError):
        ChangeSettings(password_minimum=9)


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("ﬁsh-łódź-пирог-九", "fish-łódź-пирог-九"),
        ("cafe\u0301-lantern-owls-9", "caf\u00e9-lantern-owls-9"),
        ("ｆｕｌｌ-width-harbour-owl", "full-width-harbour-owl"),
        (FIFTEEN_EMOJI, FIFTEEN_EMOJI),
        ("  edges of space count  ", "  edges of space count  "),
    ],
)
def test_compatible_forms_are_one_password(clinic: Clinic, admin: Actor, stored: str, typed: str) -> None:
    _add(clinic, admin, stored)
    clinic.sessions.sign_in("noah", typed)


def test_spaces_and_case_matter_in_passwords(clinic: Clinic, admin: Actor) -> None:
    _add(clinic, admin, "  edges of space count  ")
    for other in ("edges of space count", "  Edges of space count  "):
        with pytest.raises(NotAuthenticated):
            clinic.sessions.sign_in("noah", other)


@pytest.mark.parametrize("twin", ["noah ", " NOAH", "Noah", "ｎｏａｈ", "noah\t"])
def test_names_that_look_alike_are_one_account(clinic: Clinic, admin: Actor, twin: str) -> None:
    _add(clinic, admin, FIFTEEN_EMOJI)
    with pytest.raises(Conflict) as taken:
        _add(clinic, admin, FIFTEEN_EMOJI, username=twin)
    assert taken.value.code is ErrorCode.USERNAME_TAKEN
    assert clinic.sessions.sign_in(twin, FIFTEEN_EMOJI).username == "noah"


@pytest.mark.parametrize("spoof", ["nоah", "noаh", "noah\u200b", "no\u00adah", "ńoah", "noah\x00"])
def test_names_in_another_script_or_with_hidden_letters_are_no_names(spoof: str) -> None:
    with pytest.raises(ValidationError):
        AddAccount(username=spoof, name="x", roles=frozenset({Role.DOCTOR}))
