"""What FHIR files say about people, brought into a real clinic on both databases."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from meditrack_desktop.database.tables.chart import AllergyRow, ConditionRow, MedicationRow, ObservationRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.allergies import SayNoneKnown, Severity
from meditrack_desktop.domain.consents import ConsentAnswer, ConsentKind
from meditrack_desktop.domain.errors import NotAllowed, Stopped
from meditrack_desktop.domain.imports import ImportReport, OnBadRows
from meditrack_desktop.domain.patients import ArchivePatient, FindPatients, Patient
from meditrack_desktop.domain.privacy import RestrictPatient
from meditrack_desktop.domain.progress import Progress
from meditrack_desktop.domain.related_persons import Relationship
from meditrack_desktop.domain.scheduling import AppointmentStatus
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.services.imports import chart_writing, fhir_references, visit_writing
from meditrack_desktop.services.imports import run as run_module
from tests.makers.pictures import a_picture
from tests.services.doors import PNG

Json = dict[str, Any]
ANN: Json = {
    "resourceType": "Patient",
    "id": "p1",
    "name": [{"family": "Beispiel", "given": ["Ann"]}],
    "birthDate": "1980-01-02",
}
BEN: Json = {**ANN, "id": "p2", "name": [{"family": "Muster", "given": ["Ben"]}], "birthDate": "1975-05-06"}
INES: Json = {"resourceType": "Practitioner", "id": "d1", "name": [{"family": "Modelo", "given": ["Ines"]}]}
OF_ANN = {"reference": "Patient/p1"}


def condition(words: str = "Asthma", **more: Any) -> Json:
    return {"resourceType": "Condition", "id": "c1", "subject": OF_ANN, "code": {"text": words}, **more}


def visit(start: str = "2026-11-20T09:00:00Z", end: str = "2026-11-20T09:30:00Z", **more: Any) -> Json:
    return {
        "resourceType": "Appointment",
        "id": "a1",
        "status": "booked",
        "start": start,
        "end": end,
        "participant": [
            {"actor": OF_ANN, "status": "accepted"},
            {"actor": {"reference": "Practitioner/d1"}, "status": "accepted"},
        ],
        **more,
    }


def bundle(*resources: Json, **urls: Json) -> str:
    entries: list[Json] = [{"resource": one} for one in resources]
    entries += [{"fullUrl": url, "resource": one} for url, one in urls.items()]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})


def lines(*resources: Json) -> str:
    return "\n".join(json.dumps(one) for one in resources) + "\n"


Import = Callable[..., ImportReport]


@pytest.fixture
def importing(clinic: Clinic, admin: Actor, tmp_path: Path) -> Import:
    """Write files and import them: `importing("a.json", "...", "b.ndjson", "...")`."""

    def run(*names_and_contents: str, **options: Any) -> ImportReport:
        paths = []
        for name, content in zip(names_and_contents[::2], names_and_contents[1::2], strict=True):
            path = tmp_path / name
            path.write_text(content, encoding="utf-8")
            paths.append(path)
        return clinic.imports.run(admin, paths, **options)

    return run


def rows(clinic: Clinic, kind: Any) -> list[Any]:
    with clinic.work.database.reading() as session:
        return [row._mapping for row in session.connection().execute(select(kind.__table__))]


def patient(clinic: Clinic, reception: Actor, text: str = "Beispiel") -> Patient:
    (line,) = clinic.patients.find(reception, FindPatients(text=text, include_archived=True)).lines
    return clinic.patients.get(reception, line.id)


def entries(report: ImportReport) -> tuple[int, int, int]:
    return report.entries_added, report.entries_unchanged, len(report.skipped)


ALLERGY: Json = {
    "resourceType": "AllergyIntolerance",
    "id": "al1",
    "patient": OF_ANN,
    "clinicalStatus": {"coding": [{"code": "active"}]},
    "verificationStatus": {"coding": [{"code": "confirmed"}]},
    "category": ["medication"],
    "code": {"coding": [{"system": "http://snomed.info/sct", "code": "91936005", "display": "Penicillin"}]},
    "reaction": [
        {"manifestation": [{"text": "Rash"}], "severity": "mild"},
        {"manifestation": [{"text": "Swelling"}], "severity": "severe"},
    ],
}
REQUEST: Json = {
    "resourceType": "MedicationRequest",
    "id": "m1",
    "status": "stopped",
    "intent": "order",
    "subject": OF_ANN,
    "medicationCodeableConcept": {"text": "Metformin 500 mg"},
    "authoredOn": "2020-03",
    "dosageInstruction": [{"text": "1-0-1"}, {"asNeededBoolean": True}],
    "reasonCode": [{"text": "Diabetes"}],
}
PRESSURE: Json = {
    "resourceType": "Observation",
    "id": "o1",
    "status": "final",
    "subject": OF_ANN,
    "code": {"text": "Blood pressure"},
    "effectiveDateTime": "2026-11-01T10:00:00+01:00",
    "component": [
        {
            "code": {"coding": [{"system": "http://loinc.org", "code": code, "display": name}]},
            "valueQuantity": {"value": value, "system": "http://unitsofmeasure.org", "code": "mm[Hg]"},
            "referenceRange": [{"high": {"value": high}}],
        }
        for code, name, value, high in (("8480-6", "Systolic", 142, 140), ("8462-4", "Diastolic", 88, 90))
    ],
}


def test_a_chart_comes_in_with_its_patient_and_once(
    importing: Import, clinic: Clinic, reception: Actor
) -> None:
    content = bundle(condition(), ALLERGY, REQUEST, PRESSURE, ANN)  # before whom they speak of
    report = importing("a.json", content)
    assert (report.added, *entries(report)) == (1, 4, 0, 0)
    ann = patient(clinic, reception)

    (allergy,) = clinic.allergies.of_patient(reception, ann.id).allergies
    assert (allergy.substance, allergy.coding.code) == ("Penicillin", "91936005")
    assert (allergy.severity, allergy.reaction) == (Severity.SEVERE, "Rash; Swelling")
    assert allergy.warns
    (found,) = rows(clinic, ConditionRow)
    assert (found["patient_id"], found["text"], found["foreign_id"]) == (ann.id, "Asthma", "Condition/c1")
    (medication,) = rows(clinic, MedicationRow)
    assert (medication["intent"].value, medication["status"].value) == ("order", "stopped")
    assert (medication["started"], medication["dosage"], medication["reason"]) == (
        "2020-03",
        "1-0-1; as needed",
        "Diabetes",
    )
    systolic, diastolic = sorted(rows(clinic, ObservationRow), key=lambda row: row["code"], reverse=True)
    assert (systolic["value"], systolic["unit"], systolic["high"]) == ("142", "mm[Hg]", "140")
    assert systolic["panel_id"] == diastolic["panel_id"] is not None
    assert systolic["panel"] == "Blood pressure"
    assert systolic["taken_at"] == datetime(2026, 11, 1, 9, tzinfo=UTC)

    before = [rows(clinic, kind) for kind in (AllergyRow, ConditionRow, MedicationRow, ObservationRow)]
    again = importing("again.json", content)
    assert (again.added, again.unchanged, *entries(again)) == (0, 1, 0, 4, 0)
    assert before == [
        rows(clinic, kind) for kind in (AllergyRow, ConditionRow, MedicationRow, ObservationRow)
    ]


def test_importing_charts_lets_nobody_read_them(
    importing: Import, clinic: Clinic, admin: Actor, reception: Actor
) -> None:
    importing("a.json", bundle(ANN, condition()))
    with pytest.raises(NotAllowed):
        clinic.charts.of_patient(admin, patient(clinic, reception).id)


def test_every_patient_written_about_has_a_line_that_counts(
    importing: Import, clinic: Clinic, admin: Actor, reception: Actor
) -> None:
    importing("a.json", bundle(ANN, BEN, condition(), condition("Gout", id="c2"), ALLERGY))
    events = clinic.audit.list(admin, patient_id=patient(clinic, reception).id)
    (line,) = [event for event in events if event.action == "chart.imported"]
    assert line.detail == "allergy_intolerance 1, condition 2"
    assert not [
        event
        for event in clinic.audit.list(admin, patient_id=patient(clinic, reception, "Muster").id)
        if event.action == "chart.imported"
    ]


def test_entries_find_their_people_over_files_and_by_every_kind_of_reference(
    importing: Import, clinic: Clinic, reception: Actor
) -> None:
    report = importing(
        "Condition.ndjson",
        lines(condition(), condition("Gout", id="c2")),
        "Patient.ndjson",
        lines(ANN, BEN),
        "bundle.json",
        bundle(
            condition("Flu", id="c3", subject={"reference": "urn:uuid:1"}),
            condition(
                "Cold", id="c4", subject={"reference": "http://example.org/fhir/Patient/p9/_history/2"}
            ),
            **{
                "urn:uuid:1": {**ANN, "id": "p8", "name": [{"family": "Third"}]},
                "http://example.org/fhir/Patient/p9": {**ANN, "id": "p9", "name": [{"family": "Fourth"}]},
            },
        ),
    )
    assert entries(report) == (4, 0, 0)
    whose = {row["text"]: row["patient_id"] for row in rows(clinic, ConditionRow)}
    assert whose["Asthma"] == whose["Gout"] == patient(clinic, reception).id
    assert whose["Flu"] == patient(clinic, reception, "Third").id
    assert whose["Cold"] == patient(clinic, reception, "Fourth").id


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"subject": {"reference": "Patient/nobody"}}, fhir_references.NOT_THERE.format(noun="patient")),
        ({"subject": {"reference": "http://else.example/Patient/p1"}}, "not in the chosen files"),
        ({"subject": {"reference": "#p"}, "contained": [{**ANN, "id": "p"}]}, "only described inside it"),
        ({"subject": {"display": "Ann Beispiel"}}, fhir_references.NOT_SAID),
        ({"subject": None}, fhir_references.NOT_SAID),
        ({"code": {}}, "which condition"),
        ({"clinicalStatus": {"coding": [{"code": "sick"}]}}, "clinical status"),
        ({"onsetDateTime": "yesterday"}, "not a date"),
        ({"onsetDateTime": "2199-01-01"}, "future"),
        ({"modifierExtension": [{"url": "x"}]}, "modifier extension"),
        ({"code": {"text": "Ast\x07hma"}}, "control characters"),
        ({"code": ["Asthma"]}, "not an object"),
    ],
)
def test_an_entry_that_is_not_taken_says_why(
    more: Json, reason: str, importing: Import, clinic: Clinic
) -> None:
    report = importing("a.json", bundle(ANN, condition(**more)))
    assert (report.added, *entries(report)) == (1, 0, 0, 1)
    assert (report.skipped[0].file, report.skipped[0].where) == ("a.json", "Condition/c1")
    assert reason in report.skipped[0].reason
    assert rows(clinic, ConditionRow) == []


def test_two_exports_that_number_alike_never_mix_their_charts(
    importing: Import, clinic: Clinic, reception: Actor
) -> None:
    """`Patient/p1` is Ann in one file and Ben in the other: Ben's entries must not reach Ann."""
    importing("a.json", bundle(ANN, condition()))
    other = bundle({**BEN, "id": "p1"}, condition("Gout", id="c2"))
    report = importing("b.json", other)
    assert (report.added, *entries(report)) == (0, 0, 0, 2)
    assert [row["text"] for row in rows(clinic, ConditionRow)] == ["Asthma"]
    both = importing("a.json", bundle(ANN, condition()), "b.json", other)
    assert entries(both) == (0, 1, 2)
    loose = importing(
        "a.json",
        bundle(ANN),
        "b.json",
        bundle({**BEN, "id": "p1"}),
        "c.ndjson",
        lines(condition("Flu", id="c9")),
    )
    assert "called alike" in loose.skipped[-1].reason
    assert [row["text"] for row in rows(clinic, ConditionRow)] == ["Asthma"]


