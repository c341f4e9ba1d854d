"""Where there is room: the next free starts over doctors and weeks, and all of one day.

What is offered can be booked: the same hours, visits, buffers, rooms, rules and other people's holds count as in
`booking.obstacles`. A few days are read at first, then weeks: the next free time is nearly always near.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from meditrack_desktop.database.queries import booking_facts, visit_types, working_times
from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.database.queries import free_time as queries
from meditrack_desktop.database.queries import holds as hold_queries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.booking_rules import BookedVisit, BookingRule, WantedVisit, broken_rule
from meditrack_desktop.domain.errors import ErrorCode, Invalid, NotFound
from meditrack_desktop.domain.free_masks import MARGIN, BusyDays, Day, fitting, offsets, one_minute
from meditrack_desktop.domain.free_time import LOOK_AHEAD_DAYS, FindFreeTime, FreeTimeOfDay
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.scheduling import Slot
from meditrack_desktop.domain.visit_types import VisitType
from meditrack_desktop.domain.working_time import WorkingTimes
from meditrack_desktop.services.booking import kinds
from meditrack_desktop.services.work import Look, Works

USUAL_MINUTES = 30
EDGE = timedelta(minutes=MARGIN)
FIRST_STEP_DAYS = 2
LONGEST_STEP_DAYS = 28


class FreeTime:
    def __init__(self, work: Works) -> None:
        self.work = work

    def next(self, actor: Actor, command: FindFreeTime) -> tuple[Slot, ...]:
        """The next free starts, soonest first. What the command says is in the way is not offered.

        NotFound for a doctor, specialty, kind of visit or room that is not there; Invalid APPT_001 for a time with
        a zone or in a year nobody books.
        """
        if command.after.tzinfo is not None:
            raise Invalid(ErrorCode.INVALID_APPOINTMENT)
        with self.work.looking(actor, Permission.VIEW_CALENDAR) as look:
            look.listed("slot")
            search = Search.of(look, command)
            return tuple(search.next(command.after, command.limit))

    def of_day(self, actor: Actor, command: FreeTimeOfDay) -> tuple[Slot, ...]:
        """Every free start on one day, soonest first. Raises what `next` does."""
        with self.work.looking(actor, Permission.VIEW_CALENDAR) as look:
            look.listed("slot")
            return tuple(Search.of(look, command).between(command.day, command.day))


@dataclass(frozen=True, slots=True)
class Search:
    """One search under way: whom it is for, and what counts."""

    look: Look
    zone: ZoneInfo
    doctors: tuple[UUID, ...]
    minutes: int
    before: int
    after: int
    visit_type_id: UUID | None
    patient_id: UUID | None
    new_patient: bool
    needed: tuple[tuple[UUID, ...], ...]
    """Sets of rooms and devices of which one each must be free."""
    rules: dict[UUID, tuple[BookingRule, ...]]

    @classmethod
    def of(cls, look: Look, command: FindFreeTime | FreeTimeOfDay) -> Search:
        session = look.session
        kind = kinds.on_offer(session, command.visit_type_id)
        doctors = queries.doctors(session, command.practitioner_ids, command.specialty_id, command.language)
        if kind is not None:
            doctors = [one for one in doctors if kind.offered_by(one)]
        return cls(
            look,
            ZoneInfo(clinic_queries.profile(session).zone),
            tuple(doctors),
            command.minutes or (kind.minutes if kind else USUAL_MINUTES),
            kind.buffer_before if kind else 0,
            kind.buffer_after if kind else 0,
            command.visit_type_id,
            command.patient_id,
            command.patient_id is not None
            and not booking_facts.was_here(session, command.patient_id, look.now),
            _needed(look, kind, command.asset_id),
            booking_facts.rules_of(session, doctors),
        )

    def next(self, after: datetime, limit: int) -> list[Slot]:
        """The first `limit` starts at or after a wall-clock time, over 90 days."""
        found: list[Slot] = []
        first, days = after.date(), FIRST_STEP_DAYS
        end = first + timedelta(days=LOOK_AHEAD_DAYS)
        while first < end and len(found) < limit:
            last = min(first + timedelta(days=days), end) - timedelta(days=1)
            found += self.between(first, last, limit - len(found), after)
            first, days = last + timedelta(days=1), min(4 * days, LONGEST_STEP_DAYS)
        return found[:limit]

    def between(
        self, first: date, last: date, limit: int | None = None, after: datetime | None = None
    ) -> list[Slot]:
        """Starts from `first` to `last` in order, or the first of them; not before `after`."""
        found: list[Slot] = []
        for day, offset, doctor in self.starts(first, last):
            wall = day.wall(offset)
            if after is None or wall >= after:
                found.append(Slot(doctor, wall, day.instant(offset), self.minutes))
                if len(found) == limit:
                    break
        return found

    def starts(self, first: date, last: date) -> Iterator[tuple[Day, int, UUID]]:
        """Every start from `first` to `last` in order: the day, minutes from its beginning, and whose it is."""
        if not self.doctors:
            return
        days = [Day(first + timedelta(days=number), self.zone) for number in range((last - first).days + 1)]
        times = working_times.of_days(self.look.session, self.doctors, first, last)
        taken = _Taken.of(self, days)
        ruled = _Ruled.of(self, times, first, last)
        for place, day in enumerate(days):
            starts: list[tuple[int, UUID]] = []
            for doctor in self.doctors:
                mask = day.starts(times.day_of(doctor, day.day).open, self.minutes)
                if mask:
                    mask = taken.fitting(mask, doctor, place)
                    if doctor in self.rules:
                        mask = ruled.allowed(mask, doctor, day)
                    starts += [(offset, doctor) for offset in offsets(mask)]
            starts.sort()
            for offset, doctor in starts:
                yield day, offset, doctor


@dataclass(frozen=True, slots=True)
class _Taken:
    """What is taken over some days: of doctors, of rooms, and of the patient, a mask a day."""

    search: Search
    doctors: dict[UUID, list[int]]
    assets: dict[UUID, list[int]]
    patient: list[int] | None

    @classmethod
    def of(cls, search: Search, days: Sequence[Day]) -> _Taken:
        session, own = search.look.session, search.look.actor.session_id
        begins, ends = days[0].begins - EDGE, days[-1].ends + EDGE
        busy = queries.busy(session, search.doctors, begins, ends)
        for doctor, busy_from, busy_until in hold_queries.busy_of_others(
            session, search.doctors, begins, ends, search.look.now, own
        ):
            stretch = queries.minute_of(busy_from), queries.minute_of(busy_until)
            busy[doctor] = sorted([*busy.get(doctor, ()), stretch])
        rooms = queries.assets_busy(session, [one for group in search.needed for one in group], begins, ends)
        for asset, busy_from, busy_until in hold_queries.rooms_busy_of_others(
            session, {one for group in search.needed for one in group}, begins, ends, search.look.now, own
        ):
            stretch = queries.minute_of(busy_from), queries.minute_of(busy_until)
            rooms[asset] = sorted([*rooms.get(asset, ()), stretch])
        patient = (
            queries.patient_busy(session, search.patient_id, begins, ends).get(search.patient_id)
            if search.patient_id is not None
            else None
        )
        masks = BusyDays(days, queries.minute_of(days[0].begins)).masks
        return cls(
            search,
            {doctor: masks(stretches) for doctor, stretches in busy.items()},
            {asset: masks(stretches) for asset, stretches in rooms.items()},
            masks(patient) if patient else None,
        )

    def fitting(self, starts: int, doctor: UUID, place: int) -> int:
        """Those of a doctor's starts on the day at `place` where the visit, its buffers and its rooms fit."""
        search = self.search
        length = search.minutes, search.before, search.after
        if doctor in self.doctors:
            starts = fitting(starts, self.doctors[doctor][place], *length)
        if self.patient is not None:
            starts = fitting(starts, self.patient[place], search.minutes)
        for group in search.needed:
            left = 0
            for asset in group:
                left |= (
                    fitting(starts, self.assets[asset][place], *length) if asset in self.assets else starts
                )
            starts = left
        return starts


