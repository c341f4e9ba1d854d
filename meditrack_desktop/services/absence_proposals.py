"""Places for visits whose doctor is away: with the same doctor afterwards, or sooner with one of the same specialty.

Visits of one kind and length share a search, so that a long list costs little more than a short one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from meditrack_desktop.database.queries import absence_worklists as queries
from meditrack_desktop.database.queries import today as day_queries
from meditrack_desktop.domain.absence_worklists import GivenPlaces, Proposal, ProposalKind, WantedPlace
from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.free_time import FindFreeTime
from meditrack_desktop.domain.scheduling import Appointment, Slot
from meditrack_desktop.domain.working_time import Absence
from meditrack_desktop.services.free_time import Search
from meditrack_desktop.services.work import Look

SOONER_WITHIN = timedelta(days=7)
"""How long after its own time a visit is offered to another doctor."""
LONGEST_SEARCH = timedelta(days=45)
MOST_SLOTS = 3000


class _Kind(NamedTuple):
    """What a search depends on."""

    visit_type_id: UUID | None
    minutes: int
    before: int
    after: int
    new_patient: bool

    @classmethod
    def of(cls, visit: Appointment) -> _Kind:
        return cls(
            visit.visit_type_id, visit.minutes, visit.buffer_before, visit.buffer_after, visit.new_patient
        )


def proposals(
    look: Look, absence: Absence, visits: Sequence[Appointment], zone: ZoneInfo
) -> dict[UUID, list[Proposal]]:
    """By visit: up to three places, none in the way of another. Nothing is held: who is quicker has it."""
    found: dict[UUID, list[Proposal]] = {visit.id: [] for visit in visits}
    if not visits:
        return found
    later = _Slots(look, visits, [absence.practitioner_id])
    sooner = _Slots(look, visits, queries.stand_ins(look.session, absence.practitioner_id))
    back = max(absence.wall_end, to_wall(look.now, zone).replace(fold=0))
    later.search_next(back)
    sooner.search_near(visits, zone)
    given = GivenPlaces(
        queries.patients_busy(look.session, [one.patient_id for one in visits], found.keys(), look.now)
    )
    wanted = _wanted(look, visits)
    names = {
        doctor.id: doctor.name for doctor in day_queries.doctors(look.session, [absence.practitioner_id])
    }
    # In rounds, so that the last of a long list is offered a place before the first is offered a third.
    for visit in visits:
        slot = given.take(wanted[visit.id], later.of(visit), look.now)
        _propose(found[visit.id], ProposalKind.SAME_DOCTOR, slot, names)
    for visit in visits:
        slots = sooner.of(visit)
        if found[visit.id]:
            slots = [slot for slot in slots if slot.starts_at < found[visit.id][0].starts_at]
        slot = given.take(wanted[visit.id], slots, max(visit.starts_at, look.now))
        _propose(found[visit.id], ProposalKind.SAME_SPECIALTY, slot, names)
    for visit in visits:
        if found[visit.id] and found[visit.id][0].kind is ProposalKind.SAME_DOCTOR:
            next_day = datetime.combine(
                found[visit.id][0].wall_start.date() + timedelta(days=1), time(0), zone
            )
            slot = given.take(wanted[visit.id], later.of(visit), next_day)
            _propose(found[visit.id], ProposalKind.SAME_DOCTOR, slot, names)
    return found


def _propose(found: list[Proposal], kind: ProposalKind, slot: Slot | None, names: dict[UUID, str]) -> None:
    if slot is not None:
        name = names.get(slot.practitioner_id, "")
        found.append(
            Proposal(kind, slot.practitioner_id, name, slot.wall_start, slot.starts_at, slot.minutes)
        )


def _wanted(look: Look, visits: Iterable[Appointment]) -> dict[UUID, WantedPlace]:
    visits = list(visits)
    needs = queries.needs_of(look.session, {one.visit_type_id for one in visits if one.visit_type_id})
    return {
        visit.id: WantedPlace(
            visit.id,
            visit.patient_id,
            visit.minutes,
            visit.buffer_before,
            visit.buffer_after,
            needs.get(visit.visit_type_id, frozenset()) if visit.visit_type_id else frozenset(),
        )
        for visit in visits
    }


class _Slots:
    """Free places of some doctors by kind of visit, in the order of their time."""

    def __init__(self, look: Look, visits: Sequence[Appointment], doctors: Sequence[UUID]) -> None:
        self.look = look
        self.doctors = tuple(doctors)
        self.count: dict[_Kind, int] = {}
        for visit in visits:
            self.count[_Kind.of(visit)] = self.count.get(_Kind.of(visit), 0) + 1
        self.found: dict[_Kind, list[Slot]] = {}
        types = {kind.visit_type_id for kind in self.count if kind.visit_type_id is not None}
        self.in_use = queries.kinds_in_use(look.session, types)

    def of(self, visit: Appointment) -> list[Slot]:
        return self.found.get(_Kind.of(visit), [])

    def search_next(self, after: datetime) -> None:
        """Places from a wall-clock time on: enough for everybody, though places touch each other."""
        total = sum(self.count.values())
        for kind in self.count if self.doctors else ():
            limit = min(8 * total + 40, MOST_SLOTS)
            self.found[kind] = self._search(kind, after).next(after, limit)

    def search_near(self, visits: Sequence[Appointment], zone: ZoneInfo) -> None:
        """Places from each kind's first visit until some days after its last."""
        wall_now = to_wall(self.look.now, zone).replace(fold=0)
        for kind in self.count if self.doctors else ():
            starts = [visit.wall_start for visit in visits if _Kind.of(visit) == kind]
            first = max(min(starts), wall_now)
            last = min(max([*starts, first]) + SOONER_WITHIN, first + LONGEST_SEARCH)
            self.found[kind] = self._search(kind, first).between(first.date(), last.date(), after=first)

    def _search(self, kind: _Kind, after: datetime) -> Search:
        in_use = kind.visit_type_id if kind.visit_type_id in self.in_use else None
        command = FindFreeTime(
            after=after, practitioner_ids=self.doctors, visit_type_id=in_use, minutes=kind.minutes
        )
        return replace(
            Search.of(self.look, command),
            before=kind.before,
            after=kind.after,
            visit_type_id=kind.visit_type_id,
            new_patient=kind.new_patient,
        )
