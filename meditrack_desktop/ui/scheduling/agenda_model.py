"""A day as a list: visits in order of time, a row for now among them, and filters. No Qt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from meditrack_desktop.domain.scheduling import Appointment, AppointmentStatus
from meditrack_desktop.ui.scheduling.day_model import look_of, minute_of, minutes_of


@dataclass(frozen=True, slots=True)
class NowRow:
    """The row between what has begun and what is still to come; `minute` of the day."""

    minute: int


Entry = Appointment | NowRow


@dataclass(frozen=True, slots=True)
class AgendaFilter:
    """What is left out. `since`: visits that end before this minute; `looks` and `kinds` empty: all of them."""

    since: int | None = None
    looks: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()

    @property
    def on(self) -> bool:
        return self != AgendaFilter()

    def since_now(self, now: datetime) -> AgendaFilter:
        """From the full hour before now on."""
        return replace(self, since=max(0, minute_of(now) // 60 * 60))

    def passes(self, visit: Appointment) -> bool:
        if self.since is not None and minutes_of(visit)[1] <= self.since:
            return False
        if self.looks and look_of(visit) not in self.looks:
            return False
        return not self.kinds or visit.visit_type in self.kinds


def agenda(
    visits: Iterable[Appointment],
    doctors: frozenset[UUID] | None,
    wanted: AgendaFilter,
    now: datetime | None,
    *,
    cancelled: bool = True,
) -> list[Entry]:
    """The rows of a day, by start and then by doctor; `now` (clinic's clock) only on the day that is today."""
    shown: list[Entry] = [
        visit
        for visit in sorted(visits, key=lambda v: (v.wall_start, v.practitioner_name, v.minutes, v.id))
        if (doctors is None or visit.practitioner_id in doctors)
        and (cancelled or visit.status is not AppointmentStatus.CANCELLED)
        and wanted.passes(visit)
    ]
    if now is None or not shown:
        return shown
    minute = minute_of(now)
    at = next(
        (n for n, each in enumerate(shown) if isinstance(each, Appointment) and minutes_of(each)[0] > minute),
        len(shown),
    )
    shown.insert(at, NowRow(minute))
    return shown


def same_entry(entry: Entry) -> object:
    """What a row is known by when the list is made anew."""
    return "now" if isinstance(entry, NowRow) else entry.id
