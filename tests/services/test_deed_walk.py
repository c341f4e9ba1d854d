"""A long random day at the calendar with Undo and Redo, beside a list of what was there at each step."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import ClinicError, ErrorCode
from meditrack_desktop.domain.front_desk import AddFollowUp, JoinWaitlist, LeaveWaitlist
from meditrack_desktop.domain.scheduling import (
    Appointment,
    AppointmentStatus,
    CalendarRange,
    Confirmation,
    MoveAppointment,
)
from meditrack_desktop.domain.series import (
    BookSeries,
    CancelSeries,
    Every,
    MoveSeries,
    Scope,
    SeriesRule,
    starts,
)
from meditrack_desktop.domain.visit_types import SaveAsset, SaveVisitType
from meditrack_desktop.domain.working_time import AddAbsence, EndAbsence
from meditrack_desktop.services.clinic import Clinic
from tests.makers.calendar_rows import Rows, calendar_rows
from tests.makers.deeds import cancel, confirm, lengthen, status
from tests.makers.people import a_doctor, a_patient
from tests.makers.visits import Room, a_room

MONDAY = date(2026, 11, 23)
STEPS = 160
USUAL = {
    ErrorCode.SLOT_NOT_AVAILABLE,
    ErrorCode.DOCTOR_NOT_AVAILABLE,
    ErrorCode.STATUS_NOT_ALLOWED,
    ErrorCode.ROOM_TAKEN,
    ErrorCode.SERIES_BLOCKED,
    ErrorCode.SERIES_NOT_FOUND,
}
"""What a random deed may run into; Undo and Redo never, as nobody else is at work."""


class Walk:
    def __init__(self, room: Room, doctors: list[UUID], kind: UUID, seed: int) -> None:
        self.room, self.doctors, self.kind = room, doctors, kind
        self.choice = random.Random(seed)
        self.patients = [
            room.patient.id,
            *(room.clinic.patients.register(room.desk, a_patient(name)).id for name in ("Anders", "Bobek")),
        ]
        self.moments: list[Rows] = [calendar_rows(room.clinic)]
        self.place = 0
        self.done: dict[str, int] = {}

    def step(self) -> None:
        back_or_forth = self.choice.random()
        if back_or_forth < 0.3:
            self.undo()
        elif back_or_forth < 0.45:
            self.redo()
        else:
            self.deed()

    def undo(self) -> None:
        if self.place == 0:
            with pytest.raises(ClinicError, match=ErrorCode.NOTHING_TO_UNDO.value):
                self.room.clinic.deeds.undo(self.room.desk)
            return
        self.room.clinic.deeds.undo(self.room.desk)
        self.place -= 1
        self.compare()
        self.count("undo")

    def redo(self) -> None:
        if self.place == len(self.moments) - 1:
            with pytest.raises(ClinicError, match=ErrorCode.NOTHING_TO_UNDO.value):
                self.room.clinic.deeds.redo(self.room.desk)
            return
        self.room.clinic.deeds.redo(self.room.desk)
        self.place += 1
        self.compare()
        self.count("redo")

    def deed(self) -> None:
        deeds: list[Callable[[], Any]] = [
            self.book, self.book, self.book, self.move, self.move, self.lengthen, self.cancel, self.status,
            self.status, self.confirm, self.series, self.move_series, self.cancel_series, self.absence,
            self.end_absence, self.join, self.leave, self.due,
        ]  # fmt: skip
        chosen = self.choice.choice(deeds)
        try:
            if chosen() is None:
                return
        except ClinicError as refusal:
            assert refusal.code in USUAL, chosen
            self.compare()
            return
        now = calendar_rows(self.room.clinic)
        if now != self.moments[self.place]:
            del self.moments[self.place + 1 :]
            self.moments.append(now)
            self.place += 1
            self.count(chosen.__name__)

    def compare(self) -> None:
        assert calendar_rows(self.room.clinic) == self.moments[self.place]

    def count(self, what: str) -> None:
        self.done[what] = self.done.get(what, 0) + 1

    def start(self) -> datetime:
        day = MONDAY + timedelta(days=self.choice.randrange(3))
        return datetime.combine(day, datetime.min.time()) + timedelta(
            minutes=self.choice.randrange(540, 1020, 15)
        )

    def why(self) -> str:
        return "asked for" if self.choice.random() < 0.4 else ""

    def visit(self) -> Appointment | None:
        wanted = CalendarRange(first=MONDAY, last=MONDAY + timedelta(days=40))
        found = self.room.clinic.scheduling.calendar(self.room.desk, wanted)
        return self.choice.choice(sorted(found, key=lambda visit: visit.id)) if found else None

    def wanted(self) -> Any:
        return self.room.wants(
            str(self.start()),
            self.choice.choice((15, 30, 60)),
            patient_id=self.choice.choice(self.patients),
            practitioner_id=self.choice.choice(self.doctors),
            visit_type_id=self.choice.choice((None, self.kind)),
            overbook_reason=self.why(),
        )

    def book(self) -> Any:
        return self.room.clinic.scheduling.book(self.room.desk, self.wanted())

    def move(self) -> Any:
        visit = self.visit()
        return visit and self.room.clinic.scheduling.move(
            self.room.desk,
            MoveAppointment(
                id=visit.id,
                version=visit.version,
                wall_start=self.start(),
                practitioner_id=self.choice.choice(self.doctors),
                overbook_reason=self.why(),
            ),
        )

    def lengthen(self) -> Any:
        visit = self.visit()
        return visit and lengthen(self.room, visit, self.choice.choice((10, 30, 45, 90)), self.why())

    def cancel(self) -> Any:
        visit = self.visit()
        return visit and cancel(self.room, visit)

    def status(self) -> Any:
        visit = self.visit()
        steps = [one for one in AppointmentStatus if one is not AppointmentStatus.CANCELLED]
        return visit and status(self.room, visit, self.choice.choice(steps))

    def confirm(self) -> Any:
        visit = self.visit()
        return visit and confirm(self.room, visit, self.choice.choice(list(Confirmation)))

    def series(self) -> Any:
        first, rule = self.wanted(), SeriesRule(every=Every.WEEK, count=3)
        command = BookSeries(first=first, rule=rule, starts=starts(rule, first.wall_start))
        return self.room.clinic.series.book(self.room.desk, command)

    def move_series(self) -> Any:
        visit = self.visit()
        by = self.choice.choice(
            (timedelta(minutes=15), timedelta(days=7), timedelta(days=-7), timedelta(days=1))
        )
        return visit and self.room.clinic.series.move(
            self.room.desk,
            MoveSeries(
                id=visit.id,
                version=visit.version,
                scope=self.choice.choice(list(Scope)),
                wall_start=visit.wall_start + by,
                overbook_reason=self.why(),
            ),
        )

    def cancel_series(self) -> Any:
        visit = self.visit()
        return visit and self.room.clinic.series.cancel(
            self.room.desk,
            CancelSeries(
                id=visit.id, version=visit.version, scope=self.choice.choice(list(Scope)), reason="well again"
            ),
        )

    def absence(self) -> Any:
        start = self.start()
        return self.room.clinic.absences.add(
            self.room.desk,
            AddAbsence(
                practitioner_id=self.choice.choice(self.doctors),
                wall_start=start,
                wall_end=start + timedelta(minutes=90),
            ),
        )

    def end_absence(self) -> Any:
        found = self.room.clinic.absences.list(
            self.room.desk, self.doctors, MONDAY, MONDAY + timedelta(days=7)
        )
        if not found:
            return None
        one = self.choice.choice(found)
        self.room.clinic.absences.end(self.room.desk, EndAbsence(id=one.id, version=one.version))
        return one

    def join(self) -> Any:
        command = JoinWaitlist(patient_id=self.choice.choice(self.patients), note="mornings")
        return self.room.clinic.waitlist.join(self.room.desk, command)

    def leave(self) -> Any:
        found = self.room.clinic.waitlist.list(self.room.desk)
        if not found:
            return None
        one = self.choice.choice(found)
        return self.room.clinic.waitlist.leave(self.room.desk, LeaveWaitlist(id=one.id, version=one.version))

    def due(self) -> Any:
        command = AddFollowUp(patient_id=self.choice.choice(self.patients), due_on=date(2026, 12, 24))
        return self.room.clinic.follow_ups.add(self.room.desk, command)


@pytest.mark.parametrize("seed", [11, 23])
def test_every_step_back_and_forth_and_all_the_way_to_the_beginning(
    clinic: Clinic, reception: Actor, admin: Actor, clock: FixedClock, seed: int
) -> None:
    for name in ("One", "Two"):
        clinic.assets.save(admin, SaveAsset(name=name, group="Treatment room"))
    kind = clinic.visit_types.save(
        admin, SaveVisitType(name="Treatment", needs=("Treatment room",), buffer_before=5, buffer_after=10)
    )
    colleague = clinic.practitioners.add(admin, a_doctor("Muster", "Jon"))
    room = a_room(clinic, reception, admin)
    walk = Walk(room, [room.doctor.id, colleague.id], kind.id, seed)
    for _ in range(STEPS):
        walk.step()
        clock.advance(timedelta(seconds=20))
    assert walk.done["undo"] > 20
    assert walk.done["redo"] > 5
    assert len(walk.done) > 12, walk.done
    while walk.place:
        walk.undo()
    assert calendar_rows(clinic) == walk.moments[0]
    while walk.place < len(walk.moments) - 1:
        walk.redo()
    assert clinic.audit.check(admin).whole
