"""Time: the one place that asks the machine what time it is, and the rules of wall clocks.

Instants are aware datetimes in UTC. A visit also keeps the clinic's wall-clock time with its zone, because
a patient told "09:30" comes at 09:30 whatever the law does to daylight saving (security.md D32).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from threading import Lock
from typing import Protocol
from zoneinfo import ZoneInfo, reset_tzpath

from meditrack_desktop.domain.errors import ErrorCode, Invalid

# The zone rules that ship with the program, not the computer's: two desks with rules of different age would read
# one time on the wall as two instants.
reset_tzpath(to=())


class Clock(Protocol):
    """Whoever tells the time. Injected everywhere, so that tests and the demo own their day."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands where it was set; for tests, screenshots and the demo's making."""

    def __init__(self, instant: datetime) -> None:
        if instant.tzinfo is None:
            raise ValueError("a clock tells aware instants")
        self._instant = instant.astimezone(UTC)

    def now(self) -> datetime:
        return self._instant

    def set(self, instant: datetime) -> None:
        self._instant = instant.astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        self._instant += by


def steady_seconds() -> float:
    """Seconds since some moment, however the wall clock is set; on Linux a suspended machine's time counts too."""
    boot_time = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot_time is None else time.clock_gettime(boot_time)


class ClinicClock:
    """The clinic's time, which a computer's clock alone cannot put back (security.md D32).

    With a shared server its clock decides: `server_says` is told what it shows, and between two such words the
    steady seconds of this machine are counted. With a local file it is the machine's clock, but never less than
    the latest time that the file (`was_seen`) or this process ever saw, and it goes on from there.
    """

    def __init__(self, machine: Clock, steady: Callable[[], float] = steady_seconds) -> None:
        self._machine = machine
        self._steady = steady
        self._at: datetime | None = None
        self._since = 0.0
        self._by_server = False
        self._guard = Lock()

    def now(self) -> datetime:
        with self._guard:
            return self._told()

    def server_says(self, instant: datetime) -> None:
        """The server's clock shows `instant`."""
        with self._guard:
            self._by_server = True
            self._hold(instant.astimezone(UTC))

    def was_seen(self, instant: datetime) -> None:
        """Nothing before `instant` is the present: the file has seen it."""
        with self._guard:
            if instant > self._told():
                self._hold(instant.astimezone(UTC))

    def trust_the_machine(self) -> None:
        """Go on from what the computer's clock shows, though later times were seen."""
        with self._guard:
            self._by_server = False
            self._hold(self._machine.now())

    @property
    def behind(self) -> timedelta:
        """By how much the machine's clock lags the clinic's time; zero if it is ahead."""
        with self._guard:
            return max(self._told() - self._machine.now(), timedelta(0))

    def _told(self) -> datetime:
        machine = self._machine.now()
        if self._at is None:
            self._hold(machine)
            return machine
        told = self._at + timedelta(seconds=self._steady() - self._since)
        if self._by_server or machine <= told:
            return told
        self._hold(machine)
        return machine

    def _hold(self, instant: datetime) -> None:
        self._at, self._since = instant, self._steady()


def today(clock: Clock, zone: ZoneInfo) -> date:
    """The clinic's calendar date now."""
    return clock.now().astimezone(zone).date()


def to_instant(wall: datetime, zone: ZoneInfo, fold: int | None = None) -> datetime:
    """The UTC instant at which clocks in `zone` show `wall` (naive).

    Raises Invalid TIME_DOES_NOT_EXIST for a time skipped in spring, and TIME_IS_AMBIGUOUS for one that
    comes twice in autumn unless `fold` says which (0 the first, 1 the second).
    """
    if wall.tzinfo is not None:
        raise ValueError("a wall-clock time has no zone of its own")
    try:
        first = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
        second = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    except OverflowError:
        raise Invalid(ErrorCode.INVALID_APPOINTMENT) from None
    shown = first.astimezone(zone).replace(tzinfo=None)
    if shown != wall:
        raise Invalid(ErrorCode.TIME_DOES_NOT_EXIST, zone=zone.key)
    if first == second:
        return first
    if fold is None:
        raise Invalid(ErrorCode.TIME_IS_AMBIGUOUS, zone=zone.key)
    return second if fold else first


def to_wall(instant: datetime, zone: ZoneInfo) -> datetime:
    """What clocks in `zone` show at `instant`: naive, `fold` set on the second autumn pass."""
    local = instant.astimezone(zone)
    return local.replace(tzinfo=None, fold=local.fold)
