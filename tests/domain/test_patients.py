"""The commands about patients: what is refused before anything is asked of the clinic."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from meditrack_desktop.domain.patients import (
    Address,
    ArchivePatient,
    FindPatients,
    Gender,
    Patient,
    PatientLine,
    RegisterPatient,
)


def register(**details: Any) -> RegisterPatient:
    return RegisterPatient.model_validate({"family": "Beispiel", **details})


def test_every_command_has_its_own_id() -> None:
    assert register().id != register().id


@pytest.mark.parametrize(
    "details",
    [
        {"family": "", "given": "  "},
        {"family": "x" * 201},
        {"family": "a\x00b"},
        {"family": "a\r\nBcc: x"},
        {"email": "a@b.c\r\nBcc: x@y.z"},
        {"email": "nobody"},
        {"phones": [{"value": ""}]},
        {"phones": [{"value": "  "}]},
        {"phones": [{"value": "1" * 61}]},
        {"phones": [{"value": "1"}] * 11},
        {"phones": [{"value": "1", "use": "fax"}]},
        {"birth_date": "2025-02-29"},
        {"gender": "x"},
        {"note": "x" * 4001},
        {"unknown": "field"},
        {"identifiers": [{"system": "", "value": "1"}]},
    ],
)
def test_malformed_details_are_refused(details: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        register(**details)


def test_one_name_is_enough_and_edges_are_trimmed() -> None:
    assert register(family="", given=" Greta ").given == "Greta"
    assert register(email="").email == ""
    assert register(email="jörg@exämple.org").email == "jörg@exämple.org"


def test_commands_do_not_change() -> None:
    with pytest.raises(ValidationError):
        register().family = "Other"  # type: ignore[misc]


@pytest.mark.parametrize(
    "wrong", [{"limit": 0}, {"limit": 501}, {"offset": -1}, {"order": "name;--"}, {"text": "x" * 201}]
)
def test_a_search_is_bounded(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        FindPatients.model_validate(wrong)


def test_archiving_needs_a_reason() -> None:
    with pytest.raises(ValidationError):
        ArchivePatient(id=UUID(int=1), version=1, reason=" x ")


def test_names_are_spoken_given_first() -> None:
    line = PatientLine(UUID(int=1), "1", "Beispiel", "", None, Gender.UNKNOWN, "", True, False)
    assert line.name == "Beispiel"
    at = datetime(2026, 1, 1, tzinfo=UTC)
    patient = Patient(
        UUID(int=1), 1, "1", "Beispiel", "Greta", None, Gender.FEMALE, (), "", Address(), "", "", (), False,
        None, "", at, UUID(int=2),
    )  # fmt: skip
    assert (patient.name, patient.active) == ("Greta Beispiel", True)
