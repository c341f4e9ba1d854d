"""A random walk at the calendar at several desks, each step foretold by the model and checked against it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import ClinicError, ErrorCode
from meditrack_desktop.domain.holds import PlaceHold
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.scheduling import (
    AppointmentStatus,
    BookAppointment,
    CalendarRange,
    CancelAppointment,
    ChangeAppointmentLength,
    MoveAppointment,
    SetAppointmentStatus,
)
from meditrack_desktop.domain.visit_types import SaveAsset, SaveVisitType
from meditrack_desktop.domain.working_time import AddAbsence, EndAbsence
from meditrack_desktop.services.clinic import Clinic
from tests.makers.people import a_doctor
from tests.makers.visits import Room, a_room
from tests.services.calendar_model import GONE, STEPS, UNDER_WAY, Away, Kind, Model, Person, Visit

FIRST = date(2026, 11, 18)
"""A Wednesday, and the day it is: some visits have begun, others have not."""
DAYS = 2
S = AppointmentStatus


@dataclass
class Desk:
    clinic: Clinic
    actor: Actor


@dataclass
class Walk:
    room: Room
    desks: list[Desk]
    doctors: list[UUID]
    kinds: list[Kind]
    clock: FixedClock
    choice: random.Random
    model: Model
    versions: dict[UUID, int] = field(default_factory=dict)
    called: set[UUID] = field(default_factory=set)
    """Visits that an absence took: its list of whom to call names them, which keeps them from being removed."""
    hold_ids: dict[UUID, UUID] = field(default_factory=dict)
    """What each session has held last."""
    done: Counter[str] = field(default_factory=Counter)

    def step(self) -> None:
        desk = self.choice.choice(self.desks)
        deeds: list[tuple[int, Callable[[Desk], None]]] = [
            (22, self.book),
            (14, self.move),
            (12, self.stretch),
            (7, self.cancel),
            (13, self.set_status),
            (9, self.hold),
            (2, self.release),
            (3, self.send_away),
            (2, self.bring_back),
            (10, self.undo),
            (4, self.redo),
            (1, self.nonsense),
        ]
        if self.choice.random() < 0.2:
            self.clock.advance(timedelta(seconds=self.choice.randrange(5, 60)))
            self.model.now = self.clock.now()
        [deed] = self.choice.choices([deed for _, deed in deeds], [weight for weight, _ in deeds])
        deed(desk)

    def start(self) -> datetime:
        minutes = self.choice.randrange(8 * 60 + 30, 17 * 60 + 30, 5)
        day = FIRST + timedelta(days=self.choice.randrange(DAYS))
        return datetime.combine(day, time(0)) + timedelta(minutes=minutes)

    def held_elsewhere(self, desk: Desk) -> list[tuple[UUID, datetime]]:
        """What other desks hold at this moment: a free time that more than one wants."""
        return [
            (one.hold.doctor, one.hold.start)
            for session, one in self.model.people.items()
            if session != desk.actor.session_id and one.hold is not None and one.hold.expires > self.model.now
        ]

    def where_only_a_held_room_is_in_the_way(self, desk: Desk) -> list[tuple[UUID, datetime, Kind]]:
        """Five minutes of a doctor who would be free, in a room that another desk keeps at this moment."""
        session = desk.actor.session_id
        return [
            (doctor, start, kind)
            for who, one in self.model.people.items()
            if who != session and one.hold is not None and one.hold.room is not None
            for kind in self.kinds
            if kind.room == one.hold.room
            for doctor in self.doctors
            for start in (one.hold.start + timedelta(minutes=5 * number) for number in range(-2, 6))
            if (visit := Visit(doctor, start, 5, kind))
            and self.model.is_room_held(visit, session)
            and not self.model.is_room_taken(visit, None)
            and self.model.problem(visit, session, None) is ErrorCode.ROOM_TAKEN
        ]

    def why(self) -> str:
        return "asked for" if self.choice.random() < 0.12 else ""

    def any_visit(self) -> tuple[UUID, Visit] | None:
        visits = list(self.model.visits().items())
        return self.choice.choice(visits) if visits else None

    def version(self, id_: UUID) -> int:
        """Now and then one that is no longer the newest, as of a window that was not told yet."""
        return self.versions[id_] - (self.choice.random() < 0.03)

    def expect(
        self, name: str, call: Callable[[], Any], problem: ErrorCode | None, command: object = None
    ) -> Any:
        """Carry it out; it has to be refused with exactly this problem, or to be done."""
        if problem is None:
            self.done[name] += 1
            return call()
        with pytest.raises(ClinicError) as refusal:
            call()
        assert refusal.value.code is problem, (name, command, refusal.value)
        self.done[f"{name} refused {problem.name}"] += 1
        return None

    def written(self, desk: Desk, id_: UUID, version: int, after: Visit) -> None:
        self.versions[id_] = version
        self.model.does(desk.actor.session_id, id_, after)

    def book(self, desk: Desk) -> None:
        kind, why = self.choice.choice(self.kinds), self.why()
        doctor, start, minutes = (
            self.choice.choice(self.doctors),
            self.start(),
            self.choice.randrange(5, 65, 5),
        )
        held = self.model.people[desk.actor.session_id].hold
        redeemed = held is not None and self.choice.random() < 0.5
        if held is not None and redeemed:
            doctor, start = held.doctor, held.start
        elif (kept := self.where_only_a_held_room_is_in_the_way(desk)) and self.choice.random() < 0.5:
            (doctor, start, kind), minutes = self.choice.choice(kept), 5
        elif (theirs := self.held_elsewhere(desk)) and self.choice.random() < 0.1:
            doctor, start = self.choice.choice(theirs)
        command = BookAppointment(
            patient_id=self.room.patient.id,
            practitioner_id=doctor,
            wall_start=start,
            minutes=minutes,
            visit_type_id=kind.id,
            overbook_reason=why,
            hold_id=self.hold_ids.get(desk.actor.session_id) if redeemed else None,
        )
        session = desk.actor.session_id
        visit = self.model.placed(
            Visit(doctor, start, minutes, kind), session, None, stays=False, why=bool(why)
        )
        problem = visit if isinstance(visit, ErrorCode) else None
        record = self.expect(
            "book", lambda: desk.clinic.scheduling.book(desk.actor, command), problem, command
        )
        if isinstance(visit, Visit):
            if redeemed:
                self.model.people[session].hold = None
            self.written(desk, command.id, record.version, visit)

    def move(self, desk: Desk) -> None:
        if (found := self.any_visit()) is None:
            return
        id_, visit = found
        doctor, start, why = self.choice.choice(self.doctors), self.start(), self.why()
        if self.choice.random() < 0.05:
            doctor, start = visit.doctor, visit.start
        command = MoveAppointment(
            id=id_,
            version=self.version(id_),
            wall_start=start,
            practitioner_id=doctor,
            overbook_reason=why,
        )
        stays = (doctor, start) == (visit.doctor, visit.start)
        moved = self.model.placed(
            visit.moved(doctor, start),
            desk.actor.session_id,
            id_,
            stays=stays,
            why=bool(why),
        )
        self.change(
            desk, "move", lambda: desk.clinic.scheduling.move(desk.actor, command), command, visit, moved
        )

    def stretch(self, desk: Desk) -> None:
        if (found := self.any_visit()) is None:
            return
        id_, visit = found
        minutes, why = self.choice.randrange(5, 90, 5), self.why()
        command = ChangeAppointmentLength(
            id=id_, version=self.version(id_), minutes=minutes, overbook_reason=why
        )
        longer = self.model.placed(
            replace(visit, minutes=minutes),
            desk.actor.session_id,
            id_,
            stays=minutes <= visit.minutes,
            why=bool(why),
        )
        self.change(
            desk,
            "resize",
            lambda: desk.clinic.scheduling.change_length(desk.actor, command),
            command,
            visit,
            longer,
        )

    def cancel(self, desk: Desk) -> None:
        if (found := self.any_visit()) is None:
            return
        id_, visit = found
        command = CancelAppointment(id=id_, version=self.version(id_), reason="later")
        gone = replace(visit, status=S.CANCELLED)
        self.change(
            desk, "cancel", lambda: desk.clinic.scheduling.cancel(desk.actor, command), command, visit, gone
        )

    def change(
        self,
        desk: Desk,
        name: str,
        call: Callable[[], Any],
        command: Any,
        before: Visit,
        after: Visit | ErrorCode,
    ) -> None:
        """What is done to a visit that is not over."""
        problem = after if isinstance(after, ErrorCode) else None
        if before.status not in UNDER_WAY:
            problem = ErrorCode.STATUS_NOT_ALLOWED
        if command.version != self.versions[command.id]:
            problem = ErrorCode.CHANGED_MEANWHILE
        record = self.expect(name, call, problem, command)
        if problem is None and isinstance(after, Visit):
            self.written(desk, command.id, record.version, after)

    def set_status(self, desk: Desk) -> None:
        if (found := self.any_visit()) is None:
            return
        id_, visit = found
        then = self.choice.choice([status for status in S if status is not S.CANCELLED])
        command = SetAppointmentStatus(id=id_, version=self.version(id_), status=then)
        after: Visit | ErrorCode = visit.stamped(then, self.model.now)
        if visit.status in GONE and then not in GONE:
            after = self.model.brought_back(visit, then, desk.actor.session_id, id_)
        problem = after if isinstance(after, ErrorCode) else None
        if then not in STEPS[visit.status] or (then is S.NOSHOW and not self.model.has_begun(visit)):
            problem = ErrorCode.STATUS_NOT_ALLOWED
        if command.version != self.versions[id_]:
            problem = ErrorCode.CHANGED_MEANWHILE
        record = self.expect(
            "status", lambda: desk.clinic.scheduling.set_status(desk.actor, command), problem, command
        )
        if problem is None and isinstance(after, Visit):
            self.written(desk, id_, record.version, after)

    def hold(self, desk: Desk) -> None:
        doctor, start, minutes = (
            self.choice.choice(self.doctors),
            self.start(),
            self.choice.randrange(5, 65, 5),
        )
        # Rather one that needs the room: a hold is short, and somebody else has to want the room meanwhile.
        kind = self.choice.choices(self.kinds, [1 + 3 * (one.room is not None) for one in self.kinds])[0]
        session = desk.actor.session_id
        command = PlaceHold(practitioner_id=doctor, wall_start=start, minutes=minutes, visit_type_id=kind.id)
        if session in self.hold_ids and self.choice.random() < 0.3:
            command = command.model_copy(update={"id": self.hold_ids[session]})
        problem = self.model.hold(session, Visit(doctor, start, minutes, kind))
        self.expect("hold", lambda: desk.clinic.holds.place(desk.actor, command), problem, command)
        if problem is None:
            self.hold_ids[session] = command.id

    def release(self, desk: Desk) -> None:
        self.model.people[desk.actor.session_id].hold = None
        self.expect("release", lambda: desk.clinic.holds.release(desk.actor), None)

    def send_away(self, desk: Desk) -> None:
        start = self.start()
        away = Away(
            self.choice.choice(self.doctors),
            start,
            start + timedelta(minutes=self.choice.randrange(30, 240, 5)),
        )
        command = AddAbsence(practitioner_id=away.doctor, wall_start=away.start, wall_end=away.end)
        added = self.expect("send away", lambda: desk.clinic.absences.add(desk.actor, command), None)
        expected = {
            id_
            for id_, visit in self.model.visits().items()
            if visit.status in UNDER_WAY and self.model.is_affected(visit, away)
        }
        assert {visit.id for visit in added.affected} == expected
        self.called |= expected
        self.versions[command.id] = added.absence.version
        self.model.does(desk.actor.session_id, command.id, away)

    def bring_back(self, desk: Desk) -> None:
        absences = list(self.model.absences())
        if not absences:
            return
        id_ = self.choice.choice(absences)
        command = EndAbsence(id=id_, version=self.versions[id_])
        left = self.expect("bring back", lambda: desk.clinic.absences.end(desk.actor, command), None)
        after = self.model.brought_to_an_end(self.model.absences()[id_])
        assert (left is None) == (after is None)
        if left is not None:
            self.versions[id_] = left.version
        self.model.does(desk.actor.session_id, id_, after)

    def undo(self, desk: Desk) -> None:
        self.turn(desk, "undo", desk.clinic.deeds.undo)

    def redo(self, desk: Desk) -> None:
        self.turn(desk, "redo", desk.clinic.deeds.redo)

    def turn(self, desk: Desk, name: str, call: Callable[[Actor], Any]) -> None:
        """Taken back row for row, or not at all; and only if nobody came in between."""
        who = self.model.people[desk.actor.session_id]
        here, there = (who.done, who.undone) if name == "undo" else (who.undone, who.done)
        if not here:
            self.expect(name, lambda: call(desk.actor), ErrorCode.NOTHING_TO_UNDO)
            return
        id_, before, after = here[-1]
        left, then = (after, before) if name == "undo" else (before, after)
        if self.model.things.get(id_) != left:
            self.expect(name, lambda: call(desk.actor), ErrorCode.UNDO_STALE)
            here.pop()
            return
        try:
            call(desk.actor)
        except ClinicError as refusal:
            self.done[f"{name} refused {refusal.code.name}"] += 1
            self.check_refusal(desk, refusal.code, id_, then)
            if refusal.code is ErrorCode.UNDO_STALE:
                here.pop()
            return
        self.done[name] += 1
        there.append(here.pop())
        self.model.put(id_, then)
        self.learn_version(desk, id_, then)

    def check_refusal(self, desk: Desk, code: ErrorCode, id_: UUID, then: Any) -> None:
        """Nothing was changed meanwhile: it can only be refused because the time or the room is somebody's."""
        if code is ErrorCode.UNDO_STALE:
            assert id_ in self.called or isinstance(self.model.things.get(id_), Away)
            return
        assert isinstance(then, Visit)
        reasons = {
            ErrorCode.SLOT_NOT_AVAILABLE: self.model.is_taken(then, id_),
            ErrorCode.SLOT_HELD: self.model.is_held(then.doctor, then.busy, desk.actor.session_id),
            ErrorCode.ROOM_TAKEN: self.model.is_room_taken(then, id_)
            or self.model.is_room_held(then, desk.actor.session_id),
        }
        assert reasons[code], (code, then)

    def learn_version(self, desk: Desk, id_: UUID, then: Any) -> None:
        if isinstance(then, Visit):
            self.versions[id_] = desk.clinic.scheduling.get(desk.actor, id_).version
        elif isinstance(then, Away):
            found = desk.clinic.absences.list(desk.actor, (then.doctor,), then.start.date(), then.end.date())
            self.versions[id_] = next(one.version for one in found if one.id == id_)

    def nonsense(self, desk: Desk) -> None:
        """H60: no time at all, ten years, a time that clocks skip, a visit that is nobody's."""
        details: dict[str, Any] = {
            "patient_id": self.room.patient.id,
            "practitioner_id": self.doctors[0],
            "wall_start": self.start(),
        }
        for minutes in (0, -30, 5_256_000):
            with pytest.raises(ValidationError):
                BookAppointment(minutes=minutes, **details)
        skipped = BookAppointment(**{**details, "wall_start": datetime(2027, 3, 28, 1, 30)})
        self.expect(
            "nonsense",
            lambda: desk.clinic.scheduling.book(desk.actor, skipped),
            ErrorCode.TIME_DOES_NOT_EXIST,
        )
        nobodys = CancelAppointment(id=new_id(), version=1, reason="later")
        self.expect(
            "nonsense",
            lambda: desk.clinic.scheduling.cancel(desk.actor, nobodys),
            ErrorCode.APPOINTMENT_NOT_FOUND,
        )

    def check(self) -> None:
        """Every desk sees exactly what the model says, and nothing overlaps unasked."""
        last = FIRST + timedelta(days=DAYS - 1)
        for desk in self.desks:
            shown = desk.clinic.scheduling.calendar(desk.actor, CalendarRange(first=FIRST, last=last))
            assert {
                visit.id: (
                    Visit(
                        visit.practitioner_id,
                        visit.wall_start,
                        visit.minutes,
                        next(kind for kind in self.kinds if kind.id == visit.visit_type_id),
                        visit.status,
                        visit.overbooked,
                        False,
                        visit.arrived_at,
                        visit.roomed_at,
                        visit.left_at,
                    ),
                    visit.asset_ids,
                    visit.version,
                )
                for visit in shown
            } == {
                id_: (
                    replace(visit, shares_room=False),
                    (visit.kind.room,) if visit.kind.room else (),
                    self.versions[id_],
                )
                for id_, visit in self.model.visits().items()
            }
            held = {
                (one.practitioner_id, one.wall_start, one.expires_at, one.mine)
                for one in desk.clinic.holds.of_days(desk.actor, FIRST, last)
            }
            assert held == {
                (hold.doctor, hold.start, hold.expires, session == desk.actor.session_id)
                for session, hold in ((who, one.hold) for who, one in self.model.people.items())
                if hold is not None and hold.expires > self.model.now
            }
        assert self.model.unasked_overlaps() == []
        assert self.model.rooms_held_twice() == []


def walk(desks: list[Desk], admin: Actor, clock: FixedClock, seed: int, steps: int) -> Walk:
    clinic = desks[0].clinic
    room = a_room(clinic, desks[0].actor, admin)
    other = clinic.practitioners.add(admin, a_doctor("Muster", "Jon"))
    scanner = clinic.assets.save(admin, SaveAsset(name="Scanner", group="Scanners"))
    scan = clinic.visit_types.save(
        admin, SaveVisitType(name="Scan", buffer_before=5, buffer_after=10, needs=("Scanners",))
    )
    walked = Walk(
        room,
        desks,
        [room.doctor.id, other.id],
        [Kind(), Kind(), Kind(scan.id, 5, 10, scanner.id)],
        clock,
        random.Random(seed),
        Model(clock.now(), people={desk.actor.session_id: Person() for desk in desks}),
    )
    for number in range(steps):
        walked.step()
        if number % 100 == 99:
            walked.check()
    walked.check()
    return walked
