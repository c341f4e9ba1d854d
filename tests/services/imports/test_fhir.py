"""FHIR R4 as other programs export it, and as it should never be."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from meditrack_desktop.domain.errors import ErrorCode, Invalid
from meditrack_desktop.domain.imports import Skipped
from meditrack_desktop.domain.patients import Gender, RegisterPatient
from meditrack_desktop.domain.practitioners import AddPractitioner
from meditrack_desktop.services.imports import fhir_files
from meditrack_desktop.services.imports.files import open_source
from meditrack_desktop.services.imports.identity import FHIR_PATIENT
from meditrack_desktop.services.imports.items import Command, Item, Note, Reading, Repeated, Taken

TODAY = date(2026, 11, 21)
ANN: dict[str, Any] = {"resourceType": "Patient", "id": "p1", "name": [{"family": "Test", "given": ["Ann"]}]}


class Folder:
    """Writes a file and reads it as the import does."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def raw(self, text: str | bytes, name: str = "export.json") -> list[Item]:
        file = self.path / name
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        source = open_source(file)
        items = list(source.items(Reading(today=TODAY, specialties=source.specialties)))
        assert source.done == source.total
        return items

    def bundle(self, *resources: dict[str, Any], kind: str = "collection") -> list[Item]:
        entries = [{"resource": resource} for resource in resources]
        return self.raw(json.dumps({"resourceType": "Bundle", "type": kind, "entry": entries}))

    def patient(self, **properties: Any) -> RegisterPatient:
        (item,) = self.raw(json.dumps({**ANN, **properties}))
        assert isinstance(item, Taken), item
        assert isinstance(item.command, RegisterPatient)
        return item.command

    def reason(self, **properties: Any) -> str:
        (item,) = self.raw(json.dumps({**ANN, **properties}))
        assert isinstance(item, Skipped), item
        assert item.where in ("Patient/p1", "resource")
        return item.reason


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def commands(items: list[Item]) -> list[Command]:
    return [item.command for item in items if isinstance(item, Taken)]


@pytest.mark.parametrize(
    ("names", "family", "given", "preferred"),
    [
        ([{"family": "Test", "given": ["Ann", "Lee"]}], "Test", "Ann Lee", ""),
        ([{"use": "old", "family": "Was"}, {"use": "official", "family": "Is"}], "Is", "", ""),
        (
            [
                {"use": "usual", "given": ["Jim"]},
                {"use": "official", "family": "Chalmers", "given": ["Peter"]},
            ],
            "Chalmers",
            "Peter",
            "Jim",
        ),
        ([{"text": "Juri van Gelder"}], "van Gelder", "Juri", ""),
        ([{"text": "张无忌"}], "张无忌", "", ""),
        ([{"use": "maiden", "family": "Kozey"}, {"family": "Adams"}], "Adams", "", ""),
        ([{"family": "Late", "period": {"end": "2002"}}, {"use": "temp", "family": "Now"}], "Now", "", ""),
        ([{"use": "official"}, {"use": "nickname", "text": "Kenzi"}], "Kenzi", "", ""),
        ([{"given": [None, "Ann"], "family": "Test"}], "Test", "Ann", ""),
    ],
)
def test_names(names: list[Any], family: str, given: str, preferred: str, folder: Folder) -> None:
    patient = folder.patient(name=names)
    assert (patient.family, patient.given, patient.preferred_name) == (family, given, preferred)


def test_of_kana_and_kanji_the_kanji_counts(folder: Folder) -> None:
    url = "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation"
    kana = {"family": "アベ", "given": ["ノブオ"], "extension": [{"url": url, "valueCode": "SYL"}]}
    kanji = {"family": "阿部", "given": ["信夫"], "extension": [{"url": url, "valueCode": "IDE"}]}
    patient = folder.patient(name=[{**kana, "use": "official"}, {**kanji, "use": "official"}])
    assert (patient.family, patient.given, patient.preferred_name) == ("阿部", "信夫", "")


