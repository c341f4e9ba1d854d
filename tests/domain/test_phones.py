"""Phones: the samples of every region, how they are shown, and what warns."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from meditrack_desktop.domain.phones import dialled, e164, shown, warning

SAMPLES = Path(__file__).parents[3] / "shared" / "samples" / "text" / "phones.json"


@pytest.mark.skipif(not SAMPLES.exists(), reason="the shared samples are not here")
def test_samples_of_every_region_meet_their_expectation() -> None:
    entries: list[dict[str, Any]] = json.loads(SAMPLES.read_text("utf-8"))
    for entry in entries:
        typed, region = entry["input"], entry["default_region"]
        assert e164(typed, region) == entry["e164"], entry
        assert warning(typed, region) is (bool(typed.strip()) and not entry["valid"]), entry
        if entry["valid"]:
            # What is shown is still the same number, with its extension.
            assert e164(shown(typed, region), region) == entry["e164"], entry
            assert dialled(typed, region).partition(";ext=")[::2] == (
                entry["e164"],
                entry.get("extension") or "",
            ), entry
        else:
            assert shown(typed, region) == typed
            assert dialled(typed, region) == ""


@pytest.mark.parametrize(
    ("typed", "region", "written"),
    [
        ("02079460958", "GB", "020 7946 0958"),
        ("02079460958", "US", "02079460958"),
        ("+442079460958", "US", "+44 20 7946 0958"),
        ("+1-800-FLOWERS", "US", "(800) 356-9377"),
        ("rings twice", "GB", "rings twice"),
    ],
)
def test_a_number_is_shown_as_the_region_writes_it(typed: str, region: str, written: str) -> None:
    assert shown(typed, region) == written
