"""One patient's chart, as a doctor reads it on one page."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from meditrack_desktop.domain.conditions import Condition
from meditrack_desktop.domain.medications import Medication
from meditrack_desktop.domain.notes import Note
from meditrack_desktop.domain.observations import Observation


@dataclass(frozen=True, slots=True)
class Chart:
    """Conditions and medication: present ones first, newest first. `latest` is the newest of each kind of
    measurement; `panels` and `notes` newest first. `draft` is the reader's own unfinished note, if any.

    Entries marked entered-in-error are included and say so. `observations_in_all` and `notes_in_all` tell how
    many there are where only the newest are shown. `drafts` are all of the reader's own, `draft` among them.
    """

    patient_id: UUID
    conditions: tuple[Condition, ...]
    medications: tuple[Medication, ...]
    latest: tuple[Observation, ...]
    observations: tuple[Observation, ...]
    notes: tuple[Note, ...]
    draft: Note | None = None
    drafts: tuple[Note, ...] = ()
    observations_in_all: int = 0
    notes_in_all: int = 0