def test_contacts_address_language_and_identifiers(folder: Folder) -> None:
    patient = folder.patient(
        telecom=[
            {"system": "phone", "value": "1", "use": "old"},
            {"system": "phone", "value": "020 7946 0001", "use": "work", "rank": 2},
            {"system": "phone", "value": "020 7946 0002", "use": "mobile", "rank": 1},
            {"system": "email", "value": "ann@example.org"},
            {"system": "fax", "value": "3"},
            {"use": "home"},
        ],
        address=[
            {"use": "old", "city": "Away"},
            {
                "use": "home",
                "line": ["1 High St", "Flat 2"],
                "city": "Boston",
                "state": "MA",
                "postalCode": "02",
                "country": "US",
            },
        ],
        communication=[
            {"language": {"coding": [{"code": "en"}]}},
            {"language": {"coding": [{"code": "pt"}]}, "preferred": True},
        ],
        identifier=[
            {"system": "urn:x", "value": "7"},
            {"value": "no system"},
            {"system": "urn:x", "value": "7"},
        ],
        gender="female",
        deceasedDateTime="2020-01-01",
    )
    assert [(phone.value, phone.use) for phone in patient.phones] == [
        ("020 7946 0002", "mobile"),
        ("020 7946 0001", "work"),
    ]
    assert patient.email == "ann@example.org"
    assert patient.address.model_dump() == {
        "street": "1 High St, Flat 2",
        "city": "Boston, MA",
        "postcode": "02",
        "country": "US",
    }
    assert (patient.language, patient.gender, patient.deceased) == ("pt", Gender.FEMALE, True)
    assert [(one.system, one.value) for one in patient.identifiers] == [(FHIR_PATIENT, "p1"), ("urn:x", "7")]


@pytest.mark.parametrize("born", ["1970", "1970-02", "1970-02-03"])
def test_partial_birth_dates_are_kept(born: str, folder: Folder) -> None:
    assert str(folder.patient(birthDate=born).birth_date) == born


@pytest.mark.parametrize(
    ("properties", "part"),
    [
        ({"name": {"family": "Test"}}, '"name" is not a list'),
        ({"name": ["Test"]}, "not an object"),
        ({"name": [{"family": 7}]}, '"family" is not a text'),
        ({"name": [{"given": "Ann"}]}, '"given" is not a list'),
        ({"name": []}, "no name"),
        ({"name": None}, "no name"),
        ({"birthDate": 1970}, "not a text"),
        ({"birthDate": "1970-02-30"}, "not a date"),
        ({"birthDate": "03/04/1970"}, "not a date"),
        ({"birthDate": "2199-01-01"}, "future"),
        ({"gender": "F"}, "gender"),
        ({"gender": ["female"]}, "not a text"),
        ({"deceasedBoolean": "no"}, "neither true nor false"),
        ({"telecom": {"system": "phone"}}, "not a list"),
        ({"address": [{"line": "1 High St"}]}, "not a list of texts"),
        ({"identifier": [{"system": "urn:x", "value": {"a": 1}}]}, "not a text"),
        ({"communication": [{"language": "en"}]}, "not an object"),
        ({"id": 5}, "not a text"),
        ({"modifierExtension": [{"url": "x"}]}, "modifier extension"),
        ({"implicitRules": "http://example.org/rules"}, "implicit rules"),
        ({"telecom": [{"system": "email", "value": "nobody"}]}, "e-mail"),
        ({"name": [{"family": "x" * 201}]}, "too long"),
    ],
)
def test_wrong_shapes_are_reasons(properties: dict[str, Any], part: str, folder: Folder) -> None:
    assert part in folder.reason(**properties)


def test_narratives_links_and_attachments_are_left_alone(folder: Folder) -> None:
    patient = folder.patient(
        text={"status": "generated", "div": "<script>x()</script>"},
        photo=[{"url": "http://127.0.0.1:9/x.png"}],
        contained=[{"resourceType": "Organization", "id": "o", "partOf": {"reference": "#o"}}],
        link=[{"other": {"reference": "Patient/p1"}, "type": "seealso"}],
    )
    assert "script" not in patient.model_dump_json()
    assert "127.0.0.1" not in patient.model_dump_json()


