"""The doors of calendar files and of sheets about many patients; see `doors`."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.calendar_files import ImportAbsences, ImportClosures
from meditrack_desktop.domain.errors import Invalid, NotFound
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.printing import MakeCallList, MakeDaySheet, NoteSheet, SheetKind
from meditrack_desktop.domain.vault_moves import MoveVault
from meditrack_desktop.domain.working_time import AddAbsence

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


def _away(scene: Scene) -> MakeCallList:
    """Because of an absence that everybody's hours allow to be entered."""
    added = scene.clinic.absences.add(
        scene.everything,
        AddAbsence(
            practitioner_id=scene.practitioner.id,
            wall_start=datetime(2026, 11, 19, 8),
            wall_end=datetime(2026, 11, 19, 18),
        ),
    )
    return MakeCallList(absence_id=added.absence.id)


def _moved(scene: Scene, actor: Actor) -> None:
    """To where nothing can be: whoever may not is told so first."""
    with suppress(Invalid):
        scene.clinic.vault_moves.move(actor, MoveVault("s3://B"))


def _given_up(scene: Scene, actor: Actor) -> None:
    """There is nothing to give up; whoever may not is told so first."""
    with suppress(NotFound):
        scene.clinic.spool.discard(actor, new_id())


FILE_DOORS: dict[str, tuple[P, Callable[[Scene, Actor], Any]]] = {
    "vault_moves.move": (P.EDIT_SETTINGS, _moved),
    "spool.waiting": (P.LIST_DOCUMENTS, lambda s, a: s.clinic.spool.waiting(a)),
    "spool.deliver": (P.ATTACH_DOCUMENT, lambda s, a: s.clinic.spool.deliver(a)),
    "spool.discard": (P.DELETE_DOCUMENT, _given_up),
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
    "printouts.day_sheet": (
        P.DISCLOSE_PATIENT,
        lambda s, a: s.clinic.printouts.day_sheet(a, MakeDaySheet(day=WEEK[0])),
    ),
    "printouts.call_list": (P.DISCLOSE_PATIENT, lambda s, a: s.clinic.printouts.call_list(a, _away(s))),
    "printouts.hand_over_sheet": (
        P.DISCLOSE_PATIENT,
        lambda s, a: s.clinic.printouts.hand_over_sheet(a, NoteSheet(kind=SheetKind.DAY_SHEET, day=WEEK[0])),
    ),
}
FILE_SERVICES = ("calendar_files", "spool", "vault_moves")
