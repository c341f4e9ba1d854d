"""Adding doctors, their hours, and letting them go, on both databases."""

from __future__ import annotations

from datetime import time
from uuid import uuid4

import pytest
from pydantic import ValidationError
from sqlalchemy import text

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import Change, ChangeSet
from meditrack_desktop.domain.errors import ChangedMeanwhile, ErrorCode, NotAllowed, NotFound
from meditrack_desktop.domain.practitioners import (
    EditPractitioner,
    Practitioner,
    SetPractitionerActive,
    SetWorkingHours,
    WorkingHours,
    WorkingHoursInput,
)
from meditrack_desktop.services.clinic import Clinic
from tests.makers.care import as_doctor
from tests.makers.people import a_doctor


@pytest.fixture
def ines(clinic: Clinic, admin: Actor) -> Practitioner:
    return clinic.practitioners.add(admin, a_doctor("Modelo", "Ines", specialty="Cardiology", room="2"))


@pytest.fixture
def heard(clinic: Clinic) -> list[ChangeSet]:
    changes: list[ChangeSet] = []
    clinic.changes.subscribe(changes.append)
    return changes


def edit(doctor: Practitioner, **changes: object) -> EditPractitioner:
    kept = {
        name: getattr(doctor, name)
        for name in ("id", "version", "family", "given", "prefix", "specialty", "room")
    }
    return EditPractitioner.model_validate({**kept, **changes})


def hours(doctor: Practitioner, *stretches: tuple[int, int, int]) -> SetWorkingHours:
    wanted = tuple(WorkingHoursInput(weekday=day, starts=time(a), ends=time(b)) for day, a, b in stretches)
    return SetWorkingHours(id=doctor.id, version=doctor.version, hours=wanted)


def test_added_doctor_is_kept(clinic: Clinic, reception: Actor, ines: Practitioner) -> None:
    assert (ines.name, ines.specialty, ines.room) == ("Dr. Ines Modelo", "Cardiology", "2")
    assert (ines.version, ines.active) == (1, True)
    assert len(ines.hours) == 10
    assert ines.hours[0] == WorkingHours(0, time(9), time(13))
    assert clinic.practitioners.get(reception, ines.id) == ines


def test_list_is_in_name_order_whatever_the_case_or_accents(
    clinic: Clinic, reception: Actor, admin: Actor
) -> None:
    for family in ("zeta", "Álvarez", "Beta", "alba"):
        clinic.practitioners.add(admin, a_doctor(family, "", prefix=""))
    names = [doctor.name for doctor in clinic.practitioners.list(reception)]
    assert names == ["alba", "Álvarez", "Beta", "zeta"]


def test_repeated_command_adds_one(
    clinic: Clinic, admin: Actor, reception: Actor, heard: list[ChangeSet]
) -> None:
    command = a_doctor()
    assert clinic.practitioners.add(admin, command) == clinic.practitioners.add(admin, command)
    assert len(clinic.practitioners.list(reception)) == 1
    details = [line.detail for line in clinic.audit.list(admin) if line.action == "practitioner.added"]
    assert sorted(details) == ["", "repeated"]
    assert len(heard) == 1


def test_edit_changes_details_and_leaves_hours(clinic: Clinic, admin: Actor, ines: Practitioner) -> None:
    edited = clinic.practitioners.edit(admin, edit(ines, family="Muster", room="5"))
    assert (edited.name, edited.room, edited.hours) == ("Dr. Ines Muster", "5", ines.hours)
    assert edited.version == ines.version + 1
    assert clinic.practitioners.get(admin, ines.id) == edited


def test_hours_are_replaced_as_a_new_version(clinic: Clinic, admin: Actor, ines: Practitioner) -> None:
    changed = clinic.practitioners.set_hours(admin, hours(ines, (0, 9, 12), (0, 14, 18), (6, 10, 11)))
    assert changed.hours == (
        WorkingHours(0, time(9), time(12)),
        WorkingHours(0, time(14), time(18)),
        WorkingHours(6, time(10), time(11)),
    )
    assert changed.version == ines.version + 1
    assert clinic.practitioners.get(admin, ines.id) == changed
    assert clinic.practitioners.set_hours(admin, hours(changed)).hours == ()


def test_same_hours_again_are_no_new_version(clinic: Clinic, admin: Actor, ines: Practitioner) -> None:
    same = tuple(
        WorkingHoursInput(weekday=one.weekday, starts=one.starts, ends=one.ends) for one in ines.hours
    )
    command = SetWorkingHours(id=ines.id, version=ines.version, hours=same)
    assert clinic.practitioners.set_hours(admin, command) == ines


@pytest.mark.parametrize("stretches", [((0, 9, 13), (0, 12, 15)), ((0, 9, 9),), ((0, 10, 9),), ((7, 9, 10),)])
def test_hours_that_make_no_sense_are_refused(
    ines: Practitioner, stretches: tuple[tuple[int, int, int], ...]
) -> None:
    with pytest.raises(ValidationError):
        hours(ines, *stretches)


