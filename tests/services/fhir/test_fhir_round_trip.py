"""Out of one clinic, into an empty one, out again: the same patients with the same charts, on both databases."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.allergies import (
    AllergyCategory,
    AllergyStatus,
    EditAllergy,
    RecordAllergy,
    Severity,
)
from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.chart import Verification
from meditrack_desktop.domain.conditions import ConditionStatus, RecordCondition
from meditrack_desktop.domain.consents import ConsentAnswer, ConsentKind, RecordConsent
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.fhir_export import ExportFhir, FhirForm
from meditrack_desktop.domain.medications import MedicationIntent, MedicationStatus, RecordMedication
from meditrack_desktop.domain.observations import (
    EditObservation,
    ObservationInput,
    ObservationStatus,
    RecordObservations,
)
from meditrack_desktop.domain.patients import ContactBy, Gender, RegisterPatient
from meditrack_desktop.domain.related_persons import AddRelatedPerson, Relationship
from meditrack_desktop.domain.scheduling import BookAppointment, CancelAppointment
from meditrack_desktop.services.clinic import Clinic
from tests.conftest import MORNING
from tests.makers.people import a_doctor

Json = dict[str, Any]
TODAY = MORNING.date()

# Everything a person can type into a line: any script, quotes, formulas; outer space is taken away.
_characters = st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co", "Cf", "Zl", "Zp"))


def line(most: int = 40) -> st.SearchStrategy[str]:
    return st.text(_characters, max_size=most).map(str.strip)


def word(most: int = 40) -> st.SearchStrategy[str]:
    return line(most).filter(bool)


_name = st.text(st.characters(categories=("Ll", "Lu", "Lo"), include_characters="-' "), min_size=1).map(
    lambda text: " ".join(text.split())[:60].strip() or "X"
)
_past = st.dates(date(1900, 1, 1), TODAY)
_partial = st.one_of(
    st.none(),
    _past.map(BirthDate.of),
    _past.map(lambda day: BirthDate(day.year, day.month)),
    _past.map(lambda day: BirthDate(day.year)),
)
_amount = st.decimals(-10_000, 10_000, places=3)
_code = st.sampled_from([("", ""), ("http://snomed.info/sct", "38341003"), ("urn:x", "a b")])
_phone = st.builds(
    lambda number, use: {"value": f"020 7946 {number:04d}", "use": use},
    st.integers(0, 9999),
    st.sampled_from(["mobile", "home", "work", "other"]),
)


@st.composite
def registrations(draw: st.DrawFn) -> RegisterPatient:
    return RegisterPatient.model_validate(
        {
            "family": draw(_name),
            "given": draw(st.one_of(st.just(""), _name)),
            "preferred_name": draw(st.one_of(st.just(""), _name)),
            "birth_date": draw(_partial),
            "gender": draw(st.sampled_from(Gender)),
            "phones": draw(st.lists(_phone, max_size=3, unique_by=lambda one: one["value"])),
            "email": draw(st.sampled_from(["", "ann@example.org"])),
            "address": {
                "street": draw(line()),
                "city": draw(line()),
                "postcode": draw(line(20)),
                "country": draw(line(20)),
            },
            "language": draw(st.one_of(st.sampled_from(["", "de", "pt-BR"]), line(20))),
            "note": draw(st.lists(line(), max_size=3).map("\n".join)),
            "deceased": draw(st.booleans()),
            "contact_by": draw(st.sampled_from(ContactBy)),
            "interpreter": draw(st.booleans()),
            "preferences": draw(line()),
        }
    )


@st.composite
def entries(draw: st.DrawFn, count: int) -> list[Callable[[Clinic, Actor, Any], None]]:
    """What is written about one patient, as deeds at the desk."""
    made: list[Callable[[Clinic, Actor, Any], None]] = []
    for _ in range(count):
        kind = draw(st.sampled_from(("allergy", "condition", "medication", "values", "contact", "consent")))
        made.append(draw(_DEEDS[kind]()))
    return made


@st.composite
def _allergy(draw: st.DrawFn) -> Any:
    system, code = draw(_code)
    details = {
        "substance": draw(word()),
        "system": system,
        "code": code,
        "category": draw(st.sampled_from(AllergyCategory)),
        "severity": draw(st.sampled_from(Severity)),
        "reaction": draw(line()),
        "status": draw(st.sampled_from(AllergyStatus)),
        "verification": draw(st.sampled_from(Verification)),
        "onset": draw(_partial),
        "note": draw(line()),
    }

    def do(clinic: Clinic, actor: Actor, patient: Any) -> None:
        made = clinic.allergies.record(
            actor,
            RecordAllergy.model_validate(
                {**details, "patient_id": patient, "verification": Verification.UNCONFIRMED}
            ),
        )
        clinic.allergies.edit(
            actor, EditAllergy.model_validate({**details, "id": made.id, "version": made.version})
        )

    return do


@st.composite
def _condition(draw: st.DrawFn) -> Any:
    system, code = draw(_code)
    onset, abated = draw(_partial), draw(_partial)
    if onset and abated and abated < onset:
        onset, abated = abated, onset
    details = {
        "text": draw(word()),
        "system": system,
        "code": code,
        "status": draw(st.sampled_from(ConditionStatus)),
        "verification": draw(st.sampled_from(Verification)),
        "onset": onset,
        "abated": abated,
        "note": draw(line()),
    }
    return lambda clinic, actor, patient: clinic.conditions.record(
        actor, RecordCondition.model_validate({**details, "patient_id": patient})
    )


@st.composite
def _medication(draw: st.DrawFn) -> Any:
    system, code = draw(_code)
    started, ended = draw(_partial), draw(_partial)
    if started and ended and ended < started:
        started, ended = ended, started
    details = {
        "text": draw(word()),
        "system": system,
        "code": code,
        "dosage": draw(line()),
        "intent": draw(st.sampled_from(MedicationIntent)),
        "status": draw(st.sampled_from(MedicationStatus)),
        "started": started,
        "ended": ended,
        "reason": draw(line()),
        "note": draw(line()),
    }
    return lambda clinic, actor, patient: clinic.medications.record(
        actor, RecordMedication.model_validate({**details, "patient_id": patient})
    )


@st.composite
def _values(draw: st.DrawFn) -> Any:
    def value() -> Json:
        system, code = draw(_code)
        low, high = sorted([draw(_amount), draw(_amount)])
        number = draw(st.one_of(st.none(), _amount))
        words = draw(line()) if number is not None else draw(word())
        return {
            "name": draw(word()),
            "system": system,
            "code": code,
            "value": number,
            "text_value": words,
            "unit": draw(st.sampled_from(["", "mm[Hg]", "mg/dl"])) if number is not None else "",
            "low": draw(st.sampled_from([None, low])),
            "high": draw(st.sampled_from([None, high])),
            "note": draw(line()),
        }

    many = [value() for _ in range(draw(st.integers(1, 3)))]
    panel, source = draw(line()), draw(line())
    ago = draw(st.integers(0, 100_000))
    wrong = draw(st.booleans())

    def do(clinic: Clinic, actor: Actor, patient: Any) -> None:
        made = clinic.observations.record(
            actor,
            RecordObservations(
                patient_id=patient,
                taken_at=MORNING - timedelta(minutes=ago),
                panel=panel,
                source=source,
                values=tuple(ObservationInput.model_validate(one) for one in many),
            ),
        )
        if wrong:
            clinic.observations.edit(
                actor,
                EditObservation.model_validate(
                    {
                        **many[0],
                        "id": made[0].id,
                        "version": made[0].version,
                        "status": ObservationStatus.ENTERED_IN_ERROR,
                        "taken_at": made[0].taken_at,
                    }
                ),
            )

    return do


@st.composite
def _contact(draw: st.DrawFn) -> Any:
    details = {
        "name": draw(_name),
        "relationship": draw(st.sampled_from(Relationship)),
        "guardian": draw(st.booleans()),
        "emergency_contact": draw(st.booleans()),
        "phone": draw(st.sampled_from(["", "020 7946 0001"])),
        "email": draw(st.sampled_from(["", "eva@example.org"])),
        "note": draw(line()),
    }
    return lambda clinic, actor, patient: clinic.related_persons.add(
        actor, AddRelatedPerson.model_validate({**details, "patient_id": patient})
    )


@st.composite
def _consent(draw: st.DrawFn) -> Any:
    details = {
        "kind": draw(st.sampled_from(ConsentKind)),
        "answer": draw(st.sampled_from([ConsentAnswer.GIVEN, ConsentAnswer.REFUSED])),
        "answered_on": draw(st.dates(date(2020, 1, 1), TODAY)),
        "note": draw(line()),
    }
    return lambda clinic, actor, patient: clinic.consents.record(
        actor, RecordConsent.model_validate({**details, "patient_id": patient})
    )


_DEEDS: dict[str, Callable[[], st.SearchStrategy[Any]]] = {
    "allergy": _allergy,
    "condition": _condition,
    "medication": _medication,
    "values": _values,
    "contact": _contact,
    "consent": _consent,
}


@st.composite
def people(draw: st.DrawFn) -> list[tuple[RegisterPatient, list[Any]]]:
    return [
        (draw(registrations()), draw(entries(draw(st.integers(0, 6)))))
        for _ in range(draw(st.integers(1, 4)))
    ]


def exported(clinic: Clinic, actor: Actor, folder: Path, form: FhirForm = FhirForm.NDJSON) -> Path:
    target = folder / f"export-{len(list(folder.glob('export-*')))}.{form.value}"
    done = clinic.fhir_export.run(actor, ExportFhir(form=form), target)
    assert (done.charts_left_out, done.documents_left_out) == (0, 0)
    return target


def told(path: Path) -> dict[str, Json]:
    """Every resource by type and id, without when it was written down and which record number a clinic gave."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        resources = [entry["resource"] for entry in json.loads(text, parse_float=Decimal)["entry"]]
    else:
        resources = [json.loads(one, parse_float=Decimal) for one in text.splitlines()]
    found: dict[str, Json] = {}
    for one in resources:
        name = f"{one['resourceType']}/{one['id']}"
        assert name not in found, "two resources of one name"
        found[name] = {key: value for key, value in one.items() if key not in ("meta", "created")}
        if one["resourceType"] == "PractitionerRole":
            # Rooms and hours are each clinic's own: an import does not set them.
            found[name].pop("availableTime", None)
            found[name].pop("extension", None)
        if one["resourceType"] == "Patient":
            numbers = [identifier for identifier in one["identifier"] if "type" not in identifier]
            found[name]["identifier"] = numbers
    return found


