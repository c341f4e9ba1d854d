"""The clinic's keys as an administrator sees them: which epoch, and whether a change of keys is unfinished."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class KeyStatus:
    """`unfinished`: a change was begun and must be run again; `waiting` patients' keys are still to be changed.

    `unreadable` keys open with nothing this desk holds: they are left as they are; `bring_back` with the recovery
    kit may help. `advised`: a desk was revoked since the present keys were made.
    """

    epoch: int
    made_at: datetime | None
    keys: int
    waiting: int
    unreadable: int
    unfinished: bool
    advised: bool
