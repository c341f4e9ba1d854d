"""Conditions and medication: recorded, corrected, never deleted, and never in somebody else's chart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.chart import Verification
from meditrack_desktop.domain.conditions import ConditionStatus, EditCondition, RecordCondition
from meditrack_desktop.domain.errors import (
    ChangedMeanwhile,
    ClinicError,
    Conflict,
    ErrorCode,
    FieldProblem,
    Invalid,
    NotAllowed,
    NotFound,
)
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.medications import (
    EditMedication,
    MedicationIntent,
    MedicationStatus,
    RecordMedication,
)
from meditrack_desktop.domain.notes import SaveDraft
from meditrack_desktop.domain.observations import ObservationInput, RecordObservations
from meditrack_desktop.domain.patient_merges import MergePatients
from meditrack_desktop.domain.patients import ArchivePatient
from meditrack_desktop.domain.privacy import RestrictPatient
from meditrack_desktop.domain.settings import ChangeSettings, ReadingRule
from tests.makers.care import in_care
from tests.services.chart.conftest import Ward

KINDS: dict[str, tuple[str, Callable[..., Any], Callable[..., Any]]] = {
    "condition": ("conditions", RecordCondition, EditCondition),
    "medication": ("medications", RecordMedication, EditMedication),
}
EACH = pytest.mark.parametrize("kind", KINDS)


@EACH
def test_recorded_edited_and_audited(ward: Ward, kind: str) -> None:
    name, record, edit = KINDS[kind]
    service = getattr(ward.clinic, name)
    made = service.record(
        ward.doctor,
        record(
            patient_id=ward.patient.id, text="Sertraline 50 mg", system="urn:x", code="7", note="since\nMay"
        ),
    )
    assert (made.version, made.text, made.coding.code, made.note) == (
        1,
        "Sertraline 50 mg",
        "7",
        "since\nMay",
    )
    changed = service.edit(ward.doctor, edit(id=made.id, version=made.version, text="Sertraline 100 mg"))
    assert (changed.version, changed.text, changed.coding.code) == (2, "Sertraline 100 mg", "")
    assert changed.recorded == made.recorded
    lines = ward.clinic.audit.list(ward.admin, limit=3)
    told = {line.action: line.detail for line in lines if line.object_id == made.id}
    assert told == {f"{kind}.added": "", f"{kind}.edited": "code,note,system,text"}
    assert "Sertraline" not in str(lines)
    with pytest.raises(ChangedMeanwhile):
        service.edit(ward.doctor, edit(id=made.id, version=made.version, text="Sertraline 200 mg"))


@EACH
def test_sent_twice_it_adds_one(ward: Ward, kind: str) -> None:
    name, record, _ = KINDS[kind]
    service = getattr(ward.clinic, name)
    command = record(patient_id=ward.patient.id, text="Gout")
    assert service.record(ward.doctor, command) == service.record(ward.doctor, command)
    assert len(getattr(ward.clinic.charts.of_patient(ward.doctor, ward.patient.id), name)) == 1


@EACH
def test_an_id_of_another_chart_reveals_and_changes_nothing(ward: Ward, kind: str) -> None:
    """The doctor has one patient in care; ids of the other's chart are refused like ids that nobody gave."""
    name, record, edit = KINDS[kind]
    service = getattr(ward.clinic, name)
    ward.clinic.settings.change(ward.admin, ChangeSettings(reading_rule=ReadingRule.WHOLE_CLINIC))
    foreign = service.record(ward.doctor, record(patient_id=ward.other.id, text="Private matter"))
    ward.clinic.settings.change(ward.admin, ChangeSettings(reading_rule=ReadingRule.IN_CARE))
    refusals = []
    for asked in (foreign.id, new_id()):
        with pytest.raises(NotAllowed) as caught:
            service.edit(ward.doctor, edit(id=asked, version=1, text="Changed"))
        refusals.append(repr(caught.value))
    assert refusals[0] == refusals[1]
    with pytest.raises(ChangedMeanwhile):
        service.record(ward.doctor, record(id=foreign.id, patient_id=ward.patient.id, text="Mine"))
    assert getattr(ward.clinic.charts.of_patient(ward.doctor, ward.patient.id), name) == ()


