"""Allergies: the desk takes them down unconfirmed, who may write charts confirms them, everybody sees them."""

from __future__ import annotations

import pytest

from meditrack_desktop.domain.allergies import (
    Allergy,
    AllergyStatus,
    EditAllergy,
    RecordAllergy,
    SayNoneKnown,
    Severity,
)
from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.changes import ChangeSet
from meditrack_desktop.domain.chart import Verification
from meditrack_desktop.domain.errors import (
    ChangedMeanwhile,
    Conflict,
    ErrorCode,
    FieldProblem,
    Invalid,
    NotAllowed,
    NotFound,
)
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patients import FindPatients
from tests.makers.people import an_edit
from tests.services.chart.conftest import Ward

CONFIRMED, UNCONFIRMED = Verification.CONFIRMED, Verification.UNCONFIRMED


def edited(entry: Allergy, **changes: object) -> EditAllergy:
    """The entry as it is, with `changes`."""
    kept = {
        name: getattr(entry, name)
        for name in ("id", "version", "substance", "category", "severity", "reaction", "status")
    }
    kept |= {"verification": entry.verification, "onset": entry.onset, "note": entry.note}
    return EditAllergy.model_validate({**kept, **changes})


def test_what_the_desk_takes_down_stays_unconfirmed(ward: Ward) -> None:
    told = ward.clinic.allergies.record(
        ward.reception,
        RecordAllergy(
            patient_id=ward.patient.id,
            substance="Penicillin",
            severity=Severity.SEVERE,
            reaction="throat swelling",
            onset=BirthDate(2019, 5),
            verification=CONFIRMED,
        ),
    )
    assert told.verification is UNCONFIRMED
    assert told.warns
    assert told.recorded.by_name == "Rosa Ontwerp"
    assert ward.clinic.allergies.of_patient(ward.admin, ward.patient.id).warnings == (told,)
    line = next(one for one in ward.clinic.audit.list(ward.admin, limit=5) if one.action == "allergy.added")
    assert (line.object_id, line.patient_id, line.detail) == (told.id, ward.patient.id, "")


def test_a_doctor_in_care_confirms(ward: Ward) -> None:
    direct = ward.clinic.allergies.record(
        ward.doctor,
        RecordAllergy(patient_id=ward.patient.id, substance="Latex", verification=CONFIRMED),
    )
    assert direct.verification is CONFIRMED
    told = ward.clinic.allergies.record(
        ward.reception, RecordAllergy(patient_id=ward.patient.id, substance="Penicillin")
    )
    sure = ward.clinic.allergies.edit(ward.doctor, edited(told, verification=CONFIRMED))
    assert (sure.verification, sure.version) == (CONFIRMED, told.version + 1)


def test_a_doctor_not_in_care_only_takes_down(ward: Ward) -> None:
    told = ward.clinic.allergies.record(
        ward.doctor,
        RecordAllergy(patient_id=ward.other.id, substance="Latex", verification=CONFIRMED),
    )
    assert told.verification is UNCONFIRMED
    with pytest.raises(NotAllowed) as caught:
        ward.clinic.allergies.edit(ward.doctor, edited(told, verification=CONFIRMED))
    assert caught.value.code is ErrorCode.NOT_IN_CARE


@pytest.mark.parametrize(
    "changes",
    [
        {"verification": CONFIRMED},
        {"verification": Verification.REFUTED},
        {"status": AllergyStatus.RESOLVED},
        {"status": AllergyStatus.INACTIVE},
        {"verification": Verification.ENTERED_IN_ERROR},
        {"substance": "Grass pollen"},
        {"severity": Severity.MILD},
    ],
)
def test_the_desk_neither_judges_nor_takes_a_warning_away(ward: Ward, changes: dict[str, object]) -> None:
    told = ward.clinic.allergies.record(
        ward.doctor,
        RecordAllergy(patient_id=ward.patient.id, substance="Penicillin", severity=Severity.SEVERE),
    )
    with pytest.raises(NotAllowed) as caught:
        ward.clinic.allergies.edit(ward.reception, edited(told, **changes))
    assert caught.value.code is ErrorCode.NOT_PERMITTED
    assert ward.clinic.allergies.of_patient(ward.reception, ward.patient.id).allergies == (told,)


def test_the_desk_mends_what_is_unconfirmed_and_takes_its_own_back(ward: Ward) -> None:
    told = ward.clinic.allergies.record(
        ward.reception, RecordAllergy(patient_id=ward.patient.id, substance="Penicilin")
    )
    mended = ward.clinic.allergies.edit(ward.reception, edited(told, substance="Penicillin"))
    assert mended.substance == "Penicillin"
    gone = ward.clinic.allergies.edit(
        ward.reception, edited(mended, verification=Verification.ENTERED_IN_ERROR)
    )
    assert not gone.warns
    assert ward.clinic.allergies.of_patient(ward.reception, ward.patient.id).allergies == (gone,)


def test_what_is_confirmed_is_changed_by_who_may_write_charts_only(ward: Ward) -> None:
    sure = ward.clinic.allergies.record(
        ward.doctor,
        RecordAllergy(patient_id=ward.patient.id, substance="Penicillin", verification=CONFIRMED),
    )
    with pytest.raises(NotAllowed) as caught:
        ward.clinic.allergies.edit(ward.reception, edited(sure, severity=Severity.MILD))
    assert caught.value.parameters == {"permission": "write_chart"}
    with pytest.raises(NotAllowed):
        ward.clinic.allergies.edit(ward.reception, edited(sure, verification=UNCONFIRMED))
    worse = ward.clinic.allergies.edit(ward.doctor, edited(sure, severity=Severity.SEVERE))
    assert worse.severity is Severity.SEVERE