@dataclass(frozen=True, slots=True)
class _Ruled:
    """What doctors' booking rules leave of the starts; asked only of doctors who have any."""

    search: Search
    times: WorkingTimes
    booked: dict[tuple[UUID, date], list[BookedVisit]]

    @classmethod
    def of(cls, search: Search, times: WorkingTimes, first: date, last: date) -> _Ruled:
        asked = list(search.rules)
        booked = booking_facts.booked_between(search.look.session, asked, first, last) if asked else {}
        return cls(search, times, booked)

    def allowed(self, starts: int, doctor: UUID, day: Day) -> int:
        """Those of a doctor's starts on a day that no rule forbids."""
        open_times = self.times.day_of(doctor, day.day).open
        booked = self.booked.get((doctor, day.day), ())
        left = starts
        for offset in offsets(starts):
            wanted = WantedVisit(
                day.wall(offset),
                day.instant(offset) - self.search.look.now,
                self.search.visit_type_id,
                self.search.new_patient,
            )
            if broken_rule(self.search.rules[doctor], wanted, booked, open_times) is not None:
                left &= ~one_minute(offset)
        return left


def _needed(look: Look, kind: VisitType | None, asset_id: UUID | None) -> tuple[tuple[UUID, ...], ...]:
    """One chosen by hand stands for its group."""
    if asset_id is None and (kind is None or not kind.needs):
        return ()
    assets = visit_types.assets(look.session, include_inactive=False)
    chosen = next((one for one in assets if one.id == asset_id), None)
    if asset_id is not None and chosen is None:
        raise NotFound(ErrorCode.ASSET_NOT_FOUND)
    groups = [
        tuple(one.id for one in assets if one.group == group)
        for group in (kind.needs if kind else ())
        if chosen is None or group != chosen.group
    ]
    return tuple([*groups, (chosen.id,)] if chosen else groups)
