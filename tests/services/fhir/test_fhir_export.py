"""What is handed out is valid FHIR R4, only what the actor may read, whole or not at all, and in the trail."""

from __future__ import annotations

import importlib
import json
import stat
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from meditrack_desktop.domain.accounts import Actor, AddAccount
from meditrack_desktop.domain.allergies import RecordAllergy, Severity
from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.conditions import RecordCondition
from meditrack_desktop.domain.consents import ConsentAnswer, ConsentKind, RecordConsent
from meditrack_desktop.domain.documents import AttachDocument, DocumentType
from meditrack_desktop.domain.errors import ErrorCode, NotAllowed, NotFound, Stopped, Unavailable
from meditrack_desktop.domain.fhir_export import ExportFhir, FhirForm
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.medications import MedicationIntent, RecordMedication
from meditrack_desktop.domain.observations import ObservationInput, RecordObservations
from meditrack_desktop.domain.patients import FindPatients, Patient, RegisterPatient
from meditrack_desktop.domain.permissions import Role
from meditrack_desktop.domain.progress import Progress
from meditrack_desktop.domain.related_persons import AddRelatedPerson, Relationship
from meditrack_desktop.domain.scheduling import BookAppointment
from meditrack_desktop.domain.settings import ChangeSettings, ReadingRule
from meditrack_desktop.services import fhir_export
from meditrack_desktop.services.clinic import Clinic
from tests.conftest import MORNING
from tests.makers.people import a_doctor, a_patient
from tests.services.doors import PNG

Json = dict[str, Any]


def filled(clinic: Clinic, actor: Actor) -> Patient:
    """A patient with one of everything."""
    patient = clinic.patients.register(
        actor,
        a_patient(
            "Beispiel",
            "Ann Lee",
            "020 7946 0001",
            birth_date=BirthDate(1980, 1, 2),
            email="ann@example.org",
            language="de",
            note="two\nlines",
            interpreter=True,
        ),
    )
    doctor = clinic.practitioners.add(actor, a_doctor(specialty="Dentistry", room="2"))
    clinic.scheduling.book(
        actor,
        BookAppointment(
            patient_id=patient.id, practitioner_id=doctor.id, wall_start=datetime(2026, 11, 19, 9)
        ),
    )
    clinic.allergies.record(
        actor, RecordAllergy(patient_id=patient.id, substance="Penicillin", severity=Severity.SEVERE)
    )
    clinic.conditions.record(
        actor,
        RecordCondition(
            patient_id=patient.id, text="Asthma", system="http://snomed.info/sct", code="195967001"
        ),
    )
    for intent in MedicationIntent:
        clinic.medications.record(
            actor,
            RecordMedication(
                patient_id=patient.id,
                text="Salbutamol",
                intent=intent,
                dosage="1-0-1",
                started=BirthDate(2020),
                ended=BirthDate(2021, 5),
                reason="Asthma",
            ),
        )
    values = [
        ObservationInput(name="Systolic", value=Decimal("142.50"), unit="mm[Hg]", high=Decimal(140)),
        ObservationInput(name="Diastolic", text_value="not heard", note="left arm"),
    ]
    for some in (values, values[:1]):
        fresh = tuple(one.model_copy(update={"id": new_id()}) for one in some)
        clinic.observations.record(
            actor, RecordObservations(patient_id=patient.id, taken_at=MORNING, values=fresh)
        )
    clinic.related_persons.add(
        actor,
        AddRelatedPerson(
            patient_id=patient.id,
            name="Eva Beispiel",
            relationship=Relationship.PARENT,
            emergency_contact=True,
            phone="020 7946 0002",
        ),
    )
    clinic.consents.record(
        actor,
        RecordConsent(
            patient_id=patient.id,
            kind=ConsentKind.RESEARCH,
            answer=ConsentAnswer.REFUSED,
            answered_on=date(2026, 1, 2),
        ),
    )
    for kind in (DocumentType.IMAGING, DocumentType.INSURANCE):
        command = AttachDocument(patient_id=patient.id, file_name=f"{kind.value}.png", type=kind)
        clinic.documents.attach(actor, command, BytesIO(PNG))
    return patient


