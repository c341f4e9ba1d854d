"""A zone's rules over some years as a VTIMEZONE, written out change by change.

Every change of the offset is an observance of its own with one onset: no rule has to be guessed, zones with odd
rules (Casablanca, Gaza, Troll) come out right, and every reader understands it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

_STEP = timedelta(hours=6)
"""No zone changes its offset and takes it back in less."""
_SECOND = timedelta(seconds=1)


def zone_rules(zone: ZoneInfo, first: datetime, last: datetime) -> Timezone:
    """What clocks in `zone` show from `first` to `last`, aware instants; from a year before to a year after."""
    begins = datetime(max(first.astimezone(zone).year - 1, 1901), 1, 1, tzinfo=UTC)
    ends = datetime(min(last.astimezone(zone).year + 2, 9000), 1, 1, tzinfo=UTC)
    written = Timezone()
    written.add("TZID", zone.key)
    written.add_component(_observance(zone, begins, _offset(begins, zone)))
    for change in _changes(zone, begins, ends):
        written.add_component(_observance(zone, change, _offset(change - _SECOND, zone)))
    return written


def _observance(zone: ZoneInfo, onset: datetime, before: timedelta) -> TimezoneStandard | TimezoneDaylight:
    after = onset.astimezone(zone)
    observance = TimezoneDaylight() if after.dst() else TimezoneStandard()
    observance.add("DTSTART", (onset + before).replace(tzinfo=None))
    observance.add("TZOFFSETFROM", before)
    observance.add("TZOFFSETTO", after.utcoffset() or timedelta(0))
    if name := after.tzname():
        observance.add("TZNAME", name)
    return observance


def _changes(zone: ZoneInfo, begins: datetime, ends: datetime) -> Iterator[datetime]:
    """The instants from which another offset counts."""
    at, offset = begins, _offset(begins, zone)
    while at < ends:
        then = at + _STEP
        if _offset(then, zone) != offset:
            low, high = at, then
            while high - low > _SECOND:
                middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
                low, high = (middle, high) if _offset(middle, zone) == offset else (low, middle)
            yield high
            offset = _offset(then, zone)
        at = then


def _offset(instant: datetime, zone: ZoneInfo) -> timedelta:
    return instant.astimezone(zone).utcoffset() or timedelta(0)