def test_one_id_for_two_people_in_one_file_gives_its_entries_to_nobody(
    importing: Import, clinic: Clinic
) -> None:
    report = importing("a.json", bundle(ANN, {**BEN, "id": "p1"}, condition()))
    assert (report.added, *entries(report)) == (1, 0, 0, 2)
    assert "called alike" in report.skipped[-1].reason


def test_an_entry_that_says_something_else_is_left_and_reported(importing: Import, clinic: Clinic) -> None:
    importing("a.json", bundle(ANN, condition()))
    report = importing("b.json", bundle(ANN, condition("Gout")))
    assert entries(report) == (0, 0, 1)
    assert report.skipped[0].reason == chart_writing.OTHER_WORDS
    assert [row["text"] for row in rows(clinic, ConditionRow)] == ["Asthma"]
    twice = importing("c.json", bundle(ANN, condition("Flu", id="x"), condition("Cold", id="x")))
    assert entries(twice) == (1, 0, 1)


def test_entries_without_an_id_are_known_by_what_they_say(importing: Import) -> None:
    nameless = {key: value for key, value in condition().items() if key != "id"}
    assert entries(importing("a.json", bundle(ANN, nameless))) == (1, 0, 0)
    moved = {**nameless, "meta": {"lastUpdated": "2026-01-01T00:00:00Z"}}
    assert entries(importing("b.json", bundle(ANN, moved, {**nameless, "code": {"text": "Gout"}}))) == (
        1,
        1,
        0,
    )


