"""What a commit announces to every open window: names and ids, never patient data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Change:
    """One record that is no longer what it was.

    `entity` is the record's word ("appointment"); `doctor`, `day` and `patient` say where it shows, so
    that a page can tell whether to ask again. `day` is the clinic's calendar date.
    """

    entity: str
    id: UUID
    doctor: UUID | None = None
    day: date | None = None
    patient: UUID | None = None


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """All changes of one commit. `everything` means: unknown what was missed, ask again after a gap."""

    changes: tuple[Change, ...] = ()
    everything: bool = False

    def touches(self, *entities: str) -> bool:
        return self.everything or any(change.entity in entities for change in self.changes)

    def touches_patient(self, patient: UUID) -> bool:
        return self.everything or any(
            change.patient == patient or (change.entity == "patient" and change.id == patient)
            for change in self.changes
        )

    def touches_days(self, first: date, last: date) -> bool:
        """Whether any visit shown from `first` to `last` (both counted) may look different."""
        return self.everything or any(
            change.day is not None and first <= change.day <= last for change in self.changes
        )

    def merged(self, others: Iterable[ChangeSet]) -> ChangeSet:
        seen = dict.fromkeys(self.changes)
        everything = self.everything
        for other in others:
            seen.update(dict.fromkeys(other.changes))
            everything = everything or other.everything
        return ChangeSet(tuple(seen), everything)


EVERYTHING = ChangeSet(everything=True)