def test_remarks_are_made_once_a_file(folder: Folder) -> None:
    replaced = [{"other": {"reference": "Patient/p9"}, "type": "replaced-by"}]
    items = folder.bundle(
        {**ANN, "active": False},
        {**ANN, "id": "p2", "link": replaced},
        {"resourceType": "Encounter"},
        {"resourceType": "Encounter"},
    )
    notes = [item.text for item in items if isinstance(item, Note)]
    assert len(commands(items)) == 2
    assert notes == [
        "export.json: not taken in this version: 2 Encounter.",
        "export.json: 1 person is marked inactive there; they were taken all the same.",
        "export.json: 1 record is marked there as replaced by another; check for doubles.",
    ]


def test_a_specialty_comes_from_the_role_wherever_it_stands(folder: Folder) -> None:
    role = {
        "resourceType": "PractitionerRole",
        "practitioner": {"reference": "Practitioner/d1"},
        "specialty": [{"coding": [{"display": "Cardiology"}]}],
    }
    doctor = {"resourceType": "Practitioner", "id": "d1", "name": [{"family": "Modelo", "prefix": ["Dr."]}]}
    (command,) = commands(folder.bundle(role, doctor))
    assert isinstance(command, AddPractitioner)
    assert (command.family, command.prefix, command.specialty) == ("Modelo", "Dr.", "Cardiology")
    lines = "\n".join(json.dumps(one) for one in (doctor, role))
    (command,) = commands(folder.raw(lines, "bulk.ndjson"))
    assert isinstance(command, AddPractitioner)
    assert command.specialty == "Cardiology"


def test_a_transaction_is_never_obeyed(folder: Folder) -> None:
    entries = [
        {"request": {"method": "DELETE", "url": "Patient/p1"}},
        {"resource": ANN, "request": {"method": "delete", "url": "Patient/p1"}},
        {"resource": ANN, "request": {"method": "POST", "url": "Patient"}},
        {"request": {"method": "GET", "url": "Patient"}},
    ]
    items = folder.raw(json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries}))
    assert [type(item) for item in items] == [Skipped, Skipped, Taken, Note]


def test_the_same_id_counts_once_and_other_data_is_reported(folder: Folder) -> None:
    items = folder.bundle(ANN, ANN, {**ANN, "gender": "male"})
    assert [type(item) for item in items] == [Taken, Repeated, Skipped]


def test_a_bundle_may_hold_anything(folder: Folder) -> None:
    entries = [
        "text",
        None,
        {"resource": []},
        {"resource": {"resourceType": "Patiant"}},
        {"resource": ANN},
        {},
    ]
    items = folder.raw(json.dumps({"resourceType": "Bundle", "entry": entries}))
    assert [item.where for item in items if isinstance(item, Skipped)] == [
        "entry 1",
        "entry 2",
        "entry 3",
        "entry 4",
    ]
    assert len(commands(items)) == 1


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("[]", "not a FHIR resource"),
        ('{"id": "x"}', "resourceType"),
        ('{"resourceType": "Patiant"}', "no such type"),
        ('{"resourceType": "Bundle", "entry": {}}', "not a list"),
        ('{"resourceType": "Bundle", "entry": [], "entry": []}', "stands twice"),
        ('{"resourceType": "Patient",}', "line 1"),
        ("[" * 100_000, "nested"),
        ("[" * 5_000 + "]" * 5_000, "nested"),
        ('{"a":' * 10_000 + "1" + "}" * 10_000, "nested"),
    ],
)
def test_what_is_no_fhir_is_refused_in_words(text: str, part: str, folder: Folder) -> None:
    with pytest.raises(Invalid) as refusal:
        folder.raw(text)
    assert refusal.value.code is ErrorCode.IMPORT_UNREADABLE
    assert part in str(refusal.value.parameters["reason"])


def test_brackets_in_texts_are_not_depth(folder: Folder) -> None:
    assert folder.patient(text={"div": "[{" * 5_000 + '\\"'})