def resources(path: Path) -> list[Json]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        return [entry["resource"] for entry in json.loads(text)["entry"]]
    return [json.loads(line) for line in text.splitlines()]


def kinds(path: Path) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in resources(path):
        found[one["resourceType"]] = found.get(one["resourceType"], 0) + 1
    return found


WHOLE = {
    "Practitioner": 1,
    "PractitionerRole": 1,
    "Patient": 1,
    "Appointment": 1,
    "RelatedPerson": 1,
    "Consent": 1,
    "AllergyIntolerance": 1,
    "Condition": 1,
    "MedicationRequest": 1,
    "MedicationStatement": 1,
    "Observation": 2,
    "DocumentReference": 2,
}


@pytest.mark.parametrize("form", FhirForm)
def test_every_resource_is_valid_r4(
    form: FhirForm, clinic: Clinic, everything: Actor, tmp_path: Path
) -> None:
    filled(clinic, everything)
    target = tmp_path / f"all.{form.value}"
    done = clinic.fhir_export.run(everything, ExportFhir(form=form), target)
    assert kinds(target) == WHOLE
    assert (done.patients, done.resources, done.size) == (1, 14, target.stat().st_size)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    for one in resources(target):
        module = importlib.import_module(f"fhir.resources.R4B.{one['resourceType'].lower()}")
        getattr(module, one["resourceType"]).model_validate(one)
    if form is FhirForm.BUNDLE:
        module = importlib.import_module("fhir.resources.R4B.bundle")
        module.Bundle.model_validate_json(target.read_text(encoding="utf-8"))


def test_references_lead_to_resources_of_the_same_file(
    clinic: Clinic, everything: Actor, tmp_path: Path
) -> None:
    filled(clinic, everything)
    target = tmp_path / "all.ndjson"
    clinic.fhir_export.run(everything, ExportFhir(), target)
    names = {f"{one['resourceType']}/{one['id']}" for one in resources(target)}
    said = target.read_text(encoding="utf-8").split('"reference": "')[1:]
    assert len(said) > 10
    assert {one.partition('"')[0] for one in said} <= names


def test_numbers_keep_every_digit(clinic: Clinic, everything: Actor, tmp_path: Path) -> None:
    filled(clinic, everything)
    target = tmp_path / "all.ndjson"
    clinic.fhir_export.run(everything, ExportFhir(), target)
    assert '"value": 142.50' in target.read_text(encoding="utf-8")


def test_who_may_not_read_charts_hands_none_out(clinic: Clinic, everything: Actor, tmp_path: Path) -> None:
    filled(clinic, everything)
    me = next(one for one in clinic.accounts.list(everything) if one.id == everything.account_id)
    clinic.settings.change(everything, ChangeSettings(reading_rule=ReadingRule.IN_CARE))
    target = tmp_path / "all.ndjson"
    done = clinic.fhir_export.run(everything, ExportFhir(), target)
    assert me.practitioner_id is None
    left = {"Condition", "MedicationRequest", "MedicationStatement", "Observation"}
    assert kinds(target) == {
        **{kind: count for kind, count in WHOLE.items() if kind not in left},
        "DocumentReference": 1,  # the insurance card, which the front desk may open
    }
    assert (done.charts_left_out, done.documents_left_out) == (1, 1)
    (line,) = [one for one in clinic.audit.list(everything) if one.action == "fhir.exported"]
    assert line.detail == "ndjson, 1 patients, 8 resources, left out: charts 1, documents 1"


