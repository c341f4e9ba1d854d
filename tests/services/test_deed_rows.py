"""Undo after any single deed at the calendar: every row says again what it said, and the trail tells it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from meditrack_desktop.database.base import Base
from meditrack_desktop.database.queries.deed_watch import WATCHED
from meditrack_desktop.domain.absence_worklists import MoveMany, MoveTo
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.audit import AuditEvent
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.deeds import DeedKind
from meditrack_desktop.domain.front_desk import (
    AddFollowUp,
    EndFollowUp,
    JoinWaitlist,
    LeaveWaitlist,
    SwapEarlier,
)
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.domain.scheduling import Appointment, AppointmentStatus, Confirmation, MarkSeen
from meditrack_desktop.domain.series import (
    BookSeries,
    CancelSeries,
    Every,
    MoveSeries,
    Scope,
    Series,
    SeriesRule,
)
from meditrack_desktop.domain.visit_types import Asset, SaveAsset, SaveVisitType, VisitType
from meditrack_desktop.domain.working_time import AddAbsence, EndAbsence
from meditrack_desktop.services.clinic import Clinic
from tests.makers.calendar_rows import calendar_rows, counters
from tests.makers.deeds import (
    THURSDAY,
    at_nine,
    cancel,
    confirm,
    lengthen,
    over_another,
    status,
    through,
    under_another,
)
from tests.makers.people import a_doctor
from tests.makers.visits import Room, a_room

S = AppointmentStatus
SOON = datetime(2026, 11, 18, 11, 0)


@dataclass(frozen=True)
class Desk(Room):
    """A room whose clinic has a colleague, two treatment rooms, and a kind of visit that needs one."""

    colleague: Practitioner
    rooms: tuple[Asset, ...]
    kind: VisitType

    def treat(self, when: str, **details: Any) -> Appointment:
        return self.book(when, visit_type_id=self.kind.id, **details)


@pytest.fixture
def room(clinic: Clinic, reception: Actor, admin: Actor) -> Desk:
    rooms = tuple(
        clinic.assets.save(admin, SaveAsset(name=name, group="Treatment room")) for name in ("One", "Two")
    )
    kind = clinic.visit_types.save(
        admin,
        SaveVisitType(name="Treatment", needs=("Treatment room",), buffer_before=5, buffer_after=10),
    )
    colleague = clinic.practitioners.add(admin, a_doctor("Muster", "Jon"))
    plain = a_room(clinic, reception, admin)
    return Desk(plain.clinic, plain.desk, plain.doctor, plain.patient, colleague, rooms, kind)


def lines_after(room: Room, admin: Actor, seq: int) -> list[AuditEvent]:
    lines = room.clinic.audit.list(admin, limit=200)
    return [line for line in reversed(lines) if line.seq > seq and line.action != "audit.listed"]


def a_series(room: Desk, **first: Any) -> Series:
    wanted = room.wants(f"{THURSDAY} 09:00", **first)
    starts = tuple(wanted.wall_start + timedelta(weeks=week) for week in range(4))
    rule = SeriesRule(every=Every.WEEK, count=4)
    return room.clinic.series.book(room.desk, BookSeries(first=wanted, rule=rule, starts=starts))


def move_series(room: Desk, visit: Appointment, scope: Scope, by: timedelta, **more: Any) -> Series:
    command = MoveSeries(
        id=visit.id, version=visit.version, scope=scope, wall_start=visit.wall_start + by, **more
    )
    return room.clinic.series.move(room.desk, command)


def cancel_series(room: Desk, visit: Appointment, scope: Scope) -> Series:
    command = CancelSeries(id=visit.id, version=visit.version, scope=scope, reason="gets well at home")
    return room.clinic.series.cancel(room.desk, command)


def an_absence(room: Desk, starts: datetime, ends: datetime) -> Any:
    command = AddAbsence(practitioner_id=room.doctor.id, wall_start=starts, wall_end=ends)
    return room.clinic.absences.add(room.desk, command)


def end_absence(room: Desk, added: Any) -> Any:
    one = added.absence
    return room.clinic.absences.end(room.desk, EndAbsence(id=one.id, version=one.version))


def away_on_thursday(room: Desk) -> Any:
    room.book(f"{THURSDAY} 09:00")
    room.treat(f"{THURSDAY} 10:00")
    return an_absence(room, datetime(2026, 11, 19), datetime(2026, 11, 20))


def move_all(room: Desk, added: Any) -> Any:
    moves = tuple(
        MoveTo(
            id=visit.id,
            version=visit.version,
            practitioner_id=room.colleague.id,
            wall_start=visit.wall_start + timedelta(days=1),
        )
        for visit in added.affected
    )
    command = MoveMany(absence_id=added.absence.id, moves=moves)
    return room.clinic.absence_worklists.move_all(room.desk, command)


def join(room: Desk, **more: Any) -> Any:
    return room.clinic.waitlist.join(room.desk, JoinWaitlist(patient_id=room.patient.id, **more))


def swap(room: Desk, both: Any) -> Any:
    visit, entry = both
    command = SwapEarlier(
        id=entry.id,
        version=entry.version,
        appointment_version=visit.version,
        practitioner_id=room.doctor.id,
        wall_start=datetime(2026, 11, 19, 9),
    )
    return room.clinic.waitlist.swap(room.desk, command)


def waits_with_a_visit(room: Desk) -> Any:
    visit = room.treat("2026-11-26 14:00")
    return visit, join(room, appointment_id=visit.id)


def due(room: Desk) -> Any:
    command = AddFollowUp(patient_id=room.patient.id, due_on=date(2026, 12, 1), reason="blood pressure")
    return room.clinic.follow_ups.add(room.desk, command)


def dismiss(room: Desk, found: Any) -> Any:
    return room.clinic.follow_ups.end(room.desk, EndFollowUp(id=found.id, version=found.version))


def treated(room: Desk) -> Appointment:
    return room.treat(f"{THURSDAY} 09:00")


def both_rooms_taken(room: Desk) -> Appointment:
    """Two visits at one time, one of them with the colleague, keep both treatment rooms."""
    visit = room.treat(f"{THURSDAY} 09:00")
    room.treat(f"{THURSDAY} 09:00", practitioner_id=room.colleague.id)
    return visit


def nothing(room: Desk) -> None:
    return None


def this_morning(room: Desk) -> Appointment:
    return room.book("2026-11-18 09:00")


def missed_today(room: Desk) -> Appointment:
    return through(room, this_morning(room), S.NOSHOW)


def steps(*to: AppointmentStatus) -> Callable[[Desk], Appointment]:
    return lambda room: through(room, at_nine(room), *to)


def to(then: AppointmentStatus) -> Callable[[Desk, Any], Any]:
    return lambda room, visit: status(room, visit, then)


def treated_later(room: Desk) -> Appointment:
    return room.treat("2026-11-20 14:00")


Deed = tuple[Callable[[Desk], Any], Callable[[Desk, Any], Any]]

DEEDS: dict[str, Deed] = {
    "book": (nothing, lambda r, _: at_nine(r)),
    "book over another": (at_nine, lambda r, _: r.book(f"{THURSDAY} 09:15", overbook_reason="emergency")),
    "book outside hours": (nothing, lambda r, _: r.book(f"{THURSDAY} 19:00", overbook_reason="late")),
    "move": (at_nine, lambda r, v: r.move(v, "2026-11-20 14:00")),
    "move a little": (at_nine, lambda r, v: r.move(v, f"{THURSDAY} 09:15")),
    "move to another doctor": (
        at_nine,
        lambda r, v: r.move(v, f"{THURSDAY} 09:00", practitioner_id=r.colleague.id),
    ),
    "move over another": (
        lambda r: (at_nine(r), r.book(f"{THURSDAY} 11:00"))[1],
        lambda r, v: r.move(v, f"{THURSDAY} 09:00", overbook_reason="urgent"),
    ),
    "move away from under another": (under_another, lambda r, v: r.move(v, "2026-11-20 14:00")),
    "move away from over another": (over_another, lambda r, v: r.move(v, "2026-11-20 14:00")),
    "longer": (at_nine, lambda r, v: lengthen(r, v, 90)),
    "longer over another": (
        lambda r: (at_nine(r), r.book(f"{THURSDAY} 10:00"))[0],
        lambda r, v: lengthen(r, v, 90, "takes long"),
    ),
    "shorter": (at_nine, lambda r, v: lengthen(r, v, 10)),
    "shorter under another": (under_another, lambda r, v: lengthen(r, v, 30)),
    "cancel": (at_nine, cancel),
    "cancel under another": (under_another, cancel),
    "cancel over another": (over_another, cancel),
    "move who is in the room to another day": (
        steps(S.ARRIVED, S.CHECKED_IN),
        lambda r, v: r.move(v, "2026-11-20 14:00"),
    ),
    "cancel in the room": (steps(S.ARRIVED, S.CHECKED_IN), cancel),
    "arrived": (at_nine, to(S.ARRIVED)),
    "in the room": (steps(S.ARRIVED), to(S.CHECKED_IN)),
    "finished": (steps(S.ARRIVED, S.CHECKED_IN), to(S.FULFILLED)),
    "missed": (this_morning, to(S.NOSHOW)),
    "not arrived after all": (steps(S.ARRIVED), to(S.BOOKED)),
    "not finished after all": (steps(S.ARRIVED, S.CHECKED_IN, S.FULFILLED), to(S.CHECKED_IN)),
    "not missed after all": (missed_today, to(S.BOOKED)),
    "came late after all": (missed_today, to(S.ARRIVED)),
    "not cancelled after all": (lambda r: cancel(r, at_nine(r)), to(S.BOOKED)),
    "confirmed": (at_nine, lambda r, v: confirm(r, v, Confirmation.CONFIRMED)),
    "not confirmed after all": (
        lambda r: confirm(r, at_nine(r), Confirmation.CONFIRMED),
        lambda r, v: confirm(r, v, Confirmation.UNCONFIRMED),
    ),
    "seen by the doctor": (
        steps(S.ARRIVED),
        lambda r, v: r.clinic.scheduling.mark_seen(r.desk, MarkSeen(id=v.id, version=v.version)),
    ),
    "cancel late": (lambda r: r.book("2026-11-18 11:30"), cancel),
    "book with a room": (nothing, lambda r, _: treated(r)),
    "book with a room that is taken": (
        both_rooms_taken,
        lambda r, _: r.treat(f"{THURSDAY} 09:00", overbook_reason="only now"),
    ),
    "move with a room": (treated, lambda r, v: r.move(v, f"{THURSDAY} 14:00")),
    "move to another room": (
        lambda r: (treated(r), r.treat(f"{THURSDAY} 14:00", practitioner_id=r.colleague.id))[0],
        lambda r, v: r.move(v, f"{THURSDAY} 14:00"),
    ),
    "longer with a room": (treated, lambda r, v: lengthen(r, v, 60)),
    "cancel with a room": (treated, cancel),
    "missed with a room": (lambda r: r.treat("2026-11-18 09:00"), to(S.NOSHOW)),
    "not cancelled after all, with a room": (lambda r: cancel(r, treated(r)), to(S.BOOKED)),
    "book who waits": (join, lambda r, w: r.book(f"{THURSDAY} 09:00", waitlist_id=w.id)),
    "book who is due": (due, lambda r, f: r.book(f"{THURSDAY} 09:00", follow_up_id=f.id)),
    "join the waitlist": (nothing, lambda r, _: join(r, first_day=date(2026, 11, 20), weekdays=(0, 2))),
    "join with a visit": (treated, lambda r, v: join(r, appointment_id=v.id)),
    "leave the waitlist": (
        join,
        lambda r, w: r.clinic.waitlist.leave(r.desk, LeaveWaitlist(id=w.id, version=w.version)),
    ),
    "swap for an earlier visit": (waits_with_a_visit, swap),
    "due back": (nothing, lambda r, _: due(r)),
    "not due back": (due, dismiss),
    "away": (
        lambda r: (at_nine(r), treated_later(r)),
        lambda r, _: an_absence(r, datetime(2026, 11, 19), datetime(2026, 11, 21)),
    ),
    "back before it began": (away_on_thursday, end_absence),
    "back while away": (lambda r: an_absence(r, datetime(2026, 11, 18, 9), SOON), end_absence),
    "move all that an absence touches": (away_on_thursday, move_all),
    "book a series": (nothing, lambda r, _: a_series(r)),
    "book a series with rooms": (nothing, lambda r, _: a_series(r, visit_type_id=r.kind.id)),
    "move one of a series": (
        a_series,
        lambda r, s: move_series(r, s.visits[1], Scope.THIS, timedelta(hours=2)),
    ),
    "move the rest of a series": (
        lambda r: a_series(r, visit_type_id=r.kind.id),
        lambda r, s: move_series(r, s.visits[1], Scope.FOLLOWING, timedelta(days=1, hours=1)),
    ),
    "move a series a week on": (
        lambda r: a_series(r, visit_type_id=r.kind.id),
        lambda r, s: move_series(r, s.visits[0], Scope.ALL, timedelta(weeks=1)),
    ),
    "move a series a little, onto itself": (
        a_series,
        lambda r, s: move_series(r, s.visits[3], Scope.ALL, timedelta(minutes=10)),
    ),
    "move a series to another doctor": (
        lambda r: a_series(r, visit_type_id=r.kind.id),
        lambda r, s: move_series(r, s.visits[0], Scope.ALL, timedelta(0), practitioner_id=r.colleague.id),
    ),
    "cancel one of a series": (a_series, lambda r, s: cancel_series(r, s.visits[2], Scope.THIS)),
    "cancel the rest of a series": (
        lambda r: a_series(r, visit_type_id=r.kind.id),
        lambda r, s: cancel_series(r, s.visits[2], Scope.FOLLOWING),
    ),
    "cancel a series": (a_series, lambda r, s: cancel_series(r, s.visits[1], Scope.ALL)),
}
"""What is there before, and the deed: every way of writing to the calendar."""


@pytest.mark.parametrize("name", DEEDS)
def test_undo_restores_the_rows_and_redo_makes_them_again(
    name: str, room: Desk, admin: Actor, clock: FixedClock
) -> None:
    prepare, act = DEEDS[name]
    there = prepare(room)
    clock.advance(timedelta(minutes=3))
    before = calendar_rows(room.clinic)
    act(room, there)
    after, counted = calendar_rows(room.clinic), counters(room.clinic)
    assert after != before
    seq = room.clinic.audit.list(admin, limit=1)[0].seq
    clock.advance(timedelta(minutes=3))

    undone = room.clinic.deeds.undo(room.desk)
    assert calendar_rows(room.clinic) == before
    _have_grown(counted, counters(room.clinic))
    _is_told(lines_after(room, admin, seq), "undone", undone.action)

    clock.advance(timedelta(minutes=3))
    seq, counted = room.clinic.audit.list(admin, limit=1)[0].seq, counters(room.clinic) | counted
    assert room.clinic.deeds.redo(room.desk).action is undone.action
    assert calendar_rows(room.clinic) == after
    _have_grown(counted, counters(room.clinic))
    _is_told(lines_after(room, admin, seq), "redone", undone.action)

    room.clinic.deeds.undo(room.desk)
    assert calendar_rows(room.clinic) == before
    assert room.clinic.audit.check(admin).whole


def _have_grown(before: dict[Any, tuple[int, ...]], after: dict[Any, tuple[int, ...]]) -> None:
    for place, now in after.items():
        assert all(a >= b for a, b in zip(now, before.get(place, now), strict=True)), place


def _is_told(lines: list[AuditEvent], verb: str, kind: DeedKind) -> None:
    """A line for each thing that was turned, which says by which deed."""
    assert lines
    for line in lines:
        assert line.action.endswith(f".{verb}")
        assert line.detail.startswith(kind.value)
        assert line.object_id is not None
        if line.object_type == "appointment":
            assert line.patient_id is not None


def test_what_names_a_visit_or_an_absence_is_watched_or_keeps_it() -> None:
    """A new table beside visits has to say whether deeds remember it; a note keeps its visit from being removed."""
    naming = {
        table.name
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name in ("appointment", "absence")
    }
    assert naming - WATCHED.keys() == {"clinical_note"}
