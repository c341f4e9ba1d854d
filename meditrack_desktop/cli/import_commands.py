"""meditrack import: patients and doctors from files."""

from __future__ import annotations

import sys
from argparse import Namespace
from dataclasses import asdict

from meditrack_desktop.cli.doors import Doors
from meditrack_desktop.cli.output import DONE, REFUSED, answer
from meditrack_desktop.cli.signing_in import signed_in
from meditrack_desktop.domain.errors import ErrorCode, Invalid
from meditrack_desktop.domain.imports import DateOrder, ImportReport, OnBadRows, Progress
from meditrack_desktop.services.imports.items import WHOLE_FILE


def import_files(args: Namespace, doors: Doors) -> int:
    """Import the files in the order given; the report counts all of them together."""
    missing = [str(path) for path in args.files if not path.is_file()]
    if missing:
        raise Invalid(ErrorCode.IMPORT_UNREADABLE, reason=f"there is no file {missing[0]}")
    with signed_in(args) as (clinic, actor):
        report = clinic.imports.run(
            actor,
            args.files,
            date_order=DateOrder(args.dates),
            on_bad_rows=OnBadRows.TAKE_NONE if args.all_or_none else OnBadRows.KEEP_GOOD,
            progress=None if args.json or not sys.stderr.isatty() else _show,
        )
    answer(args, _as_json(report), *_as_lines(report))
    return REFUSED if _nothing_was_readable(report) else DONE


def _nothing_was_readable(report: ImportReport) -> bool:
    """Whether every file was refused as a whole: a script must not take that for success."""
    taken = report.added + report.unchanged + report.updated + report.doctors_added
    taken += report.entries_added + report.entries_unchanged
    return not taken and bool(report.skipped) and all(row.where == WHOLE_FILE for row in report.skipped)


def _show(progress: Progress) -> None:
    total = f" of {progress.total}" if progress.total else ""
    print(f"\r{progress.done}{total} ", end="", file=sys.stderr, flush=True)


def _as_json(report: ImportReport) -> dict[str, object]:
    return {
        "added": report.added,
        "unchanged": report.unchanged,
        "updated": report.updated,
        "doctors_added": report.doctors_added,
        "entries_added": report.entries_added,
        "entries_unchanged": report.entries_unchanged,
        "skipped": [asdict(skipped) for skipped in report.skipped],
        "notes": list(report.notes),
    }


def _as_lines(report: ImportReport) -> list[str]:
    lines = [
        f"{report.added} patients added, {report.unchanged} unchanged, {report.updated} updated, "
        f"{len(report.skipped)} skipped."
    ]
    if report.doctors_added:
        lines.append(f"{report.doctors_added} doctors added.")
    if report.entries_added or report.entries_unchanged:
        entries = f"{report.entries_added} added, {report.entries_unchanged} unchanged"
        lines.append(f"Entries of charts, visits and documents: {entries}.")
    lines += [f"Note: {note}" for note in report.notes]
    lines += [f"Skipped {skipped.file}, {skipped.where}: {skipped.reason}" for skipped in report.skipped]
    return lines
