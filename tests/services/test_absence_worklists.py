"""What an absence leaves to do."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import combinations
from typing import Any
from uuid import UUID

import pytest

from meditrack_desktop.domain.absence_worklists import (
    AbsenceWorklist,
    ContactOutcome,
    MarkContacted,
    MoveMany,
    MoveTo,
    Proposal,
    ProposalKind,
)
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import ErrorCode, NotFound
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.domain.privacy import RestrictPatient
from meditrack_desktop.domain.scheduling import AppointmentStatus, CancelAppointment, SetAppointmentStatus
from meditrack_desktop.domain.visit_types import SaveVisitType
from meditrack_desktop.domain.working_time import AddAbsence, EndAbsence
from meditrack_desktop.services.clinic import Clinic
from tests.makers.people import a_doctor, a_patient
from tests.makers.visits import Room, a_room


@pytest.fixture
def room(clinic: Clinic, reception: Actor, admin: Actor) -> Room:
    return a_room(clinic, reception, admin, specialty="Dermatology")


@pytest.fixture
def stand_in(room: Room, admin: Actor) -> Practitioner:
    return room.clinic.practitioners.add(admin, a_doctor("Namuna", "Omar", specialty="dermatology"))


def away(room: Room, begins: str, ends: str) -> UUID:
    command = AddAbsence(
        practitioner_id=room.doctor.id,
        wall_start=datetime.fromisoformat(begins),
        wall_end=datetime.fromisoformat(ends),
    )
    return room.clinic.absences.add(room.desk, command).absence.id


def worklist(room: Room, absence_id: UUID) -> AbsenceWorklist:
    return room.clinic.absence_worklists.of_absence(room.desk, absence_id)


def move_all(room: Room, found: AbsenceWorklist, which: int = 0) -> Any:
    moves = tuple(
        MoveTo(
            id=item.visit.id,
            version=item.visit.version,
            practitioner_id=item.proposals[which].practitioner_id,
            wall_start=item.proposals[which].wall_start,
        )
        for item in found.items
    )
    return room.clinic.absence_worklists.move_all(
        room.desk, MoveMany(absence_id=found.absence.id, moves=moves)
    )


def patient(room: Room, number: int) -> UUID:
    return room.clinic.patients.register(room.desk, a_patient(f"Fictanova{number}", "Mara")).id


class TestWhatIsOnIt:
    def test_visits_inside_it_that_are_still_to_come(self, room: Room, admin: Actor) -> None:
        other = room.clinic.practitioners.add(admin, a_doctor("Beispiel", "Lukas"))
        inside, cancelled = (room.book(f"2026-11-19 {at}") for at in ("09:00", "10:00"))
        missed = room.book("2026-11-18 10:30")
        room.book("2026-11-19 15:00")
        room.book("2026-11-19 09:00", practitioner_id=other.id, patient_id=patient(room, 1))
        scheduling = room.clinic.scheduling
        scheduling.cancel(
            room.desk, CancelAppointment(id=cancelled.id, version=cancelled.version, reason="ill")
        )
        scheduling.set_status(
            room.desk,
            SetAppointmentStatus(id=missed.id, version=missed.version, status=AppointmentStatus.NOSHOW),
        )
        found = worklist(room, away(room, "2026-11-18 10:00", "2026-11-19 14:00"))
        assert [item.visit.id for item in found.items] == [inside.id]
        assert (found.done, found.total) == (0, 1)
        assert found.practitioner_name == "Dr. Ines Modelo"

    def test_an_unknown_absence(self, room: Room) -> None:
        with pytest.raises(NotFound) as caught:
            worklist(room, new_id())
        assert caught.value.code is ErrorCode.ABSENCE_NOT_FOUND


class TestToDo:
    def test_absences_with_visits_left_the_soonest_first(self, room: Room, clock: FixedClock) -> None:
        later, soon = room.book("2026-11-26 09:00"), room.book("2026-11-19 09:00")
        room.book("2026-11-19 10:00", patient_id=patient(room, 1))
        second = away(room, "2026-11-26 00:00", "2026-11-27 00:00")
        first = away(room, "2026-11-19 00:00", "2026-11-20 00:00")
        away(room, "2026-11-24 00:00", "2026-11-25 00:00")  # nobody is booked there
        todo = room.clinic.absence_worklists.to_do(room.desk)
        assert [(one.absence.id, one.left) for one in todo] == [(first, 2), (second, 1)]
        assert todo[0].practitioner_name == "Dr. Ines Modelo"
        room.move(later, "2026-11-30 09:00")
        room.move(soon, "2026-11-30 10:00")
        todo = room.clinic.absence_worklists.to_do(room.desk)
        assert [(one.absence.id, one.left) for one in todo] == [(first, 1)]
        clock.advance(timedelta(hours=11))
        assert len(room.clinic.absence_worklists.to_do(room.desk)) == 1

    def test_whoever_sits_here_though_their_time_is_past(self, room: Room) -> None:
        """The doctor leaves while somebody waits longer than planned: both lists tell of them."""
        visit = room.book("2026-11-18 10:00")
        forgotten = room.book("2026-11-11 10:00", patient_id=patient(room, 1))
        for one in (visit, forgotten):
            command = SetAppointmentStatus(id=one.id, version=one.version, status=AppointmentStatus.ARRIVED)
            room.clinic.scheduling.set_status(room.desk, command)
        absence = away(room, "2026-11-10 10:00", "2026-11-19 00:00")
        assert [item.visit.id for item in worklist(room, absence).items] == [visit.id]
        todo = room.clinic.absence_worklists.to_do(room.desk)
        assert [(one.absence.id, one.left) for one in todo] == [(absence, 1)]


class TestProposals:
    def test_the_same_doctor_afterwards_or_sooner_a_colleague(
        self, room: Room, stand_in: Practitioner
    ) -> None:
        room.book("2026-11-19 09:00")
        found = worklist(room, away(room, "2026-11-19 00:00", "2026-11-20 00:00"))
        [item] = found.items
        assert [(one.kind, one.practitioner_id, one.wall_start) for one in item.proposals] == [
            (ProposalKind.SAME_DOCTOR, room.doctor.id, datetime(2026, 11, 20, 9, 0)),
            (ProposalKind.SAME_SPECIALTY, stand_in.id, datetime(2026, 11, 19, 9, 0)),
            (ProposalKind.SAME_DOCTOR, room.doctor.id, datetime(2026, 11, 23, 9, 0)),
        ]
        assert item.proposals[1].practitioner_name == "Dr. Omar Namuna"

    def test_nobody_of_another_specialty_stands_in(self, room: Room, admin: Actor) -> None:
        room.clinic.practitioners.add(admin, a_doctor("Beispiel", "Lukas", specialty="Cardiology"))
        room.book("2026-11-19 09:00")
        found = worklist(room, away(room, "2026-11-19 00:00", "2026-11-20 00:00"))
        assert {one.practitioner_id for one in found.items[0].proposals} == {room.doctor.id}

    def test_out_now_proposes_nothing_that_has_passed(self, room: Room, stand_in: Practitioner) -> None:
        room.book("2026-11-18 11:00")
        found = worklist(room, away(room, "2026-11-18 10:42", "2026-11-19 00:00"))
        for one in found.items[0].proposals:
            assert one.wall_start >= datetime(2026, 11, 18, 10, 42)

    def test_never_while_the_patient_is_elsewhere(self, room: Room, stand_in: Practitioner) -> None:
        room.book("2026-11-19 09:00")
        room.book("2026-11-20 09:00", practitioner_id=stand_in.id)
        found = worklist(room, away(room, "2026-11-19 00:00", "2026-11-20 00:00"))
        assert found.items[0].proposals[0].wall_start == datetime(2026, 11, 20, 9, 30)

    def test_a_kind_that_nobody_else_offers_stays_with_the_doctor(
        self, room: Room, stand_in: Practitioner, admin: Actor
    ) -> None:
        kind = room.clinic.visit_types.save(
            admin, SaveVisitType(name="Laser", minutes=30, practitioner_ids=(room.doctor.id,))
        )
        room.book("2026-11-19 09:00", visit_type_id=kind.id)
        found = worklist(room, away(room, "2026-11-19 00:00", "2026-11-20 00:00"))
        assert {one.kind for one in found.items[0].proposals} == {ProposalKind.SAME_DOCTOR}

    def test_a_full_day_is_moved_without_two_in_one_place(self, room: Room, stand_in: Practitioner) -> None:
        """Every first proposal of the list can be taken, and then none is left over."""
        for number in range(14):
            hour, minute = divmod(9 * 60 + 30 * number + (60 if number >= 8 else 0), 60)
            room.book(f"2026-11-19 {hour:02}:{minute:02}", patient_id=patient(room, number))
        room.book("2026-11-20 09:30", patient_id=patient(room, 99))
        absence = away(room, "2026-11-19 00:00", "2026-11-20 00:00")
        found = worklist(room, absence)
        assert len(found.items) == 14 and all(len(item.proposals) == 3 for item in found.items)
        every = [one for item in found.items for one in item.proposals]
        assert not any(_overlap(one, other) for one, other in combinations(every, 2))
        result = move_all(room, found)
        assert len(result.moved) == 14 and result.refused == ()
        after = worklist(room, absence)
        assert (after.items, after.done, after.total) == ((), 14, 14)


class TestMovingAll:
    def test_those_that_cannot_stay_and_are_told(self, room: Room, stand_in: Practitioner) -> None:
        visits = [
            room.book(f"2026-11-19 {at}", patient_id=patient(room, n))
            for n, at in enumerate(("09:00", "10:00", "11:00"))
        ]
        absence = away(room, "2026-11-19 00:00", "2026-11-20 00:00")
        found = worklist(room, absence)
        first = found.items[0].proposals[0]
        room.book(f"{first.wall_start:%Y-%m-%d %H:%M}", patient_id=patient(room, 9))
        touched = room.clinic.scheduling.cancel(
            room.desk, CancelAppointment(id=visits[1].id, version=visits[1].version, reason="ill")
        )
        result = move_all(room, found)
        assert [visit.id for visit in result.moved] == [visits[2].id]
        assert {one.appointment_id: one.code for one in result.refused} == {
            visits[0].id: ErrorCode.SLOT_NOT_AVAILABLE,
            visits[1].id: ErrorCode.CHANGED_MEANWHILE,
        }
        assert room.clinic.scheduling.get(room.desk, visits[0].id) == visits[0]
        assert room.clinic.scheduling.get(room.desk, visits[1].id).version == touched.version
        after = worklist(room, absence)
        assert [item.visit.id for item in after.items] == [visits[0].id]
        assert (after.done, after.total) == (2, 3)

    def test_one_undo_takes_all_back(self, room: Room) -> None:
        visits = [
            room.book(f"2026-11-19 {at}", patient_id=patient(room, n))
            for n, at in enumerate(("09:00", "10:00"))
        ]
        found = worklist(room, away(room, "2026-11-19 00:00", "2026-11-20 00:00"))
        assert len(move_all(room, found).moved) == 2
        back = room.clinic.deeds.undo(room.desk)
        assert set(back.appointment_ids) == {visit.id for visit in visits}
        for visit in visits:
            assert room.clinic.scheduling.get(room.desk, visit.id).wall_start == visit.wall_start
        assert worklist(room, found.absence.id).done == 0

    def test_two_into_one_place_is_refused_for_the_second(self, room: Room) -> None:
        one, two = (
            room.book(f"2026-11-19 {at}", patient_id=patient(room, n))
            for n, at in enumerate(("09:00", "10:00"))
        )
        absence = away(room, "2026-11-19 00:00", "2026-11-20 00:00")
        where = datetime(2026, 11, 20, 9, 0)
        moves = tuple(
            MoveTo(id=visit.id, version=visit.version, practitioner_id=room.doctor.id, wall_start=where)
            for visit in (one, two)
        )
        result = room.clinic.absence_worklists.move_all(room.desk, MoveMany(absence_id=absence, moves=moves))
        assert [visit.id for visit in result.moved] == [one.id]
        assert [(refused.appointment_id, refused.code) for refused in result.refused] == [
            (two.id, ErrorCode.SLOT_NOT_AVAILABLE)
        ]

    def test_stale_and_foreign_visits_stay(self, room: Room, admin: Actor) -> None:
        visit, outside = room.book("2026-11-19 09:00"), room.book("2026-11-25 09:00")
        absence = away(room, "2026-11-19 00:00", "2026-11-20 00:00")
        moves = tuple(
            MoveTo(
                id=one.id,
                version=version,
                practitioner_id=room.doctor.id,
                wall_start=datetime(2026, 11, 26, 9, 0),
            )
            for one, version in ((visit, visit.version + 1), (outside, outside.version))
        )
        result = room.clinic.absence_worklists.move_all(room.desk, MoveMany(absence_id=absence, moves=moves))
        assert result.moved == ()
        assert {one.code for one in result.refused} == {ErrorCode.CHANGED_MEANWHILE}

    def test_the_trail_tells_of_each_that_moved_and_of_none_that_stayed(
        self, room: Room, admin: Actor
    ) -> None:
        visits = [
            room.book(f"2026-11-19 {at}", patient_id=patient(room, n))
            for n, at in enumerate(("09:00", "10:00"))
        ]
        found = worklist(room, away(room, "2026-11-19 00:00", "2026-11-20 00:00"))
        room.book("2026-11-20 09:00", patient_id=patient(room, 9))
        move_all(room, found)
        lines = room.clinic.audit.list(admin, limit=20)
        moved = [line.object_id for line in lines if line.action == "appointment.moved"]
        assert moved == [visits[1].id]
        [told] = [line for line in lines if line.action == "absence.visits_moved"]
        assert told.detail == "moved 1; refused 1"
        assert room.clinic.audit.check(admin).whole

    def test_a_visit_of_a_restricted_patient_stays_and_is_told(self, room: Room, admin: Actor) -> None:
        held, free = (
            room.book(f"2026-11-19 {at}", patient_id=patient(room, n))
            for n, at in enumerate(("09:00", "10:00"))
        )
        absence = away(room, "2026-11-19 00:00", "2026-11-20 00:00")
        restrict = RestrictPatient(patient_id=held.patient_id, reason="asked to")
        room.clinic.restrictions.restrict(admin, restrict)
        result = move_all(room, worklist(room, absence))
        assert [visit.id for visit in result.moved] == [free.id]
        assert [(one.appointment_id, one.code) for one in result.refused] == [
            (held.id, ErrorCode.PATIENT_RESTRICTED)
        ]
        assert room.clinic.scheduling.get(room.desk, held.id) == held
        back = room.clinic.deeds.undo(room.desk)
        assert back.appointment_ids == (free.id,)


class TestContacts:
    def test_a_mark_stays_when_the_visit_has_moved(self, room: Room, admin: Actor, clock: FixedClock) -> None:
        visit = room.book("2026-11-19 09:00")
        absence = away(room, "2026-11-19 00:00", "2026-11-20 00:00")
        clock.advance(timedelta(minutes=3))
        _mark(room, absence, visit.id, ContactOutcome.NO_ANSWER)
        contact = worklist(room, absence).items[0].contact
        assert contact is not None
        assert (contact.outcome, contact.by_name) == (ContactOutcome.NO_ANSWER, "Rosa Ontwerp")
        assert contact.at == clock.now()
        _mark(room, absence, visit.id, None)
        assert worklist(room, absence).items[0].contact is None
        [line, _] = [
            one for one in room.clinic.audit.list(admin, limit=9) if one.action == "appointment.patient_told"
        ]
        assert (line.object_id, line.patient_id) == (visit.id, room.patient.id)

    def test_a_visit_that_it_never_touched(self, room: Room) -> None:
        visit = room.book("2026-11-25 09:00")
        absence = away(room, "2026-11-19 00:00", "2026-11-20 00:00")
        with pytest.raises(NotFound):
            _mark(room, absence, visit.id, ContactOutcome.REACHED)

    def test_moved_elsewhere_counts_as_done(self, room: Room) -> None:
        visit = room.book("2026-11-19 09:00")
        absence = away(room, "2026-11-19 00:00", "2026-11-20 00:00")
        room.move(visit, "2026-11-24 09:00")
        found = worklist(room, absence)
        assert (found.items, found.done, found.total) == ((), 1, 1)

    def test_an_absence_that_is_taken_away_takes_its_list_along(self, room: Room) -> None:
        visit = room.book("2026-11-19 09:00")
        absence = away(room, "2026-11-19 00:00", "2026-11-20 00:00")
        _mark(room, absence, visit.id, ContactOutcome.REACHED)
        room.clinic.absences.end(room.desk, EndAbsence(id=absence, version=1))
        with pytest.raises(NotFound):
            worklist(room, absence)
        assert room.clinic.scheduling.get(room.desk, visit.id).wall_start.date() == date(2026, 11, 19)


def _mark(room: Room, absence: UUID, visit: UUID, outcome: ContactOutcome | None) -> None:
    command = MarkContacted(absence_id=absence, appointment_id=visit, outcome=outcome)
    room.clinic.absence_worklists.mark_contacted(room.desk, command)


def _overlap(one: Proposal, other: Proposal) -> bool:
    if one.practitioner_id != other.practitioner_id:
        return False
    return one.starts_at < other.starts_at + timedelta(
        minutes=other.minutes
    ) and other.starts_at < one.starts_at + timedelta(minutes=one.minutes)
