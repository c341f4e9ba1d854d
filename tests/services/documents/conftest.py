"""A front desk that files, and a patient in the doctor's care."""

from __future__ import annotations

import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.services.clinic import Clinic
from tests.makers.care import as_doctor, in_care
from tests.makers.documents import FilingDesk
from tests.makers.people import a_patient


@pytest.fixture
def desk(clinic: Clinic, reception: Actor, doctor: Actor, admin: Actor, other: Patient) -> FilingDesk:
    """The front desk and a patient; that one and `other` are in the doctor's care."""
    patient = clinic.patients.register(reception, a_patient("Fictanova", "Mara", birth_date="1971-03-04"))
    in_care(clinic, reception, as_doctor(clinic, admin, doctor), patient, other)
    return FilingDesk(clinic, reception, patient)


@pytest.fixture
def other(clinic: Clinic, reception: Actor) -> Patient:
    return clinic.patients.register(reception, a_patient("Exampleton", "Bruno", birth_date="1950-12-24"))


def lines(clinic: Clinic, admin: Actor, action: str) -> list[tuple[object, object, str, str]]:
    """What the trail says of an action, the oldest first: what, whose, outcome, detail."""
    return [
        (line.object_id, line.patient_id, line.outcome.value, line.detail)
        for line in reversed(clinic.audit.list(admin))
        if line.action == action
    ]
