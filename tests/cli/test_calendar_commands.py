"""meditrack calendar, as a script meets it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import icalendar

from tests.cli.test_front_doors import as_admin, meditrack, profile, refused
from tests.conftest import PASSWORDS
from tests.makers.calendars import a_calendar, an_event

__all__ = ["profile"]

DOCTORS = [
    {"resourceType": "Practitioner", "id": "p1", "name": [{"family": "Modelo", "given": ["Ines"]}]},
    {"resourceType": "Practitioner", "id": "p2", "name": [{"family": "Namuna", "given": ["Omar"]}]},
]


def call(profile: Path, deed: str, *arguments: object) -> Any:
    return meditrack("calendar", deed, *as_admin(profile), *map(str, arguments), password=PASSWORDS["admin"])


def told(profile: Path, deed: str, *arguments: object) -> Any:
    done = call(profile, deed, *arguments)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_calendars_go_in_and_out(profile: Path, tmp_path: Path) -> None:
    people = tmp_path / "doctors.ndjson"
    people.write_text("\n".join(json.dumps(one) for one in DOCTORS), "utf-8")
    done = meditrack("import", *as_admin(profile), people, password=PASSWORDS["admin"])
    assert json.loads(done.stdout)["doctors_added"] == 2, done.stdout
    busy = a_calendar(
        tmp_path / "busy.ics",
        an_event("congress", ":20200601T090000Z", ":20200601T100000Z", "RRULE:FREQ=MONTHLY"),
        an_event(
            "free", ":20200601T090000Z", ":20200601T100000Z", "RRULE:FREQ=MONTHLY", "TRANSP:TRANSPARENT"
        ),
    )
    tried = told(profile, "import", busy, "--doctor", "modelo", "--dry-run")
    assert tried["new"] in (48, 49) and tried["first"] < tried["last"]
    assert [one["reason"] for one in tried["left_out"]] == ["It is marked as free time."]
    taken = told(profile, "import", busy, "--doctor", "modelo")
    assert (taken["added"], taken["updated"], taken["unchanged"]) == (tried["new"], 0, 0)
    again = told(profile, "import", busy, "--doctor", "Ines Modelo")
    assert (again["added"], again["unchanged"]) == (0, tried["new"])
    days = a_calendar(
        tmp_path / "days.ics",
        an_event("x", ";VALUE=DATE:20191225", "", "RRULE:FREQ=YEARLY", summary="Christmas"),
    )
    assert told(profile, "closures", days)["added"] in (3, 4)

    out = tmp_path / "out.ics"
    assert told(profile, "export", out, "--doctor", "namuna") == {"visits": 0, "file": str(out)}
    assert icalendar.Calendar.from_ical(out.read_bytes())["METHOD"] == "PUBLISH"
    assert out.stat().st_mode & 0o777 == 0o600
    assert "could not be written" in refused(call(profile, "export", out, "--doctor", "namuna"))
    sheet = tmp_path / "day.pdf"
    assert told(profile, "day", sheet, "--date", "2026-11-19")["pages"] == 1
    assert sheet.read_bytes().startswith(b"%PDF")


def test_refusals_are_a_sentence_and_leave_no_file(profile: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.ics"
    assert "no such doctor" in refused(call(profile, "export", out, "--doctor", "nobody"))
    assert not out.exists()
    assert "no such appointment" in refused(call(profile, "visit", "nonsense", out))
    assert not out.exists()
    out.write_text("no calendar")
    assert "no calendar" in refused(call(profile, "closures", out))
    wrong = meditrack("import", *as_admin(profile), a_calendar(out), password=PASSWORDS["admin"])
    assert "closed days" in json.loads(wrong.stdout)["skipped"][0]["reason"]
