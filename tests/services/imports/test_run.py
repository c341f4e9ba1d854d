"""Whole imports into a real clinic, on both databases."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete

from meditrack_desktop.database.tables.accounts import RolePermissionRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import ErrorCode, NotAllowed, Stopped
from meditrack_desktop.domain.imports import DateOrder, ImportReport, OnBadRows, OnDifferent
from meditrack_desktop.domain.patients import ArchivePatient, FindPatients, Patient
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.progress import Progress
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.services.imports import matching
from meditrack_desktop.services.imports import run as run_module
from tests.makers.people import an_edit

HEADER = "patient_id,family_name,given_name,birth_date,phone,email,city\n"
ANN = "P1,Beispiel,Ann,1980-01-02,0151 496 0050,ann@example.org,Leeds\n"
BEN = "P2,Muster,Ben,1975-05-06,,,York\n"

Import = Callable[..., ImportReport]


@pytest.fixture
def importing(clinic: Clinic, admin: Actor, tmp_path: Path) -> Import:
    """Write files and import them: `importing("a.csv", "...", "b.csv", "...", date_order=...)`."""

    def run(*names_and_contents: str, **options: object) -> ImportReport:
        paths = []
        for name, content in zip(names_and_contents[::2], names_and_contents[1::2], strict=True):
            path = tmp_path / name
            path.write_text(content, encoding="utf-8")
            paths.append(path)
        return clinic.imports.run(admin, paths, **options)  # type: ignore[arg-type]

    return run


@pytest.fixture
def everybody(clinic: Clinic, reception: Actor) -> Callable[[], list[Patient]]:
    def find() -> list[Patient]:
        lines = clinic.patients.find(reception, FindPatients(limit=500, include_archived=True)).lines
        return [clinic.patients.get(reception, line.id) for line in lines]

    return find


People = Callable[[], list[Patient]]


def numbers(report: ImportReport) -> tuple[int, int, int, int]:
    return report.added, report.unchanged, report.updated, len(report.skipped)


def test_people_are_added_searchable_and_numbered(
    importing: Import, everybody: People, clinic: Clinic, reception: Actor
) -> None:
    assert numbers(importing("a.csv", HEADER + ANN + BEN)) == (2, 0, 0, 0)
    ann, ben = everybody()
    assert (ann.name, str(ann.birth_date), ann.email, ann.address.city) == (
        "Ann Beispiel",
        "1980-01-02",
        "ann@example.org",
        "Leeds",
    )
    assert ann.phones[0].e164 == "+441514960050"
    assert ann.mrn and ann.mrn != ben.mrn
    page = clinic.patients.find(reception, FindPatients(text="4960050"))
    assert [line.id for line in page.lines] == [ann.id]


def test_a_second_import_adds_nobody(importing: Import, everybody: People) -> None:
    importing("a.csv", HEADER + ANN + BEN)
    before = everybody()
    assert numbers(importing("b.csv", HEADER + ANN + BEN)) == (0, 2, 0, 0)
    assert everybody() == before


def test_changed_data_of_the_same_person_updates_and_keeps_what_only_the_clinic_knows(
    importing: Import, everybody: People, clinic: Clinic, reception: Actor
) -> None:
    importing("a.csv", HEADER + ANN)
    (ann,) = everybody()
    clinic.patients.edit(reception, an_edit(ann, note="prefers mornings"))
    changed = (
        ANN.replace("Leeds", "York").replace("0151 496 0050", "0161 496 0051").replace("Beispiel", "Neu")
    )
    kept = importing("b.csv", HEADER + changed)
    assert numbers(kept) == (0, 1, 0, 0) and kept.kept_ours[0].where == "row 2"
    assert numbers(importing("b.csv", HEADER + changed, on_different=OnDifferent.FILE_WINS)) == (0, 0, 1, 0)
    (after,) = everybody()
    assert (after.id, after.mrn, after.family, after.address.city) == (ann.id, ann.mrn, "Neu", "York")
    assert after.note == "prefers mornings"
    assert [phone.value for phone in after.phones] == ["0151 496 0050", "0161 496 0051"]
    assert after.version > ann.version
    assert numbers(importing("c.csv", HEADER + changed)) == (0, 1, 0, 0)
    page = clinic.patients.find(reception, FindPatients(text="neu 0161496"))
    assert [line.id for line in page.lines] == [ann.id]


def test_an_empty_cell_erases_nothing(importing: Import, everybody: People) -> None:
    importing("a.csv", HEADER + ANN)
    before = everybody()
    assert numbers(importing("b.csv", HEADER + "P1,Beispiel,Ann,,,,\n")) == (0, 1, 0, 0)
    assert everybody() == before


@pytest.mark.parametrize(
    "other",
    [
        "P1,Harding,Naomi,1935-11-04,,,\n",
        "P1,Beispiel,Ann,1980-01-03,,,\n",
        "P1,Beispiel,Anna,,,,\n",
        "P1,Beispiel,Bea,1980-01-02,,,\n",
    ],
)
def test_somebody_else_with_the_same_number_is_never_mixed_up(
    other: str, importing: Import, everybody: People
) -> None:
    importing("a.csv", HEADER + ANN)
    before = everybody()
    report = importing("b.csv", HEADER + other)
    assert numbers(report) == (0, 0, 0, 1)
    assert (report.skipped[0].file, report.skipped[0].where) == ("b.csv", "row 2")
    assert "Somebody else" in report.skipped[0].reason
    assert everybody() == before


def test_two_samples_that_number_alike_stay_two_clinics_of_people(
    clinic: Clinic, admin: Actor, samples: Path
) -> None:
    folder = samples / "patients/csv-variants"
    first = clinic.imports.run(admin, [folder / "dates-dmy.csv"])
    assert numbers(first) == (1100, 0, 0, 0)
    assert numbers(clinic.imports.run(admin, [folder / "utf16-tab.csv"])) == (0, 1100, 0, 0)
    second = clinic.imports.run(admin, [folder / "semicolon-cp1252.csv"])
    assert (second.updated, second.unchanged) == (0, 0)
    assert second.added + len(second.skipped) == 1100
    assert len(second.skipped) > 600
    assert {skipped.reason for skipped in second.skipped} == {matching.OTHER_PERSON}


def test_two_of_the_same_name_alone_are_not_taken_for_one(importing: Import, everybody: People) -> None:
    header = "family_name,given_name,city\n"
    assert numbers(importing("a.csv", header + "Smith,John,Leeds\n")) == (1, 0, 0, 0)
    assert numbers(importing("b.csv", header + "Smith,John,Leeds\n")) == (0, 1, 0, 0)
    assert numbers(importing("c.csv", header + "Smith,John,York\n")) == (0, 0, 0, 1)
    assert [patient.address.city for patient in everybody()] == ["Leeds"]


def test_an_archived_patient_is_left_alone(
    importing: Import, everybody: People, clinic: Clinic, admin: Actor
) -> None:
    importing("a.csv", HEADER + ANN)
    (ann,) = everybody()
    clinic.patients.archive(admin, ArchivePatient(id=ann.id, version=ann.version, reason="moved away"))
    assert numbers(importing("a.csv", HEADER + ANN)) == (0, 1, 0, 0)
    report = importing("b.csv", HEADER + ANN.replace("Leeds", "York"))
    assert numbers(report) == (0, 0, 0, 1)
    assert "archived" in report.skipped[0].reason


def fhir(*people: tuple[str, str, str], **more: object) -> str:
    entries = [
        {
            "resource": {
                "resourceType": "Patient",
                "id": own_id,
                "identifier": [{"system": "urn:example:mrn", "value": number}],
                "name": [{"family": family, "given": ["Ann"]}],
                "birthDate": "1980-01-02",
                **more,
            }
        }
        for own_id, number, family in people
    ]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})


def test_a_known_number_under_a_new_fhir_id_is_the_same_person(importing: Import, everybody: People) -> None:
    assert numbers(importing("a.json", fhir(("a1", "7", "Beispiel")))) == (1, 0, 0, 0)
    assert numbers(importing("b.json", fhir(("b1", "7", "Beispiel")))) == (0, 0, 1, 0)
    (ann,) = everybody()
    assert {identifier.value for identifier in ann.identifiers} == {"a1", "b1", "7"}
    assert numbers(importing("b.json", fhir(("b1", "7", "Beispiel")))) == (0, 1, 0, 0)


def test_one_number_for_two_people_in_one_bundle(importing: Import, everybody: People) -> None:
    report = importing("a.json", fhir(("a1", "7", "Beispiel"), ("a2", "7", "Beispiel")))
    assert numbers(report) == (1, 0, 1, 0)
    report = importing("b.json", fhir(("b1", "8", "Eins"), ("b2", "9", "Zwei")))
    assert numbers(report) == (2, 0, 0, 0)
    bundle = json.loads(fhir(("b3", "8", "Eins")))
    bundle["entry"][0]["resource"]["identifier"].append({"system": "urn:example:mrn", "value": "9"})
    report = importing("c.json", json.dumps(bundle))
    assert numbers(report) == (0, 0, 0, 1)
    assert "more than one person" in report.skipped[0].reason
    assert len(everybody()) == 3


def test_doctors_with_their_specialty_from_another_file(clinic: Clinic, admin: Actor, samples: Path) -> None:
    folder = samples / "patients/fhir-ndjson/clinosim-us"
    paths = [folder / "Practitioner.ndjson", folder / "PractitionerRole.ndjson"]
    report = clinic.imports.run(admin, paths)
    assert (report.doctors_added, report.added, report.skipped) == (111, 0, ())
    doctors = clinic.practitioners.list(admin)
    assert len(doctors) == 111
    assert sum(bool(doctor.specialty) for doctor in doctors) > 50
    again = clinic.imports.run(admin, paths)
    assert (again.doctors_added, again.unchanged, again.updated) == (0, 111, 0)


def test_a_doctor_gets_what_was_missing_and_keeps_what_was_there(
    importing: Import, clinic: Clinic, admin: Actor
) -> None:
    header = "practitioner_id,family_name,given_name,specialty,room\n"
    assert importing("a.csv", header + "D1,Modelo,Ines,,2\n").doctors_added == 1
    assert numbers(importing("b.csv", header + "D1,Modelo,Ines,dentistry,3\n")) == (0, 0, 1, 0)
    (doctor,) = clinic.practitioners.list(admin)
    assert (doctor.specialty, doctor.room) == ("dentistry", "2")
    report = importing("c.csv", header + "D1,Anders,Otto,,\n")
    assert numbers(report) == (0, 0, 0, 1)
    assert "Another doctor" in report.skipped[0].reason


def test_a_bad_file_does_not_keep_the_good_ones_out(importing: Import) -> None:
    report = importing("a.xml", "<?xml version='1.0'?><Patient/>", "b.csv", HEADER + ANN, "c.csv", "")
    assert report.added == 1
    assert [(skipped.file, skipped.where) for skipped in report.skipped] == [
        ("a.xml", "file"),
        ("c.csv", "file"),
    ]


def test_rows_and_people_add_up(importing: Import) -> None:
    content = HEADER + ANN + ANN + BEN + "P3,,,,,,\n" + "P4,Late,,2199-01-01,,,\n"
    assert numbers(importing("a.csv", content)) == (2, 1, 0, 2)


def test_dates_in_doubt_wait_for_the_person(importing: Import, everybody: People) -> None:
    content = HEADER + "P1,Beispiel,Ann,03/04/1980,,,\n"
    assert "choose the date order" in importing("a.csv", content).skipped[0].reason
    assert importing("a.csv", content, date_order=DateOrder.MONTH_FIRST).added == 1
    assert str(everybody()[0].birth_date) == "1980-03-04"


def test_take_none_writes_nothing_if_a_row_is_bad(importing: Import, everybody: People) -> None:
    content = HEADER + ANN + "P3,,,,,,\n" + BEN
    report = importing("a.csv", content, on_bad_rows=OnBadRows.TAKE_NONE)
    assert numbers(report) == (0, 0, 0, 1)
    assert "Nothing was taken" in report.notes[0]
    assert everybody() == []


def test_take_none_sees_conflicts_with_the_clinic_and_between_files(
    importing: Import, everybody: People
) -> None:
    importing("a.csv", HEADER + ANN)
    clash = "P1,Harding,Naomi,1935-11-04,,,\n"
    report = importing("b.csv", HEADER + BEN + clash, on_bad_rows=OnBadRows.TAKE_NONE)
    assert numbers(report) == (0, 0, 0, 1)
    other = BEN.replace("Muster", "Andere")
    report = importing("c.csv", HEADER + BEN, "d.csv", HEADER + other, on_bad_rows=OnBadRows.TAKE_NONE)
    assert [(skipped.file, skipped.where) for skipped in report.skipped] == [("d.csv", "row 2")]
    assert len(everybody()) == 1


def test_take_none_takes_all_if_all_are_good(importing: Import) -> None:
    report = importing("a.csv", HEADER + ANN + ANN + BEN, on_bad_rows=OnBadRows.TAKE_NONE)
    assert numbers(report) == (2, 1, 0, 0)
    assert len(report.notes) == len(set(report.notes))


def many(count: int) -> str:
    rows = (f"P{n},Beispiel{n},Ann,1980-01-02,0151 496 {n:04d},,\n" for n in range(count))
    return HEADER + "".join(rows)


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 200 after the first, each told of: a fast computer would take all of a test's people at once."""
    monkeypatch.setattr(run_module, "MOST", 200)
    monkeypatch.setattr(run_module, "FEWEST", 200)
    monkeypatch.setattr(run_module, "TELL_EVERY", 0.0)


