"""Records that look like one person's: found on the labelled samples, kept up to date, decided and warned of."""

from __future__ import annotations

import csv
import random
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from meditrack_desktop.database.tables.patients import PatientIdentifierRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.errors import ClinicError, ErrorCode, Stopped
from meditrack_desktop.domain.patient_twins import (
    DecideTwins,
    FindLookAlikes,
    ListTwins,
    Sureness,
    TwinReason,
    TwinState,
)
from meditrack_desktop.domain.patients import ArchivePatient, Patient, PhoneInput
from meditrack_desktop.domain.progress import Progress
from meditrack_desktop.services.clinic import Clinic
from tests.makers.crowd import fill, people
from tests.makers.people import a_patient, an_edit

BORN = "1971-03-04"


def pairs(clinic: Clinic, actor: Actor, state: TwinState = TwinState.OPEN) -> set[frozenset[UUID]]:
    page = clinic.patient_twins.list(actor, ListTwins(state=state, limit=500))
    assert page.total == len(page.pairs)
    return {frozenset((pair.first.id, pair.second.id)) for pair in page.pairs}


def register(clinic: Clinic, desk: Actor, family: str, given: str, *phones: str, **more: object) -> Patient:
    return clinic.patients.register(desk, a_patient(family, given, *phones, **more))


def test_the_labelled_samples(clinic: Clinic, admin: Actor, samples: Path) -> None:
    """`P9000nn` is `P100000 + 37 * nn` typed again: precision and recall over 2,040 people of 15 languages."""
    file = samples / "patients" / "csv-generated" / "patients.csv"
    with file.open(encoding="utf-8", newline="") as source:
        rows = {row["patient_id"]: row for row in csv.DictReader(source)}
    labelled = {
        frozenset((again, f"P{100000 + 37 * int(again[-3:])}")) for again in rows if again.startswith("P9")
    }
    assert len(labelled) == 40
    clinic.imports.run(admin, [file])
    clinic.patient_twins.search_all(admin)
    number = _numbers(clinic)
    wanted = {frozenset(number[one] for one in pair) for pair in labelled}
    found = pairs(clinic, admin)
    recall, precision = len(found & wanted) / len(wanted), len(found & wanted) / max(1, len(found))
    print(f"samples: recall {recall:.3f}, precision {precision:.3f}, {len(found)} pairs among {len(number)}")
    assert recall == 1
    assert precision >= 0.9


def _numbers(clinic: Clinic) -> dict[str, UUID]:
    with clinic.work.database.reading() as session:
        query = select(PatientIdentifierRow.value, PatientIdentifierRow.patient_id)
        return {row.value: row.patient_id for row in session.execute(query)}


def test_the_worklist_keeps_up_with_registering_and_editing(
    clinic: Clinic, admin: Actor, reception: Actor
) -> None:
    one = register(clinic, reception, "Beispiel", "Greta", birth_date=BORN)
    other = register(clinic, reception, "Fictanova", "Mara", birth_date="1988-04-05")
    assert pairs(clinic, admin) == set()
    edited = clinic.patients.edit(
        reception, an_edit(other, family="Beispiel", given="Grete", birth_date=BirthDate.parse(BORN))
    )
    assert pairs(clinic, admin) == {frozenset((one.id, other.id))}
    clinic.patients.edit(reception, an_edit(edited, family="Vzorek", given="Jana"))
    assert pairs(clinic, admin) == set()


def test_archived_records_leave_the_list(clinic: Clinic, admin: Actor, reception: Actor) -> None:
    register(clinic, reception, "Beispiel", "Greta", birth_date=BORN)
    other = register(clinic, reception, "Beispiel", "Greta", birth_date=BORN)
    assert len(pairs(clinic, admin)) == 1
    clinic.patients.archive(admin, ArchivePatient(id=other.id, version=other.version, reason="moved away"))
    assert pairs(clinic, admin) == set()


def test_a_full_search_finds_what_the_incremental_one_did_and_no_more(
    clinic: Clinic, admin: Actor, reception: Actor
) -> None:
    made = list(people(400))
    chance = random.Random(3)
    doubles = [
        one.model_copy(update={"id": uuid4(), "given": one.given + "a"}) for one in chance.sample(made, 20)
    ]
    fill(clinic, admin, [*made, *doubles])
    told: list[Progress] = []
    first = clinic.patient_twins.search_all(admin, told.append)
    assert first.compared == 420
    assert first.found == first.open == len(pairs(clinic, admin)) >= 18
    assert told and told[-1].done == told[-1].total
    assert [one.done for one in told] == sorted(one.done for one in told)
    again = clinic.patient_twins.search_all(admin)
    assert (again.found, again.open) == (0, first.open)


def test_a_stopped_search_keeps_what_it_found(clinic: Clinic, admin: Actor) -> None:
    made = list(people(60))
    fill(clinic, admin, [*made, *(one.model_copy(update={"id": uuid4()}) for one in made)])

    def stop(progress: Progress) -> None:
        if progress.done > 40:
            raise Stopped

    with pytest.raises(Stopped):
        clinic.patient_twins.search_all(admin, stop)
    assert 0 < len(pairs(clinic, admin)) < 60
    assert clinic.patient_twins.search_all(admin).open >= 60


