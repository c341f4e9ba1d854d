"""Every FHIR file of the sample set: each entry of a chart becomes a command, or the file's reason is known."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from meditrack_desktop.domain.errors import Invalid
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.imports import Skipped
from meditrack_desktop.services.imports.fhir_entries import ENTRY_TYPES, entry
from meditrack_desktop.services.imports.fhir_entry import Translation
from meditrack_desktop.services.imports.fhir_files import FhirSource
from meditrack_desktop.services.imports.fhir_references import AddressBook
from meditrack_desktop.services.imports.files import open_source
from meditrack_desktop.services.imports.items import Reading, Unusable

SAMPLES = Path(__file__).resolve().parents[3] / "../shared/samples"
TODAY = date(2026, 11, 21)
TEXT = "It is a text"
BAD = ("fhir-bad", "fhir-xml", "fhir-other-version")

# What the specification's own examples hold that a chart has no place for; the reasons in the file's order.
KNOWN: dict[str, list[str]] = {
    "Appointment-examplereq.json": ["to which doctor"],
    "Bundle-bundle-example.json": ["medicine is only referred to"],
    "Bundle-bundle-references.json": ["when it was measured"] * 6 + ["whose it is"],
    "DocumentReference-example.json": ["nothing is fetched"],
    **{
        f"Consent-consent-example-{name}.json": ["does not keep consents for"]
        for name in (
            "Emergency",
            "Out",
            "basic",
            "grantor",
            "notAuthor",
            "notOrg",
            "notThem",
            "notThis",
            "notTime",
            "pkb",
            "signature",
            "smartonfhir",
        )
    },
}
BAD_ENTRIES = {
    "attachment-bad-base64.json": "whose it is",
    "attachment-url.json": "whose it is",
    "r5-appointment.json": "to which doctor",
}


class _Everybody(AddressBook):
    """Knows everybody: these tests ask whether entries are understood, not whose they are."""

    def find(self, noun: str, file: int, name: str) -> UUID:
        return new_id()


def _files() -> list[Any]:
    index = SAMPLES / "index.json"
    if not index.is_file():
        return []
    files = json.loads(index.read_text(encoding="utf-8"))["files"]
    return [
        pytest.param(one, id=one["path"])
        for one in files
        if one["path"].startswith("patients/fhir") and one["family"] not in BAD
    ]


def _resources(path: Path) -> Iterator[dict[str, Any]]:
    if path.suffix == ".ndjson":
        yield from (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
        return
    whole = json.loads(path.read_text(encoding="utf-8"))
    if whole.get("resourceType") != "Bundle":
        yield whole
        return
    yield from (one.get("resource", {}) for one in whole.get("entry", []))


def understood(path: Path) -> tuple[Counter[str], list[str]]:
    """How many entries of each type became a command, and the reasons of the others."""
    source = open_source(path)
    assert isinstance(source, FhirSource)
    for _ in source.items(Reading(today=TODAY)):
        pass
    taken: Counter[str] = Counter()
    reasons: list[str] = []
    for found in source.entries():
        if isinstance(found, Skipped):
            reasons.append(found.reason)
            continue
        try:
            entry(
                found.where,
                found.kind,
                found.resource,
                0,
                _Everybody(),
                lambda patient: Translation(patient, TODAY, UTC, source.medicines),
            )
            taken[found.kind] += 1
        except Unusable as unusable:
            reasons.append(str(unusable))
    return taken, reasons


@pytest.mark.parametrize("sample", _files())
def test_every_entry_is_understood_or_has_its_known_reason(sample: dict[str, Any], samples: Path) -> None:
    path = samples / sample["path"]
    promised = Counter(
        one["resourceType"] for one in _resources(path) if one.get("resourceType") in ENTRY_TYPES
    )
    taken, reasons = understood(path)
    assert sum(taken.values()) + len(reasons) == sum(promised.values()), "an entry was lost"
    texts = [reason for reason in reasons if TEXT in reason]
    assert len(texts) <= promised["DocumentReference"]
    others = [reason for reason in reasons if TEXT not in reason]
    known = KNOWN.get(path.name, [])
    assert len(others) == len(known), others
    assert all(part in reason for part, reason in zip(known, others, strict=True)), others


@pytest.mark.parametrize("name", BAD_ENTRIES)
def test_bad_entries_say_why(name: str, samples: Path) -> None:
    taken, reasons = understood(samples / "patients/fhir-bad" / name)
    assert not taken
    assert len(reasons) == 1
    assert BAD_ENTRIES[name] in reasons[0]


def test_other_bad_samples_hold_no_entry_that_is_taken(samples: Path) -> None:
    for path in sorted((samples / "patients/fhir-bad").glob("*.json")):
        try:
            taken, _ = understood(path)
        except Invalid:
            continue
        assert not taken, path.name
