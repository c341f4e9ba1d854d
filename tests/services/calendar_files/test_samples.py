"""Every calendar of the sample set meets its expectation, and repeats on the dates that another program finds."""

from __future__ import annotations

import json
import time
import warnings
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events

from meditrack_desktop.domain.calendar_files import CalendarUse
from meditrack_desktop.domain.errors import ErrorCode, Invalid
from meditrack_desktop.services.calendar_files.reading import Contents, read_calendar

SAMPLES = Path(__file__).resolve().parents[3] / "../shared/samples"
LONDON = ZoneInfo("Europe/London")
TODAY = date(2026, 11, 21)
LONGEST_SECONDS = 5


def _index() -> list[Any]:
    index = SAMPLES / "index.json"
    if not index.is_file():
        return []
    files = json.loads(index.read_text(encoding="utf-8"))["files"]
    return [pytest.param(entry, id=entry["path"]) for entry in files if entry["kind"] == "calendar"]


EVERY = pytest.mark.parametrize("entry", _index())


def read(path: Path, today: date = TODAY, use: CalendarUse = CalendarUse.ABSENCES) -> Contents:
    return read_calendar(path, use, LONDON, today)


@EVERY
@pytest.mark.parametrize("use", CalendarUse)
def test_a_sample_meets_its_expectation(
    entry: dict[str, Any], use: CalendarUse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> object:
        raise AssertionError("an attachment or an alarm was followed")

    monkeypatch.setattr("socket.socket.connect", never)
    monkeypatch.setattr("subprocess.Popen", never)
    path = SAMPLES / entry["path"]
    began = time.process_time()
    try:
        contents: Contents | None = read(path, use=use)
        refusal = None
    except Invalid as error:
        contents, refusal = None, error
    assert time.process_time() - began < LONGEST_SECONDS
    if refusal is not None:
        assert entry["expect"] in ("rejected-clear-error", "opens-or-clear-error")
        assert refusal.code is ErrorCode.IMPORT_UNREADABLE
        assert refusal.parameters["file"] == path.name
        reason = str(refusal.parameters["reason"])
        assert reason.endswith(".") and len(reason) > 15
        return
    assert entry["expect"] != "rejected-clear-error"
    assert contents is not None
    # Nothing is lost silently: each event is taken or stands among what is left out.
    events = entry["facts"].get("vevents")
    if events:
        assert contents.found or contents.left_out
    for one in contents.found:
        assert one.stretch.wall_start < one.stretch.wall_end
        assert one.stretch.starts_at < one.stretch.ends_at
        assert len(one.item.key) <= 500
        assert len(one.item.title) <= 200 and "\n" not in one.item.title
    assert len({one.item.key for one in contents.found}) == len(contents.found)


def _year_of(path: Path) -> int | None:
    """A year in which something of the file takes place."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            events = [
                event
                for calendar in icalendar.Component.from_ical(path.read_bytes(), multiple=True)
                for event in calendar.walk("VEVENT")
            ]
        years = [event["DTSTART"].dt.year for event in events if "DTSTART" in event]
    except Exception:  # noqa: BLE001  # another reader may do what it likes with a broken file
        return None
    return max((year for year in years if 1980 < year < 2100), default=None)


READ_OTHERWISE = {
    "calendars/recurring-exceptions/ical4j__blalor.ics": "dates left out by the rule that stand in the file as changed",
    "calendars/recurring-exceptions/ical4j__google_aus_holidays.ics": "a day that says it is a date in UTC",
    "calendars/recurring/ical4j__lotr.ics": "a begin after the rule's end, which counts all the same (RFC 5545)",
    "calendars/invitations/ical4j__incoming.ics": "no begin, at which it gives up",
    "calendars/recurring-exceptions/icalendar__issue_722_missing_timezones.ics": "no begin, at which it gives up",
    "calendars/simple/nodeical__test3.ics": "times without a zone, which are the clinic's",
}
"""Files that the other program reads otherwise, each looked at by hand."""


@EVERY
def test_dates_are_those_that_another_program_finds(entry: dict[str, Any]) -> None:
    """Begins of everything busy in the years around the file's own, as instants or as days."""
    path = SAMPLES / entry["path"]
    year = _year_of(path)
    if year is None or entry["expect"] != "opens" or entry["path"] in READ_OTHERWISE:
        pytest.skip("nothing to compare")
    today = date(year, 7, 1)
    ours = read(path, today)
    first, last = datetime(year, 1, 1), datetime(year + 2, 1, 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs: set[str] = set()
        for calendar in icalendar.Component.from_ical(path.read_bytes(), multiple=True):
            if calendar.name != "VCALENDAR":
                pytest.skip("the other program reads whole calendars only")
            if str(calendar.get("METHOD", "")).upper() == "CANCEL":
                continue
            for event in recurring_ical_events.of(calendar, skip_bad_series=True).between(
                first - timedelta(days=2), last + timedelta(days=2)
            ):
                if _is_busy(event):
                    theirs.add(_begin(event["DTSTART"].dt))
    theirs = {begin for begin in theirs if f"{first:%Y-%m-%d}" <= begin[:10] < f"{last:%Y-%m-%d}"}
    found = {
        one.item.day.isoformat() if one.item.all_day else _begin(one.stretch.starts_at) for one in ours.found
    }
    found = {begin for begin in found if f"{first:%Y-%m-%d}" <= begin[:10] < f"{last:%Y-%m-%d}"}
    assert found == theirs


def _is_busy(event: Any) -> bool:
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return False
    if str(event.get("TRANSP", "")).upper() == "TRANSPARENT":
        return False
    if str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper() == "FREE":
        return False
    starts = getattr(event.get("DTSTART"), "dt", None)
    return isinstance(starts, date) and bool(event.duration > timedelta(0))


def _begin(moment: date) -> str:
    if not isinstance(moment, datetime):
        return moment.isoformat()
    at = moment if moment.tzinfo else moment.replace(tzinfo=LONDON)
    return at.astimezone(UTC).replace(second=0, microsecond=0).isoformat()
