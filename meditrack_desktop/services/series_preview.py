"""What is in the way of each date of a series, asked as a booking would ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from meditrack_desktop.database.queries import series as queries
from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.errors import ErrorCode, Invalid
from meditrack_desktop.domain.free_time import FreeTimeOfDay
from meditrack_desktop.domain.scheduling import BookAppointment, span
from meditrack_desktop.domain.series import InTheWay, Occurrence
from meditrack_desktop.services.booking import obstacles, rooms, visits
from meditrack_desktop.services.booking.obstacles import Place
from meditrack_desktop.services.free_time import Search
from meditrack_desktop.services.work import Look


@dataclass(frozen=True, slots=True)
class Preview:
    """One preview under way: what is to repeat, and what counts for each date of it."""

    look: Look
    first: BookAppointment
    zone: ZoneInfo
    before: timedelta
    after: timedelta
    search: Search

    @classmethod
    def of(cls, look: Look, first: BookAppointment) -> Preview:
        """NotFound for a doctor, kind of visit or room that is not there."""
        wanted = FreeTimeOfDay(
            day=first.wall_start.date(),
            practitioner_ids=(first.practitioner_id,),
            visit_type_id=first.visit_type_id,
            asset_id=first.asset_ids[0] if first.asset_ids else None,
            patient_id=first.patient_id,
            minutes=first.minutes,
        )
        search = Search.of(look, wanted)
        return cls(
            look,
            first,
            visits.zone_of(look),
            timedelta(minutes=search.before),
            timedelta(minutes=search.after),
            search,
        )

    def at(self, wall_start: datetime) -> Occurrence:
        """One date; what cannot be started then is told, with the nearest free start of the same day."""
        found: list[InTheWay] = []
        note = ""
        try:
            starts_at, ends_at = span(wall_start, self.first.minutes, self.zone, None)
        except Invalid as refusal:
            if refusal.code is ErrorCode.TIME_DOES_NOT_EXIST:
                return Occurrence(wall_start, (InTheWay.CLOCKS_SKIP,), proposed=self._nearest(wall_start))
            if refusal.code is not ErrorCode.TIME_IS_AMBIGUOUS:
                raise
            found.append(InTheWay.CLOCKS_TWICE)
            starts_at, ends_at = span(wall_start, self.first.minutes, self.zone, 0)
        session, first = self.look.session, self.first
        place = Place(
            first.id,
            first.patient_id,
            first.practitioner_id,
            first.visit_type_id,
            wall_start,
            to_wall(ends_at, self.zone).replace(fold=0),
            starts_at,
            starts_at - self.before,
            ends_at + self.after,
        )
        for one in obstacles.in_the_way(session, place, self.look.now, self.look.actor.session_id):
            found.append(one.kind)
            note = note or one.note
        choice = rooms.choose(session, place, rooms.Asker.of(self.look), first.asset_ids, hold=False)
        if choice.problem is not None:
            found.append(InTheWay.ROOM)
            note = note or str(choice.problem.parameters.get("name", ""))
        if queries.patient_is_busy(session, first.patient_id, starts_at, ends_at):
            found.append(InTheWay.PATIENT)
        seen = Occurrence(wall_start, tuple(found), note)
        if not seen.blocked:
            return seen
        return Occurrence(wall_start, tuple(found), note, self._nearest(wall_start))

    def _nearest(self, wall_start: datetime) -> datetime | None:
        day = wall_start.date()
        free = [slot.wall_start for slot in self.search.between(day, day)]
        return min(free, key=lambda one: (abs(one - wall_start), one), default=None)
