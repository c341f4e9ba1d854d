"""What is in the way of a visit: another one, somebody's hold, closed time, a rule. Rooms are `rooms`'s.

One place for booking, moving and previewing, so that what is shown as free is what can be booked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from meditrack_desktop.database.queries import booking_facts, working_times
from meditrack_desktop.database.queries import holds as hold_queries
from meditrack_desktop.database.queries import scheduling as queries
from meditrack_desktop.database.session import ReadSession
from meditrack_desktop.database.tables.scheduling import AppointmentRow
from meditrack_desktop.domain.booking_rules import WantedVisit, broken_rule
from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.errors import ClinicError, Conflict, ErrorCode, Invalid, OutsideHours, SlotTaken
from meditrack_desktop.domain.holds import Hold
from meditrack_desktop.domain.series import InTheWay
from meditrack_desktop.domain.working_time import DoctorDay


@dataclass(frozen=True, slots=True)
class Place:
    """Where a visit lies or would lie; `visit_id` is the visit's own, which is never in its own way."""

    visit_id: UUID
    patient_id: UUID
    practitioner_id: UUID
    visit_type_id: UUID | None
    wall_start: datetime
    wall_end: datetime
    starts_at: datetime
    busy_from: datetime
    busy_until: datetime

    @classmethod
    def of(cls, row: AppointmentRow) -> Place:
        return cls(
            row.id,
            row.patient_id,
            row.practitioner_id,
            row.visit_type_id,
            row.wall_start,
            to_wall(row.ends_at, ZoneInfo(row.zone)).replace(fold=0),
            row.starts_at,
            row.busy_from,
            row.busy_until,
        )

    @property
    def day(self) -> date:
        return self.wall_start.date()


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing in the way, and the refusal that says so. `note`: a closed day's name, or a rule's kind."""

    kind: InTheWay
    error: ClinicError
    note: str = ""


def in_the_way(
    session: ReadSession, place: Place, now: datetime, own_session: UUID, *, held: bool = False
) -> Iterator[Obstacle]:
    """Everything in the way of a visit, the heaviest first; each is asked for when it is looked at.

    `own_session` is whose holds do not count. `held`: the time is the visit's already, and nobody can have come
    before it: holds are not asked for.
    """
    if is_taken(session, place):
        yield Obstacle(InTheWay.TAKEN, SlotTaken())
    if not held:
        yield from of_holds(session, place, now, own_session)
    day = day_of(session, place)
    yield from of_hours(place, day)
    yield from of_rules(session, place, day, now)


def is_taken(session: ReadSession, place: Place) -> bool:
    return queries.is_taken(session, place.practitioner_id, place.busy_from, place.busy_until, place.visit_id)


def day_of(session: ReadSession, place: Place) -> DoctorDay:
    times = working_times.of_days(session, [place.practitioner_id], place.day, place.day)
    return times.day_of(place.practitioner_id, place.day)


def of_holds(session: ReadSession, place: Place, now: datetime, own_session: UUID) -> list[Obstacle]:
    """Who else is about to book that time: who and at which desk, nothing of any patient."""
    others = hold_queries.of_others(
        session, [place.practitioner_id], place.busy_from, place.busy_until, now, own_session
    )
    return [Obstacle(InTheWay.HELD, held_by(one)) for one in others[:1]]


def held_by(hold: Hold) -> Conflict:
    """The refusal that names who holds a slot."""
    return Conflict(ErrorCode.SLOT_HELD, who=hold.account_name, desk=hold.desk_name)


def of_hours(place: Place, day: DoctorDay) -> list[Obstacle]:
    """Whether the doctor works then, and if not, why. The buffers may lie outside."""
    if day.holds(place.wall_start, place.wall_end):
        return []
    if any(one.wall_start < place.wall_end and place.wall_start < one.wall_end for one in day.absences):
        return [Obstacle(InTheWay.AWAY, OutsideHours())]
    if day.closure is not None and day.special is None:
        return [Obstacle(InTheWay.CLOSED, OutsideHours(), day.closure.name)]
    return [Obstacle(InTheWay.OUTSIDE_HOURS, OutsideHours())]


def of_rules(session: ReadSession, place: Place, day: DoctorDay, now: datetime) -> list[Obstacle]:
    """The first of the doctor's booking rules that does not allow it."""
    rules = booking_facts.rules_of(session, [place.practitioner_id]).get(place.practitioner_id)
    if not rules:
        return []
    booked = booking_facts.booked_between(
        session, [place.practitioner_id], place.day, place.day, place.visit_id
    )
    wanted = WantedVisit(
        place.wall_start,
        place.starts_at - now,
        place.visit_type_id,
        new_patient=not booking_facts.was_here(session, place.patient_id, now),
    )
    rule = broken_rule(rules, wanted, booked.get((place.practitioner_id, place.day), ()), day.open)
    if rule is None:
        return []
    return [Obstacle(InTheWay.RULE, Invalid(ErrorCode.RULE_BROKEN, rule=rule.kind.value), rule.kind.value)]