def test_what_was_wrong_stays_and_stands_last(ward: Ward) -> None:
    wrong = ward.clinic.conditions.record(
        ward.doctor, RecordCondition(patient_id=ward.patient.id, text="Gout")
    )
    right = ward.clinic.conditions.record(
        ward.doctor,
        RecordCondition(patient_id=ward.patient.id, text="Measles", status=ConditionStatus.RESOLVED),
    )
    marked = ward.clinic.conditions.edit(
        ward.doctor,
        EditCondition(
            id=wrong.id, version=wrong.version, text="Gout", verification=Verification.ENTERED_IN_ERROR
        ),
    )
    chart = ward.clinic.charts.of_patient(ward.doctor, ward.patient.id)
    assert chart.conditions == (right, marked)
    taken = ward.clinic.medications.record(
        ward.doctor,
        RecordMedication(
            patient_id=ward.patient.id, text="Salbutamol", dosage="2 puffs", intent=MedicationIntent.ORDER
        ),
    )
    mistake = ward.clinic.medications.record(
        ward.doctor,
        RecordMedication(
            patient_id=ward.patient.id, text="Warfarin", status=MedicationStatus.ENTERED_IN_ERROR
        ),
    )
    assert ward.clinic.charts.of_patient(ward.doctor, ward.patient.id).medications == (taken, mistake)


@pytest.mark.parametrize(
    ("dates", "problem"),
    [
        ({"onset": BirthDate(2026, 11, 19)}, {"onset": FieldProblem.IN_THE_FUTURE}),
        ({"onset": BirthDate(1700)}, {"onset": FieldProblem.TOO_OLD}),
        (
            {"onset": BirthDate(2020, 5), "abated": BirthDate(2020, 4)},
            {"abated": FieldProblem.OUT_OF_RANGE},
        ),
        ({"onset": BirthDate(2020, 5), "abated": BirthDate(2020)}, None),
        ({"onset": BirthDate(2026, 11, 18)}, None),
    ],
)
@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_dates_of_a_condition(
    ward: Ward, dates: dict[str, BirthDate], problem: dict[str, FieldProblem] | None
) -> None:
    command = RecordCondition.model_validate({"patient_id": ward.patient.id, "text": "Gout", **dates})
    if problem is None:
        assert ward.clinic.conditions.record(ward.doctor, command).onset == dates["onset"]
        return
    with pytest.raises(Invalid) as caught:
        ward.clinic.conditions.record(ward.doctor, command)
    assert caught.value.fields == problem


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_a_medicine_may_begin_tomorrow_but_not_end_before(ward: Ward) -> None:
    tomorrow = ward.clinic.medications.record(
        ward.doctor,
        RecordMedication(patient_id=ward.patient.id, text="Amoxicillin", started=BirthDate(2026, 11, 19)),
    )
    assert tomorrow.started == BirthDate(2026, 11, 19)
    with pytest.raises(Invalid) as caught:
        ward.clinic.medications.record(
            ward.doctor,
            RecordMedication(
                patient_id=ward.patient.id,
                text="Amoxicillin",
                started=BirthDate(2026, 11, 19),
                ended=BirthDate(2026, 11, 18),
            ),
        )
    assert caught.value.fields == {"ended": FieldProblem.OUT_OF_RANGE}


def _writes(ward: Ward) -> list[Callable[[], object]]:
    """Every way to begin something in the patient's chart."""
    clinic, doctor, patient = ward.clinic, ward.doctor, ward.patient.id
    values = (ObservationInput(name="Heart rate", value="70"),)
    measured = RecordObservations(patient_id=patient, taken_at=clinic.work.clock.now(), values=values)
    return [
        lambda: clinic.conditions.record(doctor, RecordCondition(patient_id=patient, text="Gout")),
        lambda: clinic.medications.record(doctor, RecordMedication(patient_id=patient, text="Gout")),
        lambda: clinic.observations.record(doctor, measured),
        lambda: clinic.notes.save_draft(doctor, SaveDraft(patient_id=patient, body="Gout")),
    ]


def _refused(ward: Ward, calls: list[Callable[[], object]], code: ErrorCode) -> None:
    before = ward.clinic.charts.of_patient(ward.doctor, ward.patient.id)
    for call in calls:
        with pytest.raises(ClinicError) as caught:
            call()
        assert caught.value.code is code
    assert ward.clinic.charts.of_patient(ward.doctor, ward.patient.id) == before


def test_no_writing_into_the_chart_of_an_archived_patient(ward: Ward) -> None:
    entry = ward.clinic.conditions.record(
        ward.doctor, RecordCondition(patient_id=ward.patient.id, text="Asthma")
    )
    draft = ward.clinic.notes.save_draft(ward.doctor, SaveDraft(patient_id=ward.patient.id, body="Begun"))
    patient = ward.clinic.patients.get(ward.admin, ward.patient.id)
    ward.clinic.patients.archive(
        ward.admin, ArchivePatient(id=patient.id, version=patient.version, reason="moved away")
    )
    edit = EditCondition(id=entry.id, version=entry.version, text="Asthma, mild")
    more = SaveDraft(id=draft.id, version=draft.version, patient_id=ward.patient.id, body="More")
    calls = [
        *_writes(ward),
        lambda: ward.clinic.conditions.edit(ward.doctor, edit),
        lambda: ward.clinic.notes.save_draft(ward.doctor, more),
    ]
    _refused(ward, calls, ErrorCode.PATIENT_ARCHIVED)


