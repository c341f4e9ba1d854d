"""Doctors on one key, on both databases."""

from __future__ import annotations

from uuid import uuid4

import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.errors import ChangedMeanwhile, Conflict, ErrorCode, NotAllowed, NotFound
from meditrack_desktop.domain.practitioner_profiles import DoctorGroup, RemoveDoctorGroup, SaveDoctorGroup
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.services.clinic import Clinic
from tests.makers.people import a_doctor


@pytest.fixture
def staff(clinic: Clinic, admin: Actor) -> list[Practitioner]:
    return [clinic.practitioners.add(admin, a_doctor(family)) for family in ("Modelo", "Ejemplo", "Beispiel")]


def again(group: DoctorGroup, **changes: object) -> SaveDoctorGroup:
    kept = {name: getattr(group, name) for name in SaveDoctorGroup.model_fields}
    return SaveDoctorGroup.model_validate({**kept, **changes})


def test_groups_keep_their_doctors_in_order(
    clinic: Clinic, admin: Actor, reception: Actor, staff: list[Practitioner]
) -> None:
    one, two, three = (doctor.id for doctor in staff)
    command = SaveDoctorGroup(name="Upstairs", position=2, practitioner_ids=(three, one, three))
    up = clinic.doctor_groups.save(admin, command)
    assert up.practitioner_ids == (three, one)
    assert clinic.doctor_groups.save(admin, command) == up, "sent twice, added once"
    down = clinic.doctor_groups.save(
        admin, SaveDoctorGroup(name="Downstairs", position=1, practitioner_ids=(two,))
    )
    assert clinic.doctor_groups.list(reception) == (down, up)
    turned = clinic.doctor_groups.save(admin, again(up, practitioner_ids=(one, three)))
    assert (turned.practitioner_ids, turned.version) == ((one, three), up.version + 1)
    renamed = clinic.doctor_groups.save(admin, again(turned, name="First floor", position=1))
    assert clinic.doctor_groups.list(reception) == (down, renamed)
    clinic.doctor_groups.remove(admin, RemoveDoctorGroup(id=down.id, version=down.version))
    assert clinic.doctor_groups.list(reception) == (renamed,)
    assert len(clinic.practitioners.list(reception)) == 3, "its doctors stay"
    told = [line.action for line in clinic.audit.list(admin)]
    assert [told.count(f"doctor_group.{verb}") for verb in ("added", "edited", "deleted")] == [3, 2, 1]


def test_taken_stale_unknown_and_forbidden(
    clinic: Clinic, admin: Actor, reception: Actor, staff: list[Practitioner]
) -> None:
    groups, ids = clinic.doctor_groups, (staff[0].id,)
    up = groups.save(admin, SaveDoctorGroup(name="Upstairs", position=1, practitioner_ids=ids))
    newer = groups.save(admin, again(up, position=3))
    with pytest.raises(Conflict) as taken:
        groups.save(admin, SaveDoctorGroup(name="UPSTAIRS", position=2, practitioner_ids=ids))
    assert taken.value.code is ErrorCode.CALENDAR_NAME_TAKEN
    with pytest.raises(ChangedMeanwhile):
        groups.save(admin, again(up, name="Attic"))
    with pytest.raises(ChangedMeanwhile):
        groups.remove(admin, RemoveDoctorGroup(id=up.id, version=up.version))
    with pytest.raises(NotFound) as missing:
        groups.remove(admin, RemoveDoctorGroup(id=uuid4(), version=1))
    assert missing.value.code is ErrorCode.DOCTOR_GROUP_NOT_FOUND
    with pytest.raises(NotFound) as nobody:
        groups.save(admin, SaveDoctorGroup(name="Ghosts", position=4, practitioner_ids=(uuid4(),)))
    assert nobody.value.code is ErrorCode.DOCTOR_NOT_FOUND
    for forbidden in (
        lambda: groups.save(reception, again(newer, name="Mine")),
        lambda: groups.remove(reception, RemoveDoctorGroup(id=newer.id, version=newer.version)),
    ):
        with pytest.raises(NotAllowed):
            forbidden()
    assert groups.list(admin) == (newer,)
