"""Guardians, emergency contacts, family: added, edited, ended, never deleted; on both databases."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import Change, ChangeSet
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
from meditrack_desktop.domain.patients import ArchivePatient, Patient
from meditrack_desktop.domain.privacy import RestrictPatient
from meditrack_desktop.domain.related_persons import (
    AddRelatedPerson,
    EditRelatedPerson,
    EndRelatedPerson,
    Relationship,
)
from meditrack_desktop.services.clinic import Clinic
from tests.makers.people import a_patient


@pytest.fixture
def child(clinic: Clinic, reception: Actor) -> Patient:
    return clinic.patients.register(reception, a_patient("Beispiel", "Timo", birth_date="2019-05-01"))


def a_contact(patient: Patient, name: str = "Greta Beispiel", **details: object) -> AddRelatedPerson:
    return AddRelatedPerson.model_validate({"patient_id": patient.id, "name": name, **details})


def test_a_guardian_is_kept_as_typed_and_can_be_rung(
    clinic: Clinic, reception: Actor, child: Patient
) -> None:
    mother = clinic.related_persons.add(
        reception,
        a_contact(
            child,
            relationship=Relationship.PARENT,
            guardian=True,
            emergency_contact=True,
            phone="020 7946 0123",
            email="greta@patients.example",
            note="after five",
        ),
    )
    assert clinic.related_persons.of_patient(reception, child.id) == (mother,)
    assert (mother.name, mother.relationship, mother.guardian) == (
        "Greta Beispiel",
        Relationship.PARENT,
        True,
    )
    assert (mother.phone, mother.phone_e164) == ("020 7946 0123", "+442079460123")
    assert (mother.ended_at, mother.version) == (None, 1)


def test_guardians_come_first_and_ended_ones_last(clinic: Clinic, reception: Actor, child: Patient) -> None:
    for name, details in (
        ("Åke Nachbar", {}),
        ("Zoe Notfall", {"emergency_contact": True}),
        ("Bea Beispiel", {"guardian": True}),
        ("Anna Vorbei", {"guardian": True}),
    ):
        clinic.related_persons.add(reception, a_contact(child, name, **details))
    gone = clinic.related_persons.of_patient(reception, child.id)[0]
    assert gone.name == "Anna Vorbei"
    ended = clinic.related_persons.end(reception, EndRelatedPerson(id=gone.id, version=gone.version))
    assert ended.ended_at == clinic.work.clock.now()
    names = [one.name for one in clinic.related_persons.of_patient(reception, child.id)]
    assert names == ["Bea Beispiel", "Zoe Notfall", "Åke Nachbar"]
    every = clinic.related_persons.of_patient(reception, child.id, include_ended=True)
    assert every[-1] == ended
    with pytest.raises(NotFound) as again:
        clinic.related_persons.end(reception, EndRelatedPerson(id=gone.id, version=ended.version))
    assert again.value.code is ErrorCode.RELATED_PERSON_NOT_FOUND


def test_editing_is_whole_and_refuses_the_stale(clinic: Clinic, reception: Actor, child: Patient) -> None:
    made = clinic.related_persons.add(reception, a_contact(child, phone="020 7946 0123"))
    edit = EditRelatedPerson(id=made.id, version=made.version, name="Greta B.", phone="n/a")
    edited = clinic.related_persons.edit(reception, edit)
    assert (edited.name, edited.phone, edited.phone_e164, edited.version) == ("Greta B.", "n/a", None, 2)
    with pytest.raises(ChangedMeanwhile):
        clinic.related_persons.edit(reception, edit)
    with pytest.raises(NotFound):
        clinic.related_persons.edit(reception, EditRelatedPerson(id=new_id(), version=1, name="X"))


def test_one_may_be_a_patient_here_too(clinic: Clinic, reception: Actor, child: Patient) -> None:
    mother = clinic.patients.register(reception, a_patient("Beispiel", "Greta"))
    linked = clinic.related_persons.add(reception, a_contact(child, linked_patient_id=mother.id))
    assert linked.linked_patient_id == mother.id
    for whom in (child.id, new_id()):
        with pytest.raises(Invalid) as refused:
            clinic.related_persons.add(reception, a_contact(child, linked_patient_id=whom))
        assert refused.value.fields == {"linked_patient_id": FieldProblem.UNKNOWN}


def test_sent_twice_it_adds_one_and_never_to_another_patient(
    clinic: Clinic, reception: Actor, child: Patient
) -> None:
    command = a_contact(child)
    assert clinic.related_persons.add(reception, command) == clinic.related_persons.add(reception, command)
    assert len(clinic.related_persons.of_patient(reception, child.id)) == 1
    other = clinic.patients.register(reception, a_patient("Other"))
    with pytest.raises(ChangedMeanwhile):
        clinic.related_persons.add(reception, command.model_copy(update={"patient_id": other.id}))
    assert clinic.related_persons.of_patient(reception, other.id) == ()


def test_closed_records_take_no_contacts(
    clinic: Clinic, reception: Actor, admin: Actor, child: Patient
) -> None:
    made = clinic.related_persons.add(reception, a_contact(child))
    clinic.restrictions.restrict(admin, RestrictPatient(patient_id=child.id, reason="asked for it"))
    edit = EditRelatedPerson(id=made.id, version=made.version, name="Changed")
    calls: tuple[Callable[[], object], ...] = (
        lambda: clinic.related_persons.add(reception, a_contact(child, "Second")),
        lambda: clinic.related_persons.edit(reception, edit),
        lambda: clinic.related_persons.end(reception, EndRelatedPerson(id=made.id, version=made.version)),
    )
    for call in calls:
        with pytest.raises(Conflict) as refused:
            call()
        assert refused.value.code is ErrorCode.PATIENT_RESTRICTED
    assert clinic.related_persons.of_patient(reception, child.id) == (made,)
    other = clinic.patients.register(reception, a_patient("Other"))
    clinic.patients.archive(admin, ArchivePatient(id=other.id, version=other.version, reason="moved away"))
    with pytest.raises(Conflict) as archived:
        clinic.related_persons.add(reception, a_contact(other))
    assert archived.value.code is ErrorCode.PATIENT_ARCHIVED
    with pytest.raises(NotFound):
        clinic.related_persons.of_patient(reception, new_id())


def test_each_change_is_audited_and_announced(
    clinic: Clinic, reception: Actor, admin: Actor, child: Patient
) -> None:
    heard: list[ChangeSet] = []
    clinic.changes.subscribe(heard.append)
    made = clinic.related_persons.add(reception, a_contact(child))
    edit = EditRelatedPerson(id=made.id, version=made.version, name="Greta B.")
    edited = clinic.related_persons.edit(reception, edit)
    clinic.related_persons.end(reception, EndRelatedPerson(id=made.id, version=edited.version))
    change = Change("related_person", made.id, patient=child.id)
    assert [change in each.changes for each in heard] == [True] * 3
    told = {line.action: line for line in clinic.audit.list(admin) if line.object_type == "related_person"}
    assert {"related_person.added", "related_person.edited", "related_person.ended"} <= told.keys()
    assert {line.patient_id for line in told.values()} == {child.id}
    assert told["related_person.edited"].detail == "name"
    assert "Greta" not in "".join(line.detail for line in told.values())


def test_whoever_may_not_edit_patients_adds_none(clinic: Clinic, admin: Actor, child: Patient) -> None:
    with pytest.raises(NotAllowed):
        clinic.related_persons.add(admin, a_contact(child))
