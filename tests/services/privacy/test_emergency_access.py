"""Emergency access: who may, with which words, and who looks at it afterwards."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.emergency_access import EmergencyAccess, OpenInEmergency, ReviewEmergency
from meditrack_desktop.domain.errors import (
    ChangedMeanwhile,
    ErrorCode,
    NotAllowed,
    NotAuthenticated,
    NotFound,
)
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.services.clinic import Clinic
from tests.conftest import MORNING, PASSWORDS
from tests.makers.people import a_patient

REASON = "Collapsed in the waiting room"


def asked(patient: Patient, **changes: Any) -> OpenInEmergency:
    values = {"patient_id": patient.id, "reason": REASON, "password": SecretStr(PASSWORDS["doctor"])}
    return OpenInEmergency.model_validate({**values, **changes})


@pytest.fixture
def patient(clinic: Clinic, reception: Actor) -> Patient:
    return clinic.patients.register(reception, a_patient())


@pytest.fixture
def begun(clinic: Clinic, doctor: Actor, patient: Patient) -> EmergencyAccess:
    return clinic.emergency.open(doctor, asked(patient))


class TestOpening:
    def test_the_record(
        self, clinic: Clinic, doctor: Actor, patient: Patient, begun: EmergencyAccess, admin: Actor
    ) -> None:
        assert begun == EmergencyAccess(
            id=begun.id,
            version=1,
            account_id=doctor.account_id,
            account_name=doctor.name,
            patient_id=patient.id,
            patient_name="Greta Beispiel",
            reason=REASON,
            started_at=MORNING,
            expires_at=MORNING + timedelta(hours=4),
            ended_at=None,
            review_due_at=MORNING + timedelta(hours=72),
            reviewed_at=None,
            reviewed_by_name="",
            review_note="",
        )
        assert clinic.emergency.live(doctor, patient.id) == begun
        assert clinic.emergency.live(admin, patient.id) is None
        lines = clinic.audit.list(admin, patient_id=patient.id)
        [line] = [line for line in lines if line.action == "emergency_access.begun"]
        assert (line.object_id, line.account_id) == (begun.id, doctor.account_id)
        assert not any(REASON in line.detail for line in lines)

    @pytest.mark.parametrize("reason", ["", "urgent", "   nine char  "[:12], "a\x00" + REASON, "x" * 501])
    def test_it_needs_a_reason(self, reason: str, patient: Patient) -> None:
        with pytest.raises(ValidationError):
            asked(patient, reason=reason)

    def test_a_wrong_password_opens_nothing_and_is_throttled(
        self, clinic: Clinic, doctor: Actor, patient: Patient, admin: Actor, clock: FixedClock
    ) -> None:
        codes = []
        for _ in range(6):
            with pytest.raises(NotAuthenticated) as caught:
                clinic.emergency.open(doctor, asked(patient, password=SecretStr("not the password")))
            codes.append(caught.value.code)
        assert codes[0] is ErrorCode.INVALID_CREDENTIALS
        assert codes[-1] is ErrorCode.TOO_MANY_TRIES
        with pytest.raises(NotAuthenticated):
            clinic.emergency.open(doctor, asked(patient))
        assert clinic.emergency.to_review(admin) == ()
        clock.advance(timedelta(minutes=16))
        clinic.emergency.open(doctor, asked(patient))

    def test_one_begun_in_a_wrong_year_is_over_once_the_clock_is_right(
        self, clinic: Clinic, doctor: Actor, patient: Patient, clock: FixedClock
    ) -> None:
        clock.advance(timedelta(hours=6))
        clinic.emergency.open(doctor, asked(patient))
        assert clinic.emergency.live(doctor, patient.id) is not None
        clock.set(MORNING)
        assert clinic.emergency.live(doctor, patient.id) is None

    def test_the_same_command_twice_opens_once(
        self, clinic: Clinic, doctor: Actor, patient: Patient, admin: Actor, reception: Actor
    ) -> None:
        command = asked(patient)
        assert clinic.emergency.open(doctor, command) == clinic.emergency.open(doctor, command)
        assert len(clinic.emergency.to_review(admin)) == 1
        other = clinic.patients.register(reception, a_patient("Anders"))
        with pytest.raises(ChangedMeanwhile):
            clinic.emergency.open(doctor, asked(other, id=command.id))

    def test_who_may_not_and_whom_nobody_knows(
        self, clinic: Clinic, doctor: Actor, reception: Actor, patient: Patient
    ) -> None:
        with pytest.raises(NotAllowed):
            clinic.emergency.open(reception, asked(patient, password=SecretStr(PASSWORDS["reception"])))
        with pytest.raises(NotFound, match=f"^{ErrorCode.PATIENT_NOT_FOUND.value}$"):
            clinic.emergency.open(doctor, asked(patient, patient_id=new_id()))


class TestEnding:
    def test_ones_own_only(
        self, clinic: Clinic, doctor: Actor, admin: Actor, begun: EmergencyAccess, clock: FixedClock
    ) -> None:
        for access_id, actor in ((begun.id, admin), (new_id(), doctor)):
            with pytest.raises(NotFound, match=f"^{ErrorCode.EMERGENCY_ACCESS_NOT_FOUND.value}$"):
                clinic.emergency.end(actor, access_id)
        clock.advance(timedelta(hours=1))
        ended = clinic.emergency.end(doctor, begun.id)
        assert ended.ended_at == MORNING + timedelta(hours=1)
        clock.advance(timedelta(hours=1))
        assert clinic.emergency.end(doctor, begun.id).ended_at == ended.ended_at
        assert clinic.emergency.live(doctor, begun.patient_id) is None


class TestReview:
    def reviewed(self, access: EmergencyAccess) -> ReviewEmergency:
        return ReviewEmergency(id=access.id, version=access.version, note="Asked the doctor; it was one.")

    def test_somebody_else_looks_at_it(
        self, clinic: Clinic, admin: Actor, begun: EmergencyAccess, clock: FixedClock
    ) -> None:
        assert clinic.emergency.to_review(admin) == (begun,)
        assert not begun.overdue(clock.now())
        clock.advance(timedelta(hours=72))
        fresh = clinic.sessions.sign_in("admin", PASSWORDS["admin"])
        assert begun.overdue(clock.now())
        done = clinic.emergency.review(fresh, self.reviewed(begun))
        assert (done.reviewed_at, done.reviewed_by_name) == (clock.now(), admin.name)
        assert not done.overdue(clock.now())
        assert clinic.emergency.to_review(fresh) == ()
        assert clinic.emergency.to_review(fresh, include_reviewed=True) == (done,)
        for stale in (begun, done):
            with pytest.raises(ChangedMeanwhile):
                clinic.emergency.review(fresh, self.reviewed(stale))

    def test_never_the_one_who_did_it(self, clinic: Clinic, admin: Actor, patient: Patient) -> None:
        own = clinic.emergency.open(admin, asked(patient, password=SecretStr(PASSWORDS["admin"])))
        with pytest.raises(NotAllowed, match=f"^{ErrorCode.NOT_YOURSELF.value}$"):
            clinic.emergency.review(admin, self.reviewed(own))
        assert clinic.emergency.to_review(admin) == (own,)
        line = next(line for line in clinic.audit.list(admin) if line.action == "emergency_access.reviewed")
        assert line.outcome.value == "refused"

    def test_who_may_not(self, clinic: Clinic, doctor: Actor, begun: EmergencyAccess) -> None:
        with pytest.raises(NotAllowed):
            clinic.emergency.to_review(doctor)
        with pytest.raises(NotAllowed):
            clinic.emergency.review(doctor, self.reviewed(begun))
