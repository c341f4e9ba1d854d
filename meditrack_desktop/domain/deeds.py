"""Deeds at the calendar that can be taken back: which kinds there are, and what taking one back says.

A deed is one command of one person, with every row it touched: a visit with its rooms, a whole series, an absence.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

TAKEN_BACK_FOR = timedelta(hours=12)
"""How long a deed can be taken back: as long as the day at the desk."""
KEPT_FOR = timedelta(hours=24)
"""How long it is kept at all: what it remembers is patients' data."""


class DeedKind(StrEnum):
    """What was done, as the audit trail calls it. The value is stored; never change one."""

    BOOKED = "appointment.booked"
    MOVED = "appointment.moved"
    LENGTH_CHANGED = "appointment.length_changed"
    CANCELLED = "appointment.cancelled"
    STATUS_CHANGED = "appointment.status_changed"
    CONFIRMATION_CHANGED = "appointment.confirmation_changed"
    SEEN = "appointment.seen"
    MANY_MOVED = "appointment.many_moved"
    SERIES_BOOKED = "series.booked"
    SERIES_MOVED = "series.moved"
    SERIES_CANCELLED = "series.cancelled"
    ABSENCE_ADDED = "absence.added"
    ABSENCE_ENDED = "absence.ended"
    WAITLIST_JOINED = "waitlist_entry.added"
    WAITLIST_LEFT = "waitlist_entry.ended"
    FOLLOW_UP_ADDED = "follow_up.added"
    FOLLOW_UP_ENDED = "follow_up.ended"


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A deed that was undone or done again, or would be: `day` (the clinic's) and doctor are where to look.

    `appointment_ids` are the visits it is about, in the order of their time; none for an absence, say.
    """

    action: DeedKind
    appointment_ids: tuple[UUID, ...] = ()
    day: date | None = None
    practitioner_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class NextDeeds:
    """What Undo and Redo would do now; None: nothing."""

    undo: TakenBack | None = None
    redo: TakenBack | None = None