def test_different_people_are_not_shown_again_unless_they_look_much_more_alike(
    clinic: Clinic, admin: Actor, reception: Actor
) -> None:
    one = register(clinic, reception, "Beispiel", "Greta", "0151 4960050", birth_date=BORN)
    other = register(clinic, reception, "Beispiel", "Grete", birth_date="1971-04-03")
    (pair,) = clinic.patient_twins.list(admin, ListTwins()).pairs
    decided = clinic.patient_twins.decide_different(admin, DecideTwins(id=pair.id, version=pair.version))
    assert decided.state is TwinState.DIFFERENT
    clinic.patient_twins.search_all(admin)
    clinic.patients.edit(reception, an_edit(one, note="prefers mornings"))
    assert pairs(clinic, admin) == set()
    alike = an_edit(
        other,
        given="Greta",
        birth_date=BirthDate.parse(BORN),
        phones=({"value": "0151 4960050", "use": "mobile"},),
    )
    clinic.patients.edit(reception, alike)
    assert pairs(clinic, admin) == {frozenset((one.id, other.id))}


def test_a_decision_is_refused_from_a_stale_list(clinic: Clinic, admin: Actor, reception: Actor) -> None:
    register(clinic, reception, "Beispiel", "Greta", birth_date=BORN)
    register(clinic, reception, "Beispiel", "Greta", birth_date=BORN)
    (pair,) = clinic.patient_twins.list(admin, ListTwins()).pairs
    command = DecideTwins(id=pair.id, version=pair.version)
    clinic.patient_twins.decide_different(admin, command)
    for stale, code in (
        (command, ErrorCode.CHANGED_MEANWHILE),
        (command.model_copy(update={"id": uuid4()}), ErrorCode.TWIN_NOT_FOUND),
    ):
        with pytest.raises(ClinicError) as refused:
            clinic.patient_twins.decide_different(admin, stale)
        assert refused.value.code is code


def test_typing_shows_who_it_may_be_with_reasons(clinic: Clinic, admin: Actor, reception: Actor) -> None:
    known = register(clinic, reception, "Beispiel", "Greta", "0151 4960050", birth_date=BORN)
    register(clinic, reception, "Beispiel", "Otto", "0151 4960050", birth_date="1969-01-01")
    typed = FindLookAlikes(family="Biespiel", given="Greta", birth_date=BirthDate.parse(BORN))
    (found,) = clinic.patient_twins.duplicates_of(reception, typed)
    assert found.line.id == known.id
    assert found.reasons == (TwinReason.ALIKE_NAME, TwinReason.SAME_BIRTH_DATE)
    swapped = FindLookAlikes(family="Greta", given="Beispiel", birth_date=BirthDate.parse(BORN))
    assert clinic.patient_twins.duplicates_of(reception, swapped)[0].reasons[0] is TwinReason.SWAPPED_NAMES
    assert clinic.patient_twins.duplicates_of(reception, typed.model_copy(update={"but": known.id})) == ()
    calling = FindLookAlikes(phones=(PhoneInput(value="0151 496 0050"),))
    assert {one.line.given for one in clinic.patient_twins.duplicates_of(reception, calling)} == {
        "Greta",
        "Otto",
    }
    clinic.patients.archive(admin, ArchivePatient(id=known.id, version=known.version, reason="moved away"))
    (back,) = clinic.patient_twins.duplicates_of(reception, typed)
    assert not back.line.active, "who was archived may have come back"


def test_who_is_at_one_home_is_nobodys_double(clinic: Clinic, admin: Actor, reception: Actor) -> None:
    home = {"street": "1 Test Lane", "postcode": "TE1 2ST", "city": "Testville"}
    for given, born in (("Paul", BORN), ("Clara", BORN), ("Otto", "1969-01-01"), ("Paul", "2001-05-06")):
        register(
            clinic,
            reception,
            "Beispiel",
            given,
            "0151 4960050",
            birth_date=born,
            address=home,
            email="family@example.org",
        )
    assert pairs(clinic, admin) == set()
    assert clinic.patient_twins.search_all(admin).open == 0


def test_nothing_is_called_certain(clinic: Clinic, admin: Actor, reception: Actor) -> None:
    for _ in range(2):
        register(
            clinic, reception, "Beispiel", "Greta", "0151 4960050", birth_date=BORN, email="g@example.org"
        )
    (pair,) = clinic.patient_twins.list(admin, ListTwins()).pairs
    assert pair.sureness is Sureness.VERY_LIKELY
    assert pair.score < 1000


def test_a_small_import_keeps_the_worklist_up_to_date(
    clinic: Clinic, admin: Actor, reception: Actor, tmp_path: Path
) -> None:
    register(clinic, reception, "Beispiel", "Greta", birth_date=BORN)
    file = tmp_path / "patients.csv"
    file.write_text(f"patient_id,family_name,given_name,birth_date\nX1,Beispiel,Greta,{BORN}\n", "utf-8")
    clinic.imports.run(admin, [file])
    assert len(pairs(clinic, admin)) == 1