@pytest.mark.parametrize("number", ["9" * 5_000, "-" + "9" * 5_000, "NaN", "-Infinity", "0." + "1" * 5_000])
def test_numbers_that_are_none(number: str, folder: Folder) -> None:
    assert sys.get_int_max_str_digits() < 5_000
    (item,) = folder.raw(json.dumps(ANN)[:-1] + f', "multipleBirthInteger": {number}' + "}")
    assert isinstance(item, Skipped)
    assert "number" in item.reason


def test_a_property_that_stands_twice_deep_inside(folder: Folder) -> None:
    (item,) = folder.raw('{"resourceType":"Patient","id":"p1","name":[{"family":"A","family":"B"}]}')
    assert isinstance(item, Skipped)
    assert '"family" stands twice' in item.reason


@pytest.mark.parametrize(
    "resource",
    [
        {**ANN, "name": [{"family": ["Test"]}]},
        {**ANN, "careProvider": []},
        {**ANN, "animal": {}},
        {**ANN, "maritalStatus": {"coding": [{"system": "http://hl7.org/fhir/v3/MaritalStatus"}]}},
        {**ANN, "meta": {"profile": ["http://hl7.org/fhir/STU3/StructureDefinition/Patient"]}},
        {"resourceType": "Condition", "clinicalStatus": "active"},
        {"resourceType": "MedicationOrder"},
    ],
)
def test_other_releases_are_told_by_their_shapes(resource: dict[str, Any], folder: Folder) -> None:
    with pytest.raises(Invalid) as refusal:
        folder.bundle(resource)
    assert refusal.value.code is ErrorCode.IMPORT_NOT_SUPPORTED
    assert "R4" in str(refusal.value.parameters["reason"])


def test_a_broken_line_of_a_bulk_export_costs_itself(folder: Folder) -> None:
    good = json.dumps(ANN)
    other = json.dumps({**ANN, "id": "p2"})
    items = folder.raw(
        f'{good}\n{{"resourceType":"Pat\n\n{other}\n{"[" * 9000}\n'.encode() + b'{"a":"\xff"}\n'
    )
    assert len(commands(items)) == 2
    assert [item.where for item in items if isinstance(item, Skipped)] == ["line 2", "line 5", "line 6"]


def test_a_bulk_export_may_begin_with_a_broken_or_a_long_line(folder: Folder) -> None:
    items = folder.raw(f'{{"resourceType":"Pat\n{json.dumps(ANN)}\n{json.dumps(ANN)}\n')
    assert [type(item) for item in items] == [Skipped, Taken, Repeated]
    long = json.dumps({**ANN, "id": "p2", "text": {"div": "x" * 200_000}})
    items = folder.raw(f"{long}\n{json.dumps(ANN)}\n")
    assert len(commands(items)) == 2


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("copies", [1, 2])
def test_marks_of_unicode(codec: str, copies: int, folder: Folder) -> None:
    items = folder.raw("\n".join([json.dumps({**ANN, "gender": "male"})] * copies).encode(codec))
    assert len(commands(items)) == 1


def test_a_file_beyond_the_limit_is_refused_before_it_is_loaded(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fhir_files, "LARGEST_JSON", 10)
    with pytest.raises(Invalid) as refusal:
        folder.raw(json.dumps(ANN))
    assert "NDJSON" in str(refusal.value.parameters["reason"])


def test_a_line_beyond_the_limit_costs_itself(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fhir_files, "LONGEST_LINE", 500)
    long = json.dumps({**ANN, "text": {"div": "x" * 5_000}})
    items = folder.raw(f"{json.dumps(ANN)}\n{long}\n{json.dumps({**ANN, 'id': 'p2'})}\n")
    assert [item.where for item in items if isinstance(item, Skipped)] == ["line 2"]
    assert len(commands(items)) == 2


def test_somebody_without_an_id_is_known_by_name_birth_and_contact(folder: Folder) -> None:
    entry = {"resourceType": "Patient", "name": [{"family": "Test"}], "birthDate": "1990-01-01"}
    first, second = commands(folder.bundle(entry, {**entry, "birthDate": "1991-01-01"}))
    assert first.identifiers != second.identifiers
