"""Names typed in one go are taken apart, and put together as they are spoken."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meditrack_desktop.domain.names import display_name, listed_name, split_name
from meditrack_desktop.domain.text import name_text

SAMPLES = Path(__file__).parents[3] / "shared" / "samples" / "text" / "names.json"


@pytest.mark.parametrize(
    ("typed", "given", "family"),
    [
        ("mara fictanova", "Mara", "Fictanova"),
        ("Fictanova, Mara", "Mara", "Fictanova"),
        ("fictanova , mara anna", "Mara Anna", "Fictanova"),
        ("anna van der berg", "Anna", "van der Berg"),
        ("Jan Willem van der Berg", "Jan Willem", "van der Berg"),
        ("van der berg, jan", "Jan", "van der Berg"),
        ("van gogh", "", "van Gogh"),
        ("Ana Al Masri", "Ana", "Al Masri"),
        ("Ana García y López", "Ana", "García y López"),
        ("Maria E Silva", "Maria E", "Silva"),
        ("John Smith Jr", "John", "Smith Jr"),
        ("Ronald McDONALD", "Ronald", "McDONALD"),
        ("Sukarno", "", "Sukarno"),
        ("山本 美咲", "美咲", "山本"),
        ("김 민준", "민준", "김"),
        ("Mara 020 7946 0101", "", "Mara"),
        ("0142", "", ""),
        (" , ", "", ""),
    ],
)
def test_a_name_in_one_go_is_split_as_people_read_it(typed: str, given: str, family: str) -> None:
    assert split_name(typed) == (given, family)


@pytest.mark.parametrize(
    ("family", "given", "language", "shown"),
    [
        ("Fictanova", "Mara", "", "Mara Fictanova"),
        ("山本", "美咲", "", "山本美咲"),
        ("𠮷野", "家", "", "𠮷野家"),
        ("김", "민준", "", "김 민준"),
        ("Nagy", "Anna", "hu-HU", "Nagy Anna"),
        ("Nagy", "Anna", "", "Anna Nagy"),
        ("Yamamoto", "Misaki", "ja", "Yamamoto Misaki"),
        ("כהן", "משה", "", "משה כהן"),
        ("Sukarno", "", "", "Sukarno"),
        ("", "Ann", "", "Ann"),
        ("", "", "", ""),
    ],
)
def test_a_name_is_shown_as_it_is_spoken(family: str, given: str, language: str, shown: str) -> None:
    assert display_name(family, given, language) == shown


def test_lists_put_the_family_name_first() -> None:
    assert listed_name("Fictanova", "Mara") == "Fictanova, Mara"
    assert listed_name("Sukarno", "") == "Sukarno"


@given(st.text(st.characters(whitelist_categories=("Lu", "Ll", "Lo", "Zs")), max_size=40))
def test_no_letter_is_lost_in_splitting(typed: str) -> None:
    given_name, family = split_name(typed)
    assert sorted((given_name + family).replace(" ", "").upper()) == sorted("".join(typed.split()).upper())


@pytest.mark.skipif(not SAMPLES.exists(), reason="the shared samples are not here")
def test_sample_names_are_accepted_composed_or_refused() -> None:
    import unicodedata

    refused = []
    samples: list[dict[str, Any]] = json.loads(SAMPLES.read_text("utf-8"))
    for sample in samples:
        try:
            kept = name_text(sample["family"])
        except ValueError:
            refused.append(sample["group"])
            continue
        if sample["expect"].startswith("refused"):
            assert kept == "", sample
        else:
            assert kept == unicodedata.normalize("NFC", sample["family"]), sample
    assert refused == ["refused or cleaned: NUL inside", "refused or cleaned: direction override"]
