"""A calendar that knows nothing but lists and comparisons: what a booking program must do, said as plainly as possible.

It says in advance what happens to a command: done, or refused and why. Times are the clinic's wall clock, on days on
which it does not change.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from meditrack_desktop.domain.errors import ErrorCode
from meditrack_desktop.domain.holds import HOLD_FOR
from meditrack_desktop.domain.scheduling import AppointmentStatus

S = AppointmentStatus
OPEN = ((9 * 60, 13 * 60), (14 * 60, 17 * 60))
STEPS = {
    S.BOOKED: {S.ARRIVED, S.CHECKED_IN, S.NOSHOW},
    S.ARRIVED: {S.BOOKED, S.CHECKED_IN, S.FULFILLED, S.NOSHOW},
    S.CHECKED_IN: {S.BOOKED, S.ARRIVED, S.FULFILLED},
    S.FULFILLED: {S.CHECKED_IN, S.ARRIVED},
    S.NOSHOW: {S.BOOKED, S.ARRIVED},
    S.CANCELLED: {S.BOOKED},
}
GONE = {S.CANCELLED, S.NOSHOW}
HERE = {S.ARRIVED, S.CHECKED_IN}
UNDER_WAY = {S.BOOKED, S.ARRIVED, S.CHECKED_IN}


@dataclass(frozen=True)
class Kind:
    """A kind of visit: minutes beside it, and whether it needs the clinic's one room of its group."""

    id: UUID | None = None
    before: int = 0
    after: int = 0
    room: UUID | None = None


@dataclass(frozen=True)
class Visit:
    """All that a deed can change, so that what was undone can be compared with what was."""

    doctor: UUID
    start: datetime
    minutes: int
    kind: Kind
    status: AppointmentStatus = S.BOOKED
    overbooked: bool = False
    shares_room: bool = False
    arrived: datetime | None = None
    roomed: datetime | None = None
    left: datetime | None = None

    @property
    def end(self) -> datetime:
        return self.start + timedelta(minutes=self.minutes)

    @property
    def busy(self) -> tuple[datetime, datetime]:
        before, after = timedelta(minutes=self.kind.before), timedelta(minutes=self.kind.after)
        return self.start - before, self.end + after

    @property
    def takes_time(self) -> bool:
        return self.status not in GONE

    def meets(self, other: Visit) -> bool:
        """Whether the two take any minute together, buffers included, whoever the doctor is."""
        return self.busy[0] < other.busy[1] and other.busy[0] < self.busy[1]

    def stamped(self, then: AppointmentStatus, at: datetime) -> Visit:
        """What the visit says once it is `then`."""
        arrived = self.arrived or at
        if then is S.ARRIVED:
            return replace(self, status=then, arrived=arrived, roomed=None, left=None)
        if then is S.CHECKED_IN:
            return replace(self, status=then, arrived=arrived, roomed=self.roomed or at, left=None)
        if then is S.FULFILLED:
            return replace(self, status=then, arrived=arrived, left=self.left or at)
        return replace(self, status=then, arrived=None, roomed=None, left=None)

    def moved(self, doctor: UUID, start: datetime) -> Visit:
        """What the visit says elsewhere: on another day nobody is here for it yet."""
        if start.date() == self.start.date():
            return replace(self, doctor=doctor, start=start)
        blank = replace(self, doctor=doctor, start=start, status=S.BOOKED)
        return replace(blank, arrived=None, roomed=None, left=None)


@dataclass(frozen=True)
class Away:
    doctor: UUID
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Held:
    doctor: UUID
    start: datetime
    expires: datetime
    busy: tuple[datetime, datetime]
    room: UUID | None = None


Thing = Visit | Away
Change = tuple[UUID, Thing | None, Thing | None]
"""One thing that a deed changed: what it was before, and after."""


@dataclass
class Person:
    """What somebody at a desk holds, and has done."""

    hold: Held | None = None
    done: list[Change] = field(default_factory=list)
    undone: list[Change] = field(default_factory=list)


