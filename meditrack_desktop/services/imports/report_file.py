"""The report of an import as a table for spreadsheet programs: numbers first, then every row with its reason."""

from __future__ import annotations

from pathlib import Path

from meditrack_desktop.domain.imports import ImportReport
from meditrack_desktop.services.private_file import private_file
from meditrack_desktop.services.safe_csv import SafeCsv


def write_report(report: ImportReport, target: Path) -> None:
    """It names files and rows, and nobody. Unavailable EXPORT_TARGET_UNUSABLE."""
    with private_file(target, overwrite=True) as part, part.open("r+", encoding="utf-8", newline="") as file:
        table = SafeCsv(file)
        table.row(("File", "Where", "What"))
        for number, what in (
            (report.added, "patients added"),
            (report.doctors_added, "doctors added"),
            (report.entries_added, "entries added"),
            (report.updated, "updated"),
            (report.unchanged, "unchanged"),
            (len(report.skipped), "skipped"),
        ):
            table.row(("", "", f"{number} {what}"))
        for note in report.notes:
            table.row(("", "", note))
        for skipped in report.skipped:
            table.row((skipped.file, skipped.where, skipped.reason))
        for kept in report.kept_ours:
            fields = ", ".join(name.replace("_", " ") for name in kept.fields)
            table.row(
                (kept.file, kept.where, f"The record stays as it is; the file says otherwise: {fields}")
            )
