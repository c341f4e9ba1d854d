"""The doors of calendar files; see `doors`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.calendar_files import ImportAbsences, ImportClosures
from meditrack_desktop.domain.permissions import Permission

if TYPE_CHECKING:
    from tests.services.doors import Scene

P = Permission
WEEK = date(2026, 11, 16), date(2026, 11, 22)


def _calendar(scene: Scene) -> Path:
    path = scene.folder / "calendar.ics"
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//test//EN",
        "BEGIN:VEVENT",
        "UID:congress@test",
        "DTSTAMP:20261101T000000Z",
        "DTSTART;VALUE=DATE:20261214",
        "DTEND;VALUE=DATE:20261216",
        "SUMMARY:Congress",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    path.write_text("\r\n".join((*lines, "")), "utf-8", newline="")
    return path


def _absences(scene: Scene) -> ImportAbsences:
    return ImportAbsences(practitioner_id=scene.practitioner.id)


FILE_DOORS: dict[str, tuple[P, Callable[[Scene, Actor], Any]]] = {
    "calendar_files.of_visit": (
        P.DISCLOSE_PATIENT,
        lambda s, a: s.clinic.calendar_files.of_visit(a, s.appointment.id),
    ),
    "calendar_files.of_doctor": (
        P.DISCLOSE_PATIENT,
        lambda s, a: s.clinic.calendar_files.of_doctor(a, s.practitioner.id, *WEEK),
    ),
    "calendar_files.read_absences": (
        P.VIEW_DOCTORS,  # and then EDIT_HOURS, or EDIT_OWN_HOURS for one's own
        lambda s, a: s.clinic.calendar_files.read_absences(a, _absences(s), _calendar(s)),
    ),
    "calendar_files.import_absences": (
        P.VIEW_DOCTORS,
        lambda s, a: s.clinic.calendar_files.import_absences(a, _absences(s), _calendar(s)),
    ),
    "calendar_files.read_closures": (
        P.EDIT_HOURS,
        lambda s, a: s.clinic.calendar_files.read_closures(a, ImportClosures(), _calendar(s)),
    ),
    "calendar_files.import_closures": (
        P.EDIT_HOURS,
        lambda s, a: s.clinic.calendar_files.import_closures(a, ImportClosures(), _calendar(s)),
    ),
}
FILE_SERVICES = ("calendar_files",)
