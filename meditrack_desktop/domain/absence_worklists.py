"""The worklist of an absence: every visit that needs another place, where that could be, and who was told."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from meditrack_desktop.domain.errors import ErrorCode
from meditrack_desktop.domain.scheduling import Appointment, Slot, WallTime
from meditrack_desktop.domain.working_time import Absence

MOST_AT_ONCE = 200
MOST_LISTED = 100
"""How many absences with visits that need another place are told of at once."""


class ContactOutcome(StrEnum):
    """What became of telling the patient."""

    REACHED = "reached"
    MESSAGE_LEFT = "message_left"
    NO_ANSWER = "no_answer"


class ProposalKind(StrEnum):
    SAME_DOCTOR = "same_doctor"
    SAME_SPECIALTY = "same_specialty"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A place that one visit could have. No two proposals of a list are in each other's way."""

    kind: ProposalKind
    practitioner_id: UUID
    practitioner_name: str
    wall_start: datetime
    starts_at: datetime
    minutes: int


@dataclass(frozen=True, slots=True)
class AbsenceContact:
    at: datetime
    by_name: str
    outcome: ContactOutcome


@dataclass(frozen=True, slots=True)
class AffectedVisit:
    """A visit that still needs another place; the proposals in the order in which they would be taken."""

    visit: Appointment
    proposals: tuple[Proposal, ...]
    contact: AbsenceContact | None = None


@dataclass(frozen=True, slots=True)
class AbsenceWorklist:
    """`done` of `total` visits have another place, were given up, or are over."""

    absence: Absence
    practitioner_name: str
    items: tuple[AffectedVisit, ...]
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class OpenWorklist:
    """An absence that still keeps `left` visits from taking place."""

    absence: Absence
    practitioner_name: str
    left: int


class _Command(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class MoveTo(_Command):
    """One visit of the list and where it goes."""

    id: UUID
    version: int
    practitioner_id: UUID
    wall_start: WallTime
    fold: Annotated[int, Field(ge=0, le=1)] | None = None


class MoveMany(_Command):
    """Move visits of one absence's list in one go, taken back as one."""

    absence_id: UUID
    moves: Annotated[tuple[MoveTo, ...], Field(min_length=1, max_length=MOST_AT_ONCE)]


class MarkContacted(_Command):
    """Note that the patient of a visit on the list was told; `outcome` None: not yet after all."""

    absence_id: UUID
    appointment_id: UUID
    outcome: ContactOutcome | None


@dataclass(frozen=True, slots=True)
class RefusedMove:
    """A visit that stayed where it was, and why."""

    appointment_id: UUID
    code: ErrorCode
    parameters: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ManyMoved:
    moved: tuple[Appointment, ...]
    refused: tuple[RefusedMove, ...]


@dataclass(frozen=True, slots=True)
class WantedPlace:
    """What a visit needs of a place. `before`, `after`: its buffers in minutes; `needs`: groups of rooms or devices."""

    visit_id: UUID
    patient_id: UUID
    minutes: int
    before: int = 0
    after: int = 0
    needs: frozenset[str] = frozenset()


_Stretch = tuple[datetime, datetime]


@dataclass
class GivenPlaces:
    """Hands out places so that none is in the way of another: of a doctor, of a patient, of a room.

    `patients`: when patients are elsewhere. A group of rooms counts as one room: nobody knows yet which is taken.
    """

    patients: Mapping[UUID, Sequence[_Stretch]] = field(default_factory=dict)
    _taken: dict[UUID | str, list[_Stretch]] = field(default_factory=dict)

    def take(self, wanted: WantedPlace, slots: Sequence[Slot], not_before: datetime) -> Slot | None:
        """The first of `slots` (in order of time) at or after the instant that is still to be had; it is given."""
        for place in range(bisect_left(slots, not_before, key=lambda slot: slot.starts_at), len(slots)):
            slot = slots[place]
            visit = slot.starts_at, slot.starts_at + timedelta(minutes=wanted.minutes)
            busy = visit[0] - timedelta(minutes=wanted.before), visit[1] + timedelta(minutes=wanted.after)
            if (
                self._is_left(slot.practitioner_id, busy)
                and self._is_left(wanted.patient_id, visit)
                and all(self._is_left(group, busy) for group in wanted.needs)
                and _apart(visit, self.patients.get(wanted.patient_id, ()))
            ):
                insort(self._taken.setdefault(slot.practitioner_id, []), busy)
                insort(self._taken.setdefault(wanted.patient_id, []), visit)
                for group in wanted.needs:
                    insort(self._taken.setdefault(group, []), busy)
                return slot
        return None

    def _is_left(self, whose: UUID | str, stretch: _Stretch) -> bool:
        """What was given of one calendar never overlaps, so that only its neighbours can be in the way."""
        taken = self._taken.get(whose, ())
        place = bisect_left(taken, stretch)
        return _apart(stretch, taken[max(0, place - 1) : place + 1])


def _apart(stretch: _Stretch, others: Iterable[_Stretch]) -> bool:
    return all(stretch[1] <= begins or ends <= stretch[0] for begins, ends in others)