def test_a_closed_record_takes_no_entry(
    importing: Import, clinic: Clinic, admin: Actor, reception: Actor
) -> None:
    importing("a.json", bundle(ANN, BEN))
    ann, ben = patient(clinic, reception), patient(clinic, reception, "Muster")
    clinic.patients.archive(admin, ArchivePatient(id=ann.id, version=ann.version, reason="moved away"))
    clinic.restrictions.restrict(admin, RestrictPatient(patient_id=ben.id, reason="asked for it"))
    report = importing(
        "b.json",
        bundle(ANN, BEN, condition(), condition("Gout", id="c2", subject={"reference": "Patient/p2"})),
    )
    assert {skipped.reason for skipped in report.skipped} == {
        chart_writing.ARCHIVED,
        chart_writing.RESTRICTED,
    }
    assert rows(clinic, ConditionRow) == []


def test_an_imported_allergy_withdraws_that_there_are_none(
    importing: Import, clinic: Clinic, reception: Actor
) -> None:
    importing("a.json", bundle(ANN))
    ann = patient(clinic, reception)
    clinic.allergies.say_none_known(reception, SayNoneKnown(patient_id=ann.id))
    importing("b.json", bundle(ANN, ALLERGY))
    found = clinic.allergies.of_patient(reception, ann.id)
    assert (len(found.warnings), found.none_known) == (1, None)


