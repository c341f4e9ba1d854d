"""Calendar files (iCalendar, .ics): what is written for patients and doctors, and what reading one would bring.

Naive times are the clinic's wall clock. (RFC 5545.)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

LARGEST_FILE = 10 * 1024 * 1024
"""Bytes of a calendar that is read."""
YEARS_BACK, YEARS_AHEAD = 1, 3
"""What of a file is taken: from so long ago until so far ahead, counted from today."""
MOST_TAKEN = 10_000
"""Stretches of time or days that one file may bring."""
LONGEST_EXPORT_DAYS = 366


class PatientWords(StrEnum):
    """How a doctor's exported calendar names patients: it may end up on a phone or a server elsewhere."""

    BUSY = "busy"
    INITIALS = "initials"
    NAMES = "names"


class CalendarUse(StrEnum):
    """What a calendar file is read for."""

    ABSENCES = "absences"
    CLOSURES = "closures"


@dataclass(frozen=True, slots=True)
class CalendarItem:
    """One stretch of time or one closed day that a file brings. `key` names it in every file that repeats it.

    `wall_end` is not part of it; for a day it is the midnight after. `title` is the event's summary, shortened;
    empty for an event that its owner marked as private.
    """

    key: str
    wall_start: datetime
    wall_end: datetime
    title: str
    all_day: bool

    @property
    def day(self) -> date:
        return self.wall_start.date()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An event that is not taken, or some of its dates. `where` is "event 3"; each reason is told once of each."""

    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class CalendarPreview:
    """What an import of a calendar file would do; nothing of it is done. `first` and `last` are days.

    `notes` say what was understood in a certain way: zones that are not known, for example.
    """

    file: str
    items: tuple[CalendarItem, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    first: date | None = None
    last: date | None = None

    @property
    def reasons(self) -> Mapping[str, int]:
        """Why things are left out, the most frequent reason first, with how many."""
        return dict(Counter(one.reason for one in self.left_out).most_common())


@dataclass(frozen=True, slots=True)
class CalendarReport:
    """What an import of a calendar file did. `affected` are coming visits that lie in the doctor's absences now."""

    file: str
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()
    affected: int = 0
    complete: bool = True
    """False if it was stopped before the end; what was taken until then stays."""

    @property
    def reasons(self) -> Mapping[str, int]:
        return dict(Counter(one.reason for one in self.left_out).most_common())


class _Command(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ImportAbsences(_Command):
    """Take the busy time of a calendar file as a doctor's absences. What was taken before is brought up to date by
    its UID; nothing is taken away. `titles` False: the absences only say that they were imported."""

    practitioner_id: UUID
    titles: bool = True


class ImportClosures(_Command):
    """Take the whole days of a calendar file as days on which the clinic is closed; a day that is closed already
    stays as it is. `leave_out` are keys of the preview that are not wanted."""

    leave_out: Annotated[frozenset[str], Field(max_length=MOST_TAKEN)] = frozenset()
