"""What a calendar file would bring: stretches of busy time, or whole days, within the years that are taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from icalendar import Component

from meditrack_desktop.domain.calendar_files import (
    MOST_TAKEN,
    YEARS_AHEAD,
    YEARS_BACK,
    CalendarItem,
    CalendarUse,
    LeftOut,
)
from meditrack_desktop.domain.privacy import years_later
from meditrack_desktop.domain.progress import OnProgress, Progress
from meditrack_desktop.domain.working_time import LONGEST_ABSENCE_DAYS
from meditrack_desktop.services.calendar_files.events import FileEvent, Stretch, Unusable, read_event
from meditrack_desktop.services.calendar_files.file_text import pieces, read_text, refused
from meditrack_desktop.services.calendar_files.file_zones import Zones
from meditrack_desktop.services.calendar_files.repeating import Budget, NotUnderstood, TooMuch

_LONGEST_CLOSURE_DAYS = 31
_TELL_EVERY = 200
_OTHERS = {
    "VTODO": "A task is no event.",
    "VJOURNAL": "A journal entry is no event.",
    "VFREEBUSY": "A list of free and busy times is no event.",
    "VAVAILABILITY": "A list of available times is no event.",
}


@dataclass(frozen=True, slots=True)
class Found:
    """One item with its instants (UTC)."""

    item: CalendarItem
    stretch: Stretch


@dataclass
class Contents:
    """What a file holds, for one use."""

    file: str
    found: list[Found] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    given_up: set[str] = field(default_factory=set)
    """Keys of what is cancelled: it may have been taken before."""


def read_calendar(
    path: Path, use: CalendarUse, zone: ZoneInfo, today: date, progress: OnProgress | None = None
) -> Contents:
    """Read all of `path`. `zone` is the clinic's: times without a zone, and in zones nobody knows, are its own.

    Invalid IMPORT_UNREADABLE with `file` and `reason`, a sentence. Whatever `progress` raises ends it.
    """
    text = read_text(path)
    contents = Contents(path.name)
    first = years_later(datetime.combine(today, time(0)), -YEARS_BACK)
    last = years_later(datetime.combine(today, time(0)), YEARS_AHEAD) + timedelta(days=1)
    # A day more: other zones' clocks.
    zones = Zones(zone, last + timedelta(days=2), Budget())
    components = list(_components(path, text, zones, contents, progress))
    reader = _Reader(use, zones, first, last, contents)
    reader.read(components, progress)
    if zones.guessed:
        names = ", ".join(sorted(name[:60] for name in zones.guessed)[:5])
        contents.notes.append(f"Zones that are not known were taken for the clinic's ({zone.key}): {names}.")
    contents.notes.append(
        f"Only what lies between {first.date()} and {last.date() - timedelta(days=1)} is taken."
    )
    contents.found.sort(key=lambda one: (one.item.wall_start, one.item.key))
    return contents


def _components(
    path: Path, text: str, zones: Zones, contents: Contents, progress: OnProgress | None
) -> Iterator[tuple[Component, bool]]:
    """The events, with whether the whole file takes them back. Zones are learnt on the way."""
    others: Counter[str] = Counter()
    for done, total, calendars in pieces(path, text):
        if progress is not None:
            progress(Progress(done, total))
        for calendar in calendars:
            if str(calendar.get("CALSCALE", "GREGORIAN")).strip().upper() != "GREGORIAN":
                raise refused(path, "It counts days by another calendar than the Gregorian one.")
            off = str(calendar.get("METHOD", "")).strip().upper() == "CANCEL"
            for component in calendar.walk():
                if component.name == "VTIMEZONE":
                    zones.learn(component)
                elif component.name == "VEVENT":
                    yield component, off
                elif component.name in _OTHERS:
                    others[component.name] += 1
    for name, count in others.items():
        contents.left_out += [LeftOut(f"{name} {number}", _OTHERS[name]) for number in range(1, count + 1)]


@dataclass
class _Reader:
    use: CalendarUse
    zones: Zones
    first: datetime
    last: datetime
    contents: Contents
    _told: set[tuple[int, str]] = field(default_factory=set)
    _spoken_of: set[int] = field(default_factory=set)
    _keys: set[str] = field(default_factory=set)

    def read(self, components: list[tuple[Component, bool]], progress: OnProgress | None) -> None:
        masters: dict[str, FileEvent] = {}
        changes: dict[str, dict[str, FileEvent]] = {}
        for number, (component, off) in enumerate(components, 1):
            if progress is not None and number % _TELL_EVERY == 0:
                progress(Progress(number, len(components)))
            try:
                event = read_event(component, number, self.zones)
                if off:
                    self.contents.given_up.add(f"{event.uid} {event.of}" if event.of else event.uid)
                    raise Unusable("The file takes it back: it is cancelled.")
            except Unusable as why:
                self._leave_out(number, str(why))
                continue
            same = changes.setdefault(event.uid, {}) if event.of else masters
            key = event.of or event.uid
            other = same.get(key)
            same[key] = event if other is None else max(event, other, key=lambda one: one.newness)
            if other is not None:
                older = min(event, other, key=lambda one: one.newness)
                self._leave_out(
                    older.number, "Another event of the file has the same UID and counts instead."
                )
        for number, event in enumerate(masters.values(), 1):
            if progress is not None and number % _TELL_EVERY == 0:
                progress(Progress(number, len(masters)))
            self._expand(event, changes.pop(event.uid, {}))
        for alone in changes.values():
            for event in alone.values():
                self._take(event, event.starts, event.length, f"{event.uid} {event.of}")

    def _expand(self, event: FileEvent, changed: dict[str, FileEvent]) -> None:
        if not event.repeats and not changed:
            self._take(event, event.starts, event.length, event.uid)
            return
        try:
            starts = event.starts_until(self.zones.until)
        except TooMuch:
            self._leave_out(event.number, "It repeats too often to be worked out.")
            starts = {}
        except NotUnderstood:
            self._leave_out(event.number, "The rule by which it repeats is not one that is taken.")
            starts = {}
        except (OverflowError, ValueError):
            self._leave_out(event.number, "Its times cannot be read.")
            starts = {}
        later = sorted((one for one in changed.values() if one.and_later), key=lambda one: one.of)
        left, any_taken = dict(changed), False
        for start, length in starts.items():
            of = event.name_of(start)
            one = left.pop(of, None) or left.pop(f"{start:%Y%m%d}", None)
            key = f"{event.uid} {of}"
            if one is not None:
                any_taken |= self._take(one, one.starts, one.length, key)
                continue
            before = [each for each in later if each.of <= of]
            if before:
                any_taken |= self._take_moved(event, before[-1], start, key)
                continue
            if start + (length or event.length) < self.first - timedelta(days=2):
                continue
            any_taken |= self._take(event, start, length or event.length, key, quietly=True)
        for one in left.values():
            any_taken |= self._take(one, one.starts, one.length, f"{event.uid} {one.of}")
        if starts and not any_taken and event.number not in self._spoken_of:
            self._leave_out(event.number, self._beyond)

    def _take_moved(self, event: FileEvent, change: FileEvent, start: datetime, key: str) -> bool:
        """A date after one that was changed "with all later ones": as far from that as the rule says."""
        if "T" in change.of:
            first = event.on_clocks(datetime.strptime(change.of, "%Y%m%dT%H%M%SZ"), "UTC")  # noqa: DTZ007
        else:
            first = datetime.strptime(change.of, "%Y%m%d")  # noqa: DTZ007
        return self._take(change, change.starts + (start - first), change.length, key, quietly=True)

    def _take(
        self, event: FileEvent, start: datetime, length: timedelta, key: str, *, quietly: bool = False
    ) -> bool:
        """Whether anything of it was taken. `quietly`: what lies in other years is not told of each date."""
        try:
            stretch = event.stretch(start, length)
            if not (stretch.wall_start < self.last and self.first < stretch.wall_end):
                if not quietly:
                    self._leave_out(event.number, self._beyond)
                return False
            if event.cancelled:
                self.contents.given_up.add(key)
                raise Unusable("It is cancelled.")
            self._check_room()
            if self.use is CalendarUse.CLOSURES:
                return self._take_days(event, stretch, key)
            if event.free:
                raise Unusable("It is marked as free time.")
            if stretch.wall_end - stretch.wall_start > timedelta(days=LONGEST_ABSENCE_DAYS):
                raise Unusable(f"It is longer than {LONGEST_ABSENCE_DAYS} days.")
        except Unusable as why:
            self._leave_out(event.number, str(why))
            return False
        except (OverflowError, ValueError):
            self._leave_out(event.number, "Its times cannot be read.")
            return False
        self._add(
            event,
            CalendarItem(key, stretch.wall_start, stretch.wall_end, event.title, event.all_day),
            stretch,
        )
        return True

    def _take_days(self, event: FileEvent, stretch: Stretch, key: str) -> bool:
        if not event.all_day:
            raise Unusable("Only whole days can be days on which the clinic is closed.")
        days = (stretch.wall_end - stretch.wall_start).days
        if days > _LONGEST_CLOSURE_DAYS:
            raise Unusable(f"It is longer than {_LONGEST_CLOSURE_DAYS} days.")
        for number in range(days):
            begins = stretch.wall_start + timedelta(days=number)
            if not self.first <= begins < self.last:
                continue
            name = key if days == 1 else f"{key} {begins:%Y%m%d}"
            item = CalendarItem(name, begins, begins + timedelta(days=1), event.title, True)
            self._add(event, item, stretch)
        return True

    def _add(self, event: FileEvent, item: CalendarItem, stretch: Stretch) -> None:
        """Two UIDs that only a hostile file makes look alike never stand for each other."""
        if item.key in self._keys:
            self._leave_out(event.number, "Another event of the file has the same UID and counts instead.")
            return
        self._keys.add(item.key)
        self.contents.found.append(Found(item, stretch))

    def _check_room(self) -> None:
        if len(self.contents.found) >= MOST_TAKEN:
            raise Unusable(f"The file brings more than {MOST_TAKEN:,}; the rest of it is left out.")

    @property
    def _beyond(self) -> str:
        return f"It lies before {self.first.date()} or after {self.last.date() - timedelta(days=1)}."

    def _leave_out(self, number: int, reason: str) -> None:
        """Of an event that repeats, each reason is told once."""
        if (number, reason) not in self._told:
            self._told.add((number, reason))
            self._spoken_of.add(number)
            self.contents.left_out.append(LeftOut(f"event {number}", reason))
