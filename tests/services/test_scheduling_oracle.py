"""A long random day at the calendar, beside a model that knows nothing but lists and comparisons.

The model says in advance what must happen: done, or refused and why. At every end no two visits overlap unless
somebody asked for it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.errors import ClinicError, ErrorCode
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.domain.scheduling import (
    Appointment,
    AppointmentStatus,
    CalendarRange,
    CancelAppointment,
    ChangeAppointmentLength,
    MoveAppointment,
    SetAppointmentStatus,
)
from meditrack_desktop.services.clinic import Clinic
from tests.makers.people import a_doctor
from tests.makers.visits import Room, a_room

MONDAY = date(2026, 11, 23)
OPEN = ((9 * 60, 13 * 60), (14 * 60, 17 * 60))
S = AppointmentStatus
STEPS = {
    S.BOOKED: {S.ARRIVED, S.CHECKED_IN, S.NOSHOW},
    S.ARRIVED: {S.BOOKED, S.CHECKED_IN, S.FULFILLED, S.NOSHOW},
    S.CHECKED_IN: {S.BOOKED, S.ARRIVED, S.FULFILLED},
    S.FULFILLED: {S.CHECKED_IN, S.ARRIVED},
    S.NOSHOW: {S.BOOKED, S.ARRIVED},
    S.CANCELLED: {S.BOOKED},
}
GONE = {S.CANCELLED, S.NOSHOW}
UNDER_WAY = {S.BOOKED, S.ARRIVED, S.CHECKED_IN}


@dataclass
class Visit:
    doctor: UUID
    start: datetime
    minutes: int
    status: AppointmentStatus = S.BOOKED
    overbooked: bool = False

    @property
    def end(self) -> datetime:
        return self.start + timedelta(minutes=self.minutes)


@dataclass
class Model:
    visits: dict[UUID, Visit] = field(default_factory=dict)

    def problem(self, doctor: UUID, start: datetime, minutes: int, but: UUID | None) -> ErrorCode | None:
        end = start + timedelta(minutes=minutes)
        for id_, other in self.visits.items():
            if (
                id_ != but
                and other.doctor == doctor
                and other.status not in GONE
                and other.start < end
                and start < other.end
            ):
                return ErrorCode.SLOT_NOT_AVAILABLE
        begins = start.hour * 60 + start.minute
        if not any(a <= begins and begins + minutes <= b for a, b in OPEN):
            return ErrorCode.DOCTOR_NOT_AVAILABLE
        return None


class Walk:
    def __init__(self, room: Room, doctors: list[Practitioner], seed: int) -> None:
        self.room, self.doctors = room, doctors
        self.choice = random.Random(seed)
        self.model = Model()
        self.records: dict[UUID, Appointment] = {}
        self.refusals = 0

    def step(self) -> None:
        actions = [self.book, self.book, self.move, self.stretch, self.cancel, self.set_status]
        self.choice.choice(actions)()

    def start(self) -> datetime:
        minutes = self.choice.randrange(8 * 60 + 30, 17 * 60 + 30, 5)
        day = MONDAY + timedelta(days=self.choice.randrange(2))
        return datetime.combine(day, datetime.min.time()) + timedelta(minutes=minutes)

    def why(self) -> str:
        return "asked for" if self.choice.random() < 0.15 else ""

    def any_visit(self) -> tuple[UUID, Visit] | None:
        return self.choice.choice(list(self.model.visits.items())) if self.model.visits else None

    def expect(self, command: object, problem: ErrorCode | None) -> Appointment | None:
        service = self.room.clinic.scheduling
        method = {
            "BookAppointment": service.book,
            "MoveAppointment": service.move,
            "ChangeAppointmentLength": service.change_length,
            "CancelAppointment": service.cancel,
            "SetAppointmentStatus": service.set_status,
        }[type(command).__name__]
        if problem is not None:
            with pytest.raises(ClinicError) as refusal:
                method(self.room.desk, command)  # type: ignore[operator]
            assert refusal.value.code is problem, command
            self.refusals += 1
            return None
        record: Appointment = method(self.room.desk, command)  # type: ignore[operator]
        self.records[record.id] = record
        return record

    def book(self) -> None:
        doctor, start = self.choice.choice(self.doctors).id, self.start()
        minutes, why = self.choice.randrange(5, 65, 5), self.why()
        problem = self.model.problem(doctor, start, minutes, None)
        command = self.room.wants(str(start), minutes, practitioner_id=doctor, overbook_reason=why)
        if self.expect(command, None if why else problem):
            self.model.visits[command.id] = Visit(doctor, start, minutes, overbooked=problem is not None)

    def move(self) -> None:
        if (found := self.any_visit()) is None:
            return
        id_, visit = found
        doctor, start, why = self.choice.choice(self.doctors).id, self.start(), self.why()
        command = MoveAppointment(
            id=id_,
            version=self.records[id_].version,
            wall_start=start,
            practitioner_id=doctor,
            overbook_reason=why,
        )
        problem = self.model.problem(doctor, start, visit.minutes, id_)
        expected = ErrorCode.STATUS_NOT_ALLOWED
        if visit.status in UNDER_WAY:
            stays = (doctor, start) == (visit.doctor, visit.start)
            expected = None if why or stays else problem
        if self.expect(command, expected):
            visit.doctor, visit.start, visit.overbooked = doctor, start, problem is not None

    def stretch(self) -> None:
        if (found := self.any_visit()) is None:
            return
        id_, visit = found
        minutes, why = self.choice.randrange(5, 90, 5), self.why()
        command = ChangeAppointmentLength(
            id=id_, version=self.records[id_].version, minutes=minutes, overbook_reason=why
        )
        problem = self.model.problem(visit.doctor, visit.start, minutes, id_)
        shrinks = minutes <= visit.minutes
        expected = ErrorCode.STATUS_NOT_ALLOWED
        if visit.status in UNDER_WAY:
            expected = None if why or shrinks else problem
        if self.expect(command, expected):
            kept_plain = shrinks and not visit.overbooked
            visit.minutes, visit.overbooked = minutes, problem is not None and not kept_plain

    def cancel(self) -> None:
        if (found := self.any_visit()) is None:
            return
        id_, visit = found
        command = CancelAppointment(id=id_, version=self.records[id_].version, reason="later")
        if self.expect(command, None if visit.status in UNDER_WAY else ErrorCode.STATUS_NOT_ALLOWED):
            visit.status = S.CANCELLED

    def set_status(self) -> None:
        if (found := self.any_visit()) is None:
            return
        id_, visit = found
        then = self.choice.choice([status for status in S if status is not S.CANCELLED])
        command = SetAppointmentStatus(id=id_, version=self.records[id_].version, status=then)
        expected = None if then in STEPS[visit.status] else ErrorCode.STATUS_NOT_ALLOWED
        if expected is None and visit.status in GONE and then not in GONE:
            problem = self.model.problem(visit.doctor, visit.start, visit.minutes, id_)
            expected = problem if problem is ErrorCode.SLOT_NOT_AVAILABLE else None
            if expected is None:
                visit.overbooked = problem is not None and visit.overbooked
        if self.expect(command, expected):
            visit.status = then

    def check(self) -> None:
        wanted = CalendarRange(first=MONDAY, last=MONDAY + timedelta(days=1))
        shown = self.room.clinic.scheduling.calendar(self.room.desk, wanted)
        assert {
            visit.id: (visit.practitioner_id, visit.wall_start, visit.minutes, visit.status, visit.overbooked)
            for visit in shown
        } == {
            id_: (visit.doctor, visit.start, visit.minutes, visit.status, visit.overbooked)
            for id_, visit in self.model.visits.items()
        }
        plain = [v for v in shown if v.status.takes_time and not v.overbooked]
        for one in plain:
            for other in plain:
                assert (
                    one.id == other.id
                    or one.practitioner_id != other.practitioner_id
                    or one.ends_at <= other.starts_at
                    or other.ends_at <= one.starts_at
                )


def walk(clinic: Clinic, desk: Actor, admin: Actor, seed: int, steps: int) -> Walk:
    room = a_room(clinic, desk, admin)
    walked = Walk(room, [room.doctor, clinic.practitioners.add(admin, a_doctor("Muster", "Jon"))], seed)
    for number in range(steps):
        walked.step()
        if number % 50 == 49:
            walked.check()
    walked.check()
    return walked


def test_a_few_hundred_steps(clinic: Clinic, reception: Actor, admin: Actor) -> None:
    walked = walk(clinic, reception, admin, seed=7, steps=300)
    assert walked.refusals > 50
    assert len(walked.records) > 30
    assert clinic.audit.check(admin).whole


@pytest.mark.exhaustive
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(10))
def test_thousands_of_steps(clinic: Clinic, reception: Actor, admin: Actor, seed: int) -> None:
    walk(clinic, reception, admin, seed, steps=1000)
