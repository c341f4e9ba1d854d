"""Makes the commands of a clinic's day: a patient to register, a doctor to add."""

from __future__ import annotations

from datetime import time
from typing import Any

from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.patients import EditPatient, Gender, Patient, PhoneInput, RegisterPatient
from meditrack_desktop.domain.practitioners import AddPractitioner, WorkingHoursInput


def a_patient(
    family: str = "Beispiel", given: str = "Greta", *phones: str, **details: Any
) -> RegisterPatient:
    """A patient nobody could take for a real one."""
    if isinstance(details.get("birth_date"), str):
        details["birth_date"] = BirthDate.parse(details["birth_date"])
    details.setdefault("gender", Gender.FEMALE)
    numbers = tuple(PhoneInput(value=phone) for phone in phones)
    return RegisterPatient(family=family, given=given, phones=numbers, **details)


def an_edit(patient: Patient, **changes: Any) -> EditPatient:
    """The patient's own details again, with `changes`."""
    details: dict[str, Any] = {
        "id": patient.id,
        "version": patient.version,
        "family": patient.family,
        "given": patient.given,
        "preferred_name": patient.preferred_name,
        "birth_date": patient.birth_date,
        "gender": patient.gender,
        "phones": tuple({"value": phone.value, "use": phone.use} for phone in patient.phones),
        "email": patient.email,
        "address": {
            "street": patient.address.street,
            "city": patient.address.city,
            "postcode": patient.address.postcode,
            "country": patient.address.country,
        },
        "language": patient.language,
        "note": patient.note,
        "deceased": patient.deceased,
        "contact_by": patient.contact_by,
        "interpreter": patient.interpreter,
        "preferences": patient.preferences,
    }
    return EditPatient.model_validate({**details, **changes})


def a_doctor(family: str = "Modelo", given: str = "Ines", **details: Any) -> AddPractitioner:
    """A doctor who works Monday to Friday, 9 to 13 and 14 to 17."""
    details.setdefault("hours", office_hours())
    return AddPractitioner(family=family, given=given, **details)


def office_hours() -> tuple[WorkingHoursInput, ...]:
    return tuple(
        WorkingHoursInput(weekday=weekday, starts=starts, ends=ends)
        for weekday in range(5)
        for starts, ends in ((time(9), time(13)), (time(14), time(17)))
    )
