"""Kinds of visits, and the rooms and devices they need, on both databases."""

from __future__ import annotations

from uuid import uuid4

import pytest
from pydantic import ValidationError

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import ChangeSet
from meditrack_desktop.domain.errors import ChangedMeanwhile, Conflict, ErrorCode, NotAllowed, NotFound
from meditrack_desktop.domain.visit_types import AssetKind, SaveAsset, SaveVisitType, VisitType
from meditrack_desktop.services.clinic import Clinic
from tests.makers.people import a_doctor


def again(kind: VisitType, **changes: object) -> SaveVisitType:
    kept = {name: getattr(kind, name) for name in SaveVisitType.model_fields}
    return SaveVisitType.model_validate({**kept, **changes})


@pytest.fixture
def heard(clinic: Clinic) -> list[ChangeSet]:
    changes: list[ChangeSet] = []
    clinic.changes.subscribe(changes.append)
    return changes


def test_a_kind_of_visit_is_kept_with_all_it_says(
    clinic: Clinic, admin: Actor, reception: Actor, heard: list[ChangeSet]
) -> None:
    doctor = clinic.practitioners.add(admin, a_doctor())
    kind = clinic.visit_types.save(
        admin,
        SaveVisitType(
            name="Minor procedure",
            minutes=45,
            price=12_000,
            buffer_before=5,
            buffer_after=15,
            preparation="Nothing to eat for four hours.\nBring your list of medicines.",
            for_new_patients=True,
            needs=("Treatment rooms", "Ultrasound"),
            practitioner_ids=(doctor.id,),
            position=2,
        ),
    )
    assert (kind.minutes, kind.price, kind.buffer_before, kind.buffer_after) == (45, 12_000, 5, 15)
    assert kind.preparation.startswith("Nothing to eat")
    assert (kind.needs, kind.practitioner_ids) == (("Treatment rooms", "Ultrasound"), (doctor.id,))
    assert kind.offered_by(doctor.id) and not kind.offered_by(uuid4())
    assert clinic.visit_types.list(reception) == (kind,)
    assert (heard[-1].changes[0].entity, heard[-1].changes[0].id) == ("visit_type", kind.id)
    lines = [line for line in clinic.audit.list(admin) if line.action == "visit_type.added"]
    assert lines[0].object_id == kind.id


def test_it_is_changed_by_whoever_saw_the_newest(clinic: Clinic, admin: Actor, reception: Actor) -> None:
    doctor = clinic.practitioners.add(admin, a_doctor())
    kind = clinic.visit_types.save(admin, SaveVisitType(name="Consultation", needs=("Rooms",)))
    longer = clinic.visit_types.save(admin, again(kind, minutes=45))
    assert (longer.minutes, longer.version, longer.needs) == (45, kind.version + 1, ("Rooms",))
    only_parts = clinic.visit_types.save(admin, again(longer, needs=(), practitioner_ids=(doctor.id,)))
    assert (only_parts.needs, only_parts.practitioner_ids) == ((), (doctor.id,))
    assert only_parts.version == longer.version + 1, "what it needs is part of it"
    same = clinic.visit_types.save(admin, again(only_parts))
    assert same == only_parts
    with pytest.raises(ChangedMeanwhile):
        clinic.visit_types.save(admin, again(longer, minutes=60))
    gone = clinic.visit_types.save(admin, again(only_parts, active=False))
    assert clinic.visit_types.list(reception) == ()
    assert clinic.visit_types.list(reception, include_inactive=True) == (gone,)


def test_names_are_taken_whatever_the_capitals(clinic: Clinic, admin: Actor) -> None:
    first = SaveVisitType(name="Vaccination", position=5)
    kind = clinic.visit_types.save(admin, first)
    assert clinic.visit_types.save(admin, first) == kind, "sent twice, added once"
    other = clinic.visit_types.save(admin, SaveVisitType(name="Blood pressure", position=5))
    for command in (SaveVisitType(name="VACCINATION"), again(other, name="vaccination")):
        with pytest.raises(Conflict) as taken:
            clinic.visit_types.save(admin, command)
        assert taken.value.code is ErrorCode.CALENDAR_NAME_TAKEN
    assert [one.name for one in clinic.visit_types.list(admin)] == ["Blood pressure", "Vaccination"]


def test_unknown_kinds_and_doctors_are_not_found(clinic: Clinic, admin: Actor) -> None:
    with pytest.raises(NotFound) as kind:
        clinic.visit_types.save(admin, SaveVisitType(id=uuid4(), version=1, name="Ghost"))
    assert kind.value.code is ErrorCode.VISIT_TYPE_NOT_FOUND
    with pytest.raises(NotFound) as doctor:
        clinic.visit_types.save(admin, SaveVisitType(name="Ghost", practitioner_ids=(uuid4(),)))
    assert doctor.value.code is ErrorCode.DOCTOR_NOT_FOUND
    assert clinic.visit_types.list(admin, include_inactive=True) == (), "nothing of a refused one is kept"


def test_only_administrators_change_them(clinic: Clinic, reception: Actor, doctor: Actor) -> None:
    for person in (reception, doctor):
        with pytest.raises(NotAllowed):
            clinic.visit_types.save(person, SaveVisitType(name="Vaccination"))
        with pytest.raises(NotAllowed):
            clinic.assets.save(person, SaveAsset(name="Room 1", group="Rooms"))


@pytest.mark.parametrize(
    "wrong", [{"minutes": 0}, {"buffer_after": 121}, {"price": -1}, {"name": " "}, {"needs": ("",)}]
)
def test_what_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        SaveVisitType.model_validate({"name": "Visit", **wrong})


def test_rooms_and_devices(clinic: Clinic, admin: Actor, reception: Actor, heard: list[ChangeSet]) -> None:
    command = SaveAsset(name="Room 2", group="Treatment rooms")
    room = clinic.assets.save(admin, command)
    assert (heard[-1].changes[0].entity, heard[-1].changes[0].id) == ("asset", room.id)
    assert clinic.assets.save(admin, command) == room, "sent twice, added once"
    device = clinic.assets.save(
        admin, SaveAsset(name="Ultrasound A", kind=AssetKind.EQUIPMENT, group="Ultrasound")
    )
    first = clinic.assets.save(admin, SaveAsset(name="Room 1", group="Treatment rooms"))
    assert clinic.assets.list(reception) == (first, room, device)
    with pytest.raises(Conflict) as taken:
        clinic.assets.save(admin, SaveAsset(name="room 1", group="Others"))
    assert taken.value.code is ErrorCode.CALENDAR_NAME_TAKEN
    closed = clinic.assets.save(
        admin,
        SaveAsset(id=room.id, version=room.version, name="Room 2", group="Treatment rooms", active=False),
    )
    assert closed.version == room.version + 1
    assert clinic.assets.list(reception) == (first, device)
    assert clinic.assets.list(reception, include_inactive=True) == (first, closed, device)
    with pytest.raises(ChangedMeanwhile):
        clinic.assets.save(
            admin, SaveAsset(id=room.id, version=room.version, name="Room 9", group="Treatment rooms")
        )
    with pytest.raises(NotFound) as missing:
        clinic.assets.save(admin, SaveAsset(id=uuid4(), version=1, name="Ghost", group="Rooms"))
    assert missing.value.code is ErrorCode.ASSET_NOT_FOUND
    told = [line.action for line in clinic.audit.list(admin)]
    assert (told.count("asset.added"), told.count("asset.edited")) == (4, 1)
