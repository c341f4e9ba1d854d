"""Which zone a time in a calendar file is meant in: IANA names, Windows' names, the file's own rules, or a guess.

A file's own rules are worked out for the years that are taken, with the same limits as any other rule that repeats.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from icalendar import Component
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from meditrack_desktop.services.calendar_files.repeating import Budget, NotUnderstood, TooMuch, starts_of

_ZERO = timedelta(0)


@dataclass(frozen=True, slots=True)
class FileZone:
    """A zone by a file's own rules: from each onset (naive, the wall before it) an offset counts."""

    onsets: tuple[tuple[datetime, timedelta, timedelta], ...]
    """(onset on the clocks until then, offset before, offset after), in order."""

    def to_instant(self, wall: datetime) -> datetime:
        """Of a time that comes twice the first; one that is skipped counts as if clocks had not changed."""
        place = bisect_right(self.onsets, wall, key=lambda one: one[0]) - 1
        if place < 0:
            offset = self.onsets[0][1] if self.onsets else _ZERO
        else:
            onset, before, after = self.onsets[place]
            offset = before if wall < onset + (after - before) else after
        return (wall - offset).replace(tzinfo=UTC)

    def to_wall(self, instant: datetime) -> datetime:
        """What clocks show then, naive."""
        bare = instant.astimezone(UTC).replace(tzinfo=None)
        offset = self.onsets[0][1] if self.onsets else _ZERO
        for onset, before, after in self.onsets:
            if onset - before > bare:
                break
            offset = after
        return bare + offset


@dataclass
class Zones:
    """The zones of one file; `guessed` names those that are not known."""

    clinic: ZoneInfo
    until: datetime
    """Naive: rules are not worked out beyond."""
    budget: Budget
    own: dict[str, Component] = field(default_factory=dict)
    guessed: set[str] = field(default_factory=set)
    _found: dict[str, ZoneInfo | FileZone] = field(default_factory=dict)

    def learn(self, component: Component) -> None:
        """A VTIMEZONE of the file; the first of a name counts."""
        if name := str(component.get("TZID", "")).strip():
            self.own.setdefault(name, component)

    def named(self, tzid: str) -> ZoneInfo | FileZone:
        """The zone of a TZID; one that is not known is taken for the clinic's, and remembered as guessed."""
        name = tzid.strip().strip('"')
        if name not in self._found:
            self._found[name] = self._find(name)
        return self._found[name]

    def to_instant(self, wall: datetime, zone: ZoneInfo | FileZone) -> datetime:
        if isinstance(zone, FileZone):
            return zone.to_instant(wall)
        return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)

    def to_wall(self, instant: datetime, zone: ZoneInfo | FileZone) -> datetime:
        if isinstance(zone, FileZone):
            return zone.to_wall(instant)
        return instant.astimezone(zone).replace(tzinfo=None, fold=0)

    def _find(self, name: str) -> ZoneInfo | FileZone:
        if known := iana(name):
            return known
        component = self.own.get(name)
        if component is not None:
            try:
                if rules := self._rules(component):
                    return rules
            except (TooMuch, NotUnderstood, ValueError, OverflowError, TypeError, AttributeError, KeyError):
                pass  # rules that nobody can work out are as good as none
            location = str(component.get("X-LIC-LOCATION", "")).strip()
            if location and (known := iana(location)):
                return known
        self.guessed.add(name)
        return self.clinic

    def _rules(self, component: Component) -> FileZone | None:
        onsets: set[tuple[datetime, timedelta, timedelta]] = set()
        for part in component.subcomponents:
            if part.name not in ("STANDARD", "DAYLIGHT"):
                continue
            before, after = part["TZOFFSETFROM"].td, part["TZOFFSETTO"].td
            start = part["DTSTART"].dt
            begins = start.replace(tzinfo=None) if isinstance(start, datetime) else None
            if begins is None:
                return None

            def on_clocks(moment: datetime, zone: str, before: timedelta = before) -> datetime:
                return moment + before if zone == "UTC" else moment

            for onset in starts_of(part, begins, self.until, self.budget, on_clocks):
                onsets.add((onset, before, after))
        return FileZone(tuple(sorted(onsets))) if onsets else None


@lru_cache(maxsize=1000)
def iana(name: str) -> ZoneInfo | None:
    """A zone by IANA's or Windows' name, also behind a vendor's prefix (/mozilla.org/2007/Europe/Berlin)."""
    name = WINDOWS_TO_OLSON.get(name, name)
    parts = [part for part in name.split("/") if part]
    for start in range(len(parts)):
        key = "/".join(parts[start:])
        if start and len(parts) - start < 2 and key != "UTC":
            break
        try:
            return ZoneInfo(key)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return None
