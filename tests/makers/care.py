"""Puts patients in a doctor's care as a clinic does: an account that is a doctor, and the care team."""

from __future__ import annotations

from meditrack_desktop.domain.accounts import Actor, EditAccount
from meditrack_desktop.domain.care_team import AssignDoctor
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.services.clinic import Clinic
from tests.makers.people import a_doctor


def as_doctor(
    clinic: Clinic, admin: Actor, person: Actor, practitioner: Practitioner | None = None
) -> Practitioner:
    """Whom of the calendar's doctors this person's account is from now on: a new one unless it is given."""
    practitioner = practitioner or clinic.practitioners.add(admin, a_doctor())
    account = next(one for one in clinic.accounts.list(admin) if one.id == person.account_id)
    clinic.accounts.edit(
        admin,
        EditAccount.model_validate(
            {
                **{
                    name: getattr(account, name)
                    for name in EditAccount.model_fields
                    if hasattr(account, name)
                },
                "practitioner_id": practitioner.id,
            }
        ),
    )
    return practitioner


def in_care(clinic: Clinic, by: Actor, practitioner: Practitioner, *patients: Patient) -> None:
    """Put the doctor on these patients' care teams."""
    for patient in patients:
        clinic.care_team.assign(by, AssignDoctor(patient_id=patient.id, practitioner_id=practitioner.id))
