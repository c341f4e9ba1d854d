"""Follow-ups: who is due, and that nobody is forgotten when a visit is given up."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.errors import ChangedMeanwhile, Conflict, ErrorCode, Invalid, NotFound
from meditrack_desktop.domain.front_desk import AddFollowUp, EndFollowUp, FollowUp, FollowUpState
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patients import ArchivePatient
from meditrack_desktop.domain.scheduling import AppointmentStatus, CancelAppointment, SetAppointmentStatus
from meditrack_desktop.services.clinic import Clinic
from tests.makers.people import a_doctor, a_patient, an_edit
from tests.makers.visits import Room, a_room

DUE = date(2026, 12, 1)


@pytest.fixture
def room(clinic: Clinic, reception: Actor, admin: Actor) -> Room:
    return a_room(clinic, reception, admin)


def added(room: Room, due_on: date = DUE, **details: Any) -> FollowUp:
    details.setdefault("patient_id", room.patient.id)
    return room.clinic.follow_ups.add(room.desk, AddFollowUp(due_on=due_on, **details))


def due(room: Room, *bounds: Any) -> list[FollowUp]:
    return list(room.clinic.follow_ups.due(room.desk, *bounds))


def ended(room: Room, follow_up: FollowUp, **details: Any) -> FollowUp:
    command = EndFollowUp(id=follow_up.id, version=follow_up.version, **details)
    return room.clinic.follow_ups.end(room.desk, command)


def test_due_by_day_and_doctor(room: Room, admin: Actor) -> None:
    other = room.clinic.practitioners.add(admin, a_doctor("Namuna", "Omar"))
    late = added(room, date(2026, 12, 24), practitioner_id=room.doctor.id, reason="blood pressure")
    early = added(room, DUE, practitioner_id=other.id)
    assert due(room) == [early, late]
    assert due(room, None, DUE) == [early]
    assert due(room, date(2026, 12, 2)) == [late]
    assert due(room, None, None, room.doctor.id) == [late]
    assert late.patient_phone == "+44 20 7946 0958" and late.patient_mrn == room.patient.mrn


def test_the_same_command_twice_adds_one(room: Room) -> None:
    command = AddFollowUp(patient_id=room.patient.id, due_on=DUE)
    first = room.clinic.follow_ups.add(room.desk, command)
    assert room.clinic.follow_ups.add(room.desk, command) == first
    assert due(room) == [first]
    other = room.clinic.patients.register(room.desk, a_patient("Fictanova", "Mara"))
    with pytest.raises(ChangedMeanwhile):
        room.clinic.follow_ups.add(room.desk, command.model_copy(update={"patient_id": other.id}))


def test_what_is_booked_leaves_the_list_and_a_cancelled_visit_brings_it_back(room: Room) -> None:
    follow_up = added(room)
    visit = room.book("2026-12-01 09:00")
    booked = ended(room, follow_up, appointment_id=visit.id)
    assert (booked.state, booked.appointment_id) == (FollowUpState.BOOKED, visit.id)
    assert due(room) == []
    room.clinic.scheduling.cancel(
        room.desk, CancelAppointment(id=visit.id, version=visit.version, reason="ill")
    )
    [again] = due(room)
    assert (again.id, again.state, again.appointment_id) == (follow_up.id, FollowUpState.DUE, None)
    other = room.book("2026-12-02 09:00")
    assert ended(room, again, appointment_id=other.id).state is FollowUpState.BOOKED
    assert due(room) == []


def test_a_missed_visit_brings_it_back_too_and_coming_all_the_same_ends_it(room: Room) -> None:
    follow_up = added(room)
    visit = room.book("2026-11-18 10:30", follow_up_id=follow_up.id)
    assert due(room) == []
    missed = _status(room, visit.id, visit.version, AppointmentStatus.NOSHOW)
    assert [one.id for one in due(room)] == [follow_up.id]
    _status(room, visit.id, missed, AppointmentStatus.ARRIVED)
    assert due(room) == []


def test_one_dismissed_is_over(room: Room) -> None:
    follow_up = added(room)
    assert ended(room, follow_up).state is FollowUpState.DISMISSED
    assert due(room) == []
    with pytest.raises(ChangedMeanwhile):
        ended(room, follow_up)
    with pytest.raises(NotFound) as caught:
        room.clinic.follow_ups.end(room.desk, EndFollowUp(id=new_id(), version=1))
    assert caught.value.code is ErrorCode.FOLLOW_UP_NOT_FOUND


def test_only_with_a_visit_of_that_patient_that_takes_place(room: Room) -> None:
    follow_up = added(room)
    other = room.clinic.patients.register(room.desk, a_patient("Fictanova", "Mara"))
    theirs = room.book("2026-12-01 09:00", patient_id=other.id)
    with pytest.raises(NotFound):
        ended(room, follow_up, appointment_id=theirs.id)
    own = room.book("2026-12-01 10:00")
    room.clinic.scheduling.cancel(room.desk, CancelAppointment(id=own.id, version=own.version, reason="ill"))
    with pytest.raises(Invalid):
        ended(room, follow_up, appointment_id=own.id)
    assert [one.id for one in due(room)] == [follow_up.id]


def test_nobody_calls_the_dead_or_the_archived(room: Room, admin: Actor) -> None:
    dead = room.clinic.patients.register(room.desk, a_patient("Fictanova", "Mara"))
    added(room), added(room, patient_id=dead.id)
    room.clinic.patients.edit(room.desk, an_edit(dead, deceased=True))
    room.clinic.patients.archive(
        admin, ArchivePatient(id=room.patient.id, version=room.patient.version, reason="moved away")
    )
    assert due(room) == []
    with pytest.raises(Conflict):
        added(room)


def test_the_trail_tells_of_it_without_the_reason(room: Room, admin: Actor) -> None:
    follow_up = added(room, reason="suspicious mole")
    ended(room, follow_up)
    lines = [line for line in room.clinic.audit.list(admin, limit=10) if line.object_id == follow_up.id]
    assert [line.action for line in lines] == ["follow_up.ended", "follow_up.added"]
    assert all(line.patient_id == room.patient.id and "mole" not in line.detail for line in lines)


def test_ending_is_taken_back(room: Room) -> None:
    follow_up = added(room)
    ended(room, follow_up)
    room.clinic.deeds.undo(room.desk)
    assert [one.id for one in due(room)] == [follow_up.id]


def _status(room: Room, visit_id: Any, version: int, status: AppointmentStatus) -> int:
    command = SetAppointmentStatus(id=visit_id, version=version, status=status)
    return room.clinic.scheduling.set_status(room.desk, command).version
