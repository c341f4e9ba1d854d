"""Keeps a clinic's time from being put back: hears what the database knows of it, and tells the file (D32)."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Lock

from meditrack_desktop.database.queries import sessions as queries
from meditrack_desktop.database.session import WriteSession
from meditrack_desktop.domain.clock import ClinicClock, Clock
from meditrack_desktop.services.audit_trail import Line

MAY_LAG = timedelta(minutes=2)
KEPT_EVERY = timedelta(minutes=1)


class TimeKeeping:
    """Does nothing for a clock that stands where a test or the demo set it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock if isinstance(clock, ClinicClock) else None
        self._local = True
        self._kept: datetime | None = None
        self._told_of_lag = False
        self._guard = Lock()

    def hear(self, told: queries.Told) -> None:
        """What the database knows of the time counts from now on."""
        if self._clock is None:
            return
        if told.server is not None:
            self._local = False
            self._clock.server_says(told.server)
        elif told.latest_seen is not None:
            with self._guard:
                self._kept = told.latest_seen
            self._clock.was_seen(told.latest_seen)

    def lines(self, session: WriteSession) -> list[Line]:
        """Let a local file keep the time, in the caller's transaction; a line once the computer's clock lags."""
        clock = self._clock
        if clock is None:
            return []
        now, lag = clock.now(), clock.behind
        with self._guard:
            due = self._local and (self._kept is None or now - self._kept >= KEPT_EVERY)
            if due:
                self._kept = now
            news = lag > MAY_LAG and not self._told_of_lag
            self._told_of_lag = lag > MAY_LAG
        if due:
            queries.set_latest_seen(session, now)
        return [Line("clock.behind", "clock", detail=f"{int(lag.total_seconds())} s")] if news else []

    @property
    def ahead(self) -> timedelta:
        """By how much the file's time is ahead of this computer's clock; zero for a lag that is none to speak of,
        and where a server's clock decides."""
        if self._clock is None or not self._local:
            return timedelta(0)
        lag = self._clock.behind
        return lag if lag > MAY_LAG else timedelta(0)

    def accept_machine(self, session: WriteSession) -> timedelta:
        """Go on from the computer's clock, though the file saw later times; returns how far it went back."""
        clock = self._clock
        if clock is None or not self._local:
            return timedelta(0)
        lag = clock.behind
        clock.trust_the_machine()
        with self._guard:
            self._kept, self._told_of_lag = clock.now(), False
        queries.set_latest_seen(session, clock.now())
        return lag
