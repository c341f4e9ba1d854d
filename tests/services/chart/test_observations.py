"""Measurements: exact, in panels, corrected with their history, the newest of each kind."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meditrack_desktop.domain.errors import ChangedMeanwhile, FieldProblem, Invalid, NotAllowed
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.observations import (
    LOINC,
    MEASUREMENTS,
    EditObservation,
    Interpretation,
    Observation,
    ObservationInput,
    ObservationStatus,
    RecordObservations,
    exact,
)
from tests.services.chart.conftest import Ward

NOW = datetime(2026, 11, 18, 10, 42, tzinfo=UTC)


def measured(
    ward: Ward, name: str, value: str, *, days: float = 0, code: str = "", **more: object
) -> Observation:
    """Taken so many days ago."""
    one = ObservationInput.model_validate(
        {"name": name, "value": value, "code": code, "system": LOINC if code else "", **more}
    )
    command = RecordObservations(
        patient_id=ward.patient.id, taken_at=NOW - timedelta(days=days), values=(one,)
    )
    return ward.clinic.observations.record(ward.doctor, command)[0]


def corrected(entry: Observation, **changes: object) -> EditObservation:
    kept = {
        "id": entry.id,
        "version": entry.version,
        "name": entry.name,
        "system": entry.coding.system,
        "code": entry.coding.code,
        "value": entry.value,
        "text_value": entry.text_value,
        "unit": entry.unit,
        "low": entry.low,
        "high": entry.high,
        "note": entry.note,
        "taken_at": entry.taken_at,
    }
    return EditObservation.model_validate({**kept, **changes})


@pytest.mark.parametrize("digits", ["7.40", "0.000001", "123456789012.5", "-1.5", "1E+3", "0.0", "98.60"])
def test_every_digit_is_kept(ward: Ward, digits: str) -> None:
    made = measured(ward, "pH", digits)
    assert made.value == Decimal(digits)
    again = ward.clinic.charts.of_patient(ward.doctor, ward.patient.id).observations[0]
    assert again.value is not None
    assert exact(again.value) == exact(Decimal(digits))
    assert again == made


@given(
    number=st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9)
)
@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_stored_is_the_number(number: Decimal) -> None:
    assert Decimal(exact(number)) == number
    assert "E" not in exact(number)
    assert len(exact(number)) <= 40


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1" * 27, "0." + "1" * 13, "twelve"])
def test_what_is_no_number_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="value"):
        ObservationInput.model_validate({"name": "Heart rate", "value": value})


def test_a_panel_is_taken_together(ward: Ward) -> None:
    command = RecordObservations(
        patient_id=ward.patient.id,
        taken_at=NOW,
        panel="Blood pressure",
        source="Omron M7",
        values=(
            ObservationInput(
                name="Systolic", code="8480-6", value="151", unit="mm[Hg]", low="90", high="140"
            ),
            ObservationInput(name="Diastolic", code="8462-4", value="59", unit="mm[Hg]", low="60", high="90"),
            ObservationInput(name="Rhythm", text_value="irregular"),
        ),
    )
    made = ward.clinic.observations.record(ward.doctor, command)
    assert len({one.panel_id for one in made}) == 1
    assert made[0].panel_id is not None
    assert [one.name for one in made] == ["Systolic", "Diastolic", "Rhythm"]
    assert [one.interpretation for one in made] == [
        Interpretation.HIGH,
        Interpretation.LOW,
        Interpretation.UNKNOWN,
    ]
    assert {one.source for one in made} == {"Omron M7"}
    assert ward.clinic.observations.record(ward.doctor, command) == made
    assert ward.clinic.charts.of_patient(ward.doctor, ward.patient.id).observations_in_all == 3
    lines = [line for line in ward.clinic.audit.list(ward.admin) if line.action == "observation.added"]
    assert len({line.object_id for line in lines}) == 3
    assert measured(ward, "Heart rate", "70").panel_id is None


def test_half_a_panel_sent_again_with_more_is_refused(ward: Ward) -> None:
    first = measured(ward, "Heart rate", "70")
    with pytest.raises(ChangedMeanwhile):
        ward.clinic.observations.record(
            ward.doctor,
            RecordObservations(
                patient_id=ward.patient.id,
                taken_at=NOW,
                values=(
                    ObservationInput(id=first.id, name="Heart rate", value="70"),
                    ObservationInput(name="Body weight", value="70"),
                ),
            ),
        )
    assert ward.clinic.charts.of_patient(ward.doctor, ward.patient.id).observations == (first,)


def test_a_correction_keeps_what_it_said(ward: Ward) -> None:
    first = measured(ward, "Body weight", "715", code="29463-7", unit="kg", days=2)
    second = ward.clinic.observations.edit(ward.doctor, corrected(first, value="71.5"))
    third = ward.clinic.observations.edit(
        ward.doctor, corrected(second, taken_at=second.taken_at - timedelta(days=1))
    )
    assert (third.value, third.status, third.version) == (Decimal("71.5"), ObservationStatus.AMENDED, 3)
    history = ward.clinic.observations.history(ward.doctor, ward.patient.id, third.kind)
    assert history.values == (third,)
    told = [
        (former.version, former.value, former.status, former.taken_at, former.replaced_by_name)
        for former in history.former
    ]
    assert told == [
        (2, Decimal("71.5"), ObservationStatus.AMENDED, first.taken_at, "Dr. Ines Modelo"),
        (1, Decimal("715"), ObservationStatus.FINAL, first.taken_at, "Dr. Ines Modelo"),
    ]
    assert {former.replaced_at for former in history.former} == {NOW}
    with pytest.raises(ChangedMeanwhile):
        ward.clinic.observations.edit(ward.doctor, corrected(second, value="70"))
    assert len(ward.clinic.observations.history(ward.doctor, ward.patient.id, third.kind).former) == 2


def test_the_newest_valid_of_each_kind(ward: Ward) -> None:
    measured(ward, "Body weight", "73", code="29463-7", days=300)
    kept = measured(ward, "Body weight", "71", code="29463-7", days=10)
    wrong = measured(ward, "Weight", "7", code="29463-7", days=1)
    word = measured(ward, "Grip", "30", days=5)
    ward.clinic.observations.edit(ward.doctor, corrected(wrong, status=ObservationStatus.ENTERED_IN_ERROR))
    chart = ward.clinic.charts.of_patient(ward.doctor, ward.patient.id)
    assert chart.latest == (kept, word)
    assert len(chart.observations) == 4
    weights = ward.clinic.observations.history(ward.doctor, ward.patient.id, "29463-7").values
    assert [one.value for one in weights] == [Decimal(7), Decimal(71), Decimal(73)]
    grips = ward.clinic.observations.history(ward.doctor, ward.patient.id, "Grip").values
    assert grips == (word,)


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("value", "taken", "problem"),
    [
        ({"value": None}, NOW, {"value": FieldProblem.REQUIRED}),
        ({"value": "5", "low": "9", "high": "3"}, NOW, {"high": FieldProblem.OUT_OF_RANGE}),
        ({"value": "5"}, NOW + timedelta(hours=1), {"taken_at": FieldProblem.IN_THE_FUTURE}),
        ({"value": "5"}, datetime(1799, 1, 1, tzinfo=UTC), {"taken_at": FieldProblem.TOO_OLD}),
    ],
)
def test_impossible_values_name_their_field(
    ward: Ward, value: dict[str, str | None], taken: datetime, problem: dict[str, FieldProblem]
) -> None:
    one = ObservationInput.model_validate({"name": "Heart rate", **value})
    with pytest.raises(Invalid) as caught:
        ward.clinic.observations.record(
            ward.doctor, RecordObservations(patient_id=ward.patient.id, taken_at=taken, values=(one,))
        )
    assert caught.value.fields == problem
    assert ward.clinic.charts.of_patient(ward.doctor, ward.patient.id).observations == ()


def test_somebody_elses_value_is_neither_read_nor_changed(ward: Ward) -> None:
    own = measured(ward, "Heart rate", "70")
    with pytest.raises(NotAllowed):
        ward.clinic.observations.history(ward.doctor, ward.other.id, own.kind)
    with pytest.raises(ChangedMeanwhile):
        _in_chart_of(ward, own.id)
    history = ward.clinic.observations.history(ward.doctor, ward.patient.id, own.kind)
    assert history.values == (own,)
    with pytest.raises(NotAllowed):
        ward.clinic.observations.edit(ward.doctor, corrected(own).model_copy(update={"id": new_id()}))


def _in_chart_of(ward: Ward, known: UUID) -> None:
    """The id of one chart's value, sent for another patient whom the doctor has in care too."""
    from tests.makers.care import in_care

    in_care(ward.clinic, ward.reception, ward.practitioner, ward.other)
    ward.clinic.observations.record(
        ward.doctor,
        RecordObservations(
            patient_id=ward.other.id,
            taken_at=NOW,
            values=(ObservationInput(id=known, name="Heart rate", value="70"),),
        ),
    )


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_a_page_shows_the_newest_and_tells_how_many(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("meditrack_desktop.services.chart.charts.MOST_OBSERVATIONS", 3)
    for day in range(5):
        measured(ward, "Heart rate", str(60 + day), days=day)
    chart = ward.clinic.charts.of_patient(ward.doctor, ward.patient.id)
    assert [one.value for one in chart.observations] == [Decimal(60), Decimal(61), Decimal(62)]
    assert chart.observations_in_all == 5


def test_the_everyday_measurements_are_told_apart() -> None:
    codes = [one.code for one in MEASUREMENTS]
    assert len(set(codes)) == len(codes)
    assert all(one.low is None or one.high is None or one.low < one.high for one in MEASUREMENTS)
