"""How good a password is while it is being typed: what the meter shows. What is accepted is decided in `passwords`."""

from __future__ import annotations

from dataclasses import dataclass

from zxcvbn import zxcvbn

from meditrack_desktop.domain.errors import FieldProblem, Invalid
from meditrack_desktop.services.passwords import check_strength

BEST = 4
_LOOKED_AT = 72


@dataclass(frozen=True, slots=True)
class Strength:
    """`score` is 0 (found at once) to 4; `problem` says why the password is not accepted, None if it is."""

    score: int
    problem: FieldProblem | None


def strength_of(password: str, about: tuple[str, ...] = ()) -> Strength:
    """Judge a password of which `about` are words a guesser would try first. Takes some milliseconds.

    What is not accepted never scores like something that is, however hard it would be to guess.
    """
    if not password:
        return Strength(0, FieldProblem.TOO_SHORT)
    words = [word for phrase in about for word in (phrase, *phrase.split()) if word]
    score = int(zxcvbn(password[:_LOOKED_AT], user_inputs=words)["score"])
    try:
        check_strength(password, about)
    except Invalid as refused:
        return Strength(min(score, 2), next(iter(refused.fields.values()), FieldProblem.TOO_WEAK))
    return Strength(max(score, 3), None)