@dataclass
class Model:
    now: datetime
    things: dict[UUID, Thing] = field(default_factory=dict)
    people: dict[UUID, Person] = field(default_factory=dict)
    """By session."""

    def visits(self) -> dict[UUID, Visit]:
        return {id_: thing for id_, thing in self.things.items() if isinstance(thing, Visit)}

    def absences(self) -> dict[UUID, Away]:
        return {id_: thing for id_, thing in self.things.items() if isinstance(thing, Away)}

    @property
    def wall_now(self) -> datetime:
        """Winter in London: the clinic's clock is UTC."""
        return self.now.astimezone(UTC).replace(tzinfo=None)

    def has_begun(self, visit: Visit) -> bool:
        return visit.start <= self.wall_now

    def brought_to_an_end(self, away: Away) -> Away | None:
        """What is left of an absence that is ended: of one under way what has passed of it, in whole minutes."""
        minute = self.wall_now.replace(second=0, microsecond=0)
        return replace(away, end=minute) if away.start < minute < away.end else None

    def is_affected(self, visit: Visit, away: Away) -> bool:
        """Whether a visit under way needs another place: it is not over and lies in that time, or its patient still
        sits here while the doctor is gone."""
        if visit.doctor != away.doctor:
            return False
        if visit.end > self.wall_now:
            return visit.start < away.end and away.start < visit.end
        return visit.status in HERE and away.start <= self.wall_now < away.end

    def others(self, visit: Visit, but: UUID | None) -> Iterator[Visit]:
        """Visits that take time at the same time as this one, of any doctor."""
        return (
            other
            for id_, other in self.visits().items()
            if id_ != but and other.takes_time and other.meets(visit)
        )

    def is_taken(self, visit: Visit, but: UUID | None) -> bool:
        return any(other.doctor == visit.doctor for other in self.others(visit, but))

    def is_room_taken(self, visit: Visit, but: UUID | None) -> bool:
        return visit.kind.room is not None and any(
            other.kind.room == visit.kind.room for other in self.others(visit, but)
        )

    def is_held(self, doctor: UUID, busy: tuple[datetime, datetime], session: UUID) -> bool:
        """Whether somebody else holds any of that time."""
        return any(
            who != session
            and person.hold is not None
            and person.hold.expires > self.now
            and person.hold.doctor == doctor
            and person.hold.busy[0] < busy[1]
            and busy[0] < person.hold.busy[1]
            for who, person in self.people.items()
        )

    def is_room_held(self, visit: Visit, session: UUID) -> bool:
        """Whether somebody else keeps the room that the visit needs, for any of its time."""
        return visit.kind.room is not None and any(
            who != session
            and person.hold is not None
            and person.hold.expires > self.now
            and person.hold.room == visit.kind.room
            and person.hold.busy[0] < visit.busy[1]
            and visit.busy[0] < person.hold.busy[1]
            for who, person in self.people.items()
        )

    def is_closed(self, visit: Visit) -> bool:
        begins = visit.start.hour * 60 + visit.start.minute
        if not any(a <= begins and begins + visit.minutes <= b for a, b in OPEN):
            return True
        return any(
            away.doctor == visit.doctor and away.start < visit.end and visit.start < away.end
            for away in self.absences().values()
        )

    def problem(
        self, visit: Visit, session: UUID, but: UUID | None, *, stays: bool = False
    ) -> ErrorCode | None:
        """What a booking of it would be refused for; `stays`: nobody can have come before it."""
        if self.is_taken(visit, but):
            return ErrorCode.SLOT_NOT_AVAILABLE
        if not stays and self.is_held(visit.doctor, visit.busy, session):
            return ErrorCode.SLOT_HELD
        if self.is_closed(visit):
            return ErrorCode.DOCTOR_NOT_AVAILABLE
        if self.is_room_taken(visit, but) or (not stays and self.is_room_held(visit, session)):
            return ErrorCode.ROOM_TAKEN
        return None

    def placed(
        self, visit: Visit, session: UUID, but: UUID | None, *, stays: bool, why: bool
    ) -> Visit | ErrorCode:
        """The visit once it has its time, or the refusal. `stays`: the time was its own before."""
        if stays and not visit.overbooked:
            return visit
        problem = self.problem(visit, session, but, stays=stays)
        if problem is not None and not why and not (stays and visit.overbooked):
            return problem
        shares = self.is_room_taken(visit, but)
        return replace(visit, overbooked=problem is not None, shares_room=shares)

    def brought_back(
        self, visit: Visit, then: AppointmentStatus, session: UUID, but: UUID
    ) -> Visit | ErrorCode:
        back = visit.stamped(then, self.now)
        if self.is_taken(back, but):
            return ErrorCode.SLOT_NOT_AVAILABLE
        if self.is_held(back.doctor, back.busy, session):
            return ErrorCode.SLOT_HELD
        if self.is_room_taken(back, but) or self.is_room_held(back, session):
            return ErrorCode.ROOM_TAKEN
        return replace(back, shares_room=False, overbooked=back.overbooked and self.is_closed(back))

    def does(self, session: UUID, id_: UUID, after: Thing | None) -> None:
        """Somebody did something that can be taken back, unless it changed nothing."""
        before = self.things.get(id_)
        self.put(id_, after)
        if before != after:
            person = self.people[session]
            person.done.append((id_, before, after))
            person.undone.clear()

    def put(self, id_: UUID, thing: Thing | None) -> None:
        if thing is None:
            self.things.pop(id_, None)
        else:
            self.things[id_] = thing

    def hold(self, session: UUID, wanted: Visit) -> ErrorCode | None:
        """Place a hold for such a visit, or the refusal."""
        if self.is_taken(wanted, None):
            return ErrorCode.SLOT_NOT_AVAILABLE
        if self.is_held(wanted.doctor, wanted.busy, session):
            return ErrorCode.SLOT_HELD
        if self.is_room_taken(wanted, None) or self.is_room_held(wanted, session):
            return ErrorCode.ROOM_TAKEN
        self.people[session].hold = Held(
            wanted.doctor, wanted.start, self.now + HOLD_FOR, wanted.busy, wanted.kind.room
        )
        return None

    def rooms_held_twice(self) -> list[tuple[Held, Held]]:
        """Holds that count and keep one room at one time."""
        live = [
            one.hold for one in self.people.values() if one.hold is not None and one.hold.expires > self.now
        ]
        return [
            (one, other)
            for number, one in enumerate(live)
            for other in live[number + 1 :]
            if one.room is not None
            and one.room == other.room
            and one.busy[0] < other.busy[1]
            and other.busy[0] < one.busy[1]
        ]

    def unasked_overlaps(self) -> list[tuple[Visit, Visit]]:
        """Visits of one doctor, or in one room, at one time, of which neither was asked for."""
        live = [visit for visit in self.visits().values() if visit.takes_time]
        return [
            (one, other)
            for number, one in enumerate(live)
            for other in live[number + 1 :]
            if one.meets(other)
            and (
                (one.doctor == other.doctor and not (one.overbooked or other.overbooked))
                or (
                    one.kind.room is not None
                    and one.kind.room == other.kind.room
                    and not (one.shares_room or other.shares_room)
                )
            )
        ]
