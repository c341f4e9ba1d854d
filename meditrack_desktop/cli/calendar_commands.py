"""meditrack calendar: iCalendar files out and in, and a day's sheet."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from uuid import UUID

from meditrack_desktop.cli.doors import Doors
from meditrack_desktop.cli.output import answer
from meditrack_desktop.cli.signing_in import signed_in
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.calendar_files import (
    CalendarPreview,
    CalendarReport,
    ImportAbsences,
    ImportClosures,
    PatientWords,
)
from meditrack_desktop.domain.clock import today
from meditrack_desktop.domain.errors import ErrorCode, NotFound
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.domain.printing import HandedBy, MakeDaySheet, NoteSheet, SheetKind
from meditrack_desktop.domain.progress import OnProgress, Progress
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.services.private_file import private_file

FOUR_WEEKS = timedelta(days=27)


def run(args: Namespace, doors: Doors) -> int:
    """The deed that args.deed names. Raises what the services raise."""
    with signed_in(args) as (clinic, actor):
        return DEEDS[args.deed](clinic, actor, args)


def _export(clinic: Clinic, actor: Actor, args: Namespace) -> int:
    doctor = _doctor(clinic, actor, args.doctor)
    first = args.first or _today(clinic, actor)
    last = args.last or first + FOUR_WEEKS
    with private_file(args.file) as part:
        content = clinic.calendar_files.of_doctor(actor, doctor.id, first, last, PatientWords(args.patients))
        part.write_bytes(content)
    visits = content.count(b"\r\nBEGIN:VEVENT\r\n")
    return answer(
        args,
        {"visits": visits, "file": str(args.file)},
        f"{visits} visits of {doctor.name} from {first} to {last} written to {args.file}.",
    )


def _visit(clinic: Clinic, actor: Actor, args: Namespace) -> int:
    try:
        appointment_id = UUID(args.id)
    except ValueError:
        raise NotFound(ErrorCode.APPOINTMENT_NOT_FOUND) from None
    with private_file(args.file) as part:
        part.write_bytes(clinic.calendar_files.of_visit(actor, appointment_id))
    return answer(args, {"file": str(args.file)}, f"The visit was written to {args.file}.")


def _import(clinic: Clinic, actor: Actor, args: Namespace) -> int:
    doctor = _doctor(clinic, actor, args.doctor)
    command = ImportAbsences(practitioner_id=doctor.id, titles=not args.no_titles)
    if args.dry_run:
        return _tell_preview(
            args, clinic.calendar_files.read_absences(actor, command, args.file, _shown(args))
        )
    return _tell(args, clinic.calendar_files.import_absences(actor, command, args.file, _shown(args)))


def _closures(clinic: Clinic, actor: Actor, args: Namespace) -> int:
    command = ImportClosures()
    if args.dry_run:
        return _tell_preview(
            args, clinic.calendar_files.read_closures(actor, command, args.file, _shown(args))
        )
    return _tell(args, clinic.calendar_files.import_closures(actor, command, args.file, _shown(args)))


def _day(clinic: Clinic, actor: Actor, args: Namespace) -> int:
    day = args.date or _today(clinic, actor)
    doctors = (_doctor(clinic, actor, args.doctor).id,) if getattr(args, "doctor", None) else ()
    with private_file(args.file) as part:
        sheet = clinic.printouts.day_sheet(
            actor, MakeDaySheet(day=day, practitioner_ids=doctors, reasons=args.reasons)
        )
        clinic.printouts.hand_over_sheet(
            actor, NoteSheet(kind=SheetKind.DAY_SHEET, day=day, by=HandedBy.SAVED)
        )
        part.write_bytes(sheet.pdf)
    return answer(
        args,
        {"pages": sheet.pages, "file": str(args.file)},
        f"The sheet of {day} was written to {args.file} ({sheet.pages} pages).",
    )


DEEDS: dict[str, Callable[[Clinic, Actor, Namespace], int]] = {
    "export": _export,
    "import": _import,
    "closures": _closures,
    "day": _day,
    "visit": _visit,
}
"""By the word on the command line. `cli.calendar_arguments` offers the same words."""


def _doctor(clinic: Clinic, actor: Actor, name: str) -> Practitioner:
    """The one whose name is, or holds, `name`. NotFound if that is nobody or more than one."""
    wanted = name.strip().casefold()
    everybody = clinic.practitioners.list(actor, include_inactive=True)
    exact = [one for one in everybody if one.name.casefold() == wanted]
    found = exact or [one for one in everybody if wanted and wanted in one.name.casefold()]
    if len(found) != 1:
        raise NotFound(ErrorCode.DOCTOR_NOT_FOUND)
    return found[0]


def _today(clinic: Clinic, actor: Actor) -> date:
    return today(clinic.work.clock, clinic.settings.clinic(actor).tz)


def _tell_preview(args: Namespace, preview: CalendarPreview) -> int:
    span = f" from {preview.first} to {preview.last}" if preview.first else ""
    return answer(
        args,
        {
            "new": preview.new,
            "changed": preview.changed,
            "unchanged": preview.unchanged,
            "first": str(preview.first) if preview.first else None,
            "last": str(preview.last) if preview.last else None,
            "left_out": [asdict(one) for one in preview.left_out],
            "notes": list(preview.notes),
        },
        f"Nothing was written. {preview.new} would be added{span}, {preview.changed} changed,"
        f" {preview.unchanged} are as they are.",
        *_remarks(preview.reasons, preview.notes),
    )


def _tell(args: Namespace, report: CalendarReport) -> int:
    affected = f"{report.affected} visits lie in them now and stay where they are." if report.affected else ""
    return answer(
        args,
        {
            "added": report.added,
            "updated": report.updated,
            "unchanged": report.unchanged,
            "affected": report.affected,
            "left_out": [asdict(one) for one in report.left_out],
            "notes": list(report.notes),
        },
        f"{report.added} added, {report.updated} updated, {report.unchanged} unchanged.",
        *([affected] if affected else []),
        *_remarks(report.reasons, report.notes),
    )


def _remarks(reasons: Mapping[str, int], notes: Sequence[str]) -> list[str]:
    told = [f"{count} left out: {reason}" for reason, count in reasons.items()]
    return [*(f"Note: {note}" for note in notes), *told]


def _shown(args: Namespace) -> OnProgress | None:
    return None if args.json or not sys.stderr.isatty() else _show


def _show(progress: Progress) -> None:
    print(f"\r{progress.done} of {progress.total} ", end="", file=sys.stderr, flush=True)
