"""Makes calendar files as other programs write them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def an_event(uid: str, starts: str, ends: str = "", *more: str, summary: str = "Congress") -> tuple[str, ...]:
    """`starts` and `ends` as what follows the property's name: ":20261201T090000Z", ";VALUE=DATE:20261201"."""
    lines = ["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20261101T000000Z", f"DTSTART{starts}"]
    lines += [f"DTEND{ends}"] if ends else []
    return (*lines, f"SUMMARY:{summary}", *more, "END:VEVENT")


def a_calendar(path: Path, *events: Iterable[str], head: Iterable[str] = ()) -> Path:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", *head]
    lines += [line for event in events for line in event]
    path.write_text("\r\n".join((*lines, "END:VCALENDAR", "")), "utf-8", newline="")
    return path