@pytest.mark.parametrize(
    ("value", "number", "words"),
    [
        ({"valueQuantity": {"value": 1.10, "unit": "mg"}}, "1.1", ""),
        ({"valueQuantity": {"value": 174.09997327938322, "unit": "cm"}}, "174.09997328", ""),
        ({"valueQuantity": {"value": 5, "comparator": "<", "unit": "mg"}}, None, "< 5 mg"),
        ({"valueInteger": 7}, "7", ""),
        ({"valueString": "negative"}, None, "negative"),
        ({"valueBoolean": False}, None, "no"),
        ({"valueCodeableConcept": {"coding": [{"display": "Never smoker"}]}}, None, "Never smoker"),
        ({"valueRange": {"low": {"value": 1}, "high": {"value": 2, "unit": "h"}}}, None, "1 – 2 h"),
        ({"valueRatio": {"numerator": {"value": 1}, "denominator": {"value": 128}}}, None, "1 : 128"),
    ],
)
def test_values_of_every_kind(
    value: Json, number: str | None, words: str, importing: Import, clinic: Clinic
) -> None:
    one = {key: said for key, said in PRESSURE.items() if key != "component"}
    assert entries(importing("a.json", bundle(ANN, {**one, **value}))) == (1, 0, 0)
    (row,) = rows(clinic, ObservationRow)
    assert (row["value"], row["text_value"], row["panel_id"]) == (number, words, None)
    assert number is None or Decimal(row["value"]) == Decimal(number)


