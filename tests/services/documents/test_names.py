"""A file that names somebody else is not filed until a person says that it is right."""

from __future__ import annotations

import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.documents import NameCheck
from meditrack_desktop.domain.errors import Conflict, ErrorCode
from meditrack_desktop.domain.patients import Patient
from tests.makers.dicom_files import a_dataset, as_bytes
from tests.makers.documents import FilingDesk, a_report
from tests.services.documents.conftest import lines


@pytest.mark.parametrize(
    ("report", "check"),
    [
        (a_report(), NameCheck.UNKNOWN),
        (a_report("FICTANOVA, Mara", "04.03.1971"), NameCheck.MATCHES),
        (a_report("Mara Fictanova"), NameCheck.MATCHES),
        (a_report(born="1971-03-04"), NameCheck.MATCHES),
    ],
)
def test_what_agrees_is_filed(desk: FilingDesk, report: bytes, check: NameCheck) -> None:
    assert desk.attach(report).name_check is check


@pytest.mark.parametrize(
    ("report", "told"),
    [
        (a_report("Bruno Exampleton"), "name"),
        (a_report("Mara Fictanova", "1972-03-04"), "birth_date"),
        (a_report("Jan Vzorek", "1999-01-01"), "birth_date,name"),
        (a_report("Mira Fictanova", "1971-03-04"), "name"),
    ],
)
def test_a_contradiction_is_refused_and_told(
    desk: FilingDesk, admin: Actor, report: bytes, told: str
) -> None:
    with pytest.raises(Conflict) as refused:
        desk.attach(report)
    assert refused.value.code is ErrorCode.FILE_NAMES_ANOTHER
    assert refused.value.parameters["patient"] == "Mara Fictanova, 1971-03-04"
    assert refused.value.parameters["named"]
    assert "Fictanova" not in repr(refused.value)
    assert desk.listed() == []
    assert desk.files() == set()
    [(_, whose, outcome, detail)] = lines(desk.clinic, admin, "document.names_another")
    assert (whose, outcome, detail) == (desk.patient.id, "refused", told)


def test_a_person_may_say_that_it_is_right(desk: FilingDesk, admin: Actor) -> None:
    filed = desk.attach(a_report("Bruno Exampleton"), other_name_confirmed=True)
    assert filed.name_check is NameCheck.CONFIRMED
    [(what, _, _, detail)] = lines(desk.clinic, admin, "document.attached")
    assert (what, detail) == (filed.id, "another name confirmed: name")


def test_the_record_number_of_another_patient_of_this_clinic(desk: FilingDesk, other: Patient) -> None:
    with pytest.raises(Conflict, match=ErrorCode.FILE_NAMES_ANOTHER.value):
        desk.attach(a_report("Mara Fictanova", number=other.mrn))
    assert desk.attach(a_report("Mara Fictanova", number=desk.patient.mrn)).name_check is NameCheck.MATCHES
    # Another hospital's number is nobody's here.
    assert desk.attach(a_report("Mara Fictanova", number="77-1234567")).name_check is NameCheck.MATCHES


def test_a_dicom_file_of_somebody_else(desk: FilingDesk) -> None:
    theirs = as_bytes(a_dataset(PatientName="Exampleton^Bruno", PatientBirthDate="19501224"))
    with pytest.raises(Conflict, match=ErrorCode.FILE_NAMES_ANOTHER.value):
        desk.attach(theirs, "image.dcm")
    own = as_bytes(a_dataset(PatientName="FICTANOVA^MARA", PatientBirthDate="19710304"))
    assert desk.attach(own, "image.dcm").name_check is NameCheck.MATCHES
