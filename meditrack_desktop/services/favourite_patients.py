"""Whom a search shows first, remembered from one key press to the next.

Today's visits of a big clinic are hundreds of patients, and reading them costs more than the rest of a search.
They are read anew after any change that is announced here, on another day, and every few seconds where another
desk's change may not have been heard. What is remembered only ranks: who matches and may be shown is read anew
each time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Lock
from uuid import UUID
from zoneinfo import ZoneInfo

from meditrack_desktop.database.queries import patient_favourites as queries
from meditrack_desktop.database.queries.patient_favourites import Favourites
from meditrack_desktop.domain.changes import ChangeSet
from meditrack_desktop.domain.scheduling import day_bounds
from meditrack_desktop.services.work import Look, Works

READ_AGAIN = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class _Remembered:
    account_id: UUID
    day: date
    read_at: datetime
    favourites: Favourites


class FavouritePatients:
    """Of one process; any thread may ask."""

    def __init__(self, work: Works) -> None:
        self._guard = Lock()
        self._remembered: _Remembered | None = None
        self._changes = 0
        work.bus.subscribe(self._hear)

    def of(self, look: Look, zone: ZoneInfo) -> Favourites:
        """The favourites of whoever looks, on the day it is in `zone`."""
        account_id, day = look.actor.account_id, look.now.astimezone(zone).date()
        with self._guard:
            before, changes = self._remembered, self._changes
        if (
            before is not None
            and (before.account_id, before.day) == (account_id, day)
            and abs(look.now - before.read_at) < READ_AGAIN
        ):
            return before.favourites
        favourites = queries.favourites(look.session, account_id, *day_bounds(day, day, zone))
        with self._guard:
            # A change made while they were read may not be in them.
            if changes == self._changes:
                self._remembered = _Remembered(account_id, day, look.now, favourites)
        return favourites

    def forget(self) -> None:
        """Read them again next time."""
        with self._guard:
            self._remembered = None
            self._changes += 1

    def _hear(self, changes: ChangeSet) -> None:
        if changes.touches("appointment", "patient"):
            self.forget()