def test_a_number_is_kept_as_it_is_written(importing: Import, clinic: Clinic) -> None:
    one = {key: said for key, said in PRESSURE.items() if key != "component"}
    written = json.dumps({**one, "valueQuantity": {"value": 0, "unit": "mmol/l"}}).replace(
        '"value": 0,', '"value": 5.10,'
    )
    importing("a.ndjson", lines(ANN) + written + "\n")
    assert rows(clinic, ObservationRow)[0]["value"] == "5.10"


def test_visits_keep_their_status_and_come_once(importing: Import, clinic: Clinic, reception: Actor) -> None:
    past = visit("2025-01-10T09:00:00Z", "2025-01-10T09:20:00Z", id="a2", status="fulfilled")
    report = importing("a.json", bundle(ANN, INES, visit(description="Check-up", comment="knee"), past))
    assert (report.doctors_added, *entries(report)) == (1, 2, 0, 0)
    coming, over = clinic.scheduling.of_patient(reception, patient(clinic, reception).id)
    assert (coming.status, coming.visit_type, coming.reason) == (AppointmentStatus.BOOKED, "Check-up", "knee")
    assert (over.status, over.minutes) == (AppointmentStatus.FULFILLED, 20)
    assert coming.wall_start == datetime(2026, 11, 20, 9)
    again = importing("b.json", bundle(ANN, INES, visit(description="Check-up", comment="knee"), past))
    assert entries(again) == (0, 2, 0)


def test_a_visit_over_another_stays_out(importing: Import, clinic: Clinic, reception: Actor) -> None:
    later = visit("2026-11-20T09:15:00Z", "2026-11-20T09:45:00Z", id="a2")
    missed = visit("2026-11-20T09:15:00Z", "2026-11-20T09:45:00Z", id="a3", status="noshow")
    report = importing("a.json", bundle(ANN, INES, visit(), later, missed))
    assert entries(report) == (2, 0, 1)
    assert (report.skipped[0].where, report.skipped[0].reason) == ("Appointment/a2", visit_writing.TAKEN)
    report = importing("b.json", bundle(ANN, INES, later))
    assert report.skipped[0].reason == visit_writing.TAKEN
    assert len(clinic.scheduling.of_patient(reception, patient(clinic, reception).id)) == 2


@pytest.mark.parametrize(
    ("more", "part"),
    [
        ({"status": "proposed"}, "wished for"),
        ({"status": "entered-in-error"}, "entered in error"),
        ({"status": "here"}, "status"),
        ({"start": "2026-11-20"}, "no instant"),
        ({"end": "2026-11-20T08:00:00Z"}, "ends before"),
        ({"end": "2026-11-22T09:00:00Z"}, "day after"),
        ({"start": "2026-11-20T09:00:30Z"}, "whole minutes"),
        ({"participant": [{"actor": OF_ANN}]}, "which doctor"),
        ({"participant": [{"actor": {"reference": "Practitioner/d1"}}]}, "which patient"),
        ({"participant": [{"actor": OF_ANN}, {"actor": {"reference": "Practitioner/d9"}}]}, "doctor is not"),
    ],
)
def test_visits_that_are_none(more: Json, part: str, importing: Import) -> None:
    report = importing("a.json", bundle(ANN, INES, visit(**more)))
    assert entries(report) == (0, 0, 1)
    assert part in report.skipped[0].reason


def attachment(**more: Any) -> Json:
    told = {"contentType": "image/png", "data": base64.b64encode(PNG).decode(), "title": "scan.png", **more}
    return {
        "resourceType": "DocumentReference",
        "id": "dr1",
        "status": "current",
        "subject": OF_ANN,
        "description": "Old X-ray",
        "content": [{"attachment": told}],
    }