def test_none_known_is_said_refused_and_withdrawn(ward: Ward) -> None:
    none = ward.clinic.allergies.say_none_known(ward.reception, SayNoneKnown(patient_id=ward.patient.id))
    assert none.none_known is not None
    assert none.none_known.by_name == "Rosa Ontwerp"
    told = ward.clinic.allergies.record(
        ward.reception, RecordAllergy(patient_id=ward.patient.id, substance="Latex")
    )
    assert ward.clinic.allergies.of_patient(ward.reception, ward.patient.id).none_known is None
    with pytest.raises(Conflict) as caught:
        ward.clinic.allergies.say_none_known(ward.reception, SayNoneKnown(patient_id=ward.patient.id))
    assert caught.value.code is ErrorCode.ALLERGY_WARNS
    refuted = ward.clinic.allergies.edit(ward.doctor, edited(told, verification=Verification.REFUTED))
    ward.clinic.allergies.say_none_known(ward.reception, SayNoneKnown(patient_id=ward.patient.id))
    ward.clinic.allergies.edit(ward.doctor, edited(refuted, verification=CONFIRMED))
    assert ward.clinic.allergies.of_patient(ward.reception, ward.patient.id).none_known is None


def test_saying_none_known_makes_nobodys_open_form_stale(ward: Ward) -> None:
    before = ward.clinic.patients.get(ward.reception, ward.patient.id)
    ward.clinic.allergies.say_none_known(ward.reception, SayNoneKnown(patient_id=ward.patient.id))
    edited_patient = ward.clinic.patients.edit(ward.reception, an_edit(before, note="Speaks slowly."))
    assert edited_patient.note == "Speaks slowly."
    assert ward.clinic.allergies.of_patient(ward.reception, ward.patient.id).none_known is not None


def test_the_worst_stands_first(ward: Ward) -> None:
    def told(substance: str, severity: Severity, **details: object) -> Allergy:
        command = RecordAllergy.model_validate(
            {"patient_id": ward.patient.id, "substance": substance, "severity": severity, **details}
        )
        return ward.clinic.allergies.record(ward.doctor, command)

    mild = told("Dust", Severity.MILD)
    unknown = told("Nickel", Severity.UNKNOWN)
    severe = told("Penicillin", Severity.SEVERE)
    sure = told("Wasps", Severity.SEVERE, verification=CONFIRMED)
    past = told("Milk", Severity.SEVERE, status=AllergyStatus.RESOLVED)
    moderate = told("Latex", Severity.MODERATE)
    listed = ward.clinic.allergies.of_patient(ward.reception, ward.patient.id)
    assert listed.allergies == (sure, severe, unknown, moderate, mild, past)
    assert listed.warnings == (sure, severe, unknown, moderate, mild)


def test_a_page_of_patients_names_the_worst_and_counts(ward: Ward) -> None:
    ward.clinic.allergies.record(
        ward.reception, RecordAllergy(patient_id=ward.patient.id, substance="Dust", severity=Severity.MILD)
    )
    ward.clinic.allergies.record(
        ward.reception,
        RecordAllergy(patient_id=ward.patient.id, substance="Penicillin", severity=Severity.SEVERE),
    )
    page = ward.clinic.patients.find(ward.reception, FindPatients())
    lines = {line.id: (line.allergy, line.allergies) for line in page.lines}
    assert lines == {ward.patient.id: ("Penicillin", 2), ward.other.id: ("", 0)}


def test_windows_hear_of_the_band_and_of_the_chart(ward: Ward) -> None:
    heard: list[ChangeSet] = []
    ward.clinic.changes.subscribe(heard.append)
    told = ward.clinic.allergies.record(
        ward.reception, RecordAllergy(patient_id=ward.patient.id, substance="Latex")
    )
    ward.clinic.allergies.edit(ward.reception, edited(told, substance="Latex gloves"))
    assert [change.touches("patient") and change.touches("chart") for change in heard] == [True, True]
    assert all(change.touches_patient(ward.patient.id) for change in heard)


def test_stale_repeated_unknown_and_impossible(ward: Ward) -> None:
    command = RecordAllergy(patient_id=ward.patient.id, substance="Latex")
    told = ward.clinic.allergies.record(ward.reception, command)
    assert ward.clinic.allergies.record(ward.reception, command) == told
    with pytest.raises(ChangedMeanwhile):
        ward.clinic.allergies.record(
            ward.reception, RecordAllergy(id=told.id, patient_id=ward.other.id, substance="Latex")
        )
    ward.clinic.allergies.edit(ward.reception, edited(told, reaction="rash"))
    with pytest.raises(ChangedMeanwhile):
        ward.clinic.allergies.edit(ward.reception, edited(told, reaction="itching"))
    with pytest.raises(NotFound) as caught:
        ward.clinic.allergies.edit(ward.reception, EditAllergy(id=new_id(), version=1, substance="Latex"))
    assert caught.value.code is ErrorCode.CHART_ENTRY_NOT_FOUND
    with pytest.raises(Invalid) as wrong:
        ward.clinic.allergies.record(
            ward.reception,
            RecordAllergy(patient_id=ward.patient.id, substance="Latex", onset=BirthDate(2027)),
        )
    assert wrong.value.fields == {"onset": FieldProblem.IN_THE_FUTURE}
    assert ward.clinic.allergies.of_patient(ward.reception, ward.other.id).allergies == ()
