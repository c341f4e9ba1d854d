"""One-time codes are read however somebody typed them, and nothing else is one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meditrack_desktop.domain.reset_codes import ALPHABET, LENGTHS, read, shown
from meditrack_desktop.domain.sessions import ResetKind


def test_they_are_as_long_as_decided() -> None:
    assert len(ALPHABET) == 32 == len(set(ALPHABET))
    assert {kind: 5 * length for kind, length in LENGTHS.items()} == {
        ResetKind.ADMIN: 60,
        ResetKind.EMAIL: 40,
    }


@given(st.sampled_from(sorted(LENGTHS.values())), st.randoms(), st.sampled_from(["", "-", " ", " - "]))
def test_any_spelling_is_read(length: int, random: object, between: str) -> None:
    code = "".join(random.choice(ALPHABET) for _ in range(length))  # type: ignore[attr-defined]
    assert read(shown(code)) == code
    spelled = between.join(shown(code).split("-")).lower().replace("0", "o").replace("1", "l")
    assert read(f"  {spelled}\n") == code


@pytest.mark.parametrize(
    "typed", ["", "7K3M", "7K3M-Q9XD-2TF", "7K3M-Q9XD-2TFU", "7K3M-Q9XD-2TFV-1", "ß" * 12]
)
def test_anything_else_is_none(typed: str) -> None:
    assert read(typed) is None


@given(st.text(max_size=400))
def test_reading_never_fails(typed: str) -> None:
    code = read(typed)
    assert code is None or (len(code) in LENGTHS.values() and set(code) <= set(ALPHABET))
