"""The events of a calendar file, one by one: when, on which clocks, and why some cannot be taken."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from icalendar import Component

from meditrack_desktop.services.calendar_files.file_zones import FileZone, Zones
from meditrack_desktop.services.calendar_files.repeating import rules_of, starts_of, written_in

_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]+")
_LONGEST_TITLE = 200
_LONGEST_UID = 300
_MINUTE = timedelta(minutes=1)
_DATES = {
    "DTSTART": "Its begin cannot be read.",
    "DTEND": "Its end cannot be read.",
    "DURATION": "Its length cannot be read.",
    "RRULE": "The rule by which it repeats cannot be read.",
    "RDATE": "The dates on which it repeats cannot be read.",
    "EXDATE": "The dates on which it does not take place cannot be read.",
    "RECURRENCE-ID": "Which date of a repeating event it is cannot be read.",
}


class Unusable(Exception):
    """Why an event is not taken, as a sentence."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """One time an event takes: UTC instants and the clinic's wall clock (naive, whole minutes)."""

    starts_at: datetime
    ends_at: datetime
    wall_start: datetime
    wall_end: datetime


@dataclass(frozen=True)
class FileEvent:
    """One VEVENT. `starts` is naive on the clocks of `zone`; `of` tells which date of a repeating event it is."""

    number: int
    component: Component
    zones: Zones
    uid: str
    starts: datetime
    length: timedelta
    all_day: bool
    zone: ZoneInfo | FileZone
    of: str
    tzid: str

    @property
    def repeats(self) -> bool:
        return bool(rules_of(self.component)) or "RDATE" in self.component

    @property
    def and_later(self) -> bool:
        """It stands for all later dates of its event, too."""
        return str(self.component["RECURRENCE-ID"].params.get("RANGE", "")).upper() == "THISANDFUTURE"

    @property
    def cancelled(self) -> bool:
        return self._word("STATUS") == "CANCELLED"

    @property
    def free(self) -> bool:
        return self._word("TRANSP") == "TRANSPARENT" or self._word("X-MICROSOFT-CDO-BUSYSTATUS") == "FREE"

    @property
    def title(self) -> str:
        """Empty for what its owner marked as private."""
        if self._word("CLASS") in ("PRIVATE", "CONFIDENTIAL"):
            return ""
        text = _UNSEEN.sub(" ", _first(self.component, "SUMMARY")).strip()
        return text if len(text) <= _LONGEST_TITLE else text[: _LONGEST_TITLE - 1].rstrip() + "\u2026"

    @property
    def newness(self) -> tuple[int, str, int]:
        """Of two events that say they are the same, the greater one counts."""
        sequence = _first(self.component, "SEQUENCE")
        stamp = getattr(_given(self.component, "DTSTAMP"), "dt", None)
        at = stamp.replace(tzinfo=None).isoformat() if isinstance(stamp, datetime) else ""
        return (int(sequence) if sequence.isdecimal() and len(sequence) < 10 else 0, at, self.number)

    def starts_until(self, until: datetime) -> dict[datetime, timedelta | None]:
        """All its starts on the clocks of its zone, with lengths of their own. TooMuch, NotUnderstood."""
        return starts_of(self.component, self.starts, until, self.zones.budget, self.on_clocks)

    def name_of(self, start: datetime) -> str:
        """What the date that starts so (on the clocks of its zone) is called in every file."""
        if self.all_day:
            return f"{start:%Y%m%d}"
        return f"{self.zones.to_instant(start, self.zone):%Y%m%dT%H%M%SZ}"

    def stretch(self, start: datetime, length: timedelta) -> Stretch:
        """Unusable if it takes no time."""
        if length <= timedelta(0):
            raise Unusable("It takes no time, or ends before it begins.")
        clinic = self.zones.clinic
        if self.all_day:
            wall_start, wall_end = start, start + length
            starts_at = wall_start.replace(tzinfo=clinic).astimezone(UTC)
            ends_at = wall_end.replace(tzinfo=clinic).astimezone(UTC)
            return Stretch(starts_at, ends_at, wall_start, wall_end)
        starts_at = self.zones.to_instant(start, self.zone)
        ends_at = self.zones.to_instant(start + length, self.zone)
        starts_at = starts_at.replace(second=0, microsecond=0)
        if ends_at.second or ends_at.microsecond:
            ends_at = ends_at.replace(second=0, microsecond=0) + _MINUTE
        if ends_at <= starts_at:
            raise Unusable("It takes no time, or ends before it begins.")
        wall_start = starts_at.astimezone(clinic).replace(tzinfo=None, fold=0)
        wall_end = ends_at.astimezone(clinic).replace(tzinfo=None, fold=0)
        # In the hour that clocks show twice an end may stand before its begin: then its length counts.
        return Stretch(
            starts_at,
            ends_at,
            wall_start,
            wall_end if wall_end > wall_start else wall_start + (ends_at - starts_at),
        )

    def on_clocks(self, moment: datetime, zone: str) -> datetime:
        """A naive time written in `zone` on this event's own clocks."""
        if zone in ("", self.tzid):
            return moment
        at = moment.replace(tzinfo=UTC) if zone == "UTC" else self._instant(moment, zone)
        return self.zones.to_wall(at, self.zone)

    def _instant(self, moment: datetime, tzid: str) -> datetime:
        return self.zones.to_instant(moment, self.zones.named(tzid))

    def _word(self, name: str) -> str:
        return _first(self.component, name).strip().upper()


