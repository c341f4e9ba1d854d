"""The meter: what is accepted scores at least 3, what is refused at most 2, with the reason."""

from __future__ import annotations

import pytest

from meditrack_desktop.domain.errors import FieldProblem
from meditrack_desktop.services.password_strength import strength_of

ABOUT = ("ada", "Ada Verwalter", "Example Street Clinic")


@pytest.mark.parametrize(
    "password", ["slate-harbour-ninety-owls", "correct mule 81 paper", "x" * 5 + "Qz!7pLm2vK9"]
)
def test_good_ones(password: str) -> None:
    found = strength_of(password, ABOUT)
    assert found.score >= 3 and found.problem is None


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("", FieldProblem.TOO_SHORT),
        ("Xk9$mQ", FieldProblem.TOO_SHORT),
        ("passwordpassword", FieldProblem.TOO_WEAK),
        ("Ada Verwalter 1", FieldProblem.TOO_WEAK),
        ("ExampleStreetClinic", FieldProblem.TOO_WEAK),
        ("slate-harbour\x00ninety", FieldProblem.CONTROL_CHARACTERS),
        ("Qz!7pLm2vK9w" * 11, FieldProblem.TOO_LONG),
    ],
)
def test_refused_ones_never_look_good(password: str, problem: FieldProblem) -> None:
    found = strength_of(password, ABOUT)
    assert found.score <= 2 and found.problem is problem