def there_and_back(
    clinic: Clinic, actor: Actor, new_clinic: Any, folder: Path, form: FhirForm = FhirForm.NDJSON
) -> None:
    first = exported(clinic, actor, folder, form)
    other, admin = new_clinic()
    report = other.imports.run(admin, [first])
    assert report.skipped == ()
    second = exported(other, admin, folder, form)
    assert told(second) == told(first)
    # Both know their own when it comes back: nobody and nothing is added.
    for where, who in ((clinic, actor), (other, admin)):
        again = where.imports.run(who, [first])
        assert again.skipped == ()
        assert (again.added, again.doctors_added, again.updated, again.entries_added) == (0, 0, 0, 0)
    assert told(exported(clinic, actor, folder, form)) == told(first)


@settings(
    max_examples=8,
    deadline=None,
    # A smaller example would cost a dozen clinics more; the first one names the field as well.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(everybody=people())
def test_what_people_write_survives(
    everybody: list[tuple[RegisterPatient, list[Any]]], new_clinic: Any, tmp_path: Path
) -> None:
    clinic, actor = new_clinic()
    for command, deeds in everybody:
        patient = clinic.patients.register(actor, command)
        for deed in deeds:
            try:
                deed(clinic, actor, patient.id)
            except ClinicError as refusal:  # the desk refused it: then there is nothing to export
                assert refusal.code.value.startswith(("INPUT", "REL", "CONS", "CHART"))
    there_and_back(clinic, actor, new_clinic, tmp_path)


def test_visits_and_doctors_survive(new_clinic: Any, tmp_path: Path) -> None:
    clinic, actor = new_clinic()
    doctor = clinic.practitioners.add(actor, a_doctor(specialty="Dentistry", room="2", prefix=""))
    other = clinic.practitioners.add(actor, a_doctor("Anders", "Otto", specialty="Surgery", hours=()))
    patient = clinic.patients.register(actor, RegisterPatient(family="Beispiel", given="Ann"))
    for who, hour in ((doctor, 9), (doctor, 10), (other, 9)):
        booked = clinic.scheduling.book(
            actor,
            BookAppointment(
                patient_id=patient.id,
                practitioner_id=who.id,
                wall_start=datetime(2026, 11, 19, hour),
                visit_type="Check-up",
                reason="knee\nleft",
                overbook_reason="" if who is doctor else "asked for",
            ),
        )
    clinic.scheduling.cancel(actor, CancelAppointment(id=booked.id, version=booked.version, reason="ill"))
    there_and_back(clinic, actor, new_clinic, tmp_path, FhirForm.BUNDLE)


@pytest.mark.parametrize("family", ["carebundle", "pysynthea"])
def test_the_sample_bundles_survive(family: str, new_clinic: Any, tmp_path: Path, samples: Path) -> None:
    clinic, actor = new_clinic()
    paths = sorted((samples / "patients/fhir-bundles" / family).iterdir())
    report = clinic.imports.run(actor, paths)
    assert report.added >= 10
    there_and_back(clinic, actor, new_clinic, tmp_path)


def test_the_sample_bulk_export_survives(new_clinic: Any, tmp_path: Path, samples: Path) -> None:
    clinic, actor = new_clinic()
    report = clinic.imports.run(actor, sorted((samples / "patients/fhir-ndjson/clinosim-jp").iterdir()))
    assert report.added == 150
    assert report.entries_added > 300
    there_and_back(clinic, actor, new_clinic, tmp_path)