def test_one_patient_or_whom_a_search_finds(clinic: Clinic, everything: Actor, tmp_path: Path) -> None:
    ann = filled(clinic, everything)
    clinic.patients.register(everything, a_patient("Muster", "Ben"))
    one = clinic.fhir_export.run(everything, ExportFhir(patient_id=ann.id), tmp_path / "one.ndjson")
    found = clinic.fhir_export.run(
        everything, ExportFhir(find=FindPatients(text="muster")), tmp_path / "found.ndjson"
    )
    assert (one.patients, found.patients) == (1, 1)
    assert kinds(tmp_path / "one.ndjson") == WHOLE
    assert kinds(tmp_path / "found.ndjson") == {"Practitioner": 1, "PractitionerRole": 1, "Patient": 1}
    (line,) = [
        line for line in clinic.audit.list(everything, patient_id=ann.id) if line.action == "fhir.exported"
    ]
    assert line.patient_id == ann.id
    with pytest.raises(NotFound):
        clinic.fhir_export.run(everything, ExportFhir(patient_id=new_id()), tmp_path / "none.ndjson")
    assert sorted(path.name for path in tmp_path.glob("*.ndjson*")) == ["found.ndjson", "one.ndjson"]


@pytest.mark.parametrize("who", ["reception", "doctor"])
def test_only_who_may_export_does(
    who: str, clinic: Clinic, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with pytest.raises(NotAllowed) as refusal:
        clinic.fhir_export.run(request.getfixturevalue(who), ExportFhir(), tmp_path / "all.ndjson")
    assert refusal.value.code is ErrorCode.NOT_PERMITTED
    assert list(tmp_path.glob("*.ndjson*")) == []


def test_another_administrator_must_agree(clinic: Clinic, admin: Actor, tmp_path: Path) -> None:
    clinic.accounts.add(
        admin,
        AddAccount(
            username="second",
            name="Second",
            roles=frozenset({Role.ADMIN}),
            password=SecretStr("willow-cabinet-seven-moons"),
        ),
    )
    with pytest.raises(NotAllowed) as refusal:
        clinic.fhir_export.run(admin, ExportFhir(), tmp_path / "all.ndjson")
    assert refusal.value.code is ErrorCode.AGREEMENT_NEEDED
    assert not (tmp_path / "all.ndjson").exists()
    assert "fhir.export_failed" in {line.action for line in clinic.audit.list(admin)}


def test_a_file_that_exists_is_left_alone(clinic: Clinic, admin: Actor, tmp_path: Path) -> None:
    target = tmp_path / "all.ndjson"
    target.write_text("mine")
    with pytest.raises(Unavailable) as refusal:
        clinic.fhir_export.run(admin, ExportFhir(), target)
    assert refusal.value.code is ErrorCode.EXPORT_TARGET_UNUSABLE
    assert target.read_text() == "mine"


def test_stopping_leaves_no_file(
    clinic: Clinic, admin: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fhir_export, "PAGE", 2)
    monkeypatch.setattr(fhir_export, "TELL_EVERY", 3600.0)
    everybody = [RegisterPatient(family=f"Beispiel{n}") for n in range(7)]
    csv = tmp_path / "a.csv"
    csv.write_text("id,surname\n" + "".join(f"{n},{one.family}\n" for n, one in enumerate(everybody)))
    clinic.imports.run(admin, [csv])
    folder = tmp_path / "out"
    folder.mkdir()
    told: list[Progress] = []
    clinic.fhir_export.run(admin, ExportFhir(), folder / "all.ndjson", told.append)
    assert [one.done for one in told] == [0, 2, 4, 6, 7]
    assert told[-1] == Progress(7, 7)

    def stop(progress: Progress) -> None:
        if progress.done >= 4:
            raise Stopped()

    with pytest.raises(Stopped):
        clinic.fhir_export.run(admin, ExportFhir(), folder / "half.ndjson", stop)
    assert [path.name for path in folder.iterdir()] == ["all.ndjson"]


def test_an_empty_clinic_gives_an_empty_bundle(clinic: Clinic, admin: Actor, tmp_path: Path) -> None:
    target = tmp_path / "all.json"
    done = clinic.fhir_export.run(admin, ExportFhir(form=FhirForm.BUNDLE), target)
    assert done.patients == 0
    assert json.loads(target.read_text())["type"] == "collection"