def test_no_writing_into_a_restricted_chart(ward: Ward) -> None:
    draft = ward.clinic.notes.save_draft(ward.doctor, SaveDraft(patient_id=ward.patient.id, body="Begun"))
    ward.clinic.restrictions.restrict(
        ward.admin, RestrictPatient(patient_id=ward.patient.id, reason="the patient asked for it")
    )
    more = SaveDraft(id=draft.id, version=draft.version, patient_id=ward.patient.id, body="More")
    calls = [*_writes(ward), lambda: ward.clinic.notes.save_draft(ward.doctor, more)]
    _refused(ward, calls, ErrorCode.PATIENT_RESTRICTED)


def test_no_writing_into_a_record_that_was_merged(ward: Ward) -> None:
    """What hung on it, drafts included, is in the chart of the kept one, and goes on there."""
    entry = ward.clinic.conditions.record(
        ward.doctor, RecordCondition(patient_id=ward.patient.id, text="Asthma")
    )
    draft = ward.clinic.notes.save_draft(ward.doctor, SaveDraft(patient_id=ward.patient.id, body="Begun"))
    kept, gone = (ward.clinic.patients.get(ward.admin, each.id) for each in (ward.other, ward.patient))
    in_care(ward.clinic, ward.reception, ward.practitioner, kept)
    ward.clinic.patient_merges.merge(
        ward.admin,
        MergePatients(
            kept_id=kept.id,
            kept_version=kept.version,
            gone_id=gone.id,
            gone_version=gone.version,
            reason="one person",
        ),
    )
    moved = ward.clinic.charts.of_patient(ward.doctor, kept.id)
    assert [one.id for one in moved.conditions] == [entry.id]
    assert moved.draft is not None
    assert (moved.draft.id, moved.draft.body) == (draft.id, "Begun")
    more = SaveDraft(id=draft.id, version=draft.version, patient_id=gone.id, body="More")
    for call in (*_writes(ward), lambda: ward.clinic.notes.save_draft(ward.doctor, more)):
        with pytest.raises(ClinicError) as caught:
            call()
        assert caught.value.code in (ErrorCode.PATIENT_MERGED, ErrorCode.NOT_IN_CARE)
    here = SaveDraft(id=draft.id, version=moved.draft.version, patient_id=kept.id, body="More")
    assert ward.clinic.notes.save_draft(ward.doctor, here).body == "More"


def test_an_unknown_patient_is_not_told_from_a_foreign_one(ward: Ward) -> None:
    refusals = []
    for asked in (ward.other.id, new_id()):
        with pytest.raises(NotAllowed) as caught:
            ward.clinic.conditions.record(ward.doctor, RecordCondition(patient_id=asked, text="Gout"))
        refusals.append(repr(caught.value))
    assert refusals[0] == refusals[1]
    ward.clinic.settings.change(ward.admin, ChangeSettings(reading_rule=ReadingRule.WHOLE_CLINIC))
    with pytest.raises(NotFound):
        ward.clinic.conditions.record(ward.doctor, RecordCondition(patient_id=new_id(), text="Gout"))
    with pytest.raises(NotFound) as missing:
        ward.clinic.conditions.edit(ward.doctor, EditCondition(id=new_id(), version=1, text="Gout"))
    assert missing.value.code is ErrorCode.CHART_ENTRY_NOT_FOUND


def test_two_desks_edit_one_entry_the_second_is_told(ward: Ward) -> None:
    made = ward.clinic.conditions.record(
        ward.doctor, RecordCondition(patient_id=ward.patient.id, text="Asthma")
    )
    ward.clinic.conditions.edit(ward.doctor, EditCondition(id=made.id, version=1, text="Asthma, mild"))
    with pytest.raises(Conflict) as caught:
        ward.clinic.conditions.edit(ward.doctor, EditCondition(id=made.id, version=1, text="Asthma, severe"))
    assert caught.value.code is ErrorCode.CHANGED_MEANWHILE
    chart = ward.clinic.charts.of_patient(ward.doctor, ward.patient.id)
    assert [one.text for one in chart.conditions] == ["Asthma, mild"]