def test_a_document_that_comes_along_is_filed_in_the_vault_once(
    importing: Import, clinic: Clinic, admin: Actor, reception: Actor
) -> None:
    assert entries(importing("a.json", bundle(ANN, attachment()))) == (1, 0, 0)
    (document,) = clinic.documents.of_patient(reception, patient(clinic, reception).id)
    assert (document.title, document.file_name, document.size) == ("Old X-ray", "scan.png", len(PNG))
    with pytest.raises(NotAllowed):
        clinic.documents.open(admin, document.id)
    assert entries(importing("b.json", bundle(ANN, attachment()))) == (0, 1, 0)


def test_versions_come_in_as_versions(importing: Import, clinic: Clinic, reception: Actor) -> None:
    older = attachment() | {"status": "superseded"}
    newer = attachment(data=base64.b64encode(a_picture()).decode())
    newer |= {
        "id": "dr2",
        "relatesTo": [{"code": "replaces", "target": {"reference": "DocumentReference/dr1"}}],
    }
    assert entries(importing("a.json", bundle(ANN, newer, older))) == (2, 0, 0)
    (document,) = clinic.documents.of_patient(reception, patient(clinic, reception).id)
    versions = clinic.documents.versions(reception, document.id)
    assert [one.status.value for one in versions] == ["current", "superseded"]
    assert versions[0].replaces_id == versions[1].id


def test_a_former_version_alone_would_look_like_the_present_one(importing: Import) -> None:
    report = importing("a.json", bundle(ANN, attachment() | {"status": "superseded"}))
    assert entries(report) == (0, 0, 1)
    assert "newer document" in report.skipped[0].reason


@pytest.mark.parametrize(
    ("told", "part"),
    [
        ({"data": None, "url": "http://127.0.0.1:9/x.png"}, "not a text"),
        ({"data": "!!!"}, "damaged"),
        ({"data": ""}, "empty"),
        ({"data": base64.b64encode(b"MZ\x90\x00").decode()}, "kind"),
        ({"contentType": "application/zip"}, "kind"),
        ({"contentType": "application/pdf", "title": "a.pdf"}, "not what its name says"),
    ],
)
def test_documents_that_are_not_taken(told: Json, part: str, importing: Import) -> None:
    if told.get("data", "") is None:
        part = "nothing is fetched"
        resource = attachment(**{key: value for key, value in told.items() if key != "data"})
        del resource["content"][0]["attachment"]["data"]
    else:
        resource = attachment(**told)
    report = importing("a.json", bundle(ANN, resource))
    assert entries(report) == (0, 0, 1)
    assert part in report.skipped[0].reason


def test_contacts_and_consents(importing: Import, clinic: Clinic, reception: Actor) -> None:
    mother: Json = {
        "resourceType": "RelatedPerson",
        "id": "r1",
        "patient": OF_ANN,
        "name": [{"family": "Beispiel", "given": ["Eva"]}],
        "relationship": [{"coding": [{"code": "MTH"}, {"code": "C"}]}, {"coding": [{"code": "GUARD"}]}],
        "telecom": [{"system": "phone", "value": "0151 496 0050"}],
    }
    consent: Json = {
        "resourceType": "Consent",
        "id": "k1",
        "status": "rejected",
        "patient": OF_ANN,
        "scope": {"coding": [{"code": "research"}]},
        "category": [{"coding": [{"code": "59284-0"}]}],
        "dateTime": "2024-05-06",
        "policyRule": {"coding": [{"code": "OPTOUT"}]},
    }
    assert entries(importing("a.json", bundle(ANN, mother, consent))) == (2, 0, 0)
    ann = patient(clinic, reception)
    (contact,) = clinic.related_persons.of_patient(reception, ann.id)
    assert (contact.name, contact.relationship, contact.guardian, contact.emergency_contact) == (
        "Eva Beispiel",
        Relationship.PARENT,
        True,
        True,
    )
    assert contact.phone_e164 == "+441514960050"
    (answer,) = clinic.consents.of_patient(reception, ann.id)
    assert (answer.kind, answer.answer) == (ConsentKind.RESEARCH, ConsentAnswer.REFUSED)
    assert entries(importing("b.json", bundle(ANN, mother, consent))) == (0, 2, 0)


