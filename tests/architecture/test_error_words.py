"""Each code has words in each face: a refusal that somebody meets is never a bare number (decision 0003)."""

from __future__ import annotations

import ast
import string
from collections.abc import Callable, Iterator, Mapping

import pytest

from meditrack_desktop.cli import words as terminal
from meditrack_desktop.domain.errors import ClinicError, ErrorCode, FieldProblem
from meditrack_desktop.ui import error_words as windows
from tests.architecture.conftest import Source

FACES: dict[str, tuple[Mapping[ErrorCode, object], Callable[[ClinicError], object]]] = {
    "terminal": (terminal.WORDS, terminal.sentence),
    "windows": (windows.WORDS, windows.words),
}
NEVER_HEARD_BY = {"terminal": "ui/", "windows": "cli/"}
"""One face does not say what the other raises."""
ALWAYS_KNOWN = {"fields"}
"""What a face finds out by itself, from the error's fields."""


def texts(entry: object) -> tuple[str, ...]:
    return entry if isinstance(entry, tuple) else (str(entry),)


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def raised(sources: tuple[Source, ...]) -> Iterator[tuple[str, str, set[str]]]:
    """(place, name of the code, parameters given) for each error that is made in the package."""
    for source in sources:
        for node in ast.walk(source.tree):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            code = node.args[0]
            if not (isinstance(code, ast.Attribute) and isinstance(code.value, ast.Name)):
                continue
            if code.value.id != "ErrorCode" or any(keyword.arg is None for keyword in node.keywords):
                continue
            given = {keyword.arg for keyword in node.keywords if keyword.arg}
            yield f"{source.place}:{node.lineno}", code.attr, given


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("code", ErrorCode, ids=lambda code: code.name)
def test_each_code_has_words(face: str, code: ErrorCode) -> None:
    words, _ = FACES[face]
    assert all(text.strip() for text in texts(words[code])[:1])
    assert not any(code.value in text for text in texts(words[code])), "the code itself is no word"


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("code", ErrorCode, ids=lambda code: code.name)
def test_words_can_be_said_of_an_error_without_parameters(face: str, code: ErrorCode) -> None:
    """Saying what went wrong must never itself go wrong."""
    _, say = FACES[face]
    said = str(say(ClinicError(code, fields={"name": FieldProblem.REQUIRED})))
    assert said
    assert "{" not in said


@pytest.mark.parametrize("face", FACES)
def test_no_words_are_kept_for_codes_that_are_gone(face: str) -> None:
    words, _ = FACES[face]
    assert set(words) == set(ErrorCode)


@pytest.mark.parametrize("face", FACES)
def test_what_the_words_name_is_given_wherever_the_error_is_raised(
    face: str, sources: tuple[Source, ...]
) -> None:
    words, _ = FACES[face]
    wanted = {
        code.name: set().union(*map(blanks, texts(entry))) - ALWAYS_KNOWN for code, entry in words.items()
    }
    found = [
        f"{place} gives {sorted(given)}, the words name {sorted(wanted[code])}"
        for place, code, given in raised(sources)
        if not wanted[code] <= given and not place.startswith(NEVER_HEARD_BY[face])
    ]
    assert not found


@pytest.mark.parametrize("problem", FieldProblem, ids=lambda problem: problem.name)
def test_each_problem_of_a_field_has_words(problem: FieldProblem) -> None:
    assert terminal.PROBLEMS[problem]
    assert "Name" in windows.problem_words(problem, "Name") or windows.PROBLEMS[problem]
    assert "{" not in windows.problem_words(problem, "Name")


def test_the_search_for_raised_errors_sees_some(sources: tuple[Source, ...]) -> None:
    assert len({code for _, code, _ in raised(sources)}) > 20
