"""Who looks after whom: assigning, the usual doctor, ending, on both databases."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import text

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.care_team import AssignDoctor, EndCareTeamMember, MakeUsualDoctor
from meditrack_desktop.domain.changes import Change, ChangeSet
from meditrack_desktop.domain.errors import (
    ChangedMeanwhile,
    Conflict,
    ErrorCode,
    Invalid,
    NotAllowed,
    NotFound,
)
from meditrack_desktop.domain.patients import ArchivePatient, FindPatients, Patient
from meditrack_desktop.domain.practitioners import Practitioner, SetPractitionerActive
from meditrack_desktop.services.clinic import Clinic
from tests.makers.people import a_doctor, a_patient


@pytest.fixture
def greta(clinic: Clinic, reception: Actor) -> Patient:
    return clinic.patients.register(reception, a_patient("Beispiel", "Greta"))


@pytest.fixture
def ines(clinic: Clinic, admin: Actor) -> Practitioner:
    return clinic.practitioners.add(admin, a_doctor("Modelo", "Ines"))


@pytest.fixture
def omar(clinic: Clinic, admin: Actor) -> Practitioner:
    return clinic.practitioners.add(admin, a_doctor("Ejemplo", "Omar"))


@pytest.fixture
def heard(clinic: Clinic, greta: Patient, ines: Practitioner, omar: Practitioner) -> list[ChangeSet]:
    changes: list[ChangeSet] = []
    clinic.changes.subscribe(changes.append)
    return changes


def assign(patient: Patient, doctor: Practitioner, **more: object) -> AssignDoctor:
    return AssignDoctor.model_validate({"patient_id": patient.id, "practitioner_id": doctor.id, **more})


def test_assigned_doctor_is_listed_both_ways(
    clinic: Clinic, reception: Actor, greta: Patient, ines: Practitioner
) -> None:
    made = clinic.care_team.assign(reception, assign(greta, ines, part="Diabetes"))
    assert (made.patient_name, made.practitioner_name) == ("Greta Beispiel", "Dr. Ines Modelo")
    assert (made.part, made.usual, made.version, made.ended_at) == ("Diabetes", False, 1, None)
    assert made.started_at == clinic.work.clock.now()
    assert clinic.care_team.of_patient(reception, greta.id) == (made,)
    assert clinic.care_team.of_practitioner(reception, ines.id) == (made,)


def test_usual_place_is_taken_from_whoever_held_it(
    clinic: Clinic,
    reception: Actor,
    admin: Actor,
    greta: Patient,
    ines: Practitioner,
    omar: Practitioner,
    heard: list[ChangeSet],
) -> None:
    first = clinic.care_team.assign(reception, assign(greta, ines, usual=True))
    second = clinic.care_team.assign(reception, assign(greta, omar, usual=True))
    team = clinic.care_team.of_patient(reception, greta.id)
    assert [(one.practitioner_name, one.usual) for one in team] == [
        ("Dr. Omar Ejemplo", True),
        ("Dr. Ines Modelo", False),
    ]
    assert team[1].version == first.version + 1
    assert heard[1] == ChangeSet(
        (
            Change("care_team", first.id, doctor=ines.id, patient=greta.id),
            Change("care_team", second.id, doctor=omar.id, patient=greta.id),
        )
    )
    written = [line.action for line in clinic.audit.list(admin, patient_id=greta.id)]
    assert written.count("care_team.assigned") == 2
    assert written.count("care_team.no_longer_usual") == 1


def test_refused_assignment_leaves_the_usual_doctor(
    clinic: Clinic, reception: Actor, greta: Patient, ines: Practitioner
) -> None:
    made = clinic.care_team.assign(reception, assign(greta, ines, usual=True))
    with pytest.raises(Conflict) as refused:
        clinic.care_team.assign(reception, assign(greta, ines, usual=True))
    assert refused.value.code is ErrorCode.ALREADY_ON_CARE_TEAM
    assert clinic.care_team.of_patient(reception, greta.id) == (made,)


def test_repeated_command_assigns_once(
    clinic: Clinic,
    reception: Actor,
    admin: Actor,
    greta: Patient,
    ines: Practitioner,
    heard: list[ChangeSet],
) -> None:
    command = assign(greta, ines, usual=True)
    assert clinic.care_team.assign(reception, command) == clinic.care_team.assign(reception, command)
    assert len(clinic.care_team.of_patient(reception, greta.id)) == 1
    details = [line.detail for line in clinic.audit.list(admin) if line.action == "care_team.assigned"]
    assert sorted(details) == ["", "repeated"]
    assert len(heard) == 1


def test_ended_membership_stays_as_history_and_the_doctor_can_come_back(
    clinic: Clinic, reception: Actor, admin: Actor, greta: Patient, ines: Practitioner, heard: list[ChangeSet]
) -> None:
    made = clinic.care_team.assign(reception, assign(greta, ines, usual=True))
    ended = clinic.care_team.end(reception, EndCareTeamMember(id=made.id, version=made.version))
    assert ended.ended_at == clinic.work.clock.now()
    assert clinic.care_team.of_patient(reception, greta.id) == ()
    assert clinic.care_team.of_practitioner(reception, ines.id) == ()
    again = clinic.care_team.assign(reception, assign(greta, ines, usual=True))
    assert clinic.care_team.of_patient(reception, greta.id, include_ended=True) == (again, ended)
    assert clinic.care_team.of_practitioner(reception, ines.id, include_ended=True) == (again, ended)
    assert heard[1] == ChangeSet((Change("care_team", made.id, doctor=ines.id, patient=greta.id),))
    assert "care_team.ended" in [line.action for line in clinic.audit.list(admin, patient_id=greta.id)]


def test_ending_twice_keeps_the_first_end(
    clinic: Clinic, reception: Actor, greta: Patient, ines: Practitioner
) -> None:
    made = clinic.care_team.assign(reception, assign(greta, ines))
    ended = clinic.care_team.end(reception, EndCareTeamMember(id=made.id, version=made.version))
    assert clinic.care_team.end(reception, EndCareTeamMember(id=made.id, version=ended.version)) == ended


def test_stale_version_is_refused(
    clinic: Clinic, reception: Actor, greta: Patient, ines: Practitioner
) -> None:
    made = clinic.care_team.assign(reception, assign(greta, ines))
    clinic.care_team.end(reception, EndCareTeamMember(id=made.id, version=made.version))
    with pytest.raises(ChangedMeanwhile):
        clinic.care_team.end(reception, EndCareTeamMember(id=made.id, version=made.version))


def test_who_cannot_be_assigned(
    clinic: Clinic, reception: Actor, admin: Actor, greta: Patient, ines: Practitioner, omar: Practitioner
) -> None:
    clinic.practitioners.set_active(
        admin, SetPractitionerActive(id=omar.id, version=omar.version, active=False)
    )
    with pytest.raises(Invalid) as inactive:
        clinic.care_team.assign(reception, assign(greta, omar))
    assert inactive.value.code is ErrorCode.DOCTOR_NOT_AVAILABLE
    clinic.patients.archive(admin, ArchivePatient(id=greta.id, version=greta.version, reason="Moved"))
    with pytest.raises(Conflict) as archived:
        clinic.care_team.assign(reception, assign(greta, ines))
    assert archived.value.code is ErrorCode.PATIENT_ARCHIVED
    assert clinic.care_team.of_patient(reception, greta.id) == ()


def test_unknown_ones_are_not_found(
    clinic: Clinic, reception: Actor, greta: Patient, ines: Practitioner
) -> None:
    nobody = uuid4()
    asks = {
        ErrorCode.PATIENT_NOT_FOUND: [
            lambda: clinic.care_team.of_patient(reception, nobody),
            lambda: clinic.care_team.assign(
                reception, AssignDoctor(patient_id=nobody, practitioner_id=ines.id)
            ),
        ],
        ErrorCode.DOCTOR_NOT_FOUND: [
            lambda: clinic.care_team.of_practitioner(reception, nobody),
            lambda: clinic.care_team.assign(
                reception, AssignDoctor(patient_id=greta.id, practitioner_id=nobody)
            ),
        ],
        ErrorCode.CARE_TEAM_NOT_FOUND: [
            lambda: clinic.care_team.end(reception, EndCareTeamMember(id=nobody, version=1))
        ],
    }
    for code, questions in asks.items():
        for ask in questions:
            with pytest.raises(NotFound) as refused:
                ask()
            assert refused.value.code is code


def test_who_lacks_the_permission_is_refused_and_that_is_written_down(
    clinic: Clinic, admin: Actor, reception: Actor, greta: Patient, ines: Practitioner
) -> None:
    made = clinic.care_team.assign(reception, assign(greta, ines))
    with pytest.raises(NotAllowed):
        clinic.care_team.assign(admin, assign(greta, ines))
    with pytest.raises(NotAllowed):
        clinic.care_team.end(admin, EndCareTeamMember(id=made.id, version=made.version))
    with clinic.work.database.engine.execution_options(writing=True).begin() as connection:
        connection.execute(text("DELETE FROM role_permission WHERE permission = 'view_care_team'"))
    with pytest.raises(NotAllowed):
        clinic.care_team.of_patient(reception, greta.id)
    with pytest.raises(NotAllowed):
        clinic.care_team.of_practitioner(reception, ines.id)
    refused = [line.detail for line in clinic.audit.list(admin) if line.action == "permission.refused"]
    assert sorted(refused) == ["edit_care_team"] * 2 + ["view_care_team"] * 2


def test_reading_is_audited(
    clinic: Clinic, reception: Actor, admin: Actor, greta: Patient, ines: Practitioner
) -> None:
    clinic.care_team.of_patient(reception, greta.id)
    clinic.care_team.of_practitioner(reception, ines.id)
    listed = [line for line in clinic.audit.list(admin) if line.action == "care_team.listed"]
    assert {(line.object_id, line.patient_id) for line in listed} == {(greta.id, greta.id), (ines.id, None)}


def test_the_usual_place_passes_on_in_one_step(
    clinic: Clinic, admin: Actor, reception: Actor, greta: Patient
) -> None:
    first = clinic.practitioners.add(admin, a_doctor("Modelo", "Ines"))
    second = clinic.practitioners.add(admin, a_doctor("Fixture", "Tom"))
    usual = clinic.care_team.assign(
        reception, AssignDoctor(patient_id=greta.id, practitioner_id=first.id, usual=True)
    )
    other = clinic.care_team.assign(reception, AssignDoctor(patient_id=greta.id, practitioner_id=second.id))
    made = clinic.care_team.make_usual(reception, MakeUsualDoctor(id=other.id, version=other.version))
    assert made.usual and made.id == other.id
    team = clinic.care_team.of_patient(reception, greta.id)
    assert [(member.practitioner_id, member.usual) for member in team] == [
        (second.id, True),
        (first.id, False),
    ]
    with pytest.raises(ChangedMeanwhile):
        clinic.care_team.make_usual(reception, MakeUsualDoctor(id=usual.id, version=usual.version))
    gone = clinic.care_team.end(reception, EndCareTeamMember(id=made.id, version=made.version))
    with pytest.raises(NotFound):
        clinic.care_team.make_usual(reception, MakeUsualDoctor(id=gone.id, version=gone.version))


def test_history_is_read_both_ways_and_tells_when_and_what_for(
    clinic: Clinic, reception: Actor, greta: Patient, ines: Practitioner, omar: Practitioner
) -> None:
    first = clinic.care_team.assign(reception, assign(greta, ines, usual=True, part="Diabetes"))
    ended = clinic.care_team.end(reception, EndCareTeamMember(id=first.id, version=first.version))
    now = clinic.care_team.assign(reception, assign(greta, omar, usual=True))
    assert clinic.care_team.of_patient(reception, greta.id) == (now,)
    assert clinic.care_team.of_patient(reception, greta.id, include_ended=True) == (now, ended)
    assert clinic.care_team.of_practitioner(reception, ines.id) == ()
    assert clinic.care_team.of_practitioner(reception, ines.id, include_ended=True) == (ended,)
    assert (ended.part, ended.started_at, ended.ended_at) == (
        "Diabetes",
        clinic.work.clock.now(),
        clinic.work.clock.now(),
    )
    assert clinic.patients.find(reception, FindPatients()).lines[0].usual_doctor == "Dr. Omar Ejemplo"


def test_whoever_left_or_is_archived_gets_no_usual_place(
    clinic: Clinic, reception: Actor, admin: Actor, greta: Patient, ines: Practitioner, omar: Practitioner
) -> None:
    left = clinic.care_team.assign(reception, assign(greta, ines))
    stays = clinic.care_team.assign(reception, assign(greta, omar))
    clinic.practitioners.set_active(
        admin, SetPractitionerActive(id=ines.id, version=ines.version, active=False)
    )
    with pytest.raises(Invalid) as refused:
        clinic.care_team.make_usual(reception, MakeUsualDoctor(id=left.id, version=left.version))
    assert refused.value.code is ErrorCode.DOCTOR_NOT_AVAILABLE
    clinic.patients.archive(admin, ArchivePatient(id=greta.id, version=greta.version, reason="moved away"))
    with pytest.raises(Conflict) as closed:
        clinic.care_team.make_usual(reception, MakeUsualDoctor(id=stays.id, version=stays.version))
    assert closed.value.code is ErrorCode.PATIENT_ARCHIVED