def test_a_transaction_never_takes_an_entry_away(importing: Import, clinic: Clinic) -> None:
    importing("a.json", bundle(ANN, condition()))
    wanted = {"resource": condition(), "request": {"method": "DELETE", "url": "Condition/c1"}}
    report = importing(
        "b.json",
        json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": [{"resource": ANN}, wanted]}),
    )
    assert entries(report) == (0, 0, 1)
    assert "never does that" in report.skipped[0].reason
    assert len(rows(clinic, ConditionRow)) == 1


def test_take_none_looks_at_entries_too(importing: Import, clinic: Clinic, reception: Actor) -> None:
    bad = bundle(ANN, condition(), condition(code={}, id="c2"))
    report = importing("a.json", bad, on_bad_rows=OnBadRows.TAKE_NONE)
    assert (report.added, *entries(report)) == (0, 0, 0, 1)
    assert clinic.patients.find(reception, FindPatients()).lines == ()
    good = importing("a.json", bundle(ANN, condition(), INES, visit()), on_bad_rows=OnBadRows.TAKE_NONE)
    assert (good.added, *entries(good)) == (1, 2, 0, 0)


def test_stopping_among_entries_keeps_whole_batches(
    importing: Import, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A fast computer would take all of them at once.
    monkeypatch.setattr(run_module, "MOST", 200)
    monkeypatch.setattr(run_module, "FEWEST", 200)
    monkeypatch.setattr(run_module, "TELL_EVERY", 0.0)
    many = lines(ANN, *(condition(f"Word {n}", id=f"c{n}") for n in range(1500)))

    def stop(progress: Progress) -> None:
        if progress.done > 700:
            raise Stopped()

    report = importing("a.ndjson", many, progress=stop)
    assert report.notes[0].startswith("Stopped after ")
    assert 0 < report.entries_added < 1500
    assert len(rows(clinic, ConditionRow)) == report.entries_added
    told: list[Progress] = []
    rest = importing("a.ndjson", many, progress=told.append)
    assert entries(rest) == (1500 - report.entries_added, report.entries_added, 0)
    assert told[-1] == Progress(1501, 1501)


def test_a_medicine_may_stand_in_another_file(importing: Import, clinic: Clinic) -> None:
    medicine = {"resourceType": "Medication", "id": "x", "code": {"text": "Aspirin"}}
    request = {key: value for key, value in REQUEST.items() if key != "medicationCodeableConcept"}
    request["medicationReference"] = {"reference": "Medication/x"}
    report = importing("a.ndjson", lines(ANN, request), "Medication.ndjson", lines(medicine))
    assert entries(report) == (1, 0, 0)
    assert rows(clinic, MedicationRow)[0]["text"] == "Aspirin"


def test_all_sample_bundles_come_in_whole_and_once(clinic: Clinic, admin: Actor, samples: Path) -> None:
    folder = samples / "patients/fhir-bundles"
    paths = [*sorted((folder / "carebundle").iterdir())[:6], *sorted((folder / "pysynthea").iterdir())[:4]]
    first = clinic.imports.run(admin, paths)
    others = [one.reason for one in first.skipped if "It is a text" not in one.reason]
    # The tests' clock stands a few days before some of these were made.
    assert set(others) == {"The beginning lies in the future."}
    wanted = ("AllergyIntolerance", "Condition", "MedicationRequest", "Observation")
    promised = sum(
        entry["resource"]["resourceType"] in wanted
        for path in paths
        for entry in json.loads(path.read_text(encoding="utf-8"))["entry"]
    )
    promised -= len(others)
    assert (first.added, first.entries_added + first.entries_unchanged) == (10, promised)
    again = clinic.imports.run(admin, paths)
    assert (again.added, again.updated, again.entries_added) == (0, 0, 0)
    assert again.entries_unchanged == promised
    assert again.skipped == first.skipped
