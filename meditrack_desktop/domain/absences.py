"""What comes of an absence: which visits lie in it. They stay where they are until somebody moves them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from meditrack_desktop.domain.scheduling import CHANGEABLE, Appointment, AppointmentStatus
from meditrack_desktop.domain.working_time import Absence

HERE = frozenset({AppointmentStatus.ARRIVED, AppointmentStatus.CHECKED_IN})


@dataclass(frozen=True, slots=True)
class AbsenceAdded:
    """The absence, and the visits that lie in it, by start."""

    absence: Absence
    affected: tuple[Appointment, ...]


def is_affected(visit: Appointment, starts_at: datetime, ends_at: datetime, now: datetime) -> bool:
    """Whether the visit needs another place because its doctor is away from `starts_at` to `ends_at`.

    Visits that are not over and take any of that time; and, if the doctor is away already, whoever sits here or
    is in the room though their time is past.
    """
    if visit.status not in CHANGEABLE:
        return False
    if visit.ends_at > now:
        return visit.starts_at < ends_at and starts_at < visit.ends_at
    return visit.status in HERE and starts_at <= now < ends_at
