"""A doctor who has a patient in care, and one who has not."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.services.clinic import Clinic
from tests.makers.care import as_doctor, in_care
from tests.makers.people import a_patient


@dataclass
class Ward:
    """`doctor` has `patient` in care and nobody else; `other` is a patient of nobody's."""

    clinic: Clinic
    admin: Actor
    reception: Actor
    doctor: Actor
    practitioner: Practitioner
    patient: Patient
    other: Patient


@pytest.fixture
def ward(clinic: Clinic, admin: Actor, reception: Actor, doctor: Actor) -> Ward:
    patient = clinic.patients.register(reception, a_patient("Beispiel", "Greta"))
    other = clinic.patients.register(reception, a_patient("Fictanova", "Mara"))
    practitioner = as_doctor(clinic, admin, doctor)
    in_care(clinic, reception, practitioner, patient)
    return Ward(clinic, admin, reception, doctor, practitioner, patient, other)
