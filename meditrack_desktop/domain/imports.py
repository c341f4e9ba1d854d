"""Bringing patients and doctors in from files: what was asked, and the report of what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum


class DateOrder(StrEnum):
    """How 03/04/2001 is to be read. ASK refuses such rows with the reason, so that nobody is guessed."""

    ASK = "ask"
    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


class OnBadRows(StrEnum):
    """Keep the good rows, or take none if any is bad: the person chooses."""

    KEEP_GOOD = "keep_good"
    TAKE_NONE = "take_none"


@dataclass(frozen=True, slots=True)
class Skipped:
    """One row or resource that was not taken. `where` is "row 12" or "Patient/p1"; `reason` is a sentence."""

    file: str
    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did. `notes` are facts worth telling that skipped nobody."""

    added: int = 0
    unchanged: int = 0
    updated: int = 0
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[str, ...] = field(default=())
    doctors_added: int = 0

    def plus(self, other: ImportReport) -> ImportReport:
        return ImportReport(
            self.added + other.added,
            self.unchanged + other.unchanged,
            self.updated + other.updated,
            self.skipped + other.skipped,
            self.notes + other.notes,
            self.doctors_added + other.doctors_added,
        )


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long run is: `done` of `total` (None while unknown)."""

    done: int
    total: int | None


OnProgress = Callable[[Progress], None]
"""Called often from the working thread. Raise `Stopped` from it to end the run at the next safe point."""