@pytest.mark.usefixtures("small_batches")
def test_progress_is_told_on_the_way_and_ends_at_the_total(importing: Import) -> None:
    told: list[Progress] = []
    importing("a.csv", many(1500), progress=told.append)
    assert told[-1] == Progress(1500, 1500)
    done = [progress.done for progress in told]
    assert done == sorted(done)
    assert len(set(done)) > 3, "a person must see it move"


@pytest.mark.usefixtures("small_batches")
def test_stopping_keeps_whole_batches_and_says_so(
    importing: Import, clinic: Clinic, reception: Actor
) -> None:
    def stop(progress: Progress) -> None:
        if progress.done > 700:
            raise Stopped()

    report = importing("a.csv", many(1500), progress=stop)
    assert 0 < report.added < 1500
    assert report.notes[0].startswith("Stopped after ")
    assert "1,500" in report.notes[0]
    lines = clinic.patients.find(reception, FindPatients(limit=500)).lines
    assert len(lines) == min(report.added, 500)
    rest = importing("a.csv", many(1500))
    assert (rest.added, rest.unchanged) == (1500 - report.added, report.added)


@pytest.mark.parametrize("who", ["reception", "doctor"])
def test_only_who_may_import_does(
    who: str, clinic: Clinic, tmp_path: Path, request: pytest.FixtureRequest, everybody: People
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(HEADER + ANN)
    with pytest.raises(NotAllowed) as refusal:
        clinic.imports.run(request.getfixturevalue(who), [path])
    assert refusal.value.code is ErrorCode.NOT_PERMITTED
    assert everybody() == []


def test_doctors_need_the_right_to_edit_doctors(importing: Import, clinic: Clinic, admin: Actor) -> None:
    with clinic.work.database.writing() as session:
        session.execute(
            delete(RolePermissionRow).where(RolePermissionRow.permission == Permission.EDIT_DOCTORS)
        )
    doctors = "practitioner_id,family_name\nD1,Modelo\n"
    report = importing("a.csv", doctors, "b.csv", HEADER + ANN)
    assert (report.added, report.doctors_added) == (1, 0)
    assert "right to edit doctors" in report.skipped[0].reason
    assert clinic.practitioners.list(admin) == ()


def test_every_patient_has_a_line_in_the_trail_and_no_file_name(
    importing: Import, everybody: People, clinic: Clinic, admin: Actor
) -> None:
    importing("Ann_Beispiel.csv", HEADER + ANN + BEN)
    importing("b.csv", HEADER + ANN.replace("Leeds", "York"), on_different=OnDifferent.FILE_WINS)
    ann, _ = everybody()
    events = clinic.audit.list(admin, patient_id=ann.id)
    actions = [event.action for event in events if event.action != "patient.viewed"]
    assert sorted(actions) == ["patient.edited", "patient.registered"]
    assert {event.detail for event in events if event.action == "patient.edited"} == {"city; imported"}
    for event in clinic.audit.list(admin):
        assert "Beispiel" not in event.detail


def test_windows_hear_of_new_patients(importing: Import, clinic: Clinic) -> None:
    heard = []
    clinic.changes.subscribe(heard.append)
    importing("a.csv", HEADER + ANN)
    assert any(changes.touches("patient") for changes in heard)


def test_the_clinics_own_day_decides_what_lies_in_the_future(importing: Import, clock: FixedClock) -> None:
    days = [clock.now().date() + timedelta(days=days) for days in (0, 1)]
    born_today, not_yet = (f"P{day},Beispiel,Ann,{day.isoformat()},,,\n" for day in days)
    report = importing("a.csv", HEADER + born_today + not_yet)
    assert (report.added, [skipped.where for skipped in report.skipped]) == (1, ["row 3"])
    assert "future" in report.skipped[0].reason


def test_a_batch_that_meets_another_desk_is_done_again(
    importing: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    from meditrack_desktop.domain.errors import Conflict

    real = run_module.writing.write_patients
    calls = []

    def once_too_late(*arguments: object) -> object:
        calls.append(1)
        if len(calls) == 1:
            raise Conflict(ErrorCode.CHANGED_MEANWHILE)
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(run_module.writing, "write_patients", once_too_late)
    assert importing("a.csv", HEADER + ANN).added == 1
    assert len(calls) == 2