def test_deactivated_doctor_leaves_the_list_and_comes_back(
    clinic: Clinic, admin: Actor, reception: Actor, ines: Practitioner
) -> None:
    gone = clinic.practitioners.set_active(
        admin, SetPractitionerActive(id=ines.id, version=ines.version, active=False)
    )
    assert not gone.active
    assert clinic.practitioners.list(reception) == ()
    assert clinic.practitioners.list(reception, include_inactive=True) == (gone,)
    assert clinic.practitioners.get(reception, ines.id) == gone
    back = clinic.practitioners.set_active(
        admin, SetPractitionerActive(id=ines.id, version=gone.version, active=True)
    )
    assert clinic.practitioners.list(reception) == (back,)


def test_stale_version_is_refused_everywhere(clinic: Clinic, admin: Actor, ines: Practitioner) -> None:
    newer = clinic.practitioners.set_hours(admin, hours(ines, (1, 9, 12)))
    with pytest.raises(ChangedMeanwhile):
        clinic.practitioners.edit(admin, edit(ines, room="9"))
    with pytest.raises(ChangedMeanwhile):
        clinic.practitioners.set_hours(admin, hours(ines))
    with pytest.raises(ChangedMeanwhile):
        clinic.practitioners.set_active(
            admin, SetPractitionerActive(id=ines.id, version=ines.version, active=False)
        )
    assert clinic.practitioners.get(admin, ines.id) == newer


def test_unknown_doctor_is_not_found(clinic: Clinic, admin: Actor) -> None:
    for ask in (
        lambda: clinic.practitioners.get(admin, uuid4()),
        lambda: clinic.practitioners.set_active(
            admin, SetPractitionerActive(id=uuid4(), version=1, active=False)
        ),
        lambda: clinic.practitioners.set_hours(admin, SetWorkingHours(id=uuid4(), version=1, hours=())),
        lambda: clinic.practitioners.edit(admin, EditPractitioner(id=uuid4(), version=1, family="Nobody")),
    ):
        with pytest.raises(NotFound) as refused:
            ask()
        assert refused.value.code is ErrorCode.DOCTOR_NOT_FOUND


def test_each_change_is_audited_and_announced(
    clinic: Clinic, admin: Actor, heard: list[ChangeSet], reception: Actor
) -> None:
    made = clinic.practitioners.add(admin, a_doctor())
    edited = clinic.practitioners.edit(admin, edit(made, room="7"))
    timed = clinic.practitioners.set_hours(admin, hours(edited, (2, 8, 9)))
    clinic.practitioners.set_active(
        admin, SetPractitionerActive(id=made.id, version=timed.version, active=False)
    )
    clinic.practitioners.get(reception, made.id)
    clinic.practitioners.list(reception)
    assert heard == [ChangeSet((Change("practitioner", made.id, doctor=made.id),))] * 4
    written = [line.action for line in clinic.audit.list(admin) if line.object_type == "practitioner"]
    assert written[::-1] == [
        "practitioner.added",
        "practitioner.edited",
        "practitioner.hours_set",
        "practitioner.deactivated",
        "practitioner.viewed",
        "practitioner.listed",
    ]


def test_a_doctor_sets_their_own_hours_and_the_front_desk_everybodys(
    clinic: Clinic, admin: Actor, reception: Actor, doctor: Actor, ines: Practitioner
) -> None:
    own = as_doctor(clinic, admin, doctor)
    assert clinic.practitioners.set_hours(doctor, hours(own)).version == own.version + 1
    with pytest.raises(NotAllowed) as caught:
        clinic.practitioners.set_hours(doctor, hours(ines))
    assert caught.value.parameters == {"permission": "edit_hours"}
    assert clinic.practitioners.set_hours(reception, hours(ines)).version == ines.version + 1


def test_who_lacks_the_permission_is_refused_and_that_is_written_down(
    clinic: Clinic, admin: Actor, reception: Actor, doctor: Actor, ines: Practitioner
) -> None:
    with pytest.raises(NotAllowed):
        clinic.practitioners.add(reception, a_doctor("Nobody"))
    with pytest.raises(NotAllowed):
        clinic.practitioners.edit(doctor, edit(ines, room="9"))
    with pytest.raises(NotAllowed):
        clinic.practitioners.set_hours(doctor, hours(ines))
    with pytest.raises(NotAllowed):
        clinic.practitioners.set_active(
            reception, SetPractitionerActive(id=ines.id, version=ines.version, active=False)
        )
    with clinic.work.database.engine.execution_options(writing=True).begin() as connection:
        connection.execute(text("DELETE FROM role_permission WHERE permission = 'view_doctors'"))
    with pytest.raises(NotAllowed):
        clinic.practitioners.list(reception)
    with pytest.raises(NotAllowed):
        clinic.practitioners.get(reception, ines.id)
    refused = [line.detail for line in clinic.audit.list(admin) if line.action == "permission.refused"]
    assert sorted(refused) == ["edit_doctors"] * 3 + ["edit_hours"] + ["view_doctors"] * 2
