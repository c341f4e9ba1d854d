"""Temporary access: for another person, one patient, 30 days at most, by the clinic's clock (H68)."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from meditrack_desktop.domain.access_grants import AccessGrant, EndAccess, GiveAccess
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.audit import Outcome
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.documents import AttachDocument, Document, DocumentType
from meditrack_desktop.domain.errors import ErrorCode, FieldProblem, Invalid, NotAllowed, NotFound
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.services.clinic import Clinic
from tests.conftest import MORNING
from tests.makers.care import as_doctor, in_care
from tests.makers.people import a_patient
from tests.services.test_documents import a_png


@pytest.fixture
def patient(clinic: Clinic, reception: Actor) -> Patient:
    return clinic.patients.register(reception, a_patient())


@pytest.fixture
def report(clinic: Clinic, reception: Actor, patient: Patient) -> Document:
    command = AttachDocument(patient_id=patient.id, file_name="scan.png", type=DocumentType.LAB_REPORT)
    return clinic.documents.attach(reception, command, io.BytesIO(a_png()))


def asked(who: Actor, patient: Patient, **changes: Any) -> GiveAccess:
    values = {
        "account_id": who.account_id,
        "patient_id": patient.id,
        "expires_at": MORNING + timedelta(days=30),
        "reason": "stands in for a week",
    }
    return GiveAccess.model_validate({**values, **changes})


def opens(clinic: Clinic, actor: Actor, report: Document) -> bool:
    try:
        clinic.documents.open(actor, report.id).source.close()
    except NotAllowed:
        return False
    return True


def test_it_opens_until_the_second_it_ends(
    clinic: Clinic, admin: Actor, doctor: Actor, patient: Patient, report: Document, clock: FixedClock
) -> None:
    assert not opens(clinic, doctor, report)
    given = clinic.access_grants.give(admin, asked(doctor, patient, expires_at=MORNING + timedelta(hours=2)))
    assert isinstance(given, AccessGrant)
    assert (given.account_name, given.given_by_name) == (doctor.name, admin.name)
    assert opens(clinic, doctor, report)
    clock.advance(timedelta(hours=2) - timedelta(seconds=1))
    assert opens(clinic, doctor, report)
    clock.advance(timedelta(seconds=1))
    assert not opens(clinic, doctor, report)
    assert clinic.access_grants.of_patient(admin, patient.id) == (given,)


def test_it_opens_one_patient_only(
    clinic: Clinic, admin: Actor, doctor: Actor, reception: Actor, patient: Patient, report: Document
) -> None:
    other = clinic.patients.register(reception, a_patient("Fictanova", "Mara"))
    clinic.access_grants.give(admin, asked(doctor, other))
    assert not opens(clinic, doctor, report)


def test_taken_back_it_opens_nothing(
    clinic: Clinic, admin: Actor, doctor: Actor, patient: Patient, report: Document
) -> None:
    given = clinic.access_grants.give(admin, asked(doctor, patient))
    ended = clinic.access_grants.end(admin, EndAccess(id=given.id, version=given.version))
    assert not ended.live(MORNING)
    assert not opens(clinic, doctor, report)


def test_nobody_lets_themselves_in(clinic: Clinic, admin: Actor, patient: Patient) -> None:
    with pytest.raises(NotAllowed) as caught:
        clinic.access_grants.give(admin, asked(admin, patient))
    assert caught.value.code is ErrorCode.NOT_YOURSELF
    line = clinic.audit.list(admin, limit=1)[0]
    assert (line.action, line.outcome) == ("access_grant.given", Outcome.REFUSED)
    assert clinic.access_grants.of_patient(admin, patient.id) == ()


@pytest.mark.parametrize(
    "ends", [timedelta(days=30, seconds=1), timedelta(days=31), timedelta(0), timedelta(seconds=-1)]
)
def test_too_long_or_over_already(
    clinic: Clinic, admin: Actor, doctor: Actor, patient: Patient, ends: timedelta
) -> None:
    with pytest.raises(Invalid) as caught:
        clinic.access_grants.give(admin, asked(doctor, patient, expires_at=MORNING + ends))
    assert caught.value.fields == {"expires_at": FieldProblem.OUT_OF_RANGE}


def test_a_doctor_gives_it_for_patients_in_their_care(
    clinic: Clinic, admin: Actor, doctor: Actor, reception: Actor, patient: Patient, report: Document
) -> None:
    practitioner = as_doctor(clinic, admin, doctor)
    with pytest.raises(NotAllowed) as caught:
        clinic.access_grants.give(doctor, asked(reception, patient))
    assert caught.value.code is ErrorCode.NOT_IN_CARE
    in_care(clinic, reception, practitioner, patient)
    clinic.access_grants.give(doctor, asked(reception, patient))
    assert opens(clinic, reception, report)


def test_the_same_command_gives_once(clinic: Clinic, admin: Actor, doctor: Actor, patient: Patient) -> None:
    command = asked(doctor, patient)
    assert clinic.access_grants.give(admin, command) == clinic.access_grants.give(admin, command)
    assert len(clinic.access_grants.of_patient(admin, patient.id)) == 1


def test_unknown_people_are_refused(clinic: Clinic, admin: Actor, doctor: Actor, patient: Patient) -> None:
    with pytest.raises(NotFound):
        clinic.access_grants.give(admin, asked(doctor, patient, account_id=new_id()))
    with pytest.raises(NotFound):
        clinic.access_grants.give(admin, asked(doctor, patient, patient_id=new_id()))
    with pytest.raises(NotFound):
        clinic.access_grants.end(admin, EndAccess(id=new_id(), version=1))


def test_a_reason_and_a_zone_are_needed(doctor: Actor, patient: Patient) -> None:
    for wrong in ({"reason": " "}, {"expires_at": MORNING.replace(tzinfo=None)}):
        with pytest.raises(ValidationError):
            asked(doctor, patient, **wrong)


def test_who_was_given_access_is_told_whose_until_when_and_by_whom(
    clinic: Clinic, admin: Actor, doctor: Actor, patient: Patient, clock: FixedClock
) -> None:
    assert clinic.access_grants.own(doctor) == ()
    ends = MORNING + timedelta(hours=2)
    given = clinic.access_grants.give(admin, asked(doctor, patient, expires_at=ends))
    (own,) = clinic.access_grants.own(doctor)
    assert (own.patient_id, own.patient_name, own.expires_at) == (patient.id, patient.name, ends)
    assert (own.given_by_name, own.reason) == (admin.name, given.reason)
    assert clinic.access_grants.own(admin) == (), "it was not the giver who got it"
    clock.advance(timedelta(hours=2))
    assert clinic.access_grants.own(doctor) == ()


def test_an_ended_access_is_not_told_any_more(
    clinic: Clinic, admin: Actor, doctor: Actor, patient: Patient
) -> None:
    given = clinic.access_grants.give(admin, asked(doctor, patient))
    clinic.access_grants.end(admin, EndAccess(id=given.id, version=given.version))
    assert clinic.access_grants.own(doctor) == ()


def test_colleagues_are_the_others_who_may_sign_in(
    clinic: Clinic, admin: Actor, doctor: Actor, reception: Actor
) -> None:
    found = {one.account_id for one in clinic.access_grants.colleagues(doctor)}
    assert doctor.account_id not in found
    assert {admin.account_id, reception.account_id} <= found
