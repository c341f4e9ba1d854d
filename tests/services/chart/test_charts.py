"""Reading a chart: who may, what it shows, and what stays out of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import SecretStr

from meditrack_desktop.domain.access_grants import GiveAccess
from meditrack_desktop.domain.audit import Outcome
from meditrack_desktop.domain.conditions import ConditionStatus, RecordCondition
from meditrack_desktop.domain.emergency_access import OpenInEmergency
from meditrack_desktop.domain.errors import ErrorCode, NotAllowed, NotFound
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.medications import RecordMedication
from meditrack_desktop.domain.notes import SaveDraft
from meditrack_desktop.domain.observations import ObservationInput, RecordObservations
from meditrack_desktop.domain.settings import ChangeSettings, ReadingRule
from tests.conftest import PASSWORDS
from tests.services.chart.conftest import Ward


def test_a_chart_shows_what_was_written(ward: Ward) -> None:
    clinic, doctor, patient = ward.clinic, ward.doctor, ward.patient
    gone = clinic.conditions.record(
        doctor,
        RecordCondition(patient_id=patient.id, text="Measles", status=ConditionStatus.RESOLVED),
    )
    asthma = clinic.conditions.record(doctor, RecordCondition(patient_id=patient.id, text="Asthma"))
    medicine = clinic.medications.record(doctor, RecordMedication(patient_id=patient.id, text="Salbutamol"))
    taken = clinic.work.clock.now()
    first = clinic.observations.record(
        doctor,
        RecordObservations(
            patient_id=patient.id,
            taken_at=taken - timedelta(days=30),
            values=(ObservationInput(name="Body weight", code="29463-7", value="71.50", unit="kg"),),
        ),
    )
    second = clinic.observations.record(
        doctor,
        RecordObservations(
            patient_id=patient.id,
            taken_at=taken,
            panel="Blood pressure",
            values=(
                ObservationInput(name="Systolic blood pressure", code="8480-6", value="121", unit="mm[Hg]"),
                ObservationInput(name="Body weight", code="29463-7", value="70.25", unit="kg"),
            ),
        ),
    )
    draft = clinic.notes.save_draft(doctor, SaveDraft(patient_id=patient.id, body="Begun"))
    chart = clinic.charts.of_patient(doctor, patient.id)
    assert chart.conditions == (asthma, gone)
    assert chart.medications == (medicine,)
    assert set(chart.latest) == set(second)
    assert set(chart.observations) == {*first, *second}
    assert chart.draft == draft
    assert chart.drafts == (draft,)
    assert chart.notes == ()
    assert (chart.observations_in_all, chart.notes_in_all) == (3, 0)
    line = clinic.audit.list(ward.admin, limit=1)[0]
    assert (line.action, line.patient_id) == ("chart.viewed", patient.id)


def test_the_desk_reads_no_chart_but_every_allergy(ward: Ward) -> None:
    with pytest.raises(NotAllowed) as caught:
        ward.clinic.charts.of_patient(ward.reception, ward.patient.id)
    assert caught.value.code is ErrorCode.NOT_PERMITTED
    assert ward.clinic.allergies.of_patient(ward.reception, ward.patient.id).allergies == ()


@pytest.mark.parametrize("known", [True, False])
def test_a_doctor_not_in_care_is_refused_alike_for_known_and_unknown(ward: Ward, known: bool) -> None:
    asked = ward.other.id if known else new_id()
    with pytest.raises(NotAllowed) as caught:
        ward.clinic.charts.of_patient(ward.doctor, asked)
    assert caught.value.code is ErrorCode.NOT_IN_CARE
    assert not caught.value.parameters
    line = ward.clinic.audit.list(ward.admin, limit=1)[0]
    assert (line.action, line.outcome) == ("chart.refused", Outcome.REFUSED)
    assert line.patient_id == (ward.other.id if known else None)


def test_an_emergency_opens_the_chart_to_read_and_write(ward: Ward) -> None:
    command = OpenInEmergency(
        patient_id=ward.other.id,
        reason="collapsed in the waiting room",
        password=SecretStr(PASSWORDS["doctor"]),
    )
    ward.clinic.emergency.open(ward.doctor, command)
    assert ward.clinic.charts.of_patient(ward.doctor, ward.other.id).conditions == ()
    recorded = ward.clinic.conditions.record(
        ward.doctor, RecordCondition(patient_id=ward.other.id, text="Syncope")
    )
    assert ward.clinic.charts.of_patient(ward.doctor, ward.other.id).conditions == (recorded,)


def test_an_emergency_lets_an_administrator_read_but_not_write(ward: Ward) -> None:
    command = OpenInEmergency(
        patient_id=ward.other.id,
        reason="collapsed in the waiting room",
        password=SecretStr(PASSWORDS["admin"]),
    )
    ward.clinic.emergency.open(ward.admin, command)
    assert ward.clinic.charts.of_patient(ward.admin, ward.other.id).conditions == ()
    with pytest.raises(NotAllowed) as caught:
        ward.clinic.conditions.record(ward.admin, RecordCondition(patient_id=ward.other.id, text="Syncope"))
    assert caught.value.code is ErrorCode.NOT_PERMITTED


def test_a_grant_opens_the_chart_until_it_ends(ward: Ward) -> None:
    now = ward.clinic.work.clock.now()
    ward.clinic.access_grants.give(
        ward.admin,
        GiveAccess(
            account_id=ward.doctor.account_id,
            patient_id=ward.other.id,
            expires_at=now + timedelta(hours=2),
            reason="stands in today",
        ),
    )
    assert ward.clinic.charts.of_patient(ward.doctor, ward.other.id).conditions == ()
    ward.clinic.work.clock.advance(timedelta(hours=3))  # type: ignore[attr-defined]
    again = ward.clinic.sessions.sign_in("doctor", PASSWORDS["doctor"])
    with pytest.raises(NotAllowed) as caught:
        ward.clinic.charts.of_patient(again, ward.other.id)
    assert caught.value.code is ErrorCode.NOT_IN_CARE


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_the_settings_open_charts(ward: Ward) -> None:
    ward.clinic.settings.change(ward.admin, ChangeSettings(reading_rule=ReadingRule.WHOLE_CLINIC))
    ward.clinic.charts.of_patient(ward.doctor, ward.other.id)
    with pytest.raises(NotAllowed):
        ward.clinic.charts.of_patient(ward.reception, ward.other.id)
    with pytest.raises(NotAllowed) as caught:
        ward.clinic.charts.of_patient(ward.admin, ward.other.id)
    assert caught.value.code is ErrorCode.NOT_IN_CARE
    ward.clinic.settings.change(ward.admin, ChangeSettings(admin_reads_charts=True))
    ward.clinic.charts.of_patient(ward.admin, ward.other.id)
    with pytest.raises(NotFound) as missing:
        ward.clinic.charts.of_patient(ward.admin, new_id())
    assert missing.value.code is ErrorCode.PATIENT_NOT_FOUND