def read_event(component: Component, number: int, zones: Zones) -> FileEvent:
    """Unusable with the reason."""
    for name, _ in component.errors:
        if name in _DATES:
            raise Unusable(_DATES[name])
    given = _given(component, "DTSTART")
    starts = getattr(given, "dt", None)
    if not isinstance(starts, date):
        raise Unusable("It has no begin." if given is None else _DATES["DTSTART"])
    tzid = str(given.params.get("TZID", "")) if given is not None else ""
    all_day = not isinstance(starts, datetime)
    zone: ZoneInfo | FileZone = zones.clinic
    if isinstance(starts, datetime):
        tzid = written_in(starts, tzid)
        zone = _zone(zones, tzid)
        begins = starts.replace(tzinfo=None, fold=0)
    else:
        begins, tzid = datetime.combine(starts, time(0)), ""
    if not 1 < begins.year < 9000:
        raise Unusable("It lies in a year that no calendar needs.")
    try:
        event = FileEvent(
            number, component, zones, _uid(component, begins), begins, timedelta(0), all_day, zone, "", tzid
        )
        of = ""
        if (which := _given(component, "RECURRENCE-ID")) is not None:
            of = _which(event, which)
        return FileEvent(
            number,
            component,
            zones,
            event.uid,
            begins,
            _length(event, component),
            all_day,
            zone,
            of,
            tzid,
        )
    except (OverflowError, AttributeError, TypeError, ValueError):
        raise Unusable("Its times cannot be read.") from None


def _length(event: FileEvent, component: Component) -> timedelta:
    given = _given(component, "DTEND")
    ends = getattr(given, "dt", None)
    if isinstance(ends, datetime) and given is not None:
        at = ends.replace(tzinfo=None, fold=0)
        return event.on_clocks(at, written_in(ends, str(given.params.get("TZID", "")))) - event.starts
    if isinstance(ends, date):
        return datetime.combine(ends, time(0)) - event.starts
    if given is not None:
        raise Unusable(_DATES["DTEND"])
    duration = getattr(_given(component, "DURATION"), "dt", None)
    if isinstance(duration, timedelta):
        return duration
    return timedelta(days=1) if event.all_day else timedelta(0)


def _which(event: FileEvent, which: Component) -> str:
    """Which date of the repeating event it is, as `FileEvent.name_of` says it."""
    at = which.dt
    if isinstance(at, datetime):
        tzid = written_in(at, str(which.params.get("TZID", "")))
        zone = event.zones.clinic if tzid == "" else _zone(event.zones, tzid)
        if event.all_day:
            return f"{at:%Y%m%d}"
        return f"{event.zones.to_instant(at.replace(tzinfo=None, fold=0), zone):%Y%m%dT%H%M%SZ}"
    return f"{at:%Y%m%d}"


def _zone(zones: Zones, tzid: str) -> ZoneInfo | FileZone:
    if tzid == "":
        return zones.clinic
    return ZoneInfo("UTC") if tzid == "UTC" else zones.named(tzid)


def _uid(component: Component, begins: datetime) -> str:
    uid = _first(component, "UID").strip()
    if not uid:
        said = f"{begins:%Y%m%dT%H%M%S} {_first(component, 'SUMMARY')}"
        return f"without-uid-{hashlib.sha256(said.encode('utf-8', 'replace')).hexdigest()[:32]}"
    uid = _UNSEEN.sub(" ", uid)
    if len(uid) <= _LONGEST_UID:
        return uid
    return f"long-uid-{hashlib.sha256(uid.encode('utf-8', 'replace')).hexdigest()}"


def _given(component: Component, name: str) -> Component | None:
    """The first of a property that should stand once."""
    found = component.get(name)
    return found[0] if isinstance(found, list) and found else found


def _first(component: Component, name: str) -> str:
    found = _given(component, name)
    return "" if found is None else str(found)
