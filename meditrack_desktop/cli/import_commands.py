"""meditrack import: patients and doctors from files."""

from __future__ import annotations

import sys
from argparse import Namespace
from dataclasses import asdict

from meditrack_desktop.cli.doors import Doors
from meditrack_desktop.cli.output import DONE, REFUSED, answer
from meditrack_desktop.cli.signing_in import signed_in
from meditrack_desktop.domain.errors import ErrorCode, Invalid
from meditrack_desktop.domain.imports import (
    CsvField,
    CsvMapping,
    DateOrder,
    ImportPreview,
    ImportReport,
    OnBadRows,
    OnDifferent,
)
from meditrack_desktop.domain.progress import Progress
from meditrack_desktop.services.imports.csv_headers import field_named
from meditrack_desktop.services.imports.items import WHOLE_FILE


def import_files(args: Namespace, doors: Doors) -> int:
    """Import the files in the order given; the report counts all of them together."""
    missing = [str(path) for path in args.files if not path.is_file()]
    if missing:
        raise Invalid(ErrorCode.IMPORT_UNREADABLE, reason=f"there is no file {missing[0]}")
    mappings = _mappings(args)
    shown = None if args.json or not sys.stderr.isatty() else _show
    order = DateOrder(args.dates)
    different = OnDifferent.FILE_WINS if args.file_wins else OnDifferent.KEEP_OURS
    with signed_in(args) as (clinic, actor):
        if args.dry_run:
            preview = clinic.imports.preview(
                actor,
                args.files,
                mappings=mappings,
                date_order=order,
                on_different=different,
                progress=shown,
            )
            return answer(args, _preview_as_json(preview), *_preview_as_lines(preview))
        report = clinic.imports.run(
            actor,
            args.files,
            mappings=mappings,
            date_order=order,
            on_bad_rows=OnBadRows.TAKE_NONE if args.all_or_none else OnBadRows.KEEP_GOOD,
            on_different=different,
            progress=shown,
        )
    answer(args, _as_json(report), *_as_lines(report))
    return REFUSED if _nothing_was_readable(report) else DONE


def column_and_field(text: str) -> tuple[str, CsvField | None]:
    """`Nachname=family name` or `#3=phone`; `XFlag=` leaves a column out. ValueError for no such field."""
    column, equals, word = text.rpartition("=")
    field = field_named(word) if word else None
    if not equals or not column.strip() or (word and field is None):
        raise ValueError(text)
    return column.strip(), field


def _mappings(args: Namespace) -> tuple[CsvMapping, ...]:
    if not (args.map or args.source or args.no_header):
        return ()
    return (CsvMapping(columns=dict(args.map or ()), source=args.source, header=not args.no_header),)


def _preview_as_json(preview: ImportPreview) -> dict[str, object]:
    return {
        "new": preview.new,
        "doctors_new": preview.doctors_new,
        "known": preview.known,
        "differing": preview.differing,
        "refused": [asdict(skipped) for skipped in preview.refused],
        "notes": list(preview.notes),
    }


def _preview_as_lines(preview: ImportPreview) -> list[str]:
    lines = [
        f"Nothing was written. {preview.new} patients are new, {preview.known} known, {preview.differing} would be"
        f" changed, {len(preview.refused)} cannot be taken."
    ]
    if preview.doctors_new:
        lines.append(f"{preview.doctors_new} doctors are new.")
    lines += [f"Note: {note}" for note in preview.notes]
    return lines + [f"{row.file}, {row.where}: {row.reason}" for row in preview.refused]


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
