"""The day at the front desk: who comes, who waits, who is in a room, and what each doctor does right now.

Minutes of a day count from
midnight on the clinic's clock, waits and lateness are real minutes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from meditrack_desktop.domain.scheduling import Appointment, AppointmentStatus, Confirmation
from meditrack_desktop.domain.working_time import Closure, DoctorDay, OpenTime

DUE_WITHIN = timedelta(minutes=60)
LATE_FROM = timedelta(minutes=10)
"""From when on a doctor is said to be late."""
LONG_WAIT = 10
"""Minutes from which on a patient is said to have waited long, where the clinic says nothing else."""
RIBBON = OpenTime(8 * 60, 18 * 60)
"""The part of a day that is always shown."""


class DoctorNow(StrEnum):
    """What a doctor does. `GONE`: does not work any more that day; `OUT`: works later (`until`)."""

    IN_ROOM = "in_room"
    WAITING = "waiting"
    FREE = "free"
    OUT = "out"
    GONE = "gone"


class AttentionKind(StrEnum):
    DOCTOR_LATE = "doctor_late"
    LONG_WAIT = "long_wait"
    DOCTOR_AWAY = "doctor_away"
    NO_ROOM = "no_room"
    UNRESOLVED = "unresolved"
    TASKS_OVERDUE = "tasks_overdue"
    CREDENTIAL_EXPIRES = "credential_expires"


@dataclass(frozen=True, slots=True)
class Attention:
    """One thing that somebody should look at. Which fields are filled follows from the kind.

    `DOCTOR_LATE`: doctor, minutes. `LONG_WAIT`: visit, patient, minutes. `DOCTOR_AWAY` and `NO_ROOM`: visit, patient,
    doctor. `UNRESOLVED`: count, and the `day` of the newest. `TASKS_OVERDUE`: count. `CREDENTIAL_EXPIRES`: doctor,
    `what` it is called and the `day` on which it ends or ended.
    """

    kind: AttentionKind
    practitioner_id: UUID | None = None
    practitioner_name: str = ""
    appointment_id: UUID | None = None
    patient_name: str = ""
    minutes: int = 0
    count: int = 0
    day: date | None = None
    what: str = ""


@dataclass(frozen=True, slots=True)
class Counters:
    to_come: int = 0
    waiting: int = 0
    in_room: int = 0
    done: int = 0
    no_show: int = 0

    @property
    def visits(self) -> int:
        """All visits of the day that were not cancelled."""
        return self.to_come + self.waiting + self.in_room + self.done + self.no_show


@dataclass(frozen=True, slots=True)
class RibbonVisit:
    """One visit on a doctor's row; `starts` in minutes from midnight."""

    id: UUID
    starts: int
    minutes: int
    status: AppointmentStatus
    confirmation: Confirmation
    patient_name: str


@dataclass(frozen=True, slots=True)
class DayDoctor:
    """A doctor whom the desk has to know of: works that day, is away from it, or has visits."""

    id: UUID
    name: str
    room: str = ""


@dataclass(frozen=True, slots=True)
class RibbonRow:
    """One doctor's day. `late`: minutes, 0 below LATE_FROM. `until`: a clock time of `OUT`; None beyond the day.

    `next_free`: the clinic's clock, naive; may be another day's.
    """

    doctor: DayDoctor
    day: DoctorDay
    visits: tuple[RibbonVisit, ...]
    now: DoctorNow
    with_whom: UUID | None = None
    """The visit in the room, or that of whoever has waited longest."""
    patient_name: str = ""
    until: datetime | None = None
    late: int = 0
    next_free: datetime | None = None


@dataclass(frozen=True, slots=True)
class LaneVisit:
    """A card. `minutes`: until the visit begins (below 0: overdue), or since the patient waits, is in the room, left.

    `room`: what the visit keeps of rooms and devices, or the doctor's own room. `long_wait`: minutes from which on
    somebody who waits has waited long.
    """

    visit: Appointment
    minutes: int
    room: str = ""
    long_wait: int = LONG_WAIT


@dataclass(frozen=True, slots=True)
class Lanes:
    due_next: tuple[LaneVisit, ...] = ()
    waiting: tuple[LaneVisit, ...] = ()
    in_room: tuple[LaneVisit, ...] = ()
    to_check_out: tuple[LaneVisit, ...] = ()


@dataclass(frozen=True, slots=True)
class WaitingTimes:
    """How long patients of the day waited until they were shown in, in whole minutes; who still waits counts, too."""

    patients: int = 0
    median: int = 0
    longest: int = 0


@dataclass(frozen=True, slots=True)
class TodayBoard:
    """`wall_now` is the clinic's clock, naive; `shown` the minutes of the day that the ribbon spans."""

    day: date
    wall_now: datetime
    counters: Counters
    doctors: tuple[RibbonRow, ...]
    lanes: Lanes
    attention: tuple[Attention, ...]
    waits: WaitingTimes = WaitingTimes()
    shown: OpenTime = RIBBON
    closure: Closure | None = None
    next_day: date | None = None
    """The next day that has visits, when this one has none."""

    @property
    def is_today(self) -> bool:
        return self.wall_now.date() == self.day


@dataclass(frozen=True, slots=True)
class DayFacts:
    """What the board is made of. `now`: the instant; `rooms` by visit; `next_free` by doctor; `long_wait`: minutes."""

    day: date
    now: datetime
    wall_now: datetime
    visits: Sequence[Appointment]
    doctors: Sequence[DayDoctor]
    days: Mapping[UUID, DoctorDay]
    rooms: Mapping[UUID, str] = field(default_factory=dict)
    next_free: Mapping[UUID, datetime] = field(default_factory=dict)
    without_room: frozenset[UUID] = frozenset()
    beside: Sequence[Attention] = ()
    """What needs somebody's attention besides this day's visits."""
    closure: Closure | None = None
    next_day: date | None = None
    long_wait: int = LONG_WAIT

    @property
    def is_today(self) -> bool:
        return self.wall_now.date() == self.day
